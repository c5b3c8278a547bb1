"""The task editor: says what it touches first, asks where that is something, loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from faceapp.dataset import Dataset
from faceapp.gui.label.new_task import NewTaskDialog
from faceapp.gui.label.task_editor import TaskEditor
from faceapp.gui.session import DatasetSession

pytestmark = pytest.mark.gui


@pytest.fixture
def session(dataset: Dataset, faces: list[int], qapp: object) -> DatasetSession:
    dataset.label(faces[:3], "expression", "happy")
    dataset.label(faces[3:5], "expression", "sad")
    return DatasetSession(dataset)


@pytest.fixture
def editor(session: DatasetSession, qtbot: Any) -> TaskEditor:
    made = TaskEditor(session, "expression")
    qtbot.addWidget(made)
    made.show()
    return made


def click(editor: TaskEditor, name: str) -> None:
    QTest.mouseClick(editor.tool(name), Qt.MouseButton.LeftButton)


def merge(editor: TaskEditor, name: str, into: str) -> None:
    editor.choose(name)
    actions = {action.text(): action for action in editor.tool("merge").menu().actions()}
    actions[into].trigger()


def test_it_shows_classes_keys_and_how_many_samples_each_touches(editor: TaskEditor) -> None:
    items = [editor.list.topLevelItem(place) for place in range(3)]
    shown = [[item.text(column) for column in range(3)] for item in items]
    assert shown == [["neutral", "1", "0"], ["happy", "2", "3"], ["sad", "3", "2"]]


def test_the_first_class_is_chosen_so_that_keys_can_begin(editor: TaskEditor) -> None:
    assert editor.chosen == "neutral"
    assert editor.tool("rename").isEnabled()


def test_a_merge_is_asked_first_and_done_after(editor: TaskEditor, dataset: Dataset) -> None:
    merge(editor, "sad", "happy")
    assert "2 samples" in editor.question.text()
    assert dataset.task("expression").names == ("neutral", "happy", "sad")
    assert not editor.tool("remove").isEnabled()
    editor.do_it.click()
    assert dataset.class_counts("expression").counts == {"neutral": 0, "happy": 5}
    assert editor.list.topLevelItemCount() == 2


def test_what_is_left_changes_nothing(editor: TaskEditor, dataset: Dataset) -> None:
    editor.choose("happy")
    click(editor, "remove")
    assert "3 samples" in editor.question.text()
    editor.leave_it.click()
    assert dataset.task("expression").names == ("neutral", "happy", "sad")
    assert editor.tool("remove").isEnabled()


def test_undo_brings_a_removed_class_back(editor: TaskEditor, dataset: Dataset) -> None:
    editor.choose("happy")
    click(editor, "remove")
    editor.do_it.click()
    assert dataset.class_counts("expression").unlabelled == 10
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert dataset.class_counts("expression").counts["happy"] == 3
    assert editor.list.topLevelItemCount() == 3


def test_a_rename_is_typed_in_place(editor: TaskEditor, dataset: Dataset, qtbot: Any) -> None:
    editor.choose("happy")
    click(editor, "rename")
    field = editor.list.findChild(QLineEdit)
    field.setText("joyful")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "3 samples follow" in editor.question.text())
    editor.do_it.click()
    assert dataset.task("expression").names == ("neutral", "joyful", "sad")
    assert editor.chosen == "joyful"


def test_a_name_that_is_taken_is_refused_in_words(editor: TaskEditor, dataset: Dataset) -> None:
    editor.list.topLevelItem(1).setText(0, "sad")
    editor.do_it.click()
    assert "Two classes are called" in editor.question.text()
    assert dataset.task("expression").names == ("neutral", "happy", "sad")
    assert editor.list.topLevelItem(1).text(0) == "happy"


def test_adding_and_moving_touch_nothing_and_are_done_at_once(
    editor: TaskEditor, dataset: Dataset
) -> None:
    click(editor, "add")
    assert dataset.task("expression").names == ("neutral", "happy", "sad", "class 4")
    assert dataset.task("expression").classes[-1].key == "4"
    editor.choose("class 4")
    click(editor, "up")
    click(editor, "up")
    assert dataset.task("expression").names == ("neutral", "class 4", "happy", "sad")
    assert editor.chosen == "class 4"


def test_keys_and_colours_change(editor: TaskEditor, dataset: Dataset) -> None:
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QColorDialog

    from faceapp.gui.label.key_dialog import KeyDialog

    editor.choose("sad")
    click(editor, "key")
    QTest.keyClick(editor.findChild(KeyDialog), "s")
    click(editor, "colour")
    editor.findChild(QColorDialog).colorSelected.emit(QColor("#123456"))
    sad = dataset.task("expression").classes[2]
    assert (sad.key, sad.colour) == ("s", "#123456")


def test_collisions_between_tasks_are_shown(
    session: DatasetSession, dataset: Dataset, qtbot: Any
) -> None:
    from dataclasses import replace

    female, male = dataset.task("sex").classes
    dataset.set_classes("sex", [female, replace(male, key="2")])
    editor = TaskEditor(session, "sex")
    qtbot.addWidget(editor)
    assert "The key 2 is claimed by expression: happy, sex: male." in editor.question.text()


def test_a_task_that_was_undone_closes_its_editor(
    session: DatasetSession, dataset: Dataset, qtbot: Any
) -> None:
    dataset.add_task("glasses", ["none", "dark"])
    editor = TaskEditor(session, "glasses")
    qtbot.addWidget(editor)
    editor.show()
    session.undo()
    assert not editor.isVisible()


def test_a_new_task_knows_the_usual_classes(qtbot: Any) -> None:
    dialog = NewTaskDialog()
    qtbot.addWidget(dialog)
    ok = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    assert not ok.isEnabled()
    dialog.name.setText("Emotion")
    assert dialog.class_names[:2] == ("neutral", "happy")
    dialog.name.setText("glasses")
    assert not ok.isEnabled()
    dialog.classes.setText("none, clear, none")
    with qtbot.waitSignal(dialog.made) as made:
        ok.click()
    assert made.args == ["glasses", ("none", "clear")]


def test_escape_takes_back_the_question_and_then_closes(editor: TaskEditor) -> None:
    merge(editor, "sad", "happy")
    assert editor.do_it.hasFocus()
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert editor.isVisible()
    assert not editor.do_it.isVisible()
    assert editor.list.hasFocus()
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()


def test_a_question_is_read_out_with_its_button_and_is_no_markup(
    editor: TaskEditor, session: DatasetSession
) -> None:
    session.do(editor, lambda dataset: dataset.rename_class("expression", "sad", "<b>s&d</b>"))
    merge(editor, "happy", "<b>s&&d</b>")
    assert editor.do_it.accessibleDescription() == editor.question.text()
    assert editor.question.textFormat() is Qt.TextFormat.PlainText
    editor.do_it.click()
    assert editor.list.hasFocus()
