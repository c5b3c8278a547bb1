"""What a video shows over its whole length: a stacked area of the classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from faceapp.gui.live.service import FilmReading
from faceapp.gui.text import percent, time_left
from faceapp.gui.theme import HALF, SMALL, UNIT, colours_of, sized
from faceapp.gui.widgets.painting import focus_ring

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_STEP_SECONDS = 1.0


class Timeline(QWidget):
    """Probabilities of the largest face, one on the other; nothing where there is no face.

    Signals:
        chosen(int): the number of a frame that somebody clicked, or went to by keys.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Timeline of the video"))
        self.setToolTip(self.tr("Click, or go by Left and Right, to see a moment"))
        self._film: FilmReading | None = None
        self._colours: Mapping[str, str] = {}
        self._times: NDArray[np.float64] = np.zeros(0)
        self._values: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._drawn = QPixmap()
        self.number = 0

    def show_film(self, film: FilmReading, colours: Mapping[str, str]) -> None:
        """Show a video that was read."""
        self._film, self._colours, self.number = film, colours, 0
        self._times = np.array([each.time or 0.0 for each in film.readings])
        none = (0.0,) * len(film.classes)
        self._values = np.array(
            [(each.readings[0].shown or none) if each.readings else none for each in film.readings],
            np.float32,
        )
        words = (f"{name} {percent(part)}" for name, part in film.share.items())
        self.setAccessibleDescription(", ".join(words))
        self._drawn = QPixmap()
        self.update()

    def go_to(self, number: int) -> None:
        """Mark a frame."""
        self.number = number
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Low and wide."""
        return QSize(60 * UNIT, 8 * UNIT + self.fontMetrics().height())

    def _area(self) -> QRectF:
        return QRectF(0, 2, self.width(), self.height() - self.fontMetrics().height() - HALF)

    def number_at(self, x: float) -> int:
        """The frame whose moment lies at `x`."""
        length = max(self._times[-1], 1e-9)
        wanted = min(max(x / max(1, self.width()), 0.0), 1.0) * length
        return int(np.argmin(np.abs(self._times - wanted)))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Go to the moment that was clicked."""
        if self._film is not None and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(self.number_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Follow the mouse while it is held."""
        if self._film is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.chosen.emit(self.number_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """A second back or on; to either end."""
        steps = {Qt.Key.Key_Left: -_STEP_SECONDS, Qt.Key.Key_Right: _STEP_SECONDS}
        key = Qt.Key(event.key())
        if self._film is None:
            super().keyPressEvent(event)
        elif key in steps:
            wanted = self._times[self.number] + steps[key]
            self.chosen.emit(int(np.argmin(np.abs(self._times - wanted))))
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self.chosen.emit(0 if key is Qt.Key.Key_Home else len(self._times) - 1)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own
        """Draw anew at another width."""
        super().resizeEvent(event)
        self._drawn = QPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw areas, times and where one is."""
        del event
        painter = QPainter(self)
        colours = colours_of(self)
        area = self._area()
        painter.fillRect(area, QColor(colours.base))
        if self._film is None:
            return
        if self._drawn.isNull():
            self._drawn = self._draw(area)
        painter.drawPixmap(area.topLeft(), self._drawn)
        painter.setFont(sized(self.font(), SMALL))
        moment = float(self._times[self.number])
        x = moment / max(self._times[-1], 1e-9) * (self.width() - 2) + 1
        below = QRectF(0, area.bottom(), self.width(), self.height() - area.bottom())
        self._write_times(painter, below, x, moment)
        painter.setPen(QPen(QColor(colours.text), 2))
        painter.drawLine(int(x), 0, int(x), int(area.bottom()))
        if self.hasFocus():
            focus_ring(painter, area, colours)

    def _write_times(self, painter: QPainter, below: QRectF, x: float, moment: float) -> None:
        """The moment under its line, and both ends where it leaves them room."""
        assert self._film is not None
        colours, metrics = colours_of(self), painter.fontMetrics()
        words = time_left(moment)
        wide = metrics.horizontalAdvance(words) + 2
        left = min(max(0.0, x - wide / 2), max(0.0, below.width() - wide))
        painter.setPen(QColor(colours.dim))
        start, end = "0:00", time_left(self._film.seconds)
        if metrics.horizontalAdvance(start) + UNIT <= left:
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, start)
        if left + wide + UNIT <= below.width() - metrics.horizontalAdvance(end):
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, end)
        painter.setPen(QColor(colours.text))
        here = QRectF(left, below.top(), wide, below.height())
        painter.drawText(here, Qt.AlignmentFlag.AlignHCenter, words)

    def _draw(self, area: QRectF) -> QPixmap:
        """The areas: for each column of pixels the mean of its frames."""
        width, height = max(1, int(area.width())), area.height()
        drawn = QPixmap(width, max(1, int(height)))
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        edges = np.linspace(0, max(self._times[-1], 1e-9), width + 1)
        starts = np.searchsorted(self._times, edges[:-1])
        stops = np.maximum(np.searchsorted(self._times, edges[1:]), starts + 1)
        shades = [QColor(colour) for colour in self._colours.values()]
        for x, (start, stop) in enumerate(zip(starts, stops, strict=True)):
            values = self._values[min(start, len(self._values) - 1) : stop].mean(axis=0)
            bottom = height
            for value, shade in zip(values.tolist(), shades, strict=False):
                painter.fillRect(QRectF(x, bottom - value * height, 1, value * height), shade)
                bottom -= value * height
        painter.end()
        return drawn
