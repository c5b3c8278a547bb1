"""The live view: newest frames only, a preview that never waits, choices that fail harmlessly."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faceapp.live.clock import MONOTONIC, Clock
from faceapp.live.devices import CameraChoice, CameraUnavailable, Device, played_video
from faceapp.live.frames import Frame
from faceapp.live.pace import PaceFigures
from faceapp.live.reader import FrameReader
from faceapp.live.readings import FrameReading
from faceapp.live.view import Listener, LiveView
from faceapp.live.watch import CameraState, CameraStatus, Patience
from live.doubles import (
    PATIENCE_OF_TESTS,
    FakeCamera,
    FakeDetector,
    FakeModel,
    ManualClock,
    face,
    picture,
    write_video,
)

PATIENCE = Patience(opening=10, silence=2, same=5, retry=3)


class GatedModel(FakeModel):
    """Answers only when it may; `asked` says that it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: queue.Queue[None] = queue.Queue()
        self.may = threading.Semaphore(0)
        self.failures: list[Exception] = []

    def probabilities(self, crops: np.ndarray) -> np.ndarray:
        self.asked.put(None)
        assert self.may.acquire(timeout=PATIENCE_OF_TESTS)
        if self.failures:
            raise self.failures.pop()
        return super().probabilities(crops)


class Seen:
    """A view with everything that it tells, in queues."""

    def __init__(self, model: FakeModel, clock: Clock) -> None:
        self.frames: queue.Queue[Frame] = queue.Queue()
        self.readings: queue.Queue[tuple[Frame, FrameReading, PaceFigures]] = queue.Queue()
        self.statuses: queue.Queue[CameraStatus] = queue.Queue()
        self.restored: queue.Queue[tuple[CameraStatus, CameraChoice]] = queue.Queue()
        listener = Listener(
            self.frames.put,
            lambda *told: self.readings.put(told),
            self.statuses.put,
            lambda *told: self.restored.put(told),
        )
        detector = FakeDetector(face(4, 4, 40))
        self.view = LiveView(FrameReader(model, detector, clock=clock), listener, clock, PATIENCE)


def got(told: queue.Queue[Any]) -> Any:
    return told.get(timeout=PATIENCE_OF_TESTS)


def large(value: int) -> np.ndarray:
    return picture(value, 64, 48)


@pytest.fixture
def cameras() -> Iterator[list[FakeCamera]]:
    made = [FakeCamera() for _ in range(3)]
    yield made
    for each in made:
        each.give(OSError("the test is over"))


@pytest.fixture
def model() -> GatedModel:
    return GatedModel()


@pytest.fixture
def seen(model: GatedModel) -> Iterator[Seen]:
    made = Seen(model, ManualClock())
    yield made
    made.view.stop()
    for _ in range(20):
        model.may.release()


def choice(name: str, device: Device | Exception) -> CameraChoice:
    def opened() -> Device:
        if isinstance(device, Exception):
            raise device
        return device

    return CameraChoice(name, opened)


def shows(seen: Seen, camera: FakeCamera, value: int = 1) -> None:
    camera.give(large(value))
    assert got(seen.frames).pixels[0, 0, 0] == value
    while got(seen.statuses).state is not CameraState.PLAYING:
        pass


def test_the_preview_never_waits_and_frames_are_dropped_not_queued(
    seen: Seen, model: GatedModel, cameras: list[FakeCamera]
) -> None:
    seen.view.choose(choice("desk", cameras[0]))
    shows(seen, cameras[0])
    got(model.asked)  # it thinks about the first frame, for as long as the test wants
    cameras[0].give(*(large(value) for value in range(2, 12)))
    assert [got(seen.frames).number for _ in range(10)] == list(range(1, 11))
    assert seen.readings.empty()
    # A frame is in the slot when the next one has come.
    cameras[0].give(large(12))
    got(seen.frames)
    cameras[0].give(OSError("gone"))  # the last has been laid in when the camera says this
    assert got(seen.statuses).state is CameraState.UNAVAILABLE
    model.may.release()
    assert got(seen.readings)[0].number == 0
    got(model.asked)
    model.may.release()
    last, reading, _ = got(seen.readings)
    assert (last.number, reading.number) == (11, 11)
    assert seen.view.dropped == 10


def test_a_frame_that_cannot_be_read_is_its_own_problem(
    seen: Seen, model: GatedModel, cameras: list[FakeCamera], caplog: pytest.LogCaptureFixture
) -> None:
    seen.view.choose(choice("desk", cameras[0]))
    model.failures.append(RuntimeError("out of luck"))
    shows(seen, cameras[0])
    model.may.release()
    _, reading, _ = got(seen.readings)
    assert "out of luck" in reading.problem
    assert "out of luck" in caplog.text
    cameras[0].give(large(2))
    model.may.release()
    _, reading, _ = got(seen.readings)
    assert (reading.problem, len(reading.readings)) == ("", 1)


def test_latency_is_from_capture_to_reading(
    seen: Seen, model: GatedModel, cameras: list[FakeCamera]
) -> None:
    clock = seen.view._clock
    assert isinstance(clock, ManualClock)
    seen.view.choose(choice("desk", cameras[0]))
    shows(seen, cameras[0])
    got(model.asked)
    clock.advance(0.25)
    model.may.release()
    _, reading, _ = got(seen.readings)
    assert reading.latency == pytest.approx(0.25)


def test_another_camera_takes_over_with_its_first_picture(
    seen: Seen, cameras: list[FakeCamera]
) -> None:
    seen.view.choose(choice("desk", cameras[0]))
    shows(seen, cameras[0])
    seen.view.choose(choice("door", cameras[1]))
    cameras[0].give(large(2))
    assert got(seen.frames).file == "desk"  # until the other one has something to show
    shows(seen, cameras[1], 3)
    cameras[0].give(large(4))
    assert cameras[0].released.wait(PATIENCE_OF_TESTS)
    cameras[1].give(large(5))
    assert got(seen.frames).file == "door"


def test_a_choice_that_fails_restores_the_one_before(seen: Seen, cameras: list[FakeCamera]) -> None:
    seen.view.choose(choice("desk", cameras[0]))
    shows(seen, cameras[0])
    seen.view.choose(choice("door", CameraUnavailable("It is in use.")))
    failed, kept = got(seen.restored)
    assert (failed.camera, kept.name) == ("door", "desk")
    assert "It is in use." in failed.text
    cameras[0].give(large(2))
    assert got(seen.frames).file == "desk"


def test_the_first_choice_is_tried_until_it_works(seen: Seen, cameras: list[FakeCamera]) -> None:
    tries = iter([CameraUnavailable("It is in use."), cameras[0]])

    def opened() -> Device:
        found = next(tries)
        if isinstance(found, Exception):
            raise found
        return found

    seen.view.choose(CameraChoice("desk", opened))
    while got(seen.statuses).state is not CameraState.UNAVAILABLE:
        pass
    clock = seen.view._clock
    assert isinstance(clock, ManualClock)
    clock.until_somebody_waits(PATIENCE.retry)
    clock.advance(PATIENCE.retry)
    shows(seen, cameras[0])
    assert seen.restored.empty()


def test_the_same_choice_changes_nothing(seen: Seen, cameras: list[FakeCamera]) -> None:
    seen.view.choose(choice("desk", cameras[0]))
    shows(seen, cameras[0])
    seen.view.choose(choice("desk", RuntimeError("opened twice")))
    cameras[0].give(large(2))
    assert got(seen.frames).number == 1


def test_a_stopped_view_stays_so(seen: Seen, cameras: list[FakeCamera]) -> None:
    seen.view.stop()
    seen.view.choose(choice("desk", cameras[0]))
    assert seen.view.join(PATIENCE_OF_TESTS)
    assert seen.statuses.empty()


def handles() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_a_hundred_starts_and_stops_leave_nothing(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [large(40 * n) for n in range(3)])

    def once() -> None:
        seen = Seen(FakeModel(), MONOTONIC)
        seen.view.choose(played_video(path))
        assert got(seen.readings)[1].readings[0].number == 1
        seen.view.stop()
        assert seen.view.join(PATIENCE_OF_TESTS)

    once()
    threads, open_files = threading.active_count(), handles()
    for _ in range(100):
        once()
    assert threading.active_count() == threads
    assert handles() <= open_files
