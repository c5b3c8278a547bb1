"""The steps of a training in a row: what is done, what runs, what comes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from faceapp.gui.theme import HALF, UNIT, colours_of
from faceapp.gui.widgets.painting import elided

_DOT = 10


class PhaseRow(QWidget):
    """Names of steps, each with a dot: filled when done, ringed while it runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._at = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_phases(self, names: Sequence[str], at: int) -> None:
        """Show these steps, of which number `at` runs."""
        if (tuple(names), at) != (self._names, self._at):
            self._names, self._at = tuple(names), at
            running = names[at] if 0 <= at < len(names) else ""
            self.setAccessibleName(self.tr("Step: {0}").format(running))
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """One line."""
        return QSize(60 * UNIT, self.fontMetrics().height() + UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw dots, names and the line between them."""
        del event
        if not self._names:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self)
        step = self.width() / len(self._names)
        middle = self.height() / 2
        for place, name in enumerate(self._names):
            left = place * step
            colour = QColor(colours.accent if place <= self._at else colours.handle)
            painter.setPen(QPen(colour, 2))
            filled = colour if place < self._at else QColor(colours.base)
            painter.setBrush(filled)
            painter.drawEllipse(QRectF(left + 1, middle - _DOT / 2, _DOT, _DOT))
            font = QFont(self.font())
            font.setWeight(QFont.Weight.DemiBold if place == self._at else QFont.Weight.Normal)
            painter.setFont(font)
            painter.setPen(QColor(colours.text if place <= self._at else colours.dim))
            words = elided(painter, name, step - _DOT - 2 * UNIT)
            text = QRectF(left + _DOT + UNIT, 0, step - _DOT - UNIT, self.height())
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, words)
            end = left + step - HALF
            start = left + _DOT + UNIT + painter.fontMetrics().horizontalAdvance(words) + UNIT
            if place + 1 < len(self._names) and end > start:
                painter.setPen(QPen(QColor(colours.line), 1))
                painter.drawLine(int(start), int(middle), int(end), int(middle))
