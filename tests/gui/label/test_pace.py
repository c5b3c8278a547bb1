"""Labels a minute."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.gui.label.pace import WINDOW_SECONDS, Pace, duration


def test_nothing_is_guessed_from_one_label() -> None:
    pace = Pace()
    assert pace.per_minute(0.0) is None
    pace.add(1, 0.0)
    assert pace.per_minute(1.0) is None
    assert pace.minutes_left(100, 1.0) is None


def test_a_label_a_second_is_sixty_a_minute() -> None:
    pace = Pace()
    for second in range(60):
        pace.add(1, float(second))
    assert pace.per_minute(60.0) == pytest.approx(60)
    assert pace.minutes_left(120, 60.0) == pytest.approx(2)


def test_bulk_labels_count_each() -> None:
    pace = Pace()
    pace.add(10, 0.0)
    pace.add(20, 30.0)
    assert pace.per_minute(60.0) == pytest.approx(30)


def test_what_is_older_than_the_window_no_longer_counts() -> None:
    pace = Pace()
    for second in range(0, 600, 10):
        pace.add(100 if second < 300 else 1, float(second))
    assert pace.per_minute(600.0) == pytest.approx(6, rel=0.15)


def test_after_a_pause_the_pace_begins_anew() -> None:
    pace = Pace()
    pace.add(500, 0.0)
    pace.add(1, WINDOW_SECONDS)
    assert pace.per_minute(WINDOW_SECONDS + 1) is None


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0, 40)), min_size=2))
def test_a_pace_is_never_negative_nor_wild(steps: list[tuple[int, float]]) -> None:
    pace, now = Pace(), 0.0
    for labels, wait in steps:
        now += wait
        pace.add(labels, now)
    known = pace.per_minute(now)
    if known is not None:
        assert 0 < known <= 60 * sum(labels for labels, _ in steps) / 5.0


@pytest.mark.parametrize(
    ("minutes", "words"), [(0.001, "1 s"), (0.5, "30 s"), (12.2, "12 min"), (180, "3 h")]
)
def test_durations_are_said_in_the_unit_one_would_use(minutes: float, words: str) -> None:
    assert duration(minutes) == words
