"""The network that fine-tuning trains: the tail of a base, and a head that normalises and drops.

Maps go through the tail a few at a time: whoever asks it to stop waits for those few alone, and
the gradient is still that of the whole batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from faceapp.networks.backbones import Head
from faceapp.networks.frameworks import keras_module
from faceapp.networks.shelf import Rows
from faceapp.networks.tails import Tail
from faceapp.training.heads import Features, Matrix
from faceapp.training.recipes import Recipe

if TYPE_CHECKING:
    import keras

# Multiplications between two looks for a stop: a third of a second on two idle cores.
_PIECE = 8 * 10**9
_MOST_AT_ONCE = 64

Look = Callable[[], None]


@dataclass(frozen=True)
class Step:
    """What one step found before it changed anything: mean loss, and right answers of the batch."""

    loss: float
    right: NDArray[np.bool_]


class TunedNetwork:
    """Tail and head, trained by AdamW at two rates.

    Args:
        tail: what learns of the base.
        head: the head to start from; the network answers as it did with it.
        features: (N, D) training features that the base gives at the start.
        channels: depth of the map that was flattened to D features.
        recipe: normalisation, dropout, decay.
        seed: of the dropout.

    """

    def __init__(
        self,
        tail: Tail,
        head: Head,
        features: Features,
        *,
        channels: int,
        recipe: Recipe,
        seed: int,
    ) -> None:
        self._tail = TailRunner(tail)
        self._head = _head_model(features.shape[1], channels, len(head.bias), recipe, seed)
        _start_from(self._head, head, features, channels)
        adam = keras_module().optimizers.AdamW
        self._base_optimizer = adam(0.0, weight_decay=recipe.weight_decay)
        self._head_optimizer = adam(0.0, weight_decay=recipe.weight_decay)
        self._base_optimizer.build(self._tail.variables)
        self._head_optimizer.build(self._head.trainable_variables)

    def step(self, maps: Matrix, targets: Matrix, rates: tuple[float, float], look: Look) -> Step:
        """One step on maps (N, D flattened) towards weighted targets (N, C).

        `rates` are those of base and head; `look` is called between pieces of the work, and what
        it raises leaves everything as it was.
        """
        import tensorflow as tf

        pieces = []
        for rows in self._tail.pieces(len(maps)):
            look()
            with tf.GradientTape() as tape:
                features = self._tail(maps[rows])
            pieces.append((tape, features))
        whole = tf.concat([features for _, features in pieces], axis=0)
        loss, logits, of_head, of_features = self._head_gradients(whole, targets)
        of_base = None
        for (tape, features), rows in zip(pieces, self._tail.pieces(len(maps)), strict=True):
            look()
            found = tape.gradient(features, self._tail.variables, of_features[rows])
            of_base = (
                found if of_base is None else [a + b for a, b in zip(of_base, found, strict=True)]
            )
        self._base_optimizer.learning_rate, self._head_optimizer.learning_rate = rates
        self._apply(of_base, of_head)
        return Step(float(loss), np.argmax(logits, axis=1) == targets.argmax(axis=1))

    @cached_property
    def _head_gradients(self) -> Any:
        """From features and targets: loss, logits, gradients of the head and of the features."""
        import tensorflow as tf

        def gradients(features: Any, targets: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(features)
                logits = self._head(features, training=True)
                losses = -tf.reduce_sum(targets * tf.nn.log_softmax(logits), axis=1)
                loss = tf.reduce_mean(losses)
            of_head, of_features = tape.gradient(loss, [self._head.trainable_variables, features])
            return loss, logits, of_head, of_features

        return tf.function(gradients, reduce_retracing=True)

    @cached_property
    def _apply(self) -> Any:
        import tensorflow as tf

        def apply(of_base: Any, of_head: Any) -> None:
            self._base_optimizer.apply(of_base, self._tail.variables)
            self._head_optimizer.apply(of_head, self._head.trainable_variables)

        return tf.function(apply)

    def features(self, views: Sequence[Rows], look: Look) -> Features:
        """Features (N, D) of maps, averaged over the views, as the saved model does."""
        return self._tail.features(views, look)

    def looks(self, *many: Sequence[Rows]) -> int:
        """How often `features` looks for a stop, for all of these views together."""
        return self._tail.looks(*many)

    def scores(self, features: Features) -> Matrix:
        """(N, C) scores before any softmax."""
        kernel, bias = self.layer()
        return features.astype(np.float32) @ kernel + bias

    def layer(self) -> tuple[Matrix, Matrix]:
        """Kernel (D, C) and bias (C,) on raw features: the head as it is when nothing learns."""
        kernel, bias = self._head.get_layer("predictions").get_weights()
        norm = _norm_of(self._head)
        if norm is None:
            return kernel, bias
        gamma, beta, mean, variance = norm.get_weights()
        factor = np.tile(gamma / np.sqrt(variance + norm.epsilon), len(kernel) // len(gamma))
        offset = (
            np.tile(beta, len(kernel) // len(gamma))
            - np.tile(mean, len(kernel) // len(gamma)) * factor
        )
        return kernel * factor[:, None], bias + offset @ kernel

    @property
    def weights(self) -> list[NDArray[Any]]:
        """What the answers depend on, to be put back by `set_weights`."""
        return [variable.numpy() for variable in self._kept]

    def set_weights(self, arrays: Sequence[NDArray[Any]]) -> None:
        """Put back what `weights` gave."""
        _assign(self._kept, arrays)

    @property
    def state(self) -> list[NDArray[Any]]:
        """Everything that decides how training goes on, to be put back by `set_state`."""
        return [variable.numpy() for variable in self._all]

    def set_state(self, arrays: Sequence[NDArray[Any]]) -> None:
        """Put back what `state` gave."""
        _assign(self._all, arrays)

    @property
    def _kept(self) -> list[Any]:
        return [*self._tail.variables, *self._head.weights]

    @property
    def _all(self) -> list[Any]:
        optimizers = [*self._base_optimizer.variables, *self._head_optimizer.variables]
        return [*self._tail.variables, *self._head.variables, *optimizers]


class TailRunner:
    """A tail that takes flattened maps, a piece at a time."""

    def __init__(self, tail: Tail) -> None:
        self.variables: list[Any] = tail.model.trainable_variables
        self._model = tail.model
        self._piece = max(1, min(_MOST_AT_ONCE, _PIECE // max(1, tail.cost)))

    def pieces(self, count: int) -> Iterator[slice]:
        """Slices of `count` maps, small enough to wait for."""
        for start in range(0, count, self._piece):
            yield slice(start, min(count, start + self._piece))

    def __call__(self, maps: NDArray[Any]) -> Any:
        """Features (N, D), a tensor, of flattened maps."""
        shape = (len(maps), *self._model.input_shape[1:])
        return self._run(maps.reshape(shape).astype(np.float32))

    def features(self, views: Sequence[Rows], look: Look) -> Features:
        """Features (N, D) of maps, averaged over the views and kept as float16, as all are."""
        found = np.empty((len(views[0]), self._model.output_shape[-1]), np.float16)
        for rows in self.pieces(len(found)):
            piece = 0.0
            for view in views:
                look()
                piece = piece + self(view[rows]).numpy()
            found[rows] = np.clip(piece / len(views), *_FLOAT16)
        return found

    def looks(self, *many: Sequence[Rows]) -> int:
        """How often `features` looks for a stop, for all of these views together."""
        return sum(len(list(self.pieces(len(views[0])))) * len(views) for views in many if views)

    @cached_property
    def _run(self) -> Any:
        import tensorflow as tf

        maps = tf.TensorSpec(self._model.input_shape, tf.float32)
        return tf.function(lambda maps: self._model(maps, training=False), input_signature=[maps])


_FLOAT16 = (float(np.finfo(np.float16).min), float(np.finfo(np.float16).max))


def _head_model(width: int, channels: int, classes: int, recipe: Recipe, seed: int) -> keras.Model:
    """Features (N, width) in, logits (N, classes) out."""
    layers = keras_module().layers
    stack = [keras_module().Input((width,))]
    if recipe.batch_norm:
        stack += [
            layers.Reshape((width // channels, channels)),
            layers.BatchNormalization(name="norm"),
            layers.Flatten(),
        ]
    if recipe.dropout:
        stack.append(layers.Dropout(recipe.dropout, seed=seed))
    stack.append(layers.Dense(classes, kernel_initializer="zeros", name="predictions"))
    return keras_module().Sequential(stack)


def _norm_of(model: keras.Model) -> Any:
    return next((layer for layer in model.layers if layer.name == "norm"), None)


def _start_from(model: keras.Model, head: Head, features: Features, channels: int) -> None:
    """Let the model answer as `head` does, with the features' own means and variances inside."""
    kernel, bias = head.folded()
    norm = _norm_of(model)
    if norm is not None:
        mean, variance = _moments(features, channels)
        norm.set_weights([np.ones(channels), np.zeros(channels), mean, variance])
        places = len(kernel) // channels
        bias = bias + np.tile(mean, places) @ kernel
        kernel = kernel * np.tile(np.sqrt(variance + norm.epsilon), places)[:, None]
    model.get_layer("predictions").set_weights([kernel, bias])


def _moments(features: Features, channels: int) -> tuple[Matrix, Matrix]:
    """Mean and variance of each channel over samples and places."""
    total = np.zeros(channels)
    squares = np.zeros(channels)
    for row in features:
        places = row.astype(np.float64).reshape(-1, channels)
        total += places.mean(axis=0)
        squares += (places**2).mean(axis=0)
    mean = total / len(features)
    variance = np.maximum(squares / len(features) - mean**2, 0)
    return mean.astype(np.float32), variance.astype(np.float32)


def _assign(variables: Sequence[Any], arrays: Sequence[NDArray[Any]]) -> None:
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
