"""Having a trained model suggest labels for what is unlabelled."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from faceapp.dataset import Changes
from faceapp.dataset.runs import finished_runs
from faceapp.gui.label.review_bar import ReviewBar
from faceapp.gui.messages import Messages
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.text import number
from faceapp.gui.workers import JobRunner
from faceapp.jobs import Job


class Suggesting(QObject):
    """Offers the runs of the task that is looked at, and lets one of them suggest."""

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        messages: Messages,
        services: Services,
        bar: ReviewBar,
    ) -> None:
        super().__init__(bar)
        self._session = session
        self._jobs = jobs
        self._messages = messages
        self._suggest = services.suggest
        self._bar = bar
        bar.suggest_wanted.connect(self.suggest)

    def show_runs(self) -> None:
        """Offer the runs that there are now."""
        task = self._session.current_task
        known = task is not None and self._suggest is not None
        runs = finished_runs(self._session.dataset.runs, task.name) if known and task else []
        self._bar.show_runs(runs)

    def suggest(self, run: Path) -> None:
        """Have this run's model suggest labels, as a job."""
        suggest, folder = self._suggest, self._session.folder
        if suggest is None:
            return

        def work(job: Job) -> Changes:
            return suggest(folder, run, job)

        self._jobs.start(self.tr("Suggesting labels"), work, done=self._done)

    def _done(self, changes: Changes) -> None:
        self._session.reload(changes)
        if changes:
            words = self.tr("Samples with suggestions to review: {0}.")
            self._messages.info(words.format(number(len(changes.samples))), key="suggest")
        else:
            self._messages.info(self.tr("The model has nothing new to suggest."), key="suggest")
