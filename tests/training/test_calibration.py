from __future__ import annotations

import numpy as np
import pytest

from faceapp.training.calibration import (
    expected_calibration_error,
    fit_temperature,
    log_loss,
    reliability,
    softmax,
    unsure_below,
)


@pytest.mark.parametrize("temperature", [0.05, 0.5, 4.0])
def test_temperature_undoes_a_known_scaling(temperature: float) -> None:
    random = np.random.default_rng(1)
    honest = random.normal(size=(20_000, 3)) * 2
    truth = np.array([random.choice(3, p=row) for row in softmax(honest)])
    assert fit_temperature(truth, honest * temperature) == pytest.approx(temperature, rel=0.05)


def test_temperature_never_raises_the_loss_it_was_fitted_on() -> None:
    random = np.random.default_rng(2)
    scores, truth = random.normal(size=(50, 4)), random.integers(0, 4, 50)
    t = fit_temperature(truth, scores)
    assert log_loss(truth, softmax(scores / t)) <= log_loss(truth, softmax(scores)) + 1e-9


def test_without_samples_temperature_is_one() -> None:
    assert fit_temperature(np.zeros(0, np.int64), np.zeros((0, 3))) == 1.0


def test_a_model_as_right_as_it_is_sure_has_no_calibration_error() -> None:
    probabilities = np.tile([0.75, 0.25], (400, 1))
    truth = np.array([0, 0, 0, 1] * 100)
    bins = reliability(truth, probabilities)
    assert [b.count for b in bins] == [400]
    assert expected_calibration_error(bins) == pytest.approx(0.0)


def test_certain_but_wrong_is_the_worst_calibration() -> None:
    bins = reliability(np.ones(10, np.int64), np.tile([1.0, 0.0], (10, 1)))
    assert expected_calibration_error(bins) == pytest.approx(1.0)


def test_unsure_lies_where_answers_are_mostly_wrong() -> None:
    sure, guess = [0.95, 0.05], [0.55, 0.45]
    probabilities = np.array([sure] * 50 + [guess] * 50)
    truth = np.array([0] * 50 + [1] * 50)
    assert unsure_below(reliability(truth, probabilities)) == pytest.approx(0.6)
    assert unsure_below(reliability(np.zeros(100, np.int64), probabilities)) == 0.0
    assert unsure_below(reliability(np.ones(100, np.int64), probabilities)) == 0.9
