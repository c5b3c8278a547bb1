"""Readings as rows of a CSV: one a face, one for a frame without any."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import RawIOBase, StringIO
from pathlib import Path
from typing import Any

from faceapp.errors import WorldError
from faceapp.live.readings import NO_FACE, FrameReading, Reading
from faceapp.words import Words


class NotWritten(WorldError):
    """A file of readings or a video could not be written."""


def columns(classes: Sequence[str]) -> list[str]:
    """Names of the columns, in order."""
    return [
        *("file", "time", "frame", "face", "x", "y", "w", "h", "label"),
        *(f"raw_{name}" for name in classes),
        *(f"smoothed_{name}" for name in classes),
        *("model", "mark"),
    ]


def rows(read: FrameReading, model: str, mark: str = "") -> Iterator[list[Any]]:
    """The rows of one frame, as `columns` names them; what does not apply is empty.

    A frame without a face is one row with the label "no face".
    """
    time = "" if read.time is None else f"{read.time:.3f}"
    start = [read.file, time, "" if read.number is None else read.number]
    unread = [""] * len(read.classes)
    if not read.readings:
        yield [*start, "", *[""] * 4, NO_FACE, *unread, *unread, model, mark]
    for each in read.readings:
        raw, smoothed = (
            [f"{p:.6f}" for p in values] or unread for values in (each.raw, each.smoothed)
        )
        yield [*start, each.number, *_box(each), each.label, *raw, *smoothed, model, mark]


def _box(reading: Reading) -> list[str]:
    return [f"{value:.1f}" for value in reading.box] if reading.box else [""] * 4


class ReadingTable:
    """A CSV of readings being written; every row is in the file when its call returns.

    `file` is unbuffered, so that nothing is left to be written when a full disk has refused a row.
    """

    def __init__(self, file: RawIOBase, classes: Sequence[str], model: str) -> None:
        self._file = file
        self._model = model
        self._columns = columns(classes)
        self._write([self._columns])

    def add(self, read: FrameReading, mark: str = "") -> None:
        """Write the rows of a frame."""
        self._write(rows(read, self._model, mark))

    def add_mark(self, time: float, mark: str) -> None:
        """Write a mark that no frame follows as a row of its own."""
        known = {"time": f"{time:.3f}", "model": self._model, "mark": mark}
        self._write([[known.get(name, "") for name in self._columns]])

    def _write(self, lines: Iterable[Sequence[Any]]) -> None:
        text = StringIO(newline="")
        csv.writer(text).writerows(lines)
        data = memoryview(text.getvalue().encode("utf-8"))
        while data:
            data = data[self._file.write(data) or 0 :]


@contextmanager
def reading_table(path: Path, classes: Sequence[str], model: str) -> Iterator[ReadingTable]:
    """A CSV at `path`, there when the block ends well, and else as it was before.

    Raises:
        NotWritten: the place cannot be written.

    """
    with written_beside(path) as partial, partial.open("wb", buffering=0) as file:
        yield ReadingTable(file, classes, model)


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """A hidden file beside `path` to write into, which takes its place when the block ends well.

    Raises:
        NotWritten: the place cannot be written.

    """
    partial = path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        raise NotWritten(
            Words(
                "{path} cannot be written ({error}): see that its folder is there, "
                "may be written to, and has room.",
                path=path,
                error=error.strerror or error,
            )
        ) from error
    finally:
        partial.unlink(missing_ok=True)
