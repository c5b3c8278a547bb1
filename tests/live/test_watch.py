"""The watchdog, without threads: events and the time decide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.live.watch import CameraState, CameraStatus, Patience, Watch
from live.doubles import picture

PATIENCE = Patience(opening=10, silence=2, same=5, retry=3)
EVENTS = ("began", "opened", "failed", "picture", "same", "empty", "look")


def playing(now: float = 0.0) -> Watch:
    watch = Watch(PATIENCE, now)
    watch.began(now)
    watch.opened(now)
    watch.picture(now, picture(1))
    return watch


def test_a_camera_opens_and_plays() -> None:
    watch = Watch(PATIENCE, 0)
    assert watch.wants_try(0)
    watch.began(0)
    assert watch.look(9.9) is CameraState.OPENING
    watch.opened(9.9)
    assert watch.look(10.5) is CameraState.OPENING
    watch.picture(11, picture(1, width=20, height=10))
    assert watch.look(11) is CameraState.PLAYING
    assert watch.size == (20, 10)


def test_opening_for_ever_is_hanging_and_tried_again() -> None:
    watch = Watch(PATIENCE, 0)
    watch.began(0)
    assert watch.look(10) is CameraState.HANGING
    assert not watch.trying
    assert (watch.wants_try(12.9), watch.wants_try(13)) == (False, True)


def test_what_is_wrong_stays_until_a_picture_comes() -> None:
    watch = Watch(PATIENCE, 0)
    watch.began(0)
    watch.failed(1, "in use")
    watch.began(4)
    assert (watch.look(5), watch.detail) == (CameraState.UNAVAILABLE, "in use")
    watch.opened(5)
    assert watch.look(5) is CameraState.UNAVAILABLE
    watch.picture(6, picture(1))
    assert (watch.look(6), watch.detail) == (CameraState.PLAYING, "")


def test_no_picture_is_silence() -> None:
    watch = playing()
    assert watch.look(1.9) is CameraState.PLAYING
    assert watch.look(2) is CameraState.SILENT
    assert not watch.trying


def test_pictures_without_pixels_are_told_from_silence() -> None:
    watch = playing()
    for tenth in range(1, 21):
        watch.picture(tenth / 10, picture(width=0))
    assert watch.look(2) is CameraState.EMPTY
    assert watch.size == (8, 6)


def test_one_picture_again_and_again_is_frozen_then_taken_for_a_still() -> None:
    watch = playing()
    for second in range(1, 5):
        watch.picture(second, picture(1))
        assert watch.look(second) is CameraState.PLAYING
    watch.picture(5, picture(1))
    assert watch.look(5) is CameraState.FROZEN
    assert not watch.trying
    watch.began(8)
    watch.opened(8)
    for second in range(8, 30):
        watch.picture(second, picture(1))
        assert watch.look(second) is CameraState.FROZEN
        assert watch.trying
    watch.picture(30, picture(2))
    assert watch.look(30) is CameraState.PLAYING


def test_another_size_is_told() -> None:
    watch = playing()
    watch.picture(1, picture(1, width=16, height=12))
    assert (watch.size, watch.look(1)) == ((16, 12), CameraState.PLAYING)


@given(st.lists(st.tuples(st.sampled_from(EVENTS), st.floats(0, 4)), max_size=40))
def test_nothing_changes_before_the_deadline(events: list[tuple[str, float]]) -> None:
    watch, now = Watch(PATIENCE, 0), 0.0
    for number, (event, pause) in enumerate(events):
        now += pause
        if event in {"began", "opened"}:
            getattr(watch, event)(now)
        elif event == "failed":
            watch.failed(now, "gone")
        elif event == "look":
            watch.look(now)
        else:
            shown = {"picture": picture(number % 250), "same": picture(250)}
            watch.picture(now, shown.get(event, picture(width=0)))
        state, trying, wants = watch.look(now), watch.trying, watch.wants_try(now)
        before = (now + watch.deadline()) / 2
        if now < before < watch.deadline():
            assert (watch.look(before), watch.trying, watch.wants_try(before)) == (
                state, trying, wants,
            )  # fmt: skip


@pytest.mark.parametrize("state", CameraState)
def test_every_state_has_words_and_a_picture_needs_none(state: CameraState) -> None:
    text = CameraStatus("Front door", state, detail="It is in use.").text
    assert (text == "") == (state is CameraState.PLAYING)
    assert text == "" or "Front door" in text
