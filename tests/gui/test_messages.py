"""The channel: what replaces what, and which words an error is shown in."""

from __future__ import annotations

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faceapp.errors import Cancelled, ProgramError, WorldError
from faceapp.gui.messages import Level, Message, Messages

pytestmark = pytest.mark.gui


def texts(messages: Messages) -> list[str]:
    return [each.text for each in messages.standing]


def test_a_message_replaces_its_earlier_self(messages: Messages) -> None:
    messages.warning("one", key="a")
    messages.warning("other", key="b")
    messages.problem("two", key="a")
    assert texts(messages) == ["other", "two"]


def test_good_news_makes_room_and_takes_none(messages: Messages) -> None:
    messages.problem("bad")
    messages.info("saved")
    messages.info("kept", key="a")
    messages.info("saved again")
    assert texts(messages) == ["bad", "kept", "saved again"]
    messages.warning("careful")
    assert texts(messages) == ["bad", "kept", "careful"]


def test_the_same_complaint_stands_once(messages: Messages) -> None:
    for _ in range(3):
        messages.warning("careful")
    assert texts(messages) == ["careful"]


SAID = st.lists(
    st.builds(
        Message,
        level=st.sampled_from(Level),
        text=st.sampled_from("xyz"),
        key=st.sampled_from(["", "a", "b"]),
    )
)


@given(said=SAID)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_newest_stands_last_and_every_key_once(said: list[Message], qapp: object) -> None:
    messages = Messages()
    for each in said:
        messages.say(each)
        assert messages.standing[-1] is each
    keys = [each.key for each in messages.standing if each.key]
    assert len(keys) == len(set(keys)) == len({each.key for each in said} - {""})
    for each in messages.standing:
        messages.put_away(each)
    assert messages.standing == ()


def test_what_no_longer_holds_is_taken_back(messages: Messages) -> None:
    messages.problem("gone", key="open")
    messages.info("stays")
    messages.take_back("open")
    messages.take_back("open")
    assert texts(messages) == ["stays"]


def test_stopping_is_no_problem(messages: Messages) -> None:
    messages.problem(Cancelled())
    assert messages.standing == ()


@pytest.mark.parametrize("error", [WorldError("no disk"), OSError("no disk"), ProgramError("bug")])
def test_a_foreseen_error_is_shown_in_its_own_words(
    messages: Messages, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    messages.problem(error)
    assert messages.standing[0].text == str(error)
    assert messages.standing[0].details == ""
    assert caplog.records == []


def test_a_mistake_of_ours_is_logged_whole(
    messages: Messages, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise KeyError("nothing")

    with caplog.at_level(logging.ERROR), pytest.raises(KeyError) as caught:
        fail()
    messages.problem(caught.value)
    (message,) = messages.standing
    assert "faceapp itself" in message.text
    assert "nothing" in message.text
    assert "in fail" in message.details
    assert "in fail" in caplog.text


def test_an_error_without_words_is_named(messages: Messages) -> None:
    messages.problem(ZeroDivisionError())
    assert "ZeroDivisionError" in messages.standing[0].text
