"""The values of a check as a histogram, with the threshold as a handle on it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from faceapp.gui.theme import HALF, SMALL, UNIT, Colours, colours_of, sized
from faceapp.gui.widgets.charts import Chart

_BINS = 60
_HEIGHT = 9 * UNIT
_STEPS = 100  # that the arrow keys cross the scale in
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


class ThresholdView(Chart):
    """Bars of all values, those that are findings in another colour, and the handle between them.

    Signals:
        moved(float): the person moves the threshold.
    """

    moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Threshold"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setToolTip(self.tr("Drag, or press Left and Right; Home: the usual threshold"))
        self._counts: list[int] = []
        self._low, self._high = 0.0, 1.0
        self._format = "g"
        self._findings_are_low = True
        self.usual = 0.0
        self.threshold = 0.0

    def show_values(
        self,
        values: Sequence[float],
        ends: tuple[float, float],
        *,
        low: bool,
        usual: float,
        threshold: float,
        form: str,
    ) -> None:
        """Show ascending values, the scale as far as two values `ends` between which it matters.

        `low` says that values below the threshold are findings; `form` is their format: ".0%".
        """
        self._format, self._findings_are_low, self.usual = form, low, usual
        self._low = min(max(values[0], min(ends)), threshold, usual)
        self._high = max(min(values[-1], max(ends)), threshold, usual)
        if self._low == self._high:
            self._high += 1.0
        width = (self._high - self._low) / _BINS
        edges = [bisect_left(values, self._low + width * each) for each in range(_BINS)]
        bounds = [*edges, bisect_right(values, self._high)]
        self._counts = [bounds[each + 1] - bounds[each] for each in range(_BINS)]
        self.show_threshold(threshold)

    def show_threshold(self, threshold: float) -> None:
        """Show the handle there."""
        self.threshold = threshold
        self.setAccessibleDescription(self.tr("at {0}").format(self._words(threshold)))
        self.update()

    def _words(self, value: float) -> str:
        return format(value, self._format)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Bars, the handle's value above and the scale below."""
        return QSize(40 * UNIT, _HEIGHT + 2 * self._row_height())

    # -- moving

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Arrows move the threshold, Home puts it back."""
        step = (self._high - self._low) / _STEPS
        to = {
            Qt.Key.Key_Left: self.threshold - step,
            Qt.Key.Key_Right: self.threshold + step,
            Qt.Key.Key_PageDown: self.threshold - 10 * step,
            Qt.Key.Key_PageUp: self.threshold + 10 * step,
            Qt.Key.Key_Home: self.usual,
        }.get(Qt.Key(event.key()))
        if to is None:
            super().keyPressEvent(event)
            return
        self._move(to)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Take the handle there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._move(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Drag the handle."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move(self._value_at(event.position().x()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Put the handle back."""
        del event
        self._move(self.usual)

    def _move(self, value: float) -> None:
        value = min(max(value, self._low), self._high)
        if value != self.threshold:
            self.show_threshold(value)
            self.moved.emit(value)

    def _value_at(self, x: float) -> float:
        area = self._area()
        return self._low + (x - area.left()) / area.width() * (self._high - self._low)

    def x_of(self, value: float) -> float:
        """Where a value stands in the widget."""
        area = self._area()
        return area.left() + (value - self._low) / (self._high - self._low) * area.width()

    def _area(self) -> QRectF:
        line = self._row_height()
        return QRectF(UNIT, line, max(1, self.width() - 2 * UNIT), self.height() - 2 * line)

    # -- painting

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's own
        """Show that keys go here."""
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw bars, scale and handle."""
        del event
        if not self._counts:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, area = colours_of(self), self._area()
        self._paint_bars(painter, area, colours)
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), QColor(colours.line))
        painter.setFont(sized(self.font(), SMALL))
        painter.setPen(QColor(colours.dim))
        below = QRectF(area.left(), area.bottom(), area.width(), self._row_height())
        painter.drawText(below, _LEFT, self._words(self._low))
        painter.drawText(below, _RIGHT, self._words(self._high))
        self._paint_handle(painter, area, colours)

    def _paint_bars(self, painter: QPainter, area: QRectF, colours: Colours) -> None:
        """Heights by the square root, so that a few bad ones beside thousands are seen."""
        highest = max(*self._counts, 1) ** 0.5
        step = area.width() / _BINS
        edge = self.x_of(self.threshold)
        quiet = QColor(colours.handle)
        quiet.setAlphaF(0.55)
        for place, count in enumerate(self._counts):
            if not count:
                continue
            height = max(2.0, area.height() * count**0.5 / highest)
            left = area.left() + place * step
            found = (left + step / 2 < edge) == self._findings_are_low
            bar = QRectF(left + 0.5, area.bottom() - height, max(1.0, step - 1), height)
            painter.fillRect(bar.toAlignedRect(), QColor(colours.warning) if found else quiet)

    def _paint_handle(self, painter: QPainter, area: QRectF, colours: Colours) -> None:
        x = self.x_of(self.threshold)
        colour = QColor(colours.accent)
        painter.setPen(QPen(colour, 3 if self.hasFocus() else 2))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        size = UNIT if self.hasFocus() else UNIT - 2
        bottom = area.bottom() + 1
        grip = [
            QPointF(x, bottom),
            QPointF(x - size, bottom + size),
            QPointF(x + size, bottom + size),
        ]
        painter.drawPolygon(QPolygonF(grip))
        words = self._words(self.threshold)
        width = painter.fontMetrics().horizontalAdvance(words) + UNIT
        left = min(max(0.0, x - width / 2), self.width() - width)
        painter.setPen(QColor(colours.text))
        painter.drawText(QRectF(left, 0, width, self._row_height() - HALF), _CENTRE, words)


def apart(values: Sequence[float]) -> bool:
    """Whether ascending values tell so many things apart that a threshold may be moved."""
    if not values:
        return False
    second = bisect_right(values, values[0])
    return second < len(values) and bisect_right(values, values[second]) < len(values)
