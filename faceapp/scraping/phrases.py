"""Search phrases in many languages: a table that ships with the program, and a person's own.

A table is a CSV with the columns of `Phrase`; anyone can review it by its English glosses.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Literal, cast

from faceapp.dataset.vocabulary import canonical_word
from faceapp.errors import WorldError
from faceapp.paths import data_folder, resource_path
from faceapp.words import Words

Intensity = Literal[1, 2]


class PhrasesUnreadable(WorldError):
    """A phrase table cannot be read or written."""


@dataclass(frozen=True)
class Phrase:
    """What to search for to find faces of a class.

    Attributes:
        task: "expression", "sex" or whatever the person asks.
        class_name: the class, under the name that faceapp gives it.
        language: two-letter code (ISO 639-1).
        intensity: 1 for the plain word (sad), 2 for the strong one (miserable).
        text: what is typed into a search.
        gloss: the same in English.
        preset: "study" for the queries of the study that this program grew out of, else "".

    """

    task: str
    class_name: str
    language: str
    intensity: Intensity
    text: str
    gloss: str
    preset: str = ""


COLUMNS = ("task", "class", "language", "intensity", "phrase", "gloss", "preset")


def shipped_phrases() -> tuple[Phrase, ...]:
    """The table that comes with faceapp."""
    return read_phrases(resource_path("phrases.csv"))


def own_table() -> Path:
    """Where a person's own phrases lie; they need not exist."""
    return data_folder() / "phrases.csv"


def all_phrases() -> tuple[Phrase, ...]:
    """The person's own phrases, then those that ship with faceapp, each text once a class."""
    own = own_table()
    listed = (*(read_phrases(own) if own.is_file() else ()), *shipped_phrases())
    first: dict[tuple[str, str], Phrase] = {}
    for phrase in listed:
        first.setdefault((phrase.class_name, phrase.text), phrase)
    return tuple(first.values())


def read_phrases(path: Path) -> tuple[Phrase, ...]:
    """The phrases of a table.

    Raises:
        PhrasesUnreadable: the file cannot be read, or a line of it makes no sense.

    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if missing := set(COLUMNS) - set(reader.fieldnames or ()):
                raise PhrasesUnreadable(
                    Words(
                        "{path} has no column {missing}: it is no phrase table.",
                        path=path,
                        missing=", ".join(sorted(missing)),
                    )
                )
            return tuple(_phrase(row, f"{path}, line {reader.line_num}") for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PhrasesUnreadable(
            Words("{path} cannot be read: {error}.", path=path, error=error)
        ) from error


def _phrase(row: dict[str, str | None], where: str) -> Phrase:
    task, name, language, intensity, text, gloss, preset = (
        (row[column] or "").strip() for column in COLUMNS
    )
    if intensity not in {"1", "2"}:
        raise PhrasesUnreadable(
            Words(
                "{where}: the intensity is {intensity!r}; write 1 or 2.",
                where=where,
                intensity=intensity,
            )
        )
    if not (task and name and language and text):
        raise PhrasesUnreadable(
            Words("{where}: task, class, language and phrase must not be empty.", where=where)
        )
    strength = cast("Intensity", int(intensity))
    return Phrase(task, name, language.lower(), strength, text, gloss, preset)


def write_phrases(path: Path, phrases: Iterable[Phrase]) -> None:
    """Write a table, all of it or nothing; raises `PhrasesUnreadable` where that is impossible."""
    unfinished = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(astuple(phrase) for phrase in phrases)
        unfinished.replace(path)
    except OSError as error:
        raise PhrasesUnreadable(
            Words("{path} cannot be written: {error}.", path=path, error=error.strerror)
        ) from error


def languages_of(phrases: Iterable[Phrase]) -> tuple[str, ...]:
    """The languages of a table, in the order in which they come first."""
    return tuple(dict.fromkeys(phrase.language for phrase in phrases))


def phrases_for(
    phrases: Sequence[Phrase], class_name: str, languages: Sequence[str] = ()
) -> tuple[Phrase, ...]:
    """The phrases for a class (by its name or a synonym), plain ones first, in these languages.

    Languages come in the order given; none given means all.
    """
    wanted = languages or languages_of(phrases)
    place = {language: number for number, language in enumerate(wanted)}
    name = canonical_word(class_name)
    fitting = [
        phrase
        for phrase in phrases
        if canonical_word(phrase.class_name) == name and phrase.language in place
    ]
    return tuple(sorted(fitting, key=lambda phrase: (phrase.intensity, place[phrase.language])))
