"""A video being written, whose pictures may come at any time and in any size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.live.table import NotWritten, written_beside
from faceapp.words import Words

# What opencv-python's own FFmpeg writes without any further codec.
_CODECS = {".mp4": "mp4v", ".avi": "MJPG"}
# A longer gap, or a file with absurd times, is not filled up with standing pictures.
_LONGEST_STAND_SECONDS = 10.0


class Film:
    """Writes pictures at an even rate: a late one makes the last one stand, an early one is left
    out. The first decides the size; others are fitted into it.
    """

    def __init__(self, path: Path, rate: float) -> None:
        self._path = path
        self._rate = rate
        self._writer: Any = None
        self._size = (0, 0)
        self._start = 0.0
        self._written = 0
        self._last: NDArray[np.uint8] | None = None

    def add(self, pixels: NDArray[np.uint8], time: float) -> None:
        """A picture (H, W, 3) RGB that was seen at `time` seconds; times rise."""
        if self._writer is None:
            self._open(pixels.shape[1], pixels.shape[0])
            self._start = time
        due = round((time - self._start) * self._rate) + 1
        most = round(_LONGEST_STAND_SECONDS * self._rate)
        if due - self._written > most:
            self._start += (due - self._written - most) / self._rate
            due = self._written + most
        while self._last is not None and self._written < due - 1:
            self._write(self._last)
        bgr = np.asarray(cv2.cvtColor(self._fitted(pixels), cv2.COLOR_RGB2BGR), np.uint8)
        if self._written < due:
            self._write(bgr)
        self._last = bgr

    def close(self) -> None:
        """End the video."""
        if self._writer is not None:
            self._writer.release()

    def _open(self, width: int, height: int) -> None:
        # Colour is stored for every second pixel.
        self._size = (width + width % 2, height + height % 2)
        codec = cv2.VideoWriter.fourcc(*_CODECS[self._path.suffix.lower()])
        self._writer = cv2.VideoWriter(str(self._path), codec, self._rate, self._size)
        if not self._writer.isOpened():
            raise OSError(f"no video can be written to {self._path}")

    def _write(self, bgr: NDArray[np.uint8]) -> None:
        self._writer.write(bgr)
        self._written += 1

    def _fitted(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        width, height = self._size
        if pixels.shape[:2] == (height, width):
            return pixels
        factor = min(width / pixels.shape[1], height / pixels.shape[0])
        inner = (round(pixels.shape[1] * factor), round(pixels.shape[0] * factor))
        fitted = np.zeros((height, width, 3), np.uint8)
        fitted[: inner[1], : inner[0]] = cv2.resize(pixels, inner, interpolation=cv2.INTER_AREA)
        return fitted


@contextmanager
def film(path: Path, rate: float) -> Iterator[Film]:
    """A video at `path` of so many pictures a second, there when the block ends well.

    Raises:
        NotWritten: the place cannot be written, or the name ends in neither .mp4 nor .avi.

    """
    if path.suffix.lower() not in _CODECS:
        raise NotWritten(
            Words(
                "{path} must end in {codecs} to become a video.",
                path=path,
                codecs=" or ".join(_CODECS),
            )
        )
    if not path.parent.is_dir():
        raise NotWritten(
            Words(
                "{path} cannot be written: there is no folder {parent}.",
                path=path,
                parent=path.parent,
            )
        )
    with written_beside(path) as partial:
        being_written = Film(partial, rate)
        try:
            yield being_written
        finally:
            being_written.close()
