"""Which images show one picture: a search by descriptors, then a look at both pictures.

The search is a matrix product, block by block: 20,000 fingerprints are some 2e11 operations, and
100 new ones against 20,000 next to none. What was compared once is not compared again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset, Likeness, Query
from faceapp.faces.fingerprints import (
    LENGTH,
    SIDE,
    alike_face,
    alike_whole,
    halves,
)
from faceapp.jobs import Job

# Pairs are kept from here on, so that the threshold can be moved down to it.
FLOOR = 0.75
_BLOCK = 512
_WHOLE, _FACE = 0, 1
# Whole views of copies correlate by 0.99, those of other pictures at most by 0.83.
_WHOLE_LEAST = 0.9
# Faces look alike: of each, only the nearest are looked at, and only if they are near at all.
_FACE_LEAST, _FACE_NEAREST = 0.55, 3

Descriptors = NDArray[np.float32]
Half = NDArray[np.float32]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Candidate:
    """Two rows that may show one picture: seen in which view (0 whole, 1 face), and mirrored."""

    one: int
    other: int
    view: int
    mirrored: bool

    @property
    def how(self) -> str:
        """What the one is of the other, if they show one picture."""
        if self.view == _FACE:
            return "mirrored crop" if self.mirrored else "crop"
        return "mirror image" if self.mirrored else "copy"


def candidates(descriptors: Descriptors, rows: Sequence[int]) -> list[Candidate]:
    """Pairs of which one is among `rows`, each once.

    Args:
        descriptors: (N, 2, 144), whole and face of each, of length 1 or 0.
        rows: those that were not compared yet.

    """
    found: dict[tuple[int, int], Candidate] = {}
    views = [halves(descriptors[:, view]) for view in (_WHOLE, _FACE)]
    for start in range(0, len(rows), _BLOCK):
        block = np.asarray(rows[start : start + _BLOCK])
        for pair in (*_near(*views[_WHOLE], block), *_nearest(*views[_FACE], block)):
            found.setdefault((min(pair.one, pair.other), max(pair.one, pair.other)), pair)
    return list(found.values())


def _likeness(kept: Half, turned: Half, block: Rows) -> tuple[Half, Half]:
    """How like each of the block is to each of all, as it lies or mirrored, and which (< 0)."""
    likeness = kept[block] @ kept.T
    side = turned[block] @ turned.T
    likeness += np.abs(side)
    likeness[np.arange(len(block)), block] = 0
    return likeness, side


def _near(kept: Half, turned: Half, block: Rows) -> Iterator[Candidate]:
    """All pairs whose whole views are near."""
    likeness, side = _likeness(kept, turned, block)
    for row, other in np.argwhere(likeness >= _WHOLE_LEAST).tolist():
        yield Candidate(int(block[row]), other, _WHOLE, bool(side[row, other] < 0))


def _nearest(kept: Half, turned: Half, block: Rows) -> Iterator[Candidate]:
    """Each with the few whose faces are nearest."""
    likeness, side = _likeness(kept, turned, block)
    every = np.arange(len(block))
    for _ in range(_FACE_NEAREST):
        best = likeness.argmax(axis=1)
        for row in np.flatnonzero(likeness[every, best] >= _FACE_LEAST).tolist():
            other = int(best[row])
            yield Candidate(int(block[row]), other, _FACE, bool(side[row, other] < 0))
        likeness[every, best] = 0


def find_alike(dataset: Dataset, job: Job = Job()) -> None:
    """Compare what was not compared yet with everything, and store the pairs that are alike.

    Of byte-identical samples one stands for all. What was compared before a cancellation stays.
    """
    prints, compared = dataset.descriptors()
    first: dict[str, int] = {}
    for sample in dataset.by_ids(prints):
        first.setdefault(sample.sha256, sample.id)
    ids = sorted(first.values())
    rows = [row for row, sample in enumerate(ids) if sample not in compared]
    if not rows:
        return
    data = b"".join(prints[sample] for sample in ids)
    descriptors = np.frombuffer(data, np.float16).reshape(-1, 2, LENGTH).astype(np.float32)
    for start in range(0, len(rows), _BLOCK):
        job.step("Looking for near-duplicates", start, len(rows))
        block = rows[start : start + _BLOCK]
        found = _confirmed(dataset, ids, candidates(descriptors, block), job)
        dataset.store_likenesses(found, [ids[row] for row in block])
    job.step("Looking for near-duplicates", len(rows), len(rows))


def _confirmed(
    dataset: Dataset, ids: Sequence[int], pairs: Sequence[Candidate], job: Job
) -> list[Likeness]:
    """The pairs whose pictures are alike, with how much."""
    ends = {ids[row] for pair in pairs for row in (pair.one, pair.other)}
    pictures = {
        sample: np.frombuffer(data, np.uint8).reshape(2, SIDE, SIDE)
        for sample, data in dataset.pictures(ends).items()
    }
    found = []
    for pair in pairs:
        job.check()
        one, other = ids[pair.one], ids[pair.other]
        view = pictures[one][pair.view]
        view = np.ascontiguousarray(view[:, ::-1]) if pair.mirrored else view
        compare = alike_face if pair.view == _FACE else alike_whole
        value = compare(view, pictures[other][pair.view])
        if value >= FLOOR:
            found.append(Likeness(one, other, min(1.0, value), pair.how))
    return found


def near_pairs(dataset: Dataset) -> list[Likeness]:
    """The stored pairs between samples that are not in quarantine, most alike first.

    A sample that stood for its byte-identical copies may itself be gone into quarantine: the first
    copy that is not takes its place.
    """
    samples = dataset.samples(Query(quarantined=None))
    content = {sample.id: sample.sha256 for sample in samples}
    stands: dict[str, int] = {}
    for sample in samples:
        if not sample.quarantined:
            stands.setdefault(sample.sha256, sample.id)
    pairs = []
    for pair in dataset.likenesses():
        one, other = stands.get(content[pair.one]), stands.get(content[pair.other])
        if one is not None and other is not None and one != other:
            pairs.append(Likeness(min(one, other), max(one, other), pair.value, pair.how))
    return pairs
