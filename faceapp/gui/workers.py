"""The one bridge from jobs to Qt: work in a thread, its progress and its end in the window's.

Work runs in threads that nobody has to wait for: closing asks each to stop and from then on hears
nothing of it; the process ends soon after, whether it has looked or not (see `leaving`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from faceapp.errors import Cancelled
from faceapp.gui.leaving import JobThread
from faceapp.gui.messages import Messages
from faceapp.gui.quiet_start import start_of
from faceapp.jobs import Job, Progress

T = TypeVar("T")

PROGRESS_MS = 100
_SURE_AFTER_SECONDS = 1.0
_SURE_AFTER_SHARE = 0.01


class RunningJob(QObject):
    """Work under way, seen from the window's thread.

    Attributes:
        title: what is shown of it.
        if_stopped: what becomes of it then, for whoever is asked whether it may be; "" where
            nothing stays.

    Signals:
        changed(): it came further, or was asked to stop.
        ended(): it is over, whatever way.

    """

    changed = Signal()
    ended = Signal()

    def __init__(self, title: str, *, quiet: bool, looking: bool, parent: QObject) -> None:
        super().__init__(parent)
        self.title, self.if_stopped = title, ""
        self.quiet = quiet
        self.looking = looking
        self.progress = Progress(title)
        self._started = time.monotonic()
        self._stop = threading.Event()
        self._latest: Progress | None = None
        self._job = Job(report=self._note, cancelled=self._stop.is_set)

    @property
    def cancelling(self) -> bool:
        """Whether it was asked to stop and has not looked yet."""
        return self._stop.is_set()

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take at the pace so far; None while that is a guess."""
        elapsed = time.monotonic() - self._started
        share = self.progress.share
        if elapsed < _SURE_AFTER_SECONDS or share < _SURE_AFTER_SHARE:
            return None
        return elapsed * (1 - share) / share

    def cancel(self) -> None:
        """Ask it to stop; whatever it still brings is dropped."""
        self._stop.set()
        self.changed.emit()

    def _note(self, progress: Progress) -> None:
        """Remember how far it is: called in the work's own thread, as often as it likes."""
        self._latest = progress

    def _show_latest(self) -> None:
        latest, self._latest = self._latest, None
        if latest is not None:
            self.progress = latest
            self.changed.emit()


class JobRunner(QObject):
    """Starts work and brings home what comes of it.

    Signals:
        started(RunningJob): a job to be shown began (a quiet one never shows).
        ended(RunningJob): it is over.
    """

    started = Signal(object)
    ended = Signal(object)
    _arrived = Signal(object)

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._running: list[RunningJob] = []
        self._closed = False
        self._closing = threading.Lock()
        self._arrived.connect(_call, Qt.ConnectionType.QueuedConnection)
        self._clock = QTimer(self, interval=PROGRESS_MS)
        self._clock.timeout.connect(self._show_progress)

    @property
    def running(self) -> tuple[RunningJob, ...]:
        """The jobs under way that show, oldest first."""
        return tuple(job for job in self._running if not job.quiet)

    @property
    def at_stake(self) -> tuple[RunningJob, ...]:
        """Those of them that something would be lost of, were they stopped."""
        return tuple(job for job in self.running if not job.looking)

    def start(
        self,
        title: str,
        work: Callable[[Job], T],
        *,
        done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
        cancelled: Callable[[], object] | None = None,
        quiet: bool = False,
        looking: bool = False,
        keeps: bool = False,
    ) -> RunningJob:
        """Run `work` in a thread of its own; exactly one of the others is called when it is over.

        Args:
            title: what is shown of it.
            work: runs in its thread: touches no widget, opens its own Dataset.
            done: gets the result, in the window's thread; never after `cancel()`.
            failed: gets the error in place of the message bar.
            cancelled: is called when it has stopped because it was asked to.
            quiet: does not show in the job strip.
            looking: only reads for what is on screen, so that stopping it loses nothing: the
                window closes over it without a question.
            keeps: writes in a moment what the person takes for written already, so that the
                program does not end before it has; looks for no stop.

        """
        running = RunningJob(title, quiet=quiet, looking=looking, parent=self)
        self._running.append(running)
        start = start_of(self.parent())

        def land(outcome: Callable[[], object] | None) -> None:
            if self._closed:  # it was on its way already
                return
            self._forget(running)
            if running.cancelling:
                outcome = cancelled
            if outcome is not None:
                outcome()

        def run() -> None:
            outcome: Callable[[], object] | None
            if start is not None:
                start.hold()
            try:
                result = work(running._job)  # noqa: SLF001 - the two classes are one mechanism
                outcome = lambda: done(result)  # noqa: E731
            except Cancelled:
                outcome = cancelled
            except Exception as error:  # noqa: BLE001 - the boundary where jobs end
                problem = error
                outcome = lambda: (failed or self._messages.problem)(problem)  # noqa: E731
            self._send(lambda: land(outcome))

        JobThread(run, title, keeps=keeps).start()
        self._clock.start()
        if not quiet:
            self.started.emit(running)
        return running

    def cancel_all(self) -> None:
        """Ask every job to stop."""
        for running in list(self._running):
            running.cancel()

    def close(self) -> None:
        """Ask every job to stop and hear nothing more of any; waits for none."""
        with self._closing:
            self._closed = True
        self.cancel_all()
        for running in list(self._running):
            self._forget(running)

    def _send(self, call: Callable[[], object]) -> None:
        """Have something called in the window's thread, if it still stands."""
        with self._closing:
            if not self._closed:
                self._arrived.emit(call)

    def _forget(self, running: RunningJob) -> None:
        running._show_latest()  # noqa: SLF001
        self._running.remove(running)
        if not self._running:
            self._clock.stop()
        running.ended.emit()
        if not running.quiet:
            self.ended.emit(running)
        running.deleteLater()

    def _show_progress(self) -> None:
        for running in self._running:
            running._show_latest()  # noqa: SLF001


def _call(call: Callable[[], Any]) -> None:
    call()
