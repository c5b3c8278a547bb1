"""The ways to a dataset: opened, made, drawn, dropped; what cannot be is said with a way on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from faceapp.dataset import Dataset
from faceapp.errors import WorldError
from faceapp.gui.messages import Level, Message, Messages
from faceapp.gui.services import Services
from faceapp.gui.settings import Settings
from faceapp.gui.welcome import opening
from faceapp.gui.welcome.opening import Opening
from faceapp.gui.workers import JobRunner
from faceapp.jobs import Job
from held_work import PATIENCE, HeldWork

pytestmark = pytest.mark.gui


class Door:
    """An `Opening` and what came through it."""

    def __init__(self, window: QWidget, jobs: JobRunner, messages: Messages, demo: Any) -> None:
        self.opened: list[Dataset] = []
        self.offered: list[Path] = []
        self.messages = messages
        self.jobs = jobs
        self.it = Opening(window, jobs, messages, Services(Settings(), make_demo=demo))
        self.it.opened.connect(self.opened.append)
        self.it.import_wanted.connect(self.offered.append)

    @property
    def said(self) -> Message:
        (message,) = self.messages.standing
        return message


@pytest.fixture
def build(qtbot: Any, jobs: JobRunner, messages: Messages) -> Iterator[Callable[..., Door]]:
    doors: list[Door] = []

    def make(demo: Any = None) -> Door:
        window = QWidget()
        qtbot.addWidget(window)
        doors.append(Door(window, jobs, messages, demo))
        return doors[-1]

    yield make
    for door in doors:
        for dataset in door.opened:
            dataset.close()


def test_a_dataset_is_opened(build: Callable[..., Door], dataset: Dataset) -> None:
    door = build()
    assert door.it.open(dataset.folder)
    assert [each.folder for each in door.opened] == [dataset.folder]
    assert door.messages.standing == ()


def test_a_folder_of_images_is_offered_for_import(
    build: Callable[..., Door], tmp_path: Path
) -> None:
    door = build()
    assert not door.it.open(tmp_path)
    assert door.opened == []
    assert door.said.action is not None
    door.said.action.run()
    assert door.offered == [tmp_path]


def test_what_is_gone_is_not_offered(build: Callable[..., Door], tmp_path: Path) -> None:
    door = build()
    assert not door.it.open(tmp_path / "gone")
    assert str(tmp_path / "gone") in door.said.text
    assert door.said.action is None


def test_a_damaged_dataset_is_said_to_be_so(build: Callable[..., Door], dataset: Dataset) -> None:
    dataset.close()
    (dataset.folder / "dataset.sqlite").write_bytes(b"rubbish" * 1000)
    door = build()
    assert not door.it.open(dataset.folder)
    assert "dataset" in door.said.text


def test_a_complaint_is_taken_back_when_one_opens(
    build: Callable[..., Door], dataset: Dataset, tmp_path: Path
) -> None:
    door = build()
    door.it.open(tmp_path / "gone")
    door.it.open(dataset.folder)
    assert door.messages.standing == ()


def test_a_new_dataset_is_made_and_opened(
    build: Callable[..., Door], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = build()
    chosen = iter([tmp_path / "made", None])
    monkeypatch.setattr(opening, "choose_new_folder", lambda *_: next(chosen))
    door.it.make()
    door.it.make()  # thought better of it
    assert [each.folder for each in door.opened] == [tmp_path / "made"]


def test_a_folder_with_something_in_it_is_not_made_one(
    build: Callable[..., Door], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    monkeypatch.setattr(opening, "choose_new_folder", lambda *_: tmp_path)
    door = build()
    door.it.make()
    assert "is not empty" in door.said.text
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_dropped_dataset_opens_and_anything_else_is_to_be_imported(
    build: Callable[..., Door], dataset: Dataset, tmp_path: Path
) -> None:
    door = build()
    assert door.it.take_dropped(dataset.folder) is None
    assert len(door.opened) == 1
    assert door.it.take_dropped(tmp_path) == tmp_path


def draw(folder: Path, _job: Job) -> Path:
    """A demo that is made at once."""
    with Dataset.open_or_create(folder / "dataset") as made:
        return made.folder


def test_the_demo_is_made_once(build: Callable[..., Door], qtbot: Any) -> None:
    made: list[Path] = []

    def demo(folder: Path, job: Job) -> Path:
        made.append(folder)
        return draw(folder, job)

    door = build(demo)
    door.it.make_demo()
    qtbot.waitUntil(lambda: len(door.opened) == 1)
    door.it.make_demo()
    assert len(door.opened) == 2
    assert len(made) == 1
    assert door.jobs.running == ()


def test_what_the_demo_made_is_said_and_leads_to_its_figures(
    build: Callable[..., Door], qtbot: Any
) -> None:
    door = build(draw)
    door.it.make_demo()
    qtbot.waitUntil(lambda: len(door.opened) == 1)
    assert door.said.details  # so that it does not fade while somebody is away
    assert door.said.action is not None
    with qtbot.waitSignal(door.it.page_wanted) as wanted:
        door.said.action.run()
    assert wanted.args == ["train"]


def test_a_demo_that_was_taken_away_is_made_again(build: Callable[..., Door], qtbot: Any) -> None:
    door = build(draw)
    door.it.make_demo()
    qtbot.waitUntil(lambda: len(door.opened) == 1)
    folder = door.opened[0].folder
    door.opened[0].close()
    rmtree(folder)
    door.it.make_demo()
    qtbot.waitUntil(lambda: len(door.opened) == 2)
    assert all(each.level is Level.INFO for each in door.messages.standing)


def test_pressing_twice_makes_one_demo(build: Callable[..., Door], qtbot: Any) -> None:
    work = HeldWork()
    door = build(lambda folder, job: (work(job), draw(folder, job))[1])
    door.it.make_demo()
    door.it.make_demo()
    assert len(door.jobs.running) == 1
    work.let_go()
    qtbot.waitUntil(lambda: len(door.opened) == 1)


def test_a_demo_that_was_stopped_can_be_begun_again(build: Callable[..., Door], qtbot: Any) -> None:
    work = HeldWork(polite=True)
    door = build(lambda folder, job: (work(job), draw(folder, job))[1])
    door.it.make_demo()
    (running,) = door.jobs.running
    assert work.begun.wait(PATIENCE)
    running.cancel()
    with qtbot.waitSignal(running.ended):
        work.let_go()
    assert door.messages.standing == ()
    assert door.opened == []
    door.it.make_demo()
    qtbot.waitUntil(lambda: len(door.opened) == 1)


def test_a_failed_demo_is_said_and_may_be_tried_again(
    build: Callable[..., Door], qtbot: Any
) -> None:
    tries: list[int] = []

    def demo(folder: Path, job: Job) -> Path:
        tries.append(1)
        if len(tries) == 1:
            raise WorldError("the disk is full")
        return draw(folder, job)

    door = build(demo)
    door.it.make_demo()
    qtbot.waitUntil(lambda: bool(door.messages.standing))
    assert door.said.text == "the disk is full"
    door.it.make_demo()
    qtbot.waitUntil(lambda: len(door.opened) == 1)


def test_without_a_demo_nothing_is_made(build: Callable[..., Door]) -> None:
    door = build()
    door.it.make_demo()
    assert door.jobs.running == ()
