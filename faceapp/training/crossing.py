"""The ridge head of all people who are not for testing, decided by folds of those people.

One person-disjoint validation part is a fifth of them, and what it decides swings with who happens
to be in it. So the samples are dealt into folds by person, each is scored by a head that saw
nobody of its fold, and all of them decide what validation decides otherwise. The head that is kept
learns from everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from faceapp.jobs import Job
from faceapp.networks.adapters import Adapter
from faceapp.training.adapting import AdapterTraining, ReducedMaps, fit_adapter
from faceapp.training.calibration import fit_temperature, softmax
from faceapp.training.heads import (
    FittedHead,
    HeadData,
    Indices,
    Looks,
    Matrix,
    Problem,
    class_weights,
)
from faceapp.training.recipes import Recipe
from faceapp.words import Words

# Keeps biases from growing without end where a class is told apart perfectly.
_SHRINKING = 1e-3
# Of the time of all folds with an adapter, what the ridge head takes.
_RIDGE = 0.3


@dataclass(frozen=True, eq=False)
class Crossed:
    """A head, and what heads that saw nobody of a sample's fold say of it.

    `scores` (N, C) are before any softmax, `truth` (N,) the class indices they belong to: of the
    samples that may decide. With an `adapter` the head reads the features and, after them, what the
    adapter makes of them.
    """

    head: FittedHead
    scores: Matrix
    truth: Indices
    adapter: Adapter | None = None


class _HadEnough(Exception):
    """The person wants what there is by now."""


def fit_crossed(data: HeadData, recipe: Recipe, job: Job = Job(), *, seed: int = 0) -> Crossed:
    """Fit the ridge head of everybody and, if the recipe and `data.looks` say so, an adapter.

    `data.inner` must be given. Who has had enough before the adapter is ready gets the ridge head.
    """
    assert data.inner is not None
    looks = data.looks if recipe.adapts else None
    crossing = _Crossing.of(data, recipe)
    ridge = crossing.ridge(job if looks is None else job.part(0, _RIDGE))
    if looks is None:
        return ridge
    try:
        return crossing.with_adapter(ridge, looks, seed, job.part(_RIDGE, 1))
    except _HadEnough:
        return ridge


@dataclass(frozen=True, eq=False)
class _Crossing:
    """Everybody's samples, as training ones, and each one's fold (see `HeadData.inner`)."""

    everybody: HeadData
    inner: Indices
    recipe: Recipe

    @classmethod
    def of(cls, data: HeadData, recipe: Recipe) -> _Crossing:
        assert data.inner is not None
        everybody = HeadData(
            views=(np.concatenate([data.views[0], data.validation]),),
            truth=np.concatenate([data.truth, data.validation_truth]),
            validation=data.validation[:0],
            validation_truth=data.validation_truth[:0],
            classes=data.classes,
            widths=data.widths,
        )
        return cls(everybody, data.inner, recipe)

    @property
    def _deciding(self) -> Indices:
        return np.flatnonzero(self.inner >= 0)

    def _folds(self) -> list[tuple[Indices, Indices]]:
        """Whom each fold's heads learn from, and whom they are asked about."""
        folds = np.unique(self.inner[self._deciding])
        return [
            (
                np.flatnonzero((self.inner != fold) & (self.inner != -1 - fold)),
                np.flatnonzero(self.inner == fold),
            )
            for fold in folds
        ]

    def _crossed(self, head: FittedHead, scores: Matrix, adapter: Adapter | None = None) -> Crossed:
        rows = self._deciding
        return Crossed(head, scores[rows], self.everybody.truth[rows], adapter)

    def ridge(self, job: Job) -> Crossed:
        """In closed form; all folds share one matrix of products, so that a fold is one solve.

        What scales the features is found on all samples: it knows no label.
        """
        everybody, recipe, folds = self.everybody, self.recipe, self._folds()
        job.step(Words("Fitting on inner folds"), 0, 1)
        problem = Problem.of(everybody, balance=recipe.balance)
        products = problem.x @ problem.x.T
        targets = problem.y + problem.offset
        scores = np.empty_like(targets)
        for number, (rest, held) in enumerate(folds, start=1):
            job.step(Words("Fitting on inner folds"), number, len(folds) + 2)
            weights = class_weights(
                everybody.truth[rest], everybody.classes, balance=recipe.balance
            )
            across = products[np.ix_(held, rest)]
            inside = products[np.ix_(rest, rest)]
            scores[held] = ridge_scores(inside, across, targets[rest], weights, recipe.penalty)
        job.step(Words("Fitting on inner folds"), len(folds) + 1, len(folds) + 2)
        kernel, bias = problem.layer(problem.solved(recipe.penalty, products))
        return self._crossed(FittedHead(kernel, bias, (), 0), scores)

    def with_adapter(self, ridge: Crossed, looks: Looks, seed: int, job: Job) -> Crossed:
        """The ridge head joined by an adapter that learned from the same people, in equal parts."""
        truth, classes = self.everybody.truth, self.everybody.classes
        maps = ReducedMaps.of(looks)
        training = AdapterTraining(maps.views[0].shape[1:], classes, self.recipe, seed)
        targets = np.eye(classes, dtype=np.float32)[truth]
        scores = np.empty((len(truth), classes), np.float32)
        folds = [*self._folds(), (np.arange(len(truth)), np.zeros(0, np.int64))]
        for number, (rest, held) in enumerate(folds):
            part = job.part(number / len(folds), (number + 1) / len(folds))
            look = _looking(part)
            fitted = fit_adapter(training, maps, rest, targets[rest], seed=seed, look=look)
            scores[held] = fitted.scores(maps, held)
        beside = self._crossed(
            FittedHead(fitted.last, fitted.offset, (), 0), scores, fitted.layer(maps)
        )
        return _joined(ridge, beside)


def _looking(job: Job) -> Callable[[int, int], None]:
    def look(step: int, steps: int) -> None:
        job.step(Words("Training the adapter"), step, steps)
        if job.enough():
            raise _HadEnough

    return look


def _joined(ridge: Crossed, beside: Crossed) -> Crossed:
    """The sum of two heads' scores, each divided by twice the temperature that suits it.

    The one reads the first of the features, the other those after them.
    """
    first, second = (
        np.float32(0.5 / fit_temperature(each.truth, each.scores)) for each in (ridge, beside)
    )
    head = FittedHead(
        np.concatenate([first * ridge.head.kernel, second * beside.head.kernel]),
        first * ridge.head.bias + second * beside.head.bias,
        (),
        0,
    )
    scores = first * ridge.scores + second * beside.scores
    return Crossed(head, scores, ridge.truth, beside.adapter)


def ridge_scores(
    inside: Matrix, across: Matrix, targets: Matrix, weights: Matrix, penalty: float
) -> Matrix:
    """Scores (M, C) of the ridge head of N samples; products N x N and M x N are changed."""
    from scipy.linalg import solve

    share = weights / weights.sum()
    centre_products(inside, across, share)
    inside[np.diag_indices_from(inside)] += penalty / weights
    offset = share @ targets
    # Symmetric and positive: half the work of a solve that knows nothing.
    found = solve(inside, targets - offset, assume_a="pos", check_finite=False)
    return np.asarray(across @ found + offset, np.float32)


def centre_products(inside: Matrix, across: Matrix, share: Matrix) -> None:
    """Centre products of N samples with one another and with M others, in place.

    The mean of those N, each by its share (N,) of 1, is another one than everybody's.
    """
    mean = inside @ share
    across += share @ mean - (across @ share)[:, None] - mean
    inside += share @ mean - mean[:, None] - mean


def level(truth: Indices, scores: Matrix) -> Matrix:
    """What to add to each class's scores (C,) so that none is favoured: every class counts alike.

    Slope and biases of softmax(slope * scores + bias) with the least log loss in which each class
    weighs the same, however few samples it has; the biases are given in units of the scores.
    """
    classes = scores.shape[1]
    if len(np.unique(truth)) < 2:
        return np.zeros(classes, np.float32)
    from scipy.optimize import minimize

    weights = class_weights(truth, classes, balance=True) / len(truth)
    wanted = np.eye(classes)[truth]

    def loss(values: Matrix) -> tuple[float, Matrix]:
        slope, biases = np.exp(values[0]), values[1:]
        found = softmax(slope * scores + biases)
        chosen = np.maximum((found * wanted).sum(axis=1), 1e-12)
        wrong = weights[:, None] * (found - wanted)
        total = -(weights * np.log(chosen)).sum() + _SHRINKING * (biases**2).sum()
        gradient = [(wrong * scores).sum() * slope, *(wrong.sum(axis=0) + 2 * _SHRINKING * biases)]
        return float(total), np.array(gradient)

    best = minimize(loss, np.zeros(classes + 1), jac=True, method="L-BFGS-B").x
    return np.asarray(best[1:] / np.exp(best[0]), np.float32)
