"""The dialog that groups people: compared, looked at, written as one step, undone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from faceapp.dataset import Changes, Dataset
from faceapp.errors import WorldError
from faceapp.gui.messages import Messages
from faceapp.gui.people.dialog import PeopleDialog
from faceapp.gui.people.work import PeopleWork
from faceapp.gui.session import DatasetSession
from faceapp.gui.workers import JobRunner
from faceapp.jobs import Job
from faceapp.people import PersonGroup, ProposedPeople, apply_groups

pytestmark = pytest.mark.gui


class Proposing:
    """Stands for the network: proposes what the test says; `hold` keeps it at work."""

    def __init__(self, ids: list[int]) -> None:
        one = PersonGroup("person 1", False, tuple(ids[:4]), (), 0.2, "high")
        two = PersonGroup("Ann", True, tuple(ids[4:6]), (ids[6],), 0.4, "fair")
        three = PersonGroup("person 2", False, tuple(ids[7:9]), (), 0.45, "low")
        self.groups = (one, two, three)
        self.asked: list[tuple[float, bool]] = []
        self.problem: Exception | None = None
        self.go = threading.Event()
        self.go.set()

    def propose(self, _folder: Path, strictness: float, everyone: bool, job: Job) -> ProposedPeople:
        self.asked.append((strictness, everyone))
        job.step("Comparing faces", 1, 4)
        while not self.go.wait(0.02):
            job.check()
        if self.problem is not None:
            raise self.problem
        return ProposedPeople("likeness", "", 0.46, self.groups, 1, 3, 0, 0)

    def apply(self, dataset: Dataset, groups: Mapping[int, str]) -> Changes:
        return apply_groups(dataset, groups)

    def missing(self) -> str:
        return ""

    def work(self) -> PeopleWork:
        return PeopleWork(self.propose, self.apply, self.missing)


@pytest.fixture
def proposing(dataset: Dataset, faces: list[int]) -> Proposing:
    dataset.set_groups({faces[6]: "Ann"})
    return Proposing(faces)


@pytest.fixture
def session(dataset: Dataset) -> DatasetSession:
    return DatasetSession(dataset)


@pytest.fixture
def dialog(
    proposing: Proposing, session: DatasetSession, messages: Messages, jobs: JobRunner, qtbot: Any
) -> Iterator[PeopleDialog]:
    made = PeopleDialog(session, jobs, proposing.work())
    qtbot.addWidget(made)
    made.show_start()
    made.show()
    yield made
    proposing.go.set()
    made.review.pictures.close()
    made.hide()


def compare(dialog: PeopleDialog, qtbot: Any) -> None:
    QTest.mouseClick(dialog.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.running is None)


def persons(dataset: Dataset) -> dict[int, str | None]:
    return {each.id: each.group for each in dataset.samples()}


def test_ticked_groups_are_written_as_one_step_and_undone(
    dialog: PeopleDialog, dataset: Dataset, faces: list[int], qtbot: Any
) -> None:
    before = persons(dataset)
    compare(dialog, qtbot)
    review = dialog.review
    assert dialog.stack.currentWidget() is review
    assert "how alike" in review.used.text()
    assert [row.ticked for row in review.model.rows] == [False, True, True]
    QTest.mouseClick(review.apply, Qt.MouseButton.LeftButton)
    after = persons(dataset)
    assert {after[each] for each in faces[:4]} == {"person 1"}
    assert {after[each] for each in faces[4:7]} == {"Ann"}
    assert after[faces[7]] is None
    assert dataset.undo_name == "Group 6 samples into 2 people"
    QTest.mouseClick(dialog.empty.buttons[1], Qt.MouseButton.LeftButton)
    assert persons(dataset) == before
    assert dialog.stack.currentWidget() is dialog.start


def test_the_keyboard_ticks_groups_leaves_faces_out_and_joins_by_name(
    dialog: PeopleDialog, dataset: Dataset, faces: list[int], qtbot: Any
) -> None:
    compare(dialog, qtbot)
    review = dialog.review
    assert review.strips.hasFocus()
    QTest.keyClick(review.strips, Qt.Key.Key_Space)
    assert review.model.rows[0].ticked
    review.name.setFocus()
    review.name.selectAll()
    QTest.keyClicks(review.name, "person 1")
    review.strips.setFocus()
    QTest.keyClick(review.strips, Qt.Key.Key_End)
    assert review.current == 2
    review.faces.setFocus()
    QTest.keyClick(review.faces, Qt.Key.Key_Home)
    QTest.keyClick(review.faces, Qt.Key.Key_Q)
    assert review.model.rows[2].out == {faces[0]}
    assert "1 left out" in review.model.facts(review.model.rows[2])
    review.apply.click()
    after = persons(dataset)
    assert after[faces[0]] is None
    assert {each for each, name in after.items() if name == "person 1"} == {
        *faces[1:4], *faces[7:9],
    }  # fmt: skip


def test_a_face_left_out_is_taken_back_and_one_there_already_stays(
    dialog: PeopleDialog, faces: list[int], qtbot: Any
) -> None:
    compare(dialog, qtbot)
    review = dialog.review
    review.strips.setCurrentIndex(review.model.index(1))
    review.faces.setCurrentRow(2)
    assert review.faces.chosen == [faces[6]]
    assert not review.out.isEnabled()
    review.faces.setCurrentRow(0)
    review.out.click()
    assert review.model.rows[1].out == {faces[4]}
    assert review.out.text() == "Take back in"
    review.out.click()
    assert review.model.rows[1].out == set()


def test_a_click_on_a_tick_turns_it(dialog: PeopleDialog, qtbot: Any) -> None:
    compare(dialog, qtbot)
    strips = dialog.review.strips
    place = strips.painter.tick_place(strips.visualRect(dialog.review.model.index(0))).center()
    QTest.mouseClick(strips.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert dialog.review.model.rows[0].ticked
    dialog.review.none.click()
    assert not dialog.review.apply.isEnabled()
    dialog.review.all.click()
    assert dialog.review.apply.isEnabled()


def test_work_is_shown_and_cancelled(
    dialog: PeopleDialog, proposing: Proposing, qtbot: Any
) -> None:
    proposing.go.clear()
    dialog.strictness.setCurrentIndex(0)
    dialog.everyone.setChecked(True)
    dialog.begin.click()
    assert dialog.stack.currentWidget() is dialog.working
    qtbot.waitUntil(lambda: "Comparing faces" in dialog.progress.text())
    assert dialog.bar.share == pytest.approx(0.25)
    assert proposing.asked == [(0.9, True)]
    dialog.cancel.click()
    qtbot.waitUntil(lambda: dialog.running is None)
    assert dialog.stack.currentWidget() is dialog.start


def test_a_failure_is_said_and_can_be_tried_again(
    dialog: PeopleDialog, proposing: Proposing, qtbot: Any
) -> None:
    proposing.problem = WorldError("The disk is full.")
    compare(dialog, qtbot)
    assert dialog.stack.currentWidget() is dialog.empty
    proposing.problem = None
    dialog.empty.buttons[0].click()
    qtbot.waitUntil(lambda: dialog.running is None)
    assert dialog.stack.currentWidget() is dialog.review


def test_nothing_to_propose_is_said(dialog: PeopleDialog, proposing: Proposing, qtbot: Any) -> None:
    proposing.groups = ()
    compare(dialog, qtbot)
    assert dialog.stack.currentWidget() is dialog.empty


def test_groups_are_put_away_when_somebody_else_changes_people(
    dialog: PeopleDialog, session: DatasetSession, faces: list[int], qtbot: Any
) -> None:
    compare(dialog, qtbot)
    session.do(None, lambda dataset: dataset.set_groups({faces[0]: "Ben"}))
    assert dialog.stack.currentWidget() is dialog.start


def test_closing_ends_the_work(dialog: PeopleDialog, proposing: Proposing, qtbot: Any) -> None:
    proposing.go.clear()
    dialog.begin.click()
    dialog.reject()
    qtbot.waitUntil(lambda: dialog.running is None)


def test_what_is_missing_is_said_before_the_work(
    session: DatasetSession, jobs: JobRunner, proposing: Proposing, qtbot: Any
) -> None:
    words: Callable[[], str] = lambda: "It is not installed: pip install 'faceapp[people]'"  # noqa: E731
    made = PeopleDialog(session, jobs, PeopleWork(proposing.propose, proposing.apply, words))
    qtbot.addWidget(made)
    made.show_start()
    assert "pip install" in made.missing.text()
    assert made.begin.text() == "Find near-duplicates"
    made.review.pictures.close()
