"""How far a probability may be believed: temperature, reliability, and when to say "unsure"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10


@dataclass(frozen=True)
class ReliabilityBin:
    """The samples whose top probability fell into low..high: how many, how sure, how right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def softmax(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Row-wise softmax of (N, C) scores, in float64."""
    shifted = scores.astype(np.float64) - scores.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


def log_loss(truth: NDArray[np.int64], probabilities: NDArray[np.floating]) -> float:
    """Mean negative log likelihood of the true classes."""
    chosen = probabilities[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(chosen, 1e-12)).mean())


def fit_temperature(truth: NDArray[np.int64], scores: NDArray[np.floating]) -> float:
    """The T > 0 for which softmax(scores / T) has the least log loss on a validation set.

    Temperature scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks"): it changes
    no answer, only how sure it is. Without samples, or where all scores agree, T is 1.
    """
    if not len(truth) or float(np.ptp(scores)) == 0.0:
        return 1.0
    from scipy.optimize import minimize_scalar

    def loss(log_temperature: float) -> float:
        return log_loss(truth, softmax(scores / np.exp(log_temperature)))

    # 1e-3..1e3 covers ridge scores near +-1 and raw logits in the hundreds.
    found = minimize_scalar(loss, bounds=(np.log(1e-3), np.log(1e3)), method="bounded")
    return float(np.exp(found.x))


def reliability(
    truth: NDArray[np.int64], probabilities: NDArray[np.floating]
) -> tuple[ReliabilityBin, ...]:
    """Ten equally wide bins of the top probability; empty bins are left out."""
    top = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    place = np.minimum((top * BINS).astype(int), BINS - 1)
    return tuple(
        ReliabilityBin(
            b / BINS,
            (b + 1) / BINS,
            int((place == b).sum()),
            float(top[place == b].mean()),
            float(right[place == b].mean()),
        )
        for b in range(BINS)
        if (place == b).any()
    )


def expected_calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """Mean distance between confidence and accuracy, weighted by how many samples a bin holds."""
    total = sum(b.count for b in bins)
    return sum(b.count * abs(b.confidence - b.accuracy) for b in bins) / total


def unsure_below(bins: Sequence[ReliabilityBin]) -> float:
    """The top probability under which answers are more often wrong than right; 0 if none are.

    The live view says "unsure" below it. Bins are walked from the least sure one up; one of fewer
    than ten samples proves nothing. At most 0.9, so that a poor model still says something.
    """
    threshold = 0.0
    for b in bins:
        if b.count >= 10:
            if b.accuracy >= 0.5:
                break
            threshold = b.high
    return min(0.9, threshold)
