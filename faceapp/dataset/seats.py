"""One window writes a dataset at a time: whose turn it is, and what holds for the others.

The seat is a lock of the operating system on an empty file in the dataset's folder, so that it is
free again the moment its window is gone, killed or not. Who sits there stands in a file beside it,
which is only for people to read. Commands take no seat: each of their writes is one transaction,
and SQLite lets writers take turns; what a seat prevents is two people labelling past one another.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

LOCK, HOLDER = ".window.lock", ".window.json"

log = logging.getLogger(__name__)

# Datasets that this process must not write; so jobs, which open their own connections, do not.
_only_read: set[Path] = set()


@dataclass(frozen=True)
class Holder:
    """Who has a dataset open to write: host, process id, since when (ISO-8601, UTC)."""

    host: str
    process: int
    since: str


def is_read_only(folder: Path) -> bool:
    """Whether this process may only read the dataset in that folder (an absolute path)."""
    return folder in _only_read


class Seat:
    """A window's place at a dataset; free until `take`, and again after `leave`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._lock: sqlite3.Connection | None = None

    def take(self) -> bool:
        """Sit down to write; False where another window, here or elsewhere, sits there."""
        if self._lock is not None:
            return True
        lock = None
        try:
            lock = sqlite3.connect(self._folder / LOCK, 0, isolation_level=None)
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if lock is not None:
                lock.close()
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return False
            # A file system without locks, say: that must not keep a person from their dataset.
            log.warning("No seat can be taken at %s: %s", self._folder, error)
            return True
        self._lock = lock
        _only_read.discard(self._folder)
        self._sign()
        return True

    def only_read(self) -> None:
        """Sit beside: nothing in this process writes the dataset until `leave`."""
        _only_read.add(self._folder)

    @property
    def holder(self) -> Holder | None:
        """Who took the seat last; None where nobody can tell."""
        try:
            found = json.loads((self._folder / HOLDER).read_text("utf-8"))
            return Holder(str(found["host"]), int(found["process"]), str(found["since"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def leave(self) -> None:
        """Get up; doing so twice is harmless."""
        _only_read.discard(self._folder)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _sign(self) -> None:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        holder = Holder(socket.gethostname(), os.getpid(), since)
        unfinished = self._folder / f"{HOLDER}.new"
        try:
            unfinished.write_text(json.dumps(asdict(holder)), encoding="utf-8")
            unfinished.replace(self._folder / HOLDER)
        except OSError as error:
            log.warning("The holder of %s cannot be noted: %s", self._folder, error)
