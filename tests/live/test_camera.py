"""The camera in its threads: hangs, dies, changes, sends nothing, and comes back."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from faceapp.live.camera import Camera
from faceapp.live.clock import MONOTONIC
from faceapp.live.devices import CameraUnavailable, PlayedVideo, camera_choices, played_video
from faceapp.live.frames import Frame, SourceRefused
from faceapp.live.watch import CameraState, CameraStatus, Patience
from live.doubles import (
    PATIENCE_OF_TESTS,
    FakeCamera,
    ManualClock,
    Socket,
    picture,
    write_video,
)

PATIENCE = Patience(opening=10, silence=2, same=5, retry=3)


class Watched:
    """A camera on a manual clock, and what it told."""

    def __init__(self, socket: Socket) -> None:
        self.clock = ManualClock()
        self.frames: queue.Queue[Frame] = queue.Queue()
        self.statuses: queue.Queue[CameraStatus] = queue.Queue()
        self.camera = Camera(
            socket.choice, self.frames.put, self.statuses.put, self.clock, PATIENCE
        )
        self.camera.start()

    def frame(self) -> Frame:
        return self.frames.get(timeout=PATIENCE_OF_TESTS)

    def status(self) -> CameraStatus:
        return self.statuses.get(timeout=PATIENCE_OF_TESTS)

    def state(self) -> CameraState:
        return self.status().state

    def plays(self, device: FakeCamera) -> None:
        """The device gives a picture, and that is told."""
        device.give(picture(1))
        assert self.frame().pixels[0, 0, 0] == 1
        assert self.state() is CameraState.PLAYING

    def retries(self) -> None:
        """Let the time pass after which the camera is opened again."""
        self.clock.until_somebody_waits(PATIENCE.retry)
        self.clock.advance(PATIENCE.retry)


@pytest.fixture
def devices() -> Iterator[list[FakeCamera]]:
    """Three cameras; whoever still reads them when the test ends is let go."""
    made = [FakeCamera() for _ in range(3)]
    yield made
    for each in made:
        each.give(OSError("the test is over"))


def stopped(watched: Watched, *devices: FakeCamera) -> None:
    watched.camera.stop()
    for each in devices:
        each.give(picture(0))
    assert watched.camera.join(PATIENCE_OF_TESTS)


def test_pictures_come_numbered_with_their_time(devices: list[FakeCamera]) -> None:
    watched = Watched(Socket(devices[0]))
    assert watched.state() is CameraState.OPENING
    watched.plays(devices[0])
    watched.clock.advance(0.5)
    devices[0].give(picture(2))
    frame = watched.frame()
    assert (frame.number, frame.time, frame.captured) == (1, 0.5, 100.5)
    assert frame.file == "Test camera"
    stopped(watched, devices[0])
    assert watched.state() is CameraState.STOPPED
    assert devices[0].released.is_set()
    assert watched.frames.empty()


def test_a_camera_that_is_busy_is_tried_again(devices: list[FakeCamera]) -> None:
    watched = Watched(Socket(CameraUnavailable("It is in use."), devices[0]))
    assert watched.state() is CameraState.OPENING
    status = watched.status()
    assert status.state is CameraState.UNAVAILABLE
    assert "It is in use." in status.text
    watched.retries()
    watched.plays(devices[0])
    stopped(watched, devices[0])


def test_a_camera_that_hangs_on_open_is_left_behind(devices: list[FakeCamera]) -> None:
    answers = threading.Event()

    def hang() -> FakeCamera:
        assert answers.wait(PATIENCE_OF_TESTS)
        return devices[0]

    watched = Watched(Socket(hang, devices[1]))
    assert watched.state() is CameraState.OPENING
    watched.clock.until_somebody_waits(PATIENCE.opening)
    watched.clock.advance(PATIENCE.opening)
    assert watched.state() is CameraState.HANGING
    watched.retries()
    watched.plays(devices[1])
    answers.set()  # far too late: it is let go of at once, and shows nothing
    assert devices[0].released.wait(PATIENCE_OF_TESTS)
    stopped(watched, devices[1])
    assert watched.frames.empty()


def test_stuck_threads_do_not_pile_up(devices: list[FakeCamera]) -> None:
    answers = threading.Event()

    def hang() -> FakeCamera:
        assert answers.wait(PATIENCE_OF_TESTS)
        return devices[0]

    socket = Socket(*[hang] * 10)
    watched = Watched(socket)
    for _ in range(8):
        watched.clock.until_somebody_waits(PATIENCE.opening)
        watched.clock.advance(PATIENCE.opening)
    assert socket.tried == 3
    assert not watched.camera.join(0)
    answers.set()
    stopped(watched)


def test_a_camera_that_dies_comes_back(devices: list[FakeCamera]) -> None:
    watched = Watched(Socket(*devices))
    assert watched.state() is CameraState.OPENING
    watched.plays(devices[0])
    devices[0].give(OSError("no such device"))
    status = watched.status()
    assert status.state is CameraState.UNAVAILABLE
    assert "no such device" in status.text
    assert devices[0].released.wait(PATIENCE_OF_TESTS)
    watched.retries()
    watched.plays(devices[1])
    stopped(watched, devices[1])


def test_a_camera_that_falls_silent_comes_back(devices: list[FakeCamera]) -> None:
    watched = Watched(Socket(*devices))
    assert watched.state() is CameraState.OPENING
    watched.plays(devices[0])
    watched.clock.until_somebody_waits(PATIENCE.silence)
    watched.clock.advance(PATIENCE.silence)
    assert watched.state() is CameraState.SILENT
    watched.retries()
    watched.plays(devices[1])
    stopped(watched, *devices[:2])


def test_another_resolution_is_told(devices: list[FakeCamera]) -> None:
    watched = Watched(Socket(devices[0]))
    assert watched.state() is CameraState.OPENING
    watched.plays(devices[0])
    devices[0].give(picture(2, width=16, height=12))
    status = watched.status()
    assert (status.state, status.size) == (CameraState.PLAYING, (16, 12))
    assert watched.frame().pixels.shape == (12, 16, 3)
    stopped(watched, devices[0])


@pytest.mark.parametrize("empty", [None, np.zeros((0, 0, 3), np.uint8)])
def test_empty_pictures_are_no_frames(devices: list[FakeCamera], empty: object) -> None:
    watched = Watched(Socket(*devices))
    assert watched.state() is CameraState.OPENING
    watched.plays(devices[0])
    devices[0].give(empty)
    watched.clock.until_somebody_waits(0.1)  # it does not ask again at once
    watched.clock.advance(PATIENCE.silence)
    assert watched.state() is CameraState.EMPTY
    watched.retries()
    watched.plays(devices[1])
    stopped(watched, *devices[:2])
    assert watched.frames.empty()


def test_a_frozen_picture_is_told_and_the_camera_opened_again(devices: list[FakeCamera]) -> None:
    watched = Watched(Socket(*devices))
    assert watched.state() is CameraState.OPENING
    watched.plays(devices[0])
    for _ in range(int(PATIENCE.same) - 1):
        watched.clock.advance(1)
        devices[0].give(picture(1))
        watched.frame()
    watched.clock.advance(1)
    assert watched.state() is CameraState.FROZEN
    watched.retries()
    devices[1].give(picture(1), picture(2))
    assert watched.frame().pixels[0, 0, 0] == 1
    assert watched.state() is CameraState.PLAYING
    stopped(watched, *devices[:2])


def video_of(folder: Path, count: int, rate: float = 25) -> Path:
    return write_video(folder / "played.mp4", [picture(40 * n, 64, 48) for n in range(count)], rate)


def test_the_double_plays_in_real_time_and_again(tmp_path: Path) -> None:
    clock = ManualClock()
    double = PlayedVideo(video_of(tmp_path, 3, rate=8), clock)
    seen = []
    reader = threading.Thread(target=lambda: seen.extend(double.read() for _ in range(5)))
    assert double.read()[0, 0, 0] < 20  # the first is due at once
    reader.start()
    for _ in range(5):
        clock.until_somebody_waits(0.125)
        clock.advance(0.125)
    reader.join(PATIENCE_OF_TESTS)
    double.release()
    assert np.round([each[0, 0, 0] / 40 for each in seen]).tolist() == [1, 2, 0, 1, 2]


def test_the_double_skips_what_nobody_fetched(tmp_path: Path) -> None:
    clock = ManualClock()
    double = PlayedVideo(video_of(tmp_path, 6, rate=8), clock)
    double.read()
    clock.advance(0.55)
    assert np.round(double.read()[0, 0, 0] / 40) == 4
    clock.advance(100)
    assert double.read() is not None
    double.release()


def test_the_double_plays_on_a_machine_that_is_too_slow_for_it(tmp_path: Path) -> None:
    class BusyClock(ManualClock):
        """Whatever one does, three pictures' time has passed."""

        def now(self) -> float:
            self._time += 0.375
            return self._time

    double = PlayedVideo(video_of(tmp_path, 3, rate=8), BusyClock())
    assert all(double.read() is not None for _ in range(5))
    double.release()


def test_two_videos_of_one_name_are_two_choices(tmp_path: Path) -> None:
    one, other = (played_video(tmp_path / folder / "film.avi") for folder in ("a", "b"))
    assert one != other
    assert one == played_video(tmp_path / "a" / "film.avi")


def test_a_choice_names_what_it_opens(tmp_path: Path) -> None:
    (choice,) = camera_choices(lambda: [("Desk", 99)])
    assert choice.name == "Desk"
    with pytest.raises(CameraUnavailable):
        choice.open()
    assert played_video(video_of(tmp_path, 1)).name == "played.mp4"
    with pytest.raises(SourceRefused):
        played_video(tmp_path / "gone.mp4").open()


def handles() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_a_hundred_starts_and_stops_leave_nothing(tmp_path: Path) -> None:
    path = video_of(tmp_path, 3)

    def once() -> None:
        frames: queue.Queue[Frame] = queue.Queue()
        camera = Camera(played_video(path), frames.put, lambda _: None, MONOTONIC)
        camera.start()
        frames.get(timeout=PATIENCE_OF_TESTS)
        camera.stop()
        assert camera.join(PATIENCE_OF_TESTS)

    once()
    threads, open_files = threading.active_count(), handles()
    for _ in range(100):
        once()
    assert threading.active_count() == threads
    assert handles() <= open_files
