"""The kinds of file that a saved model can be exported as: how each is written and asked."""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from faceapp.inference import Network, openvino_module
from faceapp.networks.classifier import BATCH
from faceapp.networks.frameworks import building, convert, keras_module
from faceapp.networks.saved_model import load_keras, read_info

if TYPE_CHECKING:
    import keras

Answers = NDArray[np.float32]
Crops = NDArray[np.uint8]

# Names of input and output wherever a format has names, and of the description inside ONNX files.
INPUT, OUTPUT, ABOUT = "face", "probabilities", "faceapp"
# Old enough for any runtime in use, new enough for every operation we need.
_OPSET = 17


@dataclass(frozen=True)
class Format:
    """One kind of file: its ending, how it is written, and how it is asked about crops.

    `write` leaves its main file at the given path, and may leave others beside it.
    `ask` takes crops (N, size, size, 3) RGB and gives probabilities (N, C).
    """

    suffix: str
    write: Callable[[Path, Path], None]
    ask: Callable[[Path, Crops], Answers]


def ask_keras(file: Path, crops: Crops) -> Answers:
    """What the Keras model of a file says of crops (N, size, size, 3): probabilities (N, C)."""
    with building:
        model = load_keras(file)
    return np.asarray(model.predict(crops.astype(np.float32), verbose=0), np.float32)


def _write_keras(model: Path, file: Path) -> None:
    shutil.copyfile(model, file)


def _write_openvino(model: Path, file: Path) -> None:
    with building:
        converted = convert(load_keras(model))
    openvino_module().save_model(converted, file, compress_to_fp16=False)
    _describe_beside(model, file)


def _write_onnx(model: Path, file: Path) -> None:
    with building:
        network = load_keras(model)
        import onnx
        import tensorflow as tf
        import tf2onnx

        run = tf.function(
            lambda face: {OUTPUT: network(face, training=False)}, input_signature=_faces(network)
        )
        converted, _ = tf2onnx.convert.from_function(run, _faces(network), opset=_OPSET)
        # Tensors that the network holds beside its weights become inputs, which nobody could give.
        held = {
            inside.name: onnx.numpy_helper.from_array(outside.numpy(), inside.name)
            for outside, inside in run.get_concrete_function().graph.captures
            if outside.dtype != tf.resource
        }
    graph = converted.graph
    faces = [each for each in graph.input if each.name not in held]
    graph.initializer.extend(held[each.name] for each in graph.input if each.name in held)
    del graph.input[:]
    graph.input.extend(faces)
    onnx.helper.set_model_props(converted, {ABOUT: json.dumps(read_info(model).to_json())})
    onnx.checker.check_model(converted, full_check=True)
    onnx.save(converted, file)


def _write_litert(model: Path, file: Path) -> None:
    with building, tempfile.TemporaryDirectory() as folder:
        network = load_keras(model)
        import tensorflow as tf

        archive = keras_module().export.ExportArchive()
        archive.track(network)
        archive.add_endpoint(
            "serve",
            lambda face: {OUTPUT: network(face, training=False)},
            input_signature=_faces(network),
        )
        archive.write_out(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        file.write_bytes(converter.convert())
    _describe_beside(model, file)


def _faces(model: keras.Model) -> list[Any]:
    """The one input: any number of crops."""
    import tensorflow as tf

    return [tf.TensorSpec(model.inputs[0].shape, tf.float32, name=INPUT)]


def beside(file: Path, suffix: str) -> Path:
    """The file that belongs to an exported one: faces.tflite has faces.tflite.json."""
    return file.with_name(file.name + suffix)


def _describe_beside(model: Path, file: Path) -> None:
    info = json.dumps(read_info(model).to_json(), indent=2)
    beside(file, ".json").write_text(info, encoding="utf-8")


def _ask_openvino(file: Path, crops: Crops) -> Answers:
    """Of an OpenVINO or an ONNX file."""
    network = Network(file)
    parts = range(0, len(crops), BATCH)
    return np.concatenate([network(crops[i : i + BATCH].astype(np.float32))[0] for i in parts])


def _ask_litert(file: Path, crops: Crops) -> Answers:
    import tensorflow as tf

    with warnings.catch_warnings():
        # It is to move into a package of its own; the bound on tensorflow keeps one that has it.
        warnings.filterwarnings("ignore", r"\s*Warning: tf\.lite\.Interpreter", UserWarning)
        network = tf.lite.Interpreter(model_content=file.read_bytes())
    run = network.get_signature_runner()
    found = [run(**{INPUT: crop[None].astype(np.float32)})[OUTPUT] for crop in crops]
    return np.concatenate(found)


FORMATS: Mapping[str, Format] = {
    "keras": Format(".keras", _write_keras, ask_keras),
    "onnx": Format(".onnx", _write_onnx, _ask_openvino),
    "openvino": Format(".xml", _write_openvino, _ask_openvino),
    "litert": Format(".tflite", _write_litert, _ask_litert),
}
