"""The two ways to learn: a head on a frozen base, or a head first and then part of the base."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from faceapp.dataset import Dataset
from faceapp.jobs import Job
from faceapp.networks.adapters import adapted
from faceapp.networks.backbones import trunk
from faceapp.networks.crops import Unreadable
from faceapp.networks.tails import tail_of
from faceapp.networks.weights import Weights
from faceapp.training.events import EpochDone, OnEvent, Phase
from faceapp.training.features import FeatureReader, TrainingFeatures
from faceapp.training.fitting import Fitted, calibrated, fit_head
from faceapp.training.heads import FittedHead, HeadData
from faceapp.training.maps import MapReader, TrainingMaps, TuningData
from faceapp.training.material import Material, Parts
from faceapp.training.recipes import Recipe
from faceapp.training.tuned import Look, TailRunner, TunedNetwork
from faceapp.training.tuning import Tuner
from faceapp.words import Words

if TYPE_CHECKING:
    import keras

Enter = Callable[[Phase], None]

# Of the time of a part, what fitting the head takes where the base is fine-tuned after it.
_HEAD = 0.1
# And what is left when fine-tuning ends: all samples go through the tail once more.
_TUNED = 0.95


class NothingLearned(Exception):
    """The person has had enough before this part has learned anything."""


@dataclass(frozen=True, eq=False)
class Learned:
    """A fitted head, and the base that it stands on."""

    fitted: Fitted
    base: keras.Model


class Learner(Protocol):
    """One way to learn; `prepare` once, then `learn` for each part."""

    @property
    def unreadable(self) -> Sequence[Unreadable]:
        """Samples whose files could not be read."""

    def prepare(self, parts: Sequence[Parts], job: Job) -> None:
        """Compute and cache what all parts learn from."""

    def learn(self, material: Material, parts: Parts, checkpoint: Path, job: Job) -> Learned:
        """Learn from one part; where it stands may be kept in `checkpoint`.

        Raises `NothingLearned` where `job.enough` came before the part had a head to keep.
        """


def learner_of(
    dataset: Dataset, recipe: Recipe, weights: Weights, seed: int, *, enter: Enter, tell: OnEvent
) -> Learner:
    """The way that the recipe asks for; `enter` hears of phases, `tell` of everything else."""
    kind = TuningLearner if recipe.tunes else HeadLearner
    return kind(dataset, recipe, weights, seed, enter=enter, tell=tell)


class HeadLearner:
    """Fits a head to cached features of a frozen base."""

    def __init__(
        self,
        dataset: Dataset,
        recipe: Recipe,
        weights: Weights,
        seed: int,
        *,
        enter: Enter,
        tell: OnEvent,
    ) -> None:
        self._recipe, self._weights, self._seed = recipe, weights, seed
        self._enter, self._tell = enter, tell
        self._reader = FeatureReader(dataset, recipe, weights)
        self._features: TrainingFeatures | None = None

    @property
    def unreadable(self) -> Sequence[Unreadable]:
        """Samples whose files could not be read."""
        return self._reader.unreadable

    def prepare(self, parts: Sequence[Parts], job: Job) -> None:
        """Compute and cache the features."""
        self._features = self._reader.read(parts, job)

    def learn(self, material: Material, parts: Parts, checkpoint: Path, job: Job) -> Learned:
        """Fit the head."""
        del checkpoint  # a head is fitted in seconds
        assert self._features is not None
        self._enter("head")
        data = self._features.head_data(material, parts, self._recipe, self._seed)
        fitted = fit_head(data, self._recipe, self._seed, job, _telling(self._tell, self._recipe))
        spec = self._recipe.trunk(has_top=self._weights.has_top)
        base = trunk(spec, self._weights)
        if fitted.adapter is not None:
            base = adapted(base, spec, fitted.adapter)
        return Learned(fitted, base)


class TuningLearner:
    """Fits a head to what the frozen base gives, then lets the end of the base learn with it.

    Both read the same cached maps of where the frozen part ends, so that no epoch pays for it.
    """

    def __init__(
        self,
        dataset: Dataset,
        recipe: Recipe,
        weights: Weights,
        seed: int,
        *,
        enter: Enter,
        tell: OnEvent,
    ) -> None:
        self._recipe, self._weights, self._seed = recipe, weights, seed
        self._enter, self._tell = enter, tell
        self._reader = MapReader(dataset, recipe, weights)
        self._spec = recipe.trunk(has_top=weights.has_top)
        self._frozen = recipe.maps(has_top=weights.has_top)
        self._maps: TrainingMaps | None = None

    @property
    def unreadable(self) -> Sequence[Unreadable]:
        """Samples whose files could not be read."""
        return self._reader.unreadable

    def prepare(self, parts: Sequence[Parts], job: Job) -> None:
        """Compute and cache the maps."""
        self._maps = self._reader.read(parts, job)

    def learn(self, material: Material, parts: Parts, checkpoint: Path, job: Job) -> Learned:
        """Fit the head, fine-tune, and calibrate what came of it."""
        assert self._maps is not None
        self._enter("caching")  # what the head reads is computed before there is one
        data = self._maps.data(material, parts)
        base = trunk(self._spec, self._weights)
        tail = tail_of(base, self._frozen.cut)
        features = self._head_data(TailRunner(tail), data, job.part(0, _HEAD / 2))
        self._enter("head")
        fitted = fit_head(
            features,
            self._recipe,
            self._seed,
            job.part(_HEAD / 2, _HEAD),
            _telling(self._tell, self._recipe),
        )
        self._enter("tuning")
        channels = self._spec.map_shape[-1]
        network = TunedNetwork(
            tail,
            fitted.layer,
            features.views[0],
            channels=channels,
            recipe=self._recipe,
            seed=self._seed,
        )
        tuner = Tuner(
            network,
            data,
            self._recipe,
            seed=self._seed,
            checkpoint=checkpoint,
            on_event=self._tell,
        )
        tuned = tuner.run(fitted.head.curve, job.part(_HEAD, _TUNED))
        self._enter("judging")
        head = FittedHead(*network.layer(), tuned.curve, tuned.best_epoch)
        return Learned(self._calibrated(network, head, data, job.part(_TUNED, 1)), base)

    def _head_data(self, tail: TailRunner, data: TuningData, job: Job) -> HeadData:
        """What the head learns from: features that the tail gives as it is."""
        look = _looking(job, Words("Reading features"), tail.looks(data.views, data.validation))

        def look_for_enough() -> None:
            if job.enough():
                raise NothingLearned
            look()

        if self._recipe.views:
            views = tuple(tail.features([view], look_for_enough) for view in data.views)
        else:
            views = (tail.features(data.views, look_for_enough),)
        validation = tail.features(data.validation, look_for_enough)
        return HeadData(views, data.truth, validation, data.validation_truth, len(data.classes))

    def _calibrated(
        self, network: TunedNetwork, head: FittedHead, data: TuningData, job: Job
    ) -> Fitted:
        plain = data.views[:1] if self._recipe.views else data.views
        look = _looking(job, Words("Reading features"), network.looks(plain, data.validation))
        return calibrated(
            head,
            network.features(plain, look),
            data.truth,
            network.features(data.validation, look),
            data.validation_truth,
        )


def _looking(job: Job, what: Words, total: int) -> Look:
    """Look for a stop so many times, and report how far that is."""
    done = count()
    return lambda: job.step(what, next(done), total)


def _telling(tell: OnEvent, recipe: Recipe) -> Callable[..., None]:
    return lambda row: tell(EpochDone(row, recipe.epochs))


def trainable_layers(base: keras.Model) -> list[str]:
    """Names of the layers of a base that have learned."""
    return [layer.name for layer in base.layers if layer.trainable_weights]
