"""A button that gives an answer, with its key on it."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from faceapp.gui.theme import HALF, UNIT, Colours, colours_of, text_on
from faceapp.gui.widgets.painting import CHIP_RADIUS, elided, focus_ring, key_cap

_CAP = 20
_STRIPE = 4


class Standing(Enum):
    """How an answer stands to the sample shown."""

    NONE = auto()
    GIVEN = auto()
    SUGGESTED = auto()


class ClassButton(QAbstractButton):
    """A class's name on its colour if it is the present answer, outlined if it is suggested.

    Signals:
        key_wanted(): the person wants another key for it (right click, or the menu key).
    """

    key_wanted = Signal()

    def __init__(self, name: str, key: str, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(name)
        self.key = key
        self._colour = QColor(colour)
        self._standing = Standing.NONE
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._name()

    @property
    def standing(self) -> Standing:
        """How this answer stands to the sample shown."""
        return self._standing

    def set_standing(self, standing: Standing) -> None:
        """Show how this answer stands to another sample."""
        if standing is not self._standing:
            self._standing = standing
            self._name()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Room for key and name."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.text()) + self._cap_width() + 3 * UNIT + HALF
        return QSize(width, self._cap_height() + UNIT + HALF)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """The name may be cut short."""
        return QSize(self._cap_width() + 6 * UNIT, self.sizeHint().height())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's own
        """Ask for another key."""
        event.accept()
        self.key_wanted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw key, name and standing."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self)
        whole = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        text = self._ground(painter, whole, colours)
        high = self._cap_height()
        top = whole.center().y() - high / 2
        at = QRectF(whole.left() + _STRIPE + HALF, top, self._cap_width(), high)
        if self.key:
            given = self._standing is Standing.GIVEN
            key_cap(painter, at, self.key, self._colour if given else QColor(colours.window), text)
        left = at.right() + UNIT
        room = whole.right() - left - HALF
        painter.setPen(text)
        painter.drawText(
            QRectF(left, whole.top(), room, whole.height()),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            elided(painter, self.text(), room),
        )
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), colours)

    def _ground(self, painter: QPainter, whole: QRectF, colours: Colours) -> QColor:
        """Draw what the name stands on, and return the colour to write in."""
        if self._standing is Standing.GIVEN:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour)
            painter.drawRoundedRect(whole, CHIP_RADIUS, CHIP_RADIUS)
            return text_on(self._colour)
        suggested = self._standing is Standing.SUGGESTED
        pen = (
            QPen(self._colour, 2, Qt.PenStyle.DashLine)
            if suggested
            else QPen(QColor(colours.line), 1)
        )
        painter.setPen(pen)
        hovered = self.underMouse() or self.isDown()
        painter.setBrush(QColor(colours.hover if hovered else colours.raised))
        painter.drawRoundedRect(whole, CHIP_RADIUS, CHIP_RADIUS)
        if not suggested:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour)
            stripe = QRectF(whole.left(), whole.top() + 1, _STRIPE, whole.height() - 2)
            painter.drawRoundedRect(stripe, _STRIPE / 2, _STRIPE / 2)
        return QColor(colours.text)

    def _cap_height(self) -> int:
        return max(_CAP, self.fontMetrics().height() + 2)

    def _cap_width(self) -> int:
        words = self.fontMetrics().horizontalAdvance(self.key.upper()) + UNIT
        return max(self._cap_height(), words)

    def _name(self) -> None:
        said = {
            Standing.NONE: "",
            Standing.GIVEN: self.tr(", present answer"),
            Standing.SUGGESTED: self.tr(", suggested"),
        }[self._standing]
        self.setAccessibleName(f"{self.text()}{said}")
