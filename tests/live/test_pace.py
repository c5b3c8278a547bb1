"""Frames a second, latency, and the slot that never lets anybody be late."""

from __future__ import annotations

import threading

import pytest

from faceapp.live.pace import Pace, pace_figures
from faceapp.live.slot import Newest
from live.doubles import PATIENCE_OF_TESTS


def test_the_pace_is_that_of_the_last_seconds() -> None:
    pace = Pace(window=2)
    assert pace.add(0, 0.1).fps == 0
    for number in range(1, 41):
        figures = pace.add(number / 10, number / 10 + 0.1)
    assert figures.fps == pytest.approx(10)
    assert (figures.p50, figures.p95) == (pytest.approx(100), pytest.approx(100))
    for number in range(41, 141):
        figures = pace.add(number / 20 + 2, number / 20 + 2.03)
    assert figures.fps == pytest.approx(20)
    assert figures.p95 == pytest.approx(30)


def test_half_and_nearly_all_of_the_latencies() -> None:
    figures = pace_figures([n / 1000 for n in range(101)], 10)
    assert (figures.fps, figures.p50, figures.p95) == (10.1, pytest.approx(50), pytest.approx(95))
    assert pace_figures([], 5).fps == 0


def test_only_the_newest_waits() -> None:
    slot: Newest[int] = Newest()
    for value in (1, 2, 3):
        slot.put(value)
    assert (slot.take(), slot.dropped) == (3, 2)


def test_closing_ends_waiting() -> None:
    slot: Newest[int] = Newest()
    taken: list[int | None] = []
    waiting = threading.Thread(target=lambda: taken.append(slot.take()))
    waiting.start()
    slot.close()
    waiting.join(PATIENCE_OF_TESTS)
    slot.put(1)
    assert taken == [None]
    assert slot.take() is None
