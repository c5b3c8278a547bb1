"""One training at a time: begun, stopped, and its end passed on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from faceapp.gui.dialogs import confirm
from faceapp.gui.train.offers import Order, SetUp, TrainingServices, Unfinished
from faceapp.gui.train.run_view import RunView
from faceapp.gui.train.worker import TrainingWorker
from faceapp.gui.workers import JobRunner


class RunControl(QObject):
    """Starts trainings and shows the one under way in the run view.

    Signals:
        begun(): a training began.
        finished(Path), failed(Exception), ended(bool): how it ended, as `TrainingWorker` says;
            by then another could begin.
    """

    begun = Signal()
    finished = Signal(object)
    failed = Signal(object)
    ended = Signal(bool)

    def __init__(
        self, folder: Path, jobs: JobRunner, services: TrainingServices, view: RunView
    ) -> None:
        super().__init__(view)
        self._folder, self._jobs, self._services, self._view = folder, jobs, services, view
        self.worker: TrainingWorker | None = None
        view.keep_wanted.connect(self.stop_and_keep)
        view.discard_wanted.connect(self.discard)

    @property
    def busy(self) -> bool:
        """Whether a training is under way."""
        return self.worker is not None

    def start(self, setup: SetUp) -> None:
        """Begin what is set up."""
        self._begin(Order(setup.task, setup.recipe.name, setup=setup), _steps(setup))

    def resume(self, run: Unfinished) -> None:
        """Go on with an unfinished run."""
        steps = ["faces", "caching", "head", *(["tuning"] if run.tunes else []), "judging"]
        self._begin(Order(run.task, run.recipe, resume=run.folder), steps)

    def _begin(self, order: Order, steps: list[str]) -> None:
        if self.worker is not None:
            return
        worker = TrainingWorker(self._jobs, self._services, self._folder, order, self)
        self.worker = worker
        worker.heard.connect(self._view.hear)
        worker.finished.connect(lambda run: self._end(self.finished, run))
        worker.failed.connect(lambda error: self._end(self.failed, error))
        worker.ended.connect(lambda discarded: self._end(self.ended, discarded))
        worker.start()
        title = self.tr("Training {0}, recipe {1}").format(order.task, order.recipe)
        self._view.begin(title, steps, worker.job)
        self.begun.emit()

    def stop_and_keep(self) -> None:
        """Stop the training and keep the best that it has."""
        if self.worker is not None and not self.worker.stopping:
            self.worker.stop_and_keep()
            self._view.show_stopping(
                self.tr("stopping, keeping the best"), self.tr("stopped, judging the best")
            )

    def discard(self) -> None:
        """Stop the training and keep nothing of it, if the person is sure."""
        if self.worker is None or self.worker.discarding:
            return
        said = self.tr("What it has learned is gone then. Cached activations stay.")
        question = self.tr("Discard this training?")
        sure = confirm(self._view, question, said, self.tr("Discard"), self.tr("Train on"))
        if sure and self.worker is not None:  # it may have ended meanwhile
            self.worker.discard()
            self._view.show_stopping(self.tr("stopping"))

    def _end(self, signal: object, value: object) -> None:
        assert self.worker is not None
        self.worker.deleteLater()
        self.worker = None
        self._view.end()
        signal.emit(value)  # type: ignore[attr-defined]


def _steps(setup: SetUp) -> list[str]:
    """The phases that this training will take."""
    faces = ["faces"] if setup.recipe.alignment == "aligned" else []
    tuning = ["tuning"] if setup.recipe.tunes else []
    return [*faces, "caching", "head", *tuning, "judging"]
