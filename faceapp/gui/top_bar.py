"""The line under the menus: tabs of the pages, the open dataset, light or dark."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QTabBar, QToolButton, QWidget

from faceapp.gui.icons import beside_text, icon
from faceapp.gui.pages import PAGES, pages_for
from faceapp.gui.stylesheet import give_role
from faceapp.gui.tab_order import tab_through
from faceapp.gui.text import counted
from faceapp.gui.theme import UNIT


class TopBar(QWidget):
    """Tabs at the left, the dataset's menu and the theme's at the right.

    Signals:
        page_wanted(str): the name of the page whose tab was chosen.
    """

    page_wanted = Signal(str)

    def __init__(
        self,
        dataset_actions: Iterable[QAction],
        modes: Iterable[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.tabs = QTabBar()
        give_role(self.tabs, "pages")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName(self.tr("Pages"))
        for place, entry in enumerate(PAGES, start=1):
            tab = self.tabs.addTab(entry.title)
            self.tabs.setTabToolTip(tab, self.tr("{0} (Alt+{1})").format(entry.title, place))
        self.tabs.currentChanged.connect(lambda place: self.page_wanted.emit(PAGES[place].name))
        self.dataset = _menu_button(dataset_actions, self)
        self.dataset.setIcon(icon("database"))
        self.dataset.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.dataset.setToolTip(self.tr("The open dataset"))
        self.theme = _menu_button(modes, self)
        self.theme.setIcon(icon("theme"))
        self.theme.setToolTip(self.tr("Light or dark"))
        self.theme.setAccessibleName(self.tr("Theme"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(UNIT, 0, 2 * UNIT, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignBottom)
        layout.addStretch(1)
        layout.addWidget(self.dataset)
        layout.addWidget(self.theme)
        tab_through(self)
        self._fit_icons()

    def show_dataset(self, name: str, samples: int, *, read_only: bool = False) -> None:
        """Name the open dataset."""
        count = counted(samples, self.tr("1 image"), self.tr("{0} images"))
        offered = pages_for(read_only=read_only)
        for place, entry in enumerate(PAGES):
            self.tabs.setTabEnabled(place, entry.name in offered)
        if read_only:
            count = self.tr("{0}, read only").format(count)
        # An ampersand in a folder's name is no shortcut.
        self.dataset.setText(f"{name.replace('&', '&&')}   {count}")
        self.dataset.setAccessibleName(self.tr("Dataset {0}, {1}").format(name, count))

    def show_page(self, name: str) -> None:
        """Mark the tab of a page without asking for it again."""
        self.tabs.blockSignals(True)
        self.tabs.setCurrentIndex([entry.name for entry in PAGES].index(name))
        self.tabs.blockSignals(False)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_icons()

    def _fit_icons(self) -> None:
        size = beside_text(self.fontMetrics())
        self.dataset.setIconSize(size)
        self.theme.setIconSize(QSize(size.height(), size.height()))


def _menu_button(actions: Iterable[QAction], parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    give_role(button, "quiet")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(button)
    menu.addActions(list(actions))
    button.setMenu(menu)
    return button
