"""Splits and folds: no group on two sides, classes spread evenly, the same for a seed."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from faceapp.dataset import (
    DatasetError,
    Split,
    SplitImpossible,
)
from faceapp.dataset.splits import folds_by_group, split_by_group
from faceapp.dataset.vocabulary import EXPRESSIONS, match_class

Labelled = tuple[dict[int, str], dict[int, str]]


def people(*members: str) -> Labelled:
    """Answers and groups; each argument is a person, each letter the class of one sample."""
    answers, groups = {}, {}
    for person, letters in enumerate(members):
        for letter in letters:
            groups[len(answers)] = f"person {person}"
            answers[len(answers)] = letter
    return answers, groups


labelled = st.lists(st.text(alphabet="abc", min_size=1, max_size=6), min_size=3, max_size=40).map(
    lambda members: people(*members, *"aaaaabbbbbccccc")
)


def sides_of(split: Split) -> tuple[tuple[int, ...], ...]:
    return split.train, split.validation, split.test


@given(labelled, st.integers(0, 5))
@settings(max_examples=150)
def test_a_split_holds_every_sample_once_and_no_group_twice(data: Labelled, seed: int) -> None:
    answers, groups = data
    sides = sides_of(split_by_group(answers, groups, seed=seed))
    assert sorted(each for side in sides for each in side) == sorted(answers)
    for side in sides:
        assert list(side) == sorted(side)
        others = set(answers) - set(side)
        assert not {groups[each] for each in side} & {groups[each] for each in others}
        assert {answers[each] for each in side} == set(answers.values())


@given(labelled, st.integers(2, 5), st.integers(0, 5))
@settings(max_examples=150)
def test_folds_test_every_sample_once_and_keep_groups_together(
    data: Labelled, k: int, seed: int
) -> None:
    answers, groups = data
    folds = folds_by_group(answers, groups, k, seed)
    assert len(folds) == k
    assert sorted(each for _, test in folds for each in test) == sorted(answers)
    for rest, test in folds:
        assert sorted([*rest, *test]) == sorted(answers)
        assert not {groups[each] for each in rest} & {groups[each] for each in test}
        assert {answers[each] for each in test} == set(answers.values())


@given(labelled, st.randoms(use_true_random=False), st.integers(0, 5))
@settings(max_examples=50)
def test_a_split_depends_on_the_seed_and_nothing_else(
    data: Labelled, random: Random, seed: int
) -> None:
    answers, groups = data
    ids = list(answers)
    random.shuffle(ids)
    shuffled = {each: answers[each] for each in ids}
    assert split_by_group(answers, groups, seed=seed) == split_by_group(shuffled, groups, seed=seed)
    assert folds_by_group(answers, groups, 3, seed) == folds_by_group(shuffled, groups, 3, seed)


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(15, 120), min_size=1),
    st.integers(0, 3),
)
@settings(max_examples=50)
def test_of_single_samples_each_side_has_its_share_of_each_class(
    sizes: dict[str, int], seed: int
) -> None:
    answers, _ = people("".join(name * size for name, size in sizes.items()))
    for side, part in zip(
        sides_of(split_by_group(answers, {}, seed=seed)), (0.6, 0.2, 0.2), strict=True
    ):
        found = Counter(answers[each] for each in side)
        for name, size in sizes.items():
            assert abs(found[name] - part * size) <= 1.5, (name, size, found)


def test_uneven_people_are_spread_closely() -> None:
    members = ["a" * (1 + number % 7) + "b" * (number % 3) for number in range(60)]
    answers, groups = people(*members)
    total = Counter(answers.values())
    for side, part in zip(sides_of(split_by_group(answers, groups)), (0.6, 0.2, 0.2), strict=True):
        found = Counter(answers[each] for each in side)
        for name in "ab":
            assert found[name] / total[name] == pytest.approx(part, abs=0.02)


def test_a_crowded_small_dataset_is_spread_closely() -> None:
    members = ["cc", "caaaabaa", "a", "b", "bb", "aabcabac", "ac", "ccbbaaba", "abaaaaba", "a"]
    answers, groups = people(*members)
    total = Counter(answers.values())
    for side, part in zip(sides_of(split_by_group(answers, groups)), (0.6, 0.2, 0.2), strict=True):
        found = Counter(answers[each] for each in side)
        for name, size in total.items():
            assert found[name] / size == pytest.approx(part, abs=0.12), name


def test_small_classes_that_share_their_people_are_dealt_until_each_is_everywhere() -> None:
    answers, groups = people("ace", "def", "abf", "abcdf", "bcdf", "acde")
    for side in sides_of(split_by_group(answers, groups)):
        assert {answers[each] for each in side} == set("abcdef")


def test_a_split_is_of_people_whatever_the_order_they_came_in() -> None:
    members = ["a" * (1 + number % 3) + "b" * (number % 2) for number in range(30)]
    answers, groups = people(*members)
    last = max(answers)
    turned = split_by_group(
        {last - each: name for each, name in answers.items()},
        {last - each: name for each, name in groups.items()},
    )
    straight = split_by_group(answers, groups)
    for one, other in zip(sides_of(straight), sides_of(turned), strict=True):
        assert {groups[each] for each in one} == {groups[last - each] for each in other}


def test_another_seed_gives_another_split() -> None:
    answers, groups = people(*["a", "b"] * 30)
    splits = {split_by_group(answers, groups, seed=seed).test for seed in range(5)}
    assert len(splits) == 5


def test_a_class_with_just_enough_groups_is_on_every_side() -> None:
    answers, groups = people(*["aaaa"] * 20, "ab", "ab", "b")
    for seed in range(20):
        for side in sides_of(split_by_group(answers, groups, seed=seed)):
            assert "b" in {answers[each] for each in side}


def test_a_class_with_too_few_groups_is_named_with_its_count() -> None:
    answers, groups = people(*["a"] * 10, "bbbbbb", "b")
    with pytest.raises(SplitImpossible, match=r"b \(2\)"):
        split_by_group(answers, groups)
    with pytest.raises(SplitImpossible, match=r"b \(2\)"):
        folds_by_group(answers, groups, 5)


def test_classes_that_no_dealing_can_spread_are_refused() -> None:
    # Every three of five people share a class; whatever the sides, some class misses one.
    names = iter("abcdefghij")
    members = [""] * 5
    for one in range(5):
        for two in range(one + 1, 5):
            for three in range(two + 1, 5):
                name = next(names)
                for person in (one, two, three):
                    members[person] += name
    with pytest.raises(SplitImpossible, match="fewer folds"):
        split_by_group(*people(*members))


def test_nothing_to_split_is_said() -> None:
    with pytest.raises(SplitImpossible, match="no sample has an answer"):
        split_by_group({}, {})


def test_a_side_of_no_size_stays_empty() -> None:
    answers, groups = people(*"aabbaabb")
    split = split_by_group(answers, groups, ratios=(3, 0, 1))
    assert split.validation == ()
    assert (len(split.train), len(split.test)) == (6, 2)


@pytest.mark.parametrize("ratios", [(0, 0, 0), (1, -1, 1)])
def test_ratios_that_make_no_sense_are_refused(ratios: tuple[float, float, float]) -> None:
    with pytest.raises(DatasetError):
        split_by_group({1: "a"}, {}, ratios=ratios)


def test_one_fold_is_refused() -> None:
    with pytest.raises(DatasetError, match="at least 2"):
        folds_by_group({1: "a"}, {}, 1)


def test_a_split_survives_json() -> None:
    split = split_by_group(*people(*"aabbaabb"), seed=3)
    assert Split.from_json(split.to_json()) == split


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"train": [1], "validation": [], "test": []},
        {"train": [1], "validation": [], "test": [], "seed": 0, "more": 1},
        {"train": [1], "validation": [], "test": [1], "seed": 0},
        {"train": ["1"], "validation": [], "test": [], "seed": 0},
    ],
)
def test_json_that_is_no_split_is_refused(broken: dict) -> None:
    with pytest.raises(DatasetError):
        Split.from_json(broken)


def test_people_of_many_images_are_on_every_side() -> None:
    people = [f"often {n}" for n in range(40) for _ in range(20)] + [
        f"once {n}" for n in range(400)
    ]
    groups = dict(enumerate(people))
    answers = {sample: "happy" if hash_free(name) else "sad" for sample, name in groups.items()}
    split = split_by_group(answers, groups, ratios=(0.6, 0.2, 0.2))
    for side, part in ((split.train, 0.6), (split.validation, 0.2), (split.test, 0.2)):
        often = {groups[each] for each in side if groups[each].startswith("often")}
        assert len(often) / 40 == pytest.approx(part, abs=0.1)


def hash_free(name: str) -> bool:
    """A half of all names, the same in every process."""
    return sum(map(ord, name)) % 2 == 0


@pytest.mark.faces
def test_the_real_faces_are_spread_as_their_classes_are(face_data: Path) -> None:
    answers, groups = {}, {}
    with (face_data / "labels.csv").open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream)):
            name = match_class(row["emotion"], EXPRESSIONS)
            if name in {"neutral", "happy", "sad", "angry", "surprised"}:
                answers[number] = name
                groups[number] = re.sub(r"_\d+\.\w+$", "", row["image"])
    total = Counter(answers.values())
    for _, test in folds_by_group(answers, groups, 5):
        found = Counter(answers[each] for each in test)
        for name, size in total.items():
            assert found[name] / size == pytest.approx(0.2, abs=0.01), name
