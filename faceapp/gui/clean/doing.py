"""Doing something about findings: each time one step to undo, written before it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from faceapp.dataset import Changes, Dataset
from faceapp.gui.clean.cleaner import Cleaner
from faceapp.gui.clean.remedies import Does, Remedy
from faceapp.gui.session import DatasetSession
from faceapp.gui.text import number
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.jobs import Job
from faceapp.words import Words, counted

if TYPE_CHECKING:
    from faceapp.cleaning import Found

MANY = 1000  # samples written in a fifth of a second
_SLOW = frozenset({Does.CROP, Does.SPLIT})  # they read and write images

Write = Callable[[Dataset], Changes]


class Doing(QObject):
    """Writes what remedies do; what takes long is a job, and is seen when it is done.

    Signals:
        done(Changes): something was written by `initiator`.
    """

    done = Signal(object)

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        cleaner: Cleaner,
        initiator: QObject,
    ) -> None:
        super().__init__(initiator)
        self._session = session
        self._jobs = jobs
        self._cleaner = cleaner
        self._initiator = initiator
        self._running: RunningJob | None = None

    @property
    def busy(self) -> bool:
        """Whether something long is being written."""
        return self._running is not None

    def use(self, remedy: Remedy, found: Sequence[Found]) -> None:
        """Use a remedy on findings."""
        if not found or self.busy:
            return
        write = self._write_of(remedy, found)
        samples = sum(len(each.samples) for each in found)
        if samples < MANY and remedy.does not in _SLOW:
            self._tell(self._session.do(self._initiator, write))
            return
        folder = self._session.folder

        def work(_job: Job) -> Changes:
            with Dataset.open(folder) as dataset:
                return write(dataset)

        words = self.tr("{0}: {1}").format(remedy.words, number(len(found)))
        # One step of an action cannot be stopped in its middle: a cancel only asks no more of it.
        self._running = self._jobs.start(
            words, work, done=self._session.reload, cancelled=self._session.reload
        )
        self._running.ended.connect(self._forget)

    def _forget(self) -> None:
        self._running = None

    def _tell(self, changes: Changes) -> None:
        if changes:
            self.done.emit(changes)

    def _write_of(self, remedy: Remedy, found: Sequence[Found]) -> Write:
        cleaner = self._cleaner
        simple: dict[Does, Callable[[Dataset, Sequence[Found]], Changes]] = {
            Does.KEEP: cleaner.dismiss,
            Does.ACCEPT: cleaner.accept,
            Does.BEST: cleaner.keep_best,
            Does.CROP: cleaner.crop,
            Does.SPLIT: cleaner.split,
        }
        if remedy.does in simple:
            return lambda dataset: simple[remedy.does](dataset, found)
        if remedy.does is Does.QUARANTINE:
            return lambda dataset: cleaner.quarantine(dataset, found, None)
        answer = remedy.answer if remedy.does is Does.ANSWER else None
        return lambda dataset: self._relabel(dataset, found, answer)

    def _relabel(self, dataset: Dataset, found: Sequence[Found], answer: str | None) -> Changes:
        """Answer the task that each finding speaks of."""
        by_task: dict[str, list[Found]] = {}
        for each in found:
            by_task.setdefault(str(each.detail["task"]), []).append(each)
        whole = Changes()
        one, many = Words("Relabel {number} finding"), Words("Relabel {number:,} findings")
        with dataset.action(counted(len(found), one, many)):
            for task, some in by_task.items():
                whole |= self._cleaner.relabel(dataset, some, task, answer)
        return whole
