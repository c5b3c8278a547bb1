from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.training.recipes import Recipe
from faceapp.training.schedules import batches_of, mixed, rate, targets

RECIPE = Recipe("r", tune_batch=7, tune_epochs=6, warm_up=1.5)


@given(
    samples=st.integers(1, 60),
    views=st.integers(1, 4),
    epoch=st.integers(1, 50),
    mixup=st.sampled_from([0.0, 0.2, 1.0]),
)
def test_an_epoch_has_every_sample_once(samples: int, views: int, epoch: int, mixup: float) -> None:
    recipe = replace(RECIPE, mixup=mixup)
    plan = batches_of(recipe, samples, views, seed=3, epoch=epoch)
    assert sorted(np.concatenate([batch.rows for batch in plan])) == list(range(samples))
    for batch in plan:
        assert len(batch.rows) <= 7
        assert sorted(batch.partners) == sorted(batch.rows)
        assert batch.views.max() < views
        assert 0 <= batch.share <= 1
    again = batches_of(recipe, samples, views, seed=3, epoch=epoch)
    assert [b.rows.tolist() for b in again] == [b.rows.tolist() for b in plan]
    assert [b.share for b in again] == [b.share for b in plan]


def test_epochs_and_seeds_differ() -> None:
    plans = [
        tuple(batches_of(RECIPE, 40, 1, seed, epoch)[0].rows)
        for seed, epoch in ((0, 1), (0, 2), (1, 1))
    ]
    assert len(set(plans)) == 3


def test_rates_rise_then_fall_along_a_cosine() -> None:
    rates = [rate(RECIPE, step, 10) for step in range(60)]
    assert rates[:15] == pytest.approx([(n + 1) / 15 for n in range(15)])
    assert rates[15] == pytest.approx(1.0)
    assert all(a > b for a, b in pairwise(rates[15:]))
    assert rates[15 + 22] == pytest.approx(0.5, abs=0.03)
    assert 0 < rates[-1] < 0.01


@given(
    step=st.integers(0, 500),
    steps=st.integers(1, 40),
    warm_up=st.floats(0, 20),
    schedule=st.sampled_from(["cosine", "constant"]),
)
def test_a_rate_is_a_share(step: int, steps: int, warm_up: float, schedule: str) -> None:
    factor = rate(replace(RECIPE, warm_up=warm_up, schedule=schedule), step, steps)
    assert 0 <= factor <= 1


def test_constant_stays() -> None:
    flat = replace(RECIPE, schedule="constant", warm_up=0.0)
    assert {rate(flat, step, 10) for step in range(60)} == {1.0}


def test_targets_are_smoothed_and_weighted() -> None:
    truth = np.array([0, 0, 0, 1])
    plain = targets(truth, 2, replace(RECIPE, smoothing=0.2, balance=False))
    np.testing.assert_allclose(plain, [[0.9, 0.1]] * 3 + [[0.1, 0.9]], rtol=1e-6)
    balanced = targets(truth, 2, replace(RECIPE, smoothing=0.0, balance=True))
    np.testing.assert_allclose(balanced.sum(axis=0), [2, 2], rtol=1e-6)


def test_mixing_is_between_both() -> None:
    own, partner = np.ones((2, 3), np.float32), np.zeros((2, 3), np.float32)
    np.testing.assert_allclose(mixed(own, partner, 0.25), 0.25)
