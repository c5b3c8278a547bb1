"""A small layer of one's own between a frozen trunk and its head.

It is a 1 x 1 convolution with ReLU on the maps that the trunk's features were flattened from: at
each place of the face it weighs the channels of all the layers anew (Rebuffi et al., "Learning
multiple visual domains with residual adapters", NIPS 2017). The head then reads the features and,
after them, what the adapter makes of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from faceapp.networks.architectures import BACKBONES, pool_step
from faceapp.networks.backbones import IMAGE, InvalidTrunk, TrunkSpec
from faceapp.networks.frameworks import keras_module
from faceapp.words import Words

ADAPTER = "adapter"  # the layer of a saved model

if TYPE_CHECKING:
    import keras

MapShape = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Adapter:
    """What it learned: `kernel` (channels of all layers, filters) and `bias` (filters,) float32."""

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]

    def features(self, found: NDArray[Any], shapes: tuple[MapShape, ...]) -> NDArray[np.float32]:
        """(N, places * filters), flattened, of what it makes of flattened features (N, D)."""
        maps = joined_maps(found, shapes).astype(np.float32)
        places = maps.shape[1] * maps.shape[2]
        made = np.maximum(maps @ self.kernel + self.bias, 0)
        return np.asarray(made.reshape(len(found), places * self.bias.size), np.float32)

    def width(self, shapes: tuple[MapShape, ...]) -> int:
        """How many features it makes of such maps."""
        return min(shape[0] for shape in shapes) ** 2 * self.bias.size


def map_shapes(spec: TrunkSpec) -> tuple[MapShape, ...]:
    """Height, width and channels of the map of each layer, as it is flattened to features.

    Raises `InvalidTrunk` where the features are not maps.
    """
    known = BACKBONES[spec.backbone]
    if spec.cut == IMAGE or spec.cut in known.top:
        raise InvalidTrunk(
            Words("An adapter wants maps, which {cut} does not give: set adapter 0.", cut=spec.cut)
        )
    return tuple(_pooled(known.map_shape(each, spec.size), spec.pool) for each in spec.layers)


def _pooled(shape: MapShape, pool: str) -> MapShape:
    height, width, channels = shape
    if pool == "mean":
        return 1, 1, channels
    step = pool_step(pool, height)
    return height // step, width // step, channels


def _steps(shapes: tuple[MapShape, ...]) -> list[int]:
    """Side of the cells over which each map is averaged, so that all are as coarse as the last."""
    side = min(shape[0] for shape in shapes)
    return [shape[0] // side for shape in shapes]


def joined_maps(features: NDArray[Any], shapes: tuple[MapShape, ...]) -> NDArray[Any]:
    """(N, height, width, channels of all layers) of flattened features (N, D).

    Finer maps are averaged until they are as coarse as the coarsest.
    """
    ends = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    parts = np.split(features, ends, axis=1)
    maps = [
        _averaged(part.reshape(-1, *shape), step)
        for part, shape, step in zip(parts, shapes, _steps(shapes), strict=True)
    ]
    side = min(found.shape[1] for found in maps)
    return np.concatenate([found[:, :side, :side] for found in maps], axis=-1)


def _averaged(maps: NDArray[Any], step: int) -> NDArray[Any]:
    if step == 1:
        return maps
    count, side, channels = len(maps), maps.shape[1] // step, maps.shape[3]
    cells = maps[:, : side * step, : side * step].astype(np.float32)
    cells = cells.reshape(count, side, step, side, step, channels)
    return np.asarray(cells.mean(axis=(2, 4)), maps.dtype)


def adapted(trunk: keras.Model, spec: TrunkSpec, adapter: Adapter) -> keras.Model:
    """The trunk whose features are followed by what the adapter makes of them, flattened."""
    layers = keras_module().layers
    joined = _joined(trunk, spec)
    filters = adapter.kernel.shape[1]
    seen = layers.Conv2D(filters, 1, activation="relu", name=ADAPTER)(joined)
    flat = layers.Flatten(name="features_adapter")(seen)
    features = layers.Concatenate(name="adapted")([trunk.output, flat])
    model: keras.Model = keras_module().Model(trunk.input, features, name=trunk.name)
    model.get_layer(ADAPTER).set_weights([adapter.kernel[None, None], adapter.bias])
    return model


def adapter_of(model: keras.Model) -> Adapter | None:
    """The adapter of a saved model, wherever in it; None where it has none."""
    inner = [
        each for each in model.layers if hasattr(each, "layers")
    ]  # a trunk that is asked twice
    for part in (model, *inner):
        for layer in part.layers:
            if layer.name == ADAPTER:
                kernel, bias = layer.get_weights()
                return Adapter(kernel[0, 0], bias)
    return None


def _joined(trunk: keras.Model, spec: TrunkSpec) -> keras.KerasTensor:
    layers, shapes = keras_module().layers, map_shapes(spec)
    endings = [f"_{each}" for each in spec.layers] if len(spec.layers) > 1 else [""]
    maps = []
    for ending, shape, step in zip(endings, shapes, _steps(shapes), strict=True):
        flat = trunk.get_layer(f"features{ending}").output
        found = layers.Reshape(shape, name=f"map{ending}")(flat)
        if step > 1:
            found = layers.AveragePooling2D(step, name=f"coarse{ending}")(found)
        maps.append(found)
    return maps[0] if len(maps) == 1 else layers.Concatenate(name="maps")(maps)
