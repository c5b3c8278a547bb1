"""What is measured of an image, and who is near to whom."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from faceapp.faces import Face
from faceapp.scraping.judging import Hashes, Loaded, NotWanted, Rules, judge, load, sharpness_of
from portraits import encoded, picture, portrait

POINTS = ((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0), (4.0, 0.0))
RULES = Rules()


def face(x: float, y: float, width: float, height: float) -> Face:
    return Face((x, y, width, height), POINTS, 0.9)


def loaded(seed: int = 1) -> Loaded:
    return load(portrait(seed), RULES)


def test_more_blur_is_less_sharpness() -> None:
    image = picture(1, size=300)
    values = [
        sharpness_of(
            np.asarray(image.filter(ImageFilter.GaussianBlur(radius))), face(50, 50, 200, 200)
        )
        for radius in (0, 1, 3, 8)
    ]
    assert values == sorted(values, reverse=True)
    assert values[0] > RULES.sharpness > values[-1]
    flat = np.asarray(Image.new("RGB", (90, 90), "grey"))
    assert sharpness_of(flat, face(0, 0, 90, 90)) == 0


@given(
    box=st.tuples(*[st.floats(0, 160)] * 2, *[st.floats(1, 200)] * 2),
    other=st.tuples(*[st.floats(0, 160)] * 2, *[st.floats(1, 200)] * 2),
)
@settings(max_examples=40)
def test_a_face_each_stays_inside_the_image(
    box: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> None:
    rules = Rules(face_side=0, sharpness=0, several="each")
    found = judge(loaded(), lambda _pixels: [face(*box), face(*other)], rules)
    for each in found:
        image = each.loaded.image
        assert image.format == "png"
        assert 1 <= image.width <= 160
        assert 1 <= image.height <= 160
        assert load(each.loaded.data, Rules(image_side=0)).image.pixels.tobytes() == (
            image.pixels.tobytes()
        )


@pytest.mark.parametrize(
    ("faces", "reason", "shows"),
    [
        ([], "no_face", False),
        ([face(0, 0, 90, 90), face(90, 0, 60, 90)], "several_faces", True),
        ([face(0, 0, 39, 90)], "too_small", True),
    ],
)
def test_what_is_not_wanted(faces: list[Face], reason: str, *, shows: bool) -> None:
    with pytest.raises(NotWanted) as caught:
        judge(loaded(), lambda _pixels: faces, RULES)
    assert (caught.value.reason, caught.value.face) == (reason, shows)


def test_copies_are_near_and_others_are_not() -> None:
    hashes = Hashes([(loaded(1).phash, 11)])
    assert Hashes().nearest(loaded(1), 6) is None
    hashes.add(loaded(2).phash, 12)
    hashes.add(loaded(3).phash, 13)
    half = picture(2).resize((100, 100))
    assert hashes.nearest(load(encoded(half, quality=60), RULES), RULES.near) == 12
    mirrored = half.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert hashes.nearest(load(encoded(mirrored, "PNG"), RULES), RULES.near) == 12
    assert hashes.nearest(loaded(4), RULES.near) is None
    assert hashes.nearest(loaded(3), 0) == 13
