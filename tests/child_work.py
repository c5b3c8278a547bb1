"""Work for a supervised process, at module level so that a spawned process finds it.

What is to be done is said by `notes` of the request.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faceapp.dataset import Dataset
from faceapp.errors import Cancelled, WorldError
from faceapp.jobs import Job
from faceapp.training.child import TrainingRequest, Work, run_training
from faceapp.training.events import LogLine, OnEvent, PhaseStarted, RunStarted, TrainingEvent
from faceapp.training.run_folders import RunFolder


def work(request: TrainingRequest, job: Job, on_event: OnEvent) -> Path:
    """Do what the notes say, and nothing about training."""
    print("the process prints this")
    on_event(LogLine(f"{os.getpid()} {os.nice(0)}"))
    return _WAYS[request.notes[0]](request, job, on_event)


def _finish(request: TrainingRequest, job: Job, _on_event: OnEvent) -> Path:
    job.step("Working", 1, 2)
    return request.dataset


def _fail(_request: TrainingRequest, _job: Job, _on_event: OnEvent) -> Path:
    raise WorldError("The disk is full: make room.")


def _raise(_request: TrainingRequest, _job: Job, _on_event: OnEvent) -> Path:
    raise ZeroDivisionError("by nought")


def _die(_request: TrainingRequest, _job: Job, _on_event: OnEvent) -> Path:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def _hang(_request: TrainingRequest, _job: Job, _on_event: OnEvent) -> Path:
    threading.Event().wait()
    raise AssertionError


def _hang_with_a_run(request: TrainingRequest, job: Job, on_event: OnEvent) -> Path:
    """A run that takes no notice of anything, and could be resumed."""
    with RunFolder(request.dataset, "run") as folder:
        (folder.path / "resume.json").write_text("{}", encoding="utf-8")
        on_event(RunStarted(folder.path))
        return _hang(request, job, on_event)


@contextmanager
def begun_run(folder: Path) -> Iterator[Path]:
    """A training of the dataset in `folder` that came as far as its plan, and may break down."""
    from faceapp.training.material import TrainConfig, gather
    from faceapp.training.plans import Plan
    from faceapp.training.recipes import recipe_named

    config = TrainConfig("expression", recipe_named("quick"))
    with Dataset.open(folder) as dataset:
        plan, runs = Plan(config, gather(dataset, config), (), "0" * 64), dataset.runs
    with RunFolder(runs, "20260102-120000-expression-quick") as run:
        plan.write(run.path)
        yield run.path


def _with_a_plan(then: Work) -> Work:
    """Begin a run of the dataset, and then break down."""

    def break_down(request: TrainingRequest, job: Job, on_event: OnEvent) -> Path:
        with begun_run(request.dataset) as run:
            on_event(RunStarted(run))
            return then(request, job, on_event)

    return break_down


def _train_until(phase: str, then: Work) -> Work:
    """Really train, and break down where that phase begins."""

    def break_down(request: TrainingRequest, job: Job, on_event: OnEvent) -> Path:
        def tell(event: TrainingEvent) -> None:
            on_event(event)
            if isinstance(event, PhaseStarted) and event.phase == phase:
                then(request, job, on_event)

        return run_training(request, job, tell)

    return break_down


def _listen(request: TrainingRequest, job: Job, _on_event: OnEvent) -> Path:
    """Work until told to stop, as training does between batches; says what it was told."""
    while not job.enough():
        job.step("Working", 0, 0)
    (request.dataset / "enough").touch()
    return request.dataset


def _hold_a_pipe(request: TrainingRequest, job: Job, on_event: OnEvent) -> Path:
    """As `_listen`, holding the named pipe `alive` open until the process ends."""
    os.open(request.dataset / "alive", os.O_WRONLY)
    try:
        return _listen(request, job, on_event)
    except Cancelled:
        (request.dataset / "cancelled").touch()
        raise


def _hold_a_pipe_and_hang(request: TrainingRequest, job: Job, on_event: OnEvent) -> Path:
    """As `_hold_a_pipe`, but deaf, as inside a long step of a library."""
    os.open(request.dataset / "alive", os.O_WRONLY)
    return _hang(request, job, on_event)


_WAYS = {
    "finish": _finish,
    "fail": _fail,
    "raise": _raise,
    "die": _die,
    "hang": _hang,
    "hang with a run": _hang_with_a_run,
    "raise with a plan": _with_a_plan(_raise),
    "die with a plan": _with_a_plan(_die),
    "hang with a plan": _with_a_plan(_hang),
    "raise in judging": _train_until("judging", _raise),
    "hang in tuning": _train_until("tuning", _hang),
    "listen": _listen,
    "hold a pipe": _hold_a_pipe,
    "hold a pipe and hang": _hold_a_pipe_and_hang,
}
