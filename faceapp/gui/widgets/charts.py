"""Charts drawn by hand: bars of shares, rows of shares, histograms. They know nothing of datasets.

Each is one widget with its figures in words as its accessible description.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from faceapp.gui.text import number, percent
from faceapp.gui.theme import HALF, SMALL, UNIT, Colours, colours_of, contrast, sized, text_on
from faceapp.gui.widgets.painting import elided

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter

_SHORTEST = 4 * UNIT  # px below which a bar tells nothing
_VISIBLE = 1.6  # contrast below which a colour needs an outline


@dataclass(frozen=True)
class Part:
    """A class and how many it has."""

    name: str
    colour: str
    count: int


@dataclass(frozen=True)
class ShareRow:
    """A row that is divided into parts."""

    name: str
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """All of its parts together."""
        return sum(part.count for part in self.parts)


def shares(parts: Sequence[Part]) -> list[float]:
    """The share of each part in all of them, 0..1; all 0 where there is nothing."""
    total = sum(part.count for part in parts)
    return [part.count / total if total else 0.0 for part in parts]


def swatch_pen(colour: QColor, colours: Colours) -> QPen:
    """An outline for a class's colour where it would hardly stand out from the card."""
    if contrast(colour, colours.base) >= _VISIBLE:
        return QPen(Qt.PenStyle.NoPen)
    return QPen(QColor(colours.dim), 1)


def _row_words(row: ShareRow) -> str:
    parts = (
        f"{part.name} {percent(share)}"
        for part, share in zip(row.parts, shares(row.parts), strict=True)
        if part.count
    )
    return f"{row.name} ({number(row.total)}): {', '.join(parts)}"


def _whole(value: float) -> str:
    return number(round(value))


class Chart(QWidget):
    """What all charts have in common: a fixed height, and their figures in words."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Names may be cut short."""
        return QSize(24 * UNIT, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Larger text takes more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def _row_height(self) -> int:
        return self.fontMetrics().height() + UNIT


class BarList(Chart):
    """A line for each class: its name, a bar as long as its share, share and number."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._parts: tuple[Part, ...] = ()

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Show these classes."""
        self._parts = tuple(parts)
        words = (
            f"{part.name} {percent(share)} ({number(part.count)})"
            for part, share in zip(parts, shares(parts), strict=True)
        )
        self.setAccessibleDescription(", ".join(words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """As high as its lines."""
        return QSize(48 * UNIT, self._row_height() * len(self._parts))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw the lines."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self)
        metrics = self.fontMetrics()
        figures = metrics.horizontalAdvance(">99%")
        counts = max(
            (metrics.horizontalAdvance(number(part.count)) for part in self._parts), default=0
        )
        names = self._names_width(self.width() - figures - counts - 5 * UNIT)
        for place, (part, share) in enumerate(zip(self._parts, shares(self._parts), strict=True)):
            line = QRectF(0, place * self._row_height(), self.width(), self._row_height())
            painter.setPen(QColor(colours.text))
            painter.drawText(line, _LEFT, elided(painter, part.name, names))
            painter.setPen(QColor(colours.dim))
            painter.drawText(line, _RIGHT, number(part.count))
            line.setRight(line.right() - counts - 2 * UNIT)
            painter.setPen(QColor(colours.text))
            painter.drawText(line, _RIGHT, percent(share))
            track = line.adjusted(names + 2 * UNIT, 0, -figures - UNIT, 0)
            self._bar(painter, track, QColor(part.colour), share, colours)

    def _names_width(self, room: float) -> float:
        """Most of the room for names and bars, or all of it where bars would hardly show."""
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(part.name) for part in self._parts), default=0) + 2
        most = min(widest, room * 2 / 3)
        return most if room - most >= _SHORTEST else min(widest, room)

    def _bar(
        self, painter: QPainter, track: QRectF, colour: QColor, length: float, colours: Colours
    ) -> None:
        if track.width() < _SHORTEST:  # the figures say it too
            return
        thick = self.fontMetrics().height() * 0.7
        track = QRectF(track.left(), track.center().y() - thick / 2, track.width(), thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.window))
        painter.drawRoundedRect(track, HALF - 1, HALF - 1)
        if length:
            painter.setPen(swatch_pen(colour, colours))
            painter.setBrush(colour)
            track.setWidth(max(3.0, track.width() * length))
            painter.drawRoundedRect(track, HALF - 1, HALF - 1)


class ShareRows(Chart):
    """A bar for each row, the whole width long and divided by the shares of its parts.

    A share is written where it fits, and said with its number under the mouse; a legend is above.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._rows: tuple[ShareRow, ...] = ()
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_rows(self, rows: Sequence[ShareRow]) -> None:
        """Show these rows, all divided into the same classes in the same order."""
        self._rows = tuple(rows)
        self.setAccessibleDescription("; ".join(map(_row_words, rows)))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's own
        """A narrow legend takes several lines."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's own
        """Legend and rows."""
        return self._legend_height(width) + len(self._rows) * self._pitch()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Height at a usual width; layouts ask for that at theirs."""
        return QSize(48 * UNIT, self.heightForWidth(48 * UNIT))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """The legend takes several lines and names may be cut short."""
        return QSize(24 * UNIT, 0)

    def _pitch(self) -> int:
        return self._row_height() + UNIT

    def _small(self) -> QFont:
        return sized(self.font(), SMALL)

    def _names_width(self) -> int:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(row.name) for row in self._rows), default=0)
        return min(widest + 2, self.width() // 4)

    def _counts_width(self) -> int:
        metrics = self.fontMetrics()
        return max((metrics.horizontalAdvance(number(row.total)) for row in self._rows), default=0)

    def _legend(self, width: int) -> Iterator[tuple[QPointF, Part]]:
        """The top left corner of each legend entry that has any samples."""
        metrics = self.fontMetrics()
        x, y = 0.0, 0.0
        for part in self._seen():
            entry = metrics.horizontalAdvance(part.name) + metrics.height() + UNIT
            if x and x + entry > width:
                x, y = 0.0, y + self._row_height()
            yield QPointF(x, y), part
            x += entry + UNIT

    def _seen(self) -> list[Part]:
        parts = self._rows[0].parts if self._rows else ()
        return [
            part
            for place, part in enumerate(parts)
            if any(row.parts[place].count for row in self._rows)
        ]

    def _legend_height(self, width: int) -> int:
        last = max((corner.y() for corner, _part in self._legend(width)), default=0.0)
        return int(last) + self._row_height() + HALF

    def _bars(self) -> Iterator[tuple[ShareRow, QRectF]]:
        """Each row with the place of its bar."""
        left = self._names_width() + 2 * UNIT
        right = self.width() - self._counts_width() - 2 * UNIT
        top = self._legend_height(self.width())
        for place, row in enumerate(self._rows):
            y = top + place * self._pitch() + HALF
            yield row, QRectF(left, y, max(1, right - left), self._row_height())

    def _cells(self, row: ShareRow, bar: QRectF) -> Iterator[tuple[Part, float, QRectF]]:
        """Each part that is there, its share, and its place in the row's bar."""
        x = bar.left()
        for part, share in zip(row.parts, shares(row.parts), strict=True):
            width = bar.width() * share
            if part.count:
                yield part, share, QRectF(x, bar.top(), width, bar.height())
            x += width

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw legend and bars."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self)
        for corner, part in self._legend(self.width()):
            self._paint_entry(painter, corner, part, colours)
        for row, bar in self._bars():
            self._paint_row(painter, row, bar, colours)

    def _paint_entry(
        self, painter: QPainter, corner: QPointF, part: Part, colours: Colours
    ) -> None:
        dot = self.fontMetrics().height() * 0.6
        middle = corner.y() + self._row_height() / 2
        painter.setPen(swatch_pen(QColor(part.colour), colours))
        painter.setBrush(QColor(part.colour))
        painter.drawRoundedRect(QRectF(corner.x(), middle - dot / 2, dot, dot), 2, 2)
        painter.setPen(QColor(colours.dim))
        text = QRectF(corner.x() + dot + HALF + 2, corner.y(), self.width(), self._row_height())
        painter.drawText(text, _LEFT, part.name)

    def _paint_row(self, painter: QPainter, row: ShareRow, bar: QRectF, colours: Colours) -> None:
        line = QRectF(0, bar.top(), self.width(), bar.height())
        painter.setPen(QColor(colours.text))
        painter.drawText(line, _LEFT, elided(painter, row.name, self._names_width()))
        painter.setPen(QColor(colours.dim))
        painter.drawText(line, _RIGHT, number(row.total))
        painter.save()
        round_ends = QPainterPath()
        round_ends.addRoundedRect(bar, HALF, HALF)
        painter.setClipPath(round_ends)
        painter.setFont(self._small())
        for part, share, cell in self._cells(row, bar):
            painter.fillRect(cell, QColor(part.colour))
            painter.fillRect(QRectF(cell.right() - 1, cell.top(), 1, cell.height()), colours.base)
            words = percent(share)
            if painter.fontMetrics().horizontalAdvance(words) + HALF <= cell.width():
                painter.setPen(text_on(part.colour))
                painter.drawText(cell, _CENTRE, words)
        painter.restore()

    def event(self, event: QEvent) -> bool:
        """Say what is under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def words_at(self, point: QPointF) -> str:
        """The figures of the part at a point; "" beside the bars."""
        for row, bar in self._bars():
            for part, share, cell in self._cells(row, bar):
                if cell.contains(point):
                    return f"{row.name}, {part.name}: {percent(share)} ({number(part.count)})"
        return ""


class HistogramView(Chart):
    """Bars over a scale of pixels, with the median marked."""

    _HEIGHT = 12 * UNIT

    def __init__(self, title: str, unit: str, median_words: str) -> None:
        """`median_words` holds {0} for the median and its unit."""
        super().__init__(title)
        self._unit = unit
        self._median_words = median_words
        self._start = self._width = self._median = 0.0
        self._counts: tuple[int, ...] = ()

    def show_counts(self, start: float, width: float, counts: Sequence[int], median: float) -> None:
        """Show bins of equal width from `start` on; the last may hold all that is greater."""
        self._start, self._width, self._median = start, width, median
        self._counts = tuple(counts)
        stop = start + width * len(counts)
        self.setAccessibleDescription(
            f"{_whole(start)}-{_whole(stop)} {self._unit}; {self._words_of_median()}"
        )
        self.update()

    def _words_of_median(self) -> str:
        return self._median_words.format(f"{_whole(self._median)} {self._unit}")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Bars and scale."""
        return QSize(40 * UNIT, self._HEIGHT + 2 * self._row_height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw bars, scale and median."""
        del event
        if not self._counts:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self)
        line = self._row_height()
        area = QRectF(0, line, self.width(), self.height() - 2 * line)
        step = area.width() / len(self._counts)
        highest = max(self._counts)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.accent))
        for place, count in enumerate(self._counts):
            if count:
                height = max(2.0, area.height() * count / highest)
                left = area.left() + place * step
                painter.drawRoundedRect(
                    QRectF(left + 1, area.bottom() - height, max(1.0, step - 2), height), 2, 2
                )
        painter.fillRect(QRectF(0, area.bottom(), area.width(), 1), QColor(colours.line))
        self._paint_scale(painter, area, colours)
        self._paint_median(painter, area, colours)

    def _paint_scale(self, painter: QPainter, area: QRectF, colours: Colours) -> None:
        painter.setFont(sized(self.font(), SMALL))
        painter.setPen(QColor(colours.dim))
        stop = self._start + self._width * len(self._counts)
        below = QRectF(0, area.bottom(), area.width(), self._row_height())
        for align, value in (
            (_LEFT, self._start),
            (_CENTRE, (self._start + stop) / 2),
            (_RIGHT, stop),
        ):
            painter.drawText(below, align, f"{_whole(value)} {self._unit}")

    def _paint_median(self, painter: QPainter, area: QRectF, colours: Colours) -> None:
        reach = self._width * len(self._counts)
        share = min(1.0, (self._median - self._start) / reach)
        x = area.left() + share * area.width()
        painter.setPen(QPen(QColor(colours.text), 1.5, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        words = self._words_of_median()
        width = painter.fontMetrics().horizontalAdvance(words)
        left = min(max(0.0, x - width / 2), area.width() - width)
        painter.setPen(QColor(colours.text))
        painter.drawText(QRectF(left, 0, width + 1, self._row_height()), _CENTRE, words)
