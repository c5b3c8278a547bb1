"""A dataset's folder: made, opened, refused, and brought up to date."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from faceapp.dataset import (
    Dataset,
    DatasetBusy,
    DatasetDamaged,
    DatasetExists,
    DatasetUnwritable,
    NewerSchema,
    NotADataset,
    database,
    schema,
)
from faceapp.errors import ProgramError, WorldError
from sample_rows import fill, new_sample


def test_create_makes_the_folders_and_open_finds_what_was_written(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "faces"
    with Dataset.create(folder) as dataset:
        assert (dataset.images, dataset.cache, dataset.runs) == (
            folder / "images",
            folder / "cache",
            folder / "runs",
        )
        assert all(each.is_dir() for each in (dataset.images, dataset.cache, dataset.runs))
        fill(dataset, 3)
    with Dataset.open(folder) as dataset:
        assert dataset.count() == 3


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    Dataset.create(tmp_path / "d").close()
    with closing(sqlite3.connect(tmp_path / "d" / "dataset.sqlite")) as connection:
        pragma = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version", "journal_mode")
        }
    assert pragma == {
        "application_id": schema.APPLICATION_ID,
        "user_version": Dataset.SCHEMA_VERSION,
        "journal_mode": "wal",
    }


def test_create_takes_an_empty_folder_and_leftovers_of_file_managers(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"")
    Dataset.create(tmp_path).close()
    Dataset.open(tmp_path).close()


def test_create_takes_a_folder_where_an_earlier_create_was_killed(tmp_path: Path) -> None:
    (tmp_path / "dataset.sqlite.new").write_bytes(b"half a file")
    Dataset.create(tmp_path).close()
    Dataset.open(tmp_path).close()


def test_create_refuses_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(DatasetExists, match="not empty"):
        Dataset.create(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_create_refuses_a_dataset(tmp_path: Path) -> None:
    with Dataset.create(tmp_path) as dataset:
        fill(dataset, 1)
    with pytest.raises(DatasetExists, match="already"):
        Dataset.create(tmp_path)
    with Dataset.open(tmp_path) as dataset:
        assert dataset.count() == 1


def test_create_says_when_the_place_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatasetUnwritable, match="file"):
        Dataset.create(tmp_path / "file")


def test_open_refuses_a_folder_without_a_dataset(tmp_path: Path) -> None:
    with pytest.raises(NotADataset, match=r"holds no dataset\.sqlite"):
        Dataset.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\x00" * 10])
def test_open_refuses_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "dataset.sqlite").write_bytes(content)
    with pytest.raises((NotADataset, DatasetDamaged)):
        Dataset.open(tmp_path)
    assert (tmp_path / "dataset.sqlite").read_bytes() == content


def test_open_refuses_another_programs_database(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "dataset.sqlite")) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(NotADataset, match="not a faceapp dataset"):
        Dataset.open(tmp_path)


def test_open_refuses_a_newer_schema_and_leaves_it_alone(tmp_path: Path) -> None:
    Dataset.create(tmp_path).close()
    file = tmp_path / "dataset.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
    before = file.read_bytes()
    with pytest.raises(NewerSchema, match="newer faceapp"):
        Dataset.open(tmp_path)
    assert file.read_bytes() == before
    assert not list(tmp_path.glob("*backup*"))


def test_a_dataset_can_be_moved(tmp_path: Path) -> None:
    with Dataset.create(tmp_path / "here") as dataset:
        ids = fill(dataset, 1)
        dataset.image_path(dataset.sample(ids[0])).write_bytes(b"image")
    shutil.move(tmp_path / "here", tmp_path / "there")
    with Dataset.open(tmp_path / "there") as dataset:
        assert dataset.movable
        assert dataset.image_path(dataset.sample(ids[0])).read_bytes() == b"image"


def test_a_relative_folder_stays_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Dataset.create(Path("d")) as dataset:
        monkeypatch.chdir("/")
        assert dataset.folder == tmp_path / "d"
        fill(dataset, 1)


def test_two_programs_write_one_dataset(dataset: Dataset) -> None:
    fill(dataset, 2)
    with Dataset.open(dataset.folder) as other:
        other.quarantine([1])
        dataset.quarantine([2])
        assert [each.quarantined for each in other.by_ids([1, 2])] == [True, True]


def test_opening_a_dataset_again_loses_nothing_beside_another_program(dataset: Dataset) -> None:
    fill(dataset, 1)
    Dataset.open(dataset.folder).close()  # had it opened the file by itself, our locks were gone
    look = (
        "import sys, pathlib; from faceapp.dataset import Dataset\n"
        "with Dataset.open(pathlib.Path(sys.argv[1])) as d: print(d.by_ids([1])[0].quarantined)"
    )
    command = [sys.executable, "-c", look, str(dataset.folder)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"
    dataset.quarantine([1])  # into a log that the other program, without our locks, had removed
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True\n"


def test_a_writer_that_waits_too_long_says_so(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(dataset, 1)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    with (
        closing(sqlite3.connect(dataset.folder / "dataset.sqlite")) as connection,
        Dataset.open(dataset.folder) as waiting,
    ):
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatasetBusy, match="another program"):
            waiting.quarantine([1])
        assert waiting.count() == 1  # reading never waits
        connection.rollback()
        assert waiting.quarantine([1])


def test_another_thread_must_open_its_own(dataset: Dataset) -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(ProgramError, match="thread"):
        pool.submit(dataset.count).result()


def test_damage_is_said_to_be_damage(tmp_path: Path) -> None:
    with Dataset.create(tmp_path) as dataset:
        fill(dataset, 200)
    file = tmp_path / "dataset.sqlite"
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(DatasetDamaged, match="backup"), Dataset.open(tmp_path) as dataset:
        dataset.samples()


def test_a_full_disk_changes_nothing_and_says_so(dataset: Dataset) -> None:
    fill(dataset, 1)
    dataset._db.run("PRAGMA max_page_count = 1")  # SQLite's own full disk
    source = dataset.sources()[0]
    many = [new_sample(number, provenance={"text": "x" * 5000}) for number in range(1, 50)]
    with pytest.raises(DatasetUnwritable, match="disk"):
        dataset.add_samples(source.id, many)
    dataset._db.run("PRAGMA max_page_count = 1000000")
    assert dataset.count() == 1
    assert dataset.quarantine([1])


def test_an_error_in_the_middle_of_a_write_leaves_nothing_of_it(dataset: Dataset) -> None:
    fill(dataset, 1)
    source = dataset.sources()[0]
    good, bad = new_sample(10), new_sample(11, path="../outside.jpg")
    with pytest.raises(WorldError):
        dataset.add_samples(source.id, [good, bad])
    assert dataset.count() == 1
    assert dataset.undo_name == "Add 1 sample"


def as_older(folder: Path) -> None:
    """Turn a fresh dataset into one of an imagined schema without a perceptual hash."""
    with closing(sqlite3.connect(folder / "dataset.sqlite")) as connection:
        connection.execute("ALTER TABLE samples DROP COLUMN phash")


ADD_HASH = "ALTER TABLE samples ADD COLUMN phash INTEGER NOT NULL DEFAULT 7; -- ; not the end\n"


@pytest.fixture
def older_dataset(tmp_path: Path) -> Path:
    with Dataset.create(tmp_path / "old") as dataset:
        fill(dataset, 3)
        dataset.quarantine([2])
    as_older(tmp_path / "old")
    return tmp_path / "old"


@pytest.fixture
def newer_program(older_dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    monkeypatch.setattr(schema, "MIGRATIONS", {schema.SCHEMA_VERSION - 1: ADD_HASH})


@pytest.mark.usefixtures("newer_program")
def test_an_older_dataset_is_brought_up_to_date_after_a_backup(older_dataset: Path) -> None:
    version = schema.SCHEMA_VERSION
    with Dataset.open(older_dataset) as dataset:
        assert [sample.phash for sample in dataset.samples()] == [7, 7]
        assert dataset.undo_name == "Quarantine 1 sample"
        dataset.undo()
        assert dataset.count() == 3
    backup = older_dataset / f"dataset.sqlite.backup-v{version - 1}"
    with closing(sqlite3.connect(backup)) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(samples)")}
        assert "phash" not in columns
        assert connection.execute("PRAGMA user_version").fetchone() == (version - 1,)
        assert connection.execute("SELECT count(*) FROM samples").fetchone() == (3,)
    assert not list(older_dataset.glob("*.part"))
    Dataset.open(older_dataset).close()  # and only once


def test_an_upgrade_that_fails_leaves_the_older_dataset(
    older_dataset: Path, newer_program: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {schema.SCHEMA_VERSION - 1: f"{ADD_HASH} INSERT INTO nowhere VALUES (1);"}
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    with pytest.raises(Exception, match="nowhere"):
        Dataset.open(older_dataset)
    with closing(sqlite3.connect(older_dataset / "dataset.sqlite")) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(samples)")}
        assert "phash" not in columns
        assert connection.execute("PRAGMA user_version").fetchone()[0] < schema.SCHEMA_VERSION


def test_an_upgrade_that_would_lose_a_sample_of_a_label_is_refused(
    older_dataset: Path, newer_program: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {schema.SCHEMA_VERSION - 1: f"{ADD_HASH} DELETE FROM sources;"}
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    with pytest.raises(Exception, match="foreign keys"):
        Dataset.open(older_dataset)
    with closing(sqlite3.connect(older_dataset / "dataset.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM sources").fetchone() == (1,)
