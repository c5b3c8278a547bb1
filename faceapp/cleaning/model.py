"""The values of cleaning: what a check is, what it measures, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from faceapp.words import Words

if TYPE_CHECKING:
    from faceapp.cleaning.look import Look

Need = Literal["measures", "likenesses", "evidence"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What classifiers say of a task's samples that they were not trained on.

    Attributes:
        task: name of the task.
        classes: names of the classes, in the order of the probabilities.
        ids: samples, (N).
        labels: index of each sample's present class, (N,).
        probabilities: of each class by a model that saw nobody of the sample's group, (N, C).
        features: activations of the frozen base, (N, D).

    """

    task: str
    classes: tuple[str, ...]
    ids: tuple[int, ...]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    features: NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Measured:
    """One value that a check measured, before any threshold.

    Attributes:
        samples: whom it is about; of a family, the proposed best first.
        value: in the check's own unit.
        family: what ties the samples into one finding; "" for single samples.
        detail: whatever explains it; JSON values.
        files: names of files that are no samples (refused at import).
        parts: the values that were joined to this one; none where it stands for itself.

    """

    samples: tuple[int, ...]
    value: float
    family: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    parts: tuple[Measured, ...] = ()

    @property
    def keys(self) -> tuple[tuple[int, str], ...]:
        """(sample, family) of each row that it takes in the store."""
        return tuple((s, part.family) for part in self.parts or (self,) for s in part.samples)


@dataclass(frozen=True)
class Found:
    """Something wrong: a measured value beyond its threshold that nobody dismissed.

    Attributes:
        kind: of the check.
        samples: ids; of a family, the proposed best first.
        files: names of the samples as imported, or of the files that were refused.
        value: measured, in the check's own unit.
        score: 0..1, 0 is worst.
        threshold: that the value went beyond.
        reason: what was measured, in plain words.
        suggestion: what to do about it.
        detail: whatever else explains it; JSON values.
        keys: (sample, family) of the rows in the store that this finding is.

    """

    kind: str
    samples: tuple[int, ...]
    files: tuple[str, ...]
    value: float
    score: float
    threshold: float
    reason: str
    suggestion: str
    detail: Mapping[str, Any]
    keys: tuple[tuple[int, str], ...]

    def to_json(self) -> dict[str, Any]:
        """The finding under the names that scripts rely on."""
        return {
            "kind": self.kind,
            "files": list(self.files),
            "score": round(self.score, 4),
            "value": round(self.value, 4),
            "threshold": self.threshold,
            "suggestion": self.suggestion,
            "reason": self.reason,
            "detail": dict(self.detail),
        }


def _as_they_are(measured: Sequence[Measured], _look: Look) -> list[Measured]:
    return list(measured)


@dataclass(frozen=True)
class Check:
    """One kind of finding.

    Attributes:
        kind: its name in files and commands.
        title: its name on screen.
        reason: a sentence about one value, with `{value}` and the keys of the detail in it.
        suggestion: what to do.
        source: where the measure comes from.
        worse: whether values below or from the threshold on are findings.
        threshold: where the person has moved it nowhere.
        worst: the value that scores 0.
        best: the value that scores 1.
        measure: every value that there is to measure; costly work was done before (`needs`).
        needs: what must have been made before `measure`.
        joined: makes families of what is left beyond the threshold.
        standing: leaves out what the person's answers have overtaken since it was measured. That
            something was done about such a value tells nothing: only a dismissal settles it.

    """

    kind: str
    title: Words
    reason: Words
    suggestion: Words
    source: str
    worse: Literal["low", "high"]
    threshold: float
    worst: float
    best: float
    measure: Callable[[Look], Sequence[Measured]]
    needs: frozenset[Need] = frozenset()
    joined: Callable[[Sequence[Measured], Look], list[Measured]] = _as_they_are
    standing: Callable[[Sequence[Measured], Look], list[Measured]] = _as_they_are

    @property
    def of_answers(self) -> bool:
        """Whether the person's answers overtake what was measured."""
        return self.standing is not _as_they_are

    def beyond(self, value: float, threshold: float) -> bool:
        """Whether the value is a finding."""
        return value < threshold if self.worse == "low" else value >= threshold

    def score(self, value: float) -> float:
        """0 (worst) .. 1 (best), in proportion between the two values that are named so."""
        share = (value - self.worst) / (self.best - self.worst)
        return min(1.0, max(0.0, share))
