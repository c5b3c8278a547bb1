"""A line of text that is cut in its middle where there is no room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

from faceapp.gui.theme import UNIT


class ElidedLabel(QLabel):
    """Shows as much of its text as fits; all of it as a tooltip."""

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's own
        """Show another text."""
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Hardly any room is enough."""
        return QSize(4 * UNIT, super().minimumSizeHint().height())

    @property
    def shown(self) -> str:
        """What can be read of the text."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw what fits."""
        del event
        painter = QPainter(self)
        painter.drawText(self.contentsRect(), int(self.alignment()), self.shown)
