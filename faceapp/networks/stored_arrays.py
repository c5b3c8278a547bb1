"""Arrays in a file of weights, and how those of Keras's other networks find their layers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.errors import WorldError
from faceapp.networks.architectures import Backbone, Shape
from faceapp.networks.frameworks import keras_module
from faceapp.words import Words

Arrays = tuple[NDArray[np.float32], ...]


class WeightsRefused(WorldError):
    """A file of weights that cannot be read or does not hold the wanted network."""


@dataclass(frozen=True)
class Stored:
    """One array in a file: where it is, its shape as Keras has it, and how to read it."""

    path: str
    shape: Shape
    read: Callable[[], NDArray[np.float32]]


@dataclass(frozen=True)
class _Layer:
    """A layer to be found: `key` is what Keras 3 calls it in a file, which names no layers."""

    name: str
    key: str
    arrays: tuple[tuple[str, Shape], ...]


@cache
def _layers_of(application: str) -> tuple[_Layer, ...]:
    """The layers of a network of keras.applications that have weights, in its own order.

    Keras itself is asked for them: it also reads the files. `Normalization` holds no weights that
    were learned, and our own first layer does its work.
    """
    keras = keras_module()
    network = getattr(keras.applications, application)(weights=None, include_top=False)
    seen: Counter[str] = Counter()
    layers = []
    for layer in network.layers:
        kind = _snake_case(type(layer).__name__)
        key = f"{kind}_{seen[kind]}" if seen[kind] else kind
        seen[kind] += 1
        if layer.weights and not isinstance(layer, keras.layers.Normalization):
            arrays = tuple((weight.name, tuple(weight.shape)) for weight in layer.weights)
            layers.append(_Layer(layer.name, key, arrays))
    return tuple(layers)


def _snake_case(name: str) -> str:
    """Keras's way from a class to the name of its layers in files (DepthwiseConv2D ...)."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def arrays_by_layer(stored: Iterable[Stored], backbone: Backbone, path: Path) -> dict[str, Arrays]:
    """The arrays of every layer of the base, checked by name and shape.

    Understands the files that Keras publishes (groups named by layer) and those that Keras 3
    writes (layers counted by kind). A top that the file may hold is passed over. Raises
    `WeightsRefused` naming the first layer that is missing, too many, or of another shape.
    """
    groups, counted = _grouped(stored)
    wanted = _layers_of(backbone.application)
    names = {layer: layer.key if counted else layer.name for layer in wanted}
    missing = [layer for layer in wanted if names[layer] not in groups]
    refused = f"{path} does not hold {backbone.title}"
    if missing:
        raise WeightsRefused(
            Words(
                "{refused}: layer {missing} is missing ({number} of {total} are). "
                "Name a file of {backbone}.",
                refused=refused,
                missing=missing[0].name,
                number=len(missing),
                total=len(wanted),
                backbone=backbone.title,
            )
        )
    extra = [
        name
        for name in sorted(set(groups) - set(names.values()))
        if any(len(array.shape) == 4 for array in groups[name].values())
    ]
    if extra:
        raise WeightsRefused(
            Words(
                "{refused}: it has {number} convolution(s) more, such as {extra}. "
                "Name a file of {backbone}.",
                refused=refused,
                number=len(extra),
                extra=extra[0],
                backbone=backbone.title,
            )
        )
    return {layer.name: _arrays(layer, groups[names[layer]], refused) for layer in wanted}


def _grouped(stored: Iterable[Stored]) -> tuple[dict[str, dict[str, Stored]], bool]:
    """Arrays by group and name; and whether names are Keras 3's numbers."""
    groups: dict[str, dict[str, Stored]] = {}
    counted = False
    for array in stored:
        *above, leaf = array.path.strip("/").split("/")
        counted = counted or above[-1:] == ["vars"]
        group = above[-2:-1] if above[-1:] == ["vars"] else above[-1:]
        groups.setdefault("".join(group), {})[leaf.partition(":")[0]] = array
    return groups, counted


def _arrays(layer: _Layer, found: Mapping[str, Stored], refused: str) -> Arrays:
    arrays = []
    for number, (name, wanted) in enumerate(layer.arrays):
        aliases = (name, str(number), f"depthwise_{name}")
        array = next((found[alias] for alias in aliases if alias in found), None)
        shape = array.shape if array else None
        if array is None or shape != wanted:
            raise WeightsRefused(
                Words(
                    "{refused}: the {name} of layer {layer} has the shape {shape}, not {wanted}.",
                    refused=refused,
                    name=name,
                    layer=layer.name,
                    shape=shape,
                    wanted=wanted,
                )
            )
        arrays.append(array.read())
    return tuple(arrays)
