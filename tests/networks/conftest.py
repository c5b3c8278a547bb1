"""Weights and small models that the tests of networks share; heavy ones are made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from faceapp.networks import saved_model
from faceapp.networks.architectures import BACKBONES
from faceapp.networks.backbones import Head, classification_model, trunk
from faceapp.networks.weight_files import Arrays
from faceapp.networks.weights import Weights, WeightsMissing, digest_of, find_weights
from networks.fakes import SMALL, random_layers, some_info


@pytest.fixture(scope="session")
def some_layers() -> dict[str, Arrays]:
    return random_layers("vgg16")


@pytest.fixture(scope="session")
def some_weights(some_layers: dict[str, Arrays]) -> Weights:
    """Weights of VGG16 that are not ImageNet's."""
    digest = digest_of(some_layers, BACKBONES["vgg16"])
    return Weights("vgg16", "random", some_layers, digest, verified=False, has_top=False)


@pytest.fixture
def imagenet() -> Weights:
    """The real ImageNet weights, or a skip."""
    try:
        return find_weights()
    except WeightsMissing as error:
        pytest.skip(f"{error}")


@pytest.fixture(scope="session")
def make_model(some_weights: Weights) -> Callable[[int], object]:
    """Build a small classifier of three classes; another seed gives another head."""
    base = trunk(SMALL, some_weights)

    def make(seed: int = 0) -> object:
        rng = np.random.default_rng(seed)
        kernel = rng.standard_normal((SMALL.width, 3)) / 300
        head = Head(kernel, rng.standard_normal(3), temperature=1.5)
        return classification_model(base, 3, mirror=True, head=head)

    return make


@pytest.fixture(scope="session")
def saved(make_model: Callable[[int], object], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a saved small model; tests copy it before they change anything."""
    path = tmp_path_factory.mktemp("model") / "model.keras"
    saved_model.save_model(make_model(0), some_info(), path)
    return path


@pytest.fixture(scope="session")
def crops() -> np.ndarray:
    """Five uint8 crops of 64 pixels."""
    return np.random.default_rng(7).integers(0, 256, (5, 64, 64, 3), np.uint8)
