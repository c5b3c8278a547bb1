"""Frozen bases cut where the features are, and the classifier that a head on top of one makes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from faceapp.errors import WorldError
from faceapp.networks.architectures import BACKBONES, CAFFE, RAW, Backbone, pool_step
from faceapp.networks.frameworks import keras_module
from faceapp.networks.stored_arrays import Arrays
from faceapp.networks.weights import Weights, backbone_named
from faceapp.words import Words

if TYPE_CHECKING:
    import keras

Pool = Literal["none", "mean2", "mean7", "mean"]
Normalisation = Literal["own", "caffe", "raw"]
POOLS: tuple[Pool, ...] = ("none", "mean2", "mean7", "mean")
NORMALISATIONS: tuple[Normalisation, ...] = ("own", "caffe", "raw")

# The cut before everything: the crop itself, as it is.
IMAGE = "image"

# Between the layers of a cut that reads several.
JOINT = "+"

# ITU-R BT.601 luma, which Pillow's and OpenCV's grey use as well.
_LUMA = (0.299, 0.587, 0.114)

__all__ = [
    "BACKBONES",
    "IMAGE",
    "JOINT",
    "NORMALISATIONS",
    "POOLS",
    "Backbone",
    "Head",
    "InvalidTrunk",
    "TrunkSpec",
    "classification_model",
    "feature_digest",
    "joined_cuts",
    "trunk",
]


class InvalidTrunk(WorldError):
    """A trunk that cannot be built: an unknown value, or layers that the weights do not hold."""


@dataclass(frozen=True)
class TrunkSpec:
    """Which features: a backbone from the image to a cut, flattened.

    Attributes:
        backbone: a name in `BACKBONES`.
        size: side of the square input in pixels, at least 32.
        cut: the layer that the trunk ends at, one of the backbone's `cuts`, or `IMAGE`, where the
            features are the crop itself; fc1 and fc2 want `size` 224 and weights with a top.
            Several ends of stages, joined by "+" in the backbone's order, give the features of
            each, one after another.
        pool: "none"; "mean2": the mean over 2 x 2 cells of the map, which makes the 14 x 14 of
            block4_pool at 224 pixels 7 x 7 (a map of odd side loses its last row and column);
            "mean7": the mean over as many cells as make a map 7 x 7, where it is finer;
            or "mean": the mean over the whole map.
        grey: whether colour is taken away first (BT.601 luma into all three channels).
        normalisation: "own", what the backbone's ImageNet weights were trained on; "caffe", BGR
            minus the ImageNet means, which is a VGG's own; or "raw": RGB 0..255 as it is, which
            the study did.

    Raises:
        InvalidTrunk: a value is not one of these.

    """

    backbone: str = "vgg16"
    size: int = 224
    cut: str = "block4_pool"
    pool: Pool = "none"
    grey: bool = False
    normalisation: Normalisation = "caffe"

    def __post_init__(self) -> None:
        known = backbone_named(self.backbone)
        cuts = (IMAGE, *known.cuts)
        _refuse_unless(self._is_cut(known), "cut", self.cut, cuts)
        _refuse_unless(self.pool in POOLS, "pool", self.pool, POOLS)
        _refuse_unless(
            self.normalisation in NORMALISATIONS,
            "normalisation",
            self.normalisation,
            NORMALISATIONS,
        )
        in_top = self.cut in known.top
        is_map = not in_top and self.cut != IMAGE
        _refuse_unless(is_map or self.pool == "none", "pool", self.pool, ("none",))
        sizes = ("224",) if in_top else ("32 and more",)
        fits = self.size == 224 if in_top else self.size >= 32
        _refuse_unless(fits and self.width > 0, "size", str(self.size), sizes)

    def _is_cut(self, known: Backbone) -> bool:
        """One of the cuts, or several ends of stages in order."""
        if self.cut == IMAGE or self.cut in known.cuts:
            return True
        ends = [stage.end for stage in known.stages]
        places = [ends.index(each) if each in ends else -1 for each in self.layers]
        return places == sorted(set(places)) and places[0] >= 0

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers whose outputs are the features."""
        return tuple(self.cut.split(JOINT))

    @property
    def widths(self) -> tuple[int, ...]:
        """Length of what each layer gives to a feature vector."""
        if self.cut == IMAGE:
            return (self.size * self.size * 3,)
        known = BACKBONES[self.backbone]
        return tuple(known.width(each, self.size, self.pool) for each in self.layers)

    @property
    def width(self) -> int:
        """Length of one feature vector; 0 where a layer has nothing left of so small an image."""
        return sum(self.widths) if all(self.widths) else 0

    @property
    def map_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of what is flattened to a feature vector without a pool."""
        if self.cut == IMAGE:
            return self.size, self.size, 3
        return BACKBONES[self.backbone].map_shape(self.cut, self.size)

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold."""
        return asdict(self)


def joined_cuts(backbone: Backbone) -> tuple[str, ...]:
    """Cuts that read two stages, one after the other: fine detail and what it is made into."""
    ends = [stage.end for stage in backbone.stages]
    return tuple(JOINT.join(pair) for pair in pairwise(ends))


def _refuse_unless(fine: bool, field: str, value: str, allowed: tuple[str, ...]) -> None:
    if not fine:
        raise InvalidTrunk(
            Words(
                "{field} cannot be {value!r} here: use {allowed}.",
                field=field,
                value=value,
                allowed=" or ".join(allowed),
            )
        )


@dataclass(frozen=True, eq=False)
class Head:
    """A linear head: softmax(((features - shift) / scale @ kernel + bias) / temperature).

    `kernel` (D, C) and `bias` (C,) float; `shift` and `scale` (D,) standardise the features and
    may be left out where the kernel already does it; `temperature` above 1 makes it less sure
    (Guo et al. 2017, "On Calibration of Modern Neural Networks").
    """

    kernel: NDArray[np.floating[Any]]
    bias: NDArray[np.floating[Any]]
    shift: NDArray[np.floating[Any]] | None = None
    scale: NDArray[np.floating[Any]] | None = None
    temperature: float = 1.0

    def folded(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The one kernel (D, C) and bias (C,), float32, that give the same logits."""
        kernel = np.asarray(self.kernel, np.float64)
        bias = np.asarray(self.bias, np.float64)
        if self.scale is not None:
            kernel = kernel / np.asarray(self.scale, np.float64)[:, None]
        if self.shift is not None:
            bias = bias - np.asarray(self.shift, np.float64) @ kernel
        folded = kernel / self.temperature, bias / self.temperature
        return folded[0].astype(np.float32), folded[1].astype(np.float32)


def feature_digest(weights: Weights, spec: TrunkSpec) -> str:
    """SHA-256 of the arrays that features of `spec` depend on, for the keys of caches.

    Empty for crops, which depend on none.
    """
    if spec.cut == IMAGE:
        return ""
    used = BACKBONES[spec.backbone].top_layers_to(spec.cut)
    digest = hashlib.sha256(weights.digest.encode())
    for name in used:
        for array in weights.layers.get(name, ()):
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest() if used else weights.digest


def trunk(spec: TrunkSpec, weights: Weights) -> keras.Model:
    """The frozen base: float RGB (N, size, size, 3) of 0..255 in, features (N, width) out.

    Its first layer, "normalise", is a fixed 1 x 1 convolution, so that whatever runs the model
    normalises alike. Raises `InvalidTrunk` if the weights are another network's, lack the top
    that the cut needs, or if the cut is `IMAGE`, which wants no network.
    """
    keras = keras_module()
    backbone = BACKBONES[spec.backbone]
    _check_weights(spec, backbone, weights)
    image = keras.Input((spec.size, spec.size, 3), name="face")
    normalised = keras.layers.Conv2D(3, 1, name="normalise")(image)
    build = getattr(keras.applications, backbone.application)
    base = build(weights=None, include_top=False, input_tensor=normalised)
    features = _after_cut(spec, backbone, base)
    model = keras.Model(image, features, name=f"{spec.backbone}_{spec.layers[-1]}")
    model.get_layer("normalise").set_weights(_normalising(spec))
    _set_weights(model, weights.layers)
    model.trainable = False
    return model


def _check_weights(spec: TrunkSpec, backbone: Backbone, weights: Weights) -> None:
    _refuse_unless(spec.cut != IMAGE, "cut", spec.cut, backbone.cuts)
    if weights.network != spec.backbone:
        raise InvalidTrunk(
            Words(
                "These weights are {network}'s, not {backbone}'s ({origin}).",
                network=weights.network,
                backbone=spec.backbone,
                origin=weights.origin,
            )
        )
    if spec.cut in backbone.top and not weights.has_top:
        raise InvalidTrunk(
            Words(
                "The weights from {origin} end at the convolutional base, without "
                "{cut}: name the full ImageNet file ({files}).",
                origin=weights.origin,
                cut=spec.cut,
                files=backbone.files[-1].name,
            )
        )


def _after_cut(spec: TrunkSpec, backbone: Backbone, base: keras.Model) -> keras.KerasTensor:
    """Flattened features at the cut, with fc1 and fc2 where the cut lies beyond the base."""
    keras = keras_module()
    if len(spec.layers) > 1:
        parts = [_pooled(spec, base.get_layer(each).output, f"_{each}") for each in spec.layers]
        return keras.layers.Concatenate(name="features")(parts)
    top = backbone.top_layers_to(spec.cut)
    output = _pooled(spec, base.output if top else base.get_layer(spec.cut).output)
    for name in top:
        units = backbone.top[name][1][0]
        # Zeros: drawing 100 million random numbers only to replace them takes seconds.
        dense = keras.layers.Dense(units, "relu", kernel_initializer="zeros", name=name)
        output = dense(output)
    return output


def _pooled(spec: TrunkSpec, found: keras.KerasTensor, ending: str = "") -> keras.KerasTensor:
    """One map, pooled and flattened."""
    layers = keras_module().layers
    step = pool_step(spec.pool, found.shape[1])
    if spec.pool == "mean":
        found = layers.GlobalAveragePooling2D(name=f"mean{ending}")(found)
    elif step > 1:
        found = layers.AveragePooling2D(step, name=f"{spec.pool}{ending}")(found)
    return layers.Flatten(name=f"features{ending}")(found)


def _normalising(spec: TrunkSpec) -> list[NDArray[np.float32]]:
    """Kernel (1, 1, 3, 3) and bias (3,) of the first layer; rows are R, G, B of the image."""
    own = BACKBONES[spec.backbone].scaling
    scaling = {"own": own, "caffe": CAFFE, "raw": RAW}[spec.normalisation]
    if spec.grey:
        matrix = np.repeat(np.array(_LUMA)[:, None], 3, axis=1)
    else:
        matrix = np.eye(3)[:, ::-1] if scaling.bgr else np.eye(3)
    matrix = matrix * scaling.factor
    return [matrix[None, None].astype(np.float32), -np.array(scaling.minus, np.float32)]


def _set_weights(model: keras.Model, layers: Mapping[str, Arrays]) -> None:
    for layer in model.layers:
        # What an EfficientNet normalises by itself stays neutral: the first layer did it.
        is_neutral = isinstance(layer, keras_module().layers.Normalization)
        if layer.weights and layer.name != "normalise" and not is_neutral:
            layer.set_weights(layers[layer.name])


def classification_model(
    trunk: keras.Model, classes: int, *, mirror: bool, head: Head
) -> keras.Model:
    """The trunk and a head: RGB (N, size, size, 3) of 0..255 in, probabilities (N, classes) out.

    The last layer, "predictions", is a Dense with softmax and the only trainable one; temperature
    and standardisation are folded into it. With `mirror` the features are the mean of the
    image's and its mirror image's, inside the graph, so wherever the model runs.
    """
    keras = keras_module()
    kernel, bias = head.folded()
    width = trunk.output_shape[-1]
    if kernel.shape != (width, classes) or bias.shape != (classes,):
        raise ValueError(f"head {kernel.shape} {bias.shape}, not {(width, classes)} {(classes,)}")
    if mirror:
        image = keras.Input(trunk.input_shape[1:], name="face")
        mirrored = keras.ops.flip(image, axis=2)
        features = keras.layers.Average(name="mirror_mean")([trunk(image), trunk(mirrored)])
    else:
        image, features = trunk.input, trunk.output
    predictions = keras.layers.Dense(classes, activation="softmax", name="predictions")
    model = keras.Model(image, predictions(features), name="faceapp")
    predictions.set_weights([kernel, bias])
    return model
