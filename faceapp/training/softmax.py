"""The softmax head: one Keras Dense layer trained by Adam on cross-entropy, as in the study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from faceapp.jobs import Job
from faceapp.networks.frameworks import keras_module
from faceapp.training.calibration import log_loss, softmax
from faceapp.training.epochs import Epoch
from faceapp.training.heads import (
    Features,
    FittedHead,
    HeadData,
    Indices,
    OnEpoch,
    accuracies,
    class_weights,
)
from faceapp.training.recipes import Recipe
from faceapp.words import Words

if TYPE_CHECKING:
    import keras


def fit_softmax(
    data: HeadData,
    recipe: Recipe,
    *,
    seed: int = 0,
    job: Job = Job(),
    on_epoch: OnEpoch = lambda _epoch: None,
) -> FittedHead:
    """Train a Dense layer with softmax; epoch e (from 1) sees view (e - 1) mod V.

    The layer of the epoch with the least validation loss is kept (the last one without patience,
    as the study did).
    """
    keras = keras_module()
    keras.utils.set_random_seed(seed)
    layer = keras.layers.Dense(data.classes, name="predictions")
    model = keras.Sequential([keras.Input((data.views[0].shape[1],)), layer])
    model.compile(
        optimizer=keras.optimizers.Adam(recipe.learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        weighted_metrics=[],
    )
    return _SoftmaxTraining(model, data, recipe, seed).run(job, on_epoch)


class _SoftmaxTraining:
    """One training: shuffles, steps, and remembers the best layer."""

    def __init__(self, model: keras.Model, data: HeadData, recipe: Recipe, seed: int) -> None:
        self._model, self._data, self._recipe = model, data, recipe
        self._random = np.random.default_rng(seed)
        self._weights = class_weights(data.truth, data.classes, balance=recipe.balance)
        self._curve: list[Epoch] = []

    def run(self, job: Job, on_epoch: OnEpoch) -> FittedHead:
        best = (float("inf"), 0)
        kept = self._layer()
        for epoch in range(1, self._recipe.epochs + 1):
            job.step(Words("Training the head"), epoch - 1, self._recipe.epochs)
            if epoch > 1 and job.enough():
                break
            self._steps(self._data.views[(epoch - 1) % len(self._data.views)], job)
            row = self._judge(epoch)
            self._curve.append(row)
            on_epoch(row)
            if not self._recipe.patience or row.validation_loss < best[0]:
                best, kept = (row.validation_loss, epoch), self._layer()
            elif epoch - best[1] >= self._recipe.patience:
                break
        return FittedHead(*kept, tuple(self._curve), best[1])

    def _layer(self) -> tuple[np.ndarray, np.ndarray]:
        kernel, bias = self._model.get_layer("predictions").get_weights()
        return kernel, bias

    def _steps(self, view: Features, job: Job) -> None:
        """One pass over the samples in a new order; a stop is looked for at every batch."""
        order = self._random.permutation(len(view))
        for start in range(0, len(order), self._recipe.batch):
            job.check()
            rows = order[start : start + self._recipe.batch]
            self._model.train_on_batch(
                view[rows].astype(np.float32), self._data.truth[rows], self._weights[rows]
            )

    def _judge(self, epoch: int) -> Epoch:
        head = FittedHead(*self._layer(), (), epoch)
        train = _loss_and_accuracies(head, self._data.views[0], self._data.truth)
        validation = _loss_and_accuracies(head, self._data.validation, self._data.validation_truth)
        return Epoch(epoch, *train, *validation)


def _loss_and_accuracies(
    head: FittedHead, features: Features, truth: Indices
) -> tuple[float, float, float]:
    """Mean cross-entropy, plain and balanced accuracy; nan without samples."""
    if not len(truth):
        return float("nan"), float("nan"), float("nan")
    scores = head.scores(features)
    return log_loss(truth, softmax(scores)), *accuracies(truth, scores)
