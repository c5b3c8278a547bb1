"""Fine-tuning: the unfrozen layers and the head learn together, and the best epoch is kept."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from faceapp.jobs import Job
from faceapp.training.calibration import softmax
from faceapp.training.checkpoints import Checkpoint
from faceapp.training.epochs import Epoch
from faceapp.training.events import BatchDone, EpochDone, OnEvent, ValidationConfusion, ignore
from faceapp.training.heads import Indices, Matrix, accuracies
from faceapp.training.maps import TuningData
from faceapp.training.material import TrainingProblem
from faceapp.training.recipes import Recipe
from faceapp.training.schedules import Batch, batches_of, mixed, rate, targets
from faceapp.training.tuned import Look, TunedNetwork
from faceapp.words import Words

_NOTHING = (-math.inf, -math.inf)


class _Enough(Exception):
    """The person wants what is best so far."""


@dataclass(frozen=True)
class Tuned:
    """How a fine-tuning ended: `best_epoch` 0 says that the head alone was not bettered.

    `curve` holds the head's rows and those of every whole epoch.
    """

    best_epoch: int
    curve: tuple[Epoch, ...]


class Tuner:
    """One fine-tuning of a network; leaves the network as it was in its best epoch.

    Best is the highest balanced accuracy in validation, the lower loss of equals; without
    validation samples the last epoch. The start counts as epoch 0. After every epoch a checkpoint
    is written to `checkpoint`, and one that lies there is gone on from, to the same end.
    """

    def __init__(
        self,
        network: TunedNetwork,
        data: TuningData,
        recipe: Recipe,
        *,
        seed: int,
        checkpoint: Path,
        on_event: OnEvent = ignore,
    ) -> None:
        self._network, self._data, self._recipe = network, data, recipe
        self._seed, self._checkpoint, self._on_event = seed, checkpoint, on_event
        self._targets = targets(data.truth, len(data.classes), recipe)
        self._batches = -(-len(data.truth) // recipe.tune_batch)
        self._judge = _ValidationJudge(network, data, recipe)

    def run(self, head_curve: tuple[Epoch, ...] = (), job: Job = Job()) -> Tuned:
        """Fine-tune, or go on with it.

        `job.enough` ends it at the next piece of work with the best epoch so far, and before the
        start was judged with the head as it is.

        Raises:
            TrainingProblem: the loss grew beyond all bounds.
            CheckpointUnusable: a checkpoint cannot be written or read.
            Cancelled: the person stopped it.

        """
        at = Checkpoint.load(self._checkpoint)

        def look() -> None:
            job.check()
            if job.enough():
                raise _Enough

        try:
            at = at or self._start(head_curve, look)
            self._network.set_state(at.state)
            while not self._ended(at):
                at = self._epoch(at, job, look)
                at.save(self._checkpoint)
        except _Enough:
            if at is None:
                return Tuned(0, head_curve)
        self._network.set_weights(at.weights)  # a broken-off epoch has changed them
        return Tuned(at.best_epoch, at.curve)

    def _start(self, head_curve: tuple[Epoch, ...], look: Look) -> Checkpoint:
        """Epoch 0: the head that was fitted, judged as every epoch is."""
        best = self._judge(look).key
        return Checkpoint(0, self._network.state, 0, best, self._network.weights, head_curve)

    def _ended(self, at: Checkpoint) -> bool:
        patience = self._recipe.tune_patience
        tired = patience > 0 and at.epoch - at.best_epoch >= patience
        return at.epoch >= self._recipe.tune_epochs or (tired and self._judge.has_samples)

    def _epoch(self, at: Checkpoint, job: Job, look: Look) -> Checkpoint:
        epoch = at.epoch + 1
        loss, train = self._train(epoch, job, look)
        verdict = self._judge(look)
        row = Epoch(epoch, loss, *train, verdict.loss, *verdict.accuracies, "tuning")
        is_best = verdict.key > at.best or not self._judge.has_samples
        self._on_event(EpochDone(row, self._recipe.tune_epochs))
        self._on_event(
            ValidationConfusion(epoch, self._data.classes, verdict.confusion, best=is_best)
        )
        weights = self._network.weights if is_best else at.weights
        best_epoch, best = (epoch, verdict.key) if is_best else (at.best_epoch, at.best)
        curve = (*at.curve, row)
        return Checkpoint(epoch, self._network.state, best_epoch, best, weights, curve)

    def _train(self, epoch: int, job: Job, look: Look) -> tuple[float, tuple[float, float]]:
        """One pass over the samples: mean loss, and plain and balanced accuracy, as they learn."""
        truth = self._data.truth
        plan = batches_of(self._recipe, len(truth), len(self._data.views), self._seed, epoch)
        right = np.zeros(len(truth), bool)
        losses = []
        for number, batch in enumerate(plan):
            done = (epoch - 1) * len(plan) + number
            job.step(Words("Fine-tuning"), done, self._recipe.tune_epochs * len(plan))
            started = time.monotonic()
            factor = rate(self._recipe, done, self._batches)
            rates = (factor * self._recipe.base_rate, factor * self._recipe.head_rate)
            step = self._network.step(*self._mixed(batch), rates, look)
            if not math.isfinite(step.loss):
                raise TrainingProblem(
                    Words(
                        "Fine-tuning left all bounds in epoch {epoch}: try again with lower "
                        "head_rate and base_rate.",
                        epoch=epoch,
                    )
                )
            losses.append(step.loss * len(batch.rows))
            right[batch.rows] = step.right
            self._on_event(self._batch_done(epoch, number + 1, step.loss, step.right, started))
        recalls = [right[truth == c].mean() for c in np.unique(truth)]
        return sum(losses) / len(truth), (float(right.mean()), float(np.mean(recalls)))

    def _batch_done(
        self, epoch: int, number: int, loss: float, right: np.ndarray, started: float
    ) -> BatchDone:
        return BatchDone(
            epoch=epoch,
            epochs=self._recipe.tune_epochs,
            batch=number,
            batches=self._batches,
            loss=loss,
            accuracy=float(right.mean()),
            images=len(right),
            seconds=time.monotonic() - started,
        )

    def _mixed(self, batch: Batch) -> tuple[Matrix, Matrix]:
        """Maps and targets of a batch."""
        maps, wanted = self._maps(batch.rows, batch.views), self._targets[batch.rows]
        if batch.share == 1:
            return maps, wanted
        partners = self._maps(batch.partners, batch.views)
        return (
            mixed(maps, partners, batch.share),
            mixed(wanted, self._targets[batch.partners], batch.share),
        )

    def _maps(self, rows: Indices, views: Indices) -> Matrix:
        found = [self._data.views[v][[r]][0] for r, v in zip(rows, views, strict=True)]
        return np.stack(found).astype(np.float32)


@dataclass(frozen=True)
class _Verdict:
    """What validation says of an epoch; nan and nothing without samples."""

    loss: float
    accuracies: tuple[float, float]
    confusion: tuple[tuple[int, ...], ...]

    @property
    def key(self) -> tuple[float, float]:
        """Larger is better."""
        return _NOTHING if math.isnan(self.loss) else (self.accuracies[1], -self.loss)


class _ValidationJudge:
    """Asks the network about the validation samples as the saved model will be asked."""

    def __init__(self, network: TunedNetwork, data: TuningData, recipe: Recipe) -> None:
        self._network, self._data = network, data
        self._targets = targets(data.validation_truth, len(data.classes), recipe)
        self.has_samples = len(data.validation_truth) > 0

    def __call__(self, look: Look) -> _Verdict:
        classes, truth = len(self._data.classes), self._data.validation_truth
        counts = np.zeros((classes, classes), np.int64)
        if not self.has_samples:
            return _Verdict(math.nan, (math.nan, math.nan), _as_rows(counts))
        scores = self._network.scores(self._network.features(self._data.validation, look))
        shares = np.maximum(softmax(scores), 1e-12)
        loss = float(-(self._targets * np.log(shares)).sum(axis=1).mean())
        np.add.at(counts, (truth, scores.argmax(axis=1)), 1)
        return _Verdict(loss, accuracies(truth, scores), _as_rows(counts))


def _as_rows(counts: np.ndarray) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(cell) for cell in row) for row in counts)
