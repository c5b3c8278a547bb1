"""A second window at a dataset: told who writes, reads meanwhile, and writes when it may."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from dataset.test_seats import sitting
from faceapp.app import make_program
from faceapp.dataset import Dataset
from faceapp.gui.main_window import MainWindow
from main_program import tear_down

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Dataset.create(tmp_path / "faces") as dataset:
        dataset.add_task("expression", ["neutral", "happy"])
    return tmp_path / "faces"


@pytest.fixture
def window(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(sys, "excepthook", None)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    made = make_program().window
    made.show()
    yield made
    made.jobs.cancel_all()
    made.close()
    tear_down()


def press(window: MainWindow, words: str) -> None:
    assert window.message_bar.action_button.text() == words
    window.message_bar.action_button.click()
    QApplication.processEvents()


def test_a_second_window_reads_until_the_first_is_gone(window: MainWindow, folder: Path) -> None:
    with sitting(folder) as other:
        window.begin(folder)
        assert window.session is None
        assert window.stage.currentWidget() is window.welcome
        assert f"process {other.pid}" in window.message_bar.text.text()
        press(window, "Open to read only")
        session = window.session
        assert session is not None
        assert session.read_only
        assert not window.actions_of_window.import_images.isEnabled()
        assert not window.actions_of_window.undo.isEnabled()
        assert "read only" in window.top_bar.dataset.text()
        window.show_page("train")
        assert window.pages is not None
        assert window.pages.shown == "overview"
        session.do(None, lambda dataset: dataset.add_task("sex", ["female", "male"]))
        assert "nothing was changed" in window.message_bar.text.text()
        window.message_bar.put_away()
        press(window, "Try to write")
        assert window.session is None  # the other one still sits there
        press(window, "Open to read only")
    press(window, "Try to write")
    assert window.session is not None
    assert not window.session.read_only
    assert window.actions_of_window.undo.isEnabled()
    window.session.do(None, lambda dataset: dataset.add_task("sex", ["female", "male"]))
    assert len(window.session.dataset.tasks()) == 2


def test_closing_a_dataset_lets_another_window_write(window: MainWindow, folder: Path) -> None:
    window.begin(folder)
    assert window.session is not None
    window.close_dataset()
    with sitting(folder):
        pass
