"""OpenVINO, opened in one place: no telemetry, a fixed precision, threads that leave room."""

from __future__ import annotations

import os
import sys
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import openvino


def openvino_module() -> Any:
    """The openvino package, with its usage reports to a server switched off before the import."""
    # openvino and its converters import this module to report usage; None makes them use stubs.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


# Arithmetic: single precision; bfloat16 or eight-bit integers where the processor computes in them.
Precision = Literal["f32", "bf16", "int8"]


# Each holds a frame and its own layers' outputs; more cores than these share a frame.
_MOST_STREAMS = 8


class Network:
    """A compiled network: float32 arrays in, float32 arrays out, in the order of its outputs.

    Args:
        model: an `openvino.Model`, or the path of an ONNX or OpenVINO IR file.
        threads: processor threads to use; 0 lets OpenVINO choose.
        streams: how many calls, each of a thread of its own, are computed at the same time, on the
            threads that are dealt out among them. Of more than one no call is the fastest, but
            more get done: a layer that is too small to be shared among cores leaves none idle.
        shape: a fixed input shape to compile for; None keeps the model's own.
        precision: of the arithmetic inside; inputs and outputs stay float32. A model of which
            layers are to count in integers tells so itself; what else it has is f32 then.

    Attributes:
        one_by_one: whether a batch is always of one.

    """

    def __init__(
        self,
        model: openvino.Model | Path,
        *,
        threads: int = 0,
        streams: int = 1,
        shape: tuple[int, ...] | None = None,
        precision: Precision = "f32",
    ) -> None:
        core = openvino_module().Core()
        if isinstance(model, Path):
            model = core.read_model(model)
        if shape is not None:
            model.reshape(list(shape))
        options: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            # Said explicitly: left to itself, OpenVINO takes bf16 where it can, and figures would
            # differ between processors.
            "INFERENCE_PRECISION_HINT": "f32" if precision == "int8" else precision,
        }
        if threads:
            options["INFERENCE_NUM_THREADS"] = threads
        if streams > 1:
            # Not tied to cores: other work stands beside them, and who waits for it would wait.
            options |= {"NUM_STREAMS": streams, "ENABLE_CPU_PINNING": False}
        self._compiled = core.compile_model(model, "CPU", options)
        first = self._compiled.inputs[0].partial_shape[0]
        self.one_by_one = bool(first.is_static and first.get_length() == 1)
        self._requests = threading.local()

    def __call__(self, batch: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Run one batch and return every output as its own array; several threads may call."""
        result = self._request().infer(
            np.ascontiguousarray(batch, dtype=np.float32), share_inputs=True
        )
        return [np.array(result[output]) for output in self._compiled.outputs]

    def _request(self) -> Any:
        """What holds the values of one call at a time: this thread's own."""
        found = getattr(self._requests, "mine", None)
        if found is None:
            found = self._requests.mine = self._compiled.create_infer_request()
        return found


def spare_threads() -> int:
    """Threads that leave one core to the window: at least 1."""
    return max(1, all_threads() - 1)


def all_threads() -> int:
    """Threads that leave no core idle."""
    return os.cpu_count() or 2


def streams_of_films() -> int:
    """Frames of a video file that are classified at the same time, on all cores."""
    return min(_MOST_STREAMS, all_threads())


def reduced_precisions() -> tuple[Precision, ...]:
    """What this processor computes in faster than in f32; empty where it has nothing such."""
    able = openvino_module().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    exact = "INT8" in able and _integers_are_exact()
    return (*(("int8",) if exact else ()), *(("bf16",) if "BF16" in able else ()))


def processor_name() -> str:
    """What OpenVINO calls the processor."""
    return str(openvino_module().Core().get_property("CPU", "FULL_DEVICE_NAME"))


@cache
def _integers_are_exact() -> bool:
    """Whether convolutions run in eight-bit integers here, and add them up without a loss.

    OpenVINO names INT8 on processors without VNNI too. There two products are first added up in 16
    bits, which the largest ones do not fit in. So the largest are tried, as no list of processors
    would know all; another system's list has other names, too.
    """
    openvino = openvino_module()
    try:
        compiled = openvino.Core().compile_model(_largest_products(), "CPU")
        kinds = {
            node.get_rt_info()["layerType"].astype(str): node.get_rt_info()["runtimePrecision"]
            for node in compiled.get_runtime_model().get_ops()
        }
        found = compiled(np.full((1, _CHANNELS, 8, 8), 255, np.float32))[0]
    except (RuntimeError, LookupError):
        return False
    integers = kinds["Convolution"].astype(str) in {"u8", "i8"}
    return integers and bool(np.all(np.abs(found - 255 * 127 * _CHANNELS) < 1))


_CHANNELS = 64


def _largest_products() -> openvino.Model:
    """A convolution whose input and kernel are the largest numbers of eight bits everywhere."""
    opset = openvino_module().opset13
    ends = {end: np.full((1, 1, 1, 1), end, np.float32) for end in (-127, 0, 127, 255)}
    image = opset.parameter([1, _CHANNELS, 8, 8], np.float32)
    rounded = opset.fake_quantize(image, ends[0], ends[255], ends[0], ends[255], 256)
    largest = np.full((_CHANNELS, _CHANNELS, 1, 1), 127, np.float32)
    sides = ends[-127], ends[127]
    kernel = opset.fake_quantize(opset.constant(largest), *sides, *sides, 255)
    nothing = [0, 0]
    added = opset.convolution(rounded, kernel, [1, 1], nothing, nothing, [1, 1])
    return openvino_module().Model([added.output(0)], [image])
