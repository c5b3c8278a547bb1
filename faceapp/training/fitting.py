"""From features to a calibrated head: fit on training samples, decide by validation samples."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from faceapp.jobs import Job
from faceapp.networks.adapters import Adapter
from faceapp.networks.backbones import Head
from faceapp.training.calibration import fit_temperature, reliability, softmax, unsure_below
from faceapp.training.crossing import fit_crossed, level
from faceapp.training.heads import (
    Features,
    FittedHead,
    HeadData,
    Indices,
    Matrix,
    OnEpoch,
    accuracies,
    fit_ridge,
)
from faceapp.training.recipes import Recipe
from faceapp.training.runs import Fit
from faceapp.training.softmax import fit_softmax

# Of the time of a head that inner folds decide, what goes before them; less with an adapter.
_WATCHED, _WATCHED_WITH_ADAPTER = 0.6, 0.2


@dataclass(frozen=True)
class Fitted:
    """A head with what its own validation samples say of it.

    `temperature` divides its scores; below the probability `unsure_below` its answers are more
    often wrong than right. With an `adapter` the head stands on the features and what that makes of
    them. `balanced_accuracy`, 0..1, is of the samples that decided, with the class biases that they
    chose: of validation, or, where inner folds decided, of all, each by a head that saw nobody of
    its fold. nan where nothing decided.
    """

    head: FittedHead
    fit: Fit
    temperature: float
    unsure_below: float
    balanced_accuracy: float
    adapter: Adapter | None = None

    @property
    def layer(self) -> Head:
        """The layer of the saved model."""
        return Head(self.head.kernel, self.head.bias, temperature=self.temperature)


def fit_head(
    data: HeadData,
    recipe: Recipe,
    seed: int,
    job: Job = Job(),
    on_epoch: OnEpoch = lambda _epoch: None,
) -> Fitted:
    """Fit the recipe's kind of head, then decide by what it did not learn from.

    That is the validation samples or, where `data` has inner folds, all samples in turn: then the
    head that is kept is of all of them, and `fit` and the curve are of the one before it. Who has
    had enough by then gets that one, decided by validation.
    """
    watched = _WATCHED_WITH_ADAPTER if recipe.adapts else _WATCHED
    watching = job.part(0, watched) if data.inner is not None else job
    if recipe.head == "softmax":
        head = fit_softmax(data, recipe, seed=seed, job=watching, on_epoch=on_epoch)
    else:
        head = fit_ridge(data, recipe, job=watching, on_epoch=on_epoch)
    found = calibrated(head, data.views[0], data.truth, data.validation, data.validation_truth)
    if data.inner is not None and not job.enough():
        crossed = fit_crossed(data, recipe, job.part(watched, 1), seed=seed)
        kept = replace(head, kernel=crossed.head.kernel, bias=crossed.head.bias)
        decided = _decided(kept, crossed.scores, crossed.truth, recipe, found.fit)
        return replace(decided, adapter=crossed.adapter)
    if not recipe.level:
        return found
    scores = head.scores(data.validation)
    return _decided(head, scores, data.validation_truth, recipe, found.fit)


def _decided(head: FittedHead, scores: Matrix, truth: Indices, recipe: Recipe, fit: Fit) -> Fitted:
    """A head with its class biases and temperature, by scores of what it did not learn from."""
    added = np.float32(recipe.level) * level(truth, scores)
    kept = replace(head, bias=head.bias + added)
    return Fitted(kept, fit, *_calibration(truth, scores + added))


def calibrated(
    head: FittedHead,
    features: Features,
    truth: Indices,
    validation: Features,
    validation_truth: Indices,
) -> Fitted:
    """A head with its temperature, and how it fits what it learned from and what it did not."""
    scores = head.scores(validation)
    train = accuracies(truth, head.scores(features))
    fit = Fit(*train, *accuracies(validation_truth, scores), head.best)
    return Fitted(head, fit, *_calibration(validation_truth, scores))


def _calibration(truth: Indices, scores: Matrix) -> tuple[float, float, float]:
    """Temperature, probability below which answers are more often wrong, balanced accuracy."""
    temperature = fit_temperature(truth, scores)
    unsure = unsure_below(reliability(truth, softmax(scores / temperature)))
    return temperature, unsure, accuracies(truth, scores)[1]
