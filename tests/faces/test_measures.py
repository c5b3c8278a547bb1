"""Measures of images: known images, known numbers; what must not matter does not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp._cv import cv2
from faceapp.faces import Face, measure
from faceapp.faces.alignment import ARCFACE_TEMPLATE
from faceapp.faces.face import Landmarks
from faceapp.faces.measures import degrees_turned, share_outside


def placed(x: float, y: float, scale: float, turn: float = 0.0) -> Landmarks:
    """The template's landmarks with their middle at (x, y), turned by so many degrees."""
    cos, sin = math.cos(math.radians(turn)) * scale, math.sin(math.radians(turn)) * scale
    points = [(px - 56, py - 56) for px, py in ARCFACE_TEMPLATE]
    moved = [(x + cos * px - sin * py, y + sin * px + cos * py) for px, py in points]
    return (moved[0], moved[1], moved[2], moved[3], moved[4])


def face(x: float = 100, y: float = 100, side: float = 100) -> Face:
    box = (x - side / 2, y - side / 2, side, side)
    return Face(box, placed(x, y, side / 112), 0.9)


def noise(side: int = 200) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)


def clouds(width: float, side: int = 200) -> np.ndarray:
    """Grey clouds of that width in pixels, with all levels of light."""
    grey = np.random.default_rng(0).normal(size=(side, side))
    grey = cv2.GaussianBlur(grey, (0, 0), width)
    levels = cv2.normalize(grey, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
    return np.repeat(levels[:, :, None], 3, axis=2)


def test_an_even_image_has_its_level_and_neither_contrast_nor_sharpness() -> None:
    values = measure(np.full((50, 100, 3), 51, np.uint8), [])
    assert values["aspect"] == 2
    assert values["lightest"] == pytest.approx(0.2)
    assert values["darkest"] == pytest.approx(0.2)
    assert values["colour"] == values["faces"] == 0
    assert values["contrast"] == pytest.approx(0, abs=1e-6)
    assert values["sharpness"] == pytest.approx(0, abs=1e-6)
    assert not {"face_pixels", "outside", "turned"} & values.keys()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (3, 2, 3)])
def test_the_smallest_images_can_be_measured(shape: tuple[int, int, int]) -> None:
    values = measure(np.zeros(shape, np.uint8), [])
    assert all(math.isfinite(value) for value in values.values())


def test_colour_tells_grey_from_red() -> None:
    red = np.zeros((20, 20, 3), np.uint8)
    red[:, :, 0] = 255
    assert measure(red, [])["colour"] == 1


def test_light_is_that_of_the_face() -> None:
    image = np.full((200, 200, 3), 255, np.uint8)
    image[50:150, 50:150] = 25
    assert measure(image, [face()])["lightest"] == pytest.approx(25 / 255)
    assert measure(image, [])["lightest"] == 1


def test_a_smaller_copy_of_a_face_is_as_sharp() -> None:
    large = clouds(12, 400)
    small = cv2.resize(large, (200, 200), interpolation=cv2.INTER_AREA)
    one = measure(large, [face(200, 200, 300)])["sharpness"]
    other = measure(small, [face(100, 100, 150)])["sharpness"]
    assert other == pytest.approx(one, rel=0.1)


def test_less_contrast_is_not_less_sharp_but_blur_is() -> None:
    image = clouds(3)
    pale = (100 + image * 0.4).astype(np.uint8)
    sharp = measure(image, [face()])["sharpness"]
    assert measure(pale, [face()])["sharpness"] == pytest.approx(sharp, rel=0.1)
    blurred = cv2.GaussianBlur(image, (0, 0), 5)
    assert measure(blurred, [face()])["sharpness"] < sharp / 3


def test_faces_are_counted_and_the_second_weighed() -> None:
    values = measure(noise(), [face(side=100), face(150, 150, 50)])
    assert values["faces"] == 2
    assert values["second_face"] == pytest.approx(0.25)
    assert values["face_pixels"] == pytest.approx(100)


@given(st.floats(0, 360), st.floats(0.2, 5))
def test_a_frontal_face_is_not_turned_however_it_is_tilted(tilt: float, scale: float) -> None:
    assert degrees_turned(placed(100, 100, scale, tilt)) < 3


@given(st.floats(0, 25), st.floats(0, 360))
def test_a_nose_further_aside_is_turned_further(shift: float, tilt: float) -> None:
    def turned(pixels: float) -> float:
        points = list(placed(0, 0, 1))
        points[2] = (points[2][0] + pixels, points[2][1])
        turn = complex(math.cos(tilt), math.sin(tilt))
        spun = [complex(*point) * turn for point in points]
        return degrees_turned(tuple((each.real, each.imag) for each in spun))  # type: ignore[arg-type]

    assert turned(shift + 5) > turned(shift)
    assert turned(-shift) == pytest.approx(turned(shift), abs=5)
    assert turned(shift) < 90


def test_eyes_in_one_place_are_a_profile() -> None:
    assert degrees_turned(((1, 1), (1, 1), (3, 2), (1, 4), (1, 4))) == 90


def test_a_face_within_the_image_is_whole_and_one_over_the_border_is_cut() -> None:
    assert share_outside(placed(100, 100, 1), (200, 200)) == 0
    assert share_outside(placed(-200, 100, 1), (200, 200)) == 1
    half = share_outside(placed(100, 200 - 12, 1), (200, 200))  # the middle of brows and chin
    assert half == pytest.approx(0.5, abs=0.07)
