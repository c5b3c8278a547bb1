"""Shares as bars, a line each: name, bar from 0 to 100%, and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent

from faceapp.gui.theme import HALF, UNIT, colours_of
from faceapp.gui.widgets.charts import Chart
from faceapp.gui.widgets.painting import elided

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class ShareLine:
    """A line: `share` in 0..1; `words` stand at its end. Without a share it is a heading."""

    name: str
    share: float | None = None
    words: str = ""
    colour: str = ""


class ShareBars(Chart):
    """Lines of bars that can be compared with one another."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._lines: tuple[ShareLine, ...] = ()

    @property
    def lines(self) -> tuple[ShareLine, ...]:
        """What is shown."""
        return self._lines

    def show_lines(self, lines: Sequence[ShareLine]) -> None:
        """Show these."""
        self._lines = tuple(lines)
        self.setAccessibleDescription(", ".join(f"{line.name} {line.words}" for line in lines))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """As high as its lines."""
        return QSize(48 * UNIT, self._row_height() * max(len(self._lines), 1))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw the lines."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, metrics = colours_of(self), self.fontMetrics()
        names = max((metrics.horizontalAdvance(line.name) for line in self._lines), default=0)
        names = min(names, self.width() // 3)
        said = max((metrics.horizontalAdvance(line.words) for line in self._lines), default=0)
        for place, line in enumerate(self._lines):
            row = QRectF(0, place * self._row_height(), self.width(), self._row_height())
            painter.setPen(QColor(colours.dim if line.share is None else colours.text))
            painter.drawText(row, _LEFT, elided(painter, line.name, row.width()))
            if line.share is None:
                continue
            painter.setPen(QColor(colours.dim))
            painter.drawText(row, _RIGHT, line.words)
            thick = metrics.height() * 0.7
            width = max(0.0, row.width() - names - said - 4 * UNIT)
            top = row.center().y() - thick / 2
            track = QRectF(names + 2 * UNIT, top, width, thick)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.window))
            painter.drawRoundedRect(track, HALF - 1, HALF - 1)
            track.setWidth(max(3.0, width * line.share))
            painter.setBrush(QColor(line.colour or colours.accent))
            painter.drawRoundedRect(track, HALF - 1, HALF - 1)
