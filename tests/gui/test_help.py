"""Help: the keys of the page and of the window, and what faceapp is."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QScrollArea, QWidget

import faceapp
from faceapp.gui.help import AboutDialog, KeysDialog
from faceapp.gui.theme import Theme

pytestmark = pytest.mark.gui

PAGE = [("1", "label neutral"), ("U", "<b>unsure</b>")]
WINDOW = [("Ctrl+Z", "Undo")]


@pytest.fixture
def parent(qtbot: Any) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def shown(dialog: QDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel)]


def test_keys_of_the_page_come_before_those_of_every_page(parent: QWidget) -> None:
    words = shown(KeysDialog("Label", PAGE, WINDOW, parent))
    order = ["Label", "1", "label neutral", "U", "<b>unsure</b>", "Everywhere", "Ctrl+Z", "Undo"]
    assert words == order


def test_text_is_never_taken_for_markup(parent: QWidget) -> None:
    dialog = KeysDialog("Label", PAGE, WINDOW, parent)
    (label,) = [each for each in dialog.findChildren(QLabel) if "unsure" in each.text()]
    assert label.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_keys_can_be_read_without_scrolling_sideways(
    parent: QWidget, theme: Theme, zoom: float
) -> None:
    theme.set_zoom(zoom)
    many = [(f"Ctrl+Shift+{n}", "words that say what the key does on this page") for n in range(40)]
    dialog = KeysDialog("Label", many, WINDOW, parent)
    dialog.show()
    assert dialog.width() <= 1024
    assert dialog.height() <= 640
    (scroll,) = dialog.findChildren(QScrollArea)
    assert not scroll.horizontalScrollBar().isVisible()
    dialog.close()


@pytest.mark.parametrize("which", ["keys", "about"])
def test_esc_closes(parent: QWidget, which: str, qtbot: Any) -> None:
    dialog = KeysDialog("Label", PAGE, WINDOW, parent) if which == "keys" else AboutDialog(parent)
    dialog.show()
    with qtbot.waitSignal(dialog.destroyed):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_about_tells_version_promise_and_licence(parent: QWidget) -> None:
    words = "\n".join(shown(AboutDialog(parent)))
    assert faceapp.__version__ in words
    assert "stays on this machine" in words
    assert "MIT" in words
