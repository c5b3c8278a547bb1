"""Killed with -9 at any moment: what was on the screen is in the dataset."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from faceapp.dataset import Dataset
from sample_rows import new_sample

pytestmark = pytest.mark.gui

VICTIM = Path(__file__).with_name("label_victim.py")
SAMPLES = 30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Dataset.create(tmp_path / "d") as dataset:
        for number in range(SAMPLES):
            Image.new("RGB", (80, 80), (8 * number, 90, 120)).save(
                dataset.images / f"face_{number}.jpg"
            )
        source = dataset.add_source("folder", "/faces", {})
        new = [new_sample(number, width=80, height=80) for number in range(SAMPLES)]
        dataset.add_samples(source.id, new)
        dataset.add_task("expression", ["neutral", "happy", "sad", "angry"])
    return tmp_path / "d"


def chips_painted_until_killed(folder: Path, seed: int) -> Iterator[tuple[int, str]]:
    """Let it label, kill it at a random moment after its first chip, and give what it painted."""
    command = [sys.executable, str(VICTIM), str(folder), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        first = victim.stdout.readline()
        assert first, "it never painted a chip"
        time.sleep(random.Random(seed).uniform(0, 0.4))
        victim.kill()
        rest = victim.stdout.read()
    for line in (first + rest).splitlines(keepends=True):
        if line.endswith("\n"):  # the last one may be cut by the kill
            sample, name = line.rstrip("\n").split("\t")
            yield int(sample), name


def check(folder: Path, seed: int) -> None:
    painted = set(chips_painted_until_killed(folder, seed))
    with Dataset.open(folder) as dataset:
        given = {(each.sample, each.answer) for each in dataset.labels("expression")}
        counts = dataset.class_counts("expression")
        answers = dataset.answers("expression")
    assert painted <= given
    assert sum(counts.counts.values()) == len(answers)


def test_every_painted_chip_is_in_the_dataset(folder: Path) -> None:
    for seed in range(4):
        check(folder, seed)


@pytest.mark.slow
def test_every_painted_chip_is_in_the_dataset_fifty_times(folder: Path) -> None:
    for seed in range(50):
        check(folder, 1000 + seed)
