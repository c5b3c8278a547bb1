"""TrainingWorker: one training under way, seen from the window's thread.

The process is watched by a job's thread (see `faceapp.gui.workers`), not by a QThread, which would
have to be joined before the window may close. What it tells is collected and passed on ten times a
second, however much it is.
"""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from faceapp.gui.train.offers import Order, TrainingServices, Wishes
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.jobs import Job

if TYPE_CHECKING:
    from faceapp.training.events import TrainingEvent

LISTEN_MS = 100


class TrainingWorker(QObject):
    """Starts a training, passes on what it tells, and says how it ended.

    Signals:
        heard(list): events, oldest first.
        finished(Path): the run's folder.
        failed(Exception): it could not be done.
        ended(bool): the person stopped it; True where the run was removed, False where it waits to
            be resumed.
    """

    heard = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    ended = Signal(bool)

    def __init__(
        self,
        jobs: JobRunner,
        services: TrainingServices,
        folder: Path,
        order: Order,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.order = order
        self._jobs, self._services, self._folder = jobs, services, folder
        self._enough, self._discard = threading.Event(), threading.Event()
        self._waiting: deque[TrainingEvent] = deque()
        self._listening = QTimer(self, interval=LISTEN_MS)
        self._listening.timeout.connect(self._pass_on)
        self.job: RunningJob | None = None

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop, one way or another."""
        asked = self._enough.is_set() or self._discard.is_set()
        return asked or (self.job is not None and self.job.cancelling)

    @property
    def discarding(self) -> bool:
        """Whether it was asked to stop and leave nothing."""
        return self._discard.is_set()

    def start(self) -> None:
        """Begin."""
        train, folder, order = self._services.train, self._folder, self.order
        wishes = Wishes(self._enough.is_set, self._discard.is_set)

        def work(job: Job) -> Path:
            return train(folder, order, job, self._waiting.append, wishes)

        self._listening.start()
        title = self.tr("Training {0}, {1}").format(order.task, order.recipe)
        self.job = self._jobs.start(
            title, work, done=self._done, failed=self._fail, cancelled=self._stopped
        )
        self.job.if_stopped = self.tr("(it can be resumed later)")

    def stop_and_keep(self) -> None:
        """Let it judge and save the best that it has learned."""
        self._enough.set()

    def discard(self) -> None:
        """Stop it and remove what it has learned."""
        self._discard.set()

    def _pass_on(self) -> None:
        events = []
        while self._waiting:
            events.append(self._waiting.popleft())
        if events:
            self.heard.emit(events)

    def _end(self) -> None:
        self._listening.stop()
        self._pass_on()
        self.job = None

    def _done(self, run: Path) -> None:
        self._end()
        self.finished.emit(run)

    def _fail(self, error: Exception) -> None:
        self._end()
        self.failed.emit(error)

    def _stopped(self) -> None:
        left = self.job is not None and self.job.cancelling
        self._end()
        self.ended.emit(self.discarding or not left)
