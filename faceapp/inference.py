"""OpenVINO, opened in one place: no telemetry, a fixed precision, threads that leave room."""

from __future__ import annotations

import os
import sys
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


# Arithmetic: single precision, or bfloat16 where the processor computes in it.
Precision = Literal["f32", "bf16"]


class Network:
    """A compiled network: float32 arrays in, float32 arrays out, in the order of its outputs.

    Args:
        model: an `openvino.Model`, or the path of an ONNX or OpenVINO IR file.
        threads: processor threads to use; 0 lets OpenVINO choose.
        shape: a fixed input shape to compile for; None keeps the model's own.
        precision: of the arithmetic inside; inputs and outputs stay float32.

    Attributes:
        one_by_one: whether a batch is always of one.

    """

    def __init__(
        self,
        model: openvino.Model | Path,
        *,
        threads: int = 0,
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
            "INFERENCE_PRECISION_HINT": precision,
        }
        if threads:
            options["INFERENCE_NUM_THREADS"] = threads
        self._compiled = core.compile_model(model, "CPU", options)
        first = self._compiled.inputs[0].partial_shape[0]
        self.one_by_one = bool(first.is_static and first.get_length() == 1)

    def __call__(self, batch: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Run one batch and return every output as its own array."""
        result = self._compiled(np.ascontiguousarray(batch, dtype=np.float32))
        return [np.array(result[output]) for output in self._compiled.outputs]


def spare_threads() -> int:
    """Threads that leave one core to the window: at least 1."""
    return max(1, (os.cpu_count() or 2) - 1)


def reduced_precisions() -> tuple[Precision, ...]:
    """What this processor computes in faster than in f32; empty where it has nothing such."""
    able = openvino_module().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return ("bf16",) if "BF16" in able else ()
