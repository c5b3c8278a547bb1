"""Cameras that misbehave, a double for each: the page says what is so, and recovers by itself."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from faceapp.dataset import Dataset
from faceapp.gui.live.cameras import named_cameras
from faceapp.live.devices import CameraChoice, CameraUnavailable, Device
from faceapp.live.watch import Patience
from faceapp.services.live import LiveEngine
from gui.live.conftest import OpenPage
from live.doubles import PATIENCE_OF_TESTS, Socket
from live_page import LivePageUnderTest, live_threads, wait_for_live_threads

pytestmark = pytest.mark.gui

# The real watchdog, in less of a hurry only than a test wants to be.
HURRIED = partial(LiveEngine, patience=Patience(opening=1.0, silence=1.0, same=1.0, retry=0.3))
RATE_SECONDS = 0.03  # a camera's own
NAME = "Test camera"


class Double(Device):
    """A camera at a camera's rate: pictures by number; `None` blocks, an exception is raised."""

    def __init__(self, picture: Callable[[int], Any], over: threading.Event) -> None:
        self._picture, self._over = picture, over
        self._number = 0
        self.released = threading.Event()

    def read(self) -> Any:
        self._over.wait(RATE_SECONDS)
        found = self._picture(self._number)
        self._number += 1
        if isinstance(found, Exception):
            raise found
        if found is None:
            self._over.wait(PATIENCE_OF_TESTS)
        return found

    def release(self) -> None:
        self.released.set()


def fine(_number: int, size: tuple[int, int] = (80, 60)) -> np.ndarray:
    """A picture as good cameras send them: never the same twice."""
    return np.random.default_rng().integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)


def for_some(after: Any) -> Callable[[int], Any]:
    """Five good pictures, then something else for ever."""
    return lambda number: fine(number) if number < 5 else after


@pytest.fixture
def over() -> Iterator[threading.Event]:
    """Set when the test is over: whoever blocks then goes on."""
    event = threading.Event()
    yield event
    event.set()


EMPTY = np.zeros((0, 0, 3), np.uint8)


@pytest.mark.parametrize(
    ("after", "title", "advice"),
    [
        (OSError("no such device"), "Test camera cannot be used", "Plug it in"),
        (None, "Test camera sends no pictures any more", "goes on by itself"),
        (EMPTY, "Test camera sends empty pictures", "cover"),
        (
            np.full((60, 80, 3), 9, np.uint8),
            "Test camera sends the same picture again and again",
            "unplugged",
        ),
    ],
    ids=["dies", "falls silent", "sends empty pictures", "sends the same picture"],
)
def test_trouble_in_mid_stream_is_said_and_over_when_the_camera_is_back(
    open_page: OpenPage,
    with_run: Dataset,
    over: threading.Event,
    after: Any,
    title: str,
    advice: str,
) -> None:
    socket = Socket(
        lambda: Double(for_some(after), over),
        CameraUnavailable("still gone"),
        lambda: Double(partial(fine, size=(64, 48)), over),
    )
    page = open_page(with_run, [socket.choice], start=HURRIED)
    page.watch(NAME)
    page.wait(lambda: page.said == "" and page.page.video.image.width() == 80)
    page.wait(lambda: page.said == title)
    assert advice in page.page.video.said[1]
    page.wait(lambda: page.said == "" and page.page.video.image.width() == 64)
    assert socket.tried == 3
    over.set()
    page.page.hide()
    wait_for_live_threads()


def test_a_camera_that_is_busy_is_said_and_opened_when_it_is_free(
    open_page: OpenPage, with_run: Dataset, over: threading.Event
) -> None:
    socket = Socket(
        CameraUnavailable("in use"), CameraUnavailable("in use"), lambda: Double(fine, over)
    )
    page = open_page(with_run, [socket.choice], start=HURRIED)
    page.watch(NAME)
    page.wait(lambda: page.said == "Test camera cannot be used")
    assert "close other programs" in page.page.video.said[1]
    assert not page.words  # a state of the page, no message that stays behind
    page.wait(lambda: page.said == "" and not page.page.video.image.isNull())


def test_a_camera_that_hangs_on_open_is_said_while_the_page_goes_on(
    open_page: OpenPage, with_run: Dataset, over: threading.Event
) -> None:
    late: list[Double] = []

    def hang() -> Device:
        over.wait(PATIENCE_OF_TESTS)
        late.append(Double(fine, over))
        return late[0]

    socket = Socket(hang, lambda: Double(partial(fine, size=(64, 48)), over))
    page = open_page(with_run, [socket.choice], start=HURRIED)
    before = time.monotonic()
    page.watch(NAME)
    assert time.monotonic() - before < HURRIED.keywords["patience"].opening  # nobody waits for it
    assert page.said == "Opening Test camera..."
    page.wait(lambda: page.said == "Test camera does not answer")
    assert "choose another" in page.page.video.said[1]
    page.wait(lambda: page.said == "" and page.page.video.image.width() == 64)  # the second try
    page.page.hide()
    stuck = [each for each in live_threads() if each.name == f"read {NAME}"]
    assert len(stuck) >= 1  # the driver's own call cannot be ended
    over.set()
    wait_for_live_threads()
    assert late[0].released.is_set()  # far too late, it is let go of at once


def test_another_camera_can_be_chosen_while_one_hangs(
    open_page: OpenPage, with_run: Dataset, face_camera: CameraChoice, over: threading.Event
) -> None:
    def hang() -> Device:
        over.wait(PATIENCE_OF_TESTS)
        raise CameraUnavailable("at last")

    hanging = CameraChoice("Hanging", hang)
    page = open_page(with_run, [hanging, face_camera], start=HURRIED)
    page.watch("Hanging")
    page.wait(lambda: page.said == "Hanging does not answer")
    page.watch(face_camera.name)
    page.wait_for_reading()
    page.wait(lambda: page.said == "")
    page.watch("Hanging")  # now a choice that fails: the camera before goes on
    page.wait(lambda: bool(page.words))
    assert page.words[0].startswith("Hanging does not answer")
    assert page.page.controls.source.full == face_camera.name
    over.set()


class Growing:
    """A camera whose pictures are twice as large from the tenth on."""

    def __init__(self, camera: CameraChoice) -> None:
        self._device = camera.open()
        self.number = 0

    def read(self) -> Any:
        pixels = self._device.read()
        self.number += 1
        if pixels is None or self.number < 10:
            return pixels
        return np.ascontiguousarray(pixels.repeat(2, axis=0).repeat(2, axis=1))

    def release(self) -> None:
        self._device.release()


def read_boxes(page: LivePageUnderTest) -> list[tuple[float, ...]]:
    reading = page.page.video._reading
    found = reading.readings if reading is not None else ()
    return [each.box for each in found if each.box is not None]


def test_another_resolution_is_read_on(
    open_page: OpenPage, with_run: Dataset, face_camera: CameraChoice
) -> None:
    page = open_page(with_run, [CameraChoice(NAME, lambda: Growing(face_camera))], start=HURRIED)
    page.watch(NAME)
    page.wait(lambda: page.page.video.image.width() == 320)
    page.wait(lambda: page.page.video.image.width() == 640)
    page.wait(lambda: any(box[2] > 120 for box in read_boxes(page)))  # found at the new size
    page.wait(lambda: page.said == "")
    assert sum(page.page.side.readout.bars.shown) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(("system", "found"), [("linux", None), ("darwin", [])])
def test_where_qt_sees_no_camera_numbers_are_asked_on_linux_alone(
    system: str, found: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    devices = SimpleNamespace(videoInputs=list)
    blind = SimpleNamespace(QMediaDevices=devices)  # the module itself wants libpulse
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", blind)
    monkeypatch.setattr("sys.platform", system)
    assert named_cameras() == found
