"""Grouping vectors: as looking at all pairs would do it, and names that never mix."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest

from faceapp.errors import Cancelled
from faceapp.jobs import Job
from faceapp.people.grouping import Cluster, cluster, near_pairs


def heaps(people: int, faces: int, spread: float, seed: int = 0) -> np.ndarray:
    """Vectors of some people, each around a place of its own, person by person."""
    random = np.random.default_rng(seed)
    places = random.normal(0, 1, (people, 1, 16))
    return (places + random.normal(0, spread, (people, faces, 16))).reshape(-1, 16).astype("f4")


def sets_of(found: Sequence[Cluster]) -> set[frozenset[int]]:
    return {frozenset(each.rows) for each in found}


def grouped(
    rows: np.ndarray,
    threshold: float,
    names: Sequence[str | None] | None = None,
    tied: Sequence[str] | None = None,
) -> list[Cluster]:
    some = range(len(rows))
    return cluster(rows, threshold, tied or some, names or [None for _ in some])


def test_people_far_apart_come_apart() -> None:
    rows = heaps(people=6, faces=5, spread=0.05)
    wanted = {frozenset(range(start, start + 5)) for start in range(0, 30, 5)}
    assert sets_of(grouped(rows, 1.0)) == wanted


def test_a_person_with_more_faces_than_are_looked_at_comes_together() -> None:
    rows = heaps(people=2, faces=600, spread=0.05)
    assert sorted(len(each.rows) for each in grouped(rows, 1.0)) == [600, 600]


def by_all_pairs(rows: np.ndarray, threshold: float) -> set[frozenset[int]]:
    """The same grouping as its description says, every pair of clusters looked at every time."""
    groups = [frozenset({row}) for row in range(len(rows))]

    def apart(one: frozenset[int], other: frozenset[int]) -> float:
        between = np.linalg.norm(rows[list(one)].mean(0) - rows[list(other)].mean(0))
        return float(between / np.sqrt(0.5 + 0.5 * (1 / len(one) + 1 / len(other)) / 2))

    while len(groups) > 1:
        nearest = min(combinations(groups, 2), key=lambda pair: apart(*pair))
        if apart(*nearest) > threshold:
            break
        groups = [each for each in groups if each not in nearest] + [nearest[0] | nearest[1]]
    return set(groups)


@pytest.mark.parametrize("seed", range(4))
def test_it_joins_what_looking_at_all_pairs_joins(seed: int) -> None:
    rows = heaps(people=8, faces=4, spread=0.5, seed=seed)
    found = sets_of(grouped(rows, 2.9))
    assert found == by_all_pairs(rows.astype("f8"), 2.9)
    assert 1 < len(found) < len(rows)


def test_a_person_whose_many_faces_differ_comes_together() -> None:
    rows = heaps(people=4, faces=60, spread=0.5)
    squared = ((rows[:60, None] - rows[None, :60]) ** 2).sum(-1)
    threshold = 2.7
    assert squared[squared > 0].mean() > threshold**2  # two of their faces are seldom so alike
    found = grouped(rows, threshold)
    assert all(len({row // 60 for row in each.rows}) == 1 for each in found)
    assert sum(len(each.rows) for each in found[:4]) > 0.8 * len(rows)


def test_a_chain_of_faces_does_not_run_together() -> None:
    chain = np.array([[step * 0.4, 0] for step in range(10)], "f4")
    found = grouped(chain, 0.45)
    assert max(len(each.rows) for each in found) == 2
    assert all(each.distance <= 0.45 for each in found)


def test_two_names_are_never_joined_but_others_join_the_nearer() -> None:
    rows = np.array([[0, 0], [0.1, 0], [0.19, 0]], "f4")
    found = grouped(rows, 1.0, names=["Ann", None, "Ben"])
    assert sets_of(found) == {frozenset({0}), frozenset({1, 2})}


def test_what_is_tied_starts_together_however_far() -> None:
    rows = np.array([[0, 0], [9, 0], [5, 0]], "f4")
    found = grouped(rows, 0.5, tied=["a", "a", "b"])
    assert sets_of(found) == {frozenset({0, 1}), frozenset({2})}
    assert [each.distance for each in found] == [0, 0]


def test_the_row_nearest_to_the_middle_comes_first() -> None:
    rows = np.array([[0, 0], [0.5, 0], [0.55, 0]], "f4")
    (found,) = grouped(rows, 1.0)
    assert found.rows[-1] == 0


def test_nothing_is_no_cluster() -> None:
    assert grouped(np.zeros((0, 128), "f4"), 0.5) == []


def test_it_stops_when_it_is_asked_to() -> None:
    with pytest.raises(Cancelled):
        list(near_pairs(heaps(2, 5, 0.1), 1.0, Job(cancelled=lambda: True)))
