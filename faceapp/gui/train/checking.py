"""Checks what is set up as it changes, and times it once it is left alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from faceapp.gui.language import error_words
from faceapp.gui.quiet_start import quiet_ms
from faceapp.gui.train.offers import Checked, SetUp, TrainingServices
from faceapp.gui.train.setup_pane import SetUpPane
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.jobs import Job

if TYPE_CHECKING:
    from faceapp.training.estimating import Estimate

_SETTLE_MS = 300
_TIMING_MS = 1500


class SetUpCheck(QObject):
    """The newest set-up is the one that is checked; answers to older ones are dropped."""

    def __init__(
        self,
        pane: SetUpPane,
        folder: Path,
        jobs: JobRunner,
        services: TrainingServices,
    ) -> None:
        super().__init__(pane)
        self._pane, self._folder, self._jobs, self._services = pane, folder, jobs, services
        self._setup: SetUp | None = None
        self._answered: SetUp | None = None
        self._running: list[RunningJob] = []
        self._paused = False
        self._settling = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settling.timeout.connect(self._check)
        self._timing = QTimer(self, singleShot=True)
        self._timing.timeout.connect(self._time)

    @property
    def idle(self) -> bool:
        """Whether the set-up on show is checked; its timing may still run."""
        return self._paused or not (self._settling.isActive() or self._setup != self._answered)

    @property
    def timed(self) -> bool:
        """Whether nothing is timed or about to be."""
        return not (self._timing.isActive() or self._running)

    def ask(self) -> None:
        """The set-up or the samples changed: check soon."""
        if self._paused:
            return
        self._drop()
        self._answered = None
        self._pane.start_button.setEnabled(False)
        self._settling.start()

    def pause(self, paused: bool) -> None:
        """Check nothing while a training runs, which has the machine for itself."""
        self._paused = paused
        if paused:
            self._drop()
            self._settling.stop()
            self._pane.start_button.setEnabled(False)
        else:
            self.ask()

    def _drop(self) -> None:
        self._timing.stop()
        for job in self._running:
            job.cancel()
        self._running = []

    def _check(self) -> None:
        setup = self._setup = self._pane.setup
        if setup is None:
            return
        if len(setup.classes) < 2:
            self._answered = setup
            self._pane.checks.say(self.tr("Tick two classes or more."))
            self._pane.split.show_sides({})
            return
        check, folder = self._services.check, self._folder
        self._pane.checks.say(self.tr("Checking..."))

        def work(_job: Job) -> Checked:
            return check(folder, setup)

        self._run(work, lambda checked: self._show(setup, checked))

    def _run(self, work: object, done: object) -> None:
        job = self._jobs.start(self.tr("Checking"), work, done=done, failed=self._fail, quiet=True)  # type: ignore[arg-type]
        self._running.append(job)
        job.ended.connect(lambda: self._forget(job))

    def _forget(self, job: RunningJob) -> None:
        if job in self._running:
            self._running.remove(job)

    def _show(self, setup: SetUp, checked: Checked) -> None:
        if setup != self._setup or self._paused:
            return
        self._answered = setup
        self._pane.show_checked(checked)
        if checked.can_start and self._services.estimate is not None:
            self._timing.start(_TIMING_MS)

    def _fail(self, error: Exception) -> None:
        self._answered = self._setup
        self._pane.checks.say(error_words(error))

    def _time(self) -> None:
        setup, folder, estimate = self._setup, self._folder, self._services.estimate
        if setup is None or estimate is None:
            return
        if (wait := quiet_ms(self._pane)) > 0:
            self._timing.start(wait)
            return
        self._pane.checks.show_timing()

        def work(job: Job) -> Estimate:
            return estimate(folder, setup, job)

        self._run_timing(work)

    def _run_timing(self, work: object) -> None:
        job = self._jobs.start(
            self.tr("Timing a batch"),
            work,  # type: ignore[arg-type]
            done=self._pane.checks.show_estimate,
            failed=lambda _error: self._pane.checks.show_estimate(None),
            quiet=True,
        )
        self._running.append(job)
        job.ended.connect(lambda: self._forget(job))
