"""Features for training: each sample's activations in the recipe's views, out of the cache."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset
from faceapp.dataset.errors import SplitImpossible
from faceapp.dataset.splits import folds_by_group
from faceapp.jobs import Job
from faceapp.networks.activations import (
    MIRROR,
    PLAIN,
    ActivationCache,
    Crop,
    FeatureExtractor,
    View,
)
from faceapp.networks.adapters import MapShape, map_shapes
from faceapp.networks.crops import Crops, Unreadable
from faceapp.networks.weights import Weights
from faceapp.training.augmentation import Augmentation
from faceapp.training.heads import Features, HeadData, Indices, Looks
from faceapp.training.material import Material, Parts
from faceapp.training.recipes import Recipe

ACTIVATIONS = "activations"

# Inner folds want the products of all pairs of samples: 400 MB for so many.
MOST_CROSSED = 10_000


@dataclass(frozen=True, eq=False)
class _Table:
    """Features of some samples, found by id: `views[v][row[id]]`."""

    row: dict[int, int]
    views: tuple[Features, ...]

    def of(self, ids: Sequence[int]) -> tuple[Features, ...]:
        rows = [self.row[i] for i in ids]
        return tuple(view[rows] for view in self.views)


@dataclass(frozen=True, eq=False)
class TrainingFeatures:
    """Features of everything that any part trains on or decides by; `widths` is `HeadData`'s.

    `apart` are the views of which the others are the mean, of maps of the given `shapes`, where an
    adapter is to learn.
    """

    training: _Table
    validation: _Table
    widths: tuple[int, ...] = ()
    apart: _Table | None = None
    shapes: tuple[MapShape, ...] = ()

    def head_data(self, material: Material, parts: Parts, recipe: Recipe, seed: int) -> HeadData:
        """What the head of one training learns from, and the folds that are to decide for it."""
        train = [i for i in parts.train if i in self.training.row]
        validation = [i for i in parts.validation if i in self.validation.row]
        inner = inner_folds(material, [*train, *validation], recipe, seed)
        looks = None
        if inner is not None and self.apart is not None:
            looks = Looks(self.apart.of([*train, *validation]), self.shapes)
        return HeadData(
            views=self.training.of(train),
            truth=material.truths(train),
            validation=self.validation.of(validation)[0],
            validation_truth=material.truths(validation),
            classes=len(material.classes),
            widths=self.widths,
            inner=inner,
            looks=looks,
        )

    def known(self, ids: Sequence[int]) -> list[int]:
        """Those of the samples that could be read."""
        return [i for i in ids if i in self.validation.row]

    def plain(self, ids: Sequence[int]) -> Features:
        """(N, D) features of samples as they are judged, without augmentation."""
        return self.validation.of(ids)[0]


def inner_folds(
    material: Material, ids: Sequence[int], recipe: Recipe, seed: int
) -> Indices | None:
    """The fold of each sample, people kept together; None where the recipe wants or can have none.

    There are fewer where a class has fewer people, or few people hold several classes. What is for
    training only decides nothing: it has -1 - fold.
    """
    groups = [
        {material.groups[i] for i in ids if material.truth[i] == each}
        for each in range(len(material.classes))
    ]
    folds = min(recipe.inner_folds, *map(len, groups))
    if recipe.views or recipe.head != "ridge" or len(ids) > MOST_CROSSED:
        return None
    answers = {i: material.classes[material.truth[i]] for i in ids}
    found = np.zeros(len(ids), np.int64)
    place = {each: row for row, each in enumerate(ids)}
    dealt = _dealt(answers, material.groups, folds, seed)
    if dealt is None:
        return None
    for number, held in enumerate(dealt):
        rows = [place[i] for i in held]
        found[rows] = [-1 - number if i in material.train_only else number for i in held]
    return found


def _dealt(
    answers: Mapping[int, str], groups: Mapping[int, str], most: int, seed: int
) -> list[Sequence[int]] | None:
    """The samples of each fold, in as many folds as can be had; None where not even two can."""
    for folds in range(most, 1, -1):
        try:
            return [held for _, held in folds_by_group(answers, groups, folds, seed)]
        except SplitImpossible:
            continue
    return None


class FeatureReader:
    """Reads a recipe's features of a dataset's samples, computing what is not cached yet.

    `unreadable` collects the samples whose files could not be read; they have no features.
    """

    def __init__(self, dataset: Dataset, recipe: Recipe, weights: Weights) -> None:
        self._dataset, self._recipe = dataset, recipe
        spec = recipe.trunk(has_top=weights.has_top)
        self._extract = FeatureExtractor(spec, weights)
        self._widths = spec.widths
        self._shapes = map_shapes(spec) if recipe.adapts else ()
        self._spec = self._extract.features_of(recipe.preprocessing)
        self._cache = ActivationCache(dataset.cache / ACTIVATIONS)
        self.unreadable: list[Unreadable] = []

    def read(self, parts: Iterable[Parts], job: Job = Job()) -> TrainingFeatures:
        """Features of all training samples, in the recipe's views, and validation samples."""
        parts = list(parts)
        train = sorted({i for part in parts for i in part.train})
        validation = sorted({i for part in parts for i in part.validation})
        if not self._recipe.views:  # one view serves both
            table = self._table(sorted({*train, *validation}), plain_views(self._recipe), job)
            mean = _averaged(table)
            apart = table if self._shapes else None
            return TrainingFeatures(mean, mean, self._widths, apart, self._shapes)
        training = self._table(train, augmented_views(self._recipe.views), job.part(0, 0.8))
        plain = self._table(validation, plain_views(self._recipe), job.part(0.8, 1))
        return TrainingFeatures(training, _averaged(plain), self._widths)

    def _table(self, ids: Sequence[int], views: Sequence[View], job: Job) -> _Table:
        crops = Crops(self._dataset, ids, self._recipe.preprocessing)
        found = self._cache.features(
            self._spec, crops.items, views=views, crops=crops, extract=self._extract, job=job
        )
        self.unreadable += crops.unreadable
        return _Table({each: row for row, each in enumerate(found.ids)}, found.views)


def plain_views(recipe: Recipe) -> list[View]:
    """The views over which the saved model averages."""
    return [PLAIN, MIRROR] if recipe.mirror else [PLAIN]


def augmented_views(count: int) -> list[View]:
    """So many random views of the study's augmentation, the same ones every time."""
    augmentation = Augmentation()
    return [
        View(f"augmented {augmentation.key} number {n}", partial(_view, augmentation, n))
        for n in range(count)
    ]


def _view(augmentation: Augmentation, number: int, crop: Crop, content: str) -> NDArray[np.uint8]:
    return augmentation.view(crop, sample=content, number=number)


def _averaged(table: _Table) -> _Table:
    """The mean over the views: what a linear head sees of the image and its mirror image.

    Averaged a chunk at a time in float32 and kept as float16, like every feature.
    """
    if len(table.views) == 1:
        return table
    mean = np.empty(table.views[0].shape, np.float16)
    for start in range(0, len(mean), 256):
        chunk = slice(start, start + 256)
        mean[chunk] = np.mean([view[chunk].astype(np.float32) for view in table.views], axis=0)
    return _Table(table.row, (mean,))
