"""Fitting an adapter: a small convolution on the frozen maps, learned by gradient beside the ridge.

The ridge head sees each place of a map for itself; the adapter weighs channels alike at all places
and bends, so that the two err differently and their scores are added. It learns from the image and
its mirror image apart, with mixup, dropout and label smoothing, as the samples are few.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from faceapp.networks.adapters import Adapter, MapShape, joined_maps
from faceapp.networks.frameworks import keras_module
from faceapp.training.heads import Features, Indices, Looks, Matrix
from faceapp.training.recipes import Recipe

# Settled on five expressions of seed 0 (README, Measured); none of them is worth a setting.
EPOCHS = 10
LEAST_STEPS = 150  # of few samples: more epochs
BATCH = 64
CHANNELS = 128  # that the maps' are reduced to
_RATE = 2e-3
_WEIGHT_DECAY = 1e-2
_MIXUP = 0.2
# Whole channels left out of a step; `Recipe.dropout` is of what the convolution makes of them.
_CHANNELS_OUT = 0.1
_SOFTENING = 0.1
_ROWS = 256
_MOST_PLACES = 400_000  # enough to find the channels' principal components by


@dataclass(frozen=True, eq=False)
class ReducedMaps:
    """Maps with their channels scaled alike and reduced to their principal components.

    `views` holds (N, height, width, d) float32 arrays; a place's channels c (C,) became
    (c - shift) @ matrix. No label has a say, so that folds can share them.
    """

    views: tuple[Matrix, ...]
    shift: Matrix
    matrix: Matrix

    @classmethod
    def of(cls, looks: Looks) -> ReducedMaps:
        """Reduce the maps of some samples; their components are found by these samples."""
        some = joined_maps(looks.views[0], looks.shapes)
        channels = some.shape[-1]
        every = max(1, some.size // channels // _MOST_PLACES)
        places = some.reshape(-1, channels)[::every].astype(np.float32)
        shift, spread = places.mean(axis=0), places.std(axis=0)
        divide = spread + np.float32(_SOFTENING) * spread.mean() + np.float32(1e-12)
        places = (places - shift) / divide
        values, vectors = np.linalg.eigh(places.T @ places / np.float32(len(places)))
        kept = slice(-1, -1 - min(channels, CHANNELS), -1)
        size = np.sqrt(np.maximum(values[kept], 0).mean()) + np.float32(1e-12)
        matrix = (vectors[:, kept] / size / divide[:, None]).astype(np.float32)
        views = tuple(_reduced(view, looks.shapes, shift, matrix) for view in looks.views)
        return cls(views, shift, matrix)


def _reduced(view: Features, shapes: tuple[MapShape, ...], shift: Matrix, matrix: Matrix) -> Matrix:
    parts = [
        (joined_maps(view[start : start + _ROWS], shapes).astype(np.float32) - shift) @ matrix
        for start in range(0, len(view), _ROWS)
    ]
    return np.concatenate(parts)


@dataclass(frozen=True, eq=False)
class FittedAdapter:
    """A convolution on reduced maps, and a Dense layer on what it makes of them.

    `kernel` (d, filters), `bias` (filters,), `last` (height * width * filters, C), `offset` (C,).
    """

    kernel: Matrix
    bias: Matrix
    last: Matrix
    offset: Matrix

    def scores(self, maps: ReducedMaps, rows: Sequence[int] | Indices) -> Matrix:
        """(N, C) scores of some samples, the mean over their views."""
        found = [self._of_view(view[np.asarray(rows)]) for view in maps.views]
        return np.asarray(np.mean(found, axis=0), np.float32)

    def _of_view(self, view: Matrix) -> Matrix:
        seen = np.maximum(view @ self.kernel + self.bias, 0).reshape(len(view), len(self.last))
        return np.asarray(seen @ self.last + self.offset, np.float32)

    def layer(self, maps: ReducedMaps) -> Adapter:
        """The convolution on whole maps."""
        kernel = maps.matrix @ self.kernel
        return Adapter(kernel, self.bias - maps.shift @ kernel)


class AdapterTraining:
    """The network in training, a batch at a time; one serves many fits, as building it takes long.

    Args:
        shape: height, width and channels of the maps.
        classes: how many there are.
        recipe: filters, dropout and label smoothing.
        seed: of the first weights and of what is dropped, the same in every fit.

    """

    def __init__(self, shape: Sequence[int], classes: int, recipe: Recipe, seed: int) -> None:
        keras = keras_module()
        keras.utils.set_random_seed(seed)
        layers = keras.layers
        self._network = keras.Sequential(
            [
                keras.Input(tuple(shape)),
                layers.SpatialDropout2D(_CHANNELS_OUT),
                # On the channels of each place: the 1 x 1 convolution, in less time.
                layers.Dense(recipe.adapter, use_bias=False),
                layers.BatchNormalization(),
                layers.ReLU(),
                layers.Flatten(),
                layers.Dropout(recipe.dropout),
                layers.Dense(classes),
            ]
        )
        self._optimizer = keras.optimizers.AdamW(_RATE, weight_decay=_WEIGHT_DECAY)
        self._optimizer.build(self._network.trainable_variables)
        self._network.compile(
            optimizer=self._optimizer,
            loss=keras.losses.CategoricalCrossentropy(
                from_logits=True, label_smoothing=recipe.smoothing
            ),
        )
        changing = (*self._network.variables, *self._optimizer.variables)
        self._first = [(each, each.numpy()) for each in changing]

    def begin(self) -> None:
        """Forget what was learned."""
        for variable, value in self._first:
            variable.assign(value)

    def step(self, maps: Matrix, targets: Matrix, rate: float) -> None:
        """One step on a batch (B, height, width, d) with soft targets (B, C)."""
        self._optimizer.learning_rate = rate
        self._network.train_on_batch(maps, targets)

    def fitted(self) -> FittedAdapter:
        """What was learned; the normalisation is folded into the convolution."""
        kernel, gain, centre, mean, variance, last, offset = self._network.get_weights()
        normalisation = next(each for each in self._network.layers if hasattr(each, "epsilon"))
        factor = gain / np.sqrt(variance + normalisation.epsilon)
        return FittedAdapter(kernel * factor, centre - mean * factor, last, offset)


def fit_adapter(
    training: AdapterTraining,
    maps: ReducedMaps,
    rows: Indices,
    targets: Matrix,
    *,
    seed: int,
    look: Callable[[int, int], None] = lambda _step, _steps: None,
) -> FittedAdapter:
    """Learn from the samples `rows`, whose answers (N, C) are `targets`.

    `look` hears of every step, and of how many there are; what it raises ends the learning.
    """
    training.begin()
    random = np.random.default_rng(seed)
    views, samples = len(maps.views), len(rows)
    batch = min(BATCH, views * samples)
    of_an_epoch, steps = views * samples // batch, steps_of(views * samples)
    for step in range(steps):
        start = step % of_an_epoch * batch
        if not start:
            order = random.permutation(views * samples)
        look(step, steps)
        chosen = order[start : start + batch]
        which, place = chosen // samples, chosen % samples
        seen = np.stack([maps.views[v][rows[p]] for v, p in zip(which, place, strict=True)])
        training.step(*_mixed(seen, targets[place], random), rate_at(step / steps))
    return training.fitted()


def rate_at(share: float) -> float:
    """Learning rate after so much of the steps, 0..1: a cosine from the whole to nothing."""
    return _RATE * (1 + math.cos(math.pi * share)) / 2


def steps_of(shown: int) -> int:
    """Steps of learning from so many views of samples."""
    return max(LEAST_STEPS, EPOCHS * (shown // min(BATCH, shown)))


def _mixed(maps: Matrix, targets: Matrix, random: np.random.Generator) -> tuple[Matrix, Matrix]:
    """Each of a batch blended with another of it (Zhang et al. 2018, mixup), by one share."""
    share = np.float32(random.beta(_MIXUP, _MIXUP))
    other = random.permutation(len(maps))
    return (
        share * maps + (1 - share) * maps[other],
        share * targets + (1 - share) * targets[other],
    )
