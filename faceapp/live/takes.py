"""Crops on their way from the camera into a dataset: the last second, or as long as a key is held.

They are cut from the frame with room around the face, not the small aligned ones that the model
sees: as samples they are images like any other, in which faces are found and aligned anew.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceapp.live.frames import Frame
from faceapp.live.readings import FrameReading, Reading, State

# Room on each side, in long sides of the box: an aligned crop of a tilted head fits into it.
_ROOM = 0.5
_BETWEEN_SECONDS = 0.1  # pictures closer to one another hardly differ
_MOST_HELD = 600
_TOLERANCE = 1e-3


@dataclass(frozen=True, eq=False)
class LiveCrop:
    """A face as it was seen: `pixels` (H, W, 3) RGB of the frame around it.

    `number` is the face's, `time` in seconds of the source, `source` the name of the camera or
    file, `read_as` the label that it got.
    """

    pixels: NDArray[np.uint8]
    number: int
    time: float
    source: str
    read_as: str


def cut(frame: Frame, reading: Reading) -> LiveCrop:
    """A copy of the frame around a face; a face that was read whole has none around it."""
    height, width = frame.pixels.shape[:2]
    x, y, box_width, box_height = reading.box or (0.0, 0.0, float(width), float(height))
    room = _ROOM * max(box_width, box_height)
    left, top = max(0, int(x - room)), max(0, int(y - room))
    right, bottom = int(x + box_width + room) + 1, int(y + box_height + room) + 1
    return LiveCrop(
        pixels=frame.pixels[top:bottom, left:right].copy(),
        number=reading.number,
        time=frame.time or 0.0,
        source=frame.file,
        read_as=reading.label,
    )


class LastCrops:
    """The crops of the last second of every face, in memory only; for "that was wrong".

    Safe to use from several threads.
    """

    def __init__(self, seconds: float = 1.0) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._crops: deque[LiveCrop] = deque()
        self._taken: dict[int, float] = {}

    def add(self, frame: Frame, read: FrameReading) -> None:
        """Keep the faces of a frame, ten a second of each at most; drop what is too old."""
        time = frame.time or 0.0
        with self._lock:
            if self._crops and time < self._crops[-1].time:
                self._crops.clear()
                self._taken.clear()
            while self._crops and time - self._crops[0].time > self._seconds:
                self._crops.popleft()
            for each in _usable(read):
                if time - self._taken.get(each.number, -1.0) >= _BETWEEN_SECONDS - _TOLERANCE:
                    self._taken[each.number] = time
                    self._crops.append(cut(frame, each))
            self._taken = {n: t for n, t in self._taken.items() if time - t <= self._seconds}

    def of(self, number: int) -> tuple[LiveCrop, ...]:
        """The crops of one face, oldest first."""
        with self._lock:
            return tuple(crop for crop in self._crops if crop.number == number)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._crops.clear()
            self._taken.clear()


class Hold:
    """Gathers crops of one face while a key is held: one take.

    The largest face of the first frame is followed; where its number is lost, the largest one
    goes on. Safe to use from several threads.
    """

    def __init__(self, every: float = _BETWEEN_SECONDS, most: int = _MOST_HELD) -> None:
        self._every = every
        self._most = most
        self._lock = threading.Lock()
        self._label: str | None = None
        self._crops: list[LiveCrop] = []

    @property
    def count(self) -> int:
        """Crops gathered so far."""
        return len(self._crops)

    def begin(self, label: str) -> None:
        """A class key went down: what is seen from now on shows this class."""
        with self._lock:
            self._label, self._crops = label, []

    def add(self, frame: Frame, read: FrameReading) -> None:
        """Gather from a frame, if a key is held, enough time has passed and there is a face."""
        faces = _usable(read)
        with self._lock:
            if self._label is None or not faces or len(self._crops) >= self._most:
                return
            last = self._crops[-1] if self._crops else None
            if last and 0 <= (frame.time or 0.0) - last.time < self._every - _TOLERANCE:
                return
            same = [each for each in faces if last and each.number == last.number]
            self._crops.append(cut(frame, (same or faces)[0]))

    def end(self) -> tuple[str, tuple[LiveCrop, ...]] | None:
        """The key was let go: the class and its crops, oldest first; None if none was held."""
        with self._lock:
            label, crops = self._label, tuple(self._crops)
            self._label, self._crops = None, []
        return None if label is None else (label, crops)


def crops_at(frames: Iterable[tuple[Frame, FrameReading]], every: float) -> Iterator[LiveCrop]:
    """Every face of one frame in `every` seconds of a film, the first frame among them."""
    due = -math.inf
    for frame, read in frames:
        time = frame.time or 0.0
        if time >= due - _TOLERANCE:
            due = time + every
            yield from (cut(frame, each) for each in _usable(read))


def _usable(read: FrameReading) -> Sequence[Reading]:
    return [each for each in read.readings if each.state is not State.TOO_SMALL]
