"""Measures, fingerprints and likenesses: kept beside samples, gone with them, never undone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from faceapp.dataset import Dataset, Fingerprint, Likeness, Measures, UnknownSample, schema
from sample_rows import fill

PRINT = Fingerprint(b"short", b"pictures")


@pytest.fixture
def rows(dataset: Dataset) -> Dataset:
    """Four samples, 1 to 4, of which three are measured, compared and tied."""
    fill(dataset, 4)
    measures = {sample: Measures("key", {"contrast": sample / 3}) for sample in (1, 2, 3)}
    dataset.store_measures(measures, dict.fromkeys((1, 2, 3), PRINT))
    pairs = [Likeness(2, 1, 0.8, "crop"), Likeness(2, 3, 0.9, "copy")]
    dataset.store_likenesses(pairs, (1, 2, 3))
    return dataset


def test_measures_come_back_as_they_were(rows: Dataset) -> None:
    rows.store_measures({4: Measures("other", problem="gone")}, {})
    assert rows.measures()[1] == Measures("key", {"contrast": 1 / 3})
    assert rows.measures()[4] == Measures("other", {}, "gone")
    assert rows.descriptors() == (dict.fromkeys((1, 2, 3), b"short"), {1, 2, 3})
    assert rows.pictures([3, 4]) == {3: b"pictures"}


def test_pairs_come_most_alike_first_with_the_older_sample_first(rows: Dataset) -> None:
    assert rows.likenesses() == [Likeness(2, 3, 0.9, "copy"), Likeness(1, 2, 0.8, "crop")]


def test_what_is_measured_again_is_to_be_compared_again(rows: Dataset) -> None:
    rows.store_measures({3: Measures("new")}, {3: PRINT})
    assert rows.likenesses() == [Likeness(1, 2, 0.8, "crop")]
    assert rows.descriptors()[1] == {1, 2}
    rows.store_measures({2: Measures("damaged", problem="cut")}, {})
    assert rows.descriptors()[0].keys() == {1, 3}
    assert rows.likenesses() == []


def test_measures_are_no_step_to_undo_and_go_with_their_samples(rows: Dataset) -> None:
    assert rows.undo_name == "Add 4 samples"
    rows.undo()
    assert (rows.measures(), rows.likenesses(), rows.descriptors()[0]) == ({}, [], {})
    rows.redo()
    assert rows.measures() == {}


def test_measures_of_an_unknown_sample_are_refused(rows: Dataset) -> None:
    with pytest.raises(UnknownSample):
        rows.store_measures({99: Measures("key")}, {})


def test_thresholds_stay_moved_until_put_back(rows: Dataset) -> None:
    rows.set_thresholds({"dark": 0.5, "bright": 1})
    rows.set_thresholds({"dark": 0.25})
    assert rows.thresholds() == {"bright": 1.0, "dark": 0.25}
    rows.set_thresholds({"dark": None})
    assert rows.thresholds() == {"bright": 1.0}
    assert rows.undo_name == "Add 4 samples"


def test_verdicts_can_be_given_before_a_finding_is_written_down(rows: Dataset) -> None:
    changes = rows.judge_findings("dark", [(1, ""), (2, "f"), (1, "")], "dismissed")
    assert changes.samples == {1, 2}
    assert changes.what == "Dismiss 2 findings"
    assert rows.verdicts("dark") == {(1, ""): "dismissed", (2, "f"): "dismissed"}
    rows.judge_findings("dark", [(1, "")], "acted")
    assert rows.verdicts("dark")[1, ""] == "acted"
    rows.undo()
    rows.undo()
    assert rows.verdicts("dark") == {}


def schema_of(connection: sqlite3.Connection) -> dict[str, str]:
    """The statement of each table and index, blanks aside: SQLite has its own for a new column."""
    rows = connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_schema")
    return {name: "".join(sql.split()) for name, sql in rows}


def test_a_dataset_of_the_version_before_gains_the_tables(rows: Dataset, tmp_path: Path) -> None:
    folder = rows.folder
    rows.close()
    names = ("measures", "fingerprints", "likenesses", "thresholds")
    with closing(sqlite3.connect(folder / "dataset.sqlite")) as connection:
        wanted = schema_of(connection)
        for name in names:
            connection.execute(f"DROP TABLE {name}")
        connection.execute("ALTER TABLE actions DROP COLUMN made_of")
        connection.execute("PRAGMA user_version = 2")
        connection.commit()
    with Dataset.open(folder) as opened:
        assert opened.count() == 4
        assert opened.measures() == {}
        opened.store_measures({1: Measures("key")}, {1: PRINT})
    with closing(sqlite3.connect(folder / "dataset.sqlite")) as connection:
        assert schema_of(connection) == wanted
        assert schema.version_of(connection) == Dataset.SCHEMA_VERSION
    assert (folder / "dataset.sqlite.backup-v2").is_file()
