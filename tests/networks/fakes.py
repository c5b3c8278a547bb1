"""Random weights and the description of a small model."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from faceapp.faces import Preprocessing
from faceapp.networks.architectures import BACKBONES
from faceapp.networks.backbones import TrunkSpec
from faceapp.networks.frameworks import keras_module
from faceapp.networks.saved_model import ModelInfo
from faceapp.networks.weight_files import Arrays

SMALL = TrunkSpec(size=64, cut="block3_pool", pool="mean2")


def random_layers(network: str, seed: int = 0) -> dict[str, Arrays]:
    """Arrays in the network's shapes that keep activations in a natural range."""
    rng = np.random.default_rng(seed)
    return {
        name: (
            (rng.standard_normal(kernel, np.float32) * np.sqrt(2 / np.prod(kernel[:-1]))).astype(
                np.float32
            ),
            rng.standard_normal(bias, np.float32) * np.float32(0.1),
        )
        for name, (kernel, bias) in BACKBONES[network].base.items()
    }


def some_info(**changes: object) -> ModelInfo:
    """A description that fits the models of `save_small`."""
    values = {
        "task": "expression",
        "classes": ("sad", "happy", "angry"),
        "preprocessing": Preprocessing(size=64),
        "mirror": True,
        "temperature": 1.5,
        "unsure_below": 0.4,
        "backbone": "vgg16",
        "recipe": "quick",
        "weights_digest": "0" * 64,
        "trained_on": "3 drawn faces",
        "faceapp_version": "0.1.0",
    }
    return ModelInfo(**{**values, **changes})


def write_random_weights(network: str, path: Path) -> tuple[Any, Path]:
    """A network of keras.applications with random weights, saved as a whole; and the file."""
    keras = keras_module()
    keras.utils.set_random_seed(0)
    build = getattr(keras.applications, BACKBONES[network].application)
    model = build(weights=None, include_top=False)
    rng = np.random.default_rng(0)
    normalising = [
        layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)
    ]
    for layer in normalising:
        layer.set_weights(
            [array + rng.uniform(0, 0.2, array.shape) for array in layer.get_weights()]
        )
    if normalising:
        _see_some_images(model, network, normalising, rng)
    model.save(path)
    return model, path


def _see_some_images(model: Any, network: str, normalising: Any, rng: np.random.Generator) -> None:
    """Give normalisations the statistics of some images, as if the network had been trained.

    Without them what tells images apart shrinks from layer to layer, until rounding, which differs
    between processors, is as large.
    """
    keras = keras_module()
    build = getattr(keras.applications, BACKBONES[network].application)
    prepare = sys.modules[build.__module__].preprocess_input
    patches = rng.uniform(0, 255, (8, 8, 8, 3)).astype(np.float32)
    before = [layer.momentum for layer in normalising]
    for layer in normalising:
        layer.momentum = 0.0
    model(prepare(patches.repeat(12, axis=1).repeat(12, axis=2)), training=True)
    for layer, momentum in zip(normalising, before, strict=True):
        layer.momentum = momentum
