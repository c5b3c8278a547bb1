"""Smoothing and neutral calibration by what they promise, not by recorded values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.live.smoothing import NeutralCalibration, NeutralImpossible, Smoother

CLASSES = ("happy", "Neutral", "sad", "angry")
shares = st.lists(st.floats(0.001, 1), min_size=4, max_size=4).map(
    lambda values: tuple(value / sum(values) for value in values)
)
pauses = st.lists(st.floats(0.001, 2), min_size=1, max_size=20)


@given(shares, shares, pauses, st.floats(0.01, 3))
def test_a_step_shows_alike_at_any_frame_rate(
    before: tuple[float, ...], after: tuple[float, ...], steps: list[float], seconds: float
) -> None:
    smoother, time = Smoother(), 0.0
    smoother.add(before, time, seconds)
    for step in steps:
        time += step
        found = smoother.add(after, time, seconds)
    left = math.exp(-time / seconds)
    np.testing.assert_allclose(found, left * np.array(before) + (1 - left) * np.array(after),
                               atol=1e-9)  # fmt: skip


@given(st.lists(st.tuples(shares, st.floats(0, 1)), min_size=1, max_size=15), st.floats(0, 2))
def test_shares_stay_shares_between_the_extremes(
    values: list[tuple[tuple[float, ...], float]], seconds: float
) -> None:
    smoother, time = Smoother(), 0.0
    for raw, step in values:
        time += step
        found = smoother.add(raw, time, seconds)
    assert sum(found) == pytest.approx(1)
    seen = np.array([raw for raw, _ in values])
    assert np.all(found >= seen.min(axis=0) - 1e-9)
    assert np.all(found <= seen.max(axis=0) + 1e-9)


def test_no_smoothing_and_time_that_runs_back_show_raw_values() -> None:
    smoother = Smoother()
    smoother.add((1.0, 0.0), 0, 1)
    assert smoother.add((0.0, 1.0), 0.1, 0) == (0.0, 1.0)
    smoother.add((1.0, 0.0), 5, 1)
    assert smoother.add((0.5, 0.5), 1, 1) == (0.5, 0.5)


@given(shares)
def test_a_resting_face_reads_as_neutral(resting: tuple[float, ...]) -> None:
    found = NeutralCalibration.of(CLASSES, [resting] * 5).apply(resting)
    assert sum(found) == pytest.approx(1)
    assert all(found[1] >= 2.99 * p for index, p in enumerate(found) if index != 1)


@given(shares, shares)
def test_only_what_the_resting_face_resembles_is_lowered(
    resting: tuple[float, ...], raw: tuple[float, ...]
) -> None:
    calibration = NeutralCalibration.of(CLASSES, [resting] * 5)
    assert calibration.offsets[1] == 0
    assert max(calibration.offsets) <= 0
    found = calibration.apply(raw)
    for index, offset in enumerate(calibration.offsets):
        # Against neutral, a class keeps its odds or loses what its offset says.
        odds = math.log(found[index] / found[1]) - math.log(raw[index] / raw[1])
        assert odds == pytest.approx(offset, abs=1e-6)
        if index != 1:
            surplus = math.log(resting[index] * 3 / resting[1])
            assert offset == pytest.approx(-max(0, surplus), abs=1e-9)


def test_whoever_rests_at_neutral_is_not_changed() -> None:
    calibration = NeutralCalibration.of(CLASSES, [(0.1, 0.7, 0.1, 0.1)] * 9)
    assert calibration.offsets == (0, 0, 0, 0)
    np.testing.assert_allclose(calibration.apply((0.5, 0.1, 0.3, 0.1)), (0.5, 0.1, 0.3, 0.1))


def test_certainty_does_no_harm() -> None:
    calibration = NeutralCalibration.of(CLASSES, [(1.0, 0.0, 0.0, 0.0)] * 5)
    assert np.isfinite(calibration.apply((0.0, 0.0, 1.0, 0.0))).all()


def test_what_cannot_be_calibrated_is_said() -> None:
    with pytest.raises(NeutralImpossible, match="female, male"):
        NeutralCalibration.of(("female", "male"), [(0.5, 0.5)] * 9)
    with pytest.raises(NeutralImpossible, match="4 times"):
        NeutralCalibration.of(CLASSES, [(0.1, 0.7, 0.1, 0.1)] * 4)
