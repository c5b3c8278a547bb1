"""A person drops real faces on the program and labels them: the store holds what was done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QToolButton

from faceapp.dataset import Dataset, NewProposal, Origin, Query
from faceapp.gui.label.filters import Choice, Facet
from faceapp.gui.label.page import LabelPage
from faceapp.gui.main_window import MainWindow
from faceapp.gui.message_bar import MessageBar
from faceapp.gui.widgets.charts import BarList
from label_page import PageDriver
from main_program import drop, run_main

pytestmark = [pytest.mark.gui, pytest.mark.faces]

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
FACES = 120
EXPRESSION_KEYS = {"1": "neutral", "2": "happy", "3": "sad", "4": "angry", "5": "surprised"}
SEX_KEYS = {"f": "female", "m": "male"}

Answers = dict[int, str | None]


@pytest.fixture
def some_faces(face_data: Path, tmp_path: Path) -> Path:
    """A folder of real faces, and a file that is none."""
    some = tmp_path / "some"
    some.mkdir()
    for image in sorted((face_data / "images").iterdir())[:FACES]:
        (some / image.name).write_bytes(image.read_bytes())
    (some / "broken_0001.jpg").write_bytes(b"no image")
    return some


class Person:
    """Somebody at the window of the running program."""

    def __init__(self, window: MainWindow, qtbot: Any) -> None:
        self.window = window
        self.qtbot = qtbot

    @property
    def dataset(self) -> Dataset:
        assert self.window.session is not None
        return self.window.session.dataset

    @property
    def bar(self) -> MessageBar:
        return self.window.message_bar

    def label_page(self) -> PageDriver:
        """Go to the Label page by its key."""
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)
        QTest.keyClick(self.window, Qt.Key.Key_2, ALT)
        assert self.window.pages is not None
        page = self.window.pages.current
        assert isinstance(page, LabelPage)
        return PageDriver(page, self.window.pages.session, self.qtbot)

    def undo(self) -> str | None:
        """Ctrl+Z, and what it took back."""
        name = self.dataset.undo_name
        QTest.keyClick(self.window, Qt.Key.Key_Z, CTRL)
        return name

    def undo_all_labels(self) -> None:
        while (self.dataset.undo_name or "").startswith("Label"):
            self.undo()

    def redo_all(self) -> None:
        while self.dataset.redo_name:
            QTest.keyClick(self.window, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)

    def standing(self, task: str) -> Answers:
        return {sample: each.answer for sample, each in self.dataset.answers(task).items()}


def import_by_drop(person: Person, folder: Path) -> None:
    """Drop the folder, look at what would come of it, agree by Enter, read the summary."""
    window = person.window
    assert window.windowTitle() == "faceapp"
    drop(window, folder)
    dialog = window.importing.dialog
    assert dialog is not None
    person.qtbot.waitUntil(dialog.import_button.isEnabled)
    assert f"{FACES + 1} images" in dialog.preview.words()
    QTest.keyClick(dialog.import_button, Qt.Key.Key_Return)
    person.qtbot.waitUntil(lambda: person.bar.message is not None)
    assert window.windowTitle() == "some - faceapp"
    assert person.bar.text.text() == f"{FACES} images imported, 1 refused."
    QTest.mouseClick(person.bar.details_button, Qt.MouseButton.LeftButton)
    assert "broken_0001.jpg" in person.bar.details.toPlainText()


def label_fifty(page: PageDriver) -> tuple[Answers, Answers]:
    """Fifty faces one by one, the second task in the same pass."""
    expressions: Answers = {}
    sexes: Answers = {}
    page.choose(Choice(Facet.UNLABELLED))
    page.press(Qt.Key.Key_Home)
    for place in range(50):
        sample = page.page.model.ids[place]
        assert page.page.grid.current == place
        sex_key, key = "fm"[place % 2], "12345"[place % 5]
        page.press(sex_key + key)
        expressions[sample], sexes[sample] = EXPRESSION_KEYS[key], SEX_KEYS[sex_key]
    return expressions, sexes


def test_the_store_holds_exactly_what_was_done(some_faces: Path, qtbot: Any) -> None:
    done: dict[str, Any] = {}

    def label(window: MainWindow) -> None:
        person = Person(window, qtbot)
        import_by_drop(person, some_faces)
        page = person.label_page()
        page.click(page.page.large.answers.none.buttons[0])  # the usual expressions
        add_task_by_keys(page, "sex")
        choose_task(page, "expression")
        expressions, sexes = label_fifty(page)
        assert person.standing("expression") == expressions
        assert person.standing("sex") == sexes
        done.update(expression=expressions, sex=sexes)

    def label_the_rest_at_once(window: MainWindow) -> None:
        person = Person(window, qtbot)
        assert window.windowTitle() == "some - faceapp"
        page = person.label_page()
        page.choose(Choice(Facet.UNLABELLED))
        rest = list(page.page.model.ids)
        assert len(rest) == FACES - 50
        page.press(Qt.Key.Key_A, CTRL)
        page.press("2")
        everything = done["expression"] | dict.fromkeys(rest, "happy")
        assert person.standing("expression") == everything
        assert person.undo() == f"Label {FACES - 50} samples happy"
        assert person.standing("expression") == done["expression"]
        person.undo_all_labels()
        assert person.standing("expression") == person.standing("sex") == {}
        person.redo_all()
        assert person.standing("expression") == everything
        person.undo()
        offers = [NewProposal(sample, "sad", 0.9 - n / 100) for n, sample in enumerate(rest[:6])]
        person.dataset.propose("expression", offers, "model")
        done["rest"] = rest

    run_main(label)
    run_main(label_the_rest_at_once)
    run_main(lambda window: review_and_merge(Person(window, qtbot), done))
    run_main(lambda window: read_again(Person(window, qtbot), done))


def open_again_by_keys(person: Person) -> None:
    """Close the dataset and take it from the recent ones of the Welcome page."""
    window = person.window
    window.activateWindow()
    person.qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_W, CTRL)
    assert window.session is None
    assert window.windowTitle() == "faceapp"
    (row,) = window.welcome.recents.rows
    person.qtbot.waitUntil(row.hasFocus)
    QTest.keyClick(row, Qt.Key.Key_Return)
    person.qtbot.waitUntil(lambda: window.session is not None)
    assert window.windowTitle() == "some - faceapp"


def review_and_merge(person: Person, done: dict[str, Any]) -> None:
    open_again_by_keys(person)
    page, rest = person.label_page(), done["rest"]
    page.click(page.page.browser.review.review)
    page.settle()
    assert list(page.page.model.ids) == rest[:6]
    page.press(Qt.Key.Key_Space)  # accept
    page.press("5")  # correct
    page.press(Qt.Key.Key_Backspace)  # refuse
    page.click(page.page.browser.review.accept)
    answers = done["expression"] | {rest[0]: "sad", rest[1]: "surprised", rest[3]: "sad"}
    assert person.standing("expression") == answers

    merge_by_keys(page, "surprised", into="happy")
    done["expression"] = {s: "happy" if c == "surprised" else c for s, c in answers.items()}
    assert person.standing("expression") == done["expression"]


def task_box(page: PageDriver) -> QComboBox:
    return next(
        box
        for box in page.page.large.answers.findChildren(QComboBox)
        if box.accessibleName() == "Task"
    )


def add_task_by_keys(page: PageDriver, name: str) -> None:
    """The last line of the box of tasks asks for a new one; its usual classes are known."""
    QTest.keyClick(task_box(page), Qt.Key.Key_End)
    dialog: Any = page.page.tasks.dialog
    page.wait(dialog.name.hasFocus)
    QTest.keyClicks(dialog.name, name)
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    page.settle()


def choose_task(page: PageDriver, name: str) -> None:
    box = task_box(page)
    QTest.keyClicks(box, name)  # a box goes to what is typed
    assert box.currentText() == name
    page.settle()


def merge_by_keys(page: PageDriver, name: str, into: str) -> None:
    """Open the classes, type the class's name to find it, and take the other from the menu."""
    edit = next(
        button
        for button in page.page.large.answers.findChildren(QToolButton)
        if button.accessibleName() == "Edit the classes of expression"
    )
    page.click(edit)
    editor: Any = page.page.tasks.dialog
    page.wait(editor.isVisible)
    QTest.keyClicks(editor.list, name)
    assert editor.chosen == name

    QTest.keyClick(editor.tool("merge"), Qt.Key.Key_Space)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    while menu.activeAction() is None or menu.activeAction().text() != into:
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert f"'{name}' into '{into}'" in editor.question.text()
    QTest.keyClick(editor.do_it, Qt.Key.Key_Space)
    QTest.keyClick(editor, Qt.Key.Key_Escape)


def read_again(person: Person, done: dict[str, Any]) -> None:
    dataset, rest = person.dataset, done["rest"]
    assert person.standing("expression") == done["expression"]
    assert person.standing("sex") == done["sex"]
    assert "surprised" not in dataset.task("expression").names
    assert dataset.count(Query(quarantined=None)) == FACES
    assert dataset.count(Query(quarantined=True)) == 0
    assert dataset.history(rest[0])[-1].origin is Origin.PROPOSAL
    assert rest[2] not in person.standing("expression")
    (refused,) = dataset.proposals("expression", None, [rest[2]])
    assert (refused.answer, refused.state) == ("sad", "refused")
    assert dataset.sample_ids(Query("expression", proposed=True)) == rest[4:6]


def test_a_dropped_table_labels_what_is_there(
    some_faces: Path, face_data: Path, qtbot: Any
) -> None:
    rows = (face_data / "labels.csv").read_text(encoding="utf-8").splitlines()
    names = {path.name for path in some_faces.iterdir()}
    kept = [row for row in rows[1:] if any(cell in names for cell in row.split(","))]
    assert len(kept) > FACES / 2
    table = some_faces / "labels.csv"
    table.write_text("\n".join([rows[0], *kept]), encoding="utf-8")

    def drive(window: MainWindow) -> None:
        person = Person(window, qtbot)
        drop(window, table)
        dialog = window.importing.dialog
        assert dialog is not None
        qtbot.waitUntil(dialog.import_button.isEnabled)
        words = dialog.preview.words()
        words += "".join(bars.accessibleDescription() for bars in dialog.findChildren(BarList))
        for word in ("neutral", "happy", "1 rater", "people told apart"):
            assert word in words
        QTest.keyClick(dialog.import_button, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: person.bar.message is not None)
        labelled = [answer for answer in person.standing("expression").values() if answer]
        assert len(labelled) > FACES / 2
        assert str(len(labelled)) in person.bar.text.text()

    run_main(drive)


def test_a_model_suggests_and_the_person_answers_by_keys(learned: Path, qtbot: Any) -> None:
    """The real network of a small run; nobody but a person makes its suggestions count."""

    def drive(window: MainWindow) -> None:
        person = Person(window, qtbot)
        page = person.label_page()
        choose_task(page, "expression")
        before = person.standing("expression")
        suggest = page.page.browser.review.suggest
        QTest.keyClick(suggest, Qt.Key.Key_Space)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: person.bar.message is not None)
        assert person.standing("expression") == before
        page.settle()
        QTest.keyClick(page.page.browser.review.review, Qt.Key.Key_Space)
        page.settle()
        waiting = list(page.page.model.ids)
        offered = {each.sample: each.answer for each in person.dataset.proposals("expression")}
        assert len(waiting) > 3
        page.press(Qt.Key.Key_Space, widget=page.page)
        page.press(Qt.Key.Key_Backspace, widget=page.page)
        added = {k: v for k, v in person.standing("expression").items() if k not in before}
        assert added == {waiting[0]: offered[waiting[0]]}
        assert person.dataset.history(waiting[0])[-1].origin is Origin.PROPOSAL

    run_main(drive, str(learned))
