"""What a training will need of the machine, and what the machine has."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from faceapp.dataset import Dataset
from faceapp.networks.activations import ActivationCache, FeatureSpec
from faceapp.networks.architectures import BACKBONES
from faceapp.networks.backbones import IMAGE, TrunkSpec, feature_digest
from faceapp.networks.crops import Crops
from faceapp.networks.weights import Weights
from faceapp.training.features import ACTIVATIONS, augmented_views, plain_views
from faceapp.training.recipes import Recipe

_FLOAT16, _FLOAT32 = 2, 4
# Measured: a process that has loaded TensorFlow, Keras and OpenVINO with a VGG.
_PROGRAM_BYTES = 1_000 * 1024**2
# The ridge head holds its features as float32 twice, and once more while it centres them.
_COPIES_OF_FEATURES = 3
# The saved model and its twin for OpenVINO.
_COPIES_ON_DISK = 2
# At most: gradient, two moments of Adam, best epoch and checkpoint, if the whole base learns.
_COPIES_OF_WEIGHTS = 5
# Maps of a stage that the gradient wants: some convolutions, each with its own gradient.
_MAPS_OF_A_STAGE = 8


@dataclass(frozen=True)
class Needs:
    """`rows` views of images to be computed, and bytes on disk and in memory; roughly."""

    rows: int
    disk_bytes: int
    memory_bytes: int


def needs_of(
    dataset: Dataset, recipe: Recipe, weights: Weights, train: Sequence[int], other: Sequence[int]
) -> Needs:
    """What training on `train` and deciding by `other` samples will need.

    What the cache holds already is not counted. Raises `InvalidTrunk` for a recipe that cannot be.
    """
    whole = recipe.trunk(has_top=weights.has_top)
    kept = recipe.maps(has_top=weights.has_top) if recipe.tunes else whole
    spec = FeatureSpec(kept, feature_digest(weights, kept), recipe.preprocessing)
    rows = _rows_to_compute(dataset, recipe, spec, train, other)
    model = _FLOAT32 * sum(array.size for arrays in weights.layers.values() for array in arrays)
    disk = rows * kept.width * _FLOAT16 + _COPIES_ON_DISK * model
    features = len(train) * max(1, recipe.views) * whole.width * _FLOAT32 * _COPIES_OF_FEATURES
    if recipe.adapts:  # looks at each view apart
        views = len(plain_views(recipe))
        features += (len(train) + len(other)) * views * whole.width * _FLOAT16
    memory = _PROGRAM_BYTES + model + features
    if recipe.tunes:
        disk += _COPIES_OF_WEIGHTS * model
        memory += _COPIES_OF_WEIGHTS * model + recipe.tune_batch * _bytes_of_maps(recipe, kept)
    return Needs(rows, disk, memory)


def _rows_to_compute(
    dataset: Dataset, recipe: Recipe, spec: FeatureSpec, train: Sequence[int], other: Sequence[int]
) -> int:
    cache = ActivationCache(dataset.cache / ACTIVATIONS)
    plain = plain_views(recipe)
    wanted = (
        [(train, augmented_views(recipe.views)), (other, plain)]
        if recipe.views
        else [([*train, *other], plain)]
    )
    total = 0
    for ids, views in wanted:
        items = Crops(dataset, ids, recipe.preprocessing).items
        without_faces = len(set(ids)) - len(items)  # nobody looked for their faces yet
        total += cache.lacking(spec, items, views) + without_faces * len(views)
    return total


def _bytes_of_maps(recipe: Recipe, kept: TrunkSpec) -> int:
    """Maps of one image that the gradient of the unfrozen stages wants."""
    total = 0
    stride, begun = 1, kept.cut == IMAGE
    for stage in BACKBONES[recipe.backbone].stages:
        if begun:
            side = math.ceil(recipe.size / stride)
            total += side * side * stage.channels * _FLOAT32 * _MAPS_OF_A_STAGE
        begun = begun or stage.end == kept.cut
        stride = stage.stride
    return total


def available_memory() -> int | None:
    """Bytes of memory that are free or can be freed; None where the system does not tell."""
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
