"""A faster arithmetic for the live view, once it is proved to say the same."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset, DatasetError
from faceapp.faces import Preprocessing
from faceapp.inference import Precision, processor_name, reduced_precisions
from faceapp.jobs import Job
from faceapp.networks.classifier import Classifier, converted, model_info
from faceapp.networks.crops import Crops
from faceapp.networks.quantising import NO_RANGES, Ranges, UnfitRanges, seen_ranges, suits
from faceapp.networks.saved_model import model_file

LEAST_AGREEMENT = 0.99
# Of fewer crops, 99 in 100 cannot be told from 95.
LEAST_CROPS = 100
_MOST_CROPS = 400
# More say no more about how far a layer's input reaches, and are lost to the proof.
_MOST_RANGING = 100
_KEPT = "precision.json"
_ROUNDS = 6


@dataclass(frozen=True)
class Proof:
    """How often a precision said the same class as f32, as a share of so many crops.

    It also holds where another processor has the same precision: each multiplies the same rounded
    numbers exactly, and adds up integers exactly or else in single precision, in an order of its
    own, as with f32.
    """

    precision: Precision
    agreement: float
    crops: int

    @property
    def holds(self) -> bool:
        """Whether it may be used: the same class at least 99 times in 100, seen often enough."""
        return self.agreement >= LEAST_AGREEMENT and self.crops >= LEAST_CROPS


@dataclass(frozen=True)
class Known:
    """What was found out about one model: proofs, what "int8" needs, and its pace.

    `pace`: on the processor named by `processor`, milliseconds for one face in each precision.
    """

    proofs: tuple[Proof, ...] = ()
    ranges: Ranges = NO_RANGES
    processor: str = ""
    pace: Mapping[Precision, float] = field(default_factory=dict)

    def proof(self, precision: Precision) -> Proof | None:
        """The proof of a precision, if there is one."""
        return next((each for each in self.proofs if each.precision == precision), None)

    def proved(self, proof: Proof) -> Known:
        """The same with another proof, in place of an earlier one of its precision."""
        others = (each for each in self.proofs if each.precision != proof.precision)
        return replace(self, proofs=(*others, proof))

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold; `from_json` makes the same of them."""
        proofs, ranges = [vars(each) for each in self.proofs], self.ranges.to_json()
        return {**vars(self), "proofs": proofs, "ranges": ranges}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what was stored; LookupError, ValueError, TypeError or AttributeError if none."""
        return cls(
            tuple(
                Proof(each["precision"], float(each["agreement"]), int(each["crops"]))
                for each in data.get("proofs", ())
            ),
            Ranges.from_json(data.get("ranges", ())),
            str(data.get("processor", "")),
            {name: float(each) for name, each in data.get("pace", {}).items()},
        )


UNKNOWN = Known()


def fastest(
    run: Path,
    crops: NDArray[np.uint8] | None = None,
    *,
    threads: int = 0,
    streams: int = 1,
    job: Job = Job(),
) -> Classifier:
    """The model of a run in the fastest arithmetic that is proved on it; f32 where none is.

    The proof takes both arithmetics through validation samples. Their people have trained no
    weight but, with inner folds, those of the head, and have chosen what validation chooses; so it
    tells how alike the arithmetics are, not how well the model reads. For "int8" some samples first
    tell how far the inputs of its layers reach, and the others prove it. What is found is kept
    beside the model, for that file, and not made again; the pace is measured on each processor.

    Args:
        run: folder of a run, or a model file.
        crops: (N, size, size, 3) to prove it on; None takes validation samples of the run.
        threads: processor threads to use; 0 lets OpenVINO choose.
        streams: as many threads as may ask the model at the same time.
        job: reports and stops.

    Raises:
        ModelRefused: the file is no whole model of faceapp.

    """
    trial = _Trial(run, crops, threads, job)
    try:
        precision = trial.chosen()
        return Classifier(run, threads, precision, streams, trial.known.ranges)
    except UnfitRanges:  # what was kept is damaged
        trial.known = UNKNOWN
        precision = trial.chosen()
        return Classifier(run, threads, precision, streams, trial.known.ranges)


class _Trial:
    """Finds out about one model what is not known of it yet."""

    def __init__(self, run: Path, crops: NDArray[np.uint8] | None, threads: int, job: Job) -> None:
        self.known = _kept(run)
        self._run = run
        self._crops = crops
        self._threads = threads
        self._job = job

    def chosen(self) -> Precision:
        """The fastest precision of those that hold."""
        for precision in self._by_pace():
            proof = self.known.proof(precision) or self._made_proof(precision)
            if proof.holds:
                return precision
        return "f32"

    def _by_pace(self) -> list[Precision]:
        """What may be faster than f32, the fastest first.

        bfloat16 always is. In integers only some layers count, how many depends on the network.
        """
        able = [each for each in reduced_precisions() if each != "int8" or self._has_ranges()]
        if "int8" not in able:
            return able
        pace = self._pace(["f32", *able])
        faster = [each for each in able if pace[each] < pace["f32"]]
        return sorted(faster, key=lambda each: pace[each])

    def _has_ranges(self) -> bool:
        if self.known.ranges == NO_RANGES:
            model = converted(model_file(self._run))
            telling = shared_out(self._shown())[0] if suits(model) else None
            if telling is not None and len(telling):
                ranges = seen_ranges(model, telling, self._threads, self._job.part(0, 0.1))
                # A proof of other ranges says nothing about these.
                kept = tuple(each for each in self.known.proofs if each.precision != "int8")
                self.known = replace(self.known, ranges=ranges, proofs=kept)
        return self.known.ranges != NO_RANGES

    def _pace(self, precisions: Sequence[Precision]) -> Mapping[Precision, float]:
        """Milliseconds for one face; of several rounds the shortest, as other work goes on."""
        processor = processor_name()
        if self.known.processor != processor or not set(precisions) <= set(self.known.pace):
            models = {each: self._opened(each) for each in precisions}
            size = self._exact.info.preprocessing.size
            face = np.random.default_rng(0).integers(0, 256, (1, size, size, 3), np.uint8)
            pace = dict.fromkeys(models, np.inf)
            for _ in range(_ROUNDS):
                for precision, model in models.items():
                    began = time.perf_counter()
                    model.probabilities(face)
                    taken = 1000 * (time.perf_counter() - began)
                    pace[precision] = min(pace[precision], taken)
            self._learned(replace(self.known, processor=processor, pace=pace))
        return self.known.pace

    def _made_proof(self, precision: Precision) -> Proof:
        crops = shared_out(self._shown())[1] if precision == "int8" else self._shown()
        proof = prove(self._exact, self._opened(precision), crops, self._job.part(0.1, 1))
        if proof.crops >= LEAST_CROPS:
            self._learned(self.known.proved(proof))
        return proof

    def _learned(self, known: Known) -> None:
        self.known = known
        keep(self._run, known)

    @cached_property
    def _exact(self) -> Classifier:
        return Classifier(self._run, self._threads)

    def _opened(self, precision: Precision) -> Classifier:
        if precision == "f32":
            return self._exact
        return Classifier(self._run, self._threads, precision, ranges=self.known.ranges)

    def _shown(self) -> NDArray[np.uint8]:
        if self._crops is None:
            info = model_info(model_file(self._run))
            self._crops = validation_crops(self._run, info.preprocessing)
        return self._crops


def shared_out(crops: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Crops that tell ranges, evenly of all, and those that prove; none to tell if too few remain.

    Half of them tell, but at most 100, and no more than leave enough for a proof.
    """
    count = max(0, min(_MOST_RANGING, len(crops) // 2, len(crops) - LEAST_CROPS))
    tell = np.zeros(len(crops), bool)
    tell[np.linspace(0, len(crops) - 1, count).astype(int)] = True
    return crops[tell], crops[~tell]


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


def validation_crops(run: Path, spec: Preprocessing) -> NDArray[np.uint8]:
    """Crops of up to 400 validation samples of a run, in its dataset; none where that is gone."""
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


def _kept(run: Path) -> Known:
    """What is known of this very file; nothing where what was kept cannot be read."""
    try:
        kept: dict[str, Any] = json.loads(_file(run).read_text("utf-8"))
        return Known.from_json(kept) if kept["model"] == _digest(run) else UNKNOWN
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return UNKNOWN


def keep(run: Path, known: Known) -> None:
    """Keep what is known of a model beside it; a folder that takes no file is asked again."""
    partial = _file(run).with_name(f".{_KEPT}")
    try:
        partial.write_text(json.dumps({"model": _digest(run), **known.to_json()}), "utf-8")
        partial.replace(_file(run))
    except OSError:
        partial.unlink(missing_ok=True)


def _file(run: Path) -> Path:
    return model_file(run).with_name(_KEPT)
