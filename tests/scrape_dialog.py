"""The dialog "Find images" as tests drive it: by mouse and keys, on a dataset and image sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QStyle, QStyleOptionViewItem, QTableView

from faceapp.gui.scrape.dialog import ScrapeDialog
from faceapp.gui.scrape.phrase_model import Column
from faceapp.gui.scrape.set_up import SetUp
from faceapp.gui.scrape.tray import Tray

LEFT = Qt.MouseButton.LeftButton


class DialogDriver:
    """The hands and eyes of a person at the dialog."""

    def __init__(self, dialog: ScrapeDialog, qtbot: Any) -> None:
        self.dialog = dialog
        self.qtbot = qtbot
        self.wait(lambda: dialog.idle)

    @property
    def set_up(self) -> SetUp:
        return self.dialog.set_up

    @property
    def tray(self) -> Tray:
        assert self.dialog.tray is not None
        assert self.dialog.stack.currentWidget() is self.dialog.tray
        return self.dialog.tray

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition)

    def click(self, button: QAbstractButton) -> None:
        """Click a button, or the box of a tick."""
        assert button.isVisible(), button.text()
        assert button.isEnabled(), button.text()
        middle = button.rect().center()
        place = QPoint(10, middle.y()) if button.isCheckable() else middle
        QTest.mouseClick(button, LEFT, Qt.KeyboardModifier.NoModifier, place)

    def set_goal(self, number: int) -> None:
        goal = self.set_up.goal
        goal.setFocus()
        goal.selectAll()
        QTest.keyClicks(goal, str(number))
        QTest.keyClick(goal, Qt.Key.Key_Tab)
        assert goal.value() == number

    def tick_classes(self, *names: str) -> None:
        """Click until exactly these classes are ticked."""
        for name, box in self.set_up.classes.boxes.items():
            if box.isChecked() != (name in names):
                self.click(box)

    def tick_sites(self, *names: str) -> None:
        """Click until exactly these sites are ticked."""
        for name, box in self.set_up.places.boxes.items():
            if box.isChecked() != (name in names):
                self.click(box)

    def tick_languages(self, *codes: str) -> None:
        """Press Space on languages until exactly these are ticked."""
        languages = self.set_up.languages
        for place in range(languages.count()):
            item = languages.item(place)
            ticked = item.checkState() is Qt.CheckState.Checked
            if ticked != (item.data(Qt.ItemDataRole.UserRole) in codes):
                languages.setCurrentItem(item)
                QTest.keyClick(languages, Qt.Key.Key_Space)
        assert set(languages.chosen) == set(codes)

    def click_tick(self, view: QTableView, line: int) -> None:
        """Click the tick box of a phrase."""
        index = view.model().index(line, Column.TEXT)
        view.scrollTo(index)
        option = QStyleOptionViewItem()
        view.initViewItemOption(option)
        option.rect = view.visualRect(index)
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        box = view.style().subElementRect(
            QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, view
        )
        QTest.mouseClick(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, box.center())

    def keep_phrases(self, *texts: str) -> None:
        """Tick exactly these phrases of those that are listed."""
        table = self.set_up.table
        self.click(table.none)
        for line in range(table.model.rowCount()):
            if table.model.row_at(line).text in texts:
                self.click_tick(table.view, line)
        assert {row.text for row in table.model.chosen} == set(texts)

    def start(self) -> None:
        self.click(self.set_up.start)

    def run_to_end(self) -> None:
        self.start()
        self.wait(lambda: self.dialog.run is not None and not self.dialog.run.running)


def let_go(dialog: ScrapeDialog) -> None:
    """Take the dialog down as the window does."""
    dialog.close()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
