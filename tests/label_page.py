"""The Label page as tests drive it: by keys and mouse, read off the dataset and the widgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from faceapp.dataset import Dataset
from faceapp.gui.label.filters import Choice
from faceapp.gui.label.page import LabelPage
from faceapp.gui.messages import Messages
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import Settings
from faceapp.gui.workers import JobRunner


class PageDriver:
    """The hands and eyes of a person at a Label page that is on screen."""

    def __init__(self, page: LabelPage, session: DatasetSession, qtbot: Any) -> None:
        self.page = page
        self.session = session
        self.dataset = session.dataset
        self.qtbot = qtbot
        self.settle()

    def settle(self) -> None:
        """Wait until everything wished for has been read and counted."""
        listed = self.page.listed
        self.qtbot.waitUntil(lambda: not listed.busy and listed.counts is not None)

    def pictures(self) -> None:
        """Wait until what is on screen has its pictures."""
        self.qtbot.waitUntil(lambda: self.page.thumbnails.idle)

    def press(
        self,
        keys: str | Qt.Key,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        widget: QWidget | None = None,
    ) -> None:
        """Press keys one by one, in the grid unless another widget is named."""
        target = widget or self.page.grid
        for key in keys if isinstance(keys, str) else (keys,):
            QTest.keyClick(target, key, modifiers)

    def click_sample(
        self, position: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Click a sample that is in sight."""
        grid = self.page.grid
        rect = grid.visualRect(self.page.model.index(position))
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifiers, rect.center())

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        """Drag the mouse with the left button down."""
        left = Qt.MouseButton.LeftButton
        QTest.mousePress(widget, left, Qt.KeyboardModifier.NoModifier, start)
        for step in range(1, 6):
            at = start + (end - start) * step / 5
            QTest.mouseMove(widget, at)
        QTest.mouseRelease(widget, left, Qt.KeyboardModifier.NoModifier, end)

    def choose(self, choice: Choice) -> None:
        """Click a line of the filters."""
        row = self.page.filters.row(choice)
        assert row is not None, choice
        self.click(row)
        self.settle()

    def click(self, button: QAbstractButton) -> None:
        """Click a button."""
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def answers(self, task: str) -> dict[int, str | None]:
        """What the dataset holds, by position in the order of adding."""
        order = {sample: place for place, sample in enumerate(self.dataset.sample_ids())}
        found = self.dataset.answers(task, quarantined=None)
        return {order[s]: a.answer for s, a in found.items() if s in order}

    @property
    def selected(self) -> list[int]:
        """Positions of the selected samples."""
        places = [self.page.model.position(each) for each in self.page.grid.selected_ids()]
        return [place for place in places if place is not None]

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait for something to become true."""
        self.qtbot.waitUntil(condition)


class PageUnderTest(PageDriver):
    """A page in a window of its own."""

    def __init__(self, dataset: Dataset, qtbot: Any, **services: Any) -> None:
        self.messages = Messages()
        self.jobs = JobRunner(self.messages)
        self.refused: list[Exception] = []
        session = DatasetSession(dataset)
        session.refused.connect(self.refused.append)
        page = LabelPage(session, self.jobs, self.messages, Services(Settings(), **services))
        page.resize(1280, 800)
        page.show()
        qtbot.waitExposed(page)
        page.activated()
        super().__init__(page, session, qtbot)

    def close(self) -> None:
        """Take the window down as the program does."""
        self.jobs.close()
        self.page.close()
        self.page.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
