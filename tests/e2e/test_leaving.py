"""Whoever closes the window has closed the program: its process ends within a second, in peace."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from faceapp.dataset import Dataset
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.run_folders import unfinished_runs
from own_program import command, environment

pytestmark = [pytest.mark.gui, pytest.mark.slow]


@pytest.fixture
def folder(learned_dataset: Path, tmp_path: Path) -> Path:
    try:
        find_weights("vgg16")
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    return Path(shutil.copytree(learned_dataset, tmp_path / "faces"))


def seconds_allowed() -> float:
    """One, times how many want each core."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@pytest.mark.parametrize("work", ["model", "training"])
def test_closing_ends_the_process_whatever_is_computed(folder: Path, work: str) -> None:
    start = command("leaver.py", str(folder), work)
    pipe = subprocess.PIPE
    with subprocess.Popen(start, stdout=pipe, stderr=pipe, text=True, env=environment()) as leaver:
        assert leaver.stdout is not None
        assert leaver.stderr is not None
        word, *process = leaver.stdout.readline().split() or ["nothing"]
        closed = time.monotonic()
        code = leaver.wait(60)
        took = time.monotonic() - closed
        said = leaver.stderr.read()
    assert (word, code) == ("closing", 0), said
    assert took < seconds_allowed()
    assert "Fatal" not in said
    assert "terminate" not in said
    for each in process:
        assert not Path(f"/proc/{each}").exists()
        assert len(unfinished_runs(folder / "runs")) == 1
    # The dataset was closed, not dropped; a training's process that is killed leaves it as it is.
    assert process or not (folder / "dataset.sqlite-wal").exists()
    with Dataset.open(folder) as dataset:
        assert dataset.count() == 80
