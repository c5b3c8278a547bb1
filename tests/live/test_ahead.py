"""Reading ahead: the same readings in the same order, several frames under way at a time."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import replace

import numpy as np
import pytest

from faceapp.faces import Face
from faceapp.live.ahead import read_ahead
from faceapp.live.frames import Frame
from faceapp.live.reader import FrameReader, Settings
from faceapp.live.readings import FrameReading, Spent
from live.doubles import PATIENCE_OF_TESTS, FakeDetector, FakeModel, face, frame

LOOK_ALWAYS = Settings(detect_every=0)
ASKING = 2


class Film:
    """So many frames, each of another colour; counts those taken, and knows when it is closed."""

    def __init__(self, count: int) -> None:
        self.count, self.taken, self.closed = count, 0, False

    def frames(self) -> Generator[Frame]:
        try:
            for number in range(self.count):
                self.taken += 1
                colour = np.random.default_rng(number).integers(0, 256, 3)
                pixels = np.broadcast_to(colour.astype(np.uint8), (120, 160, 3))
                yield frame(np.ascontiguousarray(pixels), number / 10, number)
        finally:
            self.closed = True


class Wandering(FakeDetector):
    """Finds a face or two, elsewhere in every frame, and fails where it is told to."""

    def __init__(self, fails_at: int = -1) -> None:
        super().__init__()
        self._fails_at = fails_at

    def __call__(self, pixels: np.ndarray) -> list[Face]:
        self.looks += 1
        if self.looks == self._fails_at:
            raise ValueError("no such look")
        step = 3.0 * self.looks
        found = [face(5 + step, 20, 40)]
        return found + [face(90, 70 - step, 35)] * (self.looks % 3 == 0)


def timeless(read: FrameReading) -> FrameReading:
    return replace(read, captured=0.0, finished=0.0, spent=Spent())


def test_ahead_is_read_what_is_read_one_by_one() -> None:
    one_by_one = FrameReader(FakeModel(), Wandering(), LOOK_ALWAYS)
    wanted = [timeless(one_by_one.read(each)) for each in Film(12).frames()]
    film = Film(12)
    found = list(read_ahead(film.frames(), FrameReader(FakeModel(), Wandering(), LOOK_ALWAYS), 3))
    assert [timeless(read) for _, read in found] == wanted
    assert [each.number for each, _ in found] == list(range(12))
    assert film.closed


def test_a_slow_answer_keeps_its_place() -> None:
    later = threading.Event()

    class FirstIsSlow(FakeModel):
        def probabilities(self, crops: np.ndarray) -> np.ndarray:
            if len(self.batches) == 0:
                self.batches.append(0)
                assert later.wait(PATIENCE_OF_TESTS)  # two are asked at the same time
            else:
                later.set()
            return super().probabilities(crops)

    reader = FrameReader(FirstIsSlow(), Wandering(), LOOK_ALWAYS)
    found = read_ahead(Film(5).frames(), reader, ASKING)
    assert [read.number for _, read in found] == [0, 1, 2, 3, 4]


def test_no_more_is_held_than_is_needed() -> None:
    film = Film(50)
    told = 0
    for _ in read_ahead(film.frames(), FrameReader(FakeModel(), Wandering(), LOOK_ALWAYS), ASKING):
        told += 1
        assert film.taken <= told + ASKING + 2
    assert told == 50


def test_an_error_comes_in_its_turn_and_ends_everything() -> None:
    film, threads = Film(9), threading.active_count()
    reads = read_ahead(film.frames(), FrameReader(FakeModel(), Wandering(4), LOOK_ALWAYS), ASKING)
    assert [next(reads)[0].number for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="no such look"):
        next(reads)
    assert film.closed
    assert threading.active_count() == threads


def test_who_stops_early_leaves_nothing_behind() -> None:
    film, threads = Film(50), threading.active_count()
    reads = read_ahead(film.frames(), FrameReader(FakeModel(), Wandering(), LOOK_ALWAYS), ASKING)
    next(reads)
    reads.close()
    assert film.closed
    assert film.taken < 50
    assert threading.active_count() == threads


def test_an_empty_film_is_no_reading() -> None:
    assert list(read_ahead(Film(0).frames(), FrameReader(FakeModel(), Wandering()), ASKING)) == []
