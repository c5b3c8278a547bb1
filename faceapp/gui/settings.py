"""What the window remembers from one day to the next: rows with defaults, departures written."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from faceapp import paths

T = TypeVar("T", bound=bool | int | float | str | list[Any] | dict[str, Any])

log = logging.getLogger(__name__)

FILE_NAME = "settings.json"


@dataclass(frozen=True)
class Row(Generic[T]):
    """One setting: its name in the file, and its value (of JSON) while nobody chose another.

    `fits` refuses values that were fine once, or were written by somebody else.
    """

    name: str
    default: T
    fits: Callable[[T], bool] = lambda _value: True


THEME = Row("theme", "system", lambda mode: mode in {"system", "light", "dark"})
ZOOM = Row("zoom", 1.0, lambda zoom: 0.5 <= zoom <= 2.5)
GEOMETRY = Row("geometry", "")
LAST_DATASET = Row("last dataset", "")
LAST_PAGE = Row("last page", "")


class Settings:
    """The settings of one user, in one JSON file.

    Args:
        file: where they are kept; by default in the user's data folder.

    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or paths.data_folder() / FILE_NAME
        self._values = _read(self._file)

    def get(self, row: Row[T]) -> T:
        """The value of a row: its default where none, or none that fits, was chosen."""
        value = self._values.get(row.name, row.default)
        if type(row.default) is float and type(value) is int:
            value = _as_float(value)
        if type(value) is not type(row.default) or not row.fits(value):
            return row.default
        fitting: T = value
        return fitting

    def set(self, row: Row[T], value: T) -> None:
        """Remember a value; a default is remembered by writing nothing.

        Where the file cannot be written the value holds until the program ends.
        """
        if value == self.get(row):
            return
        self._values.pop(row.name, None)
        if value != row.default:
            self._values[row.name] = value
        try:
            self._write()
        except OSError as error:  # a full disk must not come between a person and their work
            log.warning("The settings cannot be written: %s", error)

    def _write(self) -> None:
        unfinished = self._file.with_name(f"{self._file.name}.new")
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # In ASCII, because a path may hold what is no UTF-8.
        text = json.dumps(self._values, indent=1, sort_keys=True)
        unfinished.write_text(text, encoding="ascii")
        unfinished.replace(self._file)


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _read(file: Path) -> dict[str, Any]:
    """The departures in the file; a file that cannot be read holds none."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
