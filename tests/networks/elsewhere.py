"""Small classifiers as other programs write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from faceapp.networks.frameworks import keras_module

SIZE = 40
CLASSES = ("calm", "glad", "cross")


def keras_file(path: Path, channels: int = 3, last: str = "softmax", *extra: Any) -> Any:
    keras = keras_module()
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.layers.Input((SIZE, SIZE, channels)),
            *extra,
            keras.layers.Conv2D(4, 5, strides=5, activation="relu", kernel_regularizer="l2"),
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation=last),
        ]
    )
    model.compile("adam", "categorical_crossentropy")
    model.save(path)
    return model


def onnx_file(path: Path, count: str | int = "batch") -> np.ndarray:
    """Scores as a product of the flattened NCHW image; for one image only, if `count` is 1."""
    kernel = np.random.default_rng(1).standard_normal((3 * SIZE * SIZE, 3)).astype(np.float32) / 40
    shape = np.array([1 if count == 1 else -1, 3 * SIZE * SIZE])
    axis = np.array([0])
    alone = [
        helper.make_node("Squeeze", ["face", "axis"], ["one"]),
        helper.make_node("Unsqueeze", ["one", "axis"], ["image"]),
    ]
    graph = helper.make_graph(
        [
            *(alone if count == 1 else [helper.make_node("Identity", ["face"], ["image"])]),
            helper.make_node("Reshape", ["image", "shape"], ["flat"]),
            helper.make_node("MatMul", ["flat", "kernel"], ["scores"]),
        ],
        "classifier",
        [helper.make_tensor_value_info("face", TensorProto.FLOAT, [count, 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [count, 3])],
        [
            numpy_helper.from_array(each, name)
            for name, each in (("shape", shape), ("axis", axis), ("kernel", kernel))
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)
    return kernel


def softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
