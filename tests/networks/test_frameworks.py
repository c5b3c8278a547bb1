"""Conversion to OpenVINO must not live on memory that belongs to TensorFlow."""

from __future__ import annotations

import gc

import numpy as np

from faceapp.inference import Network
from faceapp.networks.frameworks import convert, keras_module


def test_a_converted_model_outlives_the_keras_model_it_was_made_of() -> None:
    keras = keras_module()
    model = keras.Sequential(
        [keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(5)]
    )
    image = np.random.default_rng(0).random((4, 32, 32, 3), dtype=np.float32)
    expected = model(image).numpy()
    converted = convert(model)

    # Were the weights TensorFlow's, other numbers would soon lie in their place.
    del model
    gc.collect()
    others = [keras.ops.ones((3072, 5)) for _ in range(50)]

    np.testing.assert_allclose(Network(converted)(image)[0], expected, atol=1e-5)
    del others
