"""Heat maps beside the readings: now and then, of the crop that the model saw."""

from __future__ import annotations

import queue

import numpy as np
import pytest

from faceapp.faces import prepare
from faceapp.live.looking import Look, Looker
from faceapp.live.readings import FrameReading, Reading, State
from live.doubles import PATIENCE_OF_TESTS, FakeModel, ManualClock, face, frame

PIXELS = np.random.default_rng(4).integers(0, 256, (120, 160, 3), np.uint8)
CLASSES = ("neutral", "happy", "sad")


class FakeMapper:
    """Gives the class in each place; fails first where it is told to."""

    def __init__(self, fails: int = 0) -> None:
        self.info = FakeModel().info
        self.fails = fails
        self.asked: queue.Queue[None] = queue.Queue()

    def heat(self, crop: np.ndarray, chosen: int) -> np.ndarray:
        self.asked.put(None)
        if self.fails:
            self.fails -= 1
            raise RuntimeError("out of luck")
        return np.full((7, 7), chosen, np.float32)


def read(*readings: Reading) -> FrameReading:
    return FrameReading("cam", 0, 0.0, CLASSES, readings)


HAPPY = Reading(3, face(40, 30, 60), State.READ, "happy", (0.8, 0.1, 0.1), (0.2, 0.7, 0.1))
SMALL = Reading(4, face(5, 5, 20), State.TOO_SMALL, "too small", ())


def test_the_largest_read_face_is_mapped_for_the_class_that_is_shown() -> None:
    looks: queue.Queue[Look] = queue.Queue()
    looker = Looker(FakeMapper(), looks.put, clock=ManualClock())
    looker.offer(frame(PIXELS), read(SMALL, HAPPY))
    look = looks.get(timeout=PATIENCE_OF_TESTS)
    assert (look.number, look.name) == (3, "happy")
    assert np.array_equal(look.crop, prepare(PIXELS, HAPPY.face, FakeMapper().info.preprocessing))
    assert np.all(look.heat == 1)
    looker.stop()
    assert looker.join(PATIENCE_OF_TESTS)


def test_it_looks_only_now_and_then() -> None:
    looks: queue.Queue[Look] = queue.Queue()
    clock = ManualClock()
    looker = Looker(FakeMapper(), looks.put, every=0.5, clock=clock)
    for _ in range(3):
        looker.offer(frame(PIXELS), read(SMALL))  # nothing to look at takes no turn
        looker.offer(frame(PIXELS), read(HAPPY))
        looks.get(timeout=PATIENCE_OF_TESTS)
        clock.advance(0.25)
        looker.offer(frame(PIXELS), read(HAPPY))
        clock.advance(0.25)
    looker.stop()
    assert looker.join(PATIENCE_OF_TESTS)
    assert looks.empty()


def test_a_look_that_fails_is_not_the_last(caplog: pytest.LogCaptureFixture) -> None:
    looks: queue.Queue[Look] = queue.Queue()
    mapper = FakeMapper(fails=1)
    looker = Looker(mapper, looks.put, every=0, clock=ManualClock())
    looker.offer(frame(PIXELS), read(HAPPY))
    mapper.asked.get(timeout=PATIENCE_OF_TESTS)
    looker.offer(frame(PIXELS), read(HAPPY))
    assert looks.get(timeout=PATIENCE_OF_TESTS).number == 3
    assert "out of luck" in caplog.text
    looker.stop()
    assert looker.join(PATIENCE_OF_TESTS)
