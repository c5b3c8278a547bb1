"""The phrase table: complete, each phrase with its gloss, and a person's own before it."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.dataset.vocabulary import EXPRESSIONS, SEX
from faceapp.scraping.phrases import (
    Phrase,
    PhrasesUnreadable,
    all_phrases,
    languages_of,
    own_table,
    phrases_for,
    read_phrases,
    shipped_phrases,
    write_phrases,
)


def test_every_class_has_both_intensities_in_every_language() -> None:
    table = shipped_phrases()
    languages = languages_of(table)
    assert len(languages) >= 12
    there = {(each.class_name, each.language, each.intensity) for each in table}
    assert set(product((*EXPRESSIONS, *SEX), languages, (1, 2))) <= there


def test_every_phrase_can_be_reviewed_and_stands_once() -> None:
    table = shipped_phrases()
    assert all(each.gloss for each in table)
    assert len({(each.class_name, each.text) for each in table}) == len(table)
    english = [each for each in table if each.language == "en"]
    assert all(each.gloss.isascii() for each in table)
    assert {each.task for each in english} == {"expression", "sex"}


def test_the_studys_queries_are_a_preset() -> None:
    study = {each.text for each in shipped_phrases() if each.preset == "study"}
    assert {"miserable human face", "cara de enojado", "visage surpris"} <= study
    assert len(study) == 11


def test_plain_phrases_come_first_in_the_languages_asked_for() -> None:
    found = phrases_for(shipped_phrases(), "Anger", ("es", "fr"))
    assert [(each.intensity, each.language) for each in found] == [
        (1, "es"),
        (1, "fr"),
        (2, "es"),
        (2, "fr"),
    ]
    assert found[0].text == "cara de enojado"
    assert len(languages_of(phrases_for(shipped_phrases(), "angry"))) >= 12
    assert phrases_for(shipped_phrases(), "bored") == ()


def test_a_persons_own_phrases_come_before_the_shipped_ones() -> None:
    own = Phrase("mood", "bored", "en", 1, "bored face", "bored face")
    better = Phrase("expression", "sad", "en", 2, "sad face", "seen as strong")
    write_phrases(own_table(), [own, better])
    table = all_phrases()
    assert table[:2] == (own, better)
    assert [each.intensity for each in table if each.text == "sad face"] == [2]
    assert len(table) == len(shipped_phrases()) + 1


words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=12)
phrases = st.builds(
    Phrase, words, words, st.sampled_from(["en", "zh"]), st.sampled_from([1, 2]), words, words
)


@given(table=st.lists(phrases, max_size=5))
def test_a_table_is_read_as_written(tmp_path_factory: pytest.TempPathFactory, table: list) -> None:
    path = tmp_path_factory.mktemp("table") / "own" / "phrases.csv"
    write_phrases(path, table)
    assert list(read_phrases(path)) == table


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"\xff\xfe\x00", "phrases.csv"),
        (b"task,class\nexpression,sad\n", "intensity, language, phrase"),
        (b"task,class,language,intensity,phrase,gloss,preset\nt,sad,en,3,x,x,\n", "line 2"),
        (b"task,class,language,intensity,phrase,gloss,preset\nt,,en,1,x,x,\n", "must not be"),
        (b"task,class,language,intensity,phrase,gloss,preset\nt,sad\n", "line 2"),
        (b'task,class,language,intensity,phrase,gloss,preset\n"t,sad\n', "phrases.csv"),
    ],
)
def test_a_broken_table_is_refused_by_name(tmp_path: Path, content: bytes, named: str) -> None:
    path = tmp_path / "phrases.csv"
    path.write_bytes(content)
    with pytest.raises(PhrasesUnreadable, match=named):
        read_phrases(path)
    with pytest.raises(PhrasesUnreadable, match="cannot be written"):
        write_phrases(path / "below.csv", ())
