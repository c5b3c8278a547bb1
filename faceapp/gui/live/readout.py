"""What is read, large: the expression, how probable each class is, and the last minute."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import percent
from faceapp.gui.theme import HALF, SMALL, UNIT, colours_of, sized
from faceapp.gui.widgets.charts import Chart, swatch_pen
from faceapp.gui.widgets.elided_label import ElidedLabel
from faceapp.gui.widgets.painting import elided

if TYPE_CHECKING:
    from faceapp.live.readings import FrameReading, Reading

WINDOW_SECONDS = 60.0
NO_CLASS = "#bebebe"
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_GAP_SECONDS = 1.0  # without readings for longer, the plot's lines are broken
_BETWEEN_SECONDS = 0.1  # points closer than a pixel are not kept


class ProbabilityBars(Chart):
    """A line for each class: name, bar, percent; the raw value is a thin mark on the bar."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._colours: Mapping[str, str] = {}
        self.shown: tuple[float, ...] = ()
        self.raw: tuple[float, ...] = ()

    def set_classes(self, colours: Mapping[str, str]) -> None:
        """Have a line for each class."""
        self._colours, self.shown, self.raw = dict(colours), (), ()
        self.updateGeometry()
        self.update()

    def show_values(self, shown: Sequence[float], raw: Sequence[float]) -> None:
        """Show probabilities, 0..1, in the order of the classes; none where there is no face."""
        self.shown, self.raw = tuple(shown), tuple(raw)
        words = (f"{n} {percent(p)}" for n, p in zip(self._colours, self.shown, strict=False))
        self.setAccessibleDescription(", ".join(words))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """As high as its lines."""
        return QSize(30 * UNIT, self._pitch() * len(self._colours))

    def _pitch(self) -> int:
        return self.fontMetrics().height() + HALF

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw the lines."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        names = max((metrics.horizontalAdvance(name) for name in self._colours), default=0) + 2
        names = min(names, self.width() // 2)
        figures = metrics.horizontalAdvance(">99%") + UNIT
        for place, (name, colour) in enumerate(self._colours.items()):
            line = QRectF(0, place * self._pitch(), self.width(), self._pitch())
            value = self.shown[place] if place < len(self.shown) else None
            raw = self.raw[place] if place < len(self.raw) else None
            colours = colours_of(self)
            painter.setPen(QColor(colours.text if value is not None else colours.dim))
            painter.drawText(line, _LEFT, elided(painter, name, names))
            painter.drawText(line, _RIGHT, "" if value is None else percent(value))
            self._bar(painter, line.adjusted(names + UNIT, 0, -figures, 0), colour, value, raw)

    def _bar(
        self, painter: QPainter, line: QRectF, colour: str, value: float | None, raw: float | None
    ) -> None:
        colours = colours_of(self)
        thick = self.fontMetrics().height() * 0.6
        track = QRectF(line.left(), line.center().y() - thick / 2, line.width(), thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.window))
        painter.drawRoundedRect(track, HALF - 1, HALF - 1)
        if value is None:
            return
        filled = QRectF(track)
        filled.setWidth(max(2.0, track.width() * value))
        painter.setPen(swatch_pen(QColor(colour), colours))
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(filled, HALF - 1, HALF - 1)
        if raw is not None:
            x = track.left() + track.width() * raw
            painter.setPen(QPen(QColor(colours.dim), 1))
            painter.drawLine(QPointF(x, track.top() - 1), QPointF(x, track.bottom() + 1))


class RollingPlot(QWidget):
    """Probabilities of the last minute, a line a class, now at the right edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("The last 60 seconds"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(56 * UNIT)
        self._colours: Mapping[str, str] = {}
        self._points: deque[tuple[float, tuple[float, ...]]] = deque()
        self._now = 0.0

    @property
    def points(self) -> int:
        """How many moments are kept."""
        return len(self._points)

    def set_classes(self, colours: Mapping[str, str]) -> None:
        """Begin anew with these classes."""
        self._colours = dict(colours)
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self._points.clear()
        self.update()

    def add(self, time: float, values: Sequence[float]) -> None:
        """Probabilities at `time` seconds; none where there is no face."""
        if time < self._now:
            self._points.clear()
        self._now = time
        if values and not (self._points and time - self._points[-1][0] < _BETWEEN_SECONDS):
            self._points.append((time, tuple(values)))
        while self._points and time - self._points[0][0] > WINDOW_SECONDS:
            self._points.popleft()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Wide and low."""
        return QSize(30 * UNIT, 14 * UNIT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Enough to see a wave."""
        return QSize(16 * UNIT, 7 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw grid and lines."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self)
        painter.setFont(sized(self.font(), SMALL))
        high = painter.fontMetrics().height()
        area = QRectF(self.rect()).adjusted(0, 2, 0, -high - 2)
        painter.setPen(QPen(QColor(colours.line), 1))
        for share in (0.0, 0.5, 1.0):
            y = area.bottom() - share * area.height()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(QColor(colours.dim))
        for share in (0.5, 1.0):
            y = area.bottom() - share * area.height() + 1
            painter.drawText(QRectF(0, y, self.width(), high), _LEFT, percent(share))
        below = QRectF(0, area.bottom() + 2, self.width(), high)
        painter.drawText(below, _LEFT, self.tr("-60 s"))
        painter.drawText(below, _RIGHT, self.tr("now"))
        for place, colour in enumerate(self._colours.values()):
            painter.setPen(QPen(QColor(colour), 2))
            for line in self._lines(place, area):
                painter.drawPolyline(line)

    def _lines(self, place: int, area: QRectF) -> list[QPolygonF]:
        lines: list[QPolygonF] = []
        last = -WINDOW_SECONDS
        for time, values in self._points:
            if not lines or time - last > _GAP_SECONDS:
                lines.append(QPolygonF())
            x = area.right() - (self._now - time) / WINDOW_SECONDS * area.width()
            lines[-1].append(QPointF(x, area.bottom() - values[place] * area.height()))
            last = time
        return lines


class LargeName(ElidedLabel):
    """A word in large type behind a stripe of its class's colour.

    The colour stands beside the word: as its text it would be too pale on the card.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colour = ""
        self.setContentsMargins(2 * UNIT, 0, 0, 0)
        give_role(self, "display")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw stripe and word."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colour or colours_of(self).line))
        painter.drawRoundedRect(QRectF(0, HALF, UNIT, self.height() - UNIT), HALF, HALF)


class Readout(QFrame):
    """The largest face's reading."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_role(self, "card")
        self.large = LargeName()
        self.small = QLabel()
        self.small.setWordWrap(True)
        give_role(self.small, "dim")
        self.bars = ProbabilityBars(self.tr("Probabilities"))
        self.plot = RollingPlot()
        self.whole_title = QLabel(self.tr("Share of the whole video"))
        give_role(self.whole_title, "dim")
        self.whole = ProbabilityBars(self.whole_title.text())
        self._colours: Mapping[str, str] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        layout.setSpacing(HALF)
        layout.addWidget(self.large)
        layout.addWidget(self.small)
        layout.addSpacing(HALF)
        layout.addWidget(self.bars)
        layout.addSpacing(HALF)
        layout.addWidget(self.plot, 100)
        layout.addWidget(self.whole_title)
        layout.addWidget(self.whole)
        layout.addStretch(1)  # takes the room of a plot that is hidden
        self.show_whole({})
        self.show_nothing()

    def set_classes(self, colours: Mapping[str, str]) -> None:
        """Read other classes from now on."""
        self._colours = colours
        self.bars.set_classes(colours)
        self.plot.set_classes(colours)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Nothing is watched."""
        self._say("\u2013", "")
        self.bars.show_values((), ())
        self.plot.clear()

    def show_whole(self, share: Mapping[str, float]) -> None:
        """Show how much of a video's time was read as what, 0..1; nothing where there is none."""
        self.whole.set_classes({name: self._colours.get(name, NO_CLASS) for name in share})
        self.whole.show_values(tuple(share.values()), ())
        for each in (self.whole_title, self.whole):
            each.setVisible(bool(share))

    def show_reading(self, read: FrameReading) -> None:
        """Show the largest face of a frame, the first."""
        first = next(iter(read.readings), None)
        self.bars.show_values(first.shown if first else (), first.raw if first else ())
        if read.time is not None:
            self.plot.add(read.time, first.shown if first else ())
        if read.problem:
            self._say(self.tr("not read"), read.problem)
        elif first is None:
            self._say(self.tr("no face"), self.tr("Come into view, and look at the camera."))
        else:
            self._show_face(first, len(read.readings))

    def _show_face(self, first: Reading, faces: int) -> None:
        others = self.tr("{0} faces; this is face {1}").format(faces, first.number)
        others = others if faces > 1 else ""
        if first.label in self._colours:
            sure = percent(first.confidence)
            self._say(first.label, " \u00b7 ".join(filter(None, (sure, others))))
        elif first.raw:
            best = list(self._colours)[first.shown.index(max(first.shown))]
            words = self.tr("perhaps {0}, {1}").format(best, percent(first.confidence))
            self._say(self.tr("unsure"), " \u00b7 ".join(filter(None, (words, others))))
        else:
            self._say(self.tr("too small"), self.tr("Come nearer: the face is too small to read."))

    def _say(self, large: str, small: str) -> None:
        if large != self.large.text():
            self.large.colour = self._colours.get(large, "")
            self.large.setText(large)
            self.large.update()  # the stripe too: a label itself updates no more than its text
        if small != self.small.text():
            self.small.setText(small)
        self.setAccessibleName(f"{large}. {small}")
