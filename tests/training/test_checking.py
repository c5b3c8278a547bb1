"""Everything that stands against a training is named at once, in words that say what to do."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from faceapp.dataset import Dataset, NewLabel
from faceapp.networks.architectures import BACKBONES
from faceapp.networks.weights import Weights, WeightsMissing
from faceapp.training import checking
from faceapp.training.checking import Problem, check
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import recipe_named
from sample_rows import new_sample

CLASSES = ("neutral", "happy", "sad")
CONFIG = TrainConfig("expression", recipe_named("quick"))


@pytest.fixture(autouse=True)
def some_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that take no time: checking looks at their size alone."""
    layers = {
        name: tuple(np.zeros(shape, np.float32) for shape in shapes)
        for name, shapes in list(BACKBONES["vgg16"].base.items())[:3]
    }
    found = Weights("vgg16", "a test", layers, "0" * 64, verified=True, has_top=False)
    monkeypatch.setattr(checking, "find_weights", lambda *_args: found)


def dataset_of(folder: Path, people: Sequence[tuple[str, str | None]], **changes: object) -> Path:
    """A dataset of samples given as (class, person)."""
    path = folder / "dataset"
    with Dataset.create(path) as dataset:
        dataset.add_task("expression", list(CLASSES))
        source = dataset.add_source("folder", "/faces", {})
        new = [new_sample(n, group=person, **changes) for n, (_, person) in enumerate(people)]
        ids = dataset.add_samples(source.id, new)[0]
        labels = [NewLabel(i, name) for i, (name, _) in zip(ids, people, strict=True)]
        dataset.add_labels("expression", labels)
    return path


def even(people: int = 10, images: int = 3) -> list[tuple[str, str | None]]:
    return [(name, f"person {p}") for p in range(people) for name in CLASSES for _ in range(images)]


def found(folder: Path, config: TrainConfig = CONFIG) -> list[Problem]:
    with Dataset.open(folder) as dataset:
        return check(config, dataset)


def test_nothing_stands_against_a_good_dataset(tmp_path: Path) -> None:
    assert found(dataset_of(tmp_path, even())) == []


def test_all_small_classes_are_named_at_once(tmp_path: Path) -> None:
    people = [("neutral", f"p{n}") for n in range(30)] + [("happy", "a"), ("happy", "b")]
    people += [("sad", "c")] * 30
    problems = found(dataset_of(tmp_path, people))
    blocking = [problem.text for problem in problems if problem.blocking]
    assert len(blocking) == 2
    assert blocking[0].startswith("happy shows 2 people or families, but at least 3 are needed")
    assert blocking[1].startswith("sad shows 1 person or family, but")
    assert problems[: len(blocking)] == [p for p in problems if p.blocking]
    warned = [problem.text for problem in problems if not problem.blocking]
    assert any("c is 100% of sad (30 of 30 images)" in text for text in warned)
    assert any("a is 50% of happy" in text for text in warned)


def test_few_images_and_lacking_classes_are_warned_of(tmp_path: Path) -> None:
    people = [("neutral", f"p{n}") for n in range(30)] + [("happy", f"p{n}") for n in range(5)]
    config = replace(CONFIG, classes=CLASSES, recipe=replace(CONFIG.recipe, balance=False))
    texts = {p.text for p in found(dataset_of(tmp_path, [*people, *people[:30]]), config)}
    assert any(text.startswith("happy has 5 images") for text in texts)
    assert "sad has no labelled sample: it will not be learned." in texts
    assert any("largest class has 60 images, the smallest 5" in text for text in texts)


def test_folds_need_as_many_people(tmp_path: Path) -> None:
    folder = dataset_of(tmp_path, even(people=7))
    assert found(folder) == []
    (problem, *_) = found(folder, replace(CONFIG, folds=8))
    assert problem.blocking
    assert "at least 8 are needed" in problem.text


def test_people_that_nobody_knows_are_warned_of(tmp_path: Path) -> None:
    (problem,) = found(dataset_of(tmp_path, [(name, None) for name in CLASSES * 25]))
    assert (problem.about, problem.blocking) == ("people", False)
    assert "Group people" in problem.text


def test_families_across_the_split_are_named(tmp_path: Path) -> None:
    (problem,) = found(dataset_of(tmp_path, even(), phash=5))
    assert problem.about == "families"
    assert problem.text.startswith("1 families")
    assert ".jpg" in problem.text


@pytest.mark.parametrize(
    ("config", "about", "text"),
    [
        (replace(CONFIG, task="sex"), "classes", "There is no task 'sex'"),
        (replace(CONFIG, classes=("happy", "bored")), "classes", "no class 'bored'"),
        (replace(CONFIG, classes=("happy",)), "classes", "two classes"),
        (replace(CONFIG, recipe=replace(CONFIG.recipe, cut="x")), "recipe", "cut cannot be 'x'"),
        (
            replace(CONFIG, recipe=replace(CONFIG.recipe, unfreeze="block5")),
            "recipe",
            "up to block3_pool",
        ),
    ],
)
def test_what_is_impossible_blocks(
    tmp_path: Path, config: TrainConfig, about: str, text: str
) -> None:
    (problem,) = found(dataset_of(tmp_path, even()), config)
    assert (problem.about, problem.blocking) == (about, True)
    assert text in problem.text


def test_missing_weights_come_with_the_ways_out_beside_everything_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_args: object) -> Weights:
        raise WeightsMissing("The weights are not here. Ways out: buy some.")

    monkeypatch.setattr(checking, "find_weights", missing)
    tuned = replace(recipe_named("fine-tune"), base_rate=1.0)
    problems = found(
        dataset_of(tmp_path, [("happy", "a"), ("sad", "b")]), replace(CONFIG, recipe=tuned)
    )
    assert {problem.about for problem in problems} == {"weights", "recipe", "classes", "people"}
    assert any("Ways out" in problem.text for problem in problems if problem.blocking)


def test_disk_and_memory_are_weighed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = dataset_of(tmp_path, even())
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1024**2))
    monkeypatch.setattr(checking, "available_memory", lambda: 512 * 1024**2)
    disk, memory = found(folder)
    assert (disk.about, disk.blocking) == ("disk", True)
    assert "1 MB are free" in disk.text
    assert (memory.about, memory.blocking) == ("memory", False)
    # Full maps take more than the features of a head.
    tuned = found(folder, replace(CONFIG, recipe=recipe_named("fine-tune")))[0]
    assert "GB" in tuned.text or int(tuned.text.split()[1]) > int(disk.text.split()[1]) > 1
    monkeypatch.setattr(checking, "available_memory", lambda: None)
    assert [problem.about for problem in found(folder)] == ["disk"]
