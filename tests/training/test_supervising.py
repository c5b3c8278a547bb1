"""A training in a process of its own: however that ends, the one who waits is told and goes on."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from child_work import work
from faceapp.dataset import Dataset
from faceapp.errors import Cancelled, ProgramError
from faceapp.jobs import Job, Progress
from faceapp.training.child import TrainingRequest
from faceapp.training.events import EpochDone, LogLine, PhaseStarted, RunStarted, TrainingEvent
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import recipe_named
from faceapp.training.run_folders import unfinished_runs
from faceapp.training.supervising import (
    TrainingCrashed,
    TrainingFailed,
    TrainingHung,
    new_log,
    supervise,
)


def request(folder: Path, how: str) -> TrainingRequest:
    return TrainingRequest(folder, folder / "training.log", notes=(how,))


def test_it_tells_and_finishes_at_a_lower_priority(tmp_path: Path) -> None:
    events: list[TrainingEvent] = []
    reports: list[Progress] = []
    folder = supervise(request(tmp_path, "finish"), Job(reports.append), events.append, work=work)
    assert folder == tmp_path
    assert reports == [Progress("Working", 1, 2)]
    (line,) = events
    assert isinstance(line, LogLine)
    process, nice = (int(word) for word in line.text.split())
    assert process != os.getpid()
    assert nice == min(19, os.nice(0) + 10)
    assert "the process prints this" in (tmp_path / "training.log").read_text("utf-8")
    assert multiprocessing.active_children() == []


def test_the_worlds_fault_comes_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed, match=r"^The disk is full: make room\.$"):
        supervise(request(tmp_path, "fail"), work=work)


@pytest.mark.parametrize(
    ("how", "text"), [("raise", "ZeroDivisionError: by nought"), ("die", "SIGKILL")]
)
def test_a_crash_names_the_log_and_the_way_on(tmp_path: Path, how: str, text: str) -> None:
    with pytest.raises(TrainingCrashed, match=text) as caught:
        supervise(request(tmp_path, how), work=work)
    assert caught.value.log == tmp_path / "training.log"
    assert str(tmp_path / "training.log") in str(caught.value)
    assert "can be resumed" in str(caught.value)
    if how == "raise":
        assert "by nought" in (tmp_path / "training.log").read_text("utf-8")
    assert multiprocessing.active_children() == []


def test_one_that_says_nothing_is_ended(tmp_path: Path) -> None:
    with pytest.raises(TrainingHung, match="can be resumed"):
        supervise(request(tmp_path, "hang"), work=work, patience_seconds=4)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("how", ["listen", "hang", "hang with a run"])
def test_discarding_takes_two_seconds_at_most(tmp_path: Path, how: str) -> None:
    seen: list[tuple[float, TrainingEvent]] = []
    wanted = RunStarted if how == "hang with a run" else LogLine

    def cancelled() -> bool:
        return any(isinstance(event, wanted) for _, event in seen)

    def note(event: TrainingEvent) -> None:
        seen.append((time.monotonic(), event))

    with pytest.raises(Cancelled):
        supervise(request(tmp_path, how), Job(cancelled=cancelled), note, work=work)
    assert time.monotonic() - seen[-1][0] < 2
    assert not list(tmp_path.glob(".unfinished*"))
    assert multiprocessing.active_children() == []


def test_one_that_is_left_can_be_resumed(tmp_path: Path) -> None:
    seen: list[TrainingEvent] = []

    def left() -> bool:
        return any(isinstance(event, RunStarted) for event in seen)

    with pytest.raises(Cancelled):
        supervise(request(tmp_path, "hang with a run"), Job(), seen.append, work=work, left=left)
    assert [folder for folder in tmp_path.glob(".unfinished*") if folder.is_dir()]
    assert multiprocessing.active_children() == []


def test_enough_is_passed_on(tmp_path: Path) -> None:
    seen: list[TrainingEvent] = []
    job = Job(enough=lambda: bool(seen))
    assert supervise(request(tmp_path, "listen"), job, seen.append, work=work) == tmp_path
    assert (tmp_path / "enough").exists()


PARENT = """
import sys
from pathlib import Path
from child_work import work
from faceapp.training.child import TrainingRequest
from faceapp.training.supervising import supervise
if __name__ == "__main__":
    folder = Path(sys.argv[1])
    supervise(TrainingRequest(folder, folder / "log", notes=(sys.argv[2],)), work=work)
"""


@pytest.mark.parametrize("how", ["hold a pipe", "hold a pipe and hang"])
def test_when_the_program_is_killed_its_training_ends_too(tmp_path: Path, how: str) -> None:
    os.mkfifo(tmp_path / "alive")
    (tmp_path / "parent.py").write_text(PARENT, encoding="utf-8")
    paths = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])
    command = [sys.executable, str(tmp_path / "parent.py"), str(tmp_path), how]
    with (
        subprocess.Popen(command, env={**os.environ, "PYTHONPATH": paths}) as parent,
        (tmp_path / "alive").open(encoding="utf-8") as alive,  # waits for the child
    ):
        parent.send_signal(signal.SIGKILL)
        assert alive.read() == ""  # waits for its end
    assert not (tmp_path / "cancelled").exists()  # nobody cancelled it: its run would stay
    assert "Orphaned" in (tmp_path / "log").read_text("utf-8")


def test_only_the_newest_logs_stay(own_home: Path) -> None:
    logs = []
    for _ in range(25):
        logs.append(new_log())
        logs[-1].touch()
    assert sorted(logs[0].parent.iterdir()) == logs[-20:]
    assert own_home in logs[0].parents


def killing_in(phase: str) -> Callable[[TrainingEvent], None]:
    """Kill the process with -9 when it enters a phase, or after an epoch of fine-tuning."""

    def on_event(event: TrainingEvent) -> None:
        in_phase = isinstance(event, PhaseStarted) and event.phase == phase
        is_epoch = isinstance(event, EpochDone) and event.row.phase == phase
        if is_epoch or (in_phase and phase != "tuning"):
            for child in multiprocessing.active_children():
                os.kill(child.pid or 0, signal.SIGKILL)

    return on_event


@pytest.mark.slow
@pytest.mark.usefixtures("imagenet")
@pytest.mark.timeout(1500)
def test_a_training_killed_in_any_phase_is_resumed(dataset: Dataset, tmp_path: Path) -> None:
    recipe = recipe_named("fine-tune").with_settings(
        {"size": "64", "epochs": "20", "tune_epochs": "3", "tune_patience": "0"}
    )
    log = tmp_path / "log"
    asked = TrainingRequest(dataset.folder, log, TrainConfig("sex", recipe))
    for phase in ("faces", "caching", "head", "tuning", "judging"):
        with pytest.raises(ProgramError, match="SIGKILL"):
            supervise(asked, on_event=killing_in(phase))
    left = unfinished_runs(dataset.runs)
    assert len(left) == 5
    folders = [supervise(TrainingRequest(dataset.folder, log, resume=run.folder)) for run in left]
    metrics = [(folder / "curve.csv").read_bytes() for folder in folders]
    assert len(set(metrics)) == 1
    assert unfinished_runs(dataset.runs) == []
    assert all((folder / "report.html").is_file() for folder in folders)
    shutil.rmtree(dataset.runs)
