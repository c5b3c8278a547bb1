"""Thumbnails: small, made once, shared by content, and never a reason to fail."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from faceapp.dataset import BadName
from faceapp.dataset.thumbnails import SIDE, Thumbnails
from faceapp.imaging import ImageRefused

SHA = "0123456789abcdef" * 4


def write_image(path: Path, size: tuple[int, int] = (640, 480), colour: str = "red") -> Path:
    Image.new("RGB", size, colour).save(path)
    return path


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_large_image_shrinks_to_the_side_and_keeps_its_shape(tmp_path: Path) -> None:
    thumbnail = opened(Thumbnails(tmp_path).get(SHA, write_image(tmp_path / "a.png")))
    assert thumbnail.size == (SIDE, SIDE * 3 // 4)
    assert thumbnail.format == "JPEG"


def test_a_small_image_keeps_its_size(tmp_path: Path) -> None:
    thumbnail = opened(Thumbnails(tmp_path).get(SHA, write_image(tmp_path / "a.png", (40, 30))))
    assert thumbnail.size == (40, 30)


def test_the_image_shows_what_the_file_shows_and_stands_upright(tmp_path: Path) -> None:
    picture = Image.fromarray(np.zeros((60, 100, 3), np.uint8))
    picture.paste((0, 0, 255), (0, 0, 50, 60))  # left half blue
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    picture.save(tmp_path / "a.jpg", exif=exif, quality=95)
    thumbnail = opened(Thumbnails(tmp_path).get(SHA, tmp_path / "a.jpg"))
    assert thumbnail.size == (60, 100)
    assert thumbnail.getpixel((30, 20))[2] > 200  # the top is blue now
    assert thumbnail.getpixel((30, 80))[2] < 60


def test_it_is_made_once(tmp_path: Path) -> None:
    thumbnails = Thumbnails(tmp_path)
    image = write_image(tmp_path / "a.png")
    first = thumbnails.get(SHA, image)
    image.unlink()
    assert thumbnails.get(SHA, image) == first
    assert Thumbnails(tmp_path).path(SHA).read_bytes() == first


def test_one_that_was_cut_to_nothing_is_made_again(tmp_path: Path) -> None:
    thumbnails = Thumbnails(tmp_path)
    image = write_image(tmp_path / "a.png")
    first = thumbnails.get(SHA, image)
    thumbnails.path(SHA).write_bytes(b"")
    assert thumbnails.get(SHA, image) == first


def test_a_bad_image_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no image")
    thumbnails = Thumbnails(tmp_path)
    with pytest.raises(ImageRefused):
        thumbnails.get(SHA, tmp_path / "bad.jpg")
    with pytest.raises(ImageRefused):
        thumbnails.get(SHA, tmp_path / "missing.jpg")
    assert not thumbnails.folder.exists()


def test_a_cache_that_cannot_be_written_still_gives_the_picture(tmp_path: Path) -> None:
    (tmp_path / "thumbnails").write_text("a file where the folder should be")
    data = Thumbnails(tmp_path).get(SHA, write_image(tmp_path / "a.png"))
    assert opened(data).size[0] == SIDE


def test_threads_that_ask_at_once_all_get_it_and_leave_one_file(tmp_path: Path) -> None:
    thumbnails = Thumbnails(tmp_path)
    image = write_image(tmp_path / "a.png")
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: thumbnails.get(SHA, image), range(32)))
    assert len(answers) == 1
    assert [path.name for path in thumbnails.path(SHA).parent.iterdir()] == [f"{SHA}.jpg"]


@given(name=st.text())
def test_nothing_but_a_digest_names_a_file(name: str) -> None:
    thumbnails = Thumbnails(Path("cache"))
    if len(name) == 64 and set(name) <= set("0123456789abcdef"):
        assert thumbnails.path(name).parent.parent == thumbnails.folder
    else:
        with pytest.raises(BadName):
            thumbnails.path(name)
