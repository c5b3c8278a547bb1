"""Grouping faces by likeness: clusters of near middles, without a matrix of all pairs."""

from __future__ import annotations

import heapq
import math
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceapp.jobs import Job
from faceapp.words import Words

Vectors = NDArray[np.float32]

_BLOCK = 512
# Of each face so many nearest ones are looked at. Clusters take over the pairs of their parts, so
# a person with hundreds of faces still comes together.
_NEAREST = 32
# How far the middles of two clusters of one person may lie apart, as a share of what two single
# faces of theirs may, squared and once there are many faces: light, age and cameras remain.
_REMAINS = 0.5


@dataclass(frozen=True)
class Cluster:
    """Rows that belong together.

    Attributes:
        rows: the nearest to the middle first.
        distance: of the two parts that were joined last; 0 where nothing was joined.

    """

    rows: tuple[int, ...]
    distance: float


def cluster(
    rows: Vectors,
    threshold: float,
    tied: Sequence[Hashable],
    names: Sequence[str | None],
    job: Job = Job(),
) -> list[Cluster]:
    """Rows that are alike, one cluster for every row that stays alone included.

    Faces scatter around the middle of their person. The middle of n of them is known n times as
    well as by one, as squared distances go, so two clusters of n and m faces are as far apart as
    their middles (centroid linkage: Sokal & Michener 1958), divided by the root of
    share + (1 - share) * (1/n + 1/m) / 2: for two single faces by 1, for two large clusters by the
    root of `share`, the half. The nearest two are joined until all are further apart than the
    threshold. A chain of faces, each like the next, so does not run together, nor does a person
    of many faces come apart because these differ. 20,000 rows take a block of 40 MB at a time.

    Args:
        rows: (N, width).
        threshold: greatest distance of two clusters that are joined, as of two single faces.
        tied: a mark for each row; rows of one mark start together.
        names: whom each row is known to show; clusters of two names are never joined.
        job: reports and stops.

    Raises:
        Cancelled: the person stopped it.

    """
    clusters = _Clusters(rows, threshold, tied, names)
    clusters.join(near_pairs(rows, threshold, job.part(0, 0.8)), job.part(0.8, 1))
    return clusters.found()


def near_pairs(rows: Vectors, threshold: float, job: Job = Job()) -> Iterator[tuple[int, int]]:
    """Pairs of rows within the threshold, of each row to the 32 nearest at most."""
    squares = np.einsum("ij,ij->i", rows, rows)
    for start in range(0, len(rows), _BLOCK):
        job.step(Words("Looking for the same person"), start, len(rows))
        block = rows[start : start + _BLOCK]
        apart = block @ rows.T
        apart *= -2
        apart += squares
        apart += squares[start : start + _BLOCK, None]
        own = np.arange(len(block))
        apart[own, own + start] = np.inf
        near = apart <= threshold**2
        for row in np.flatnonzero(near.any(axis=1)).tolist():
            others = np.flatnonzero(near[row])
            if len(others) > _NEAREST:
                others = others[np.argpartition(apart[row, others], _NEAREST)[:_NEAREST]]
            for other in others.tolist():
                yield start + row, other


class _Clusters:
    """Clusters by number. Joining two makes a new number, so an old one in the heap is stale."""

    def __init__(
        self,
        rows: Vectors,
        threshold: float,
        tied: Sequence[Hashable],
        names: Sequence[str | None],
    ) -> None:
        self._rows = rows
        self._limit = threshold**2
        self._members: dict[int, list[int]] = {}
        self._of_row: list[int] = []
        self._name: dict[int, str | None] = {}
        first: dict[Hashable, int] = {}
        for row, (mark, name) in enumerate(zip(tied, names, strict=True)):
            number = first.setdefault(mark, row)
            self._of_row.append(number)
            self._members.setdefault(number, []).append(row)
            self._name[number] = self._name.get(number) or name
        self._sums = {number: rows[who].sum(0) for number, who in self._members.items()}
        self._beside: dict[int, set[int]] = {number: set() for number in self._members}
        self._joined: dict[int, float] = {}
        self._heap: list[tuple[float, int, int]] = []
        self._next = len(rows)

    def join(self, pairs: Iterable[tuple[int, int]], job: Job) -> None:
        for row, other in pairs:
            self._consider(self._of_row[row], self._of_row[other])
        singles = len(self._members)
        while self._heap:
            apart, one, other = heapq.heappop(self._heap)
            if one in self._members and other in self._members:
                self._unite(one, other, apart)
                job.step(Words("Grouping faces"), singles - len(self._members), singles)

    def _consider(self, one: int, other: int) -> None:
        if one == other or other in self._beside[one]:
            return
        if self._name[one] and self._name[other] and self._name[one] != self._name[other]:
            return
        self._beside[one].add(other)
        self._beside[other].add(one)
        apart = self._apart(one, other)
        if apart <= self._limit:
            heapq.heappush(self._heap, (apart, one, other))

    def _apart(self, one: int, other: int) -> float:
        """Squared distance of two clusters' middles, as if each were a single face."""
        size, other_size = len(self._members[one]), len(self._members[other])
        between = self._sums[one] / size - self._sums[other] / other_size
        doubt = (1 / size + 1 / other_size) / 2
        return float(between @ between) / (_REMAINS + (1 - _REMAINS) * doubt)

    def _unite(self, one: int, other: int, apart: float) -> None:
        new = self._next
        self._next += 1
        members, others = self._members.pop(one), self._members.pop(other)
        self._members[new] = members + others
        self._sums[new] = self._sums.pop(one) + self._sums.pop(other)
        self._name[new] = self._name[one] or self._name[other]
        self._joined[new] = math.sqrt(apart)
        beside = (self._beside.pop(one) | self._beside.pop(other)) - {one, other}
        self._beside[new] = set()
        for each in beside & self._members.keys():
            self._consider(new, each)

    def found(self) -> list[Cluster]:
        """All clusters, the largest first."""
        clusters = []
        for number, members in self._members.items():
            middle = self._sums[number] / len(members)
            away = np.linalg.norm(self._rows[members] - middle, axis=1)
            ordered = tuple(members[place] for place in np.argsort(away, kind="stable").tolist())
            clusters.append(Cluster(ordered, self._joined.get(number, 0.0)))
        return sorted(clusters, key=lambda each: (-len(each.rows), min(each.rows)))
