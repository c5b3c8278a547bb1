"""Faces of a stream of frames: found now and then, followed in between, numbered throughout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceapp.faces import Face
from faceapp.live.flow import move, small_grey
from faceapp.live.frames import Frame
from faceapp.live.numbering import FaceNumbers

Detect = Callable[[NDArray[np.uint8]], Sequence[Face]]

_TOLERANCE = 1e-3  # times of video files are rounded to milliseconds


@dataclass(frozen=True)
class Tracked:
    """A face with its number; `detected` says that the detector found it in this very frame."""

    number: int
    face: Face
    detected: bool


class Tracker:
    """Follows all faces of one source.

    The detector looks at the first frame, then `every` so many seconds of the source, and at once
    where a face cannot be followed, the picture's size changes or time runs back. Where it looked,
    faces are exactly what it found. Pictures without a time have nothing to do with one another.

    Args:
        detect: finds the faces of a picture.
        every: seconds between two looks; 0 looks at every frame.

    """

    def __init__(self, detect: Detect, every: float = 0.1) -> None:
        self.every = every
        self._detect = detect
        self.reset()

    def reset(self) -> None:
        """Forget everything: another source begins."""
        self._numbers = FaceNumbers()
        self._tracked: list[Tracked] = []
        self._grey: NDArray[np.uint8] | None = None
        self._size = (0, 0)
        self._time = self._looked = 0.0

    def follow(self, frame: Frame) -> list[Tracked]:
        """The faces of the next frame, the largest first where the detector looked."""
        time = frame.time or 0.0
        if frame.time is None or time < self._time:
            self.reset()
        self._heed_size(frame.pixels.shape[0], frame.pixels.shape[1])
        grey = small_grey(frame.pixels)
        followed = None if self._is_due(time) else self._followed(grey)
        if followed is None:
            self._tracked = self._found(frame.pixels, time)
        else:
            self._tracked = followed
            for each in followed:
                self._numbers.moved(each.number, each.face, time)
        self._grey, self._time = grey, time
        return self._tracked

    def _is_due(self, time: float) -> bool:
        return self._grey is None or time - self._looked >= self.every - _TOLERANCE

    def _heed_size(self, height: int, width: int) -> None:
        if self._grey is not None and self._size != (height, width):
            self._numbers.rescale(width / self._size[1], height / self._size[0])
            self._grey = None
        self._size = (height, width)

    def _found(self, pixels: NDArray[np.uint8], time: float) -> list[Tracked]:
        faces = self._detect(pixels)
        self._looked = time
        numbers = self._numbers.assign(faces, time)
        return [Tracked(n, face, detected=True) for n, face in zip(numbers, faces, strict=True)]

    def _followed(self, grey: NDArray[np.uint8]) -> list[Tracked] | None:
        """All faces where they now are; None as soon as one is lost."""
        followed = []
        for each in self._tracked:
            assert self._grey is not None
            face = move(self._grey, grey, each.face, self._size)
            if face is None:
                return None
            followed.append(Tracked(each.number, face, detected=False))
        return followed
