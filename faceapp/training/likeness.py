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
from faceapp.networks.backbones import BACKBONES, IMAGE
from faceapp.networks.crops import Crops, ensure_faces
from faceapp.networks.weights import find_weights
from faceapp.training.features import ACTIVATIONS
from faceapp.training.recipes import recipe_named
from faceapp.words import Words

Vectors = NDArray[np.float32]

QUICK = "quick"

# Samples at a time: their features, as float32, take some 50 MB with the quick recipe.
_CHUNK = 512
_SKETCH_WIDTH = 256
_WIDEST = 2**16
_COMPUTED = 0.7  # share of the whole that ends with computing what is lacking
_TINY = 1e-12


class NotComparable(WorldError):
    """A sample without features: its image cannot be read."""


class Looks:
    """Features of some samples of a dataset, of whichever kind is had with the least work.

    That is the kind of which the cache lacks the least for these samples, counted in pixels, and
    of equals the one used last; the quick recipe's kind is always among them.

    Args:
        dataset: whose samples.
        ids: which samples.

    """

    def __init__(self, dataset: Dataset, ids: Sequence[int]) -> None:
        self._dataset = dataset
        self._ids = tuple(ids)
        self._cache = ActivationCache(dataset.cache / ACTIVATIONS)
        self._items: dict[Preprocessing, list[Item]] = {}
        self.spec = min(self._kinds(), key=self._work)

    def complete(self, job: Job = Job()) -> None:
        """Compute what is lacking, after looking for faces where nobody looked yet; keeps it.

        Raises:
            WeightsMissing: there are no weights to compute it with.
            Cancelled: the person stopped it; what was computed is kept.

        """
        there = self._cache.there(self.spec, PLAIN, self._items_of(self.spec.preprocessing))
        missing = [each for each in self._ids if each not in there]
        for start in range(0, len(missing), _CHUNK):
            chunk = missing[start : start + _CHUNK]
            part = job.part(start / len(missing), (start + len(chunk)) / len(missing))
            self._compute(chunk, part)
        if missing:
            self._items.clear()

    def _compute(self, ids: Sequence[int], job: Job) -> None:
        if self.spec.preprocessing.alignment == "aligned":
            looked_at = self._dataset.faces(ids)
            waiting = [each for each in ids if each not in looked_at]
            if waiting:
                ensure_faces(self._dataset, waiting, self._detector, job.part(0, 0.2))
        crops = Crops(self._dataset, ids, self.spec.preprocessing)
        self._cache.features(
            self.spec,
            crops.items,
            views=[PLAIN],
            crops=crops,
            extract=self._extract,
            job=job.part(0.2, 1),
        )

    def scan(self, job: Job = Job()) -> Iterator[tuple[tuple[int, ...], Vectors]]:
        """Features that there are as (ids, (n, width)), a chunk at a time, in any order."""
        items = self._items_of(self.spec.preprocessing)
        done = 0
        for ids, rows in self._cache.scan(self.spec, PLAIN, items, _CHUNK):
            job.step(Words("Comparing samples"), done, len(items))
            done += len(ids)
            yield ids, _widened(rows)

    def of(self, sample: int) -> Vectors | None:
        """Features (width,) of one sample; None where there are none."""
        items = [each for each in self._items_of(self.spec.preprocessing) if each.id == sample]
        for _, rows in self._cache.scan(self.spec, PLAIN, items, 1):
            return np.asarray(rows[0], np.float32)
        return None

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
        if spec.trunk.cut == IMAGE or spec.trunk.width > _WIDEST:
            return False  # kept for fine-tuning: pixels tell little, whole maps are slow to scan
        is_ours = spec.trunk.cut not in backbone.top and spec.weights_digest == backbone.digest
        return is_ours or not self._lacking(spec)

    def _work(self, spec: FeatureSpec) -> int:
        return self._lacking(spec) * spec.trunk.size**2

    def _lacking(self, spec: FeatureSpec) -> int:
        """How many of the samples have no features of this kind, the unreadable ones included."""
        items = self._items_of(spec.preprocessing)
        return len(self._ids) - len(self._cache.there(spec, PLAIN, items))

    def _items_of(self, preprocessing: Preprocessing) -> list[Item]:
        """The samples whose crop is known, with what names it in the cache."""
        if preprocessing not in self._items:
            crops = Crops(self._dataset, self._ids, preprocessing)
            self._items[preprocessing] = crops.items
        return self._items[preprocessing]


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
    everything = dataset.sample_ids(Query())
    looks = Looks(dataset, everything if sample in everything else [*everything, sample])
    looks.complete(job.part(0, _COMPUTED))
    target = looks.of(sample)
    if target is None:
        raise NotComparable(
            Words("{name} cannot be read, so nothing can be compared with it.", name=name)
        )
    cosine: dict[int, float] = {}
    for ids, rows in looks.scan(job.part(_COMPUTED, 1)):
        lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        cosines = (rows @ target) / np.maximum(lengths, _TINY)
        cosine.update(zip(ids, cosines.tolist(), strict=True))
    del cosine[sample]
    return [sample, *sorted(cosine, key=lambda each: (-cosine[each], each))]


def sketches(looks: Looks, job: Job = Job()) -> tuple[tuple[int, ...], Vectors]:
    """Features shortened to 256 numbers and to length 1, as (ids, (N, 256)), in any order.

    A random projection keeps angles: to some hundredths of the cosine at this length (Johnson &
    Lindenstrauss 1984; Achlioptas 2003). It is the same one every time. Features that are no
    longer than that keep all their numbers.
    """
    width = looks.spec.trunk.width
    projection: Vectors | None = None
    if width > _SKETCH_WIDTH:
        random = np.random.default_rng(0)
        projection = random.standard_normal((width, _SKETCH_WIDTH), np.float32)
    found: list[int] = []
    short: list[Vectors] = [np.zeros((0, min(width, _SKETCH_WIDTH)), np.float32)]
    for ids, rows in looks.scan(job):
        found += ids
        short.append(rows if projection is None else rows @ projection)
    together = np.concatenate(short)
    lengths = np.linalg.norm(together, axis=1, keepdims=True)
    return tuple(found), together / np.maximum(lengths, _TINY)


def _widened(rows: NDArray[np.float16]) -> Vectors:
    """The rows as float32, looked up: several times as fast as numpy's way with sparse rows."""
    every_number = np.arange(2**16, dtype=np.uint16).view(np.float16).astype(np.float32)
    return every_number[rows.view(np.uint16)]
