"""An adapter learns what no linear head can, and the saved layers say what it said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from faceapp.jobs import Job
from faceapp.training.adapting import AdapterTraining, ReducedMaps, fit_adapter
from faceapp.training.crossing import fit_crossed
from faceapp.training.heads import FittedHead, HeadData, Looks, accuracies
from faceapp.training.recipes import Recipe

SHAPES = ((3, 3, 4), (3, 3, 2))
WIDTHS = (36, 18)
RECIPE = Recipe("r", solver="closed_form", inner_folds=3, adapter=16, dropout=0.2)


def bent(samples: int = 240, seed: int = 0) -> HeadData:
    """Two classes: at every place two channels have one sign, or two signs. No line parts them."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 2, samples)
    views = []
    for _ in range(2):
        maps = random.normal(size=(samples, 3, 3, 6))
        signs = random.choice([-1, 1], size=(samples, 3, 3))
        other = np.where(truth[:, None, None] == 1, signs, -signs)
        maps[..., 1], maps[..., 4] = 3 * signs, 3 * other + random.normal(size=signs.shape)
        first, second = maps[..., :4], maps[..., 4:]
        flat = [each.reshape(samples, -1) for each in (first, second)]
        views.append(np.concatenate(flat, axis=1).astype(np.float16))
    mean = np.mean(views, axis=0).astype(np.float16)
    held = samples // 6
    return HeadData(
        views=(mean[held:],),
        truth=truth[held:],
        validation=mean[:held],
        validation_truth=truth[:held],
        classes=2,
        widths=WIDTHS,
        inner=np.arange(samples) % 3,
        looks=Looks(tuple(np.concatenate([v[held:], v[:held]]) for v in views), SHAPES),
    )


def everybody(data: HeadData) -> np.ndarray:
    return np.concatenate([data.truth, data.validation_truth])


def test_it_learns_where_a_linear_head_cannot() -> None:
    data = bent()
    ridge = fit_crossed(data, replace(RECIPE, adapter=0))
    joined = fit_crossed(data, RECIPE)
    assert accuracies(ridge.truth, ridge.scores)[0] < 0.65
    assert accuracies(joined.truth, joined.scores)[0] > 0.8
    assert joined.adapter is not None
    assert joined.adapter.kernel.shape == (6, 16)


def test_the_layers_say_what_was_fitted() -> None:
    data = bent(60)
    assert data.looks is not None
    maps = ReducedMaps.of(data.looks)
    truth = everybody(data)
    training = AdapterTraining(maps.views[0].shape[1:], 2, RECIPE, seed=1)
    fitted = fit_adapter(training, maps, np.arange(60), np.eye(2)[truth], seed=1)
    adapter = fitted.layer(maps)
    head = FittedHead(fitted.last, fitted.offset, (), 0)
    made = [adapter.features(view.astype(np.float32), SHAPES) for view in data.looks.views]
    wanted = np.mean([each @ head.kernel + head.bias for each in made], axis=0)
    np.testing.assert_allclose(fitted.scores(maps, np.arange(60)), wanted, rtol=1e-3, atol=1e-3)


def test_the_joined_head_reads_the_features_and_then_the_adapters() -> None:
    data = bent(90)
    ridge, joined = (fit_crossed(data, replace(RECIPE, adapter=size)) for size in (0, 16))
    assert ridge.adapter is None
    assert joined.head.kernel.shape == (sum(WIDTHS) + 9 * 16, 2)
    ratio = joined.head.kernel[: sum(WIDTHS)] / ridge.head.kernel
    np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-3)


def test_nobodys_own_fold_says_what_is_said_of_it() -> None:
    data = bent(120)
    guessed = np.random.default_rng(5).integers(0, 2, len(everybody(data)))
    held = len(data.validation_truth)
    data = replace(data, truth=guessed[:-held], validation_truth=guessed[-held:])
    crossed = fit_crossed(data, RECIPE)
    assert accuracies(crossed.truth, crossed.scores)[0] < 0.65


def test_who_has_had_enough_gets_the_ridge_head() -> None:
    data = bent(60)
    told: list[str] = []
    job = Job(
        report=lambda progress: told.append(progress.what),
        enough=lambda: any("adapter" in each for each in told),
    )
    found = fit_crossed(data, RECIPE, job)
    plain = fit_crossed(data, replace(RECIPE, adapter=0))
    assert any("adapter" in each for each in told)
    assert found.adapter is None
    np.testing.assert_array_equal(found.head.kernel, plain.head.kernel)


@pytest.mark.parametrize("samples", [2, 7])
def test_few_samples_are_one_small_batch(samples: int) -> None:
    data = bent(12)
    assert data.looks is not None
    maps = ReducedMaps.of(data.looks)
    rows = np.arange(samples)
    training = AdapterTraining(maps.views[0].shape[1:], 2, RECIPE, seed=0)
    fitted = fit_adapter(training, maps, rows, np.eye(2)[np.arange(samples) % 2], seed=0)
    assert np.isfinite(fitted.scores(maps, rows)).all()


def test_every_fit_begins_anew() -> None:
    data = bent(60)
    assert data.looks is not None
    maps = ReducedMaps.of(data.looks)
    training = AdapterTraining(maps.views[0].shape[1:], 2, RECIPE, seed=3)
    targets, rows = np.eye(2, dtype=np.float32)[everybody(data)], np.arange(60)
    first, other, again = (
        fit_adapter(training, maps, rows, said, seed=3).scores(maps, rows)
        for said in (targets, targets[:, ::-1], targets)
    )
    np.testing.assert_allclose(again, first, atol=1e-4)
    assert np.abs(other - first).max() > 0.1
