"""Heavy work waits until the window has stood for two seconds: the start belongs to the person."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

QUIET_MS = 2000


class QuietStart(QObject):
    """Notes when its window was painted for the first time."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._painted: float | None = None
        window.installEventFilter(self)

    @property
    def wait_ms(self) -> int:
        """For how long heavy work has to wait still; a window that was not painted: at least."""
        if self._painted is None:
            return QUIET_MS
        return max(0, QUIET_MS - int(1000 * (time.monotonic() - self._painted)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own
        """Note the first paint."""
        if event.type() == QEvent.Type.Paint:
            self._painted = time.monotonic()
            watched.removeEventFilter(self)
        return False


def quiet_ms(widget: QWidget) -> int:
    """Milliseconds for which a widget's window wants no heavy work yet."""
    start = widget.window().findChild(QuietStart)
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
