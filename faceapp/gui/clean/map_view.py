"""The map of a dataset: a dot for every face, near those that look alike.

Twenty thousand dots are painted once into a picture; hovering and the lasso only draw over it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from faceapp.gui.theme import UNIT, colours_of

_DOT = 7.0  # px across
_MARGIN = 3 * UNIT
_REACH = 10.0  # px around the mouse in which a dot is hovered over
_CELLS = 100  # cells of the plane, a side, in which dots are looked up
_SHARPEN_MS = 120
_MOST_ZOOM, _WHEEL_FACTOR = 40.0, 1.25
_SHORTEST_LASSO = 3


@dataclass(frozen=True)
class Dots:
    """Dots of one colour, by their places in the map; drawn in the order given, last on top."""

    colour: str
    places: tuple[int, ...]
    faint: bool = False


class MapView(QWidget):
    """Paints the map, finds what is under the mouse, and selects by lasso or by keys.

    Places are numbers of dots. The wheel comes nearer, the right button drags the map.

    Signals:
        hovered(int): another dot is looked at; -1 is none.
        selected(): other dots are selected.
    """

    hovered = Signal(int)
    selected = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(24 * UNIT, 24 * UNIT)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(self.tr("Map of faces"))
        self._points: list[tuple[float, float]] = []
        self._cells: dict[tuple[int, int], list[int]] = {}
        self._dots: tuple[Dots, ...] = ()
        self._selected: frozenset[int] = frozenset()
        self._current = -1
        self._zoom = 1.0
        self._middle = QPointF(0.5, 0.5)
        self._lasso: list[QPointF] = []
        self._dragged: QPointF | None = None
        self._picture: QPixmap | None = None
        self._pictured = (1.0, QPointF())  # zoom and middle that the picture was painted for
        self._sharpen = QTimer(self, interval=_SHARPEN_MS, singleShot=True)
        self._sharpen.timeout.connect(self._paint_anew)

    # -- what is shown

    def show_points(self, points: Sequence[tuple[float, float]]) -> None:
        """Show dots at these places in 0..1; nothing is selected."""
        self._points = list(points)
        cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        for place, (x, y) in enumerate(self._points):
            cells[int(x * _CELLS), int(y * _CELLS)].append(place)
        self._cells = dict(cells)
        self._current = -1
        self.select(frozenset())
        self._paint_anew()

    def show_dots(self, dots: Sequence[Dots]) -> None:
        """Show the dots in these colours."""
        self._dots = tuple(dots)
        self._paint_anew()

    @property
    def current(self) -> int:
        """The dot that is looked at; -1 is none."""
        return self._current

    @property
    def selection(self) -> frozenset[int]:
        """The dots that are selected."""
        return self._selected

    def select(self, places: frozenset[int]) -> None:
        """Select these dots."""
        if places != self._selected:
            self._selected = places
            self._paint_anew()
            self.selected.emit()

    def fit(self) -> None:
        """Show the whole map."""
        self._zoom, self._middle = 1.0, QPointF(0.5, 0.5)
        self._paint_anew()

    def point_of(self, place: int) -> QPointF:
        """Where a dot is in the widget."""
        x, y = self._points[place]
        return self._to_widget(x, y)

    def _scale(self) -> float:
        return max(1.0, min(self.width(), self.height()) - 2 * _MARGIN) * self._zoom

    def _to_widget(self, x: float, y: float) -> QPointF:
        scale = self._scale()
        middle = self._middle
        return QPointF(
            self.width() / 2 + (x - middle.x()) * scale,
            self.height() / 2 + (y - middle.y()) * scale,
        )

    def _to_map(self, at: QPointF) -> QPointF:
        scale = self._scale()
        return QPointF(
            self._middle.x() + (at.x() - self.width() / 2) / scale,
            self._middle.y() + (at.y() - self.height() / 2) / scale,
        )

    def place_at(self, at: QPointF) -> int:
        """The dot nearest to a point of the widget, -1 where there is none within reach."""
        middle, reach = self._to_map(at), _REACH / self._scale()
        columns = range(int((middle.x() - reach) * _CELLS), int((middle.x() + reach) * _CELLS) + 1)
        rows = range(int((middle.y() - reach) * _CELLS), int((middle.y() + reach) * _CELLS) + 1)
        best, nearest = -1, reach * reach
        for column in columns:
            for row in rows:
                for place in self._cells.get((column, row), ()):
                    x, y = self._points[place]
                    apart = (x - middle.x()) ** 2 + (y - middle.y()) ** 2
                    if apart <= nearest:
                        best, nearest = place, apart
        return best

    # -- mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Begin a lasso, or take hold of the map."""
        self.setFocus()
        if event.button() == Qt.MouseButton.LeftButton:
            self._lasso = [event.position()]
        elif event.button() in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
            self._dragged = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Draw the lasso on, drag the map, or look at the dot under the mouse."""
        if self._dragged is not None:
            by = event.position() - self._dragged
            self._middle -= by / self._scale()
            self._dragged = event.position()
            self._moved()
        elif self._lasso:
            self._lasso.append(event.position())
            self.update()
        else:
            self._look_at(self.place_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Select what the lasso holds, or the one dot that was clicked; Shift adds."""
        self._dragged = None
        lasso, self._lasso = self._lasso, []
        if not lasso:
            return
        if len(lasso) < _SHORTEST_LASSO:
            found = {self.place_at(lasso[0])} - {-1}
        else:
            found = self._inside(QPolygonF(lasso))
        adds = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.select(frozenset(found) | (self._selected if adds else frozenset()))
        self.update()

    def _inside(self, polygon: QPolygonF) -> set[int]:
        bounds, rule = polygon.boundingRect(), Qt.FillRule.OddEvenFill
        first, last = self._to_map(bounds.topLeft()), self._to_map(bounds.bottomRight())
        return {
            place
            for place, (x, y) in enumerate(self._points)
            if first.x() <= x <= last.x()
            and first.y() <= y <= last.y()
            and polygon.containsPoint(self._to_widget(x, y), rule)
        }

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Show the whole map."""
        del event
        self._lasso = []
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's own
        """Come nearer to what is under the mouse, or go away from it."""
        if event.angleDelta().y():
            nearer = event.angleDelta().y() > 0
            factor = _WHEEL_FACTOR if nearer else 1 / _WHEEL_FACTOR
            self.zoom_by(factor, event.position())
        event.accept()

    def zoom_by(self, factor: float, fixed: QPointF | None = None) -> None:
        """Show the map larger; the point under `fixed` stays there."""
        at = QPointF(self.rect().center()) if fixed is None else fixed
        before = self._to_map(at)
        self._zoom = min(max(self._zoom * factor, 1.0), _MOST_ZOOM)
        self._middle += before - self._to_map(at)
        if self._zoom == 1.0:
            self._middle = QPointF(0.5, 0.5)
        self._moved()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Look at nothing."""
        super().leaveEvent(event)
        self._look_at(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Arrows go from dot to dot, Space selects, Ctrl+A all, Esc none, + and - zoom."""
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        key = Qt.Key(event.key())
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in steps and self._points:
            self._look_at(self._beside(*steps[key]))
        elif key == Qt.Key.Key_Space and self._current >= 0:
            self.select(self._selected ^ {self._current})
        elif key == Qt.Key.Key_A and ctrl:
            self.select(frozenset(range(len(self._points))))
        elif key == Qt.Key.Key_Escape and self._selected:
            self.select(frozenset())
        elif event.text() in ("+", "-"):
            self.zoom_by(_WHEEL_FACTOR if event.text() == "+" else 1 / _WHEEL_FACTOR)
        else:
            super().keyPressEvent(event)

    def _beside(self, right: int, down: int) -> int:
        """The nearest dot in a direction; the one that is looked at where there is none."""
        if self._current < 0:
            return 0
        x0, y0 = self._points[self._current]
        best, nearest = self._current, float("inf")
        for place, (x, y) in enumerate(self._points):
            along = (x - x0) * right + (y - y0) * down
            across = abs((x - x0) * down + (y - y0) * right)
            if along > 0 and across <= along and along + across < nearest:
                best, nearest = place, along + across
        return best

    def _look_at(self, place: int) -> None:
        if place != self._current:
            self._current = place
            self.hovered.emit(place)
            self.update()

    # -- painting

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own
        """Paint anew when the size rests."""
        super().resizeEvent(event)
        self._paint_anew()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_anew()

    def _moved(self) -> None:
        """Show the old picture where it belongs now, and a sharp one when the hand rests."""
        self._sharpen.start()
        self.update()

    def _paint_anew(self) -> None:
        self._picture = None
        self.update()

    def _painted(self) -> QPixmap:
        """All dots as one picture."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        colours = colours_of(self)
        picture.fill(QColor(colours.base))
        painter = QPainter(picture)
        for dots in self._dots:
            stamp = self._stamp(QColor(dots.colour), QColor(colours.base), faint=dots.faint)
            self._stamp_at(painter, stamp, dots.places)
        self._stamp_at(painter, self._ring(QColor(colours.text)), sorted(self._selected))
        painter.end()
        return picture

    def _stamp_at(self, painter: QPainter, stamp: QPixmap, places: Iterable[int]) -> None:
        """Draw a small picture at every dot that is in sight."""
        middle = QPointF(stamp.width(), stamp.height()) / (2 * self.devicePixelRatioF())
        seen = QRectF(self.rect()).adjusted(-_DOT, -_DOT, _DOT, _DOT)
        for place in places:
            at = self.point_of(place)
            if seen.contains(at):
                painter.drawPixmap(at - middle, stamp)

    def _ring(self, colour: QColor) -> QPixmap:
        ratio = self.devicePixelRatioF()
        side = round((_DOT + 8) * ratio)
        ring = QPixmap(side, side)
        ring.setDevicePixelRatio(ratio)
        ring.fill(Qt.GlobalColor.transparent)
        painter = QPainter(ring)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.75))
        middle = QPointF(side, side) / (2 * ratio)
        painter.drawEllipse(middle, _DOT / 2 + 1.5, _DOT / 2 + 1.5)
        painter.end()
        return ring

    def _stamp(self, colour: QColor, edge: QColor, *, faint: bool) -> QPixmap:
        ratio = self.devicePixelRatioF()
        side = round((_DOT + 2) * ratio)
        stamp = QPixmap(side, side)
        stamp.setDevicePixelRatio(ratio)
        stamp.fill(Qt.GlobalColor.transparent)
        painter = QPainter(stamp)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.45 if faint else 0.95)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(side, side) / (2 * ratio), _DOT / 2, _DOT / 2)
        painter.end()
        return stamp

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw the picture, then what is selected, the lasso, and the dot that is looked at."""
        del event
        if self._picture is None:
            self._picture = self._painted()
            self._pictured = (self._zoom, QPointF(self._middle))
        painter = QPainter(self)
        colours = colours_of(self)
        self._paint_picture(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._current >= 0:
            painter.setPen(QPen(QColor(colours.accent), 3))
            painter.drawEllipse(self.point_of(self._current), _DOT, _DOT)
        if len(self._lasso) > 1:
            fill = QColor(colours.accent)
            fill.setAlpha(40)
            painter.setPen(QPen(QColor(colours.accent), 1.5))
            painter.setBrush(fill)
            painter.drawPolygon(QPolygonF(self._lasso))

    def _paint_picture(self, painter: QPainter) -> None:
        assert self._picture is not None
        zoom, middle = self._pictured
        if zoom == self._zoom and middle == self._middle:
            painter.drawPixmap(0, 0, self._picture)
            return
        painter.fillRect(self.rect(), QColor(colours_of(self).base))
        grown = self._zoom / zoom
        centre = self._to_widget(middle.x(), middle.y())
        size = QRectF(0, 0, self.width() * grown, self.height() * grown)
        size.moveCenter(centre)
        painter.drawPixmap(size, self._picture, QRectF(self._picture.rect()))
