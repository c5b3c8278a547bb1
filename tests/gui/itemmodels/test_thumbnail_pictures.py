"""Thumbnails and large pictures, ready to paint."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from faceapp.gui.itemmodels.thumbnails import SMALL_SIDE, decoded, large_picture
from faceapp.imaging import ImageRefused

pytestmark = pytest.mark.gui


def jpeg(size: tuple[int, int]) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, (10, 120, 200)).save(target, "JPEG", quality=95)
    return target.getvalue()


@pytest.mark.parametrize(
    ("size", "side", "expected"),
    [((256, 128), 128, (128, 64)), ((100, 200), 64, (32, 64)), ((40, 30), 128, (40, 30))],
)
def test_thumbnails_fit_and_are_not_blown_up(
    size: tuple[int, int], side: int, expected: tuple[int, int], qapp: object
) -> None:
    image = decoded(jpeg(size), side)
    assert (image.width(), image.height()) == expected
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    assert abs(middle.red() - 10) < 6
    assert abs(middle.blue() - 200) < 6


def test_rubbish_is_a_null_image(qapp: object) -> None:
    assert decoded(b"rubbish", 64).isNull()


def test_a_large_picture_has_all_its_pixels_and_a_smaller_self(
    tmp_path: Path, qapp: object
) -> None:
    Image.new("RGB", (2 * SMALL_SIDE, SMALL_SIDE), "red").save(tmp_path / "a.png")
    picture = large_picture(tmp_path / "a.png")
    assert (picture.full.width(), picture.full.height()) == (2 * SMALL_SIDE, SMALL_SIDE)
    assert (picture.small.width(), picture.small.height()) == (SMALL_SIDE, SMALL_SIDE // 2)
    assert picture.bytes == 4 * SMALL_SIDE**2 * 2 + 4 * SMALL_SIDE**2 // 2
    assert picture.full.pixelColor(5, 5).name() == "#ff0000"


def test_a_small_picture_is_held_once(tmp_path: Path, qapp: object) -> None:
    Image.new("RGB", (33, 21), "blue").save(tmp_path / "a.png")
    picture = large_picture(tmp_path / "a.png")
    assert picture.bytes == 33 * 21 * 4


def test_a_bad_file_is_refused(tmp_path: Path, qapp: object) -> None:
    (tmp_path / "a.png").write_bytes(b"rubbish")
    with pytest.raises(ImageRefused):
        large_picture(tmp_path / "a.png")
