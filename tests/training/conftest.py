from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from faceapp.dataset import Dataset
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.recipes import Recipe, recipe_named


@pytest.fixture(scope="session")
def imagenet() -> None:
    """Skips where no ImageNet weights are installed."""
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def dataset(drawn_dataset: Path, tmp_path: Path) -> Iterator[Dataset]:
    """A copy of the drawn dataset, open."""
    folder = tmp_path / "dataset"
    shutil.copytree(drawn_dataset, folder)
    with Dataset.open(folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def small() -> Recipe:
    """The quick recipe on tiny crops: real weights, real detector, few seconds."""
    return recipe_named("quick").with_settings({"size": "64", "epochs": "60"})
