"""Samples that must stay together."""

from __future__ import annotations

from collections import defaultdict

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from faceapp.dataset import Dataset, NewFinding
from faceapp.dataset.groups import _connected
from sample_rows import new_sample


def add(dataset: Dataset, *samples: tuple[str | None, str]) -> list[int]:
    """Samples given as (person, bytes)."""
    source = dataset.add_source("folder", "/faces", {})
    new = [
        new_sample(number, group=person, sha256=content)
        for number, (person, content) in enumerate(samples)
    ]
    return dataset.add_samples(source.id, new)[0]


def test_a_sample_of_nobody_known_is_its_own_group(dataset: Dataset) -> None:
    one, two = add(dataset, (None, "a"), ("", "b"))
    assert len(set(dataset.groups().values())) == 2
    assert dataset.groups() == {one: f"sample {one}", two: f"sample {two}"}


def test_a_person_is_a_group_of_that_name(dataset: Dataset) -> None:
    one, two, three = add(dataset, ("Ann", "a"), ("Ben", "b"), ("Ann", "c"))
    assert dataset.groups() == {one: "Ann", two: "Ben", three: "Ann"}
    dataset.set_groups({two: "Ann", three: None})
    assert dataset.groups() == {one: "Ann", two: "Ann", three: f"sample {three}"}
    dataset.undo()
    assert dataset.groups()[two] == "Ben"


def test_equal_bytes_tie_people_together_by_a_chain(dataset: Dataset) -> None:
    ids = add(dataset, ("Cleo", "a"), (None, "a"), (None, "b"), ("Ben", "b"), ("Cleo", "b"))
    assert set(dataset.groups().values()) == {"Ben"}
    assert dataset.groups([ids[1]]) == {ids[1]: "Ben"}


def test_a_quarantined_twin_still_ties(dataset: Dataset) -> None:
    one, two, three = add(dataset, ("Ann", "a"), ("Ann", "b"), (None, "b"))
    dataset.quarantine([two])
    assert dataset.groups([one, three]) == {one: "Ann", three: "Ann"}


def test_a_near_duplicate_family_ties_unless_it_was_dismissed(dataset: Dataset) -> None:
    one, two, three = add(dataset, (None, "a"), (None, "b"), (None, "c"))
    found = [NewFinding(each, 3, 0.1, family="7") for each in (one, two)]
    dataset.record_findings("near_duplicate", found)
    dataset.record_findings("blurred", [NewFinding(each, 3, 0.1, "7") for each in (two, three)])
    groups = dataset.groups()
    assert groups[one] == groups[two] != groups[three]
    dataset.dismiss([each.id for each in dataset.findings("near_duplicate")])
    assert len(set(dataset.groups().values())) == 3


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
@settings(max_examples=200)
def test_components_are_those_of_a_walk_through_the_graph(ties: list[tuple[int, int]]) -> None:
    neighbours = defaultdict(set)
    for sample, mark in ties:
        neighbours["sample", sample].add(("mark", mark))
        neighbours["mark", mark].add(("sample", sample))

    def reached(start: int) -> set[int]:
        seen, front = set(), {("sample", start)}
        while front:
            seen |= front
            front = {near for each in front for near in neighbours[each]} - seen
        return {number for kind, number in seen if kind == "sample"}

    assert _connected(ties) == {sample: min(reached(sample)) for sample, _ in ties}


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_dataset_has_no_groups(dataset: Dataset, count: int) -> None:
    assert dataset.groups([99] * count) == {}
