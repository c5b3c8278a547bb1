"""Jobs wait for the window's first paint, heavy ones for two seconds more.

The start belongs to the person: a job loads what it needs, and so would hold the window up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

QUIET_MS = 2000
_LONGEST_SECONDS = 1.0  # that jobs wait for a window which is not shown at all
_LONGEST_SHOWN_SECONDS = 10.0  # for one that is shown, and not painted as the machine is busy


class QuietStart(QObject):
    """Notes when its window was painted for the first time."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._shown = False
        self._painted: float | None = None
        self._jobs_may_run = threading.Event()
        window.installEventFilter(self)

    @property
    def wait_ms(self) -> int:
        """For how long heavy work has to wait still; a window that was not painted: at least."""
        if self._painted is None:
            return QUIET_MS
        return max(0, QUIET_MS - int(1000 * (time.monotonic() - self._painted)))

    def hold(self) -> None:
        """Wait for the first paint, in the thread of a job."""
        painted = self._jobs_may_run.wait(_LONGEST_SECONDS)
        if not painted and self._shown:
            self._jobs_may_run.wait(_LONGEST_SHOWN_SECONDS)
        self._jobs_may_run.set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own
        """Note the first paint."""
        if event.type() == QEvent.Type.Show:
            self._shown = True
        elif event.type() == QEvent.Type.Paint:
            self._painted = time.monotonic()
            QTimer.singleShot(0, self._jobs_may_run.set)  # its parts paint in the same pass
            watched.removeEventFilter(self)
        return False


def start_of(widget: QObject | None) -> QuietStart | None:
    """How a widget's window started; None where nobody notes it."""
    return widget.window().findChild(QuietStart) if isinstance(widget, QWidget) else None


def quiet_ms(widget: QWidget) -> int:
    """Milliseconds for which a widget's window wants no heavy work yet."""
    start = start_of(widget)
    return start.wait_ms if start is not None else 0


def when_quiet(widget: QWidget, call: Callable[[], object]) -> None:
    """Call it at once, or once the widget's window has stood long enough."""
    wait = quiet_ms(widget)
    if not wait:
        call()
        return
    later = QTimer(widget, singleShot=True)
    later.timeout.connect(later.deleteLater)
    later.timeout.connect(lambda: when_quiet(widget, call))
    later.start(wait)
