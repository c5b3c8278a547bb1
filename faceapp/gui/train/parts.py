"""Small pieces that the parts of the page are put together from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import HALF, UNIT


def words(text: str = "", role: str = "") -> QLabel:
    """Plain text that takes several lines where it must."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        give_role(label, role)
    return label


class Framed(QFrame):
    """A card with a heading."""

    def __init__(self, heading: str, *content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_role(self, "card")
        self.heading = words(heading, "strong")
        self.heading.setVisible(bool(heading))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, UNIT + HALF, 2 * UNIT, UNIT + HALF)
        layout.setSpacing(UNIT)
        layout.addWidget(self.heading)
        for each in content:
            layout.addWidget(each)
        expanding = Qt.Orientation.Vertical
        if not any(each.sizePolicy().expandingDirections() & expanding for each in content):
            layout.addStretch(1)


class Flow(QWidget):
    """Widgets of one size in as many columns as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_cells(self, cells: Sequence[QWidget]) -> None:
        """Show these in place of those before."""
        for old in self._cells:
            old.hide()
            old.deleteLater()
        self._cells = list(cells)
        for each in self._cells:
            each.setParent(self)
            each.show()
        self.updateGeometry()
        self._place()

    def _columns(self, width: int) -> int:
        cell = self._cells[0].sizeHint().width() + UNIT if self._cells else 1
        return max(1, (width + UNIT) // cell)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's own
        """Fewer columns are higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's own
        """All rows."""
        if not self._cells:
            return 0
        rows = -(-len(self._cells) // self._columns(width))
        return rows * (self._cells[0].sizeHint().height() + UNIT)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """At the width that it has."""
        return QSize(48 * UNIT, self.heightForWidth(max(self.width(), 48 * UNIT)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own
        """Take as many columns as there is room for."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        columns = self._columns(self.width())
        for place, cell in enumerate(self._cells):
            size = cell.sizeHint()
            x = place % columns * (size.width() + UNIT)
            y = place // columns * (size.height() + UNIT)
            cell.setGeometry(x, y, size.width(), size.height())


def clear(layout: QLayout) -> None:
    """Take everything out of a layout, and let its widgets go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
