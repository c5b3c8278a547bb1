"""The numbers that tell people apart, of a dataset's samples: computed once, and remembered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset
from faceapp.faces import FaceDetector
from faceapp.faces.embedding import CROP
from faceapp.faces.resnet import WIDTH
from faceapp.jobs import Job
from faceapp.networks.crops import Crops, ensure_faces
from faceapp.networks.shelf import Shelf, drop_shelf, open_shelf, shelf_sizes
from faceapp.words import Words

PEOPLE = "people"

Vectors = NDArray[np.float32]
Embed = Callable[[NDArray[np.uint8]], Vectors]

_FACES = 0.3  # share of the whole that looking for faces takes
_BATCH = 16  # so many are computed again after a kill


@dataclass(frozen=True, eq=False)
class FaceVectors:
    """Vectors (N, 128) of the samples `ids`; `faceless` show no face, `unreadable` no image."""

    ids: tuple[int, ...]
    rows: Vectors
    faceless: tuple[int, ...]
    unreadable: tuple[int, ...]


def face_vectors(
    dataset: Dataset, ids: Sequence[int], embed: Embed, name: str, job: Job = Job()
) -> FaceVectors:
    """The vector of the main face of each sample.

    They lie in the dataset's cache, keyed by `name`, the image and its face, so that each is
    computed once; what was computed before a stop is kept.

    Args:
        dataset: whose samples.
        ids: which samples.
        embed: makes a vector (128,) of a crop by `faces.embedding.CROP`.
        name: of what `embed` computes.
        job: reports and stops.

    Raises:
        ActivationsUnwritable: they cannot be kept.
        Cancelled: the person stopped it.

    """
    lost = _look_for_faces(dataset, ids, job.part(0, _FACES))
    found = dataset.faces(ids)
    shown = [each for each in ids if found.get(each)]
    crops = Crops(dataset, shown, CROP)
    with _shelf(dataset, name) as shelf:
        _complete(crops, shelf, embed, job.part(_FACES, 1))
        known = shelf.row_numbers()
        items = [item for item in crops.items if item.content in known]
        rows = shelf.rows([item.content for item in items]).astype(np.float32)
    unreadable = lost | {each.sample for each in crops.unreadable}
    faceless = tuple(each for each in ids if each not in lost and not found.get(each))
    return FaceVectors(tuple(item.id for item in items), rows, faceless, tuple(sorted(unreadable)))


def _look_for_faces(dataset: Dataset, ids: Sequence[int], job: Job) -> set[int]:
    """Look for faces where nobody looked yet; returns the samples that cannot be read."""
    looked_at = dataset.faces(ids)
    waiting = [each for each in ids if each not in looked_at]
    if not waiting:
        return set()
    return {each.sample for each in ensure_faces(dataset, waiting, FaceDetector(), job)}


def _complete(crops: Crops, shelf: Shelf, embed: Embed, job: Job) -> None:
    known = shelf.row_numbers()
    content = {item.id: item.content for item in crops.items if item.content not in known}
    waiting: dict[str, Vectors] = {}
    try:
        for done, (sample, crop) in enumerate(crops(list(content))):
            job.step(Words("Comparing faces"), done, len(content))
            waiting[content[sample]] = embed(crop)
            if len(waiting) >= _BATCH:
                shelf.append(waiting)
                waiting = {}
    finally:
        if waiting:
            shelf.append(waiting)


@contextmanager
def _shelf(dataset: Dataset, name: str) -> Iterator[Shelf]:
    root = dataset.cache / PEOPLE
    described = json.dumps({"network": name, "crop": CROP.to_json()}, sort_keys=True)
    key = hashlib.sha256(described.encode()).hexdigest()[:32]
    with open_shelf(root, key, WIDTH, described) as shelf:
        for other in set(shelf_sizes(root)) - {key}:  # an older version's
            drop_shelf(root, other)
        yield shelf
