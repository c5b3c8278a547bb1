"""Opening classifier files made elsewhere, with distrust: Keras, ONNX and OpenVINO."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faceapp.inference import openvino_module
from faceapp.networks.frameworks import building, convert
from faceapp.networks.saved_model import (
    ModelRefused,
    check_layers,
    check_weights,
    first_line,
    load_unseen,
)
from faceapp.words import Words

if TYPE_CHECKING:
    import openvino

_MAX_BYTES = 2 * 1024**3
_MEMBERS = {"metadata.json", "config.json", "model.weights.h5"}
# Keras's own layers that compute and do nothing else: none runs code of the file or opens others.
_LAYERS = {
    *("Functional", "Sequential", "InputLayer", "__keras_tensor__", "DTypePolicy"),
    *("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose", "Dense"),
    *("MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "GlobalMaxPooling2D"),
    *("BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization"),
    *("Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout"),
    *("Flatten", "Reshape", "Permute", "ZeroPadding2D", "Cropping2D", "UpSampling2D"),
    *("Average", "Concatenate", "Add", "Multiply", "Subtract", "Maximum", "Minimum"),
    *("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"),
    *("Rescaling", "Normalization", "RandomFlip", "RandomRotation", "RandomZoom"),
    *("RandomTranslation", "RandomContrast", "RandomBrightness"),
}
_PARTS = ("keras.initializers", "keras.regularizers", "keras.constraints")


def graph_of(model: Path) -> openvino.Model:
    """The graph of a file as it is; raises `ModelRefused`."""
    kind = KINDS.get(model.suffix.lower())
    if kind is None:
        raise ModelRefused(
            Words(
                "{model} is of no kind that is read here ({kinds}): an older Keras file "
                "(.h5) becomes a .keras one with keras.saving.load_model(...).save('NAME.keras').",
                model=model,
                kinds=", ".join(KINDS),
            )
        )
    try:
        if model.stat().st_size > _MAX_BYTES:
            raise ModelRefused(
                Words("{model} is larger than any classifier of faces need be.", model=model)
            )
        return kind(model)
    except FileNotFoundError as error:
        raise ModelRefused(
            Words("There is no model {model}: check the path.", model=model)
        ) from error
    except OSError as error:
        raise ModelRefused(
            Words("{model} cannot be read: {error}", model=model, error=first_line(error))
        ) from error


def _of_keras(model: Path) -> openvino.Model:
    try:
        with zipfile.ZipFile(model) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
            if set(sizes) != _MEMBERS or max(sizes.values()) > _MAX_BYTES:
                raise ModelRefused(
                    Words("{model} holds other files than a Keras model does.", model=model)
                )
            check_layers(json.loads(archive.read("config.json")), model, _LAYERS, _PARTS)
            check_weights(archive, model)
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, LookupError) as error:
        raise ModelRefused(
            Words("{model} is no Keras model, or is damaged: {error}.", model=model, error=error)
        ) from error
    with building:
        network = load_unseen(model)
        if len(network.inputs) != 1 or len(network.outputs) != 1:
            raise ModelRefused(
                Words("{model} has several inputs or outputs, and a classifier one.", model=model)
            )
        return convert(network)


def _of_onnx(model: Path) -> openvino.Model:
    import onnx
    from google.protobuf.message import DecodeError

    try:
        graph = onnx.load(model, load_external_data=False).graph
    except (DecodeError, ValueError) as error:
        raise ModelRefused(
            Words("{model} is no ONNX model, or is damaged.", model=model)
        ) from error
    external = onnx.TensorProto.EXTERNAL
    if any(tensor.data_location == external for tensor in _tensors(graph)):
        raise ModelRefused(
            Words("{model} keeps weights in other files: save it as one file.", model=model)
        )
    return _of_openvino(model)


def _tensors(graph: Any) -> Iterator[Any]:
    """Every constant of an ONNX graph and of the graphs inside it."""
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            yield attribute.t
            yield from attribute.tensors
            for inner in (attribute.g, *attribute.graphs):
                if inner.node or inner.initializer:
                    yield from _tensors(inner)


def _of_openvino(model: Path) -> openvino.Model:
    try:
        return openvino_module().Core().read_model(model)
    except RuntimeError as error:
        raise ModelRefused(
            Words(
                "{model} is no model that OpenVINO reads: {error}",
                model=model,
                error=_reason(error),
            )
        ) from error


def _reason(error: RuntimeError) -> str:
    """OpenVINO's own words: the last line of a trace that begins with its source files."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it does not say why"


KINDS: Mapping[str, Callable[[Path], Any]] = {
    ".keras": _of_keras,
    ".onnx": _of_onnx,
    ".xml": _of_openvino,
}
