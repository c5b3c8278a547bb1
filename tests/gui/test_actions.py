"""Menus and keys: undo says what it undoes, and no key means two things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QMenu

from faceapp.dataset import Dataset
from faceapp.gui.actions import ZOOMS, Actions, fill_menus
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import ZOOM

pytestmark = pytest.mark.gui


class Window(QMainWindow):
    """A window with nothing but its menus."""

    def __init__(self) -> None:
        super().__init__()
        self.does = Actions(self)
        self.pages = [self.does.add_page(1, "Overview"), self.does.add_page(2, "Label")]
        self.recent = QMenu("Open &recent")
        fill_menus(self.menuBar(), self.does, self.recent, self.pages)


@pytest.fixture
def window(qtbot: Any) -> Window:
    made = Window()
    qtbot.addWidget(made)
    return made


def menus(window: Window) -> Iterator[QMenu]:
    waiting = [action.menu() for action in window.menuBar().actions()]
    while waiting:
        menu = waiting.pop()
        assert isinstance(menu, QMenu)
        yield menu
        waiting += [action.menu() for action in menu.actions() if action.menu() is not None]


def keys(window: Window) -> list[str]:
    return [key.toString() for action in window.actions() for key in action.shortcuts()]


def test_without_a_dataset_only_what_can_be_done_is_enabled(window: Window) -> None:
    window.does.show_session(None)
    off = {window.does.undo, window.does.redo, window.does.close_dataset, window.does.show_folder}
    assert not any(action.isEnabled() for action in off | {window.does.reload})
    assert all(action.isEnabled() for action in (window.does.new, window.does.open))


def test_undo_and_redo_name_what_they_would_do(
    window: Window, dataset: Dataset, faces: list[int]
) -> None:
    session = DatasetSession(dataset)
    dataset.label(faces, "expression", "happy")
    window.does.show_session(session)
    assert window.does.undo.text() == f"&Undo: {session.undo_name}"
    assert window.does.redo.text() == "&Redo"
    assert not window.does.redo.isEnabled()
    dataset.undo()
    window.does.show_session(session)
    assert window.does.redo.text() == f"&Redo: {session.redo_name}"
    assert window.does.redo.isEnabled()


def test_an_ampersand_in_a_name_is_no_shortcut(
    window: Window, dataset: Dataset, faces: list[int]
) -> None:
    dataset.add_task("mood", ["up & down", "none"])
    dataset.label(faces[:1], "mood", "up & down")
    window.does.show_session(DatasetSession(dataset))
    assert "up && down" in window.does.undo.text()


def test_no_key_means_two_things(window: Window) -> None:
    assert [key for key, count in Counter(keys(window)).items() if count > 1] == []


def test_plain_letters_and_digits_are_left_to_the_pages(window: Window) -> None:
    for key in keys(window):
        has_modifier = key.startswith(("Ctrl+", "Alt+"))
        assert has_modifier or key in {"F1", "F11", "?"}, key


def test_the_question_mark_can_be_typed_where_one_types(window: Window, qtbot: Any) -> None:
    field = QLineEdit()
    window.setCentralWidget(field)
    asked: list[bool] = []
    window.does.keys.triggered.connect(asked.append)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier)
    assert field.text() == "?"
    assert asked == []


def letter(action: QAction) -> str:
    text = action.text().replace("&&", "")
    return text[text.index("&") + 1].casefold() if "&" in text else ""


def test_no_letter_of_a_menu_means_two_things(window: Window) -> None:
    window.does.show_session(None)
    every = [list(menu.actions()) for menu in menus(window)]
    for actions in [*every, list(window.menuBar().actions())]:
        letters = [letter(each) for each in actions if letter(each)]
        assert len(letters) == len(set(letters)), letters


def test_everything_but_pages_can_be_reached_by_a_letter(window: Window) -> None:
    for menu in menus(window):
        for action in menu.actions():
            if not action.isSeparator() and action not in window.pages:
                assert letter(action), action.text()


def test_every_action_stands_in_a_menu(window: Window) -> None:
    listed = {action for menu in menus(window) for action in menu.actions()}
    assert set(window.actions()) <= listed


def test_pages_have_keys_by_place(window: Window) -> None:
    assert [action.shortcut() for action in window.pages] == [
        QKeySequence("Alt+1"),
        QKeySequence("Alt+2"),
    ]
    assert all(action.isCheckable() for action in window.pages)


def test_one_mode_is_ticked(window: Window) -> None:
    for mode in ("dark", "system", "light"):
        window.does.show_mode(mode)
        ticked = [each.data() for each in window.does.modes.actions() if each.isChecked()]
        assert ticked == [mode]


def test_help_lists_every_key_in_plain_words(window: Window) -> None:
    listed = window.does.key_help()
    assert ("F1, ?", "Keys of this page") in listed
    assert ("Ctrl+N", "New dataset") in listed
    shown = [key for keys_of_action, _words in listed for key in keys_of_action.split(", ")]
    assert sorted(shown) == sorted(keys(window))


def test_every_zoom_can_be_remembered() -> None:
    assert 1.0 in ZOOMS
    assert list(ZOOMS) == sorted(set(ZOOMS))
    assert all(ZOOM.fits(zoom) for zoom in ZOOMS)
