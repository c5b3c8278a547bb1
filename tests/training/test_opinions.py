"""What the newest run says of samples that wait for review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faceapp.dataset import Dataset, NewProposal, Query, UnknownTask
from faceapp.dataset.runs import finished_runs
from faceapp.training.opinions import opinions
from faceapp.training.predicting import Predictor

CLASSES = ("happy", "sad", "surprised")


@pytest.fixture
def dataset(learned: Path) -> Iterator[Dataset]:
    with Dataset.open(learned) as opened:
        yield opened


def test_what_the_model_contradicts_comes_first(dataset: Dataset) -> None:
    waiting = dataset.sample_ids(Query(task="expression", unlabelled=True))[:6]
    run = finished_runs(dataset.runs, "expression")[0]
    asked = Predictor(dataset, run).predict(waiting)
    said = dict(zip(asked.ids, asked.probabilities, strict=True))
    agreeing, contradicted = waiting[:3], waiting[3:]
    offers = [NewProposal(each, CLASSES[said[each].argmax()]) for each in agreeing]
    offers += [NewProposal(each, CLASSES[said[each].argmin()]) for each in contradicted]
    dataset.propose("expression", offers, "query")

    found = opinions(dataset, "expression")
    assert set(list(found)[:3]) == set(contradicted)
    assert set(list(found)[3:]) == set(agreeing)
    for sample, opinion in found.items():
        assert opinion.answer == CLASSES[said[sample].argmax()]
        assert opinion.probability == pytest.approx(float(said[sample].max()), abs=1e-5)
        assert (opinion.against > 0) == (sample in contradicted)
    against = [each.against for each in found.values()]
    assert against == sorted(against, reverse=True)


def test_a_class_that_the_model_does_not_know_is_contradicted(dataset: Dataset) -> None:
    (sample, *_) = dataset.sample_ids(Query(task="expression", unlabelled=True))
    unknown = next(n for n in dataset.task("expression").names if n not in CLASSES)
    dataset.propose("expression", [NewProposal(sample, unknown)], "query")
    (opinion,) = opinions(dataset, "expression").values()
    assert opinion.proposed == unknown
    assert opinion.against == pytest.approx(opinion.probability)


def test_nothing_waits_or_nobody_can_be_asked(dataset: Dataset) -> None:
    assert opinions(dataset, "expression") == {}
    assert opinions(dataset, "sex") == {}
    with pytest.raises(UnknownTask):
        opinions(dataset, "age")


def test_a_damaged_run_is_passed_over(dataset: Dataset) -> None:
    import shutil

    run = finished_runs(dataset.runs, "expression")[0]
    damaged = shutil.copytree(run, run.with_name("9999-damaged"))
    (damaged / "model.keras").write_bytes(b"no model")
    sample = dataset.sample_ids(Query(task="expression", unlabelled=True))[0]
    dataset.propose("expression", [NewProposal(sample, "happy")], "query")
    assert set(opinions(dataset, "expression")) == {sample}
