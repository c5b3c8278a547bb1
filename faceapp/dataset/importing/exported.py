"""A folder that `faceapp.dataset.exporting` wrote, read back without loss.

`samples.csv` has a row for every exported image, `tasks.csv` one for every class, `labels.csv`
(where the answers are not told by folders) one for every label ever given.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from faceapp.dataset.importing.entries import (
    Arrangement,
    Entry,
    Layout,
    SourceKey,
    WordLabel,
    group_finder,
)
from faceapp.dataset.importing.tables import read_header, read_records
from faceapp.dataset.importing.values import CsvRefused, ImportOptions, Refused
from faceapp.dataset.importing.walking import FoundFile, SourceFiles, storable
from faceapp.dataset.model import Origin, TaskClass
from faceapp.words import Words

SAMPLES_FILE = "samples.csv"
TASKS_FILE = "tasks.csv"
LABELS_FILE = "labels.csv"
SAMPLES_COLUMNS = (
    "name",
    "path",
    "sha256",
    "group",
    "quarantined",
    "quarantine_reason",
    "source_kind",
    "source_location",
    "source_details",
    "provenance",
)
TASKS_COLUMNS = ("task", "class", "colour", "key", "folder")
LABELS_COLUMNS = ("name", "sha256", "task", "answer", "origin", "rater", "time", "undone")
YES = "1"
UNLABELLED_FOLDER = "unlabelled"

Record = Mapping[str, str]


def _fits(files: SourceFiles, _options: ImportOptions) -> bool:
    """Whether the two tables that every export has are there, with their own columns."""
    wanted = ((SAMPLES_FILE, SAMPLES_COLUMNS), (TASKS_FILE, TASKS_COLUMNS))
    return all(_has_table(files.folder / name, columns) for name, columns in wanted)


def _has_table(path: Path, columns: tuple[str, ...]) -> bool:
    # The walk refuses links; these tables are not among the files that it offers.
    if path.is_symlink() or not path.is_file():
        return False
    try:
        return set(columns) <= set(read_header(path))
    except CsvRefused:
        return False


def _arrange(files: SourceFiles, options: ImportOptions) -> Arrangement:
    folder = files.folder
    tasks = read_records(folder / TASKS_FILE, TASKS_COLUMNS)
    rows = {
        PurePosixPath(row["path"]).name: row
        for row in read_records(folder / SAMPLES_FILE, SAMPLES_COLUMNS)
    }
    labels = _Labels(folder, tasks)
    find_group = group_finder(options.group_pattern)
    entries, refused = [], []
    for file in files.files:
        row = rows.pop(PurePosixPath(file.name).name, None)
        try:
            entry = Entry(file, file.name) if row is None else _entry(file, row)
        except ValueError as error:
            reason = Words(
                "unreadable: in its row of {file}, {error}", file=SAMPLES_FILE, error=error
            )
            refused.append(Refused(file.name, reason))
        else:
            group = entry.group or find_group(entry.name)
            entries.append(replace(entry, group=group, labels=labels.of(file, row)))
    refused += [
        Refused(storable(row["path"]), Words("missing: no such image")) for row in rows.values()
    ]
    return Arrangement("folder", tuple(entries), _classes(tasks), tuple(refused))


def _entry(file: FoundFile, row: Record) -> Entry:
    """The entry that a row of the samples table describes; raises `ValueError`."""
    name = PurePosixPath(row["name"])
    if name.is_absolute() or ".." in name.parts or not name.parts or "\0" in row["name"]:
        raise ValueError("the name is no relative path")
    source = SourceKey(
        row["source_kind"] or "folder", row["source_location"], _json(row["source_details"])
    )
    return Entry(
        file,
        row["name"],
        group=row["group"] or None,
        source=source,
        provenance=_json(row["provenance"]),
        quarantined=row["quarantine_reason"] if row["quarantined"] == YES else None,
    )


def _json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair cannot be stored
    except (ValueError, RecursionError) as error:
        raise ValueError("the details are no JSON") from error
    if not isinstance(value, dict):
        raise ValueError("the details are no JSON object")  # noqa: TRY004 - of a text, not a type
    return value


def _classes(records: Iterable[Record]) -> dict[str, tuple[TaskClass, ...]]:
    tasks: dict[str, tuple[TaskClass, ...]] = {}
    for row in records:
        made = TaskClass(row["class"], row["colour"], row["key"])
        tasks[row["task"]] = (*tasks.get(row["task"], ()), made)
    return tasks


class _Labels:
    """The labels of an export: from its labels table, or else from the folders of its classes."""

    def __init__(self, folder: Path, tasks: Sequence[Record]) -> None:
        path = folder / LABELS_FILE
        self._table = _read_labels(path) if _has_table(path, LABELS_COLUMNS) else None
        self._task = tasks[0]["task"] if tasks else ""
        self._words = {row["folder"]: row["class"] for row in tasks}

    def of(self, file: FoundFile, row: Record | None) -> tuple[WordLabel, ...]:
        if self._table is None:
            folder = PurePosixPath(file.name).parts[0]
            unlabelled = folder in {UNLABELLED_FOLDER, file.name}
            label = WordLabel(self._task, self._words.get(folder, folder))
            return () if unlabelled or not self._task else (label,)
        return () if row is None else tuple(self._table.get((row["name"], row["sha256"]), ()))


def _read_labels(path: Path) -> dict[tuple[str, str], list[WordLabel]]:
    """The labels that stand, by name and content of their sample, in the order they were given."""
    found: dict[tuple[str, str], list[WordLabel]] = {}
    for row in read_records(path, LABELS_COLUMNS):
        if row["undone"] != YES and row["origin"] in set(Origin):
            label = WordLabel(row["task"], row["answer"], row["rater"], Origin(row["origin"]))
            found.setdefault((row["name"], row["sha256"]), []).append(label)
    return found


EXPORTED = Layout("exported", _fits, _arrange)
