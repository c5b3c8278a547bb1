"""A training killed with -9 at any moment leaves a dataset that opens, whole, with no half run."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from faceapp.dataset import Dataset
from faceapp.training.run_folders import discard, unfinished_runs

SETTINGS = ["--task", "sex", "--recipe", "quick", "--set", "size=64", "--set", "epochs=40"]


def start(folder: Path, *how: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "faceapp", "train", str(folder), *(how or SETTINGS)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill_at(folder: Path, seconds: float) -> None:
    with start(folder) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)


def state(folder: Path) -> tuple[int, int, list[str]]:
    with Dataset.open(folder) as dataset:
        labels = sum(len(dataset.history(each)) for each in dataset.sample_ids())
        shown = [path.name for path in dataset.runs.iterdir() if not path.name.startswith(".")]
        return dataset.count(), labels, shown


@pytest.mark.usefixtures("imagenet")
@pytest.mark.slow
@pytest.mark.parametrize("kills", [2, 20])
@pytest.mark.timeout(1500)
def test_a_killed_training_leaves_no_half_run(dataset: Dataset, kills: int) -> None:
    folder = dataset.folder
    dataset.close()
    before = state(folder)
    started = time.monotonic()
    with start(folder) as whole:
        assert whole.wait() == 0
    seconds = time.monotonic() - started
    moments = random.Random(kills)
    for _ in range(kills):
        kill_at(folder, moments.uniform(0.1, seconds))
        samples, labels, shown = state(folder)
        assert (samples, labels) == before[:2]
        for name in shown:  # those that were done before the kill came
            assert (folder / "runs" / name / "report.html").is_file()
            assert (folder / "runs" / name / "model.keras").is_file()
    done = len(state(folder)[2])
    left = unfinished_runs(folder / "runs")
    if left:
        with start(folder, "--resume", left[0].name) as resumed:
            assert resumed.wait() == 0
        assert (folder / "runs" / left[0].name / "report.html").is_file()
        done += 1
    with start(folder) as last:
        assert last.wait() == 0
    assert len(state(folder)[2]) == done + 1
    for run in left[1:]:
        discard(run.folder)
    assert not list((folder / "runs").glob(".unfinished*"))
