"""The saved model run through OpenVINO: the one way in which evaluate, classify and live ask it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from faceapp.inference import Network, Precision, openvino_module
from faceapp.jobs import Job
from faceapp.networks.frameworks import building, convert
from faceapp.networks.saved_model import load_keras, model_file, read_info

if TYPE_CHECKING:
    import openvino

BATCH = 16

# Part of the name of converted files: another number when conversion itself changes.
_CONVERSION = b"1"


class Classifier:
    """A model of faceapp, ready to classify; not for two threads at a time.

    Args:
        path: a model file or the folder of a run.
        threads: processor threads to use; 0 lets OpenVINO choose.
        precision: of the arithmetic; figures are reported in f32, see `precision.fastest`.

    Raises:
        ModelRefused: the file is no whole model of faceapp.

    """

    def __init__(self, path: Path, threads: int = 0, precision: Precision = "f32") -> None:
        file = model_file(path)
        self.info = read_info(file)
        self.precision = precision
        self._network = Network(converted(file), threads=threads, precision=precision)

    def probabilities(self, crops: NDArray[np.uint8], job: Job = Job()) -> NDArray[np.float32]:
        """Probability of each class (N, C), rows adding up to 1, of crops (N, size, size, 3) RGB.

        The crops are what `faces.prepare` makes with `info.preprocessing`.
        """
        size = self.info.preprocessing.size
        if crops.dtype != np.uint8 or crops.shape[1:] != (size, size, 3):
            raise ValueError(f"crops are {crops.dtype} {crops.shape}, not uint8 of side {size}")
        found = [np.zeros((0, len(self.info.classes)), np.float32)]
        for start in range(0, len(crops), BATCH):
            job.step("Classifying", start, len(crops))
            found.append(self._network(crops[start : start + BATCH].astype(np.float32))[0])
        job.step("Classifying", len(crops), len(crops))
        return np.concatenate(found)


def converted(file: Path) -> openvino.Model:
    """The model as OpenVINO runs it, converted once and kept beside the file.

    Conversion loads TensorFlow, which takes seconds. The kept files carry the digest of the
    model's file in their name, so that a changed model is converted anew. A folder that cannot
    be written to costs the seconds each time, nothing else.
    """
    digest = hashlib.sha256(_CONVERSION + file.read_bytes()).hexdigest()[:16]
    kept = file.with_name(f"{file.stem}-{digest}.xml")
    if kept.is_file():
        try:
            return openvino_module().Core().read_model(kept)
        except RuntimeError:  # damaged: made anew below
            kept.unlink(missing_ok=True)
    with building:
        model = convert(load_keras(file))
    try:
        _keep(model, kept, file.stem)
    except (OSError, RuntimeError):
        _remove_partial(kept)
    return model


def _keep(model: openvino.Model, kept: Path, stem: str) -> None:
    """Write the converted model, weights before graph, and drop those of earlier models."""
    partial = _partial(kept)
    openvino_module().save_model(model, partial, compress_to_fp16=False)
    for old in kept.parent.glob(f"{stem}-????????????????.*"):
        if old.suffix in {".xml", ".bin"}:
            old.unlink()
    partial.with_suffix(".bin").replace(kept.with_suffix(".bin"))
    partial.replace(kept)


def _partial(kept: Path) -> Path:
    return kept.with_name(f".{kept.stem}-{os.getpid()}.xml")


def _remove_partial(kept: Path) -> None:
    for suffix in (".xml", ".bin"):
        _partial(kept).with_suffix(suffix).unlink(missing_ok=True)
