"""One window writes a dataset: told across real processes, and free again when one is killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from faceapp.dataset import Dataset
from faceapp.dataset.errors import DatasetReadOnly
from faceapp.dataset.seats import HOLDER, Seat, is_read_only

SITTING = """
import sys, time
from pathlib import Path
from faceapp.dataset.seats import Seat
seat = Seat(Path(sys.argv[1]))
print(seat.take(), flush=True)
time.sleep(600)
"""


@contextmanager
def sitting(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program whose window sits at the dataset."""
    command = [sys.executable, "-c", SITTING, str(folder)]
    other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    try:
        assert other.stdout.readline().strip() == "True"
        yield other
    finally:
        other.kill()
        other.wait()
        other.stdout.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Dataset.create(tmp_path / "faces").close()
    return tmp_path / "faces"


@pytest.fixture
def seat_at() -> Iterator[Callable[[Path], Seat]]:
    made: list[Seat] = []

    def make(folder: Path) -> Seat:
        made.append(Seat(folder))
        return made[-1]

    yield make
    for each in made:
        each.leave()


def test_who_sits_there_is_named_and_a_killed_one_is_gone(
    folder: Path, seat_at: Callable[[Path], Seat]
) -> None:
    seat = seat_at(folder)
    with sitting(folder) as other:
        assert not seat.take()
        assert seat.holder is not None
        assert seat.holder.process == other.pid
        other.kill()  # as kill -9: nothing is tidied up
        other.wait()
        assert (folder / HOLDER).is_file()
        assert seat.take()


def test_a_seat_is_for_one_in_the_same_program_too(
    folder: Path, seat_at: Callable[[Path], Seat]
) -> None:
    first, second = seat_at(folder), seat_at(folder)
    assert first.take()
    assert first.take()
    assert not second.take()
    first.leave()
    assert second.take()


def test_who_only_reads_is_refused_every_write(
    folder: Path, seat_at: Callable[[Path], Seat]
) -> None:
    seat = seat_at(folder)
    with Dataset.open(folder) as dataset:
        dataset.add_task("expression", ["happy", "sad"])
        seat.only_read()
        assert is_read_only(folder)
        with pytest.raises(DatasetReadOnly, match="nothing was changed"):
            dataset.add_task("sex", ["female", "male"])
        with pytest.raises(DatasetReadOnly):
            dataset.undo()
        with Dataset.open(folder) as job, pytest.raises(DatasetReadOnly):
            job.add_task("sex", ["female", "male"])
        assert [task.name for task in dataset.tasks()] == ["expression"]
        seat.leave()
        dataset.add_task("sex", ["female", "male"])


def test_a_command_beside_a_window_writes(folder: Path) -> None:
    with sitting(folder), Dataset.open(folder) as dataset:
        dataset.add_task("expression", ["happy", "sad"])
    with Dataset.open(folder) as dataset:
        assert [task.name for task in dataset.tasks()] == ["expression"]


def test_a_damaged_note_names_nobody(folder: Path, seat_at: Callable[[Path], Seat]) -> None:
    (folder / HOLDER).write_text('{"host": 1}', encoding="utf-8")
    assert seat_at(folder).holder is None
