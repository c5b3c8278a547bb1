"""Conversion to OpenVINO must not live on memory that belongs to TensorFlow."""

from __future__ import annotations

import gc

import numpy as np

from faceapp.inference import Network
from faceapp.networks.frameworks import convert, keras_module


def test_converted_models_outlive_the_keras_models_they_were_made_of() -> None:
    keras = keras_module()
    bias = np.array([-0.7, -2.5, 1.6, 0.6, 0.9], np.float32)

    def made() -> object:
        layer = keras.layers.Dense(5, bias_initializer=keras.initializers.Constant(bias))
        return keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Flatten(), layer])

    black = np.zeros((1, 4, 4, 3), np.float32)
    converted = [convert(made()) for _ in range(5)]
    gc.collect()
    # Were the biases TensorFlow's, they would be freed by now, and other numbers in their place.
    others = [keras.ops.full((5,), 100.0) for _ in range(5000)]

    for model in converted:
        np.testing.assert_allclose(Network(model)(black)[0][0], bias, atol=1e-6)
    del others
