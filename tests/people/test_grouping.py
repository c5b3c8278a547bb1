"""Grouping vectors: average linkage, names that never mix, and as scikit-learn would do it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering

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


@pytest.mark.parametrize("seed", range(4))
def test_it_joins_what_average_linkage_over_all_pairs_joins(seed: int) -> None:
    rows = heaps(people=8, faces=4, spread=0.5, seed=seed)
    squared = ((rows[:, None] - rows[None]) ** 2).sum(-1)
    threshold = 2.9
    known = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=threshold**2
    ).fit_predict(squared)
    wanted = {frozenset(np.flatnonzero(known == each).tolist()) for each in set(known)}
    assert sets_of(grouped(rows, threshold)) == wanted
    assert 1 < len(wanted) < len(rows)


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
