"""Undo and redo, kept in the database itself so that they survive closing.

Temporary triggers write into `journal`, for every row that an action inserts, changes or deletes,
what the row was before (NULL: it was not there). Undoing an action puts these rows back, latest
first; the same triggers meanwhile note what is thereby replaced, so that the action's entries
now lead forward, and redoing is the same walk again. The triggers are made from the tables as
they are, so no write can forget them.

Labels are only ever added: undoing one marks it, and it goes only when its sample does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from faceapp.dataset import answers
from faceapp.dataset.changes import Changes, Part
from faceapp.dataset.database import Database
from faceapp.words import Words, again, made_of

# Journaled tables: the part each belongs to, and the columns that say which sample and task.
_JOURNALED: dict[str, tuple[Part, str, str]] = {
    "sources": (Part.SOURCES, "", ""),
    "refusals": (Part.SOURCES, "", ""),
    "samples": (Part.SAMPLES, "id", ""),
    "tasks": (Part.TASKS, "", "id"),
    "classes": (Part.TASKS, "", "task"),
    "labels": (Part.LABELS, "sample", "task"),
    "faces": (Part.FACES, "id", ""),
    "findings": (Part.FINDINGS, "sample", ""),
    "verdicts": (Part.FINDINGS, "sample", ""),
    "proposals": (Part.PROPOSALS, "sample", "task"),
}


# Latest first. Labels of samples that came in with them go with them, and need no mark.
_ENTRIES = """
SELECT part, row, before FROM journal WHERE action = ?1 AND NOT (
    part = 'labels' AND before IS NULL AND sample IN (
        SELECT row FROM journal WHERE action = ?1 AND part = 'samples' AND before IS NULL))
ORDER BY seq DESC
"""


def now() -> str:
    """The present moment, ISO-8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def watch(db: Database) -> None:
    """Make the triggers, which belong to this connection alone."""
    # One row while an action is being written, none otherwise; it rolls back with the rest.
    db.run("CREATE TEMP TABLE recording (action INTEGER NOT NULL)")
    for table in _JOURNALED:
        for trigger in _triggers(db, table):
            db.run(trigger)


def _triggers(db: Database, table: str) -> Iterator[str]:
    columns = [(name, kind) for _, name, kind, *_ in db.rows(f"PRAGMA table_info({table})")]
    # As JSON numbers, reals would be rounded to 15 digits, and SQLite's quote() loses some bits.
    image = ", ".join(
        f"'{name}', {f'json_array(exact(OLD.{name}))' if kind == 'REAL' else f'OLD.{name}'}"
        for name, kind in columns
    )
    differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name, _ in columns)
    _, sample, task = _JOURNALED[table]
    for event, row, when, before in (
        ("INSERT", "NEW", "", "NULL"),
        ("UPDATE", "OLD", f"WHEN {differs}", f"json_object({image})"),
        ("DELETE", "OLD", "", f"json_object({image})"),
    ):
        which = ", ".join(f"{row}.{column}" if column else "NULL" for column in (sample, task))
        yield (
            f"CREATE TEMP TRIGGER journal_{table}_{event} AFTER {event} ON main.{table} {when} "
            f"BEGIN INSERT INTO journal (action, part, row, sample, task, before) "
            f"SELECT action, '{table}', {row}.id, {which}, {before} FROM recording; END"
        )


def begin(db: Database, what: Words, joined: int | None) -> tuple[int, int]:
    """Start recording inside a transaction; what was undone can no longer be redone.

    Returns the action's id (`joined` while that action stands, else a new one) and the journal's
    last entry so far.
    """
    db.run("DELETE FROM actions WHERE undone")
    action = db.value("SELECT id FROM actions WHERE id = ?", joined)
    if action is None:
        action = db.insert(
            "INSERT INTO actions (what, made_of, time) VALUES (?, ?, ?)", what, made_of(what), now()
        )
    db.run("INSERT INTO recording VALUES (?)", action)
    return action, db.value("SELECT coalesce(max(seq), 0) FROM journal")


def finish(db: Database, action: int, mark: int) -> Changes:
    """Stop recording, bring the answers up to date, and tell what was done since `mark`."""
    db.run("DELETE FROM recording")
    if _overtaken(db, action, mark):
        action = _split_off(db, action, mark)
    return _account(db, action, mark)


def _overtaken(db: Database, action: int, mark: int) -> bool:
    """Whether a later action has changed rows that this one changed again just now."""
    if db.value("SELECT max(id) FROM actions") == action:
        return False
    return bool(
        db.value(
            "SELECT EXISTS (SELECT 1 FROM journal mine JOIN journal later USING (part, row) "
            "WHERE mine.action = ?1 AND mine.seq > ?2 AND later.action > ?1)",
            action,
            mark,
        )
    )


def _split_off(db: Database, action: int, mark: int) -> int:
    """Make what came after `mark` an action of its own, or undoing would run out of order."""
    new = db.insert(
        "INSERT INTO actions (what, made_of, time) "
        "SELECT what, made_of, ? FROM actions WHERE id = ?",
        now(),
        action,
    )
    assert new is not None
    db.run("UPDATE journal SET action = ? WHERE action = ? AND seq > ?", new, action, mark)
    return new


def _account(db: Database, action: int, mark: int) -> Changes:
    where = "FROM journal WHERE action = ? AND seq > ?"
    tables = {part for (part,) in db.rows(f"SELECT DISTINCT part {where}", action, mark)}
    if not tables:
        return Changes()
    samples = {
        sample
        for (sample,) in db.rows(
            f"SELECT DISTINCT sample {where} AND sample IS NOT NULL", action, mark
        )
    }
    parts = {_JOURNALED[table][0] for table in tables}
    if tables & {"labels", "classes"}:
        counted = answers.refresh(db, action, mark)
        samples |= counted
        parts |= {Part.LABELS} if counted else set()
    what = again(*db.row("SELECT what, made_of FROM actions WHERE id = ?", action))
    tasks = _task_names(db, action, mark)
    return Changes(action, what, frozenset(samples), tasks, frozenset(parts))


def _task_names(db: Database, action: int, mark: int) -> frozenset[str]:
    names = db.rows(
        "SELECT name FROM tasks WHERE id IN "
        "(SELECT task FROM journal WHERE action = ?1 AND seq > ?2) UNION "
        "SELECT json_extract(before, '$.name') FROM journal "
        "WHERE action = ?1 AND seq > ?2 AND part = 'tasks' AND before IS NOT NULL",
        action,
        mark,
    )
    return frozenset(name for (name,) in names)


def next_undo(db: Database) -> tuple[int, str] | None:
    """Id and name of the action that undo would take back."""
    return _named(
        db.row("SELECT id, what, made_of FROM actions WHERE NOT undone ORDER BY id DESC LIMIT 1")
    )


def next_redo(db: Database) -> tuple[int, str] | None:
    """Id and name of the action that redo would do again."""
    return _named(db.row("SELECT id, what, made_of FROM actions WHERE undone ORDER BY id LIMIT 1"))


def _named(row: tuple[int, str, str] | None) -> tuple[int, str] | None:
    return None if row is None else (row[0], again(row[1], row[2]))


def size(db: Database, action: int) -> int:
    """How many rows turning the action would write."""
    rows: int = db.value("SELECT COUNT(*) FROM journal WHERE action = ?", action)
    return rows


def turn(db: Database, action: int) -> Changes:
    """Undo the action if it stands, redo it if it is undone, inside a transaction."""
    entries = db.rows(_ENTRIES, action)
    db.run("DELETE FROM journal WHERE action = ?", action)
    db.run("PRAGMA defer_foreign_keys = ON")  # rows come back in any order
    db.run("INSERT INTO recording VALUES (?)", action)
    for statement, values in groupby(map(_step, entries), key=lambda step: step[0]):
        db.run_many(statement, (step[1] for step in values))
    db.run("DELETE FROM recording")
    db.run("UPDATE actions SET undone = NOT undone WHERE id = ?", action)
    return _account(db, action, -1)


def _step(entry: tuple[str, int, str | None]) -> tuple[str, tuple[Any, ...]]:
    """The statement, and its values, that puts one row back to what it was before."""
    table, row, before = entry
    if before is None and table == "labels":
        return "UPDATE labels SET undone = 1 WHERE id = ?", (row,)
    if before is None:
        return f"DELETE FROM {table} WHERE id = ?", (row,)
    image = json.loads(before)
    columns, marks = ", ".join(image), ", ".join("?" * len(image))
    again = ", ".join(f"{column} = excluded.{column}" for column in image)
    return (
        f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {again}",
        tuple(float(each[0]) if isinstance(each, list) else each for each in image.values()),
    )
