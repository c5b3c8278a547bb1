"""Small pieces that the parts of the page are put together from."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QVBoxLayout, QWidget

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


def clear(layout: QLayout) -> None:
    """Take everything out of a layout, and let its widgets go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
