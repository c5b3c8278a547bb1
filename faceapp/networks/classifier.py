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
from faceapp.networks.foreign import Description, description_of, foreign_graph, is_foreign
from faceapp.networks.frameworks import building, convert
from faceapp.networks.quantising import NO_RANGES, Ranges, quantised
from faceapp.networks.saved_model import ModelInfo, load_keras, model_file, read_info
from faceapp.words import Words

if TYPE_CHECKING:
    import openvino

BATCH = 16

# Part of the name of converted files: another number when conversion itself changes.
_CONVERSION = b"1"


class Classifier:
    """A model ready to classify.

    Args:
        path: a model file of faceapp or the folder of a run; or a classifier made elsewhere that
            was described (see `foreign.describe`).
        threads: processor threads to use; 0 lets OpenVINO choose.
        precision: of the arithmetic; figures are reported in f32, see `precision.fastest`.
        streams: as many threads as may ask at the same time and be answered sooner for it.
        ranges: what "int8" needs; no other precision looks at them.

    Raises:
        ModelRefused: the file is no whole model of faceapp, nor one that was described.
        UnfitRanges: the ranges are none, or another model's.

    """

    def __init__(
        self,
        path: Path,
        threads: int = 0,
        precision: Precision = "f32",
        streams: int = 1,
        ranges: Ranges = NO_RANGES,
    ) -> None:
        file = model_file(path)
        self.info = model_info(file)
        self.precision = precision
        graph = converted(file)
        if precision == "int8":
            graph = quantised(graph, ranges)
        self._network = Network(graph, threads=threads, streams=streams, precision=precision)

    def probabilities(self, crops: NDArray[np.uint8], job: Job = Job()) -> NDArray[np.float32]:
        """Probability of each class (N, C), rows adding up to 1, of crops (N, size, size, 3) RGB.

        The crops are what `faces.prepare` makes with `info.preprocessing`.
        """
        size = self.info.preprocessing.size
        if crops.dtype != np.uint8 or crops.shape[1:] != (size, size, 3):
            raise ValueError(f"crops are {crops.dtype} {crops.shape}, not uint8 of side {size}")
        found = [np.zeros((0, len(self.info.classes)), np.float32)]
        batch = 1 if self._network.one_by_one else BATCH
        for start in range(0, len(crops), batch):
            job.step(Words("Classifying"), start, len(crops))
            found.append(self._network(crops[start : start + batch].astype(np.float32))[0])
        job.step(Words("Classifying"), len(crops), len(crops))
        return np.concatenate(found)


def model_info(file: Path) -> ModelInfo:
    """What a model file says of itself, or what was said of a classifier made elsewhere.

    Raises `ModelRefused`, of which `foreign.Undescribed` tells of a classifier made elsewhere that
    nobody has described.
    """
    return description_of(file).info() if is_foreign(file) else read_info(file)


def converted(file: Path) -> openvino.Model:
    """The model as OpenVINO runs it, converted once and kept beside the file.

    Conversion loads TensorFlow, which takes seconds. The kept files carry the digest of the
    model's file in their name, so that a changed model is converted anew. A folder that cannot
    be written to costs the seconds each time, nothing else.
    """
    foreign = description_of(file) if is_foreign(file) else None
    digest = hashlib.sha256(_CONVERSION + file.read_bytes())
    if foreign is not None:
        digest.update(repr(foreign).encode())
        weights = file.with_suffix(".bin")
        if file.suffix == ".xml" and weights.is_file():
            digest.update(weights.read_bytes())
    return _kept_or_made(file, digest.hexdigest()[:16], foreign)


def _kept_or_made(file: Path, digest: str, foreign: Description | None) -> openvino.Model:
    kept = file.with_name(f"{file.stem}-{digest}.xml")
    if kept.is_file():
        try:
            return openvino_module().Core().read_model(kept)
        except RuntimeError:  # damaged: made anew below
            kept.unlink(missing_ok=True)
    if foreign is not None:
        model = foreign_graph(file, foreign)
    else:
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
