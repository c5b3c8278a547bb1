"""Judging predictions: figures, what chance would give, and how sure the figures are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceapp.training.calibration import ReliabilityBin, expected_calibration_error, reliability

RESAMPLES = 2000


@dataclass(frozen=True)
class Interval:
    """A 95% interval, both ends in 0..1."""

    low: float
    high: float


@dataclass(frozen=True)
class ClassFigures:
    """How one class fared. `support` counts its samples; the shares are 0..1.

    The intervals are those of `Judgement`; from 0 to 1 where too few groups show the class.
    """

    name: str
    support: int
    precision: float
    recall: float
    f1: float
    precision_interval: Interval
    recall_interval: Interval


@dataclass(frozen=True)
class Judgement:
    """Figures over n samples. All shares are 0..1.

    `confusion` has true classes as rows and predicted ones as columns, in the order of `classes`.
    Intervals are 95% percentile intervals of a bootstrap that draws whole groups, so that many
    images of one person count as one person (Efron & Tibshirani 1993, ch. 13; cluster bootstrap).
    `majority` is the accuracy of always answering the commonest class, `chance` the balanced
    accuracy of any answer that does not look at the image.
    """

    classes: tuple[str, ...]
    n: int
    groups: int
    accuracy: float
    balanced_accuracy: float
    macro_f1: float
    accuracy_interval: Interval
    interval: Interval
    macro_f1_interval: Interval
    per_class: tuple[ClassFigures, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration_error: float
    reliability: tuple[ReliabilityBin, ...]
    majority: float
    chance: float

    def to_json(self) -> dict[str, Any]:
        """All figures; the intervals as [low, high]."""
        figures = asdict(self)
        for row in (figures, *figures["per_class"]):
            for key in row:
                if key.endswith("interval"):
                    row[key] = [row[key]["low"], row[key]["high"]]
        return figures


def judge(
    truth: Sequence[int] | NDArray[np.int64],
    probabilities: NDArray[np.float32],
    groups: Sequence[str],
    classes: Sequence[str],
    *,
    seed: int = 0,
) -> Judgement:
    """Judge predicted class probabilities against the truth.

    Args:
        truth: (N,) index of the true class of each sample.
        probabilities: (N, C), rows summing to 1.
        groups: (N,) the group of each sample, the unit of the bootstrap.
        classes: C names.
        seed: of the bootstrap.

    Raises:
        ValueError: without samples, or where the lengths do not agree.

    """
    true = np.asarray(truth, dtype=np.int64)
    if not len(true) or len(true) != len(probabilities) or len(true) != len(groups):
        raise ValueError("judging needs as many truths and groups as probabilities, and at least 1")
    count = len(classes)
    per_group = _confusion_by_group(true, probabilities.argmax(axis=1), groups, count)
    confusion = per_group.sum(axis=0)
    accuracy, balanced, macro_f1 = (float(figure[0]) for figure in _figures(confusion[None]))
    resampled = _resampled(per_group, seed)
    ends = _ends(_figures(resampled))
    bins = reliability(true, probabilities)
    return Judgement(
        classes=tuple(classes),
        n=len(true),
        groups=len(per_group),
        accuracy=accuracy,
        balanced_accuracy=balanced,
        macro_f1=macro_f1,
        accuracy_interval=ends[0],
        interval=ends[1],
        macro_f1_interval=ends[2],
        per_class=_per_class(confusion, classes, resampled),
        confusion=tuple(tuple(int(cell) for cell in row) for row in confusion),
        calibration_error=expected_calibration_error(bins),
        reliability=bins,
        majority=float(confusion.sum(axis=1).max() / confusion.sum()),
        chance=1.0 / max(1, int((confusion.sum(axis=1) > 0).sum())),
    )


def _confusion_by_group(
    true: NDArray[np.int64], predicted: NDArray[np.int64], groups: Sequence[str], classes: int
) -> NDArray[np.int64]:
    """(G, C, C) counts: one confusion matrix a group."""
    names, index = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)
    counts = np.zeros((len(names), classes, classes), dtype=np.int64)
    np.add.at(counts, (index, true, predicted), 1)
    return counts


def _share(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    """Part / whole, nan where the whole is 0."""
    empty = np.full(np.broadcast(part, whole).shape, np.nan)
    share: NDArray[np.float64] = np.divide(part, whole, out=empty, where=whole > 0)
    return share


def _figures(confusions: NDArray[Any]) -> NDArray[np.float64]:
    """(3, B) accuracy, balanced accuracy and macro-F1 of B confusion matrices (B, C, C).

    A class without true samples has no recall and is left out of both means.
    """
    hits = np.einsum("bcc->bc", confusions)
    true, predicted = confusions.sum(axis=2), confusions.sum(axis=1)
    accuracy = _share(hits.sum(axis=1), true.sum(axis=1))
    present = true > 0
    weight = present / present.sum(axis=1, keepdims=True)
    recall = np.nan_to_num(_share(hits, true))
    f1 = np.nan_to_num(_share(2 * hits, true + predicted))
    return np.stack([accuracy, (recall * weight).sum(axis=1), (f1 * weight).sum(axis=1)])


def _resampled(per_group: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """(B, C, C) confusion matrices of resampled groups."""
    count = len(per_group)
    draws = np.random.default_rng(seed).multinomial(count, [1 / count] * count, size=RESAMPLES)
    found: NDArray[np.float64] = np.einsum(
        "bg,gcd->bcd", draws.astype(np.float64), per_group, optimize=True
    )
    return found


def _ends(figures: NDArray[np.float64]) -> list[Interval]:
    """The 2.5% and 97.5% ends of figures (K, B), over the draws that have one."""
    found = []
    for row in figures:
        known = row[~np.isnan(row)]
        low, high = np.percentile(known, [2.5, 97.5]) if len(known) else (0.0, 1.0)
        found.append(Interval(float(low), float(high)))
    return found


def _per_class(
    confusion: NDArray[np.int64], classes: Sequence[str], resampled: NDArray[np.float64]
) -> tuple[ClassFigures, ...]:
    hits, true, predicted = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    precision = np.nan_to_num(_share(hits, predicted))
    recall = np.nan_to_num(_share(hits, true))
    f1 = np.nan_to_num(_share(2 * hits, true + predicted))
    drawn = np.einsum("bcc->bc", resampled)
    right, found = (_ends(_share(drawn, resampled.sum(axis=axis)).T) for axis in (1, 2))
    return tuple(
        ClassFigures(
            name,
            int(true[i]),
            float(precision[i]),
            float(recall[i]),
            float(f1[i]),
            right[i],
            found[i],
        )
        for i, name in enumerate(classes)
    )
