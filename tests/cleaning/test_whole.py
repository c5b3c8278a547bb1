"""Checks of the dataset as a whole, on samples with planted measures and without images."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning_helpers import Blind
from faceapp.cleaning import clean
from faceapp.cleaning.look import Look, families
from faceapp.cleaning.model import Measured
from faceapp.cleaning.whole import WHOLE_CHECKS, area_under_curve
from faceapp.dataset import Dataset, Measures, NewLabel
from sample_rows import fill, new_sample

CHECK = {check.kind: check for check in WHOLE_CHECKS}


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Dataset]:
    """Forty samples of twenty people, in turn happy and sad."""
    with Dataset.create(tmp_path / "rows") as dataset:
        ids = fill(dataset, 40)
        dataset.set_groups({sample: f"person {sample // 2}" for sample in ids})
        dataset.add_task("expression", ["happy", "sad", "angry"])
        for place, sample in enumerate(ids):
            dataset.label([sample], "expression", ("happy", "sad")[place % 2], rater="me")
        yield dataset


def measured(
    dataset: Dataset, kind: str, values: Mapping[int, Mapping[str, float]] | None = None
) -> list[Measured]:
    measures = {sample: Measures("", found) for sample, found in (values or {}).items()}
    return list(CHECK[kind].measure(Look(dataset, measures, {})))


def write_split(dataset: Dataset, **sides: list[int]) -> None:
    folder = dataset.runs / "20260101-one"
    folder.mkdir(parents=True)
    split = {"seed": 0, "train": [], "validation": [], "test": [], **sides}
    (folder / "split.json").write_text(json.dumps(split))


def test_a_person_on_two_sides_of_a_split_leaks(rows: Dataset) -> None:
    write_split(rows, train=[1, 2, 4, 5], validation=[3], test=[6])
    (torn,) = measured(rows, "leakage")
    assert torn.family == "20260101-one:person 1"
    assert set(torn.samples) == {2, 3}
    assert torn.value == 1
    assert torn.detail["sides"] == "1 in train, 1 in validation"


def test_a_split_by_group_does_not_leak_and_a_broken_one_is_passed_over(rows: Dataset) -> None:
    write_split(rows, train=[2, 3], test=[4, 5])
    broken = rows.runs / "20260102-two"
    broken.mkdir()
    (broken / "split.json").write_text('{"train": 7}')
    assert measured(rows, "leakage") == []


def test_a_class_that_brightness_alone_tells_is_found(rows: Dataset) -> None:
    answers = rows.answers("expression")
    values = {
        sample: {
            "lightest": (0.9 if answer.answer == "happy" else 0.3) + 0.001 * sample,
            "sharpness": float(sample % 4),
        }
        for sample, answer in answers.items()
    }
    found = {each.family: each for each in measured(rows, "spurious_cue", values)}
    assert found["expression:happy:brightness"].value == 1
    assert len(found["expression:happy:brightness"].samples) == 20
    assert found["expression:sad:brightness"].value == 1
    assert found["expression:happy:blur"].value < CHECK["spurious_cue"].threshold
    assert not any("size" in family or "source" in family for family in found)


def test_a_class_that_comes_from_one_source_is_found(rows: Dataset) -> None:
    source = rows.add_source("folder", "/angry", {}).id
    ids, _ = rows.add_samples(source, [new_sample(number) for number in range(100, 112)])
    rows.label(ids, "expression", "angry")
    found = {each.family: each.value for each in measured(rows, "spurious_cue")}
    assert found["expression:angry:source"] == 1
    assert found["expression:happy:source"] < CHECK["spurious_cue"].threshold


def test_one_person_who_carries_a_class_is_found(rows: Dataset) -> None:
    answers = rows.answers("expression").items()
    happy = [sample for sample, each in answers if each.answer == "happy"]
    rows.set_groups(dict.fromkeys(happy[:15], "star"))
    found = {each.family: each for each in measured(rows, "dominant_group")}
    star = found["expression:happy:group:star"]
    assert star.value == pytest.approx(15 / 20)
    assert set(star.samples) == set(happy[:15])
    assert all(each.value < 0.5 for each in found.values() if each is not star)


def test_one_rater_of_several_who_carries_a_class_is_found(rows: Dataset) -> None:
    assert not any("rater" in each.family for each in measured(rows, "dominant_group"))
    sad = [sample for sample, each in rows.answers("expression").items() if each.answer == "sad"]
    rows.add_labels("expression", [NewLabel(sample, "sad", "other") for sample in sad[:5]])
    found = {each.family: each.value for each in measured(rows, "dominant_group")}
    assert found["expression:happy:rater:me"] == found["expression:sad:rater:me"] == 1


def test_classes_are_counted_by_people(rows: Dataset) -> None:
    found = {each.family: each for each in measured(rows, "small_class")}
    assert list(found) == ["expression:happy", "expression:sad", "expression:angry"]
    assert found["expression:happy"].value == 20
    assert found["expression:happy"].detail["samples"] == 20
    rows.set_groups(dict.fromkeys(rows.sample_ids(), "one"))
    assert [each.value for each in measured(rows, "small_class")] == [1, 1, 0]


def test_a_class_that_nobody_shows_is_small_if_its_task_is_in_use(rows: Dataset) -> None:
    rows.add_task("sex", ["female", "male"])
    found = clean(rows, ["small_class"], detector=Blind())
    (empty,) = found.findings
    assert (empty.detail["class"], empty.value, empty.samples, empty.files) == ("angry", 0, (), ())
    assert list(found.beyond("small_class", 10).keys()) == [("expression:angry",)]
    rows.label(rows.sample_ids()[:1], "expression", "angry")
    (few,) = clean(rows, ["small_class"], detector=Blind()).findings
    assert (few.detail["class"], few.value) == ("angry", 1)


@given(st.lists(st.integers(0, 9), min_size=1), st.lists(st.integers(0, 9), min_size=1))
def test_the_area_under_the_curve_is_the_share_of_pairs_in_order(
    ones: list[int], others: list[int]
) -> None:
    pairs = [(one > other) + (one == other) / 2 for one in ones for other in others]
    found = area_under_curve(np.array(ones, float), np.array(others, float))
    assert found == pytest.approx(np.mean(pairs))


@given(st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=4)))
def test_families_hold_what_is_tied_and_nothing_else(ties: list[list[int]]) -> None:
    found = families(ties)
    everyone = [sample for members in found for sample in members]
    assert sorted(everyone) == sorted({sample for tie in ties for sample in tie})
    home = {sample: number for number, members in enumerate(found) for sample in members}
    assert all(len({home[sample] for sample in tie}) == 1 for tie in ties)
    for members in found:  # no family falls into two that no tie joins
        inside = [set(tie) for tie in ties if home[tie[0]] == home[members[0]]]
        reached = {members[0]}
        for _ in members:
            reached |= set().union(*(tie for tie in inside if tie & reached))
        assert reached == set(members)
