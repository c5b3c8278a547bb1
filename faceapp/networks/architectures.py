"""What each backbone looks like, as data: layers, shapes, cuts, and the digests of its weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

Shape = tuple[int, ...]
LayerShapes = Mapping[str, tuple[Shape, Shape]]

IMAGENET_MEANS_BGR = (103.939, 116.779, 123.68)


@dataclass(frozen=True)
class KerasFile:
    """One file of weights that Keras publishes, with the MD5 that Keras itself checks."""

    name: str
    url: str
    md5: str
    has_top: bool


@dataclass(frozen=True)
class Backbone:
    """A network of keras.applications, known well enough to check and to cut it.

    `base` and `top` give the kernel and bias shape of each layer in Keras's order; `strides` the
    side of the input over the side of the map after each layer it can be cut at; `digest` the
    SHA-256 of the ImageNet base (see `weights.digest_of`), empty where it is not known.
    """

    name: str
    title: str
    application: str
    base: LayerShapes
    top: LayerShapes
    strides: Mapping[str, int]
    default_cut: str
    files: tuple[KerasFile, ...]
    digest: str = ""

    @property
    def cuts(self) -> tuple[str, ...]:
        """Every layer that a trunk may end at: pooling layers, then fc1 and fc2 of the top."""
        return (*self.strides, *(name for name in self.top if name != "predictions"))

    def top_layers_to(self, cut: str) -> tuple[str, ...]:
        """Layers of the top up to and with `cut`; none for a cut in the base."""
        names = tuple(self.top)
        return names[: names.index(cut) + 1] if cut in names else ()

    def map_shape(self, cut: str, size: int) -> tuple[int, int, int]:
        """Height, width and channels of the map at a pooling layer, for `size` x `size` input."""
        block = cut.partition("_")[0]
        channels = [kernel[-1] for name, (kernel, _) in self.base.items() if name.startswith(block)]
        side = size // self.strides[cut]
        return side, side, channels[-1]

    def width(self, cut: str, size: int, pool: str) -> int:
        """Length of one flattened feature vector after `cut` and `pool` ("none" or "mean2")."""
        if cut in self.top:
            return self.top[cut][1][0]
        height, width, channels = self.map_shape(cut, size)
        step = 2 if pool == "mean2" else 1
        return math.prod((height // step, width // step, channels))


def _vgg_base(convolutions: tuple[int, ...]) -> LayerShapes:
    """The 3x3 convolutions of a VGG whose blocks hold so many of them each."""
    shapes: dict[str, tuple[Shape, Shape]] = {}
    channels = 3
    for block, (count, filters) in enumerate(
        zip(convolutions, (64, 128, 256, 512, 512), strict=True), start=1
    ):
        for index in range(1, count + 1):
            shapes[f"block{block}_conv{index}"] = ((3, 3, channels, filters), (filters,))
            channels = filters
    return shapes


_VGG_TOP: LayerShapes = {
    "fc1": ((25088, 4096), (4096,)),
    "fc2": ((4096, 4096), (4096,)),
    "predictions": ((4096, 1000), (1000,)),
}


def _vgg(
    name: str, convolutions: tuple[int, ...], md5: tuple[str, str], digest: str = ""
) -> Backbone:
    """A VGG; `md5` are those of Keras's files without and with the top."""
    stem = f"{name}_weights_tf_dim_ordering_tf_kernels"
    root = f"https://storage.googleapis.com/tensorflow/keras-applications/{name}"
    return Backbone(
        name=name,
        title=name.upper(),
        application=name.upper(),
        base=_vgg_base(convolutions),
        top=_VGG_TOP,
        strides={f"block{block}_pool": 2**block for block in range(1, 6)},
        default_cut="block4_pool",
        files=(
            KerasFile(f"{stem}_notop.h5", f"{root}/{stem}_notop.h5", md5[0], has_top=False),
            KerasFile(f"{stem}.h5", f"{root}/{stem}.h5", md5[1], has_top=True),
        ),
        digest=digest,
    )


# Simonyan & Zisserman (2014), arXiv:1409.1556; the weights are the Oxford VGG group's (CC BY 4.0).
BACKBONES: Mapping[str, Backbone] = {
    "vgg16": _vgg(
        "vgg16",
        (2, 2, 3, 3, 3),
        ("6d6bbae143d832006294945121d1f1fc", "64373286793e3c8b2b4e3219cbf3544b"),
        "d9a27cc1fc7f975ef8cff49180e794ccd7c4bc868ebb49740803b3bbaa8dbefd",
    ),
    "vgg19": _vgg(
        "vgg19",
        (2, 2, 4, 4, 4),
        ("253f8cb515780f3b799900260a226db6", "cbe5617147190e668d6c5d5026f83318"),
    ),
}
