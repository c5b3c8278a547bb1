"""The whole program killed with -9 while it trains: the next start offers to go on, and does."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from faceapp.dataset import Dataset
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.records import read_predictions, read_run
from faceapp.training.run_folders import UnfinishedRun, unfinished_runs
from own_program import command, environment

pytestmark = [pytest.mark.gui, pytest.mark.slow]

EPOCHS = 16  # as train_victim.py's


@pytest.fixture
def folder(drawn_dataset: Path, tmp_path: Path) -> Path:
    try:
        find_weights("vgg16")
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    return Path(shutil.copytree(drawn_dataset, tmp_path / "faces"))


def killed_in_fine_tuning(folder: Path) -> int:
    """Let somebody train, kill the program, and give the training's process."""
    start = command("train_victim.py", str(folder), "train")
    with subprocess.Popen(start, stdout=subprocess.PIPE, text=True, env=environment()) as victim:
        assert victim.stdout is not None
        line = victim.stdout.readline()
        victim.kill()
    assert line, "it never came to fine-tuning"
    return int(line)


def runs_still(process: int) -> bool:
    """Whether a process is there; one that has ended and that nobody asked about is not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


def left_after(process: int, runs: Path, patience: float) -> UnfinishedRun:
    """The run that can be offered once the training's process is gone, which must be soon.

    Its first thread may be gone a moment before the others, which hold the run until then.
    """
    began = time.monotonic()
    while (
        runs_still(process) or not unfinished_runs(runs)
    ) and time.monotonic() - began < patience:
        time.sleep(0.01)
    assert not runs_still(process)
    (left,) = unfinished_runs(runs)
    return left


def came_back(folder: Path) -> dict[str, Any]:
    """Let somebody start the program again and take up what it offers."""
    start = command("train_victim.py", str(folder), "come_back")
    done = subprocess.run(
        start, capture_output=True, text=True, env=environment(), check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert "Fatal" not in done.stderr
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


def state(folder: Path) -> tuple[int, int]:
    """How many samples and labels there are."""
    with Dataset.open(folder) as dataset:
        ids = dataset.sample_ids()
        return len(ids), sum(len(dataset.history(each)) for each in ids)


def epochs_of(run: Path) -> dict[str, list[int]]:
    """The epochs that a run's curve has, by phase."""
    with (run / "curve.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    phases = dict.fromkeys(row["phase"] for row in rows)
    return {phase: [int(r["epoch"]) for r in rows if r["phase"] == phase] for phase in phases}


def test_killed_while_it_trains_the_program_offers_to_go_on_and_does(folder: Path) -> None:
    samples, labels = state(folder)
    process = killed_in_fine_tuning(folder)
    patience = 2 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    left = left_after(process, folder / "runs", patience)
    assert state(folder) == (samples, labels + 1)  # what was labelled meanwhile

    shown = came_back(folder)
    assert "half done" in " ".join(shown["said"])
    (run,) = (folder / "runs").iterdir()  # nothing else is left, hidden or not
    assert run.name == left.name
    record = read_run(run)
    assert shown["figure"] == f"{100 * record.balanced:.1f}%"
    assert (shown["rows"], shown["offers"]) == (1, 0)
    tested = read_predictions(run)
    assert len(tested) == record.n
    epochs = epochs_of(run)
    assert epochs["tuning"] == list(range(1, EPOCHS + 1))
    assert all(n == 1 for each in epochs.values() for n in Counter(each).values())
    for name in ("model.keras", "report.html", "metrics.json"):
        assert (run / name).is_file()
    assert state(folder) == (samples, labels + 1)
