"""The least-squares similarity: exact where one exists, best where none does."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from faceapp.faces.alignment import ARCFACE_TEMPLATE, similarity

Points = NDArray[np.float64]
coordinates = st.floats(-500, 500, allow_subnormal=False)
five_points = arrays(np.float64, (5, 2), elements=coordinates)


def moved(points: Points, matrix: Points) -> Points:
    return points @ matrix[:, :2].T + matrix[:, 2]


def turned(scale: float, angle: float, shift: tuple[float, float]) -> Points:
    a, b = scale * math.cos(angle), scale * math.sin(angle)
    return np.array([[a, -b, shift[0]], [b, a, shift[1]]])


def square_error(source: Points, target: Points, matrix: Points) -> float:
    return float(np.sum((moved(source, matrix) - target) ** 2))


@given(
    points=five_points,
    scale=st.floats(0.05, 20),
    angle=st.floats(-math.pi, math.pi),
    shift=st.tuples(coordinates, coordinates),
)
def test_a_similarity_is_recovered(
    points: Points, scale: float, angle: float, shift: tuple[float, float]
) -> None:
    assume(np.ptp(points, axis=0).max() > 1)
    true = turned(scale, angle, shift)
    assert similarity(points, moved(points, true)) == pytest.approx(true, rel=1e-6, abs=1e-6)


@given(
    source=five_points,
    target=five_points,
    change=st.tuples(*[st.floats(-0.1, 0.1)] * 2, *[st.floats(-5, 5)] * 2),
)
def test_no_other_similarity_comes_nearer(
    source: Points, target: Points, change: tuple[float, float, float, float]
) -> None:
    assume(np.ptp(source, axis=0).max() > 1)
    best = similarity(source, target)
    a, b, x, y = change
    other = best + np.array([[a, -b, x], [b, a, y]])
    nearest = square_error(source, target, best)
    assert nearest <= square_error(source, target, other) * (1 + 1e-9) + 1e-6


@given(source=five_points, target=five_points)
def test_it_never_mirrors_nor_shears(source: Points, target: Points) -> None:
    (a, b), (c, d) = similarity(source, target)[:, :2]
    assert (a, b) == (d, -c)
    assert np.linalg.det(np.array([[a, b], [c, d]])) >= 0


def test_points_in_one_place_collapse_to_the_middle_of_the_target() -> None:
    matrix = similarity(np.full((5, 2), 7.0), ARCFACE_TEMPLATE)
    assert np.all(matrix[:, :2] == 0)
    assert matrix[:, 2] == pytest.approx(np.mean(ARCFACE_TEMPLATE, axis=0))
