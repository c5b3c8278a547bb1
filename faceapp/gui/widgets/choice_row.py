"""A row that can be chosen, with how many it would give."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from faceapp.gui.language import localised
from faceapp.gui.theme import HALF, UNIT, colours_of
from faceapp.gui.widgets.painting import CHIP_RADIUS, elided, focus_ring

_DOT = 10


class ChoiceRow(QAbstractButton):
    """A checkable line: a dot of a colour or none, a text, and a count at the right."""

    def __init__(self, text: str, colour: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._colour = colour
        self._count: int | None = None
        self._name()

    @property
    def count(self) -> int | None:
        """The number shown; None while nobody counted."""
        return self._count

    def set_count(self, count: int | None) -> None:
        """Show another number."""
        if count != self._count:
            self._count = count
            self._name()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """As high as its text with some air."""
        metrics = self.fontMetrics()
        count = metrics.horizontalAdvance(self._number()) + UNIT
        dot = _DOT + UNIT if self._colour else 0
        width = metrics.horizontalAdvance(self.text()) + dot + count + 3 * UNIT
        return QSize(width, metrics.height() + UNIT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Its text may be cut short."""
        return QSize(6 * UNIT, self.sizeHint().height())

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's own
        """Show the whole text where it is cut short."""
        cut = self.sizeHint().width() > self.width()
        self.setToolTip(self.text() if cut else "")
        super().enterEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw the line."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self)
        whole = QRectF(self.rect())
        self._ground(painter, whole)
        inner = whole.adjusted(UNIT, 0, -UNIT, 0)
        empty = self._count == 0 and not self.isChecked()
        painter.setPen(QColor(colours.dim if empty else colours.text))
        number = self._number()
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number)
        room = inner.width() - self.fontMetrics().horizontalAdvance(number) - UNIT
        left = inner.left()
        if self._colour:
            painter.save()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colour))
            painter.drawEllipse(QRectF(left, whole.center().y() - _DOT / 2, _DOT, _DOT))
            painter.restore()
            left, room = left + _DOT + UNIT, room - _DOT - UNIT
        painter.drawText(
            QRectF(left, 0, room, whole.height()),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            elided(painter, self.text(), room),
        )
        if self.hasFocus():
            focus_ring(painter, whole, colours)

    def _ground(self, painter: QPainter, whole: QRectF) -> None:
        colours = colours_of(self)
        if not (self.isChecked() or self.underMouse()):
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.selected if self.isChecked() else colours.hover))
        painter.drawRoundedRect(whole, CHIP_RADIUS + 2, CHIP_RADIUS + 2)
        if self.isChecked():
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(QRectF(0, HALF, 3, whole.height() - 2 * HALF), 1.5, 1.5)

    def _number(self) -> str:
        return "" if self._count is None else localised(f"{self._count:,}")

    def _name(self) -> None:
        words = self.text()
        if self._count is not None:
            words += f", {self._count:,}"
        self.setAccessibleName(words)
