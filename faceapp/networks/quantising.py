"""Convolutions in eight-bit integers: which may be, from where to where they count, and the twin.

What a convolution reads is rounded to 256 steps from 0 to the most it was seen to be, and its
kernels to 255 steps to either side of 0, of each output channel its own. Channels of which the
input reaches far are scaled down and their weights up, until both lose alike (Xiao et al. 2023,
"SmoothQuant"; Nagel et al. 2019, "Data-free quantization through weight equalization and bias
correction"). OpenVINO finds the rounding in the graph and computes such layers in integers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from faceapp.inference import Network, openvino_module
from faceapp.jobs import Job
from faceapp.words import Words

if TYPE_CHECKING:
    import openvino

_BATCH = 8
# A first layer is a hundredth of the work, and what it rounds every other layer inherits.
_FEWEST_CHANNELS = 8
# A channel that was never seen to be more than this share of the strongest may be so elsewhere.
_LEAST_SHARE = 1e-3


class UnfitRanges(ValueError):
    """Ranges of another model, or of none."""


@dataclass(frozen=True)
class Ranges:
    """Up to where the input of each convolution reaches that may count in integers.

    `highest`: for each of those, in the order of the graph, a number above 0 for every channel.
    """

    highest: tuple[tuple[float, ...], ...] = ()

    def to_json(self) -> list[list[float]]:
        """Values that JSON can hold; `from_json` makes the same of them."""
        return [list(channels) for channels in self.highest]

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read what `to_json` wrote; ValueError or TypeError where it is something else."""
        highest = tuple(tuple(float(each) for each in channels) for channels in data)
        if not all(0 < each < np.inf for channels in highest for each in channels):
            raise ValueError("a range that ends nowhere")
        return cls(highest)


NO_RANGES = Ranges()


def suits(model: openvino.Model) -> bool:
    """Whether any convolution may count in integers."""
    return any(_suiting(model))


def seen_ranges(
    model: openvino.Model, crops: NDArray[np.uint8], threads: int = 0, job: Job = Job()
) -> Ranges:
    """Ranges of a model that `suits`, from crops (N, size, size, 3), at least one.

    Of each channel the highest value in each crop, and of these the mean and three deviations, but
    no more than the highest of all: a single crop does not stretch the steps for every other.
    """
    network = Network(_watched(model), threads=threads)
    found = []
    for start in range(0, len(crops), _BATCH):
        job.step(Words("Classifying"), start, len(crops))
        found.append(network(crops[start : start + _BATCH].astype(np.float32)))
    return Ranges(tuple(_range(np.concatenate(each)) for each in zip(*found, strict=True)))


def _range(maxima: NDArray[np.float32]) -> tuple[float, ...]:
    """Of the maxima (N, channels) of crops."""
    usual = maxima.mean(axis=0) + 3 * maxima.std(axis=0)
    highest = np.minimum(usual, maxima.max(axis=0))
    positive = np.maximum(highest, max(_LEAST_SHARE * highest.max(), 1e-6))
    return tuple(float(f"{each:.4g}") for each in positive)  # the proof is of what will be kept


def _watched(model: openvino.Model) -> openvino.Model:
    """The model that tells of the input of each layer that suits its channels' highest values."""
    openvino = openvino_module()
    clone = model.clone()
    places = np.array([2, 3])
    tops = [
        openvino.opset13.reduce_max(_read(each).get_source_output(), places)
        for each in _suiting(clone)
    ]
    return openvino.Model([top.output(0) for top in tops], clone.get_parameters())


def quantised(model: openvino.Model, ranges: Ranges) -> openvino.Model:
    """The twin of a model that computes the convolutions of which `ranges` tells in integers.

    Raises:
        UnfitRanges: the ranges are another model's, or there are none.

    """
    twin = model.clone()
    layers = list(_suiting(twin))
    kernels = [each.input_value(1).get_node().get_data() for each in layers]
    if not layers or [k.shape[1] for k in kernels] != [len(each) for each in ranges.highest]:
        raise UnfitRanges(f"{len(ranges.highest)} ranges for {len(layers)} convolutions")
    for layer, kernel, highest in zip(layers, kernels, ranges.highest, strict=True):
        _round(layer, kernel, np.array(highest, np.float32).reshape(1, -1, 1, 1))
    twin.validate_nodes_and_infer_types()
    return twin


def _round(layer: Any, kernel: NDArray[np.float32], highest: NDArray[np.float32]) -> None:
    """Round what a convolution reads, and its kernel (outputs, inputs, height, width)."""
    strongest = np.abs(kernel).max(axis=(0, 2, 3)).reshape(highest.shape)
    scale = np.sqrt(highest / np.maximum(strongest, _LEAST_SHARE * strongest.max() + 1e-12))
    top = (highest / scale).max()
    # One step for all channels is what the integers need; that each channel is scaled before is
    # part of the rounding, and costs nothing.
    read = _read(layer)
    read.replace_source_output(_rounded(read.get_source_output(), (0, top * scale), (0, top), 256))
    scaled = kernel * scale
    ends = np.maximum(np.abs(scaled).max(axis=(1, 2, 3), keepdims=True), 1e-12)
    constant = openvino_module().opset13.constant(scaled).output(0)
    layer.input(1).replace_source_output(_rounded(constant, (-ends, ends), (-ends, ends), 255))


def _rounded(value: Any, ends: tuple[Any, Any], becoming: tuple[Any, Any], steps: int) -> Any:
    """A value in so many steps between its ends, which become other ends."""
    opset = openvino_module().opset13
    arrays = (np.asarray(each, np.float32) for each in (*ends, *becoming))
    limits = (opset.constant(each if each.ndim else each.reshape(1, 1, 1, 1)) for each in arrays)
    return opset.fake_quantize(value, *limits, steps).output(0)


def _suiting(model: openvino.Model) -> Iterator[Any]:
    """Convolutions that read what is never below 0, of channels enough, by fixed kernels."""
    for each in model.get_ordered_ops():
        if each.get_type_name() == "Convolution" and _suits(each):
            yield each


def _suits(layer: Any) -> bool:
    kernel = layer.input_value(1).get_node()
    if kernel.get_type_name() != "Constant" or len(kernel.shape) != 4:
        return False
    return kernel.shape[1] >= _FEWEST_CHANNELS and _is_positive(_read(layer))


def _read(layer: Any) -> Any:
    """The input at which to round: before a pooling that only this layer reads, to be cheaper."""
    found = layer.input(0)
    while True:
        above = found.get_source_output()
        pools = above.get_node().get_type_name() == "MaxPool"
        if not pools or len(above.get_target_inputs()) > 1:
            return found
        found = above.get_node().input(0)


def _is_positive(read: Any) -> bool:
    node = read.get_source_output().get_node()
    while node.get_type_name() == "MaxPool":
        node = node.input_value(0).get_node()
    kind = node.get_type_name()
    return kind == "Relu" or (kind == "Clamp" and bool(node.get_attributes()["min"] >= 0))
