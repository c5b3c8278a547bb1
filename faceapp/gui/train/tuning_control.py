"""One tuning at a time: set up, begun, followed, stopped, and its best made a recipe."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from faceapp.gui.language import error_words
from faceapp.gui.messages import Messages
from faceapp.gui.train.offers import SetUp, TrainingServices
from faceapp.gui.train.setup_pane import SetUpPane
from faceapp.gui.train.tuning_offers import TuneOrder, TuningServices
from faceapp.gui.train.tuning_view import TuningView
from faceapp.gui.train.worker import LISTEN_MS
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.jobs import Job
from faceapp.training.trials.told import Trial, Tuning

if TYPE_CHECKING:
    from faceapp.training.recipes import Recipe

_MESSAGE = "tuning"


class TuningControl(QObject):
    """Brings the tuning view, the set-up and the engine of tuning together.

    Signals:
        begun(), ended(): trials are being made, or no more.
    """

    begun = Signal()
    ended = Signal()

    def __init__(
        self,
        folder: Path,
        jobs: JobRunner,
        messages: Messages,
        services: TuningServices,
        setup: SetUpPane,
    ) -> None:
        super().__init__(setup)
        self._folder, self._jobs, self._messages = folder, jobs, messages
        self._services, self._setup = services, setup
        self._job: RunningJob | None = None
        self._reading: RunningJob | None = None
        self._studies: tuple[Tuning, ...] = ()
        self._waiting: deque[Tuning] = deque(maxlen=1)  # each tells the whole study
        self._recipe: Recipe | None = None  # the one that the space on show was offered for
        self._failed = ""
        self.view = TuningView(jobs)
        self._listening = QTimer(self, interval=LISTEN_MS)
        self._listening.timeout.connect(self._pass_on)
        view = self.view
        view.start_wanted.connect(self.start)
        view.stop_wanted.connect(self.stop)
        view.storage_named.connect(self._follow_storage)
        view.study_chosen.connect(self._choose)
        view.recipe_wanted.connect(self.use)
        view.space.changed.connect(self._judge)
        view.trials.valueChanged.connect(self._judge)
        view.minutes.valueChanged.connect(self._judge)
        setup.changed.connect(self.follow)
        self._storage_read: str | None = None

    @property
    def busy(self) -> bool:
        """Whether trials are being made."""
        return self._job is not None

    @property
    def idle(self) -> bool:
        """Whether what is on show was read and drawn."""
        return self._reading is None and self.view.idle

    @property
    def _storage(self) -> str | None:
        return self.view.storage.text().strip() or None

    # -- set-up

    def open(self) -> None:
        """The view is looked at: read the studies that there are."""
        if not self.busy:
            self._read()
            self.follow()

    def follow(self) -> None:
        """The set-up changed: a new study would be of what it says now."""
        if self.busy:
            return
        if self.view.chosen_study is None:
            recipe = self._setup.recipe.recipe
            if recipe is not None and recipe != self._recipe:
                self._recipe = recipe
                self.view.space.offer(recipe, self._services.usual(recipe))
        self.view.list_studies(self._studies, self._new_name())
        self._entitle()
        self._judge()

    def _entitle(self) -> None:
        chosen, setup = self._chosen, self._setup.setup
        if chosen is not None:
            self.view.entitle(self.tr("Tune: {0}").format(chosen.study), goes_on=True)
        elif setup is not None:
            text = self.tr("Tune {0}, recipe {1}").format(setup.task, setup.recipe.name)
            self.view.entitle(text, goes_on=False)

    def _new_name(self) -> str:
        setup = self._setup.setup
        name = f"{setup.task} {setup.recipe.name}" if setup is not None else self.tr("tuning")
        taken = {each.study for each in self._studies}
        number = 1
        while (numbered := name if number == 1 else f"{name} {number}") in taken:
            number += 1
        return numbered

    @property
    def _chosen(self) -> Tuning | None:
        name = self.view.chosen_study
        return next((each for each in self._studies if each.study == name), None)

    def _follow_storage(self) -> None:
        if self._storage != self._storage_read:
            self._read()

    def _read(self, then: str | None = None) -> None:
        """List the studies of the storage, and choose one of them."""
        studies, folder, storage = self._services.studies, self._folder, self._storage
        if self._reading is not None:
            self._reading.cancel()
        self._storage_read, self._failed = storage, ""

        def work(job: Job) -> Sequence[Tuning]:
            return studies(folder, storage, job)

        self._reading = self._jobs.start(
            self.tr("Reading studies"),
            work,
            done=lambda found: self._show_studies(found, then),
            failed=self._fail_reading,
            quiet=True,
        )
        self._judge()

    def _show_studies(self, found: Sequence[Tuning], then: str | None) -> None:
        self._reading = None
        self._studies = tuple(found)
        self.view.list_studies(self._studies, self._new_name())
        if then is not None:
            self.view.choose_study(then)
        self._choose()

    def _fail_reading(self, error: Exception) -> None:
        self._reading = None
        self._studies = ()
        self._failed = error_words(error)
        self.follow()

    def _choose(self) -> None:
        """Show the chosen study, or what a new one would vary."""
        if self.busy:
            return
        chosen = self._chosen
        if chosen is None:
            self._recipe = None
        elif chosen.asked is not None:
            self.view.space.show_space(chosen.asked["space"])
        self.view.show_tuning(chosen)
        self.follow()

    def _judge(self) -> None:
        """Say what stands against it, and let it begin where nothing does."""
        if self.busy:
            return
        problem = self._failed or self._problem()
        nothing = self.tr("No trials yet: tick what may vary, then start.")
        if self._reading is not None:
            nothing = self.tr("Reading the studies that there are...")
        self.view.say(problem, nothing)
        self.view.start_button.setEnabled(not problem and self._reading is None)
        go_on = self._chosen is not None
        self.view.start_button.setText(self.tr("Add trials") if go_on else self.tr("Start tuning"))

    def _problem(self) -> str:
        view, setup, chosen = self.view, self._setup.setup, self._chosen
        if not view.trials.value() and not view.minutes.value():
            return self.tr("Say how many trials to make, or for how long.")
        if chosen is not None:
            if chosen.asked is None:
                return self.tr("An earlier version began this study: begin a new one.")
            return ""
        if setup is None or len(setup.classes) < 2:
            return self.tr("Tick two classes or more at the left.")
        if not view.space.space:
            return self.tr("Tick at least one setting that may vary.")
        return self._services.refusal(setup.recipe, view.space.space)

    # -- trials

    def start(self) -> None:
        """Make the trials that are set up."""
        view, setup, chosen = self.view, self._setup.setup, self._chosen
        if self.busy or not view.start_button.isEnabled():
            return
        new: SetUp | None = None if chosen is not None else setup
        order = TuneOrder(
            chosen.study if chosen is not None else self._new_name(),
            view.trials.value() or None,
            60.0 * view.minutes.value() or None,
            self._storage,
            new,
            None if new is None else view.space.space,
        )
        tune, folder, waiting = self._services.tune, self._folder, self._waiting

        def work(job: Job) -> None:
            tune(folder, order, job, waiting.append)

        waiting.clear()
        self._listening.start()
        self._messages.take_back(_MESSAGE)
        self._job = self._jobs.start(
            self.tr("Tuning {0}").format(order.study),
            work,
            done=lambda _nothing: self._end(order.study),
            failed=lambda error: self._fail(order.study, error),
            cancelled=lambda: self._end(order.study),
        )
        view.begin(self.tr("Tuning {0}").format(order.study), self._job)
        self.begun.emit()

    def stop(self) -> None:
        """End it now; finished trials stay."""
        if self._job is not None and not self._job.cancelling:
            self._job.cancel()
            self.view.show_stopping()

    def _pass_on(self) -> None:
        if self._waiting:
            self.view.show_tuning(self._waiting.popleft())

    def _end(self, study: str) -> None:
        self._listening.stop()
        self._pass_on()
        self._job = None
        self.view.end()
        self.ended.emit()
        self._read(then=study)

    def _fail(self, study: str, error: Exception) -> None:
        self._messages.problem(error, key=_MESSAGE)
        self._end(study)

    # -- what comes of it

    def use(self, trial: Trial, name: str) -> None:
        """Keep a trial's settings as a recipe of the person's own, and choose it."""
        tuning, like = self.view.tuning, self._setup.recipe.recipe
        if tuning is None or tuning.asked is None or like is None:
            return
        begun = type(like).from_json(tuning.asked["train"]["recipe"])
        wanted = name or self.tr("{0}, tuned").format(begun.name)
        recipe = replace(begun.with_settings(trial.settings), name=wanted)
        if self._setup.recipe.keep(recipe):
            self.view.recipe_name.clear()
            text = self.tr("Trial {0} is your recipe {1} now, and chosen at the left.")
            self._messages.info(text.format(trial.number, wanted), key=_MESSAGE)
        else:
            text = self.tr("{0} is a recipe of faceapp: take another name.")
            self._messages.warning(text.format(wanted), key=_MESSAGE)


def tuning_control(
    folder: Path,
    jobs: JobRunner,
    messages: Messages,
    services: TrainingServices,
    setup: SetUpPane,
) -> TuningControl | None:
    """The tuning of a page; None, and no way to it, where there is no engine for it."""
    setup.recipe.tune_button.setVisible(services.tuning is not None)
    if services.tuning is None:
        return None
    return TuningControl(folder, jobs, messages, services.tuning, setup)
