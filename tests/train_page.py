"""Drives the Train page as a person does, in tests of it and of the whole program."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMessageBox, QPushButton

from faceapp.dataset import Dataset
from faceapp.gui.messages import Messages
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import Settings
from faceapp.gui.train.page import TrainPage
from faceapp.gui.workers import JobRunner
from faceapp.services.training import training_services

TRAINING_MS = 240_000


def answer_question(words: str) -> list[str]:
    """Press the button of that name in the next question; its words will be in what is returned."""
    asked: list[str] = []

    def press() -> None:
        boxes = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
        box = next((each for each in boxes if each.isVisible()), None)
        if box is None:
            QTimer.singleShot(20, press)
            return
        asked.extend((box.text(), box.informativeText()))
        buttons = {each.text(): each for each in box.findChildren(QPushButton)}
        QTest.mouseClick(buttons[words], Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, press)
    return asked


def training_process() -> int | None:
    """The process of the training under way: the child that is not a helper of Python's."""
    import multiprocessing

    children = multiprocessing.active_children()
    return children[0].pid if children else None


class TrainDriver:
    """A page and what a person does with it."""

    def __init__(self, page: TrainPage, session: DatasetSession, qtbot: Any) -> None:
        self.page, self.session, self.qtbot = page, session, qtbot

    @property
    def runs(self) -> Path:
        """Where the runs lie."""
        return self.session.dataset.runs

    def wait(self, condition: Callable[[], bool], timeout: int = TRAINING_MS) -> None:
        """Wait for something to become true."""
        self.qtbot.waitUntil(condition, timeout=timeout)

    def settle(self) -> None:
        """Wait until everything on show is read, checked and drawn."""
        self.wait(lambda: self.page.idle)

    def click(self, button: QAbstractButton) -> None:
        """Click a button."""
        assert button.isEnabled(), button.text()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def preset(self, words: str) -> None:
        """Choose classes by a preset."""
        menu = self.page.setup.classes.choose_button.menu()
        next(each for each in menu.actions() if each.data() == words).trigger()
        self.settle()

    def set_fields(self, recipe: str, **values: str) -> None:
        """Choose a recipe, and write other values into its fields."""
        choice = self.page.setup.recipe
        choice.choose(recipe)
        if not choice.open_button.isChecked():
            self.click(choice.open_button)
        for name, value in values.items():
            field = choice.form.editors[name]
            if isinstance(field, QLineEdit):
                field.selectAll()
                QTest.keyClicks(field, value)
                QTest.keyClick(field, Qt.Key.Key_Return)
            else:
                assert not isinstance(field, QAbstractButton)
                field.setCurrentText(value)
        self.settle()

    def start(self) -> None:
        """Press Start."""
        self.click(self.page.setup.start_button)
        assert self.page.control.busy

    def wait_for_end(self) -> None:
        """Wait until no training runs and its results are on show."""
        self.wait(lambda: not self.page.control.busy)
        self.settle()

    def kill(self) -> None:
        """End the training's process as a full memory would."""
        process = training_process()
        assert process is not None
        os.kill(process, signal.SIGKILL)


class TrainPageUnderTest(TrainDriver):
    """A page in a window of its own, with the real engine behind it; times no batch."""

    def __init__(self, dataset: Dataset, qtbot: Any, settings: Settings, **changed: Any) -> None:
        self.messages = Messages()
        self.jobs = JobRunner(self.messages)
        self.samples: list[tuple[list[int], str]] = []
        self.live: list[Path] = []
        self.pages: list[str] = []
        session = DatasetSession(dataset)
        training = replace(training_services(), **{"estimate": None, **changed})
        page = TrainPage(session, self.jobs, self.messages, Services(settings, training=training))
        page.samples_wanted.connect(lambda ids, words: self.samples.append((list(ids), words)))
        page.run_wanted.connect(self.live.append)
        page.page_wanted.connect(self.pages.append)
        page.resize(1280, 800)
        page.show()
        qtbot.waitExposed(page)
        page.activated()
        super().__init__(page, session, qtbot)

    @property
    def said(self) -> list[str]:
        """The messages that stand."""
        return [message.text for message in self.messages.standing]

    def close(self) -> None:
        """Take the window down as the program does."""
        self.jobs.close()
        self.page.close()
        self.page.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
