"""What every part of a dataset stands on: its folder, its database, and how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from faceapp.dataset import answers, history
from faceapp.dataset.changes import Changes, Part
from faceapp.dataset.database import FILE_NAME, Database, many
from faceapp.dataset.errors import UnknownSample
from faceapp.words import Words, made_of


@dataclass
class Action:
    """One undo step that several writes share; `changes` is what they did so far."""

    what: Words
    id: int | None = None
    changes: Changes = field(default_factory=Changes)


@dataclass
class Write:
    """One write; `changes` is filled in when its transaction ends."""

    changes: Changes = field(default_factory=Changes)


class Core:
    """A dataset's folder and database, and the undo steps that writes form.

    To be used from the thread that opened it; other threads and processes open their own.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._db = Database(folder / FILE_NAME)
        self._open_action: Action | None = None
        answers.prepare(self._db)
        history.watch(self._db)

    def close(self) -> None:
        """Close the database; closing twice is harmless."""
        self._db.close()

    @contextmanager
    def action(self, what: Words) -> Iterator[Action]:
        """Make all writes inside one undo step; each is still a transaction of its own.

        Those inside `together` are one. What was written before an error or a crash stays, and is
        one step to undo. Inside another action this one is part of it.
        """
        if self._open_action is not None:
            yield self._open_action
            return
        self._open_action = Action(what)
        try:
            yield self._open_action
        finally:
            self._open_action = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write everything inside at once, or nothing of it."""
        with self._db.transaction():
            yield

    def rename_action(self, action: Action, what: Words) -> None:
        """Name an undo step anew, for example when it is known how many samples came in."""
        action.what = what
        self._db.run(
            "UPDATE actions SET what = ?, made_of = ? WHERE id = ?", what, made_of(what), action.id
        )

    @contextmanager
    def _write(self, what: Words) -> Iterator[Write]:
        """One transaction that can be undone; where it changes nothing it leaves no trace."""
        write = Write()
        shared = self._open_action or Action(what)
        with self._db.transaction() as transaction:
            action, mark = history.begin(self._db, shared.what, shared.id)
            yield write
            changes = history.finish(self._db, action, mark)
            if not changes:
                transaction.keep = False
        if changes:
            write.changes = changes
            shared.id = changes.action
            shared.changes |= changes

    @contextmanager
    def _derive(self, part: Part, what: str, samples: Iterable[int]) -> Iterator[Write]:
        """One transaction over derived data, which can be made again and so is never undone."""
        touched = frozenset(samples)
        parts = frozenset({part}) if touched else frozenset()
        write = Write(Changes(what=what, samples=touched, parts=parts))
        with self._db.transaction():
            yield write

    def undo(self) -> Changes | None:
        """Take back the last action that stands; None where there is none."""
        with self._db.transaction():
            step = history.next_undo(self._db)
            return history.turn(self._db, step[0]) if step else None

    def redo(self) -> Changes | None:
        """Do the first undone action again; None where there is none."""
        with self._db.transaction():
            step = history.next_redo(self._db)
            return history.turn(self._db, step[0]) if step else None

    @property
    def undo_name(self) -> str | None:
        """What `undo` would take back, in words."""
        step = history.next_undo(self._db)
        return step[1] if step else None

    @property
    def redo_name(self) -> str | None:
        """What `redo` would do again, in words."""
        step = history.next_redo(self._db)
        return step[1] if step else None

    @property
    def undo_rows(self) -> int:
        """How many rows `undo` would write: some 20,000 a second."""
        step = history.next_undo(self._db)
        return history.size(self._db, step[0]) if step else 0

    @property
    def redo_rows(self) -> int:
        """How many rows `redo` would write."""
        step = history.next_redo(self._db)
        return history.size(self._db, step[0]) if step else 0

    def _known(self, ids: Iterable[int]) -> list[int]:
        """The ids without repetitions, in order, all of them samples of this dataset."""
        wanted = list(dict.fromkeys(ids))
        found = self._db.value(
            "SELECT count(*) FROM samples WHERE id IN (SELECT value FROM json_each(?))",
            many(wanted),
        )
        if found != len(wanted):
            there = self._db.rows(
                "SELECT id FROM samples WHERE id IN (SELECT value FROM json_each(?))", many(wanted)
            )
            missing = sorted(set(wanted) - {row[0] for row in there})
            raise UnknownSample(
                Words(
                    "The dataset has no sample {missing}. It may have been undone.",
                    missing=missing[0],
                )
            )
        return wanted
