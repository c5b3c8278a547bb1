"""What the window remembers from one day to the next: rows with defaults, departures written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from faceapp import paths

T = TypeVar("T", bool, int, float, str, list[str])

FILE_NAME = "settings.json"


@dataclass(frozen=True)
class Row(Generic[T]):
    """One setting: what it is called in the file, and its value while nobody chose another.

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
RECENT = Row[list[str]]("recent datasets", [])


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
            value = float(value)
        fits = type(value) is type(row.default) and _texts_only(value) and row.fits(value)
        return value if fits else row.default

    def set(self, row: Row[T], value: T) -> None:
        """Remember a value; a default is remembered by writing nothing."""
        if value == self.get(row):
            return
        self._values.pop(row.name, None)
        if value != row.default:
            self._values[row.name] = value
        self._write()

    def _write(self) -> None:
        unfinished = self._file.with_name(f"{self._file.name}.new")
        self._file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(
            json.dumps(self._values, indent=1, ensure_ascii=False, sort_keys=True), encoding="utf-8"
        )
        unfinished.replace(self._file)


def _texts_only(value: Any) -> bool:
    return not isinstance(value, list) or all(isinstance(each, str) for each in value)


def _read(file: Path) -> dict[str, Any]:
    """The departures in the file; a file that cannot be read holds none."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
