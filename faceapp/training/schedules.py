"""The plan of a fine-tuning: in which order, how mixed, at which rates; the same for a seed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceapp.training.heads import Indices, Matrix, class_weights
from faceapp.training.recipes import Recipe


@dataclass(frozen=True, eq=False)
class Batch:
    """The samples of one step: `rows`, each in view `views`, mixed with `partners`.

    A map becomes `share` of its own and the rest of its partner's; without mixup `share` is 1.
    """

    rows: Indices
    views: Indices
    partners: Indices
    share: float


def batches_of(recipe: Recipe, samples: int, views: int, seed: int, epoch: int) -> list[Batch]:
    """Every sample once, in an order and in views that hang on seed and epoch alone.

    That they do not hang on earlier epochs lets a resumed training go on as if nothing had been.
    """
    random = np.random.default_rng([seed, epoch])
    order = random.permutation(samples)
    batches = []
    for start in range(0, samples, recipe.tune_batch):
        rows = order[start : start + recipe.tune_batch]
        share = float(random.beta(recipe.mixup, recipe.mixup)) if recipe.mixup else 1.0
        partners = random.permutation(rows) if recipe.mixup else rows
        batches.append(Batch(rows, random.integers(0, views, len(rows)), partners, share))
    return batches


def targets(truth: Indices, classes: int, recipe: Recipe) -> Matrix:
    """(N, C) what each sample should answer, smoothed, and weighted where the recipe balances.

    Label smoothing as in Szegedy et al. (2016), arXiv:1512.00567, section 7.
    """
    hard = np.eye(classes, dtype=np.float32)[truth]
    smooth = (1 - recipe.smoothing) * hard + recipe.smoothing / classes
    weights = class_weights(truth, classes, balance=recipe.balance)
    return (smooth * weights[:, None]).astype(np.float32)


def mixed(own: NDArray[np.float32], partner: NDArray[np.float32], share: float) -> Matrix:
    """`share` of one and the rest of the other: mixup (Zhang et al. 2018, arXiv:1710.09412).

    On maps it is manifold mixup (Verma et al. 2019, arXiv:1806.05236).
    """
    return np.float32(share) * own + np.float32(1 - share) * partner


def rate(recipe: Recipe, step: int, steps_an_epoch: int) -> float:
    """Factor 0..1 of the learning rates in step `step` (from 0) of the whole fine-tuning.

    Rises linearly for `warm_up` epochs; then constant, or half a cosine down to 0 (Loshchilov &
    Hutter 2017, arXiv:1608.03983, without restarts).
    """
    warm = recipe.warm_up * steps_an_epoch
    if step < warm:
        return min(1.0, (step + 1) / warm)
    if recipe.schedule == "constant":
        return 1.0
    left = max(1.0, recipe.tune_epochs * steps_an_epoch - warm)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warm) / left)))
