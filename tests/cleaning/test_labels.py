"""Wrong labels, outliers and raters: found from evidence that is handed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaning_helpers import Blind
from faceapp.cleaning import Cleaning, Evidence, NoEvidence, clean
from faceapp.cleaning.labels import distances, self_confidence
from faceapp.dataset import Dataset, NewLabel
from faceapp.jobs import Job
from sample_rows import fill

CLASSES = ("happy", "sad", "angry")


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Dataset]:
    """Sixty samples without images, twenty a class."""
    with Dataset.create(tmp_path / "rows") as dataset:
        ids = fill(dataset, 60)
        dataset.add_task("expression", CLASSES)
        dataset.add_labels(
            "expression", [NewLabel(each, CLASSES[place % 3]) for place, each in enumerate(ids)]
        )
        yield dataset


def evidence(dataset: Dataset, seed: int = 0) -> Evidence:
    """A judge who is right, always as sure, and sees points around one corner a class."""
    answers = dataset.answers("expression")
    random = np.random.default_rng(seed)
    truth = np.array([place % 3 for place in range(60)])
    labels = np.array([CLASSES.index(answer.answer or "") for answer in answers.values()])
    sure = np.eye(3)[truth] * 0.85 + np.array([0.06, 0.05, 0.04])
    points = np.eye(3)[truth] * 10 + random.normal(size=(60, 3))
    return Evidence("expression", CLASSES, tuple(answers), labels, sure, points)


def cleaned(dataset: Dataset, kind: str, given: Evidence | None = None) -> Cleaning:
    source = given or evidence(dataset)
    return clean(dataset, [kind], evidence=lambda _job: [source], detector=Blind())


def test_flipped_labels_are_found_with_what_they_should_be(rows: Dataset) -> None:
    rows.label([1], "expression", "angry")
    rows.label([2], "expression", "happy")
    found = cleaned(rows, "wrong_label").findings
    assert {each.samples for each in found} == {(1,), (2,)}
    first = next(each for each in found if each.samples == (1,))
    assert first.detail["suggested"] == "happy"
    assert list(first.detail["choices"]) == ["happy", "sad"]
    assert first.value == pytest.approx(self_confidence(evidence(rows))[0])
    assert first.reason.startswith("Labelled angry with a probability of")


def test_label_is_right_is_said_of_that_label_only(rows: Dataset) -> None:
    rows.label([1], "expression", "angry")
    (found,) = cleaned(rows, "wrong_label").findings
    rows.dismiss([each.id for each in rows.findings("wrong_label", ids=found.samples)])
    assert cleaned(rows, "wrong_label").findings == ()
    rows.label([1], "expression", "sad")
    (again,) = cleaned(rows, "wrong_label").findings
    assert again.detail["label"] == "sad"
    rows.label([1], "expression", "angry")
    assert cleaned(rows, "wrong_label").findings == ()


def test_right_labels_are_left_alone(rows: Dataset) -> None:
    assert cleaned(rows, "wrong_label").findings == ()


def test_evidence_on_samples_in_quarantine_is_passed_over(rows: Dataset) -> None:
    rows.label([1], "expression", "angry")
    given = evidence(rows)
    rows.quarantine([1])
    assert cleaned(rows, "wrong_label", given).findings == ()


@pytest.mark.parametrize("left", [0, 1, 20])
def test_one_class_alone_is_never_suspected(rows: Dataset, left: int) -> None:
    given = evidence(rows)
    sad = [each for each, row in zip(given.ids, given.labels, strict=True) if row == 1]
    rows.quarantine(set(given.ids) - set(sad[:left]))
    assert cleaned(rows, "wrong_label", given).findings == ()


def test_without_evidence_checks_are_skipped_with_the_reason(rows: Dataset) -> None:
    def nothing(_job: Job) -> list[Evidence]:
        raise NoEvidence("nobody knows")

    cleaning = clean(rows, ["outlier", "small_class"], evidence=nothing, detector=Blind())
    assert cleaning.skipped == {"outlier": "nobody knows"}
    assert "small_class" in cleaning.counts
    assert "outlier" not in cleaning.counts
    assert clean(rows, ["outlier"], detector=Blind()).skipped.keys() == {"outlier"}


def test_a_point_far_from_every_class_is_an_outlier(rows: Dataset) -> None:
    given = evidence(rows)
    points = given.features.copy()
    points[7] = (10, 10, 10)
    cleaning = cleaned(rows, "outlier", replace(given, features=points))
    assert cleaning.findings[0].samples == (given.ids[7],)
    assert len(cleaning.findings) <= 3


@settings(max_examples=25)
@given(scale=st.floats(0.01, 100), shift=st.floats(-50, 50), width=st.sampled_from([3, 300]))
def test_distances_do_not_depend_on_units(scale: float, shift: float, width: int) -> None:
    random = np.random.default_rng(5)
    labels = np.arange(40) % 2
    points = random.normal(size=(40, width)) + 5 * labels[:, None]
    base = Evidence("t", ("a", "b"), tuple(range(40)), labels, np.full((40, 2), 0.5), points)
    moved = replace(base, features=points * scale + shift)
    found = distances(base)
    np.testing.assert_allclose(distances(moved), found, rtol=1e-3)
    assert np.median(found) == pytest.approx(1)


def test_raters_who_disagree_are_found_until_a_person_decides(rows: Dataset) -> None:
    labels = [NewLabel(1, "happy", "a"), NewLabel(1, "sad", "b"), NewLabel(1, "sad", "c")]
    rows.add_labels("expression", labels)
    (found,) = clean(rows, ["contradicting_raters"]).findings
    assert found.samples == (1,)
    assert found.value == pytest.approx(0.5)  # "" and a say happy, b and c say sad
    cleaning = clean(rows, ["contradicting_raters"])
    rows.label([1], "expression", "sad")
    assert cleaning.filtered("contradicting_raters", 1) == []  # without another look
    assert clean(rows, ["contradicting_raters"]).findings == ()
