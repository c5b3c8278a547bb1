"""How likely a label is, beside what the model would say: bars that are read at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from faceapp.gui.text import percent
from faceapp.gui.theme import UNIT, Colours, colours_of
from faceapp.gui.widgets.charts import Chart, swatch_pen
from faceapp.gui.widgets.painting import elided

_THICK = 10
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Likelihood:
    """One class: what it is to the sample ("now"), and how likely it is, 0..1."""

    role: str
    name: str
    colour: str
    share: float


class DoubtBars(Chart):
    """A line for each class: role, name, bar, probability."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Probabilities"))
        self._lines: tuple[Likelihood, ...] = ()

    @property
    def lines(self) -> tuple[Likelihood, ...]:
        """What is shown."""
        return self._lines

    def show_lines(self, lines: Sequence[Likelihood]) -> None:
        """Show these classes; none hides the bars."""
        self._lines = tuple(lines)
        words = (f"{each.role} {each.name} {percent(each.share)}" for each in lines)
        self.setAccessibleDescription(", ".join(words))
        self.setVisible(bool(lines))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """As high as its lines."""
        return QSize(48 * UNIT, self._row_height() * len(self._lines))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw the lines."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, colours = self.fontMetrics(), colours_of(self)
        roles = self._widest([each.role for each in self._lines])
        names = min(self._widest([each.name for each in self._lines]), self.width() // 3)
        figures = metrics.horizontalAdvance(">99%") + UNIT
        for place, each in enumerate(self._lines):
            line = QRectF(0, place * self._row_height(), self.width(), self._row_height())
            painter.setPen(QColor(colours.dim))
            painter.drawText(line, _LEFT, each.role)
            painter.setPen(QColor(colours.text))
            name = elided(painter, each.name, names)
            painter.drawText(line.adjusted(roles, 0, 0, 0), _LEFT, name)
            painter.drawText(line, _RIGHT, percent(each.share))
            left, room = roles + names + UNIT, self.width() - roles - names - figures - UNIT
            track = QRectF(left, line.center().y() - _THICK / 2, max(1, room), _THICK)
            self._paint_bar(painter, track, each, colours)

    def _widest(self, words: Sequence[str]) -> int:
        metrics = self.fontMetrics()
        return max((metrics.horizontalAdvance(each) for each in words), default=0) + UNIT

    def _paint_bar(
        self, painter: QPainter, track: QRectF, line: Likelihood, colours: Colours
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.line))
        painter.drawRoundedRect(track, _THICK / 2, _THICK / 2)
        if line.share > 0:
            track.setWidth(max(track.width() * line.share, _THICK))
            painter.setPen(swatch_pen(QColor(line.colour), colours))
            painter.setBrush(QColor(line.colour))
            painter.drawRoundedRect(track, _THICK / 2, _THICK / 2)
