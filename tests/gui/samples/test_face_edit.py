"""Correcting faces: geometry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.gui.samples.face_edit import (
    Grip,
    Hold,
    box_between,
    corners,
    dragged,
    face_in,
    hold_at,
    large_enough,
)

SIZE = (200, 100)
FACE = face_in((20.0, 10.0, 80.0, 60.0))
STEP = st.tuples(st.floats(-500, 500), st.floats(-500, 500))


def test_a_drawn_face_has_its_landmarks_inside_and_is_a_persons() -> None:
    left, right, nose, mouth_left, mouth_right = FACE.landmarks
    x, y, width, height = FACE.box
    assert all(x < px < x + width and y < py < y + height for px, py in FACE.landmarks)
    assert left[0] < nose[0] < right[0]
    assert left[1] == right[1] < nose[1] < mouth_left[1] == mouth_right[1]
    assert FACE.origin == "person"


@pytest.mark.parametrize("index", range(5))
def test_landmarks_are_held_before_anything_else(index: int) -> None:
    assert hold_at(FACE.landmarks[index], [FACE], 3.0) == Hold(0, Grip.LANDMARK, index)


@pytest.mark.parametrize("index", range(4))
def test_corners_are_held_within_reach(index: int) -> None:
    x, y = corners(FACE.box)[index]
    assert hold_at((x + 2, y - 2), [FACE], 3.0) == Hold(0, Grip.CORNER, index)


def test_inside_the_box_is_the_box_and_outside_is_nothing() -> None:
    assert hold_at((30.0, 60.0), [FACE], 3.0) == Hold(0, Grip.BOX)
    assert hold_at((150.0, 80.0), [FACE], 3.0) is None
    assert hold_at((30.0, 60.0), [], 3.0) is None


def test_the_nearest_of_several_faces_is_held() -> None:
    other = face_in((22.0, 12.0, 80.0, 60.0))
    assert hold_at((22.5, 12.5), [FACE, other], 5.0) == Hold(1, Grip.CORNER, 0)


def test_the_box_takes_its_landmarks_along() -> None:
    moved = dragged(FACE, Hold(0, Grip.BOX), (5.0, -3.0), SIZE)
    assert moved.box == (25.0, 7.0, 80.0, 60.0)
    assert moved.landmarks[2] == pytest.approx((FACE.landmarks[2][0] + 5, FACE.landmarks[2][1] - 3))


@pytest.mark.parametrize("index", range(4))
def test_a_corner_moves_and_the_opposite_one_stays(index: int) -> None:
    moved = dragged(FACE, Hold(0, Grip.CORNER, index), (2.0, 2.0), SIZE)
    assert corners(moved.box)[3 - index] == pytest.approx(corners(FACE.box)[3 - index])
    assert moved.landmarks == FACE.landmarks


@given(by=STEP, index=st.integers(0, 4))
def test_landmarks_stay_inside_the_image(by: tuple[float, float], index: int) -> None:
    moved = dragged(FACE, Hold(0, Grip.LANDMARK, index), by, SIZE)
    x, y = moved.landmarks[index]
    assert 0 <= x <= SIZE[0]
    assert 0 <= y <= SIZE[1]
    others = [p for place, p in enumerate(moved.landmarks) if place != index]
    assert others == [p for place, p in enumerate(FACE.landmarks) if place != index]


@given(by=STEP)
def test_a_boxs_middle_stays_inside_and_its_size_stays(by: tuple[float, float]) -> None:
    moved = dragged(FACE, Hold(0, Grip.BOX), by, SIZE)
    x, y, width, height = moved.box
    assert (width, height) == FACE.box[2:]
    assert -1e-6 <= x + width / 2 <= SIZE[0] + 1e-6
    assert -1e-6 <= y + height / 2 <= SIZE[1] + 1e-6


@given(by=STEP, index=st.integers(0, 3))
def test_a_box_never_turns_inside_out(by: tuple[float, float], index: int) -> None:
    box = dragged(FACE, Hold(0, Grip.CORNER, index), by, SIZE).box
    assert min(box[2:]) >= 0
    assert box[0] >= 0
    assert box[0] + box[2] <= SIZE[0] + 1e-6


def test_slips_of_the_mouse_are_no_boxes() -> None:
    assert not large_enough(box_between((10, 10), (12, 60)))
    assert large_enough(box_between((60, 60), (10, 10)))
