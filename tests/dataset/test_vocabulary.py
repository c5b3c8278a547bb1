"""Words for the same thing, colours and keys."""

from __future__ import annotations

import string

import hypothesis.strategies as st
import pytest
from hypothesis import given

from faceapp.dataset.vocabulary import (
    COLOURS,
    EXPRESSIONS,
    SEX,
    SYNONYMS,
    classes_for_task,
    default_classes,
    is_unsure,
    match_class,
    normal_word,
)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("happiness", "happy"),
        (" HAPPY ", "happy"),
        ("Anger", "angry"),
        ("surprise", "surprised"),
        ("sadness", "sad"),
        ("disgust", "disgusted"),
        ("fear", "fearful"),
        ("Neutral", "neutral"),
        ("no_expression", "neutral"),
        ("contempt", "contempt"),
        ("joy", "happy"),
        ("", None),
        ("3", None),
        ("calm", None),
        ("unsure", None),
        ("happyish", None),
    ],
)
def test_a_word_is_matched_or_left_alone(word: str, expected: str | None) -> None:
    assert match_class(word, EXPRESSIONS) == expected


@pytest.mark.parametrize(("word", "expected"), [("F", "female"), ("Man", "male"), ("x", None)])
def test_words_for_sex(word: str, expected: str | None) -> None:
    assert match_class(word, SEX) == expected


def test_classes_with_their_own_words_are_found_by_synonyms() -> None:
    assert match_class("happy", ["Anger", "Joy"]) == "Joy"
    assert match_class("angry", ["Anger", "Joy"]) == "Anger"


def test_a_word_that_fits_two_classes_is_not_guessed() -> None:
    assert match_class("happiness", ["happy", "joy"]) is None
    assert match_class("joy", ["happy", "joy"]) == "joy"


def test_no_word_stands_for_two_classes() -> None:
    words = [normal_word(word) for name, others in SYNONYMS.items() for word in (name, *others)]
    assert len(words) == len(set(words))
    assert not any(is_unsure(word) for word in words)


@pytest.mark.parametrize("task", ["expression", "Emotion", " expressions"])
def test_an_expression_task_has_the_known_classes(task: str) -> None:
    assert classes_for_task(task, ["bored"]) == EXPRESSIONS


def test_a_task_about_sex_has_its_two() -> None:
    assert classes_for_task("gender", []) == SEX


def test_another_task_takes_its_own_words_in_order() -> None:
    words = [" Glasses", "none", "glasses", "", "Unsure", "sun glasses"]
    assert classes_for_task("eyewear", words) == ("Glasses", "none", "sun glasses")


def test_the_first_task_has_digits_and_the_second_letters_of_its_names() -> None:
    first = default_classes(EXPRESSIONS)
    assert "".join(each.key for each in first) == "12345678"
    second = default_classes(SEX, [each.key for each in first])
    assert [each.key for each in second] == ["f", "m"]


@given(
    st.lists(st.text(min_size=1, max_size=8), max_size=45, unique=True),
    st.sets(st.sampled_from(string.ascii_lowercase + string.digits)),
)
def test_keys_are_free_single_and_never_reserved(names: list[str], taken: set[str]) -> None:
    made = default_classes(names, taken)
    assert [each.name for each in made] == names
    keys = [each.key for each in made if each.key]
    assert len(keys) == len(set(keys))
    assert not set(keys) & (taken | set("uq/?"))
    letters = set(string.ascii_lowercase) - taken - set("uq")
    assert len(keys) >= min(len(names), len(letters))


def test_colours_are_different_and_well_formed() -> None:
    assert len({colour.lower() for colour in COLOURS}) == len(COLOURS) >= len(EXPRESSIONS)
    assert len({each.colour for each in default_classes(EXPRESSIONS)}) == len(EXPRESSIONS)


def test_a_second_task_wears_other_colours_while_there_are_any() -> None:
    first = [each.colour for each in default_classes(EXPRESSIONS)]
    second = [each.colour for each in default_classes(SEX, worn=first)]
    assert len({*first, *second}) == len(EXPRESSIONS) + len(SEX)
    many = default_classes([str(number) for number in range(40)], worn=first)
    assert {each.colour for each in many} == set(COLOURS)
