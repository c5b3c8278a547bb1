from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from faceapp.errors import Cancelled
from faceapp.jobs import Job
from faceapp.training.heads import HeadData, class_weights, fit_ridge
from faceapp.training.recipes import Recipe
from faceapp.training.softmax import fit_softmax

CLASSES = 3


def problem(samples: int = 120, width: int = 40, views: int = 1) -> HeadData:
    """Three unequal classes that overlap."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(CLASSES, width))

    def draw(count: int) -> tuple[np.ndarray, np.ndarray]:
        truth = random.choice(CLASSES, size=count, p=[0.6, 0.3, 0.1])
        features = centres[truth] * 0.5 + random.normal(size=(count, width)) * 3 + 5
        return features.astype(np.float16), truth

    features, truth = draw(samples)
    validation, validation_truth = draw(60)
    return HeadData((features,) * views, truth, validation, validation_truth, CLASSES)


def test_gradient_and_closed_form_find_the_same_head() -> None:
    data = problem()
    unwatched = replace(
        data, validation=data.validation[:0], validation_truth=data.validation_truth[:0]
    )
    exact = fit_ridge(data, Recipe("r", solver="closed_form"))
    descended = fit_ridge(unwatched, Recipe("r", epochs=2000, patience=0))
    features = data.views[0]
    np.testing.assert_allclose(descended.scores(features), exact.scores(features), atol=2e-3)
    assert exact.curve == ()
    assert len(descended.curve) == 2000


def test_balance_lifts_the_rare_class() -> None:
    data = problem(samples=400)
    rare = data.truth == 2

    def found(balance: bool) -> float:
        head = fit_ridge(data, Recipe("r", solver="closed_form", balance=balance, penalty=10))
        return float((head.scores(data.views[0]).argmax(axis=1) == 2)[rare].mean())

    assert found(balance=True) > found(balance=False)


def test_class_weights_give_every_class_the_same_sum() -> None:
    truth = np.array([0] * 6 + [1] * 3 + [2])
    weights = class_weights(truth, 4, balance=True)
    assert [weights[truth == c].sum() for c in range(3)] == pytest.approx([10 / 3] * 3)
    assert class_weights(truth, 4, balance=False).tolist() == [1] * 10


def test_early_stopping_keeps_the_best_validation_epoch() -> None:
    seen = []
    head = fit_ridge(problem(), Recipe("r", penalty=1e-3, patience=5), on_epoch=seen.append)
    best = min(seen, key=lambda row: row.validation_loss)
    assert head.best == pytest.approx(best.epoch, abs=5)
    assert len(seen) < 300
    assert head.curve == tuple(seen)


def test_the_ridge_loss_falls() -> None:
    head = fit_ridge(problem(), Recipe("r", epochs=50, patience=0))
    losses = [row.loss for row in head.curve]
    assert losses[-1] < losses[0] * 0.7


def test_a_cancelled_job_stops_the_descent() -> None:
    with pytest.raises(Cancelled):
        fit_ridge(problem(), Recipe("r"), job=Job(cancelled=lambda: True))


def test_softmax_learns_and_repeats_itself_with_the_same_seed() -> None:
    data = problem(views=2)
    recipe = Recipe("s", head="softmax", epochs=15, patience=0, learning_rate=1e-2, balance=False)
    first, second = (fit_softmax(data, recipe, seed=4) for _ in range(2))
    np.testing.assert_array_equal(first.kernel, second.kernel)
    assert first.curve[-1].loss < first.curve[0].loss
    assert first.best == 15
    assert first.curve[-1].accuracy > 0.7
