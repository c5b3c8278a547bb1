"""The keys of the Label page and those of the window stay apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QAbstractButton, QLabel, QMainWindow

from faceapp.gui.actions import Actions
from faceapp.gui.label.keys import RESERVED, Press, action_for
from label_page import PageUnderTest

pytestmark = pytest.mark.gui


def window_keys(window: QMainWindow) -> set[str]:
    Actions(window)
    return {key.toString() for action in window.actions() for key in action.shortcuts()}


def letters(page: PageUnderTest) -> set[str]:
    """What Alt and a letter mean on the page."""
    found = [*page.page.findChildren(QAbstractButton), *page.page.findChildren(QLabel)]
    texts = [each.text().replace("&&", "") for each in found if "&" in each.text()]
    return {f"Alt+{text[text.index('&') + 1].upper()}" for text in texts if "&" in text[:-1]}


def test_no_key_of_the_window_means_something_on_the_page(
    build_page: Callable[..., PageUnderTest], faces: list[int], qtbot: object
) -> None:
    page = build_page()
    mine = {
        key.toString()
        for shortcut in page.page.findChildren(QShortcut)
        for key in shortcut.keys()  # noqa: SIM118 - no dict
    }
    window = QMainWindow()
    assert not (mine | letters(page)) & window_keys(window)
    window.deleteLater()


def test_keys_of_the_window_answer_nothing(
    build_page: Callable[..., PageUnderTest], faces: list[int], qtbot: object
) -> None:
    session = build_page().session
    first, second = session.dataset.tasks()
    window = QMainWindow()
    for key in window_keys(window):
        press = Press(key[-1].lower(), ctrl=key.startswith(("Ctrl+", "Alt+")))
        if key not in {"F1", "F11"}:  # which type nothing
            assert action_for(press, first, second) is None, key
    assert "?" in RESERVED
    window.deleteLater()
