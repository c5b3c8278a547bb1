"""dlib's ResNet that tells faces apart, read from its file and built for OpenVINO.

King, "Dlib-ml: A Machine Learning Toolkit", JMLR 2009; He, Zhang, Ren, Sun: "Deep Residual Learning
for Image Recognition", CVPR 2016. dlib itself would hold Python's lock for a tenth of a second a
face, during which a window stands still; OpenVINO does not, and takes a fraction of the time. A
test holds both to the same numbers.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from faceapp.errors import WorldError
from faceapp.inference import openvino_module
from faceapp.words import Words

if TYPE_CHECKING:
    import openvino

SIDE: Final = 150
WIDTH: Final = 128

_DIGEST = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
# dlib's input_rgb_image: the mean colour, red first, and the scale of what remains.
_MEANS = (122.782, 117.001, 104.298)
_SCALE = 256.0
# Channels of the residual blocks from the input on, and whether a block halves the picture.
_BLOCKS = (
    *((32, False),) * 3,
    (64, True),
    *((64, False),) * 3,
    (128, True),
    *((128, False),) * 2,
    (256, True),
    *((256, False),) * 2,
    (256, True),
)
_TENSOR = b"\x01\x02"  # dlib's mark of a tensor of version 2

Array = NDArray[np.float32]


class ResnetRefused(WorldError):
    """The file is not the network that is known here."""


def face_resnet(file: Path) -> openvino.Model:
    """The network: (1, 3, 150, 150) RGB of 0..255 in, (1, 128) out.

    Raises:
        ResnetRefused: the file has other bytes than the published one.

    """
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != _DIGEST:
        raise ResnetRefused(
            Words(
                "{file} is not dlib's network for faces as it was published. Install it again.",
                file=file,
            )
        )
    build = _Builder(data)
    given = build.ops.parameter([1, 3, SIDE, SIDE], np.float32, name="chip")
    means = np.array(_MEANS, np.float32).reshape(1, 3, 1, 1)
    node = build.ops.divide(build.ops.subtract(given, means), np.float32(_SCALE))
    node = build.ops.relu(build.convolved(node, 3, 32, side=7, stride=2))
    node = build.pooled(node, 3)
    channels, side = 32, 35
    for wide, halves in _BLOCKS:
        node, side = build.block(node, channels, wide, side, halves=halves)
        channels = wide
    mean = build.ops.reduce_mean(node, np.array([2, 3]), keep_dims=False)
    answer = build.ops.matmul(mean, build.read(channels, WIDTH), False, False)
    return openvino_module().Model([answer], [given], "face_resnet")


class _Builder:
    """Reads the file's tensors in their order, that of the layers, and lays the layers."""

    def __init__(self, data: bytes) -> None:
        self.ops: Any = openvino_module().opset13
        self._data = data
        self._place = 0

    def read(self, *shape: int) -> Array:
        """The next tensor of up to four dimensions; what lies before it are settings of layers."""
        sizes = (*shape, 1, 1, 1)[:4]
        header = _TENSOR + b"".join(map(_number, sizes))
        found = self._data.find(header, self._place)
        if found < 0:
            raise ResnetRefused(
                Words("A tensor of {shape} is missing in the network for faces.", shape=shape)
            )
        start = found + len(header)
        count = int(np.prod(shape))
        self._place = start + 4 * count
        return np.frombuffer(self._data, "<f4", count, start).reshape(shape)

    def convolved(self, node: Any, given: int, made: int, *, side: int, stride: int) -> Any:
        """A convolution with its bias, scaled and shifted a channel; padded unless it strides."""
        values = self.read(given * made * side * side + made)
        kernel, bias = values[:-made].reshape(made, given, side, side), values[-made:]
        scale, shift = self.read(2 * made).reshape(2, made)
        kernel = kernel * scale[:, None, None, None]
        pads = [0, 0] if stride > 1 else [side // 2, side // 2]
        node = self.ops.convolution(node, kernel, [stride, stride], pads, pads, [1, 1])
        return self.ops.add(node, (bias * scale + shift).reshape(1, made, 1, 1))

    def pooled(self, node: Any, side: int) -> Any:
        """The largest of each square, every second one."""
        pooled = self.ops.max_pool(
            node, [2, 2], [1, 1], [0, 0], [0, 0], [side, side], "floor", "explicit"
        )
        return pooled.output(0)

    def block(
        self, node: Any, given: int, made: int, side: int, *, halves: bool
    ) -> tuple[Any, int]:
        """Two convolutions beside a way past them; returns the side of the picture, too.

        Where the two ways differ in size or channels, dlib fills the smaller up with zeros.
        """
        inner = self.convolved(node, given, made, side=3, stride=2 if halves else 1)
        inner = self.convolved(self.ops.relu(inner), made, made, side=3, stride=1)
        if not halves:
            return self.ops.relu(self.ops.add(inner, node)), side
        past = self.ops.avg_pool(
            node,
            [2, 2],
            [0, 0],
            [0, 0],
            [2, 2],
            True,
            "floor",
            "explicit",
        )
        small, whole = (side - 3) // 2 + 1, side // 2
        past = self._filled(past, made - given, 0)
        inner = self._filled(inner, 0, whole - small)
        return self.ops.relu(self.ops.add(inner, past)), whole

    def _filled(self, node: Any, channels: int, pixels: int) -> Any:
        if not (channels or pixels):
            return node
        ends = np.array([0, channels, pixels, pixels])
        return self.ops.pad(node, np.zeros(4, np.int64), ends, "constant", np.float32(0))


def _number(value: int) -> bytes:
    """A whole number as dlib writes it: how many bytes, then these, the lowest first."""
    length = max((value.bit_length() + 7) // 8, 1)
    return bytes([length]) + value.to_bytes(length, "little")
