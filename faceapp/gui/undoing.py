"""Undo and redo of the open dataset: small steps at once, large ones as a job."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from faceapp.dataset import Changes, Dataset
from faceapp.gui.language import core_words
from faceapp.gui.session import DatasetSession
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.jobs import Job

MANY_ROWS = 4000  # written in a fifth of a second


class Undoing(QObject):
    """Walks one dataset's history; a large step under way is awaited before the next."""

    def __init__(self, session: DatasetSession, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._running: RunningJob | None = None

    def undo(self) -> None:
        """Take back the last action that stands."""
        dataset = self._session.dataset
        words = self.tr("Undo: {0}").format(core_words(dataset.undo_name or ""))
        self._turn(dataset.undo_rows, self._session.undo, Dataset.undo, words)

    def redo(self) -> None:
        """Do the first undone action again."""
        dataset = self._session.dataset
        words = self.tr("Redo: {0}").format(core_words(dataset.redo_name or ""))
        self._turn(dataset.redo_rows, self._session.redo, Dataset.redo, words)

    def _turn(
        self,
        rows: int,
        at_once: Callable[[], Changes],
        turn: Callable[[Dataset], Changes | None],
        words: str,
    ) -> None:
        if self._running is not None:
            return
        if rows < MANY_ROWS:
            at_once()
            return
        folder = self._session.folder

        def work(_job: Job) -> Changes:
            with Dataset.open(folder) as dataset:
                return turn(dataset) or Changes()

        reload = self._session.reload  # after a cancel too: one transaction is never half done
        self._running = self._jobs.start(words, work, done=reload, cancelled=reload)
        self._running.ended.connect(self._forget)

    def _forget(self) -> None:
        self._running = None
