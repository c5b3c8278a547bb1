"""The table that holds scraped images beside originals: a line a measure, a column a source."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from faceapp.gui.language import localised, tr
from faceapp.gui.overview.by_source import SourceFigures, Spread
from faceapp.gui.text import number, percent
from faceapp.gui.theme import SMALL, UNIT, colours_of, sized
from faceapp.gui.widgets.charts import Chart
from faceapp.gui.widgets.painting import elided

_FIRST_LETTERS = 12
Measure = tuple[str, Callable[[SourceFigures], Spread | None], Callable[[float], str]]


def _pixels(value: float) -> str:
    return number(round(value))


def _tenths(value: float) -> str:
    return localised(f"{value:.2f}")


def lines(sources: Mapping[str, SourceFigures]) -> list[tuple[str, list[str]]]:
    """Every measure that is known of any source, with a cell for each of them.

    A cell is the median and, in brackets, the middle half: "112 (96-180)".
    """
    measures: tuple[Measure, ...] = (
        (tr("image, px"), lambda each: each.image_side, _pixels),
        (tr("face, px"), lambda each: each.face_side, _pixels),
        (tr("sharpness"), lambda each: each.sharpness, _tenths),
        (tr("contrast"), lambda each: each.contrast, _tenths),
        (tr("strength"), lambda each: each.strength, percent),
    )
    found = [(tr("images"), [number(each.samples) for each in sources.values()])]
    for name, spread_of, words in measures:
        spreads = [spread_of(each) for each in sources.values()]
        if any(spreads):
            found.append((name, [_cell(each, words) for each in spreads]))
    return found


def _cell(spread: Spread | None, words: Callable[[float], str]) -> str:
    if spread is None:
        return "\u2013"
    return tr("{0} ({1}\u2013{2})").format(
        words(spread.median), words(spread.low), words(spread.high)
    )


class SourceTable(Chart):
    """Painted like the other charts, and read out as one."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._names: list[str] = []
        self._lines: list[tuple[str, list[str]]] = []

    def show_sources(self, sources: Mapping[str, SourceFigures]) -> None:
        """Show these sources, by name."""
        self._names = list(sources)
        self._lines = lines(sources)
        self.setAccessibleDescription(
            "; ".join(
                f"{name}: " + ", ".join(f"{s} {c}" for s, c in zip(self._names, cells, strict=True))
                for name, cells in self._lines
            )
        )
        self.updateGeometry()
        self.update()

    def _pitch(self) -> int:
        return self.fontMetrics().height() + UNIT

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """A line a measure, and one for the names."""
        return QSize(48 * UNIT, (len(self._lines) + 1) * self._pitch())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Words may be cut short."""
        return QSize(24 * UNIT, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw names, measures and cells."""
        del event
        painter = QPainter(self)
        colours = colours_of(self)
        first = _FIRST_LETTERS * self.fontMetrics().averageCharWidth()
        column = (self.width() - first) / max(len(self._names), 1)
        painter.setPen(QColor(colours.dim))
        painter.setFont(sized(self.font(), SMALL))
        for place, name in enumerate(self._names):
            self._write(painter, first + place * column, 0, column, name)
        painter.setFont(self.font())
        for line, (measure, cells) in enumerate(self._lines, start=1):
            painter.setPen(QColor(colours.dim))
            self._write(painter, 0, line, first, measure)
            for place, cell in enumerate(cells):
                self._write_cell(painter, first + place * column, line, column, cell)

    def _write_cell(
        self, painter: QPainter, left: float, line: int, width: float, text: str
    ) -> None:
        """The median large, the range smaller and paler."""
        median, bracket, rest = text.partition(" (")
        colours, wide = colours_of(self), self.fontMetrics().horizontalAdvance(f"{median} ")
        painter.setPen(QColor(colours.text))
        self._write(painter, left, line, width, median)
        painter.setPen(QColor(colours.dim))
        painter.setFont(sized(self.font(), SMALL))
        if bracket:
            self._write(painter, left + wide, line, width - wide, f"({rest}")
        painter.setFont(self.font())

    def _write(self, painter: QPainter, left: float, line: int, width: float, text: str) -> None:
        room = width - UNIT
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        top = line * self._pitch()
        painter.drawText(
            round(left), top, round(room), self._pitch(), int(flags), elided(painter, text, room)
        )
