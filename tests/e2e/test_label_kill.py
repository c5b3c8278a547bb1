"""Killed with -9 at any moment: what was on the screen is in the dataset."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import pytest
from PIL import Image

from faceapp.dataset import Dataset
from sample_rows import new_sample

pytestmark = pytest.mark.gui

VICTIM = Path(__file__).with_name("label_victim.py")
SAMPLES = 30


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset without a label; every kill gets a copy of its own."""
    folder = tmp_path_factory.mktemp("kill") / "d"
    with Dataset.create(folder) as dataset:
        for number in range(SAMPLES):
            Image.new("RGB", (80, 80), (8 * number, 90, 120)).save(
                dataset.images / f"face_{number}.jpg"
            )
        source = dataset.add_source("folder", "/faces", {})
        new = [new_sample(number, width=80, height=80) for number in range(SAMPLES)]
        dataset.add_samples(source.id, new)
        dataset.add_task("expression", ["neutral", "happy", "sad", "angry"])
    return folder


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


def chips_by_sample(painted: Sequence[tuple[int, str]]) -> Mapping[int, list[str]]:
    """What each sample's chip has said, one after the other; painted again counts once."""
    by_sample: defaultdict[int, list[str]] = defaultdict(list)
    for sample, name in painted:
        by_sample[sample].append(name)
    return {sample: [name for name, _ in groupby(names)] for sample, names in by_sample.items()}


def in_this_order(painted: Sequence[str], given: Sequence[str | None]) -> bool:
    """Whether all that was painted was given, in the same order, with others between or after."""
    rest = iter(given)
    return all(name in rest for name in painted)


def test_what_in_this_order_means() -> None:
    assert in_this_order(["a", "b"], ["a", "c", "b", "a"])
    assert not in_this_order(["a", "b"], ["b", "a"])
    assert not in_this_order(["a", "b", "a"], ["a", "b"])


def check(template: Path, folder: Path, seed: int) -> None:
    shutil.copytree(template, folder)
    painted = list(chips_painted_until_killed(folder, seed))
    assert painted, "no key landed before the kill"
    with Dataset.open(folder) as dataset:
        labels = dataset.labels("expression")
        counts = dataset.class_counts("expression")
        answers = dataset.answers("expression")
    assert not any(label.undone for label in labels)
    for sample, names in chips_by_sample(painted).items():
        given = [label.answer for label in labels if label.sample == sample]
        assert in_this_order(names, given), (seed, sample, names, given)
        assert answers[sample].answer == given[-1]  # the last painted one, or a later label
    assert sum(counts.counts.values()) == len(answers) == len({label.sample for label in labels})
    shutil.rmtree(folder)


def test_every_painted_chip_is_in_the_dataset(template: Path, tmp_path: Path) -> None:
    for seed in range(4):
        check(template, tmp_path / str(seed), seed)


@pytest.mark.slow
def test_every_painted_chip_is_in_the_dataset_fifty_times(template: Path, tmp_path: Path) -> None:
    for seed in range(50):
        check(template, tmp_path / str(seed), 1000 + seed)
