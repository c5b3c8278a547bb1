"""Which images show one picture: a search by descriptors, then a look at both pictures.

Faces that look alike in small are laid on one another as they are in their files.

The search is a matrix product, block by block: 20,000 fingerprints are some 2e11 operations, and
100 new ones against 20,000 next to none. What was compared once is not compared again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import BadName, Dataset, Likeness, Query
from faceapp.faces import main_face
from faceapp.faces.fingerprints import (
    LENGTH,
    SIDE,
    alike_face,
    alike_whole,
    halves,
    probes,
)
from faceapp.faces.registering import Patch, mirrored, one_picture, patch
from faceapp.imaging import ImageRefused, read_image
from faceapp.jobs import Job
from faceapp.networks.crops import counting_faces
from faceapp.words import Words

# Pairs are kept from here on, so that the threshold can be moved down to it.
FLOOR = 0.75
_BLOCK = 512
_WHOLE, _FACE = 0, 1
# Whole views of copies correlate by 0.99, those of other pictures at most by 0.83.
_WHOLE_LEAST = 0.9
# Faces look alike: of each, only the nearest are looked at, and only if they are near at all.
_FACE_LEAST, _FACE_NEAREST = 0.75, 4
# Up to so many pairs faces are probed: 100 new ones against 20,000, or 10,000 against each other.
_PROBED = 10_000**2
# Faces that are less alike than this in small are not looked at in their files; of those that are,
# so many are kept in memory, some 100 kB each.
_FACE_PROMISING, _PATCHES = 0.75, 500

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


def candidates(
    descriptors: Descriptors, rows: Sequence[int], probes: Descriptors | None = None
) -> list[Candidate]:
    """Pairs of which one is among `rows`, each once.

    Args:
        descriptors: (N, 2, 144), whole and face of each, of length 1 or 0.
        rows: those that were not compared yet, R.
        probes: (R, P, 144), the faces of these as they might have been aligned; finds more crops,
            and takes the time of P searches more.

    """
    found: dict[tuple[int, int], Candidate] = {}
    views = [halves(descriptors[:, view]) for view in (_WHOLE, _FACE)]
    for start in range(0, len(rows), _BLOCK):
        block = np.asarray(rows[start : start + _BLOCK])
        others = None if probes is None else halves(probes[start : start + _BLOCK])
        for pair in (*_near(*views[_WHOLE], block), *_nearest(*views[_FACE], block, others)):
            found.setdefault((min(pair.one, pair.other), max(pair.one, pair.other)), pair)
    return list(found.values())


def _near(kept: Half, turned: Half, block: Rows) -> Iterator[Candidate]:
    """All pairs whose whole views are near, as they lie or mirrored."""
    side = turned[block] @ turned.T
    likeness = kept[block] @ kept.T
    likeness += np.abs(side)
    likeness[np.arange(len(block)), block] = 0
    for row, other in np.argwhere(likeness >= _WHOLE_LEAST).tolist():
        yield Candidate(int(block[row]), other, _WHOLE, bool(side[row, other] < 0))


def _nearest(
    kept: Half, turned: Half, block: Rows, probes: tuple[Half, Half] | None
) -> Iterator[Candidate]:
    """Each with the few whose faces are nearest, as they lie or mirrored."""
    side = turned[block] @ turned.T
    likeness = kept[block] @ kept.T
    likeness += np.abs(side)
    for probe in range(0 if probes is None else probes[0].shape[1]):
        assert probes is not None
        again = np.abs(probes[1][:, probe] @ turned.T)
        again += probes[0][:, probe] @ kept.T
        np.maximum(likeness, again, out=likeness)
    every = np.arange(len(block))
    likeness[every, block] = 0
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
    few = len(rows) * len(ids) <= _PROBED
    for start in range(0, len(rows), _BLOCK):
        job.step(Words("Looking for near-duplicates"), start, len(rows))
        block = rows[start : start + _BLOCK]
        probed = _probes(dataset, [ids[row] for row in block]) if few else None
        found = _confirmed(dataset, ids, candidates(descriptors, block, probed), job)
        dataset.store_likenesses(found, [ids[row] for row in block])
    job.step(Words("Looking for near-duplicates"), len(rows), len(rows))


def _pictures(dataset: Dataset, ids: Iterable[int]) -> dict[int, NDArray[np.uint8]]:
    return {
        sample: np.frombuffer(data, np.uint8).reshape(2, SIDE, SIDE)
        for sample, data in dataset.pictures(ids).items()
    }


def _probes(dataset: Dataset, ids: Sequence[int]) -> Descriptors:
    pictures = _pictures(dataset, ids)
    return np.stack([probes(pictures[each][_FACE]) for each in ids]).astype(np.float32)


def _confirmed(
    dataset: Dataset, ids: Sequence[int], pairs: Sequence[Candidate], job: Job
) -> list[Likeness]:
    """The pairs whose pictures are alike, with how much."""
    pictures = _pictures(dataset, {ids[row] for pair in pairs for row in (pair.one, pair.other)})
    patches, found = _Patches(dataset), []
    for pair in pairs:
        job.check()
        one, other = ids[pair.one], ids[pair.other]
        if pair.view == _WHOLE:
            value = alike_whole(_turned(pictures[one][_WHOLE], pair), pictures[other][_WHOLE])
        else:
            value = alike_face(_turned(pictures[one][_FACE], pair), pictures[other][_FACE])
            if value >= _FACE_PROMISING:
                value = patches.alike(one, other, mirror=pair.mirrored)
        if value >= FLOOR:
            found.append(Likeness(one, other, min(1.0, value), pair.how))
    return found


def _turned(picture: NDArray[np.uint8], pair: Candidate) -> NDArray[np.uint8]:
    return np.ascontiguousarray(picture[:, ::-1]) if pair.mirrored else picture


class _Patches:
    """The faces of samples as they are in their files, each opened when it is asked for."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._kept: dict[int, Patch | None] = {}

    def alike(self, one: int, other: int, *, mirror: bool) -> float:
        """How surely two samples show one picture, <= 1; 0 where one shows no face any more."""
        first, second = self._of(one), self._of(other)
        if first is None or second is None:
            return 0.0
        return one_picture(mirrored(first) if mirror else first, second)

    def _of(self, sample: int) -> Patch | None:
        if sample not in self._kept:
            if len(self._kept) >= _PATCHES:
                self._kept.pop(next(iter(self._kept)))
            self._kept[sample] = self._read(sample)
        return self._kept[sample]

    def _read(self, sample: int) -> Patch | None:
        try:
            pixels = read_image(self._dataset.image_path(self._dataset.sample(sample))).pixels
        except (ImageRefused, BadName, OSError):
            return None
        faces = counting_faces(self._dataset.faces([sample]).get(sample, ()))
        face = main_face(faces, pixels.shape[:2])
        return None if face is None else patch(pixels, face)


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
