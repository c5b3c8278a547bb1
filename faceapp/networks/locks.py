"""Marks on folders: in use by any number of processes, or held by one that removes the folder.

SQLite's own locks on an empty database file do the work: they are alike on Linux, macOS and
Windows, tell readers from writers, and the system lets go of them when a process dies.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

# Nobody holds a folder alone for longer than removing some files takes.
_PATIENCE_SECONDS = 60


@contextmanager
def in_use(file: Path) -> Iterator[None]:
    """Keep others from holding `file` alone; any number of processes may do so at a time."""
    with closing(sqlite3.connect(file, _PATIENCE_SECONDS, isolation_level=None)) as lock:
        lock.execute("BEGIN")
        lock.execute("SELECT count(*) FROM sqlite_master").fetchone()  # takes the shared lock
        yield


@contextmanager
def alone(file: Path) -> Iterator[bool]:
    """Hold `file` alone, and say whether that was possible: not while it is in use."""
    with closing(sqlite3.connect(file, 0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            yield False
        else:
            yield True
