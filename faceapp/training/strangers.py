"""Probabilities by heads that saw nobody of a sample's group, where some of the labels are wrong.

Everybody is dealt into folds by group, and each fold is judged by a ridge head of the others. What
a label says is believed only as far as strangers agree with it: among the others, heads that saw
nobody of a sample's inner fold say how likely each class is, and what that leaves of its label is
what the head then learns. So no wrong label, however it came about, vouches for itself or is
learned as if it were right. All folds share one matrix of products, so that a head is one linear
solve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceapp.jobs import Job
from faceapp.training.crossing import centre_products
from faceapp.training.heads import HeadData, Indices, Matrix, Problem
from faceapp.training.recipes import Recipe
from faceapp.words import Words

# Share of labels that are taken to be wrong before anything is known of them, each class alike.
# From 0.1 to 0.25 it makes no difference to how flipped labels are ranked.
_WRONG = 0.1
# Wrong labels pull at a head: it is held more firmly than one that learns from good ones.
_FIRMER = 3.0
_CALIBRATION = 10.0  # inverse penalty of the logistic regression on scores
Probabilities = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fold:
    """Rows to judge, rows to learn from, and the inner fold of each of the latter, (N,)."""

    judged: Indices
    learned: Indices
    inner: Indices


def judged_by_strangers(
    data: HeadData, folds: Sequence[Fold], recipe: Recipe, job: Job = Job()
) -> Probabilities:
    """Probabilities (N, C) of the training samples of `data`, each by the fold that judges it."""
    problem = Problem.of(data, balance=False)
    products, targets = problem.x @ problem.x.T, problem.y + problem.offset
    del problem
    found = np.zeros((len(data.truth), data.classes))
    for number, fold in enumerate(folds):
        job.step(Words("Judging labels by strangers"), number, len(folds))
        truth = data.truth[fold.learned]
        found[fold.judged] = _judged(products, targets, truth, fold, recipe.penalty * _FIRMER)
    job.step(Words("Judging labels by strangers"), len(folds), len(folds))
    return found


def _judged(
    products: Matrix, targets: Matrix, truth: Indices, fold: Fold, penalty: float
) -> Probabilities:
    inner = [
        (np.flatnonzero(fold.inner == each), np.flatnonzero(fold.inner != each))
        for each in np.unique(fold.inner)
    ]
    ways = [_Way(products, fold.learned[rest], fold.learned[held], penalty) for held, rest in inner]

    def crossed(given: Matrix) -> Matrix:
        scores = np.empty_like(given)
        for way, (held, rest) in zip(ways, inner, strict=True):
            scores[held] = way.scores(given[rest])
        return scores

    given = targets[fold.learned]
    classes = given.shape[1]
    scores = crossed(given)
    likely = believed(_calibrated(scores, truth, scores, classes), truth)
    given = (2 * likely - 1).astype(np.float32)
    across = _Way(products, fold.learned, fold.judged, penalty).scores(given)
    return _calibrated(crossed(given), truth, across, classes)


def believed(probabilities: Probabilities, truth: Indices) -> Probabilities:
    """How likely each class is (N, C) by strangers and by a label that may be wrong together."""
    classes = probabilities.shape[1]
    says = np.full(probabilities.shape, _WRONG / (classes - 1))
    says[np.arange(len(truth)), truth] = 1 - _WRONG
    both = probabilities * says
    return np.asarray(both / both.sum(axis=1, keepdims=True))


class _Way:
    """From the targets of some samples to the scores that their ridge head gives others."""

    def __init__(self, products: Matrix, rest: Indices, held: Indices, penalty: float) -> None:
        from scipy.linalg import cho_factor

        inside, across = products[np.ix_(rest, rest)], products[np.ix_(held, rest)]
        centre_products(inside, across, np.full(len(rest), 1 / len(rest), np.float32))
        inside[np.diag_indices_from(inside)] += np.float32(penalty)
        self._factor: Any = cho_factor(inside, overwrite_a=True, check_finite=False)
        self._across = across

    def scores(self, targets: Matrix) -> Matrix:
        from scipy.linalg import cho_solve

        offset = targets.mean(axis=0)
        weights = cho_solve(self._factor, targets - offset, check_finite=False)
        return np.asarray(self._across @ weights + offset, np.float32)


def _calibrated(scores: Matrix, truth: Indices, wanted: Matrix, classes: int) -> Probabilities:
    """Probabilities (M, C) of `wanted` scores, as those of known labels tell: each class's own.

    Logistic regression on all scores (matrix scaling: Guo et al. 2017, "On Calibration of Modern
    Neural Networks"): rare classes are not as sure of themselves as common ones are.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=_CALIBRATION, max_iter=500).fit(scores.astype(np.float64), truth)
    found = np.zeros((len(wanted), classes))
    found[:, model.classes_] = model.predict_proba(wanted.astype(np.float64))
    return found
