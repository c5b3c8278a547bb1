"""The import as a job: what is in stays, and the end says what was refused and why."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

import us10k_maker
from faceapp import paths
from faceapp.dataset import Changes, Dataset, Query
from faceapp.dataset.importing import ImportOptions, ImportReport, import_images
from faceapp.errors import WorldError
from faceapp.gui.messages import Level, Message, Messages
from faceapp.gui.session import DatasetSession
from faceapp.gui.welcome import import_dialog
from faceapp.gui.welcome.import_dialog import ImportRequest
from faceapp.gui.welcome.importing import Importing, new_place
from faceapp.gui.workers import JobRunner
from faceapp.jobs import Job, Progress
from held_work import PATIENCE

pytestmark = pytest.mark.gui

Fill = Callable[..., Path]


class Desk:
    """An `Importing` and what is open."""

    def __init__(self, window: QWidget, jobs: JobRunner, messages: Messages) -> None:
        self.session: DatasetSession | None = None
        self.changes: list[Changes] = []
        self.messages = messages
        self.jobs = jobs
        self.it = Importing(window, jobs, messages, lambda: self.session, self.undo)
        self.it.opened.connect(self.open)

    def undo(self) -> None:
        assert self.session is not None
        self.session.undo()

    def open(self, dataset: Dataset) -> None:
        self.session = DatasetSession(dataset)
        self.session.changed.connect(lambda changes, _who: self.changes.append(changes))

    @property
    def said(self) -> Message:
        (message,) = self.messages.standing
        return message


@pytest.fixture
def desk(qtbot: Any, jobs: JobRunner, messages: Messages) -> Iterator[Desk]:
    window = QWidget()
    qtbot.addWidget(window)
    made = Desk(window, jobs, messages)
    yield made
    if made.session is not None:
        made.session.close()


@pytest.fixture
def source(fill: Fill) -> Path:
    return fill({"happy/a.png": 1, "sad/b.png": 2, "weird/c.png": 3, "happy/bad.png": ""})


def request(source: Path, folder: Path, *, new: bool) -> ImportRequest:
    return ImportRequest(source, ImportOptions(), folder, new=new)


def test_a_new_dataset_is_shown_while_it_fills(
    desk: Desk, source: Path, tmp_path: Path, qtbot: Any
) -> None:
    desk.it.start(request(source, tmp_path / "new", new=True))
    assert desk.session is not None
    assert desk.session.folder == tmp_path / "new"
    (running,) = desk.jobs.running
    assert running.title == "Importing in"
    with qtbot.waitSignal(running.ended):
        pass
    assert desk.session.dataset.count() == 3
    assert desk.changes


def test_the_end_says_what_was_refused_and_why(
    desk: Desk, source: Path, dataset: Dataset, qtbot: Any
) -> None:
    desk.open(dataset)
    desk.it.start(request(source, dataset.folder, new=False))
    qtbot.waitUntil(lambda: bool(desk.messages.standing))
    assert desk.said.level is Level.WARNING
    assert desk.said.text == (
        "3 images imported, 2 labels added, 1 refused, 1 word not understood."
    )
    assert "happy/bad.png" in desk.said.details
    assert "empty" in desk.said.details
    assert "weird (1)" in desk.said.details


def test_without_trouble_the_end_is_good_news(
    desk: Desk, fill: Fill, dataset: Dataset, qtbot: Any
) -> None:
    desk.open(dataset)
    desk.it.start(request(fill({"a.png": 1}), dataset.folder, new=False))
    qtbot.waitUntil(lambda: bool(desk.messages.standing))
    assert (desk.said.level, desk.said.details) == (Level.INFO, "")


def test_an_import_can_be_taken_back_where_it_says_so(
    desk: Desk, source: Path, dataset: Dataset, qtbot: Any
) -> None:
    desk.open(dataset)
    desk.it.start(request(source, dataset.folder, new=False))
    qtbot.waitUntil(lambda: bool(desk.messages.standing))
    assert desk.said.action is not None
    assert desk.said.action.text == "Undo"
    desk.said.action.run()
    assert dataset.count() == 0


def test_taking_it_back_never_takes_back_something_else(
    desk: Desk, source: Path, dataset: Dataset, qtbot: Any
) -> None:
    desk.open(dataset)
    desk.it.start(request(source, dataset.folder, new=False))
    qtbot.waitUntil(lambda: bool(desk.messages.standing))
    action = desk.said.action
    assert action is not None
    dataset.label(dataset.sample_ids(), "expression", "sad")
    action.run()
    assert dataset.count() == 3
    assert dataset.class_counts("expression").counts["sad"] == 3
    assert "take that back first" in desk.messages.standing[-1].text
    desk.session = None
    action.run()
    assert dataset.count() == 3


def test_what_brought_nothing_cannot_be_taken_back(
    desk: Desk, fill: Fill, dataset: Dataset, qtbot: Any
) -> None:
    source = fill({"a.png": 1})
    import_images(dataset, source)
    desk.open(dataset)
    desk.it.start(request(source, dataset.folder, new=False))
    qtbot.waitUntil(lambda: bool(desk.messages.standing))
    assert desk.said.text == "0 images imported, 1 were here already."
    assert desk.said.action is None


class HeldImport:
    """`import_images` that waits, after some images, until the test says go."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.reached = threading.Event()
        self.go = threading.Event()

    def __call__(
        self, dataset: Dataset, source: Path, options: ImportOptions, job: Job
    ) -> ImportReport:
        def report(progress: Progress) -> None:
            job.report(progress)
            if progress.done >= self.after:
                self.reached.set()
                assert self.go.wait(PATIENCE)

        return import_images(dataset, source, options, Job(report, job.cancelled))


def test_stopping_keeps_what_is_in_and_says_so(
    desk: Desk, fill: Fill, dataset: Dataset, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = fill({f"happy/{n}.png": n for n in range(10)})
    held = HeldImport(after=4)
    monkeypatch.setattr("faceapp.dataset.importing.import_images", held)
    desk.open(dataset)
    desk.it.start(request(source, dataset.folder, new=False))
    qtbot.waitUntil(held.reached.is_set)
    (running,) = desk.jobs.running
    qtbot.waitUntil(lambda: running.progress.done == 4)
    assert running.progress.total == 10
    running.cancel()
    with qtbot.waitSignal(running.ended):
        held.go.set()
    assert dataset.count() == 4
    assert desk.changes
    assert "stays" in desk.said.text
    monkeypatch.undo()
    desk.it.start(request(source, dataset.folder, new=False))
    qtbot.waitUntil(lambda: "imported" in desk.messages.standing[-1].text)
    assert dataset.count() == 10


def test_an_import_that_breaks_shows_what_came_in(
    desk: Desk, source: Path, dataset: Dataset, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(dataset: Dataset, *_more: object) -> ImportReport:
        dataset.add_task("age", ["young", "old"])
        raise WorldError("the disk is full")

    monkeypatch.setattr("faceapp.dataset.importing.import_images", full)
    desk.open(dataset)
    desk.it.start(request(source, dataset.folder, new=False))
    qtbot.waitUntil(lambda: bool(desk.messages.standing))
    assert desk.said.text == "the disk is full"
    assert desk.changes


def test_a_dataset_that_was_left_meanwhile_is_not_touched(
    desk: Desk, source: Path, dataset: Dataset, qtbot: Any, tmp_path: Path
) -> None:
    desk.it.start(request(source, dataset.folder, new=False))
    other = Dataset.create(tmp_path / "other")
    desk.open(other)
    qtbot.waitUntil(lambda: bool(desk.messages.standing))
    assert desk.changes == []
    assert desk.said.action is None
    assert dataset.count() == 3


def test_a_folder_that_is_taken_is_refused(desk: Desk, source: Path, tmp_path: Path) -> None:
    desk.it.start(request(source, source, new=True))
    assert desk.session is None
    assert desk.jobs.running == ()
    assert "is not empty" in desk.said.text


def test_a_relative_folder_is_the_same_dataset(
    desk: Desk, source: Path, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    desk.it.start(request(source, Path("new"), new=True))
    qtbot.waitUntil(lambda: bool(desk.messages.standing))
    assert desk.changes
    assert desk.said.action is not None


def test_agreeing_in_the_dialog_imports(desk: Desk, source: Path, qtbot: Any) -> None:
    desk.it.ask(source)
    dialog = desk.it.dialog
    assert isinstance(dialog, import_dialog.ImportDialog)
    qtbot.waitUntil(dialog.import_button.isEnabled)
    QTest.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    assert desk.it.dialog is None
    qtbot.waitUntil(lambda: bool(desk.messages.standing))
    assert desk.session is not None
    assert desk.session.folder == paths.data_folder() / "datasets" / "in"
    assert desk.session.dataset.count() == 3


def test_the_10k_faces_come_in_by_the_button(
    desk: Desk, fill: Fill, tmp_path: Path, qtbot: Any
) -> None:
    drawn = fill({f"{number}.png": number for number in range(7)}, "drawn")
    made = us10k_maker.make(tmp_path / "10k", lambda number: (drawn / f"{number}.png").read_bytes())
    us10k_maker.write_book(made)
    desk.it.ask(made.folder)
    dialog = desk.it.dialog
    assert isinstance(dialog, import_dialog.ImportDialog)
    qtbot.waitUntil(dialog.import_button.isEnabled)
    QTest.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(desk.messages.standing))
    assert desk.session is not None
    dataset = desk.session.dataset
    ids = {sample.name.rsplit("/", 1)[-1]: sample.id for sample in dataset.samples(Query())}
    assert set(ids) == {*made.rated, *made.unrated}
    for task, column, words in (
        ("expression", us10k_maker.EMOTION, us10k_maker.EMOTIONS),
        ("sex", us10k_maker.GENDER, us10k_maker.SEXES),
    ):
        assert set(dataset.answers(task)) == {ids[name] for name in made.rated}
        for name in made.rated:
            given = {each.rater: each.answer for each in dataset.history(ids[name], task)}
            votes = made.votes(name, column)
            assert given == {rater: words[code] for rater, code in votes.items()}


def test_a_new_place_is_always_new() -> None:
    first = new_place("faces")
    first.mkdir(parents=True)
    second = new_place("faces")
    second.mkdir()
    assert not new_place("faces").exists()
    assert len({first, second, new_place("faces")}) == 3
