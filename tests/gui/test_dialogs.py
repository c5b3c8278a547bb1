"""The few questions that stand in the way: thinking better of it is always the easy way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QWidget

from faceapp.gui.dialogs import choose_file, choose_folder, choose_new_folder, confirm

pytestmark = pytest.mark.gui


@pytest.fixture
def parent(qtbot: Any) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def answer(do: Callable[[QMessageBox], object]) -> None:
    def act() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        do(box)

    QTimer.singleShot(0, act)


def press(key: Qt.Key) -> Callable[[QMessageBox], object]:
    return lambda box: QTest.keyClick(box, key)


def click(text: str) -> Callable[[QMessageBox], object]:
    def do(box: QMessageBox) -> None:
        (button,) = [each for each in box.findChildren(QPushButton) if each.text() == text]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    return do


@pytest.mark.parametrize(
    ("do", "agreed"),
    [
        (click("Stop"), True),
        (click("Keep"), False),
        (press(Qt.Key.Key_Return), False),
        (press(Qt.Key.Key_Escape), False),
    ],
)
def test_only_the_button_itself_agrees(
    parent: QWidget, do: Callable[[QMessageBox], object], agreed: bool
) -> None:
    answer(do)
    assert confirm(parent, "Stop?", "It runs.", "Stop", "Keep") is agreed


def test_what_is_chosen_comes_as_a_path(
    parent: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "a.csv"), ""))
    assert choose_folder(parent, "Open", tmp_path) == tmp_path
    assert choose_file(parent, "Table", tmp_path, "Tables (*.csv)") == tmp_path / "a.csv"


def test_nothing_chosen_is_none(
    parent: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "exec", lambda _dialog: 0)
    assert choose_folder(parent, "Open", tmp_path) is None
    assert choose_file(parent, "Table", tmp_path, "Tables (*.csv)") is None
    assert choose_new_folder(parent, "New", tmp_path / "faces") is None


def test_a_new_folder_is_named_where_it_does_not_exist_yet(
    parent: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "exec", lambda _dialog: 1)
    assert choose_new_folder(parent, "New", tmp_path / "faces") == tmp_path / "faces"
