"""The recent datasets as rows to be pressed: picture, name, place, number of images, day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QIcon,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QVBoxLayout, QWidget

from faceapp.gui.icons import Tone, icon
from faceapp.gui.text import counted, day
from faceapp.gui.theme import BODY, HALF, RADIUS, SMALL, UNIT, colours_of, sized
from faceapp.gui.welcome.recents import Recent
from faceapp.gui.widgets.painting import elided, focus_ring

_PICTURE = 6 * UNIT
_LEAST_PLACE = 8 * UNIT  # px below which the start and end of a path say nothing
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RecentList(QWidget):
    """Rows of recent datasets, newest first.

    Signals:
        chosen(str): the folder of the row that was pressed.
        forgotten(str): the folder that should not be listed any more.
    """

    chosen = Signal(str)
    forgotten = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[RecentRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(HALF)

    def show_recents(self, recents: Sequence[Recent]) -> None:
        """Show these."""
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = [RecentRow(recent) for recent in recents]
        for row in self.rows:
            self._layout.addWidget(row)
            row.show()  # at once, so that it can take the focus
            row.clicked.connect(lambda _=False, r=row: self.chosen.emit(r.recent.folder))
            row.forget_wanted.connect(lambda r=row: self.forgotten.emit(r.recent.folder))


class RecentRow(QAbstractButton):
    """One recent dataset; Delete or the context menu takes it off the list.

    Signals:
        forget_wanted(): it should be taken off.
    """

    forget_wanted = Signal()

    def __init__(self, recent: Recent, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.recent = recent
        self.missing = not Path(recent.folder).is_dir()
        self._picture = QPixmap(str(recent.picture))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(recent.folder)
        self.setAccessibleName(f"{recent.name}, {self._count()}, {self._when()}")
        self.setAccessibleDescription(recent.folder)

    def _count(self) -> str:
        if self.missing:
            return self.tr("not found")
        return counted(self.recent.samples, self.tr("1 image"), self.tr("{0} images"))

    def _when(self) -> str:
        return day(self.recent.moment, datetime.now().astimezone().date())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """A picture, or two lines where they are higher."""
        lines = 2 * self.fontMetrics().height() + HALF
        return QSize(48 * UNIT, max(_PICTURE, lines) + 2 * UNIT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """The place may be cut short."""
        return QSize(30 * UNIT, self.sizeHint().height())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's own
        """Offer to take it off the list."""
        menu = QMenu(self)
        menu.addAction(self.tr("Take off this list (Del)"), self.forget_wanted.emit)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Enter opens it, Delete takes it off the list."""
        if event.key() == Qt.Key.Key_Delete:
            self.forget_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw picture and lines."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        colours = colours_of(self)
        whole = QRectF(self.rect())
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.hover))
            painter.drawRoundedRect(whole, RADIUS, RADIUS)
        frame = QRectF(UNIT, (whole.height() - _PICTURE) / 2, _PICTURE, _PICTURE)
        self._paint_picture(painter, frame)
        inner = whole.adjusted(_PICTURE + 3 * UNIT, UNIT, -2 * UNIT, -UNIT)
        self._paint_lines(painter, inner)
        if self.hasFocus():
            focus_ring(painter, whole, colours)

    def _paint_picture(self, painter: QPainter, frame: QRectF) -> None:
        painter.save()
        rounded = QPainterPath()
        rounded.addRoundedRect(frame, RADIUS, RADIUS)
        painter.setClipPath(rounded)
        painter.fillRect(frame, QColor(colours_of(self).hover))
        if self._picture.isNull() or self.missing:
            glyph: QIcon = icon("missing" if self.missing else "picture", Tone.DIM)
            glyph.paint(painter, frame.adjusted(12, 12, -12, -12).toRect())
        else:
            painter.drawPixmap(frame, self._picture, QRectF(self._picture.rect()))
        painter.restore()

    def _paint_lines(self, painter: QPainter, inner: QRectF) -> None:
        """The name above, number and day below, and at the right the place where there is room."""
        colours = colours_of(self)
        upper = inner.adjusted(0, 0, 0, -inner.height() / 2)
        lower = inner.adjusted(0, inner.height() / 2, 0, 0)
        painter.setFont(sized(self.font(), BODY, QFont.Weight.DemiBold))
        painter.setPen(QColor(colours.dim if self.missing else colours.text))
        painter.drawText(upper, _LEFT, elided(painter, self.recent.name, upper.width()))
        painter.setFont(sized(self.font(), SMALL))
        painter.setPen(QColor(colours.dim))
        figures = elided(painter, f"{self._count()}  \u00b7  {self._when()}", lower.width())
        painter.drawText(lower, _LEFT, figures)
        metrics = painter.fontMetrics()
        room = lower.width() - metrics.horizontalAdvance(figures) - 3 * UNIT
        if room >= _LEAST_PLACE:
            place = self.recent.place
            middle = Qt.TextElideMode.ElideMiddle
            painter.drawText(lower, _RIGHT, metrics.elidedText(place, middle, int(room)))
