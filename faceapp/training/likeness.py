"""How alike samples look to the network: their cached activations compared by angle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset, Query
from faceapp.errors import WorldError
from faceapp.faces import FaceDetector, Preprocessing
from faceapp.jobs import Job
from faceapp.networks.activations import (
    PLAIN,
    ActivationCache,
    FeatureExtractor,
    FeatureSpec,
    Item,
)
from faceapp.networks.backbones import BACKBONES
from faceapp.networks.crops import Crops, ensure_faces
from faceapp.networks.weights import find_weights
from faceapp.training.features import ACTIVATIONS
from faceapp.training.recipes import recipe_named

Vectors = NDArray[np.float32]

QUICK = "quick"

# Samples at a time: their features, as float32, take some 50 MB with the quick recipe.
_CHUNK = 512
_SKETCH_WIDTH = 256


class NotComparable(WorldError):
    """A sample without features: its image cannot be read."""


class Looks:
    """Features of a dataset's samples, of whichever kind is had with the least work.

    That is the kind of which the cache lacks the least for the samples asked for, counted in
    pixels, and of equals the one used last; the quick recipe's kind is always among them. What is
    lacking is computed and kept, and faces are looked for where nobody looked yet.

    Args:
        dataset: whose samples.
        ids: the samples that will be asked for.

    """

    def __init__(self, dataset: Dataset, ids: Sequence[int]) -> None:
        self._dataset = dataset
        self._ids = tuple(ids)
        self._cache = ActivationCache(dataset.cache / ACTIVATIONS)
        self._items: dict[Preprocessing, list[Item]] = {}
        self.spec = min(self._kinds(), key=self._work)

    def unit(
        self, ids: Sequence[int], job: Job = Job()
    ) -> Iterator[tuple[tuple[int, ...], Vectors]]:
        """Features of length 1 as (ids, (n, width)), a chunk at a time; unreadable samples lack."""
        for start in range(0, len(ids), _CHUNK):
            job.step("Comparing samples", start, len(ids))
            chunk = ids[start : start + _CHUNK]
            part = job.part(start / len(ids), (start + len(chunk)) / len(ids))
            yield self._chunk(chunk, part)

    def _chunk(self, ids: Sequence[int], job: Job) -> tuple[tuple[int, ...], Vectors]:
        if self.spec.preprocessing.alignment == "aligned":
            self._find_faces(ids, job.part(0, 0.2))
        crops = Crops(self._dataset, ids, self.spec.preprocessing)
        found = self._cache.features(
            self.spec,
            crops.items,
            views=[PLAIN],
            crops=crops,
            extract=self._extract,
            job=job.part(0.2, 1),
        )
        vectors = found.views[0].astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return found.ids, vectors / np.maximum(lengths, np.finfo(np.float32).tiny)

    def _find_faces(self, ids: Sequence[int], job: Job) -> None:
        looked_at = self._dataset.faces(ids)
        waiting = [each for each in ids if each not in looked_at]
        if waiting:
            ensure_faces(self._dataset, waiting, self._detector, job)

    @cached_property
    def _detector(self) -> FaceDetector:
        return FaceDetector()

    def _extract(self, crops: NDArray[np.uint8]) -> Vectors:
        return self._extractor(crops)

    @cached_property
    def _extractor(self) -> FeatureExtractor:
        return FeatureExtractor(self.spec.trunk, find_weights(self.spec.trunk.backbone))

    def _kinds(self) -> list[FeatureSpec]:
        """The kinds that are complete or can be completed."""
        quick = recipe_named(QUICK)
        known = BACKBONES[quick.backbone].digest
        own = FeatureSpec(quick.trunk(has_top=False), known, quick.preprocessing)
        return [spec for spec in self._cache.kept(PLAIN) if self._is_possible(spec)] + [own]

    def _is_possible(self, spec: FeatureSpec) -> bool:
        backbone = BACKBONES[spec.trunk.backbone]
        is_ours = spec.trunk.cut not in backbone.top and spec.weights_digest == backbone.digest
        return is_ours or not self._lacking(spec)

    def _work(self, spec: FeatureSpec) -> int:
        return self._lacking(spec) * spec.trunk.size**2

    def _lacking(self, spec: FeatureSpec) -> int:
        """How many of the samples have no features of this kind, the unreadable ones included."""
        crops_like = spec.preprocessing
        if crops_like not in self._items:
            self._items[crops_like] = Crops(self._dataset, self._ids, crops_like).items
        items = self._items[crops_like]
        return len(self._ids) - len(items) + self._cache.lacking(spec, PLAIN, items)


def similar(dataset: Dataset, sample: int, job: Job = Job()) -> list[int]:
    """Ids of all samples outside quarantine, the most similar to one of them first: itself.

    Similarity is the cosine of the angle between activations of a frozen network (see `Looks`).
    Samples that cannot be read are left out.

    Raises:
        UnknownSample: there is no such sample.
        NotComparable: its image cannot be read.
        WeightsMissing: activations must be computed and there are no weights.
        Cancelled: the person stopped it; what was computed is kept.

    """
    name = dataset.sample(sample).name
    others = [each for each in dataset.sample_ids(Query()) if each != sample]
    looks = Looks(dataset, [sample, *others])
    _, target = next(looks.unit([sample], job.part(0, 0.01)))
    if not len(target):
        raise NotComparable(f"{name} cannot be read, so nothing can be compared with it.")
    ids: list[int] = []
    cosines = [np.zeros(0, np.float32)]
    for found, vectors in looks.unit(others, job.part(0.01, 1)):
        ids += found
        cosines.append(vectors @ target[0])
    order = np.argsort(-np.concatenate(cosines), kind="stable")
    return [sample, *(ids[place] for place in order)]


def sketches(looks: Looks, ids: Sequence[int], job: Job = Job()) -> tuple[tuple[int, ...], Vectors]:
    """Features of length 1 shortened to 256 numbers, as (ids, (N, 256)).

    A random projection keeps angles: to some hundredths of the cosine at this length (Johnson &
    Lindenstrauss 1984; Achlioptas 2003). It is the same one every time. Features that are no
    longer than that stay as they are.
    """
    found: list[int] = []
    rows: list[Vectors] = []
    projection: Vectors | None = None
    for chunk, vectors in looks.unit(ids, job):
        width = vectors.shape[1]
        if projection is None and width > _SKETCH_WIDTH:
            random = np.random.default_rng(0)
            projection = random.standard_normal((width, _SKETCH_WIDTH), np.float32)
        shorter = vectors if projection is None else vectors @ projection
        found += chunk
        rows.append(shorter / np.maximum(np.linalg.norm(shorter, axis=1, keepdims=True), 1e-12))
    width = min(looks.spec.trunk.width, _SKETCH_WIDTH)
    return tuple(found), np.concatenate([np.zeros((0, width), np.float32), *rows])
