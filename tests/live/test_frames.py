"""Sources that are all there: upright pictures whose times rise, or a refusal that names them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faceapp.live.frames import (
    SOURCES,
    Frame,
    SourceRefused,
    VideoFile,
    is_video,
    open_source,
    usable_rate,
)
from faceapp.networks.stills import RefusedFile
from live.doubles import ManualClock, picture, turn_video, write_video


def corner(width: int = 64, height: int = 48) -> np.ndarray:
    """Grey with a white upper left corner."""
    pixels = np.full((height, width, 3), 80, np.uint8)
    pixels[: height // 3, : width // 3] = 255
    return pixels


def frames_of(path: Path) -> list[Frame]:
    found = list(open_source(path).frames(ManualClock()))
    assert all(isinstance(frame, Frame) for frame in found)
    return found


def make_video(folder: Path) -> Path:
    return write_video(folder / "any.mp4", [picture(value, 64, 48) for value in (0, 90, 180)])


def make_folder(folder: Path) -> Path:
    (folder / "sub").mkdir()
    for name in ("b.png", "a.png", "sub/c.png"):
        Image.fromarray(picture(9)).save(folder / name)
    return folder


def make_image(folder: Path) -> Path:
    Image.fromarray(picture(200)).save(folder / "one.png")
    return folder / "one.png"


MADE: dict[str, Callable[[Path], Path]] = {
    "video": make_video,
    "folder": make_folder,
    "image": make_image,
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_keeps_the_contract(name: str, tmp_path: Path) -> None:
    path = MADE[name](tmp_path)
    assert next(kind for kind in SOURCES.values() if kind.accepts(path)) is SOURCES[name]
    source = open_source(path)
    frames = frames_of(path)
    assert source.name == path.name
    assert len(frames) == source.count == {"video": 3, "folder": 3, "image": 1}[name]
    assert [frame.number for frame in frames] == list(range(len(frames)))
    for frame in frames:
        assert frame.pixels.dtype == np.uint8
        assert frame.pixels.ndim == 3
        assert frame.pixels.shape[2] == 3
        assert frame.captured == 100
    times = [frame.time for frame in frames]
    if name == "video":
        assert source.rate == 25
        assert times == sorted(set(times))
    else:
        assert source.rate == 0
        assert set(times) == {None}


def test_colours_are_red_green_blue(tmp_path: Path) -> None:
    red = np.zeros((48, 64, 3), np.uint8)
    red[..., 0] = 250
    (frame,) = frames_of(write_video(tmp_path / "red.avi", [red], codec="MJPG"))
    assert frame.pixels[..., 0].min() > 200
    assert frame.pixels[..., 1:].max() < 60


@pytest.mark.parametrize(
    ("quarters", "where"),
    [(0, (0, 0)), (1, (0, -1)), (2, (-1, -1)), (3, (-1, 0))],
)
def test_a_turned_video_stands_upright(
    tmp_path: Path, quarters: int, where: tuple[int, int]
) -> None:
    path = write_video(tmp_path / "phone.mp4", [corner()] * 2)
    turn_video(path, quarters)
    frame = frames_of(path)[0]
    assert frame.pixels.shape[:2] == ((48, 64) if quarters % 2 == 0 else (64, 48))
    row, column = where
    bright = frame.pixels[..., 0].astype(int)
    corners = {(y, x): bright[2 if y == 0 else -3, 2 if x == 0 else -3] for y, x in
               [(0, 0), (0, -1), (-1, 0), (-1, -1)]}  # fmt: skip
    assert max(corners, key=lambda place: corners[place]) == (row, column)


@pytest.mark.parametrize("rate", [7.5, 12.5, 23.976, 29.97, 59.94])
def test_odd_rates_give_their_own_times(tmp_path: Path, rate: float) -> None:
    frames = frames_of(write_video(tmp_path / "odd.mp4", [corner()] * 8, rate))
    times = [frame.time for frame in frames]
    np.testing.assert_allclose(times, np.arange(8) / rate, atol=2e-3)


@pytest.mark.parametrize(
    ("stated", "used"),
    [(0, 25), (float("nan"), 25), (-1, 25), (90_000, 25), (float("inf"), 25), (240, 240)],
)
def test_a_rate_that_cannot_be_is_not_believed(stated: float, used: float) -> None:
    assert usable_rate(stated) == used


def test_an_image_that_cannot_be_read_is_refused_alone(tmp_path: Path) -> None:
    make_folder(tmp_path)
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    source = open_source(tmp_path)
    found = list(source.frames(ManualClock()))
    assert [each.file for each in found] == ["a.png", "b.png", "sub/c.png"]
    assert isinstance(found[1], RefusedFile)
    assert "b.png" in found[1].reason


def test_a_name_with_a_colon_is_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.name == "nt":
        pytest.skip("no file can have this name")
    make_video(tmp_path).rename(tmp_path / "concat:a.mp4|b.mp4")
    monkeypatch.chdir(tmp_path)
    assert len(frames_of(Path("concat:a.mp4|b.mp4"))) == 3


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match=r"nowhere\.mp4"):
        open_source(tmp_path / "nowhere.mp4")


def test_a_video_cut_short_ends_early(tmp_path: Path) -> None:
    path = write_video(tmp_path / "cut.avi", [corner()] * 5, codec="MJPG")
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"00dc", 0, data.index(b"idx1"))])
    assert len(frames_of(path)) == 4


def test_a_video_without_its_beginning_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "cut.avi", [corner()] * 5, codec="MJPG")
    path.write_bytes(path.read_bytes()[:40])
    assert is_video(path)
    with pytest.raises(SourceRefused, match=r"cut\.avi"):
        open_source(path)


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXTINF:1,\nsecret.ts\n",
        b"ffconcat version 1.0\nfile secret.mp4\n",
        b"<?xml version='1.0'?><MPD></MPD>",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\n",
        b"",
    ],
)
def test_lists_of_other_files_are_no_videos(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.mp4"
    path.write_bytes(content)
    assert not is_video(path)
    with pytest.raises(SourceRefused, match=r"list\.mp4"):
        VideoFile(path)
