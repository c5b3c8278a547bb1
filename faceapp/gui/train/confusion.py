"""A confusion matrix: true classes as rows, answers as columns; a cell is a button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from faceapp.gui.text import number, percent
from faceapp.gui.theme import HALF, SMALL, UNIT, Colours, colours_of, sized, text_on
from faceapp.gui.widgets.painting import elided, focus_ring

_CELL = 56
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_CENTRE = Qt.AlignmentFlag.AlignCenter


class ConfusionView(QWidget):
    """Counts and shares of each row, the darker the larger the share.

    Signals:
        chosen(str, str): the cell of that true class and that answer was pressed.
    """

    chosen = Signal(str, str)

    def __init__(self, title: str, *, clickable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: tuple[str, ...] = ()
        self._counts: tuple[tuple[int, ...], ...] = ()
        self._clickable = clickable
        self._at = (0, 0)
        self.setAccessibleName(title)
        policy = Qt.FocusPolicy.StrongFocus if clickable else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(policy)
        self.setMouseTracking(clickable)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def counts(self) -> tuple[tuple[int, ...], ...]:
        """What is shown."""
        return self._counts

    def show_counts(self, classes: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
        """Show these; rows are true classes."""
        self._classes = tuple(classes)
        self._counts = tuple(tuple(row) for row in counts)
        self._at = (0, 0)
        self.setAccessibleDescription("; ".join(self._row_words()))
        self.updateGeometry()
        self.update()

    def _row_words(self) -> list[str]:
        found = []
        for name, row in zip(self._classes, self._counts, strict=True):
            parts = (f"{c} {n}" for c, n in zip(self._classes, row, strict=True) if n)
            found.append(f"{name}: {', '.join(parts)}")
        return found

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Cells that hold a number and a share."""
        many = max(len(self._classes), 2)
        return QSize(self._names() + many * (_CELL + 3 * UNIT), self._head() + many * _CELL)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Numbers must stay readable."""
        many, line = max(len(self._classes), 2), self.fontMetrics().height()
        return QSize(self._names() + many * 5 * UNIT, self._head() + many * (line + UNIT))

    def _names(self) -> int:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(name) for name in self._classes), default=0)
        return min(widest, 14 * UNIT) + UNIT

    def _head(self) -> int:
        return 2 * self.fontMetrics().height() + UNIT

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Where a cell is."""
        many = max(len(self._classes), 1)
        width = min((self.width() - self._names()) / many, _CELL * 2.5)
        height = min((self.height() - self._head()) / many, _CELL * 1.25)
        left, top = self._names() + column * width, self._head() + row * height
        return QRectF(left + 1, top + 1, width - 2, height - 2)

    def _cell_at(self, point: QPointF) -> tuple[int, int] | None:
        many = range(len(self._classes))
        return next(
            ((r, c) for r in many for c in many if self.cell_rect(r, c).contains(point)), None
        )

    # -- choosing

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Choose the cell under the mouse."""
        found = self._cell_at(event.position())
        if self._clickable and found is not None:
            self._at = found
            self._choose()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Show what can be pressed."""
        found = self._cell_at(event.position())
        hand = found is not None and self._counts[found[0]][found[1]] > 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Arrows move, Enter and Space choose."""
        step = _STEPS.get(Qt.Key(event.key()))
        last = len(self._classes) - 1
        if step is not None and last >= 0:
            self._at = tuple(min(max(a + b, 0), last) for a, b in zip(self._at, step, strict=True))  # type: ignore[assignment]
            self.update()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            if not event.modifiers():
                self._choose()
            else:
                super().keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's own
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def _choose(self) -> None:
        self.update()
        row, column = self._at
        if self._counts and self._counts[row][column]:
            self.chosen.emit(self._classes[row], self._classes[column])

    def event(self, event: QEvent) -> bool:
        """Say what is under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = self._cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._words(*found) if found else "", self)
            return True
        return super().event(event)

    def _words(self, row: int, column: int) -> str:
        count, total = self._counts[row][column], sum(self._counts[row])
        said = self.tr("{0} of {1} that show {2} were answered {3}").format(
            number(count), number(total), self._classes[row], self._classes[column]
        )
        return said + ("\n" + self.tr("Click to see them") if self._clickable and count else "")

    # -- drawing

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw names and cells."""
        del event
        if not self._counts:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self)
        self._paint_names(painter, colours)
        for row, counts in enumerate(self._counts):
            total = max(sum(counts), 1)
            for column, count in enumerate(counts):
                self._paint_cell(painter, row, column, count / total, colours)
        if self.hasFocus():
            focus_ring(painter, self.cell_rect(*self._at).adjusted(-1, -1, 1, 1), colours)

    def _paint_names(self, painter: QPainter, colours: Colours) -> None:
        line = self.fontMetrics().height()
        painter.setPen(QColor(colours.dim))
        painter.setFont(sized(self.font(), SMALL))
        whole = QRectF(self._names(), 0, self.width() - self._names(), line)
        painter.drawText(whole, Qt.AlignmentFlag.AlignLeft, self.tr("answered"))
        shows = QRectF(0, line, self._names(), line)
        painter.drawText(shows, Qt.AlignmentFlag.AlignLeft, self.tr("shows"))
        painter.setFont(self.font())
        painter.setPen(QColor(colours.text))
        for place, name in enumerate(self._classes):
            cell = self.cell_rect(0, place)
            above = QRectF(cell.left(), line, cell.width(), line + HALF)
            painter.drawText(above, _CENTRE, elided(painter, name, above.width()))
            cell = self.cell_rect(place, 0)
            beside = QRectF(0, cell.top(), self._names() - HALF, cell.height())
            text = elided(painter, name, beside.width())
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_cell(
        self, painter: QPainter, row: int, column: int, share: float, colours: Colours
    ) -> None:
        cell = self.cell_rect(row, column)
        ground, full = QColor(colours.window), QColor(colours.accent)
        mixed = QColor(
            *(
                round(a + (b - a) * share)
                for a, b in zip(ground.getRgb()[:3], full.getRgb()[:3], strict=True)  # type: ignore[index]
            )
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed)
        painter.drawRoundedRect(cell, HALF, HALF)
        count = self._counts[row][column]
        painter.setPen(text_on(mixed) if count else QColor(colours.dim))
        line = painter.fontMetrics().height()
        if cell.height() >= 2 * line + HALF and count:
            half = cell.height() / 2
            upper = QRectF(cell.left(), cell.top(), cell.width(), half)
            painter.drawText(
                upper, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, number(count)
            )
            painter.save()
            painter.setFont(sized(self.font(), SMALL))
            lower = upper.translated(0, half)
            painter.drawText(
                lower, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, percent(share)
            )
            painter.restore()
        else:
            painter.drawText(cell, _CENTRE, number(count))
