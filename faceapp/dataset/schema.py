"""The tables of `dataset.sqlite`, its version, and the way up from older ones.

Labels refer to classes by id, so a class can be renamed, merged or removed without touching them.
`journal` holds the rows that actions replaced (see history.py); `answers` is what the labels come
to (see answers.py) and can be computed again at any time, as can `faces`, `findings`, `measures`,
`fingerprints` and `likenesses`.
`scrapes`, `searches` and `results` are the memory of the scraper (see searches.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from faceapp.dataset.errors import NewerSchema
from faceapp.words import Words

APPLICATION_ID = 0x66616365  # "face"
SCHEMA_VERSION = 4

# What searches found, and what became of it. No foreign key leads out of these tables: they
# remember for ever, whatever is undone.
SEARCHES = """
CREATE TABLE scrapes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task TEXT NOT NULL,
    options TEXT NOT NULL,
    time TEXT NOT NULL
) STRICT;
CREATE TABLE searches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scrape INTEGER NOT NULL REFERENCES scrapes,
    engine TEXT NOT NULL,
    query TEXT NOT NULL,
    language TEXT NOT NULL,
    class TEXT NOT NULL,
    following INTEGER,
    pages INTEGER NOT NULL DEFAULT 0,
    ended TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX searches_by_scrape ON searches (scrape);
CREATE TABLE results (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    search INTEGER NOT NULL REFERENCES searches,
    rank INTEGER NOT NULL,
    address TEXT NOT NULL,
    host TEXT NOT NULL,
    facts TEXT NOT NULL,
    outcome TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    final INTEGER NOT NULL DEFAULT 0,
    face INTEGER NOT NULL DEFAULT 0,
    sha256 TEXT NOT NULL DEFAULT '',
    sample INTEGER
) STRICT;
CREATE INDEX results_by_search ON results (search, rank);
CREATE INDEX results_by_address ON results (address);
CREATE INDEX results_by_bytes ON results (sha256) WHERE sha256 <> '';
"""

# What cleaning measured: derived, like `faces`, but not journaled, as it is measured again when a
# sample comes back.
MEASURES = """
CREATE TABLE measures (
    id INTEGER PRIMARY KEY REFERENCES samples ON DELETE CASCADE,
    key TEXT NOT NULL,
    problem TEXT NOT NULL,
    found TEXT NOT NULL
) STRICT;
CREATE TABLE fingerprints (
    id INTEGER PRIMARY KEY REFERENCES samples ON DELETE CASCADE,
    compared INTEGER NOT NULL DEFAULT 0,
    descriptor BLOB NOT NULL,
    pictures BLOB NOT NULL
) STRICT;
CREATE TABLE likenesses (
    one INTEGER NOT NULL REFERENCES samples ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES samples ON DELETE CASCADE,
    value REAL NOT NULL,
    how TEXT NOT NULL,
    PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX likenesses_by_other ON likenesses (other);
CREATE TABLE thresholds (
    kind TEXT PRIMARY KEY,
    value REAL NOT NULL
) STRICT, WITHOUT ROWID;
"""

# Template and values of each step's name, as JSON: see `faceapp.words`.
NAMES = "ALTER TABLE actions ADD COLUMN made_of TEXT NOT NULL DEFAULT '';"

# Version -> the statements that lead to the next one. One that takes a column away must also empty
# `actions`: the journal still speaks of it.
MIGRATIONS: Mapping[int, str] = {1: SEARCHES, 2: MEASURES, 3: NAMES}

TABLES = """
CREATE TABLE actions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    what TEXT NOT NULL,
    time TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0,
    made_of TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    action INTEGER NOT NULL REFERENCES actions ON DELETE CASCADE,
    part TEXT NOT NULL,
    row INTEGER NOT NULL,
    sample INTEGER,
    task INTEGER,
    before TEXT
) STRICT;
CREATE INDEX journal_by_action ON journal (action);

CREATE TABLE sources (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    location TEXT NOT NULL,
    details TEXT NOT NULL,
    time TEXT NOT NULL,
    UNIQUE (kind, location, details)
) STRICT;
CREATE TABLE samples (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    in_place INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    phash INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    format TEXT NOT NULL,
    source INTEGER NOT NULL REFERENCES sources,
    person TEXT,
    quarantined INTEGER NOT NULL DEFAULT 0,
    quarantine_reason TEXT NOT NULL DEFAULT '',
    added TEXT NOT NULL,
    provenance TEXT NOT NULL,
    UNIQUE (sha256, name)
) STRICT;
CREATE INDEX samples_by_name ON samples (name);
CREATE INDEX samples_by_source ON samples (source);
CREATE INDEX samples_quarantined ON samples (id) WHERE quarantined;
CREATE INDEX samples_in_place ON samples (in_place) WHERE in_place;
CREATE TABLE refusals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    file TEXT NOT NULL,
    reason TEXT NOT NULL,
    time TEXT NOT NULL,
    UNIQUE (source, file)
) STRICT;
CREATE INDEX refusals_by_file ON refusals (file);

CREATE TABLE tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    time TEXT NOT NULL
) STRICT;
CREATE TABLE classes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task INTEGER NOT NULL REFERENCES tasks ON DELETE CASCADE,
    name TEXT NOT NULL,
    colour TEXT NOT NULL,
    key TEXT NOT NULL,
    position INTEGER NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0,
    merged_into INTEGER REFERENCES classes
) STRICT;
CREATE INDEX classes_by_task ON classes (task);
CREATE INDEX classes_by_merge ON classes (merged_into);

CREATE TABLE labels (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sample INTEGER NOT NULL REFERENCES samples ON DELETE CASCADE,
    task INTEGER NOT NULL REFERENCES tasks ON DELETE CASCADE,
    class INTEGER REFERENCES classes ON DELETE CASCADE,
    origin TEXT NOT NULL CHECK (origin IN ('person', 'import', 'proposal')),
    rater TEXT NOT NULL,
    time TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX labels_by_sample ON labels (sample, task);
CREATE TABLE answers (
    task INTEGER NOT NULL REFERENCES tasks ON DELETE CASCADE,
    sample INTEGER NOT NULL REFERENCES samples ON DELETE CASCADE,
    class INTEGER REFERENCES classes ON DELETE CASCADE,
    raters INTEGER NOT NULL,
    agreement REAL NOT NULL,
    PRIMARY KEY (task, sample)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_by_class ON answers (task, class, sample);
CREATE INDEX answers_by_sample ON answers (sample);

CREATE TABLE faces (
    id INTEGER PRIMARY KEY REFERENCES samples ON DELETE CASCADE,
    detector TEXT NOT NULL,
    corrected INTEGER NOT NULL DEFAULT 0,
    found TEXT NOT NULL
) STRICT;

CREATE TABLE findings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    sample INTEGER NOT NULL REFERENCES samples ON DELETE CASCADE,
    family TEXT NOT NULL,
    value REAL NOT NULL,
    score REAL NOT NULL,
    detail TEXT NOT NULL,
    UNIQUE (kind, sample, family)
) STRICT;
CREATE INDEX findings_by_sample ON findings (sample);
CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    sample INTEGER NOT NULL REFERENCES samples ON DELETE CASCADE,
    family TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('dismissed', 'acted')),
    UNIQUE (kind, sample, family)
) STRICT;
CREATE INDEX verdicts_by_sample ON verdicts (sample);

CREATE TABLE proposals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sample INTEGER NOT NULL REFERENCES samples ON DELETE CASCADE,
    task INTEGER NOT NULL REFERENCES tasks ON DELETE CASCADE,
    class INTEGER NOT NULL REFERENCES classes ON DELETE CASCADE,
    origin TEXT NOT NULL CHECK (origin IN ('query', 'model')),
    score REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'refused')),
    time TEXT NOT NULL,
    detail TEXT NOT NULL,
    UNIQUE (sample, task, class, origin)
) STRICT;
CREATE INDEX proposals_open ON proposals (task, sample) WHERE state = 'open';
"""


def lay(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty database."""
    connection.executescript(
        f"BEGIN; {TABLES} {SEARCHES} {MEASURES} PRAGMA application_id = {APPLICATION_ID};"
        f"PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
    )


def version_of(connection: sqlite3.Connection) -> int:
    """The schema version written in the file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def backup(connection: sqlite3.Connection, file: Path) -> Path:
    """Copy the database beside itself as `dataset.sqlite.backup-vN`, N being its version."""
    kept = file.with_name(f"{file.name}.backup-v{version_of(connection)}")
    unfinished = kept.with_name(f"{kept.name}.part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    return unfinished.replace(kept)


def upgrade(connection: sqlite3.Connection, file: Path) -> None:
    """Bring an older schema up to ours, all or nothing, after a backup copy.

    Raises:
        NewerSchema: the file was written by a newer faceapp; nothing was touched.

    """
    found = version_of(connection)
    if found > SCHEMA_VERSION:
        raise NewerSchema(
            Words(
                "{file} was written by a newer faceapp (schema {found}, this one knows "
                "{schema_version}). Install the newer faceapp to open it.",
                file=file,
                found=found,
                schema_version=SCHEMA_VERSION,
            )
        )
    if found == SCHEMA_VERSION:
        return
    backup(connection, file)
    # Tables are rebuilt by dropping them, which would cascade.
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN IMMEDIATE")
    try:
        _climb(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _climb(connection: sqlite3.Connection) -> None:
    # Read again under the lock: another program may have been quicker.
    for version in range(version_of(connection), SCHEMA_VERSION):
        for statement in _statements(MIGRATIONS[version]):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version + 1}")
    if broken := connection.execute("PRAGMA foreign_key_check").fetchall():
        raise sqlite3.IntegrityError(f"foreign keys broken by the upgrade: {broken[:3]}")


def _statements(script: str) -> list[str]:
    """The script's statements one by one: executescript would commit the transaction."""
    done, pending = [], ""
    for piece in script.split(";"):
        pending += f"{piece};"
        if sqlite3.complete_statement(pending) and pending.strip(" \n;"):
            done.append(pending)
            pending = ""
    return done
