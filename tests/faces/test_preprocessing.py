"""THE preprocessing: faces land on the template however they stood; nothing is guessed of JSON."""

from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError
from itertools import product
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.faces import (
    Alignment,
    Border,
    Face,
    InvalidPreprocessing,
    Preprocessing,
    mirror,
    prepare,
)
from faceapp.faces.alignment import ARCFACE_TEMPLATE
from faceapp.faces.preprocessing import VERSION

Image = NDArray[np.uint8]
# Red and green of the corners of the two crops that version 2 makes of a slope.
CORNERS = [38.75, 139.62, 38.75, 139.62, 22.38, 22.38, 123.12, 123.12]
CORNERS += [29.0, 209.0, 29.0, 209.0, 8.5, 8.5, 169.5, 169.5]
specs = st.builds(
    Preprocessing,
    size=st.integers(32, 1024),
    alignment=st.sampled_from(get_args(Alignment)),
    scale=st.floats(0.5, 5),
    border=st.sampled_from(get_args(Border)),
)


def face_at(points: NDArray[np.float64]) -> Face:
    landmarks: Any = tuple((float(x), float(y)) for x, y in points)
    return Face((0.0, 0.0, 10.0, 10.0), landmarks, 0.9)


def template(size: int, scale: float = 2.1) -> NDArray[np.float64]:
    points = (np.array(ARCFACE_TEMPLATE) - 56) * scale + (112, 116)
    return points * size / 224


def turn(zoom: float, angle: float, shift: tuple[float, float]) -> NDArray[np.float64]:
    a, b = zoom * math.cos(angle), zoom * math.sin(angle)
    return np.array([[a, -b, shift[0]], [b, a, shift[1]]])


def moved(points: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return points @ matrix[:, :2].T + matrix[:, 2]


def spots(points: NDArray[np.float64], radius: float, side: int) -> Image:
    """Soft white spots on black; (0, 0) is the corner of the first pixel."""
    y, x = np.mgrid[:side, :side] + 0.5
    away = [((x - u) ** 2 + (y - v) ** 2) / (2 * radius**2) for u, v in points]
    light: Image = (255 * np.exp(-np.min(away, axis=0))).astype(np.uint8)
    return np.repeat(light[..., None], 3, axis=2)


def bright_middle(crop: Image, near: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """Where the light around a point has its centre."""
    y, x = np.mgrid[: crop.shape[0], : crop.shape[1]] + 0.5
    light = crop[..., 0] * (np.hypot(x - near[0], y - near[1]) < reach)
    return np.array([(x * light).sum(), (y * light).sum()]) / light.sum()


@pytest.mark.parametrize("size", [96, 112, 224])
@pytest.mark.parametrize("zoom", [0.2, 0.7, 1.0, 3.3])
def test_landmarks_land_on_the_template(size: int, zoom: float) -> None:
    points = moved(template(224), turn(zoom, 0.3, (60 * zoom, 10 * zoom)))
    crop = prepare(
        spots(points, 6 * zoom, math.ceil(300 * zoom)), face_at(points), Preprocessing(size=size)
    )
    factor = size / 224
    for wanted in template(size):
        found = bright_middle(crop, wanted, 20 * factor)
        assert found == pytest.approx(wanted, abs=0.3)


def scene(side: int) -> Image:
    noise = np.random.default_rng(1).uniform(-1, 1, (side, side, 3))
    smooth = cv2.GaussianBlur(noise, (0, 0), 9)
    return np.clip(128 + 90 * smooth / smooth.std(), 0, 255).astype(np.uint8)


@settings(max_examples=40)
@given(
    zoom=st.floats(0.5, 3),
    angle=st.floats(-math.pi, math.pi),
    shift=st.tuples(st.floats(-20, 20), st.floats(-20, 20)),
)
def test_a_turned_scaled_and_shifted_image_gives_nearly_the_same_crop(
    zoom: float, angle: float, shift: tuple[float, float]
) -> None:
    image, points = scene(600), template(224) + 190
    side = math.ceil(700 * zoom)
    middle = turn(zoom, angle, (0, 0)) @ (300, 300, 0)
    change = turn(zoom, angle, (side / 2 - middle[0] + shift[0], side / 2 - middle[1] + shift[1]))
    half = np.array([0.5, 0.5])
    pixels = np.column_stack([change[:, :2], moved(half[None], change)[0] - half])
    other = cv2.warpAffine(image, pixels, (side, side), flags=cv2.INTER_LINEAR)
    spec = Preprocessing(size=112)
    first = prepare(image, face_at(points), spec).astype(float)
    second = prepare(np.asarray(other, np.uint8), face_at(moved(points, change)), spec)
    assert np.abs(first - second).mean() < 1.5


def test_a_crop_half_the_size_shows_the_same() -> None:
    image, face = scene(600), face_at(template(224) * 1.5 + 100)
    large = prepare(image, face, Preprocessing(size=224))
    small = prepare(image, face, Preprocessing(size=112)).astype(float)
    halved = cv2.resize(large, (112, 112), interpolation=cv2.INTER_AREA)
    assert np.abs(small - halved).mean() < 1


@pytest.mark.parametrize("shrink", [2.5, 4.0, 9.3])
def test_a_fine_pattern_becomes_grey_when_shrunk(shrink: float) -> None:
    side = math.ceil(112 * shrink * 1.3)
    pattern = (np.indices((side, side)).sum(0) % 2 * 255).astype(np.uint8)
    image = np.repeat(pattern[..., None], 3, axis=2)
    crop = prepare(image, face_at(template(112) * shrink), Preprocessing(size=112))
    assert np.abs(crop[20:-20, 20:-20].astype(float) - 127.5).max() < 45
    assert crop.std() < 12


@settings(max_examples=30)
@given(
    spec=specs.filter(lambda spec: spec.size <= 256),
    height=st.sampled_from([1, 2, 31, 224, 900]),
    width=st.sampled_from([1, 3, 57, 224, 1500]),
    with_face=st.booleans(),
    zoom=st.floats(0.01, 50),
)
def test_any_image_gives_the_size_asked_for_and_the_same_bytes_again(
    spec: Preprocessing, height: int, width: int, with_face: bool, zoom: float
) -> None:
    image = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    before = image.copy()
    face = face_at(template(112) * zoom) if with_face else None
    crop = prepare(image, face, spec)
    assert (crop.shape, crop.dtype) == ((spec.size, spec.size, 3), np.uint8)
    assert crop.flags.c_contiguous
    assert np.array_equal(crop, prepare(np.asfortranarray(image), face, spec))
    assert np.array_equal(image, before)


def test_landmarks_in_one_place_or_far_apart_do_not_crash() -> None:
    image = scene(60)
    for points in (np.full((5, 2), 30.0), template(224) * 1e6, template(224) * 1e-6):
        assert prepare(image, face_at(points), Preprocessing()).shape == (224, 224, 3)


@pytest.mark.parametrize("border", ["replicate", "reflect"])
def test_colours_and_their_order_stay(border: Border) -> None:
    image = np.full((50, 70, 3), (10, 120, 250), np.uint8)
    for face in (face_at(template(224) / 3), None):
        crop = prepare(image, face, Preprocessing(border=border))
        assert np.all(crop == (10, 120, 250))


def test_a_constant_border_is_black() -> None:
    image = np.full((50, 100, 3), 255, np.uint8)
    crop = prepare(image, None, Preprocessing(size=64, border="constant"))
    assert np.all(crop[:16] == 0)
    assert np.all(crop[16:48] == 255)
    assert np.all(crop[48:] == 0)


def test_a_whole_image_keeps_its_proportions_and_its_edge_goes_on() -> None:
    image = np.zeros((60, 120, 3), np.uint8)
    image[:, 60:] = 200
    image[20:40, 20:40] = 255  # a square stays a square
    crop = prepare(image, None, Preprocessing(size=120))
    assert np.array_equal(crop[30:90], image)
    assert np.array_equal(crop[:30], np.broadcast_to(image[:1], (30, 120, 3)))
    assert np.array_equal(crop[90:], np.broadcast_to(image[-1:], (30, 120, 3)))


def test_whole_does_not_look_at_the_face() -> None:
    image, spec = scene(90), Preprocessing(alignment="whole")
    without = prepare(image, None, spec)
    assert np.array_equal(prepare(image, face_at(template(112)), spec), without)
    assert np.array_equal(prepare(image, None, Preprocessing()), without)


def test_a_larger_scale_shows_a_larger_face() -> None:
    points = template(224) + 40
    image = spots(points, 6, 300)
    crop = prepare(image, face_at(points), Preprocessing(scale=1.5))
    for wanted in template(224, scale=1.5):
        assert bright_middle(crop, wanted, 14) == pytest.approx(wanted, abs=0.3)


def test_mirror_exchanges_left_and_right_and_nothing_else() -> None:
    crops = np.random.default_rng(0).integers(0, 256, (2, 4, 6, 3), dtype=np.uint8)
    turned = mirror(crops)
    assert np.array_equal(turned[1, 2, 0], crops[1, 2, 5])
    assert np.array_equal(mirror(turned), crops)
    assert np.array_equal(mirror(crops[0]), turned[0])
    assert not np.shares_memory(turned, crops)


@given(specs)
def test_json_brings_the_same_preprocessing_back(spec: Preprocessing) -> None:
    assert Preprocessing.from_json(json.loads(json.dumps(spec.to_json()))) == spec


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("size", 224.0),
        ("size", True),
        ("size", "224"),
        ("size", 31),
        ("size", 100_000),
        ("alignment", "tilted"),
        ("alignment", ["whole"]),
        ("scale", "2.1"),
        ("scale", None),
        ("scale", math.nan),
        ("scale", 0),
        ("border", "wrap"),
        ("border", {}),
        ("version", 1),
        ("colour", "grey"),
    ],
)
def test_a_wrong_value_is_refused_by_name(key: str, value: object) -> None:
    data = Preprocessing().to_json() | {key: value}
    with pytest.raises(InvalidPreprocessing, match=key):
        Preprocessing.from_json(data)


@pytest.mark.parametrize("key", ["size", "alignment", "scale", "border", "version"])
def test_a_missing_value_is_refused(key: str) -> None:
    data = Preprocessing().to_json()
    del data[key]
    with pytest.raises(InvalidPreprocessing, match=key):
        Preprocessing.from_json(data)


@pytest.mark.parametrize("data", [None, [], "aligned", 3])
def test_what_is_no_object_is_refused(data: Any) -> None:
    with pytest.raises(InvalidPreprocessing):
        Preprocessing.from_json(data)


def test_a_preprocessing_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Preprocessing().size = 112  # type: ignore[misc]


def test_crops_change_only_together_with_their_version() -> None:
    """Cached activations and saved models know the arithmetic by its version alone.

    Where this fails because crops were changed on purpose, raise VERSION and write down the new
    corner means.
    """
    image = np.zeros((90, 120, 3), np.uint8)
    image[..., 0] = np.arange(120) * 2
    image[..., 1] = np.arange(90)[:, None] * 2
    image[..., 2] = 7
    points = template(112) * 0.6 + (11.5, 3.25)
    crops = [prepare(image, face, Preprocessing(size=32)) for face in (face_at(points), None)]
    ends = (slice(8), slice(-8, None))
    corners = [
        crop[rows, columns, channel].mean()
        for crop, channel, rows, columns in product(crops, (0, 1), ends, ends)
    ]
    assert VERSION == 2
    assert corners == pytest.approx(CORNERS, abs=0.3)
