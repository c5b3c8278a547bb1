"""What each backbone looks like, as data: layers, shapes, cuts, and the digests of its weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

Shape = tuple[int, ...]
LayerShapes = Mapping[str, tuple[Shape, ...]]

IMAGENET_MEANS_BGR = (103.939, 116.779, 123.68)
_VGG_FILTERS = (64, 128, 256, 512, 512)


@dataclass(frozen=True)
class KerasFile:
    """One file of weights that Keras publishes, with the MD5 that Keras itself checks."""

    name: str
    url: str
    md5: str
    has_top: bool


@dataclass(frozen=True)
class Stage:
    """A run of layers that learns or stays frozen as a whole: a block of a VGG.

    All that follows depends on the map of the layer `end` alone; `stride` is the side of the
    input over the side of that map, `channels` its depth.
    """

    name: str
    end: str
    stride: int
    channels: int


@dataclass(frozen=True)
class Scaling:
    """What a network was trained on: RGB or BGR of 0..255, times `factor`, minus `minus`."""

    bgr: bool
    factor: tuple[float, float, float]
    minus: tuple[float, float, float]


@dataclass(frozen=True)
class Backbone:
    """A network of keras.applications, known well enough to check and to cut it.

    `stages` are its parts from the image on; it can be cut where one ends. `base` and `top` give
    the shapes of each layer's arrays in Keras's order (`base` is empty where Keras is asked for
    them: see `weight_files`); `digest` the SHA-256 of the ImageNet base (see
    `weights.digest_of`), empty where it is not known; `rounds_up` says that a stride leaves the
    half pixel of an odd side, which the pooling of a VGG drops.
    """

    name: str
    title: str
    application: str
    stages: tuple[Stage, ...]
    scaling: Scaling
    files: tuple[KerasFile, ...]
    default_cut: str
    base: LayerShapes = field(default_factory=dict)
    top: LayerShapes = field(default_factory=dict)
    digest: str = ""
    rounds_up: bool = False

    @property
    def cuts(self) -> tuple[str, ...]:
        """Every layer that a trunk may end at: the ends of stages, then fc1 and fc2 of the top."""
        ends = (stage.end for stage in self.stages)
        return (*ends, *(name for name in self.top if name != "predictions"))

    def top_layers_to(self, cut: str) -> tuple[str, ...]:
        """Layers of the top up to and with `cut`; none for a cut in the base."""
        names = tuple(self.top)
        return names[: names.index(cut) + 1] if cut in names else ()

    def map_shape(self, cut: str, size: int) -> tuple[int, int, int]:
        """Height, width and channels of the map at the end of a stage, for square input."""
        stage = next(stage for stage in self.stages if stage.end == cut)
        side = -(-size // stage.stride) if self.rounds_up else size // stage.stride
        return side, side, stage.channels

    def width(self, cut: str, size: int, pool: str) -> int:
        """Length of one flattened feature vector after `cut` and `pool` (see `TrunkSpec`)."""
        if cut in self.top:
            return self.top[cut][1][0]
        height, width, channels = self.map_shape(cut, size)
        if pool == "mean":
            return channels
        step = pool_step(pool, height)
        return math.prod((height // step, width // step, channels))


def pool_step(pool: str, side: int) -> int:
    """Side of the cells of a map of that side that a pool (see `TrunkSpec`) averages."""
    return {"mean2": 2, "mean7": max(1, side // 7)}.get(pool, 1)


_STORAGE = "https://storage.googleapis.com"
RAW = Scaling(bgr=False, factor=(1.0, 1.0, 1.0), minus=(0.0, 0.0, 0.0))
CAFFE = Scaling(bgr=True, factor=(1.0, 1.0, 1.0), minus=IMAGENET_MEANS_BGR)


def _vgg_base(convolutions: tuple[int, ...]) -> LayerShapes:
    """The 3x3 convolutions of a VGG whose blocks hold so many of them each."""
    shapes: dict[str, tuple[Shape, Shape]] = {}
    channels = 3
    for block, (count, filters) in enumerate(zip(convolutions, _VGG_FILTERS, strict=True), start=1):
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
    """A VGG; `md5` are those of Keras's files without and with the top.

    Simonyan & Zisserman (2014), arXiv:1409.1556; the weights are the Oxford VGG group's
    (CC BY 4.0).
    """
    stem = f"{name}_weights_tf_dim_ordering_tf_kernels"
    root = f"{_STORAGE}/tensorflow/keras-applications/{name}"
    return Backbone(
        name=name,
        title=name.upper(),
        application=name.upper(),
        base=_vgg_base(convolutions),
        top=_VGG_TOP,
        stages=tuple(
            Stage(f"block{block}", f"block{block}_pool", 2**block, filters)
            for block, filters in enumerate(_VGG_FILTERS, start=1)
        ),
        scaling=CAFFE,
        default_cut="block4_pool",
        files=(
            KerasFile(f"{stem}_notop.h5", f"{root}/{stem}_notop.h5", md5[0], has_top=False),
            KerasFile(f"{stem}.h5", f"{root}/{stem}.h5", md5[1], has_top=True),
        ),
        digest=digest,
    )


# Keras's EfficientNet divides by 255 itself; deviations are ImageNet's, of values of 0..1.
_DEVIATIONS = (0.229, 0.224, 0.225)
_MEANS = (0.485, 0.456, 0.406)


def _resnet50() -> Backbone:
    """He et al. (2015), arXiv:1512.03385."""
    name = "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
    url = f"{_STORAGE}/tensorflow/keras-applications/resnet/{name}"
    return Backbone(
        name="resnet50",
        title="ResNet50",
        application="ResNet50",
        stages=(
            Stage("stem", "pool1_pool", 4, 64),
            Stage("conv2", "conv2_block3_out", 4, 256),
            Stage("conv3", "conv3_block4_out", 8, 512),
            Stage("conv4", "conv4_block6_out", 16, 1024),
            Stage("conv5", "conv5_block3_out", 32, 2048),
        ),
        scaling=CAFFE,
        files=(KerasFile(name, url, "4d473c1dd8becc155b73f8504c6f6626", has_top=False),),
        default_cut="conv4_block6_out",
        rounds_up=True,
    )


def _mobilenetv2() -> Backbone:
    """Sandler et al. (2018), arXiv:1801.04381. Keras gives no digest of its file."""
    return Backbone(
        name="mobilenetv2",
        title="MobileNetV2",
        application="MobileNetV2",
        stages=(
            Stage("stem", "expanded_conv_project_BN", 2, 16),
            Stage("blocks1-2", "block_2_add", 4, 24),
            Stage("blocks3-5", "block_5_add", 8, 32),
            Stage("blocks6-12", "block_12_add", 16, 96),
            Stage("blocks13-16", "out_relu", 32, 1280),
        ),
        scaling=Scaling(bgr=False, factor=(1 / 127.5,) * 3, minus=(1.0,) * 3),
        files=(),
        default_cut="block_12_add",
        rounds_up=True,
    )


def _efficientnetb0() -> Backbone:
    """Tan & Le (2019), arXiv:1905.11946."""
    file = KerasFile(
        "efficientnetb0_notop.h5",
        f"{_STORAGE}/keras-applications/efficientnetb0_notop.h5",
        "50bc09e76180e00e4465e1a485ddc09d",
        has_top=False,
    )
    factor = tuple(1 / deviation for deviation in _DEVIATIONS)
    minus = tuple(255 * mean / d for mean, d in zip(_MEANS, _DEVIATIONS, strict=True))
    return Backbone(
        name="efficientnetb0",
        title="EfficientNetB0",
        application="EfficientNetB0",
        stages=(
            Stage("block1", "block1a_project_bn", 2, 16),
            Stage("block2", "block2b_add", 4, 24),
            Stage("block3", "block3b_add", 8, 40),
            Stage("blocks4-5", "block5c_add", 16, 112),
            Stage("blocks6-7", "top_activation", 32, 1280),
        ),
        scaling=Scaling(bgr=False, factor=_three(factor), minus=_three(minus)),
        files=(file,),
        default_cut="block5c_add",
        rounds_up=True,
    )


def _three(values: tuple[float, ...]) -> tuple[float, float, float]:
    red, green, blue = values
    return red, green, blue


def _vgg16() -> Backbone:
    md5 = ("6d6bbae143d832006294945121d1f1fc", "64373286793e3c8b2b4e3219cbf3544b")
    digest = "d9a27cc1fc7f975ef8cff49180e794ccd7c4bc868ebb49740803b3bbaa8dbefd"
    return _vgg("vgg16", (2, 2, 3, 3, 3), md5, digest)


def _vgg19() -> Backbone:
    md5 = ("253f8cb515780f3b799900260a226db6", "cbe5617147190e668d6c5d5026f83318")
    return _vgg("vgg19", (2, 2, 4, 4, 4), md5)


BACKBONES: Mapping[str, Backbone] = {
    backbone.name: backbone
    for backbone in (_vgg16(), _vgg19(), _resnet50(), _mobilenetv2(), _efficientnetb0())
}
