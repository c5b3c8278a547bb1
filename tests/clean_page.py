"""The Clean page as tests drive it: by keys and mouse, read off the dataset and the widgets."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from faceapp.cleaning import Found
from faceapp.dataset import Dataset
from faceapp.gui.clean.cleaner import Cleaner
from faceapp.gui.clean.page import CleanPage
from faceapp.gui.messages import Messages
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import Settings
from faceapp.gui.workers import JobRunner
from held_work import wait_for_jobs

CHECKED_MS = 600_000  # a busy machine is no failure


class CleanDriver:
    """The hands and eyes of a person at a Clean page that is on screen."""

    def __init__(self, page: CleanPage, session: DatasetSession, qtbot: Any) -> None:
        self.page = page
        self.session = session
        self.dataset = session.dataset
        self.qtbot = qtbot
        self.settle()

    def settle(self) -> None:
        """Wait until everything on show has been read, checks included."""
        self.qtbot.waitUntil(lambda: self.page.idle, timeout=CHECKED_MS)

    def check(self, *kinds: str) -> None:
        """Run checks, all or those of these kinds, by the page's own ways."""
        if not kinds:
            self.click(self.page.kinds.check)
        else:
            self.click(self.page.kinds.some)
            dialog = self.page.dialog
            assert dialog is not None
            for kind in kinds:
                dialog.boxes[kind].setChecked(True)
            self.click(dialog.run)
        assert self.page.findings.running is not None
        self.settle()

    def choose(self, kind: str) -> None:
        """Click a kind."""
        self.click(self.page.kinds.rows[kind])
        self.settle()

    def click(self, button: QAbstractButton) -> None:
        """Click a button."""
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def press(
        self,
        keys: str | Qt.Key,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        widget: QWidget | None = None,
    ) -> None:
        """Press keys one by one, among the thumbnails unless another widget is named."""
        for key in keys if isinstance(keys, str) else (keys,):
            QTest.keyClick(widget or self.page.grid, key, modifiers)

    def slide_to(self, value: float) -> None:
        """Drag the threshold's handle to a value."""
        view = self.page.listing.threshold
        middle = view.height() // 2
        start = QPoint(round(view.x_of(view.threshold)), middle)
        end = QPoint(round(view.x_of(value)), middle)
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(view, (start + end) / 2)
        QTest.mouseMove(view, end)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)

    @property
    def shown(self) -> list[Found]:
        """The findings that are listed."""
        return list(self.page.findings.shown or ())

    @property
    def counts(self) -> dict[str, int]:
        """The numbers at the left that are not 0."""
        rows = self.page.kinds.rows
        return {kind: row.count for kind, row in rows.items() if row.count}

    @property
    def words(self) -> list[str]:
        """What the messages say, newest last."""
        return [message.text for message in self.page._messages.standing]


class CleanUnderTest(CleanDriver):
    """A page in a window of its own."""

    def __init__(self, dataset: Dataset, cleaner: Cleaner, qtbot: Any) -> None:
        self.messages = Messages()
        self.jobs = JobRunner(self.messages)
        self.wanted: list[tuple[list[int], str]] = []
        self.imports: list[None] = []
        session = DatasetSession(dataset)
        services = Services(Settings(), cleaner=cleaner)
        page = CleanPage(session, self.jobs, self.messages, services)
        page.samples_wanted.connect(lambda ids, words: self.wanted.append((ids, words)))
        page.import_wanted.connect(lambda: self.imports.append(None))
        page.resize(1280, 800)
        page.show()
        page.activateWindow()
        qtbot.waitUntil(page.isActiveWindow)
        page.activated()
        super().__init__(page, session, qtbot)

    def close(self) -> None:
        """Take the window down as the program does."""
        self.jobs.close()
        wait_for_jobs()
        self.page.close()
        self.page.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
