"""Frames, and where finished ones come from: a video file, a folder of images, a single image."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.dataset.importing.walking import find_files
from faceapp.errors import WorldError
from faceapp.imaging import MAX_PIXELS, ImageRefused, read_image
from faceapp.live.clock import Clock
from faceapp.networks.stills import RefusedFile
from faceapp.words import Words

# What a container begins with. FFmpeg would open playlists and lists of other files just as
# gladly, and with them whatever they name: only these reach it.
_VIDEO_STARTS = re.compile(
    rb"....(?:ftyp|moov|mdat|wide|free|skip)"  # MP4, MOV
    rb"|RIFF....AVI |\x1a\x45\xdf\xa3|OggS|FLV\x01"  # AVI; MKV and WebM; Ogg; FLV
    rb"|\x00\x00\x01[\xba\xb3]|\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # MPEG; WMV
    re.DOTALL,
)
_TS_PACKET, _TS_SYNC = 188, 0x47  # an MPEG transport stream is packets that begin with one byte
# Beyond this a file states a timescale instead of a rate; below it, nothing usable.
_FASTEST, _SLOWEST = 1000.0, 0.01
_ASSUMED_RATE = 25.0


class SourceRefused(WorldError):
    """An input that is no image, folder or video, or cannot be read."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a source.

    Attributes:
        pixels: uint8 (H, W, 3) RGB, upright.
        time: seconds from the beginning of the source; None for a picture without a time.
        number: counted from 0 among all pictures of the source, dropped ones too.
        captured: when it came in, on the reader's clock.
        file: name of the file that it comes from; of a camera, the camera's name.

    """

    pixels: NDArray[np.uint8]
    time: float | None
    number: int
    captured: float
    file: str


class FrameSource(Protocol):
    """Pictures that are all there already, to be read as fast as one can.

    Attributes:
        name: what to call it.
        count: pictures it holds, as far as it says; 0 where it does not.
        rate: pictures a second; 0 where they have no times.

    """

    name: str
    count: int
    rate: float

    def frames(self, clock: Clock) -> Iterator[Frame | RefusedFile]:
        """Every picture in order; the source is closed when the iterator is."""
        ...


class VideoFile:
    """A video file. Pictures come upright, whatever rotation the file states.

    Times are those of the file, so a varying rate is followed; where a file gives none that rise,
    they are counted from its rate, or from 25 a second where it states none that can be.

    Raises:
        SourceRefused: no video, damaged, or larger than an image may be.

    """

    def __init__(self, path: Path) -> None:
        if not is_video(path):
            raise SourceRefused(
                Words(
                    "{path} is no video that faceapp knows: give MP4, MOV, AVI or MKV.", path=path
                )
            )
        self.name = path.name
        self._path = path
        capture = self._opened()
        self.count = max(0, _whole(capture.get(cv2.CAP_PROP_FRAME_COUNT)))
        self.rate = usable_rate(capture.get(cv2.CAP_PROP_FPS))
        capture.release()

    def frames(self, clock: Clock) -> Generator[Frame]:
        """Every picture from the beginning."""
        capture = self._opened()
        try:
            last, number = -math.inf, 0
            while (pixels := read_rgb(capture)) is not None:
                stated = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
                counted = last + 1 / self.rate if number else 0.0
                last = stated if math.isfinite(stated) and stated > last else counted
                yield Frame(pixels, last, number, clock.now(), self.name)
                number += 1
        finally:
            capture.release()

    def frame_at(self, number: int) -> Frame | None:
        """The picture of that number, gone to directly; None where that leads nowhere.

        Not every file leads to the very picture: its time says which one came.
        """
        capture = self._opened()
        try:
            capture.set(cv2.CAP_PROP_POS_FRAMES, number)
            pixels = read_rgb(capture)
            stated = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        finally:
            capture.release()
        if pixels is None or not math.isfinite(stated):
            return None
        return Frame(pixels, stated, number, 0.0, self.name)

    def _opened(self) -> Any:
        # Absolute, or FFmpeg would take a name with a colon for a protocol.
        capture = cv2.VideoCapture(str(self._path.absolute()), cv2.CAP_FFMPEG)
        width, height = (
            capture.get(side) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        )
        if not capture.isOpened() or width * height <= 0:
            capture.release()
            raise SourceRefused(
                Words(
                    "{path} cannot be read: it is damaged, or its codec unknown.", path=self._path
                )
            )
        if width * height > MAX_PIXELS:
            capture.release()
            raise SourceRefused(
                Words(
                    "{path} is too large: {width:.0f} x {height:.0f} pixels.",
                    path=self._path,
                    width=width,
                    height=height,
                )
            )
        return capture


class ImageFiles:
    """Images that are no sequence: of a folder with its sub-folders, or a single one.

    `files` are those to open, with their names; `refused` those that a folder may not offer.

    Raises:
        SourceRefused: there is neither.

    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.rate = 0.0
        self.refused: tuple[RefusedFile, ...] = ()
        self.files: list[tuple[str, Path]] = [(path.name, path)]
        if not path.is_file():
            if not path.is_dir():
                raise SourceRefused(
                    Words("There is no {path}: name an image, a folder or a video.", path=path)
                )
            found = find_files(path)
            self.files = [(file.name, file.path) for file in found.files]
            self.refused = tuple(RefusedFile(each.file, each.reason) for each in found.refused)
        self.count = len(self.files) + len(self.refused)

    def frames(self, clock: Clock) -> Iterator[Frame | RefusedFile]:
        """Every image in the order of names; those that cannot be read are refused one by one."""
        yield from self.refused
        for number, (name, path) in enumerate(self.files):
            try:
                pixels = read_image(path).pixels
            except ImageRefused as refused:
                yield RefusedFile(name, str(refused))
            else:
                yield Frame(pixels, None, number, clock.now(), name)


@dataclass(frozen=True)
class SourceKind:
    """One kind of input: `accepts` looks at a path, `open` gives its pictures."""

    name: str
    title: str
    accepts: Callable[[Path], bool]
    open: Callable[[Path], FrameSource]


def is_video(path: Path) -> bool:
    """Whether a plain file begins as a video does; its name is not looked at."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            start = file.read(_TS_PACKET + 1)
    except OSError:
        return False
    stream = len(start) > _TS_PACKET and start[0] == start[_TS_PACKET] == _TS_SYNC
    return stream or _VIDEO_STARTS.match(start) is not None


# In the order in which they are tried.
SOURCES: Mapping[str, SourceKind] = {
    kind.name: kind
    for kind in (
        SourceKind("video", "Video file", is_video, VideoFile),
        SourceKind("folder", "Folder of images", Path.is_dir, ImageFiles),
        SourceKind("image", "Image", lambda path: not path.is_dir(), ImageFiles),
    )
}


def open_source(path: Path) -> FrameSource:
    """The pictures of a video, a folder or an image, by content.

    Raises:
        SourceRefused: there is nothing, or a video that cannot be read.

    """
    return next(kind for kind in SOURCES.values() if kind.accepts(path)).open(path)


def read_rgb(capture: Any) -> NDArray[np.uint8] | None:
    """The next picture (H, W, 3) RGB of an opened cv2.VideoCapture; None where it gives none."""
    fine, bgr = capture.read()
    if not fine or bgr is None or bgr.size == 0:
        return None
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def usable_rate(stated: float) -> float:
    """The rate that a file states, if there can be such a one; else 25 pictures a second."""
    fine = math.isfinite(stated) and _SLOWEST <= stated <= _FASTEST
    return stated if fine else _ASSUMED_RATE


def _whole(value: float) -> int:
    """A count of a file's header, which may be any number."""
    return int(value) if math.isfinite(value) and 0 <= value < 1e9 else 0
