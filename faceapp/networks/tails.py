"""A base in two parts: what stays frozen, up to a cut, and the tail that learns after it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faceapp.networks.backbones import IMAGE, InvalidTrunk, TrunkSpec
from faceapp.networks.frameworks import keras_module
from faceapp.networks.weights import backbone_named
from faceapp.words import Words

if TYPE_CHECKING:
    import keras

ALL, NONE = "all", "none"


def frozen_cut(spec: TrunkSpec, unfreeze: str) -> str:
    """The layer after which a base learns if it does so from the stage `unfreeze` on.

    "all" unfreezes every layer, which leaves the crop itself (`IMAGE`). Raises `InvalidTrunk` for
    a stage that the backbone does not have, or that lies behind the cut of `spec`.
    """
    backbone = backbone_named(spec.backbone)
    ends = [IMAGE, *(stage.end for stage in backbone.stages)]
    if spec.cut not in ends:
        raise InvalidTrunk(
            Words(
                "unfreeze cannot be {unfreeze!r} with cut {cut}: only the convolutional base "
                "can be fine-tuned. Use a cut of {ends}.",
                unfreeze=unfreeze,
                cut=spec.cut,
                ends=", ".join(ends[1:]),
            )
        )
    names = [stage.name for stage in backbone.stages[: ends.index(spec.cut)]]
    if unfreeze == ALL:
        return IMAGE
    if unfreeze not in names:
        raise InvalidTrunk(
            Words(
                "unfreeze cannot be {unfreeze!r} here: {backbone} up to {cut} has "
                "{names}; or use {all} or {none}.",
                unfreeze=unfreeze,
                backbone=backbone.title,
                cut=spec.cut,
                names=", ".join(names),
                all=ALL,
                none=NONE,
            )
        )
    return ends[names.index(unfreeze)]


@dataclass(frozen=True, eq=False)
class Tail:
    """What learns of a base: `model` takes maps (N, H, W, C) and gives features (N, D).

    `cost` counts the multiplications that one image takes on its way through.
    """

    model: keras.Model
    cost: int


def tail_of(base: keras.Model, cut: str) -> Tail:
    """The part of a trunk behind `cut`, set to learn; once for each trunk.

    It shares its layers with `base`, which so learns with it; what lies before stays frozen, as
    does the first layer, which normalises. So do all batch normalisations: their statistics are
    those of millions of images, and batches here are small (Keras's guide "Transfer learning and
    fine-tuning").
    """
    keras = keras_module()
    start = base.input if cut == IMAGE else base.get_layer(cut).output
    cost = _cost_behind(base, cut)
    model = keras.Model(start, base.output, name=f"{base.name}_tail")
    for layer in model.layers:
        is_norm = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = not is_norm and layer.name != "normalise"
    return Tail(model, cost)


def _cost_behind(base: keras.Model, cut: str) -> int:
    """Each kernel times the places it acts at."""
    names = [layer.name for layer in base.layers]
    first = 0 if cut == IMAGE else names.index(cut) + 1
    total = 0
    for layer in base.layers[first:]:
        kernel = getattr(layer, "kernel", None)
        if kernel is not None:
            places = math.prod(layer.output.shape[1:-1])
            total += math.prod(kernel.shape) * places
    return total
