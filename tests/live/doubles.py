"""Doubles: a clock that stands still, cameras that misbehave, a model, a detector, and videos."""

from __future__ import annotations

import queue
import struct
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from faceapp._cv import cv2
from faceapp.faces import Face
from faceapp.live.clock import Clock
from faceapp.live.devices import CameraChoice, Device
from faceapp.live.frames import Frame
from faceapp.networks.architectures import BACKBONES
from faceapp.networks.backbones import Head, classification_model, trunk
from faceapp.networks.saved_model import save_model
from faceapp.networks.weights import Weights, digest_of
from networks.fakes import SMALL, random_layers, some_info

PATIENCE_OF_TESTS = 30.0  # no test waits as long unless the code is wrong


class ManualClock(Clock):
    """Time that moves only by `advance`, and wakes whoever waited for it."""

    def __init__(self) -> None:
        self._time = 100.0
        self._lock = threading.Condition()
        self._waiting: dict[threading.Condition, float] = {}

    def now(self) -> float:
        with self._lock:
            return self._time

    def wait_until(self, condition: threading.Condition, deadline: float) -> None:
        with self._lock:
            if self._time >= deadline:
                return
            self._waiting[condition] = deadline
            self._lock.notify_all()
        assert condition.wait(PATIENCE_OF_TESTS), "nobody moved the clock"

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._time += seconds
            waiting = list(self._waiting)
            self._waiting.clear()
        for condition in waiting:
            with condition:
                condition.notify_all()

    def until_somebody_waits(self, seconds: float) -> None:
        """Return when a thread waits for a time at most so many seconds from now."""

        def waited() -> bool:
            return any(deadline <= self._time + seconds for deadline in self._waiting.values())

        with self._lock:
            assert self._lock.wait_for(waited, PATIENCE_OF_TESTS)


class FakeCamera(Device):
    """A camera whose pictures the test hands over one by one; an exception is raised instead."""

    def __init__(self) -> None:
        self._next: queue.Queue[Any] = queue.Queue()
        self.released = threading.Event()

    def give(self, *pictures: Any) -> None:
        for picture in pictures:
            self._next.put(picture)

    def read(self) -> Any:
        picture = self._next.get(timeout=PATIENCE_OF_TESTS)
        if isinstance(picture, Exception):
            raise picture
        return picture

    def release(self) -> None:
        self.released.set()


class Socket:
    """Where cameras are plugged in: what each try to open meets is laid out beforehand."""

    def __init__(self, *tries: FakeCamera | Exception | Callable[[], Device]) -> None:
        self._tries = iter(tries)
        self.tried = 0

    @property
    def choice(self) -> CameraChoice:
        return CameraChoice("Test camera", self._open)

    def _open(self) -> Device:
        self.tried += 1
        found = next(self._tries)
        if isinstance(found, Exception):
            raise found
        return found if isinstance(found, FakeCamera) else found()


def picture(value: int = 0, width: int = 8, height: int = 6) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def write_video(
    path: Path, pictures: Iterable[np.ndarray], rate: float = 25.0, codec: str = "mp4v"
) -> Path:
    """A video of RGB pictures of one size."""
    pictures = list(pictures)
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), rate, (width, height))
    assert writer.isOpened()
    for each in pictures:
        writer.write(np.ascontiguousarray(each[..., ::-1]))
    writer.release()
    return path


def turn_video(path: Path, quarters: int) -> None:
    """Make an MP4 say that it is to be shown turned clockwise by so many quarters.

    The matrix is in the track header (ISO/IEC 14496-12, 8.3.2), as phones write it.
    """
    data = bytearray(path.read_bytes())
    header = data.index(b"tkhd") + 4
    start = header + 4 + (20 if data[header] == 0 else 32) + 16
    cosine, sine = [(1, 0), (0, 1), (-1, 0), (0, -1)][quarters]
    one = 0x10000
    data[start : start + 36] = struct.pack(
        ">9i", cosine * one, sine * one, 0, -sine * one, cosine * one, 0, 0, 0, 0x40000000
    )
    path.write_bytes(data)


def face(x: float, y: float, side: float, score: float = 0.9) -> Face:
    """A face in a square box, with landmarks where they usually are."""
    shares = [(0.32, 0.4), (0.68, 0.4), (0.5, 0.6), (0.36, 0.78), (0.64, 0.78)]
    points = tuple((x + across * side, y + down * side) for across, down in shares)
    return Face((x, y, side, side), points, score)


class FakeModel:
    """A model of three classes: how red, green and blue the crop is, as shares of its light."""

    def __init__(self, **changes: object) -> None:
        self.info = some_info(
            **{"classes": ("neutral", "happy", "sad"), "unsure_below": 0.4, **changes}
        )
        self.batches: list[int] = []

    def probabilities(self, crops: np.ndarray) -> np.ndarray:
        self.batches.append(len(crops))
        light = crops.reshape(len(crops), -1, 3).mean(axis=1) + 1
        return (light / light.sum(axis=1, keepdims=True)).astype(np.float32)


class FakeDetector:
    """Finds what it was told to, and counts its looks."""

    def __init__(self, *faces: Face) -> None:
        self.faces = list(faces)
        self.looks = 0

    def __call__(self, pixels: np.ndarray) -> list[Face]:
        self.looks += 1
        return list(self.faces)


def frame(pixels: np.ndarray, time: float | None = 0.0, number: int = 0) -> Frame:
    return Frame(pixels, time, number, 0.0, "test")


def make_small_run(folder: Path) -> Path:
    """The folder of a run with a small model of three classes and random weights."""
    layers = random_layers("vgg16")
    digest = digest_of(layers, BACKBONES["vgg16"])
    weights = Weights("vgg16", "random", layers, digest, verified=False, has_top=False)
    kernel = np.random.default_rng(5).standard_normal((SMALL.width, 3)) / 300
    head = Head(kernel, np.zeros(3))
    model = classification_model(trunk(SMALL, weights), 3, mirror=True, head=head)
    classes = ("neutral", "happy", "sad")
    folder.mkdir()
    save_model(model, some_info(classes=classes, unsure_below=0.34), folder / "model.keras")
    return folder
