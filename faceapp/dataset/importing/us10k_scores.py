"""What the tables of the 10k US Adult Faces Database say of each image.

Bainbridge, Isola & Oliva (2013), "The intrinsic memorability of face photographs", J. Exp.
Psychology: General 142(4), 1323-1334. Columns are told by their position, which has never
changed, and checked against their header, which has.
"""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from faceapp.dataset.importing.tables import read_cells
from faceapp.dataset.importing.values import CsvRefused, ImportRefused, Refused, shown
from faceapp.dataset.importing.workbooks import Cell, read_workbook
from faceapp.words import Words

Task = Literal["expression", "sex"]
Kind = Literal["all", "final", "stdev"]
Rows = Sequence[Sequence[Cell]]

TASKS: tuple[Task, ...] = ("expression", "sex")
WORDS: dict[Task, tuple[str, ...]] = {
    "expression": ("neutral", "happy", "sad", "angry", "fearful", "surprised", "disgusted"),
    "sex": ("female", "male"),
}
FINAL_RATER = "final values"
_FILE, _NUMBER = 0, 1
_PLACES: dict[Task, int] = {"expression": 7, "sex": 14}
_AMOUNT, _CATCH = 6, 11
_COLUMNS = 22
_TABLES = {".xlsx", ".csv", ".txt"}
_SHEETS: dict[Kind, tuple[str, str]] = {
    "all": ("alldata", "All Data"),
    "final": ("finalvalues", "Final Values"),
    "stdev": ("stdevvalues", "StDev Values"),
}


def _is_amount(header: str) -> bool:
    return "emotion" in header and any(word in header for word in ("much", "amount", "magnitude"))


# The columns that are read, by place: what each is called to people, and how its header is told.
_CHECKS: dict[int, tuple[str, Callable[[str], bool]]] = {
    _AMOUNT: ("How much emotion", _is_amount),
    7: ("Emotion", lambda header: "emotion" in header and not _is_amount(header)),
    _CATCH: ("Catch question", lambda header: "catch" in header),
    14: ("Gender", lambda header: "gender" in header or header.startswith("sex")),
}


@dataclass
class Scores:
    """What is known of one image.

    Attributes:
        number: the database's own, 1 to 2222; None where no table tells.
        votes: (task, word, rater), without those of raters who failed the catch question.
        amount: how much emotion is in the face, 1 (little) to 5 (a lot); the raters' mean.
        agreement: share of the raters, 0..1, that stand behind the most frequent answer.
        failed: ratings that do not count, as the catch question was answered wrongly.

    """

    number: int | None = None
    votes: list[tuple[Task, str, str]] = field(default_factory=list)
    amount: float | None = None
    agreement: dict[Task, float] = field(default_factory=dict)
    failed: int = 0


@dataclass
class ScoreTables:
    """Every table of a folder, read: scores by the image's name, what was used, what was not."""

    scores: dict[str, Scores] = field(default_factory=dict)
    used: list[Path] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def tables_in(folder: Path) -> list[Path]:
    """The database's tables anywhere in a folder, workbooks first; told by name, CSVs by header."""
    files = list(_walk(folder))
    books = [path for path in files if path.suffix.lower() == ".xlsx" and _names_scores(path)]
    return books + [path for path in files if path.suffix.lower() == ".csv" and _has_scores(path)]


def read_scores(folder: Path) -> ScoreTables:
    """Read the tables of a folder; one that cannot be read is refused by name.

    Where single ratings are there ("All Data") they count, without those of raters who failed
    the catch question; "Final Values" and "StDev Values" fill what they leave open.
    """
    found = ScoreTables()
    numbers = _file_names(folder)
    tables: dict[Kind, tuple[str, Rows]] = {}
    for path in tables_in(folder):
        try:
            new = _of_workbook(path) if path.suffix.lower() == ".xlsx" else _of_csv(path)
        except ImportRefused as error:
            found.refused.append(Refused(path.name, str(error)))
            continue
        fresh = {kind: (_place(path, kind), rows) for kind, rows in new.items()}
        if fresh.keys() - tables.keys():
            found.used.append(path)
        tables = {**fresh, **tables}
        if path.suffix.lower() == ".xlsx":
            found.refused += _missing_sheets(path, new)
    for kind in ("all", "final", "stdev"):  # in this order: the later ones fill gaps
        if kind in tables:
            where, rows = tables[kind]
            _Reader(found, where, rows[0], numbers).read(kind, rows[1:])
    return found


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if path.suffix.lower() in _TABLES and not path.is_symlink() and path.is_file():
                yield path


def _plain(text: object) -> str:
    return re.sub(r"[^a-z0-9]", "", str(text).casefold())


def _names_scores(path: Path) -> bool:
    name = _plain(path.stem)
    return "demographic" in name and "label" in name


def _has_scores(path: Path) -> bool:
    """Whether the header is the database's: wide enough, and most of what is read in its place."""
    try:
        header, _rows = read_cells(path, most=0)
    except CsvRefused:
        return False
    right = sum(_fits(header, place) for place in _CHECKS)
    return len(header) >= _COLUMNS and "file" in _plain(header[_FILE]) and right >= 2


def _fits(header: Sequence[Cell], place: int) -> bool:
    return place < len(header) and _CHECKS[place][1](str(header[place] or "").casefold())


def _of_workbook(path: Path) -> dict[Kind, Rows]:
    sheets = read_workbook(path)
    kinds = {plain: kind for kind, (plain, _name) in _SHEETS.items()}
    found = {kinds[_plain(name)]: rows for name, rows in sheets.items() if _plain(name) in kinds}
    if not any(found.get(kind) for kind in ("all", "final")):
        names = ", ".join(shown(name) for name in sheets) or "none"
        raise ImportRefused(
            Words(
                "{path} has neither a sheet 'All Data' nor 'Final Values'; its sheets: {names}.",
                path=path.name,
                names=names,
            )
        )
    return {kind: rows for kind, rows in found.items() if rows}


def _missing_sheets(path: Path, found: Iterable[Kind]) -> list[Refused]:
    lost: dict[Kind, Words] = {
        "all": Words("no such sheet: single ratings are not known, the final values count"),
        "final": Words("no such sheet: what they would fill stays open"),
        "stdev": Words("no such sheet: it is not known how far the raters of final values agree"),
    }
    absent = [kind for kind in _SHEETS if kind not in set(found)]
    return [Refused(_place(path, kind), lost[kind]) for kind in absent]


def _place(path: Path, kind: Kind) -> str:
    return f"{path.name}, {_SHEETS[kind][1]}" if path.suffix.lower() == ".xlsx" else path.name


def _of_csv(path: Path) -> dict[Kind, Rows]:
    header, rows = read_cells(path)
    name = _plain(path.stem)
    images = [row[_FILE] for row in rows if row]
    kind: Kind = "final"
    if "stdev" in name or "standarddev" in name:
        kind = "stdev"
    elif len(set(images)) < len(images):  # an image a rater, not a row an image
        kind = "all"
    return {kind: [header, *rows]}


def _file_names(folder: Path) -> dict[int, str]:
    """Names of images by number, from target-filenames.txt, for rows that lack a name."""
    names: dict[int, str] = {}
    for path in _walk(folder):
        if _plain(path.name) != "targetfilenamestxt":
            continue
        try:
            first, rows = read_cells(path)
        except CsvRefused:
            continue
        for row in (first, *rows):
            number = _number(row[0]) if len(row) > 1 else None
            if number is not None:
                names[int(number)] = str(row[1]).strip()
    return names


def _number(cell: Cell) -> float | None:
    """A cell as a number; None for an empty one, NaN or other text. Decimal commas count."""
    try:
        value = float(cell.strip().replace(",", ".")) if isinstance(cell, str) else cell
    except ValueError:
        return None
    return None if value is None or not math.isfinite(value) else value


class _Reader:
    """Reads one table into the scores; columns under another header are refused by name."""

    def __init__(
        self, found: ScoreTables, where: str, header: Sequence[Cell], numbers: dict[int, str]
    ) -> None:
        self._found, self._where, self._numbers = found, where, numbers
        self._usable = {place for place in _CHECKS if _fits(header, place)}
        for place, (name, _check) in _CHECKS.items():
            if place not in self._usable:
                there = shown(str(header[place])) if place < len(header) else "missing"
                reason = Words(
                    "column {column} is {there} and not {wanted}: it is not read",
                    column=place + 1,
                    there=there,
                    wanted=shown(name),
                )
                found.refused.append(Refused(where, reason))

    def read(self, kind: Kind, rows: Rows) -> None:
        by_image: dict[str, list[Sequence[Cell]]] = {}
        for number, row in enumerate(rows, start=2):
            name = self._name(row)
            if name is None:
                self._found.refused.append(
                    Refused(f"{self._where}, row {number}", Words("names no image"))
                )
            else:
                by_image.setdefault(name, []).append(row)
        for name, some in by_image.items():
            scores = self._found.scores.setdefault(name, Scores())
            index = _number(_at(some[0], _NUMBER))
            scores.number = scores.number or (int(index) if index is not None else None)
            {"all": self._ratings, "final": self._finals, "stdev": self._agreements}[kind](
                scores, some
            )

    def _name(self, row: Sequence[Cell]) -> str | None:
        written = _at(row, _FILE)
        if isinstance(written, str) and written.strip() and written.strip().casefold() != "nan":
            return written.strip()
        number = _number(_at(row, _NUMBER))
        return self._numbers.get(int(number)) if number is not None else None

    def _value(self, row: Sequence[Cell], place: int) -> float | None:
        return _number(_at(row, place)) if place in self._usable else None

    def _ratings(self, scores: Scores, rows: Rows) -> None:
        amounts = []
        for rater, row in enumerate(rows, start=1):
            if self._value(row, _CATCH) == 0:
                scores.failed += 1
                continue
            for task in TASKS:
                word = self._word(row, task)
                if word is not None:
                    scores.votes.append((task, word, f"rater {rater:02}"))
            amounts.append(self._value(row, _AMOUNT))
        known = [amount for amount in amounts if amount is not None]
        scores.amount = sum(known) / len(known) if known else None
        for task in TASKS:
            votes = Counter(word for asked, word, _ in scores.votes if asked == task)
            if votes:
                scores.agreement[task] = max(votes.values()) / votes.total()

    def _finals(self, scores: Scores, rows: Rows) -> None:
        for task in TASKS:
            word = self._word(rows[0], task)
            if word is not None and all(asked != task for asked, _, _ in scores.votes):
                scores.votes.append((task, word, FINAL_RATER))
        if scores.amount is None:
            scores.amount = self._value(rows[0], _AMOUNT)

    def _agreements(self, scores: Scores, rows: Rows) -> None:
        for task in TASKS:
            share = self._value(rows[0], _PLACES[task])
            if share is not None and 0 <= share <= 1:
                scores.agreement.setdefault(task, share)

    def _word(self, row: Sequence[Cell], task: Task) -> str | None:
        """The class that a code means; a code that means none becomes a word that is none."""
        code = self._value(row, _PLACES[task])
        if code is None:
            return None
        known = code in range(len(WORDS[task]))
        return WORDS[task][int(code)] if known else f"{task} code {code:g}"


def _at(row: Sequence[Cell], place: int) -> Cell:
    return row[place] if place < len(row) else None
