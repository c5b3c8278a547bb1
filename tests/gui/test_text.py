"""Numbers, shares, times and days as they stand on screen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.gui.text import began_short, counted, day, number, percent, run_words, time_left

pytestmark = pytest.mark.gui


@given(value=st.integers(0, 10**9))
def test_a_number_is_the_number(value: int) -> None:
    shown = number(value)
    assert int(shown.replace(",", "")) == value
    assert all(len(part) == 3 for part in shown.split(",")[1:])


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0 faces"), (1, "one face"), (1200, "1,200 faces")]
)
def test_one_is_not_many(value: int, shown: str) -> None:
    assert counted(value, "one face", "{0} faces") == shown


def test_counted_takes_more_words() -> None:
    assert counted(3, "{0} rater: {1}", "{0} raters: {1}", "a, b") == "3 raters: a, b"


@given(count=st.integers(0, 10**6), rest=st.integers(0, 10**6))
def test_a_share_is_never_told_as_nothing_or_as_all_that_is_not(count: int, rest: int) -> None:
    share = count / (count + rest) if count + rest else 0.0
    shown = percent(share)
    assert (shown == "0%") == (count == 0)
    assert (shown == "100%") == (count > 0 and rest == 0)
    if shown[0] not in "<>":
        assert abs(float(shown.rstrip("%")) / 100 - share) <= 0.00501


@given(seconds=st.floats(0, 359_999))
def test_time_left_is_told_to_the_second_or_the_minute(seconds: float) -> None:
    shown = time_left(seconds)
    if " h " in shown:
        hours, minutes = shown.split(" h ")
        assert 0 <= round(seconds) - (3600 * int(hours) + 60 * int(minutes)) < 60
    else:
        minutes, rest = shown.split(":")
        assert 60 * int(minutes) + int(rest) == round(seconds)
        assert len(rest) == 2


def test_time_left_is_never_negative() -> None:
    assert time_left(-3) == "0:00"


@pytest.mark.parametrize(("ago", "shown"), [(0, "today"), (1, "yesterday")])
def test_near_days_have_names(ago: int, shown: str) -> None:
    today = date(2026, 3, 1)
    moment = datetime(2026, 3, 1, 23, 59, tzinfo=UTC) - timedelta(days=ago)
    assert day(moment, today) == shown


@pytest.mark.parametrize("ago", [-1, 2, 400])
def test_other_days_are_dates(ago: int) -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC) - timedelta(days=ago)
    assert str(moment.day) in day(moment, date(2026, 3, 1))


def test_a_run_is_told_by_what_it_is_and_when_it_began() -> None:
    words = run_words("20260101-120000-expression-quick")
    assert words.startswith("expression-quick \u00b7 ")
    assert "2026" in words or "26" in words
    assert run_words("my-run") == "my-run"


def test_when_a_run_began_in_short_names_the_year_only_of_another_one() -> None:
    this_year = datetime.now(UTC).year
    assert str(this_year) not in began_short(f"{this_year}0615-120000-expression-quick")
    assert ":" in began_short(f"{this_year}0615-120000-expression-quick")
    assert "2019" in began_short("20190615-120000-expression-quick")
    assert began_short("my-run") == "my-run"
