"""Labels that the newest run would not have given."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from faceapp.dataset import Dataset, NewSample, Query, UnknownTask
from faceapp.dataset.runs import finished_runs
from faceapp.training.disputing import disputed
from faceapp.training.predicting import Predictor

CLASSES = ("happy", "sad", "surprised")

Said = dict[int, np.ndarray]


@pytest.fixture
def dataset(learned: Path) -> Iterator[Dataset]:
    with Dataset.open(learned) as opened:
        yield opened


@pytest.fixture
def run(dataset: Dataset) -> Path:
    return finished_runs(dataset.runs, "expression")[0]


@pytest.fixture
def judged(dataset: Dataset, run: Path) -> Said:
    """What the run said of the people that it was judged on."""
    ids = {sample.name: sample.id for sample in dataset.samples()}
    with (run / "predictions.csv").open(encoding="utf-8", newline="") as file:
        return {
            ids[row["image"]]: np.array([float(row[f"p_{name}"]) for name in CLASSES])
            for row in csv.DictReader(file)
        }


def labels(dataset: Dataset) -> dict[int, str | None]:
    return {each: answer.answer for each, answer in dataset.answers("expression").items()}


def all_said(dataset: Dataset, run: Path, judged: Said) -> Said:
    known = [each for each, name in labels(dataset).items() if name in CLASSES]
    found = Predictor(dataset, run).predict(known)
    return {**dict(zip(found.ids, found.probabilities, strict=True)), **judged}


def test_flipped_labels_are_found(dataset: Dataset, run: Path, judged: Said) -> None:
    agreed = {
        each: name
        for each, name in labels(dataset).items()
        if name in CLASSES and each not in disputed(dataset, "expression")
    }
    wrong = dict(zip(CLASSES, CLASSES[1:] + CLASSES[:1], strict=True))
    flipped = list(agreed)[::2]
    assert len(flipped) >= 5
    before = set(disputed(dataset, "expression"))
    for each in flipped:
        dataset.label([each], "expression", wrong[agreed[each]])

    assert set(disputed(dataset, "expression")) == before | set(flipped)
    assert len(judged) > 0


def test_the_surest_disagreement_comes_first(dataset: Dataset, run: Path, judged: Said) -> None:
    dataset.label(dataset.sample_ids(), "expression", "sad")
    said = all_said(dataset, run, judged)
    margins = {each: row.max() - row[1] for each, row in said.items() if row.argmax() != 1}

    found = disputed(dataset, "expression")

    assert set(found) == set(margins)
    assert [margins[each] for each in found] == sorted(margins.values(), reverse=True)


def test_the_run_keeps_what_it_said_of_people_it_never_saw(dataset: Dataset, judged: Said) -> None:
    others = [each for each in dataset.sample_ids() if each not in judged]
    dataset.quarantine(others)
    before = disputed(dataset, "expression")
    for each in dataset.samples():  # nobody needs to look at the images again
        dataset.image_path(each).unlink()
    truth = labels(dataset)
    expected = {each for each, row in judged.items() if CLASSES[row.argmax()] != truth[each]}
    assert set(before) == set(disputed(dataset, "expression")) == expected
    assert not list((dataset.cache / "predictions").glob("*/rows.f16"))


def test_without_its_predictions_the_model_is_asked(dataset: Dataset, run: Path) -> None:
    (run / "predictions.csv").write_text("image,p_happy\nx.jpg,much\n", encoding="utf-8")
    dataset.label(dataset.sample_ids(), "expression", "sad")
    found = Predictor(dataset, run).predict(dataset.sample_ids())
    expected = {
        i for i, row in zip(found.ids, found.probabilities, strict=True) if row.argmax() != 1
    }
    assert set(disputed(dataset, "expression")) == expected


def test_only_answers_that_the_run_could_give_are_disputed(dataset: Dataset) -> None:
    dataset.label(dataset.sample_ids(), "expression", "angry")
    assert disputed(dataset, "expression") == []
    dataset.label(dataset.sample_ids(), "expression", None)
    assert disputed(dataset, "expression") == []


def test_a_name_that_two_samples_share_is_asked_of_the_model(
    dataset: Dataset, run: Path, judged: Said
) -> None:
    twin = next(iter(judged))
    sample = dataset.sample(twin)
    other = next(each for each in dataset.samples() if each.name != sample.name)
    source = dataset.add_source("folder", "/elsewhere", {})
    fields = {name: getattr(other, name) for name in NewSample.__dataclass_fields__}
    dataset.add_samples(source.id, [NewSample(**{**fields, "name": sample.name})])
    disputed(dataset, "expression")
    dataset.image_path(sample).unlink()  # what the model said is remembered, or cannot be had
    assert Predictor(dataset, run).predict([twin]).ids == (twin,)


def test_the_newest_run_of_the_task_is_asked(dataset: Dataset, run: Path) -> None:
    newest = run.with_name("29991231-000000-expression")
    shutil.copytree(run, newest)
    truth = labels(dataset)
    with (run / "predictions.csv").open(encoding="utf-8", newline="") as file:
        names = [row["image"] for row in csv.DictReader(file)]
    ids = {sample.name: sample.id for sample in dataset.samples()}
    with (newest / "predictions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", *(f"p_{name}" for name in CLASSES)])
        for name in names:  # it now answers as the label says
            writer.writerow([name, *(float(truth[ids[name]] == each) for each in CLASSES)])
    assert not set(disputed(dataset, "expression")) & {ids[name] for name in names}


def test_without_a_run_nothing_is_disputed(dataset: Dataset) -> None:
    assert disputed(dataset, "sex") == []
    with pytest.raises(UnknownTask, match="'age'"):
        disputed(dataset, "age")
    assert dataset.count(Query(task="sex", unlabelled=True)) == 0
