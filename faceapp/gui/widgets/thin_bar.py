"""A thin line that fills: how much of something is done."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from faceapp.gui.theme import UNIT, colours_of

_HEIGHT = 6


class ThinBar(QWidget):
    """Shows a share in the accent colour; its words are for tooltip and screen readers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def share(self) -> float:
        """What is filled, 0..1."""
        return self._share

    def show_share(self, done: int, total: int, words: str) -> None:
        """Fill `done` of `total`."""
        self._share = min(done / total, 1.0) if total > 0 else 0.0
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """As thin as can be seen well."""
        return QSize(12 * UNIT, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw track and share."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colours = colours_of(self)
        whole = QRectF(self.rect())
        radius = whole.height() / 2
        painter.setBrush(QColor(colours.line))
        painter.drawRoundedRect(whole, radius, radius)
        if self._share > 0:
            filled = QRectF(whole)
            filled.setWidth(max(whole.width() * self._share, whole.height()))
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(filled, radius, radius)
