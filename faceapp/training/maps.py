"""Maps for fine-tuning: each sample's activations where the frozen part ends, left on disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faceapp.dataset import Dataset
from faceapp.jobs import Job
from faceapp.networks.activations import ActivationCache, FeatureExtractor, View
from faceapp.networks.crops import Crops, Unreadable
from faceapp.networks.shelf import Rows
from faceapp.networks.weights import Weights
from faceapp.training.features import ACTIVATIONS, augmented_views, plain_views
from faceapp.training.heads import Indices
from faceapp.training.material import Material, Parts
from faceapp.training.recipes import Recipe


@dataclass(frozen=True, eq=False)
class TuningData:
    """What one fine-tuning learns from: maps of N training and M validation samples.

    `views` are the training samples seen differently, `validation` the plain views over which the
    saved model averages; each row is a flattened map. `truth` and `validation_truth` are class
    indices.
    """

    views: tuple[Rows, ...]
    truth: Indices
    validation: tuple[Rows, ...]
    validation_truth: Indices
    classes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Table:
    row: dict[int, int]
    views: tuple[Rows, ...]

    def of(self, ids: Sequence[int]) -> tuple[Rows, ...]:
        rows = [self.row[i] for i in ids]
        return tuple(view.chosen(rows) for view in self.views)


@dataclass(frozen=True, eq=False)
class TrainingMaps:
    """Maps of everything that any part trains on or decides by."""

    training: _Table
    validation: _Table

    def data(self, material: Material, parts: Parts) -> TuningData:
        """What one fine-tuning learns from."""
        train = [i for i in parts.train if i in self.training.row]
        validation = [i for i in parts.validation if i in self.validation.row]
        return TuningData(
            views=self.training.of(train),
            truth=material.truths(train),
            validation=self.validation.of(validation),
            validation_truth=material.truths(validation),
            classes=material.classes,
        )


class MapReader:
    """Reads the maps of a dataset's samples at the end of a recipe's frozen part.

    What is not cached yet is computed; `unreadable` collects samples whose files could not be
    read, which have no maps.
    """

    def __init__(self, dataset: Dataset, recipe: Recipe, weights: Weights) -> None:
        self._dataset, self._recipe = dataset, recipe
        self._extract = FeatureExtractor(recipe.maps(has_top=weights.has_top), weights)
        self._spec = self._extract.features_of(recipe.preprocessing)
        self._cache = ActivationCache(dataset.cache / ACTIVATIONS)
        self.unreadable: list[Unreadable] = []

    def read(self, parts: Iterable[Parts], job: Job = Job()) -> TrainingMaps:
        """Maps of all training samples, in the recipe's views, and of validation samples."""
        parts = list(parts)
        train = sorted({i for part in parts for i in part.train})
        validation = sorted({i for part in parts for i in part.validation})
        plain = plain_views(self._recipe)
        if not self._recipe.views:  # the same views serve both
            table = self._table(sorted({*train, *validation}), plain, job)
            return TrainingMaps(table, table)
        views = augmented_views(self._recipe.views)
        return TrainingMaps(
            self._table(train, views, job.part(0, 0.8)),
            self._table(validation, plain, job.part(0.8, 1)),
        )

    def _table(self, ids: Sequence[int], views: Sequence[View], job: Job) -> _Table:
        crops = Crops(self._dataset, ids, self._recipe.preprocessing)
        found = self._cache.rows(
            self._spec, crops.items, views=views, crops=crops, extract=self._extract, job=job
        )
        self.unreadable += crops.unreadable
        return _Table({each: row for row, each in enumerate(found.ids)}, found.views)
