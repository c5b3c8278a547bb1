"""What a folder suggests about how it should be imported; all of it is shown before it is used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from faceapp.dataset.importing import CsvRefused, csv_columns
from faceapp.dataset.importing.exported import SAMPLES_FILE, TASKS_FILE
from faceapp.dataset.importing.tables import IMAGE_COLUMNS
from faceapp.dataset.importing.us10k_scores import tables_in as score_tables

NAME_AND_NUMBER = r"^(.+)_\d+\."
# Headers that say who is shown, as they are usually called.
_PEOPLE_COLUMNS = frozenset(
    ("person", "person_id", "subject", "subject_id", "identity", "participant", "participant_id")
)
_FILES_LOOKED_AT = 400
_FEWEST_PEOPLE = 5


def tables_in(folder: Path) -> list[Path]:
    """CSV files in the folder itself, or else beside it."""
    return _tables(folder) or _tables(folder.parent)


def _tables(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    except OSError:
        return []


def table_for(folder: Path) -> Path | None:
    """The CSV in the folder that tells of its images; None where none does for certain.

    An export of ours is understood without one, and so is the 10k US Adult Faces Database.
    """
    own = _tables(folder)
    if {SAMPLES_FILE, TASKS_FILE} <= {path.name for path in own} or score_tables(folder):
        return None
    return next((path for path in own if _names_images(path)), None)


def _names_images(path: Path) -> bool:
    return any(column.casefold() in IMAGE_COLUMNS for column in columns_of(path))


def columns_of(path: Path) -> tuple[str, ...]:
    """The columns of a CSV; none where it cannot be read."""
    try:
        return csv_columns(path)
    except CsvRefused:
        return ()


def people_column(columns: Iterable[str]) -> str | None:
    """The column that says who is shown, by its name; None where none is called so."""
    return next((each for each in columns if each.casefold() in _PEOPLE_COLUMNS), None)


def pattern_for(folder: Path) -> str | None:
    """`NAME_AND_NUMBER` where most files are called so and after several people, else None."""
    files = (path.name for path in folder.rglob("*.*"))
    return NAME_AND_NUMBER if _look_like_people(islice(files, _FILES_LOOKED_AT)) else None


def _look_like_people(names: Iterable[str]) -> bool:
    found = [re.match(NAME_AND_NUMBER, name) for name in names]
    people = Counter(match[1] for match in found if match)
    return people.total() > len(found) / 2 and len(people) >= _FEWEST_PEOPLE
