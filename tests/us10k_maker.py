"""A small 10k US Adult Faces Database of the real one's shape, and what its maker wrote in it."""

from __future__ import annotations

import csv
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

HEADER = (
    "Filename", "Image #", "Age", "Attractive", "Famous", "Common",
    "How much emotion is in this face?", "Emotion?", "Eyes direction", "Face direction",
    "Facial hair", "Catch question", "Friendly", "Makeup", "Gender?", "Movie star",
    "Profile picture", "Image quality", "Race", "Memorable", "Speed", "Teeth",
)  # fmt: skip
AMOUNT, EMOTION, CATCH, GENDER = 6, 7, 11, 14
EMOTIONS = ("neutral", "happy", "sad", "angry", "fearful", "surprised", "disgusted")
SEXES = ("female", "male")
_MODES = {EMOTION, 8, 9, CATCH, GENDER, 18}
RATERS = 12

Row = list[Any]


@dataclass
class Made:
    """`rows` are those of All Data; `unrated` images have no row anywhere."""

    folder: Path
    rated: list[str]
    unrated: list[str]
    rows: list[Row]
    header: Sequence[str] = HEADER
    sheets: dict[str, list[Row]] = field(default_factory=dict)

    def votes(self, name: str, column: int) -> dict[str, int]:
        """Code by rater, of ratings that count and answer."""
        mine = [row for row in self.rows if row[0] == name]
        return {
            f"rater {number:02}": row[column]
            for number, row in enumerate(mine, start=1)
            if row[CATCH] != 0 and row[column] is not None
        }

    def amount(self, name: str) -> float | None:
        given = self.votes(name, AMOUNT).values()
        return statistics.mean(given) if given else None

    def agreement(self, name: str, column: int) -> float | None:
        counts = Counter(self.votes(name, column).values())
        return max(counts.values()) / counts.total() if counts else None

    def answer(self, name: str, column: int) -> int | None:
        """The most frequent code; None for a tie or where nobody answered."""
        common = Counter(self.votes(name, column).values()).most_common(2)
        tied = len(common) == 2 and common[0][1] == common[1][1]
        return None if not common or tied else common[0][0]


def make(folder: Path, draw: Callable[[int], bytes], *, seed: int = 0) -> Made:
    """The images and the ratings; `write_book` or `write_csvs` then writes the tables."""
    random = np.random.default_rng(seed)
    people = ("Ann Lee", "BOB O'NEIL", "Zoë Ruiz", "Dan Fox", "Eve Hart", "Flo Kim", "Guy Poe")
    names = [f"Google_1_{who}_{n}_oval.jpg" for n, who in enumerate(people, start=1)]
    images = folder / "10k US Adult Faces Database" / "Face Images"
    images.mkdir(parents=True)
    for number, name in enumerate(names):
        (images / name).write_bytes(draw(number))
    rated, unrated = names[:5], names[5:]
    rows: list[Row] = []
    for number, name in enumerate(rated, start=1):
        rows += [_rating(name, number, random) for _ in range(RATERS)]
    rows[0][CATCH], rows[13][CATCH], rows[14][CATCH] = 0, 0, 0
    rows[3][EMOTION], rows[15][GENDER], rows[16][AMOUNT] = None, None, None
    scores = folder / "Full Attribute Scores"
    (scores / "demographic & others labels").mkdir(parents=True)
    (scores / "psychology attributes").mkdir()
    (scores / "psychology attributes" / "psychology-attributes.xlsx").write_bytes(b"another one")
    (scores / "target-filenames.txt").write_text(
        "".join(f"{number},{name}\n" for number, name in enumerate(rated, start=1)),
        encoding="utf-8",
    )
    made = Made(folder, rated, unrated, rows)
    made.sheets = {
        "All Data": rows,
        "Final Values": [_summary(made, name, stdev=False) for name in rated],
        "StDev Values": [_summary(made, name, stdev=True) for name in rated],
        "Operations": [["", "", *("m" if c in _MODES else "a" for c in range(2, len(HEADER)))]],
    }
    return made


def _rating(name: str, number: int, random: np.random.Generator) -> Row:
    row: Row = [name, number, *random.integers(1, 3, len(HEADER) - 2).tolist()]
    row[AMOUNT] = int(random.integers(1, 6))
    row[EMOTION] = int(random.choice([number % 7, (number + 1) % 7], p=[0.7, 0.3]))
    row[CATCH] = 1
    row[GENDER] = number % 2
    return row


def _summary(made: Made, name: str, *, stdev: bool) -> Row:
    mine = [row for row in made.rows if row[0] == name]
    out: Row = [name, mine[0][1]]
    for column in range(2, len(HEADER)):
        given = [row[column] for row in mine if row[CATCH] != 0 and row[column] is not None]
        if column in _MODES:
            code, most = Counter(given).most_common(1)[0]
            out.append(most / len(given) if stdev else code)
        else:
            out.append(statistics.pstdev(given) if stdev else statistics.mean(given))
    return out


def write_book(
    made: Made, *, header: Sequence[str] | None = None, sheets: Sequence[str] | None = None
) -> Path:
    """demographic-others-labels.xlsx, NaN written as such."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for title in sheets if sheets is not None else made.sheets:
        sheet = book.create_sheet(title)
        sheet.append(list(header or made.header))
        for row in made.sheets.get(title, []):
            sheet.append(["NaN" if cell is None else cell for cell in row])
    path = _scores(made) / "demographic-others-labels.xlsx"
    book.save(path)
    return path


def write_csvs(made: Made, titles: Mapping[str, str], *, european: bool = False) -> list[Path]:
    """Sheets as CSV, by file name; European ones have semicolons and decimal commas."""
    paths = []
    for name, title in titles.items():
        path = _scores(made) / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";" if european else ",")
            writer.writerow(made.header)
            for row in made.sheets[title]:
                cells = ["NaN" if cell is None else str(cell) for cell in row]
                writer.writerow(
                    [cells[0], *(c.replace(".", ",") for c in cells[1:])] if european else cells
                )
        paths.append(path)
    return paths


def _scores(made: Made) -> Path:
    return made.folder / "Full Attribute Scores" / "demographic & others labels"
