"""A program killed in the middle of a write leaves a whole dataset behind."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from faceapp.dataset import Dataset, Query
from sample_rows import fill

BATCH = 40
START = """
import sys
from itertools import count
from pathlib import Path
from sample_rows import new_sample
from faceapp.dataset import Dataset, NewLabel

dataset = Dataset.open(Path(sys.argv[1]))
source = dataset.sources()[0].id
def done():
    print("done", flush=True)
"""
IMPORT = f"""
with dataset.action("Import"):
    for batch in count(1):
        new = [new_sample(batch * {BATCH} + each) for each in range({BATCH})]
        ids, _ = dataset.add_samples(source, new)
        dataset.add_labels("expression", [NewLabel(each, "sad") for each in ids])
        done()
"""
LABEL = """
for turn in count():
    dataset.label(range(1, 41), "expression", ("sad", "happy")[turn % 2])
    done()
"""
UNDO = """
dataset.label(range(1, 41), "expression", "sad")
while True:
    dataset.undo()
    dataset.redo()
    done()
"""


def run_and_kill(folder: Path, work: str, steps: int) -> int:
    """Run the work in a process of its own and kill it after some steps; the steps it told of."""
    command = [sys.executable, "-c", START + work, str(folder)]
    tests = Path(__file__).parent.parent
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tests
    ) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(steps)]
        process.kill()
        rest, errors = process.communicate()
    assert told == ["done\n"] * steps, errors
    return steps + rest.count("done\n")


def check_whole(dataset: Dataset) -> None:
    with closing(sqlite3.connect(dataset.folder / "dataset.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert set(dataset.answers("expression")) == {
        label.sample for label in dataset.labels("expression") if not label.undone
    }


@pytest.fixture
def folder(dataset: Dataset) -> Path:
    fill(dataset, BATCH)
    dataset.add_task("expression", ["happy", "sad"])
    dataset.close()
    return dataset.folder


@pytest.mark.parametrize("steps", [1, 4, 9])
def test_an_import_keeps_its_finished_batches_as_one_step(folder: Path, steps: int) -> None:
    told = run_and_kill(folder, IMPORT, steps)
    with Dataset.open(folder) as dataset:
        check_whole(dataset)
        count = dataset.count(Query(quarantined=None))
        assert count % BATCH == 0
        assert count >= BATCH + told * BATCH
        assert len(dataset.answers("expression")) % BATCH == 0
        assert dataset.undo_name == "Import"
        dataset.undo()
        assert dataset.count() == BATCH


@pytest.mark.parametrize("steps", [1, 7])
def test_labels_that_were_told_of_are_there(folder: Path, steps: int) -> None:
    told = run_and_kill(folder, LABEL, steps)
    with Dataset.open(folder) as dataset:
        check_whole(dataset)
        given = len(dataset.history(1))
        assert given >= told
        assert len(dataset.labels("expression")) == given * BATCH
        assert {answer.answer for answer in dataset.answers("expression").values()} == {
            dataset.history(1)[-1].answer
        }


@pytest.mark.parametrize("steps", [1, 7])
def test_an_undo_is_done_or_not_done(folder: Path, steps: int) -> None:
    run_and_kill(folder, UNDO, steps)
    with Dataset.open(folder) as dataset:
        check_whole(dataset)
        assert len(dataset.answers("expression")) == (0 if dataset.redo_name else BATCH)
        dataset.redo()
        assert len(dataset.answers("expression")) == BATCH
