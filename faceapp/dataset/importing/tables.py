"""Label CSVs as people have them, read for certain or refused by file and line."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

from faceapp.dataset.importing.values import CsvRefused, Refused, UnknownColumn, shown
from faceapp.dataset.vocabulary import normal_word
from faceapp.imaging import MAX_FILE_BYTES, ImageRefused, read_bytes
from faceapp.words import Words

IMAGE_COLUMNS = ("image", "file", "filename", "path", "name")
LABEL_COLUMNS = ("label", "class")
EXPRESSION_COLUMNS = ("emotion", "expression")
RATER_COLUMNS = ("rater", "user.id", "user_id", "annotator")

_DELIMITERS = ",;\t|"
_COLUMNS_SHOWN = 20
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class LabelRow:
    """A row: `label` and `rater` are trimmed and "" where the row has none, `group` then None."""

    line: int
    image: str
    label: str
    rater: str
    group: str | None


@dataclass(frozen=True)
class LabelTable:
    """A label CSV: its columns, those that were used (None: not there), and its rows.

    `refused` are the rows that cannot be told apart for certain.
    """

    path: Path
    columns: tuple[str, ...]
    image_column: str
    label_column: str | None
    rater_column: str | None
    group_column: str | None
    rows: tuple[LabelRow, ...]
    refused: tuple[Refused, ...]


def read_label_csv(
    path: Path,
    *,
    task: str | None = None,
    image_column: str | None = None,
    label_column: str | None = None,
    rater_column: str | None = None,
    group_column: str | None = None,
    label_needed: bool = True,
) -> LabelTable:
    """Read a CSV that tells the labels of images.

    UTF-8, UTF-16, UTF-32 and Western single-byte text are told apart; so are commas, semicolons,
    tabs and bars between the cells. A column that is not named is found by its usual name: see the
    constants of this module; the label also by the name of `task`. A group column must be named.

    Args:
        path: the CSV file.
        task: whose labels are looked for; None takes any.
        image_column: header of the column that names the image.
        label_column: header of the column that holds the label.
        rater_column: header of the column that says who gave the label.
        group_column: header of the column that says who is shown.
        label_needed: whether a CSV without a label column is refused.

    Raises:
        CsvRefused: no text, no header, or quotes that do not close.
        UnknownColumn: a named or needed column is not there, or stands there twice.

    """
    text = _text(path)
    wishes = (
        _Wish("image", image_column, IMAGE_COLUMNS, needed=True),
        _Wish("label", label_column, _label_names(task), needed=label_needed),
        _Wish("rater", rater_column, RATER_COLUMNS),
        _Wish("group", group_column, ()),
    )
    delimiter = _delimiter(path, text, wishes)
    records = _records(path, text, delimiter)
    _line, header = next(records, (0, []))
    columns = tuple(each.strip() for each in header)
    places = [wish.place(path, columns) for wish in wishes]
    rows, refused = _rows(path, records, columns, places)
    image, label, rater, group = (None if place is None else columns[place] for place in places)
    return LabelTable(path, columns, image or "", label, rater, group, tuple(rows), tuple(refused))


def csv_columns(path: Path) -> tuple[str, ...]:
    """The columns of a label CSV, whatever they are called; raises `CsvRefused`."""
    text = _text(path)
    wishes = (
        _Wish("image", None, IMAGE_COLUMNS),
        _Wish("label", None, _label_names(None)),
        _Wish("rater", None, RATER_COLUMNS),
    )
    _line, header = next(_records(path, text, _delimiter(path, text, wishes)), (0, []))
    return tuple(each.strip() for each in header)


def read_header(path: Path) -> tuple[str, ...]:
    """The first row of a comma-separated file; raises `CsvRefused`."""
    _line, header = next(_records(path, _text(path), ","), (0, []))
    return tuple(header)


def read_cells(path: Path, *, most: int | None = None) -> tuple[tuple[str, ...], list[list[str]]]:
    """The header of a table of any delimiter, and its rows (or the first `most` of them).

    Raises:
        CsvRefused: no text, or quotes that do not close.

    """
    text = _text(path)
    delimiter = _delimiter(path, text, (_Wish("image", None, IMAGE_COLUMNS),))
    records = _records(path, text, delimiter)
    _line, header = next(records, (0, []))
    rows = [record for _line, record in islice(records, most)]
    return tuple(each.strip() for each in header), rows


def read_records(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a comma-separated file that this program wrote, by column.

    Raises:
        CsvRefused: it cannot be read, or a row has more cells than the header.
        UnknownColumn: one of `columns` is not there.

    """
    records = _records(path, _text(path), ",")
    _line, header = next(records, (0, []))
    for column in columns:
        _Wish(column, column, ()).place(path, header)
    found = []
    for line, record in records:
        if len(record) > len(header):
            raise CsvRefused(
                Words(
                    "{path}, line {line}: {record}.",
                    path=path.name,
                    line=line,
                    record=_ragged(record, header),
                )
            )
        found.append(dict(zip_longest(header, record, fillvalue="")))
    return found


@dataclass(frozen=True)
class _Wish:
    """A column that is looked for: under the name the caller chose, else under its usual ones."""

    what: str
    chosen: str | None
    usual: tuple[str, ...]
    needed: bool = False

    def place(self, path: Path, columns: Sequence[str]) -> int | None:
        names = self.usual if self.chosen is None else (self.chosen,)
        found = next(filter(None, (_places(name, columns) for name in names)), [])
        if len(found) > 1:
            raise UnknownColumn(
                Words(
                    "{path} has the column {columns} more than once: rename all but one.",
                    path=path.name,
                    columns=shown(columns[found[0]]),
                )
            )
        if not found and (self.needed or self.chosen is not None):
            raise UnknownColumn(self._missing(path, columns))
        return found[0] if found else None

    def _missing(self, path: Path, columns: Sequence[str]) -> Words:
        known = ", ".join(shown(each) for each in columns[:_COLUMNS_SHOWN]) or "none"
        if self.chosen is None:
            words = Words("{path} has no column for the {what}. Its columns are: {known}.")
            return words.filled(path=path.name, what=self.what, known=known)
        words = Words("{path} has no column {column}. Its columns are: {known}.")
        return words.filled(path=path.name, column=shown(self.chosen), known=known)


def _label_names(task: str | None) -> tuple[str, ...]:
    if task is None:
        return ("emotion", *LABEL_COLUMNS, "expression", "sex", "gender")
    name = normal_word(task)
    if name.removesuffix("s") in EXPRESSION_COLUMNS:
        return (task, "emotion", *LABEL_COLUMNS, "expression")
    return (task, *LABEL_COLUMNS)


def _places(name: str, columns: Sequence[str]) -> list[int]:
    """Where the column stands: exactly so written, or else but for case and blanks."""
    exact = [place for place, column in enumerate(columns) if column == name]
    wanted = name.strip().casefold()
    return exact or [place for place, column in enumerate(columns) if column.casefold() == wanted]


def _text(path: Path) -> str:
    try:
        data = read_bytes(path)
    except ImageRefused as refusal:
        raise CsvRefused(str(refusal)) from refusal
    mark = next((encoding for start, encoding in _MARKS if data.startswith(start)), None)
    for encoding in [mark] if mark else [*_unmarked(data), "cp1252", "latin-1"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CsvRefused(
        Words(
            "{path} is not the {mark} text that it begins as: save it as UTF-8.",
            path=path.name,
            mark=mark,
        )
    )


def _unmarked(data: bytes) -> list[str]:
    """The encoding to try first where no byte order mark tells.

    In UTF-16 every other byte of the first column's Latin name is zero.
    """
    zeros = [byte == 0 for byte in data[:4]]
    if zeros == [False, True, False, True]:
        return ["utf-16-le"]
    return ["utf-16-be"] if zeros == [True, False, True, False] else ["utf-8"]


def _delimiter(path: Path, text: str, wishes: Iterable[_Wish]) -> str:
    """The delimiter under which the first row holds most of the wished columns, then most cells."""

    def fitness(delimiter: str) -> tuple[int, int]:
        try:
            _line, header = next(_records(path, text, delimiter), (0, []))
        except CsvRefused:
            return (-1, 0)
        columns = [each.strip() for each in header]
        names = [wish.usual if wish.chosen is None else (wish.chosen,) for wish in wishes]
        found = sum(any(_places(name, columns) for name in some) for some in names)
        return (found, len(columns))

    return max(_DELIMITERS, key=fitness)


def _records(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of its last line."""
    # A setting of the whole process, so it is never set back: another reader may be at work.
    csv.field_size_limit(MAX_FILE_BYTES)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise CsvRefused(
                Words(
                    "{path} cannot be read at line {line_num}: {error}.",
                    path=path.name,
                    line_num=reader.line_num,
                    error=error,
                )
            ) from error
        if record is None:
            return
        if any(cell.strip() for cell in record):
            yield reader.line_num, record


def _rows(
    path: Path,
    records: Iterable[tuple[int, list[str]]],
    columns: Sequence[str],
    places: Sequence[int | None],
) -> tuple[list[LabelRow], list[Refused]]:
    """The rows, and those that are refused because their cells cannot be told for certain."""
    rows, refused = [], []
    for line, record in records:
        cells = [_cell(record, place) for place in places]
        where = f"{path.name}, line {line}"
        if any(cell.strip() for cell in record[len(columns) :]):
            refused.append(Refused(where, _ragged(record, columns)))
        elif not cells[0].strip():
            refused.append(Refused(where, Words("names no image")))
        else:
            image, label, rater, group = cells
            row = LabelRow(line, image, label.strip(), rater.strip(), group.strip() or None)
            rows.append(row)
    return rows, refused


def _cell(record: Sequence[str], place: int | None) -> str:
    return "" if place is None or place >= len(record) else record[place]


def _ragged(record: Sequence[str], columns: Sequence[str]) -> Words:
    return Words(
        "{number} cells where the header has {wanted}", number=len(record), wanted=len(columns)
    )
