"""Puts features of the test's own into a dataset's cache, as if a network had computed them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from faceapp.dataset import Dataset
from faceapp.faces import Preprocessing
from faceapp.networks.activations import PLAIN, ActivationCache, FeatureSpec
from faceapp.networks.backbones import TrunkSpec
from faceapp.networks.crops import Crops

SPEC = FeatureSpec(
    TrunkSpec(size=32, cut="block5_pool"),
    "0" * 64,
    Preprocessing(size=32, alignment="whole"),
)


def shelve(dataset: Dataset, vectors: Mapping[int, np.ndarray], spec: FeatureSpec = SPEC) -> None:
    """Keep a vector for each of some samples."""
    crops = Crops(dataset, list(vectors), spec.preprocessing)
    waiting = iter([vectors[item.id] for item in crops.items])
    side = spec.preprocessing.size

    def blank(ids: Sequence[int]) -> Iterator[tuple[int, np.ndarray]]:
        for each in ids:
            yield each, np.zeros((side, side, 3), np.uint8)

    ActivationCache(dataset.cache / "activations").features(
        spec,
        crops.items,
        views=[PLAIN],
        crops=blank,
        extract=lambda crops: np.stack([next(waiting) for _ in crops]).astype(np.float32),
    )
