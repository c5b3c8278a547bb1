"""Which models can read, and opening the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from faceapp.dataset.runs import finished_runs
from faceapp.dataset.vocabulary import match_class
from faceapp.gui.live.service import LiveModel, LiveService
from faceapp.gui.messages import Messages
from faceapp.gui.quiet_start import quiet_ms
from faceapp.gui.session import DatasetSession
from faceapp.gui.text import run_words
from faceapp.gui.workers import JobRunner, RunningJob

STARTER = "starter"
_NEUTRAL = "neutral"
Reference = Path | str | None  # a run or a file; "starter"; None finds faces only


class Models(QObject):
    """Runs of the dataset newest first, the starter, and files that were chosen.

    Signals:
        opened(LiveModel): the model that reads from now on.
        changed(): what can be chosen, what is chosen, or whether it is being opened.
        undescribed(Path): a file made elsewhere was chosen, and nobody has said what it takes.
    """

    opened = Signal(object)
    undescribed = Signal(object)
    changed = Signal()

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        messages: Messages,
        service: LiveService,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._session, self._jobs = session, jobs
        self._messages, self._service = messages, service
        self._files: list[Path] = []
        self._asked = False  # whether somebody chose; else the newest run is taken
        self._opening: RunningJob | None = None
        self._began = False
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._refresh_where_seen)
        self.chosen: Reference = None
        self.model: LiveModel | None = None

    @property
    def opening(self) -> bool:
        """Whether a model is on its way."""
        return self._opening is not None or self._later.isActive()

    @property
    def ready(self) -> bool:
        """Whether it is known what reads."""
        return self.model is not None and not self.opening

    @property
    def reads(self) -> bool:
        """Whether there is a model, not only a detector."""
        return self.model is not None and self.model.path is not None

    @property
    def knows_neutral(self) -> bool:
        """Whether a resting face is among the model's classes."""
        return self.model is not None and match_class(_NEUTRAL, self.model.info.classes) is not None

    @property
    def made_elsewhere(self) -> bool:
        """Whether what is said of the model that reads can be changed."""
        return self.model is not None and self._service.elsewhere.is_elsewhere(self.model)

    def offered(self) -> list[tuple[str, Reference]]:
        """Everything that can be chosen, by name."""
        dataset = self._session.dataset
        current = self._session.current_task
        found: list[tuple[str, Reference]] = []
        for task in sorted(dataset.tasks(), key=lambda each: each != current):
            runs = finished_runs(dataset.runs, task.name)
            found += [(run_words(run.name), run) for run in runs]
        if self._service.has_starter():
            found.append((self.tr("starter model"), STARTER))
        found += [(file.name, file) for file in self._files]
        found.append((self.tr("none: find faces only"), None))
        return found

    def refresh(self) -> None:
        """Look what there is; open the newest unless somebody chose another."""
        if not self._began and (wait := quiet_ms(self._page)) > 0:
            self._later.start(wait)
            self.changed.emit()
            return
        found = [reference for _, reference in self.offered()]
        if not self._asked or self.chosen not in found:
            self._asked = False
            if not self._began or found[0] != self.chosen:
                self._open(found[0])
        self.changed.emit()

    def _refresh_where_seen(self) -> None:
        if self._page.isVisible():
            self.refresh()

    def choose(self, reference: Reference) -> None:
        """Have this one read from now on."""
        offered = [each for _, each in self.offered()]
        if isinstance(reference, Path) and reference not in offered:
            self._files.append(reference)
        self._asked = True
        self._open(reference)

    def _open(self, reference: Reference) -> None:
        if self._opening is not None:
            self._opening.cancel()
        self._began = True
        self._later.stop()
        before, self.chosen = self.chosen, reference
        task = self._session.current_task
        classes = task.names if task is not None else ()
        title = self.tr("Opening the model")
        holder: list[RunningJob] = []

        def mine(then: Callable[[], object]) -> None:
            if holder and self._opening is holder[0]:
                self._opening = None
                then()
                self.changed.emit()

        self._opening = self._jobs.start(
            title,
            lambda job: self._service.open_model(reference, classes, job),
            done=lambda model: mine(lambda: self._has_opened(model)),
            failed=lambda error: mine(lambda: self._stay(error, reference, before)),
            cancelled=lambda: mine(lambda: self._return(before)),
            quiet=reference is None,
            looking=True,
        )
        holder.append(self._opening)
        self.changed.emit()

    def _has_opened(self, model: LiveModel) -> None:
        self.model = model
        self.opened.emit(model)

    def _stay(self, error: Exception, tried: Reference, before: Reference) -> None:
        """Keep what was there, or find faces only."""
        self._return(before)
        if isinstance(tried, Path) and self._service.elsewhere.undescribed(error):
            self.undescribed.emit(tried)
        else:
            self._messages.problem(error, key="live model")

    def _return(self, before: Reference) -> None:
        self._asked = True  # or the same would be tried again at once
        self.chosen = before
        self._files = [each for each in self._files if each == before]
        if self.model is None:
            self._open(None)
