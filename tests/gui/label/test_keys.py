"""What keys mean: pure, so every combination can be tried."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.dataset import Task, TaskClass
from faceapp.dataset.vocabulary import EXPRESSIONS, SEX, default_classes
from faceapp.gui.label.keys import (
    Command,
    GiveAnswer,
    Press,
    action_for,
    collisions,
    fits_as_key,
    key_help,
)

EXPRESSION = Task(1, "expression", default_classes(EXPRESSIONS))
SEXES = Task(2, "sex", default_classes(SEX, taken="12345678"))


def act(text: str = "", name: str = "", **modifiers: bool) -> object:
    return action_for(Press(text, name, **modifiers), EXPRESSION, SEXES)


def test_digits_answer_the_first_task_and_go_on() -> None:
    given = [act(digit) for digit in "12345678"]
    assert given == [GiveAnswer("expression", name, advance=True) for name in EXPRESSIONS]


def test_letters_answer_the_second_task_and_stay() -> None:
    assert act("f") == GiveAnswer("sex", "female", advance=False)
    assert act("M") == GiveAnswer("sex", "male", advance=False)


def test_u_is_unsure_in_the_first_task_and_with_shift_in_the_second() -> None:
    assert act("u") == GiveAnswer("expression", None, advance=True)
    assert act("U", shift=True) == GiveAnswer("sex", None, advance=False)


@pytest.mark.parametrize(
    ("text", "name", "command"),
    [
        ("q", "", Command.QUARANTINE),
        ("Q", "", Command.QUARANTINE),
        (" ", "space", Command.ACCEPT),
        ("", "backspace", Command.REFUSE),
        ("", "return", Command.LARGE),
        ("", "escape", Command.BACK),
        (".", "", Command.NEXT_WAITING),
        ("+", "", Command.ZOOM_IN),
        ("-", "", Command.ZOOM_OUT),
        ("/", "", Command.SEARCH),
    ],
)
def test_some_keys_mean_the_same_for_every_task(text: str, name: str, command: Command) -> None:
    assert act(text, name) is command
    assert action_for(Press(text, name), None, None) is command


@given(text=st.sampled_from(string.printable), name=st.sampled_from(["", "left", "space"]))
def test_with_ctrl_no_key_labels(text: str, name: str) -> None:
    assert act(text, name, ctrl=True) is None


@given(text=st.text(max_size=1))
def test_a_key_means_an_answer_only_if_a_class_or_unsure_has_it(text: str) -> None:
    action = act(text)
    known = {each.key for task in (EXPRESSION, SEXES) for each in task.classes} | {"u"}
    assert isinstance(action, GiveAnswer) == (text.casefold() in known)


def test_without_tasks_letters_mean_nothing() -> None:
    assert action_for(Press("1"), None, None) is None
    assert action_for(Press("u"), None, None) is None


def test_where_both_tasks_have_a_key_the_first_counts() -> None:
    other = Task(2, "glasses", (TaskClass("clear", "#000000", "1"),))
    action = action_for(Press("1"), EXPRESSION, other)
    assert action == GiveAnswer("expression", "neutral", advance=True)


def test_collisions_name_every_claim() -> None:
    other = Task(3, "age", (TaskClass("old", "#000000", "M"), TaskClass("young", "#111111", ".")))
    assert collisions([EXPRESSION, SEXES]) == {}
    assert collisions([EXPRESSION, SEXES, other]) == {
        "m": ("sex: male", "age: old"),
        ".": ("age: young",),
    }


@pytest.mark.parametrize("key", ["u", "U", "q", "/", "?", ".", "+", " ", "", "ab", "\t"])
def test_keys_that_no_class_may_have(key: str) -> None:
    assert not fits_as_key(key)


@given(key=st.sampled_from("0123456789abcxyzAé;"))
def test_other_characters_fit(key: str) -> None:
    assert fits_as_key(key)


def test_help_lists_the_keys_of_both_tasks() -> None:
    lines = list(key_help(EXPRESSION, SEXES))
    assert ("1", "expression: neutral") in lines
    assert ("F", "sex: female") in lines
    assert len(lines) == len(EXPRESSIONS) + len(SEX)
