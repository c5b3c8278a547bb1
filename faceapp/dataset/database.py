"""The one door to SQLite: how a dataset is opened, one transaction at a time, errors in words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faceapp.dataset import schema
from faceapp.dataset.errors import (
    BadName,
    DatasetBusy,
    DatasetDamaged,
    DatasetError,
    DatasetReadOnly,
    DatasetUnwritable,
    NotADataset,
)
from faceapp.dataset.seats import is_read_only
from faceapp.errors import ProgramError
from faceapp.words import Words

FILE_NAME = "dataset.sqlite"
BUSY_SECONDS = 10.0
_UNWRITABLE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}


def many(values: Iterable[Any]) -> str:
    """Any number of values as one SQL parameter: `... IN (SELECT value FROM json_each(?))`."""
    return json.dumps(list(values))


@dataclass
class Transaction:
    """What happens at its end, unless it raises: it is kept, or rolled back."""

    keep: bool = True


# How a transaction begins, is kept, and is rolled back: a whole one, and a part of another.
_WHOLE = ("BEGIN IMMEDIATE", ("COMMIT",), ("ROLLBACK",))
_PART = ("SAVEPOINT part", ("RELEASE part",), ("ROLLBACK TO part", "RELEASE part"))


class Database:
    """A connection to `dataset.sqlite`, to be used from the thread that opened it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        # Only SQLite ever opens the file: whoever else closes it drops, on POSIX, every lock that
        # this process holds on it, and two writers may then damage it.
        if not file.is_file():
            raise NotADataset(
                Words(
                    "{parent} holds no {file_name}, so it is not a dataset. "
                    "Choose another folder, or make a new dataset.",
                    parent=file.parent,
                    file_name=FILE_NAME,
                )
            )
        with self._in_words():
            self._connection = sqlite3.connect(
                f"{file.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=BUSY_SECONDS,
                isolation_level=None,  # transactions are ours, not the module's
            )
        try:
            with self._in_words():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        connection = self._connection
        connection.execute("PRAGMA trusted_schema = OFF")
        if self._application_id() != schema.APPLICATION_ID:
            raise NotADataset(
                Words("{file} is not a faceapp dataset. Choose another folder.", file=self._file)
            )
        schema.upgrade(connection, self._file)
        # SQLite's own lower() knows ASCII only, and it writes floats with 15 digits.
        connection.create_function("casefold", 1, str.casefold, deterministic=True)
        connection.create_function("exact", 1, float.__repr__, deterministic=True)
        for pragma in (
            "journal_mode = WAL",
            "synchronous = NORMAL",  # in WAL mode a killed program loses nothing
            "foreign_keys = ON",
            "temp_store = MEMORY",
            "cache_size = -65536",  # KiB
            "wal_autocheckpoint = 4096",  # pages: long imports write each page fewer times
        ):
            connection.execute(f"PRAGMA {pragma}")

    def _application_id(self) -> int | None:
        """What program the file says it is of; None where it is no database at all."""
        try:
            found: int = self._connection.execute("PRAGMA application_id").fetchone()[0]
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
            if code & 0xFF == sqlite3.SQLITE_CANTOPEN:
                raise NotADataset(
                    Words("{file} cannot be read: {error}.", file=self._file, error=error)
                ) from error
            if code & 0xFF != sqlite3.SQLITE_NOTADB:
                raise
            return None
        return found

    def close(self) -> None:
        """Close; closing twice is harmless."""
        self._connection.close()

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Every row that the statement gives."""
        with self._in_words():
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> Any:
        """The first row, or None."""
        with self._in_words():
            return self._connection.execute(sql, values).fetchone()

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.row(sql, *values)
        return row[0] if row else None

    def run(self, sql: str, *values: Any) -> int:
        """Execute, and return the number of rows touched."""
        with self._in_words():
            return self._connection.execute(sql, values).rowcount

    def insert(self, sql: str, *values: Any) -> int | None:
        """Execute an INSERT and return the new id; None where `ON CONFLICT` did nothing."""
        with self._in_words():
            cursor = self._connection.execute(sql, values)
            return cursor.lastrowid if cursor.rowcount == 1 else None

    def run_many(self, sql: str, values: Iterable[tuple[Any, ...]]) -> None:
        """Execute once for each of `values`."""
        with self._in_words():
            self._connection.executemany(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """All of what happens inside, or none of it; writers take their turn.

        Inside another transaction it is a part of that one, which can be rolled back alone.
        """
        if is_read_only(self._file.parent):
            raise DatasetReadOnly(
                Words(
                    "{parent} is open to read only, as another window writes it: "
                    "nothing was changed.",
                    parent=self._file.parent.name,
                )
            )
        begin, keep, undo = _PART if self._connection.in_transaction else _WHOLE
        self.run(begin)
        transaction = Transaction()
        try:
            yield transaction
            for statement in keep if transaction.keep else undo:
                self.run(statement)
        except BaseException:
            # A full disk has already rolled back by itself.
            if self._connection.in_transaction:
                for statement in undo:
                    self._connection.execute(statement)
            raise

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Say what SQLite complains of in terms of the dataset."""
        try:
            yield
        except UnicodeEncodeError as error:
            raise BadName(
                Words("{object!r} is not valid text. Rename it.", object=error.object)
            ) from error
        except sqlite3.IntegrityError as error:
            raise ProgramError(
                Words("The dataset would have become inconsistent: {error}.", error=error)
            ) from error
        except sqlite3.DatabaseError as error:
            raise _dataset_error(self._file, error) from error


def _dataset_error(file: Path, error: sqlite3.DatabaseError) -> Exception:
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else None
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatasetBusy(
            Words(
                "{file} is being written by another program. Try again when it is done.", file=file
            )
        )
    if primary in _UNWRITABLE:
        return DatasetUnwritable(
            Words(
                "{file} cannot be written ({error}). Look at disk and permissions.",
                file=file,
                error=error,
            )
        )
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DatasetDamaged(
            Words("{file} is damaged ({error}). Restore a backup of it.", file=file, error=error)
        )
    if isinstance(error, sqlite3.ProgrammingError) or primary == sqlite3.SQLITE_ERROR:
        return ProgramError(
            Words("The dataset was asked something impossible: {error}.", error=error)
        )
    return DatasetError(Words("{file}: {error}.", file=file, error=error))
