"""What a camera is to us: something that opens, gives pictures, and may do neither."""

from __future__ import annotations

import platform
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.errors import WorldError
from faceapp.live.clock import MONOTONIC, Clock
from faceapp.live.frames import Frame, VideoFile, read_rgb
from faceapp.words import Words

_MOST_OFFERED, _MOST_LOOKED_FOR = 4, 16


class CameraUnavailable(WorldError):
    """A camera that does not open: unplugged, used by another program, or forbidden."""


class Device(Protocol):
    """An open camera. Both calls may block for ever: only a thread of its own calls them."""

    def read(self) -> NDArray[np.uint8] | None:
        """The next picture (H, W, 3) RGB when there is one; None or no pixels for an empty one."""
        ...

    def release(self) -> None:
        """Let go of the camera."""
        ...


@dataclass(frozen=True)
class CameraChoice:
    """A camera that a person can choose: its name, and how to open it.

    Of one name there is one camera, and of one `place` one file: choices are compared by both.
    `open` may block for ever, and raises `CameraUnavailable` where there is nothing to open.
    """

    name: str
    open: Callable[[], Device] = field(compare=False)
    place: str = ""


class CvCamera:
    """A camera through OpenCV.

    Args:
        place: its number, or on Linux the path of its device.

    Raises:
        CameraUnavailable: it does not open.

    """

    def __init__(self, place: int | str) -> None:
        self._capture = cv2.VideoCapture(place)
        if not self._capture.isOpened():
            self._capture.release()
            raise CameraUnavailable(
                Words(
                    "The camera does not open: see that it is plugged in, that no other program "
                    "uses it, and that this one may."
                )
            )
        # Where the driver heeds it, a picture is never older than the one before it.
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def read(self) -> NDArray[np.uint8] | None:
        """The next picture; None where the camera gives none."""
        return read_rgb(self._capture)

    def release(self) -> None:
        """Let go of the camera."""
        self._capture.release()


class PlayedVideo:
    """A camera double: plays a video file in real time, from its beginning again when it ends.

    Like a camera it keeps its own time: pictures that nobody fetched meanwhile are skipped.

    Raises:
        SourceRefused: the file is no video.

    """

    def __init__(self, path: Path, clock: Clock = MONOTONIC) -> None:
        self._clock = clock
        self._condition = threading.Condition()
        self._video = VideoFile(path)
        self._frames = self._video.frames(clock)
        self._pause = 1 / self._video.rate
        self._start = clock.now()
        self._last: Frame | None = None

    def read(self) -> NDArray[np.uint8] | None:
        """The picture whose time has come; None if the file holds none."""
        frame = next(self._frames, None)
        while frame is not None and self._due(frame) + self._pause < self._clock.now():
            self._last = frame
            frame = next(self._frames, None)
        frame = self._from_the_beginning() if frame is None else frame
        self._last = frame
        if frame is None:
            return None
        with self._condition:
            while self._clock.now() < self._due(frame):
                self._clock.wait_until(self._condition, self._due(frame))
        return frame.pixels

    def release(self) -> None:
        """Close the file."""
        self._frames.close()

    def _due(self, frame: Frame) -> float:
        return self._start + (frame.time or 0.0)

    def _from_the_beginning(self) -> Frame | None:
        """The first picture again, due when the last one has had its time.

        It is never skipped: on a busy machine opening the file may take longer than it lasts.
        """
        ended = self._start if self._last is None else self._due(self._last) + self._pause
        self._frames = self._video.frames(self._clock)
        frame = next(self._frames, None)
        self._start = max(ended, self._clock.now())
        return frame


Names = Callable[[], Sequence[tuple[str, int | str]]]


def numbered_cameras() -> list[tuple[str, int | str]]:
    """Cameras by number, for where nobody knows their names.

    Linux shows which there are; elsewhere the first four are offered, as only opening one tells.
    """
    numbers: Sequence[int] = range(_MOST_OFFERED)
    if platform.system() == "Linux":
        numbers = [n for n in range(_MOST_LOOKED_FOR) if Path(f"/dev/video{n}").exists()]
    return [(f"Camera {n}", n) for n in numbers]


def camera_choices(names: Names = numbered_cameras) -> list[CameraChoice]:
    """The cameras that can be chosen.

    Args:
        names: gives each camera's name with the number or device path that OpenCV opens it by;
            of the same name, the second is called "NAME (2)".

    """

    def opener(place: int | str) -> Callable[[], Device]:
        return lambda: CvCamera(place)

    seen: Counter[str] = Counter()
    choices = []
    for name, place in names():
        seen[name] += 1
        twin = f" ({seen[name]})" if seen[name] > 1 else ""
        choices.append(CameraChoice(name + twin, opener(place)))
    return choices


def played_video(path: Path, clock: Clock = MONOTONIC) -> CameraChoice:
    """The camera double as a choice among cameras."""
    return CameraChoice(path.name, lambda: PlayedVideo(path, clock), str(path.absolute()))
