"""Reading weights out of the files they come in, and refusing a file that is not the network."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceapp.inference import openvino_module
from faceapp.networks.architectures import Backbone, Shape
from faceapp.networks.stored_arrays import Arrays, Stored, WeightsRefused, arrays_by_layer
from faceapp.words import Words

__all__ = ["ENDINGS", "Arrays", "WeightsRefused", "leads_outside", "read_weights"]

_KERAS_MEMBER = "model.weights.h5"
_MAX_UNPACKED = 2 * 1024**3
_CONVOLUTION = re.compile(r"block\d+_conv\d+")


def read_weights(path: Path, backbone: Backbone) -> dict[str, Arrays]:
    """The arrays of every layer of `backbone` in `path`, float32, in Keras's shapes and order.

    The layers of a VGG's top are there if the file holds all of them. Reads Keras's .h5 and
    .weights.h5, saved .keras models and, of a
    VGG, ONNX. Raises `WeightsRefused` naming what differs.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(ENDINGS)
        raise WeightsRefused(
            Words(
                "{path} is no file of weights: name one that ends in {known}.",
                path=path,
                known=known,
            )
        )
    if not path.is_file():
        raise WeightsRefused(
            Words("There is no file {path}: check the path of the weights.", path=path)
        )
    try:
        return reader(path, backbone)
    except (OSError, RuntimeError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise WeightsRefused(
            Words(
                "{path} cannot be read as weights ({error}): it is damaged or "
                "only partly downloaded. Get it again.",
                path=path,
                error=_first_line(error),
            )
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200] or type(error).__name__


def _read_h5(path: Path, backbone: Backbone) -> dict[str, Arrays]:
    import h5py

    with h5py.File(path, "r") as file:
        return _assemble(list(_h5_arrays(file)), backbone, path)


def _read_keras(path: Path, backbone: Backbone) -> dict[str, Arrays]:
    import h5py

    with zipfile.ZipFile(path) as archive:
        if archive.getinfo(_KERAS_MEMBER).file_size > _MAX_UNPACKED:
            raise WeightsRefused(
                Words("{path} would unpack to more than 2 GB: it is refused.", path=path)
            )
        data = io.BytesIO(archive.read(_KERAS_MEMBER))
    with h5py.File(data, "r") as file:
        return _assemble(list(_h5_arrays(file)), backbone, path)


def _h5_arrays(file: Any) -> Iterator[Stored]:
    """Every float array in an HDF5 file. Links are not followed: they may lead to other files."""
    import h5py

    found: list[Any] = []
    file.visititems(lambda _name, item: found.append(item))
    for item in found:
        is_weight = isinstance(item, h5py.Dataset) and item.dtype.kind == "f"
        if not is_weight or "optimizer" in item.name:
            continue
        if leads_outside(item):
            raise WeightsRefused(
                Words(
                    "{item} of {filename} lies in another file: refused.",
                    item=item.name,
                    filename=file.filename,
                )
            )
        yield Stored(item.name, tuple(item.shape), partial(np.asarray, item, np.float32))


def leads_outside(dataset: Any) -> bool:
    """Whether the values of an HDF5 dataset lie in some other file of this computer."""
    return bool(dataset.external or dataset.is_virtual)


def _read_onnx(path: Path, backbone: Backbone) -> dict[str, Arrays]:
    openvino = openvino_module()
    stored = [
        _onnx_array(node)
        for node in openvino.Core().read_model(path).get_ops()
        if node.get_type_name() == "Constant" and node.get_element_type() == openvino.Type.f32
    ]
    # An ONNX file names its layers: numbered ones would be another program's network.
    named = [array for array in stored if _CONVOLUTION.search(array.path)]
    return _assemble(named, backbone, path)


def _onnx_array(node: Any) -> Stored:
    """A constant of an ONNX graph; kernels (out, in, height, width) turned to Keras's order."""
    shape = tuple(node.get_output_shape(0))
    order = (2, 3, 1, 0) if len(shape) == 4 else tuple(range(len(shape)))

    def read() -> NDArray[np.float32]:
        return np.ascontiguousarray(np.asarray(node.data, np.float32).transpose(order))

    return Stored(node.get_friendly_name(), tuple(shape[axis] for axis in order), read)


_READERS: Mapping[str, Callable[[Path, Backbone], dict[str, Arrays]]] = {
    ".h5": _read_h5,
    ".keras": _read_keras,
    ".onnx": _read_onnx,
}
# Of the files that weights are read from.
ENDINGS = tuple(_READERS)


def _assemble(stored: list[Stored], backbone: Backbone, path: Path) -> dict[str, Arrays]:
    """Give every wanted layer its arrays, after checking all shapes."""
    if not backbone.base:
        return arrays_by_layer(stored, backbone, path)
    layers = _by_name(stored, backbone)
    if not layers:
        layers = _by_position(stored, backbone)
    _check(layers, backbone, path)
    has_top = all(_shapes(layers, name) == shapes for name, shapes in backbone.top.items())
    wanted = [*backbone.base, *(backbone.top if has_top else ())]
    return {name: (layers[name][0].read(), layers[name][1].read()) for name in wanted}


_Pairs = dict[str, tuple[Stored, Stored]]


def _by_name(stored: list[Stored], backbone: Backbone) -> _Pairs:
    """Layers of files that write their names in the paths, as Keras's own weight files do."""
    groups: dict[str, list[Stored]] = {}
    for array in stored:
        found = _CONVOLUTION.search(array.path)
        parts = array.path.split("/")
        name = found.group() if found else next((top for top in backbone.top if top in parts), None)
        if name is not None:
            groups.setdefault(name, []).append(array)
    has_base = any(_CONVOLUTION.fullmatch(name) for name in groups)
    return _pairs(groups) if has_base else {}


def _by_position(stored: list[Stored], backbone: Backbone) -> _Pairs:
    """Layers of Keras 3 files, which count layers of a kind (conv2d, conv2d_1, ...) in order."""
    groups: dict[str, list[Stored]] = {}
    for array in sorted(stored, key=lambda array: _natural(array.path)):
        groups.setdefault(array.path.rpartition("/")[0], []).append(array)
    pairs = list(_pairs(groups).values())
    # Our own saved models begin with a 1x1 convolution that normalises: it is no layer of a VGG.
    kernels = [pair for pair in pairs if len(pair[0].shape) == 4 and pair[0].shape[:2] != (1, 1)]
    dense = [pair for pair in pairs if len(pair[0].shape) == 2]
    names = [*backbone.base, *(f"block0_conv{extra}" for extra in range(1, len(kernels) + 1))]
    layers = dict(zip(names, kernels, strict=False))
    if len(dense) == len(backbone.top):
        layers |= dict(zip(backbone.top, dense, strict=True))
    return layers


def _natural(path: str) -> list[tuple[int, str]]:
    """Sort key that puts conv2d before conv2d_1 and conv2d_2 before conv2d_10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path)]


def _pairs(groups: Mapping[str, list[Stored]]) -> _Pairs:
    """Kernel and bias of each group that has exactly these two."""
    pairs: _Pairs = {}
    for name, arrays in groups.items():
        kernels = [array for array in arrays if len(array.shape) in {2, 4}]
        biases = [array for array in arrays if len(array.shape) == 1]
        if len(kernels) == len(biases) == 1:
            pairs[name] = (kernels[0], biases[0])
    return pairs


def _check(layers: _Pairs, backbone: Backbone, path: Path) -> None:
    """Refuse another network: a layer missing, one too many, or another shape."""
    missing = [name for name in backbone.base if name not in layers]
    extra = [name for name in layers if name not in backbone.base and name not in backbone.top]
    if missing:
        raise WeightsRefused(
            Words(
                "{path} does not hold {backbone}: layer {missing} is missing "
                "({number} of {total} are). Name a file of {backbone}.",
                path=path,
                backbone=backbone.title,
                missing=missing[0],
                number=len(missing),
                total=len(backbone.base),
            )
        )
    if extra:
        raise WeightsRefused(
            Words(
                "{path} does not hold {backbone}: it has {number} convolution(s) more, "
                "such as {extra}. Name a file of {backbone}.",
                path=path,
                backbone=backbone.title,
                number=len(extra),
                extra=extra[0],
            )
        )
    for name, wanted in backbone.base.items():
        found = _shapes(layers, name)
        if found != wanted:
            raise WeightsRefused(
                Words(
                    "{path} does not hold {backbone}: the kernel and bias of layer {name} "
                    "have the shapes {found}, not {wanted}.",
                    path=path,
                    backbone=backbone.title,
                    name=name,
                    found=found,
                    wanted=wanted,
                )
            )


def _shapes(layers: _Pairs, name: str) -> tuple[Shape, Shape] | None:
    pair = layers.get(name)
    return (pair[0].shape, pair[1].shape) if pair else None
