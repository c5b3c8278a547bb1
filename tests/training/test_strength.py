"""How strongly samples show their labels, by what a run said before of images new to it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from faceapp.dataset import Dataset, Split
from faceapp.dataset.runs import finished_runs, read_object
from faceapp.training.predicting import Predictor
from faceapp.training.strength import strengths


@pytest.fixture
def dataset(learned: Path) -> Iterator[Dataset]:
    with Dataset.open(learned) as opened:
        yield opened


def test_only_images_that_the_run_did_not_learn_from_count(dataset: Dataset) -> None:
    (run,) = finished_runs(dataset.runs, "expression")
    split = Split.from_json(read_object(run / "split.json"))
    found = strengths(dataset, "expression")
    assert set(found) == set(split.test)
    assert all(0 <= value <= 1 for value in found.values())
    # It is what the run wrote down when it was judged.
    names = {sample.id: sample.name for sample in dataset.samples()}
    labels = dataset.answers("expression")
    with (run / "predictions.csv").open(encoding="utf-8", newline="") as file:
        written = {row["image"]: row for row in csv.DictReader(file)}
    for sample, value in found.items():
        assert value == pytest.approx(float(written[names[sample]][f"p_{labels[sample].answer}"]))


def test_what_was_asked_before_counts_and_nobody_is_asked(dataset: Dataset) -> None:
    (run,) = finished_runs(dataset.runs, "expression")
    before = strengths(dataset, "expression")
    new = [each for each in dataset.sample_ids() if each not in dataset.answers("expression")][:3]
    dataset.label(new, "expression", "happy")
    assert strengths(dataset, "expression") == before
    said = Predictor(dataset, run).predict(new)
    after = strengths(dataset, "expression")
    assert set(after) == {*before, *new}
    place = Predictor(dataset, run).info.classes.index("happy")
    for sample, row in zip(said.ids, said.probabilities, strict=True):
        assert after[sample] == pytest.approx(float(row[place]), abs=1e-6)


def test_without_a_run_nothing_is_known(dataset: Dataset) -> None:
    assert strengths(dataset, "sex") == {}
