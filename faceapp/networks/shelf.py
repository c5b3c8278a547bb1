"""One kind of features on disk: rows of float16 of one width, and an index of whose they are."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.errors import WorldError
from faceapp.networks.locks import alone, in_use
from faceapp.words import Words

_ROWS = "rows.f16"
_INDEX = "index.sqlite"
_SPEC = "spec.json"
_LARGEST = float(np.finfo(np.float16).max)
_PATIENCE_SECONDS = 60


class ActivationsUnwritable(WorldError):
    """Activations cannot be kept, for want of room or permission."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of a shelf in an order of their own, read from disk when they are asked for.

    Row n is row `numbers[n]` of `stored` (rows, width), which is mapped.
    """

    stored: NDArray[np.float16]
    numbers: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, rows: Sequence[int] | NDArray[np.int64] | slice) -> NDArray[np.float16]:
        """Some rows (n, width), copied into memory."""
        return np.asarray(self.stored[self.numbers[rows]])

    def chosen(self, rows: Sequence[int]) -> Rows:
        """Some of the rows, still on disk."""
        return Rows(self.stored, self.numbers[np.asarray(rows, np.int64)])


class Shelf:
    """A folder with `rows.f16` (raw, row after row), `index.sqlite` (content key to row number)
    and `spec.json` (what the rows are, for people; its time is that of the last use).

    Rows are only ever appended, and first written out, then indexed in one transaction: whatever
    is killed in between leaves unindexed bytes, which the next append writes over. Several
    processes may append at a time; one waits for the other.
    """

    def __init__(self, folder: Path, width: int, spec: str) -> None:
        self._width = width
        self._file = folder / _ROWS
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _SPEC).write_text(spec, "utf-8")
        self._index = sqlite3.connect(folder / _INDEX, _PATIENCE_SECONDS, isolation_level=None)
        try:
            self._prepare()
        except BaseException:
            self._index.close()
            raise

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def _prepare(self) -> None:
        self._index.execute("PRAGMA journal_mode = WAL")
        self._index.execute(
            "CREATE TABLE IF NOT EXISTS rows "
            "(content TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE) WITHOUT ROWID"
        )
        if self._index.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("the index is damaged")
        self._forget_lost_rows()

    def row_numbers(self) -> dict[str, int]:
        """Row number of every content key."""
        return dict(self._index.execute("SELECT content, number FROM rows"))

    def append(self, features: Mapping[str, NDArray[np.float32]]) -> None:
        """Add the features (width,) of some content keys; those that are there stay.

        They are kept as float16: to three digits, and values beyond its range (65504) cut to it.
        """
        with _in_words(self._file.parent), self._transaction():
            known = self._known(features)
            new = {content: row for content, row in features.items() if content not in known}
            if not new:
                return
            (start,) = self._index.execute("SELECT ifnull(max(number) + 1, 0) FROM rows").fetchone()
            rows = np.clip(np.stack(list(new.values())), -_LARGEST, _LARGEST)
            self._write(start, rows.astype(np.float16))
            self._index.executemany(
                "INSERT INTO rows (content, number) VALUES (?, ?)",
                zip(new, range(start, start + len(new)), strict=True),
            )

    def _known(self, contents: Iterable[str]) -> set[str]:
        found = self._index.execute(
            "SELECT content FROM rows WHERE content IN (SELECT value FROM json_each(?))",
            (json.dumps(list(contents)),),
        )
        return {content for (content,) in found}

    def rows(self, contents: Sequence[str]) -> NDArray[np.float16]:
        """Features (N, width) of content keys that are all there, in their order.

        A read-only view of the file where they lie there in this order, else a copy.
        """
        table = self.table(contents)
        first = table.numbers[0] if contents else 0
        if np.array_equal(table.numbers, np.arange(first, first + len(table))):
            return table.stored[first:]
        return table[:]

    def table(self, contents: Sequence[str]) -> Rows:
        """Features of content keys that are all there, in their order, left on disk.

        For what is too large to be copied: full maps take hundreds of kilobytes each.
        """
        if not contents:
            return Rows(np.zeros((0, self._width), np.float16), np.zeros(0, np.int64))
        numbers = self.row_numbers()
        wanted = np.array([numbers[content] for content in contents], np.int64)
        shape = (int(wanted.max()) + 1, self._width)
        return Rows(np.memmap(self._file, np.float16, "r", shape=shape), wanted)

    def scan(
        self, contents: Iterable[str], count: int
    ) -> Iterator[tuple[list[str], NDArray[np.float16]]]:
        """Features of those content keys that are there, `count` at a time, as they lie on disk.

        In that order reading is as fast as the disk is.
        """
        numbers = self.row_numbers()
        wanted = sorted((numbers[each], each) for each in set(contents) if each in numbers)
        for start in range(0, len(wanted), count):
            part = wanted[start : start + count]
            first = part[0][0]
            shape = (part[-1][0] - first + 1, self._width)
            # Mapped anew each time, or all that was read would stay in memory.
            stored: NDArray[np.float16] = np.memmap(
                self._file, np.float16, "r", offset=first * self._row_bytes, shape=shape
            )
            has_gaps = shape[0] > len(part)
            rows = stored[[number - first for number, _ in part]] if has_gaps else stored
            yield [content for _, content in part], np.asarray(rows)

    def _write(self, start: int, rows: NDArray[np.float16]) -> None:
        self._file.touch()
        with self._file.open("r+b") as file:
            file.seek(start * self._row_bytes)
            file.write(rows.tobytes())
            file.flush()
            os.fsync(file.fileno())

    def _forget_lost_rows(self) -> None:
        """Drop the index of rows that the file does not hold (any more)."""
        with self._transaction():
            size = self._file.stat().st_size if self._file.exists() else 0
            whole = size // self._row_bytes
            self._index.execute("DELETE FROM rows WHERE number >= ?", (whole,))

    @property
    def _row_bytes(self) -> int:
        return self._width * np.dtype(np.float16).itemsize

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One writer at a time, over all processes."""
        self._index.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._index.execute("ROLLBACK")
            raise
        self._index.execute("COMMIT")


@contextmanager
def open_shelf(root: Path, key: str, width: int, spec: str) -> Iterator[Shelf]:
    """The shelf `key` under `root`, made where it is missing; not evicted while it is open.

    A damaged index is thrown away with its rows: everything on a shelf can be made again.
    """
    with ExitStack() as stack:

        def held() -> Shelf:
            stack.enter_context(in_use(_lock(root, key)))
            return stack.enter_context(closing(Shelf(root / key, width, spec)))

        with _in_words(root):
            root.mkdir(parents=True, exist_ok=True)
            try:
                shelf = held()
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):  # busy or full is not damaged
                    raise
                stack.close()
                drop_shelf(root, key)
                shelf = held()
        yield shelf


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise ActivationsUnwritable(
            Words(
                "Activations cannot be kept in {folder} ({error}): see that there is free space, "
                "or delete that folder; it will be made again.",
                folder=folder,
                error=error,
            )
        ) from error


def shelf_contents(root: Path, key: str) -> set[str]:
    """The content keys on a shelf, looked at without using it: its time of last use stays."""
    index = root / key / _INDEX
    try:
        with closing(sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro", uri=True)) as reader:
            return {content for (content,) in reader.execute("SELECT content FROM rows")}
    except sqlite3.Error:  # not there, or damaged: whoever opens it makes it anew
        return set()


def shelf_spec(root: Path, key: str) -> str:
    """What the rows of a shelf are, as it was given to `open_shelf`; "" where there is none."""
    try:
        return (root / key / _SPEC).read_text("utf-8")
    except (OSError, ValueError):
        return ""


def shelf_sizes(root: Path) -> dict[str, int]:
    """Bytes of rows of each shelf, the one used longest ago first."""
    used: dict[str, tuple[int, int]] = {}
    for spec in root.glob(f"*/{_SPEC}"):
        rows = spec.with_name(_ROWS)
        try:
            size = rows.stat().st_size if rows.exists() else 0
            used[spec.parent.name] = (spec.stat().st_mtime_ns, size)
        except FileNotFoundError:
            continue  # another process has just evicted it
    return {key: used[key][1] for key in sorted(used, key=lambda key: used[key])}


def drop_shelf(root: Path, key: str) -> bool:
    """Remove a shelf unless some process uses it; says whether it is gone."""
    with alone(_lock(root, key)) as free:
        if not free:
            return False
        try:
            # First and by itself: Windows refuses while some array maps it, and all stays whole.
            (root / key / _ROWS).unlink(missing_ok=True)
        except OSError:
            return False
        shutil.rmtree(root / key, ignore_errors=True)
    return True


def _lock(root: Path, key: str) -> Path:
    """The lock lies beside the folder, and stays when that goes: a lock that is removed is none."""
    return root / f"{key}.lock"
