"""From features to a calibrated head: fit on training samples, decide by validation samples."""

from __future__ import annotations

from dataclasses import dataclass

from faceapp.jobs import Job
from faceapp.networks.backbones import Head
from faceapp.training.calibration import fit_temperature, reliability, softmax, unsure_below
from faceapp.training.heads import (
    Features,
    FittedHead,
    HeadData,
    Indices,
    OnEpoch,
    accuracies,
    fit_ridge,
)
from faceapp.training.recipes import Recipe
from faceapp.training.runs import Fit
from faceapp.training.softmax import fit_softmax


@dataclass(frozen=True)
class Fitted:
    """A head with what its own validation samples say of it.

    `temperature` divides its scores; below the probability `unsure_below` its answers are more
    often wrong than right.
    """

    head: FittedHead
    fit: Fit
    temperature: float
    unsure_below: float

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
    """Fit the recipe's kind of head, then find its temperature on the validation samples."""
    if recipe.head == "softmax":
        head = fit_softmax(data, recipe, seed=seed, job=job, on_epoch=on_epoch)
    else:
        head = fit_ridge(data, recipe, job=job, on_epoch=on_epoch)
    return calibrated(head, data.views[0], data.truth, data.validation, data.validation_truth)


def calibrated(
    head: FittedHead,
    features: Features,
    truth: Indices,
    validation: Features,
    validation_truth: Indices,
) -> Fitted:
    """A head with its temperature, and how it fits what it learned from and what it did not."""
    scores = head.scores(validation)
    temperature = fit_temperature(validation_truth, scores)
    bins = reliability(validation_truth, softmax(scores / temperature))
    train = accuracies(truth, head.scores(features))
    fit = Fit(*train, *accuracies(validation_truth, scores), head.best)
    return Fitted(head, fit, temperature, unsure_below(bins))
