"""A faster arithmetic for the live view, once it is proved to say the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset, DatasetError
from faceapp.inference import Precision, reduced_precisions
from faceapp.jobs import Job
from faceapp.networks.classifier import Classifier
from faceapp.networks.crops import Crops
from faceapp.networks.saved_model import model_file

LEAST_AGREEMENT = 0.99
# Of fewer crops, 99 in 100 cannot be told from 95.
LEAST_CROPS = 100
_MOST_CROPS = 400
_KEPT = "precision.json"


@dataclass(frozen=True)
class Proof:
    """How often a precision said the same class as f32, as a share of so many crops.

    It also holds where another processor has the same precision: each multiplies the same rounded
    numbers exactly and adds up in single precision, in an order of its own, as with f32.
    """

    precision: Precision
    agreement: float
    crops: int

    @property
    def holds(self) -> bool:
        """Whether it may be used: the same class at least 99 times in 100, seen often enough."""
        return self.agreement >= LEAST_AGREEMENT and self.crops >= LEAST_CROPS


def fastest(
    run: Path,
    crops: NDArray[np.uint8] | None = None,
    *,
    threads: int = 0,
    streams: int = 1,
    job: Job = Job(),
) -> Classifier:
    """The model of a run in the fastest arithmetic that is proved on it; f32 where none is.

    The proof takes both arithmetics through validation samples, which the head never learned
    from. It is kept beside the model, for that file, and not made again.

    Args:
        run: folder of a run, or a model file.
        crops: (N, size, size, 3) to prove it on; None takes validation samples of the run.
        threads: processor threads to use; 0 lets OpenVINO choose.
        streams: as many threads as may ask the model at the same time.
        job: reports and stops.

    Raises:
        ModelRefused: the file is no whole model of faceapp.

    """
    for precision in reduced_precisions():
        proof = _kept_proof(run, precision) or _made_proof(run, precision, crops, threads, job)
        if proof.holds:
            return Classifier(run, threads, precision, streams)
    return Classifier(run, threads, "f32", streams)


def _made_proof(
    run: Path, precision: Precision, crops: NDArray[np.uint8] | None, threads: int, job: Job
) -> Proof:
    exact, reduced = (Classifier(run, threads, each) for each in ("f32", precision))
    shown = validation_crops(run, exact) if crops is None else crops
    proof = prove(exact, reduced, shown, job)
    keep(run, proof)
    return proof


def prove(
    exact: Classifier, reduced: Classifier, crops: NDArray[np.uint8], job: Job = Job()
) -> Proof:
    """Ask both about crops (N, size, size, 3) and count how often they name the same class."""
    answers = [
        model.probabilities(crops, part).argmax(axis=1)
        for model, part in ((exact, job.part(0, 0.5)), (reduced, job.part(0.5, 1)))
    ]
    same = float(np.mean(answers[0] == answers[1])) if len(crops) else 0.0
    return Proof(reduced.precision, same, len(crops))


def validation_crops(run: Path, model: Classifier) -> NDArray[np.uint8]:
    """Crops of up to 400 validation samples of a run, in its dataset; none where that is gone."""
    spec = model.info.preprocessing
    none = np.zeros((0, spec.size, spec.size, 3), np.uint8)
    try:
        split = json.loads((run / "split.json").read_text("utf-8"))
        ids: Sequence[int] = split["validation"]
        with Dataset.open(run.parent.parent) as dataset:
            chosen = ids[:: max(1, len(ids) // _MOST_CROPS)][:_MOST_CROPS]
            wanted = Crops(dataset, chosen, spec)
            found = [crop for _, crop in wanted([item.id for item in wanted.items])]
    except (OSError, ValueError, LookupError, TypeError, DatasetError):
        return none
    return np.stack(found) if found else none


def _digest(run: Path) -> str:
    return hashlib.sha256(model_file(run).read_bytes()).hexdigest()


def _kept_proof(run: Path, precision: Precision) -> Proof | None:
    try:
        kept: dict[str, Any] = json.loads(_file(run).read_text("utf-8"))
        if kept["model"] != _digest(run) or kept["precision"] != precision:
            return None
        return proof_of(kept)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def proof_of(kept: Mapping[str, Any]) -> Proof:
    """The proof whose fields were stored; LookupError, ValueError or TypeError if they are none."""
    return Proof(kept["precision"], float(kept["agreement"]), int(kept["crops"]))


def keep(run: Path, proof: Proof) -> None:
    """Keep a proof that was made on crops enough; a folder that takes no file is proved again."""
    if proof.crops < LEAST_CROPS:
        return
    partial = _file(run).with_name(f".{_KEPT}")
    try:
        partial.write_text(json.dumps({"model": _digest(run), **vars(proof)}), "utf-8")
        partial.replace(_file(run))
    except OSError:
        partial.unlink(missing_ok=True)


def _file(run: Path) -> Path:
    return model_file(run).with_name(_KEPT)
