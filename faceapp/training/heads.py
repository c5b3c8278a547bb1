"""Heads on frozen activations: the ridge head, by gradient or in closed form, and what all share.

A head is one Dense layer. Both ways of fitting the ridge head minimise the same convex function,
so they give the same layer; the gradient shows a loss curve and may stop early, the closed form
needs one linear solve in as many unknowns as there are samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceapp.jobs import Job
from faceapp.training.epochs import Epoch
from faceapp.training.recipes import Recipe
from faceapp.words import Words

Features = NDArray[np.float16]
Matrix = NDArray[np.float32]
Indices = NDArray[np.int64]

# Added to every feature's deviation, as a share of the mean deviation: near-constant features
# would otherwise be blown up to the size of the telling ones.
_SOFTENING = 0.1
_POWER_STEPS = 30


@dataclass(frozen=True, eq=False)
class Looks:
    """The same samples seen in each of the model's views: (N, D) features that are flattened maps.

    `shapes` are height, width and channels of the layers' maps, one after the other in D.
    """

    views: tuple[Features, ...]
    shapes: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class HeadData:
    """What a head learns from.

    `views` holds one or more (N, D) arrays, the same samples seen differently; `truth` the N class
    indices; `validation` is (M, D) with M class indices in `validation_truth`, M may be 0.
    `widths` says how many of the D features each layer gave, where there are several; each is
    scaled for itself. `inner` is the fold of each training, then of each validation sample, (N +
    M,), people kept together, or -1 - fold where a sample is to decide nothing; None where nothing
    is to be decided by inner folds. `looks` are of the same samples in that order, where an adapter
    is to learn.
    """

    views: tuple[Features, ...]
    truth: Indices
    validation: Features
    validation_truth: Indices
    classes: int
    widths: tuple[int, ...] = ()
    inner: Indices | None = None
    looks: Looks | None = None


@dataclass(frozen=True)
class FittedHead:
    """A Dense layer on raw features: scores = features @ kernel + bias.

    `kernel` is (D, C), `bias` (C,), float32. `best` is the epoch they are of (0: closed form).
    """

    kernel: Matrix
    bias: Matrix
    curve: tuple[Epoch, ...]
    best: int

    def scores(self, features: Features) -> Matrix:
        """(N, C) scores of (N, D) features, before any softmax."""
        return np.concatenate(
            [chunk.astype(np.float32) @ self.kernel + self.bias for chunk in _chunks(features)]
            or [np.zeros((0, len(self.bias)), np.float32)]
        )


OnEpoch = Callable[[Epoch], None]


def _chunks(features: Features, rows: int = 1024) -> list[Features]:
    return [features[start : start + rows] for start in range(0, len(features), rows)]


def class_weights(truth: Indices, classes: int, *, balance: bool) -> Matrix:
    """(N,) sample weights with mean 1; balanced: n / (classes present * size of the class)."""
    if not balance:
        return np.ones(len(truth), np.float32)
    sizes = np.bincount(truth, minlength=classes)
    present = int((sizes > 0).sum())
    return (len(truth) / (present * sizes[truth])).astype(np.float32)


def accuracies(truth: Indices, scores: Matrix) -> tuple[float, float]:
    """Plain and balanced accuracy of the highest score; nan without samples."""
    if not len(truth):
        return float("nan"), float("nan")
    right = scores.argmax(axis=1) == truth
    recalls = [right[truth == c].mean() for c in np.unique(truth)]
    return float(right.mean()), float(np.mean(recalls))


@dataclass(frozen=True)
class Problem:
    """Weighted least squares, centred and scaled: minimise sum w |y - x W|^2 + penalty |W|^2.

    `x` (N, D) has a mean squared distance of 1 from its plain mean, to which every layer adds
    alike; `y` (N, C) is -1 or +1 minus `offset`; `shift` and `divide` (D,) made `x` of the
    features.
    """

    x: Matrix
    y: Matrix
    weights: Matrix
    shift: Matrix
    divide: Matrix
    offset: Matrix

    @classmethod
    def of(cls, data: HeadData, *, balance: bool) -> Problem:
        """The problem of the training samples in all views, each class weighing alike or not."""
        truth = np.tile(data.truth, len(data.views))
        x = np.concatenate([chunk.astype(np.float32) for v in data.views for chunk in _chunks(v)])
        weights = class_weights(truth, data.classes, balance=balance)
        shift = np.average(x, axis=0, weights=weights).astype(np.float32)
        divide = _spread(x.std(axis=0), data.widths)
        x -= shift
        x /= divide
        y = np.where(truth[:, None] == np.arange(data.classes), 1.0, -1.0).astype(np.float32)
        offset = np.average(y, axis=0, weights=weights).astype(np.float32)
        return cls(x, y - offset, weights, shift, divide, offset)

    def layer(self, w: Matrix) -> tuple[Matrix, Matrix]:
        """Kernel and bias on raw features for weights `w` (D, C) on scaled ones."""
        kernel = w / self.divide[:, None]
        return kernel, self.offset - self.shift @ kernel

    def solved(self, penalty: float, products: Matrix) -> Matrix:
        """The exact minimum W (D, C): (XX' + penalty / w) a = y, W = X'a; `products` is XX'."""
        products[np.diag_indices_from(products)] += penalty / self.weights
        return np.asarray(self.x.T @ np.linalg.solve(products, self.y), dtype=np.float32)

    def loss(self, residual: Matrix) -> float:
        """Weighted mean squared error over samples and classes."""
        return float((self.weights[:, None] * residual**2).mean())


def _spread(deviation: Matrix, widths: tuple[int, ...]) -> Matrix:
    """What to divide each centred feature by: its own spread, then that of its whole layer.

    It hangs on no label, so that folds can share it.
    """
    divide = deviation.copy()
    start = 0
    for width in widths or (len(divide),):
        layer = slice(start, start + width)
        divide[layer] += np.float32(_SOFTENING) * divide[layer].mean() + np.float32(1e-12)
        norm = np.linalg.norm(deviation[layer] / divide[layer]) * np.sqrt(max(1, len(widths)))
        divide[layer] *= np.float32(norm) + np.float32(1e-12)
        start += width
    return divide


def fit_ridge(
    data: HeadData, recipe: Recipe, *, job: Job = Job(), on_epoch: OnEpoch = lambda _epoch: None
) -> FittedHead:
    """Fit the ridge head the way `recipe.solver` says."""
    problem = Problem.of(data, balance=recipe.balance)
    if recipe.solver == "closed_form":
        kernel, bias = problem.layer(problem.solved(recipe.penalty, problem.x @ problem.x.T))
        return FittedHead(kernel, bias, (), 0)
    return _descend(problem, data, recipe, job, on_epoch)


def _largest_curvature(problem: Problem) -> float:
    """Largest eigenvalue of X'WX by power iteration."""
    vector = problem.x[np.argmax(problem.weights)].copy()
    value = 0.0
    for _ in range(_POWER_STEPS):
        vector = problem.x.T @ (problem.weights * (problem.x @ vector))
        value = float(np.linalg.norm(vector))
        vector /= value + 1e-12
    return value


def _descend(
    problem: Problem, data: HeadData, recipe: Recipe, job: Job, on_epoch: OnEpoch
) -> FittedHead:
    """Nesterov's accelerated gradient for strongly convex functions (constant momentum)."""
    # Power iteration approaches from below: a little more keeps the step safe.
    curvature = 1.05 * _largest_curvature(problem) + recipe.penalty
    ratio = np.sqrt(recipe.penalty / curvature)
    momentum, penalty = np.float32((1 - ratio) / (1 + ratio)), np.float32(recipe.penalty)
    w: Matrix = np.zeros((problem.x.shape[1], data.classes), np.float32)
    ahead = w
    judge = _Watch(problem, data, recipe.patience, on_epoch)
    for epoch in range(1, recipe.epochs + 1):
        job.step(Words("Training the head"), epoch - 1, recipe.epochs)
        if epoch > 1 and job.enough():
            break
        residual = problem.x @ ahead - problem.y
        gradient = problem.x.T @ (problem.weights[:, None] * residual) + penalty * ahead
        following: Matrix = (ahead - gradient / np.float32(curvature)).astype(np.float32)
        ahead = (following + momentum * (following - w)).astype(np.float32)
        w = following
        if judge.stop_after(epoch, residual, w):
            break
    return judge.best_head()


class _Watch:
    """Follows a descent: the curves, the best validation loss so far, and when to stop."""

    def __init__(self, problem: Problem, data: HeadData, patience: int, on_epoch: OnEpoch) -> None:
        self._problem, self._data, self._patience, self._on_epoch = (
            problem,
            data,
            patience,
            on_epoch,
        )
        self._truth = np.tile(data.truth, len(data.views))
        self._validation = data.validation.astype(np.float32)
        self._target = np.where(
            data.validation_truth[:, None] == np.arange(data.classes), 1.0, -1.0
        ).astype(np.float32)
        # Weighted alike, or the validation loss would favour the commonest class.
        self._weights = class_weights(data.validation_truth, data.classes, balance=True)
        self._curve: list[Epoch] = []
        self._best = (float("inf"), 0, np.zeros(0, np.float32))

    def stop_after(self, epoch: int, residual: Matrix, w: Matrix) -> bool:
        """Note an epoch; True once nothing got better for `patience` epochs."""
        kernel, bias = self._problem.layer(w)
        scores = self._validation @ kernel + bias
        loss = self._problem.loss(residual)
        errors = self._weights[:, None] * (scores - self._target) ** 2
        validation_loss = float(errors.mean()) if len(scores) else float("nan")
        row = Epoch(
            epoch,
            loss,
            *accuracies(self._truth, residual + self._problem.y + self._problem.offset),
            validation_loss,
            *accuracies(self._data.validation_truth, scores),
        )
        self._curve.append(row)
        self._on_epoch(row)
        if not self._patience or not len(scores):
            self._best = (loss, epoch, w)  # nobody to say which epoch is best: the last
        elif validation_loss < self._best[0] * (1 - 1e-4):
            self._best = (validation_loss, epoch, w)
        return epoch - self._best[1] >= (self._patience or epoch)

    def best_head(self) -> FittedHead:
        """The head of the best epoch."""
        _, epoch, w = self._best
        kernel, bias = self._problem.layer(w)
        return FittedHead(kernel, bias, tuple(self._curve), epoch)
