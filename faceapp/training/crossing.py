"""The ridge head of all people who are not for testing, decided by folds of those people.

One person-disjoint validation part is a fifth of them, and what it decides swings with who happens
to be in it. So the samples are dealt into folds by person, each is scored by a head that saw
nobody of its fold, and all of them decide what validation decides otherwise. The head that is kept
learns from everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from faceapp.jobs import Job
from faceapp.training.calibration import softmax
from faceapp.training.heads import FittedHead, HeadData, Indices, Matrix, Problem, class_weights
from faceapp.training.recipes import Recipe
from faceapp.words import Words

# Keeps biases from growing without end where a class is told apart perfectly.
_SHRINKING = 1e-3


@dataclass(frozen=True, eq=False)
class Crossed:
    """A head, and what heads that saw nobody of a sample's fold say of it.

    `scores` (N, C) are before any softmax, `truth` (N,) the class indices they belong to: of the
    samples that may decide.
    """

    head: FittedHead
    scores: Matrix
    truth: Indices


def fit_crossed(data: HeadData, recipe: Recipe, job: Job = Job()) -> Crossed:
    """Fit in closed form; all folds share one matrix of products, so that a fold is one solve.

    `data.inner` must be given. What scales the features is found on all samples: it knows no label.
    """
    assert data.inner is not None
    everybody = HeadData(
        views=(np.concatenate([data.views[0], data.validation]),),
        truth=np.concatenate([data.truth, data.validation_truth]),
        validation=data.validation[:0],
        validation_truth=data.validation_truth[:0],
        classes=data.classes,
        widths=data.widths,
    )
    job.step(Words("Fitting on inner folds"), 0, 1)
    problem = Problem.of(everybody, balance=recipe.balance)
    products = problem.x @ problem.x.T
    targets = problem.y + problem.offset
    scores = np.empty_like(targets)
    deciding = data.inner >= 0
    folds = np.unique(data.inner[deciding])
    for number, fold in enumerate(folds):
        job.step(Words("Fitting on inner folds"), number + 1, len(folds) + 2)
        held = np.flatnonzero(data.inner == fold)
        rest = np.flatnonzero((data.inner != fold) & (data.inner != -1 - fold))
        weights = class_weights(everybody.truth[rest], data.classes, balance=recipe.balance)
        across = products[np.ix_(held, rest)]
        inside = products[np.ix_(rest, rest)]
        scores[held] = ridge_scores(inside, across, targets[rest], weights, recipe.penalty)
    job.step(Words("Fitting on inner folds"), len(folds) + 1, len(folds) + 2)
    kernel, bias = problem.layer(problem.solved(recipe.penalty, products))
    head = FittedHead(kernel, bias, (), 0)
    return Crossed(head, scores[deciding], everybody.truth[deciding])


def ridge_scores(
    inside: Matrix, across: Matrix, targets: Matrix, weights: Matrix, penalty: float
) -> Matrix:
    """Scores (M, C) of the ridge head of N samples, by products N x N and M x N; both are changed.

    Both are centred anew, as the mean of those N is another one than everybody's.
    """
    from scipy.linalg import solve

    share = weights / weights.sum()
    mean = inside @ share
    across += share @ mean - (across @ share)[:, None] - mean
    inside += share @ mean - mean[:, None] - mean
    inside[np.diag_indices_from(inside)] += penalty / weights
    offset = share @ targets
    # Symmetric and positive: half the work of a solve that knows nothing.
    found = solve(inside, targets - offset, assume_a="pos", check_finite=False)
    return np.asarray(across @ found + offset, np.float32)


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
