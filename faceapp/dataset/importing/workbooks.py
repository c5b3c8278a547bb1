"""Spreadsheets of strangers (xlsx), read within limits."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from faceapp.dataset.importing.values import ImportRefused
from faceapp.words import Words

Cell = str | float | None

MAX_UNPACKED_BYTES = 512 * 1024**2
MAX_ROWS = 200_000
MAX_COLUMNS = 100

# What openpyxl lets through of a file that is no workbook, or a damaged one.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ParseError, OSError, KeyError, ValueError, TypeError,
    AttributeError, IndexError, EOFError, NotImplementedError,
)  # fmt: skip


class WorkbookRefused(ImportRefused):
    """A file that is no workbook, a damaged one, or one that unpacks to too much."""


def read_workbook(path: Path) -> dict[str, list[list[Cell]]]:
    """The rows of every sheet, by the sheet's name; of a formula the value that was saved.

    Text is kept as it is, numbers become floats, anything else None. Rows and columns beyond
    `MAX_ROWS` and `MAX_COLUMNS` are not read.

    Raises:
        WorkbookRefused: it cannot be read.

    """
    from openpyxl import load_workbook

    try:
        _check_size(path)
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            return {sheet.title: list(_rows(sheet)) for sheet in book.worksheets}
        finally:
            book.close()
    except _DAMAGED as error:
        raise WorkbookRefused(
            Words(
                "{path} is no workbook that can be read ({error}): open it in a "
                "spreadsheet program and save it as .xlsx again.",
                path=path.name,
                error=type(error).__name__,
            )
        ) from error


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        size = sum(part.file_size for part in packed.infolist())
    if size > MAX_UNPACKED_BYTES:
        raise WorkbookRefused(
            Words(
                "{path} would unpack to {size:,.0f} MB: too much.",
                path=path.name,
                size=size / 1024**2,
            )
        )


def _rows(sheet: Any) -> Iterator[list[Cell]]:
    # The size that a file claims for a sheet may be wrong, or meant to exhaust the memory.
    sheet.reset_dimensions()
    for row in islice(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), MAX_ROWS):
        cells = [_cell(value) for value in row]
        if any(cell is not None for cell in cells):
            yield cells


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value
    return float(value) if isinstance(value, int | float) else None
