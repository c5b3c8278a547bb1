"""The list of groups, a strip of faces each, and the faces of the group that is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from faceapp.dataset import Sample
from faceapp.gui.itemmodels.thumbnails import ThumbnailPictures
from faceapp.gui.people.model import Index, PeopleModel
from faceapp.gui.theme import HALF, RADIUS, SMALL, UNIT, colours_of, sized
from faceapp.gui.widgets.painting import elided, outlined_chip

FACE = 72
LARGE_FACE = 96
_FADED = 0.35
_SAMPLE = Qt.ItemDataRole.UserRole


def paint_face(
    painter: QPainter, place: QRect, sample: Sample | None, pictures: ThumbnailPictures
) -> None:
    """Paint a sample's picture into the middle of a square."""
    view = painter.device()
    ratio = view.devicePixelRatioF() if view is not None else 1.0
    image = pictures.get(sample, round(place.width() * ratio)) if sample is not None else None
    if image is None or image.isNull():
        return
    size = image.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
    inside = QRect(
        place.x() + (place.width() - size.width()) // 2,
        place.y() + (place.height() - size.height()) // 2,
        size.width(),
        size.height(),
    )
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(inside, image)


def _paint_card(painter: QPainter, option: QStyleOptionViewItem, view: QWidget) -> None:
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    current = bool(option.state & QStyle.StateFlag.State_HasFocus)
    if not (selected or current):
        return
    colours = colours_of(view)
    painter.setPen(QPen(QColor(colours.accent), 2) if current else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.selected) if selected else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -2), RADIUS, RADIUS)


class _StripDelegate(QStyledItemDelegate):
    """Paints a group: tick, name, facts, and as many faces as there is room for."""

    def __init__(self, model: PeopleModel, view: StripList) -> None:
        super().__init__(view)
        self._model = model
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """The same for every group."""
        del option, index
        return QSize(40 * UNIT, self._words_height + FACE + 3 * UNIT + HALF)

    @property
    def _words_height(self) -> int:
        return self._view.fontMetrics().height()

    def tick_place(self, whole: QRect) -> QRect:
        """Where the tick stands in a group's place."""
        side = self._view.style().pixelMetric(
            QStyle.PixelMetric.PM_IndicatorWidth, None, self._view
        )
        side = max(side, self._words_height)
        return QRect(whole.x() + 2 * UNIT, whole.y() + UNIT, side, self._words_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one group."""
        row = self._model.rows[index.row()]
        colours = colours_of(self._view)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_card(painter, option, self._view)
        tick = QStyleOptionViewItem(option)
        tick.rect = self.tick_place(option.rect)
        tick.state = QStyle.StateFlag.State_Enabled | (
            QStyle.StateFlag.State_On if row.ticked else QStyle.StateFlag.State_Off
        )
        self._view.style().drawPrimitive(
            QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck, tick, painter, self._view
        )
        left = tick.rect.right() + UNIT
        words = QRect(
            left, tick.rect.y(), option.rect.right() - left - 2 * UNIT, self._words_height
        )
        font = self._view.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        name = elided(painter, row.name, words.width() / 2)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
        words.setLeft(words.x() + painter.fontMetrics().horizontalAdvance(name) + 2 * UNIT)
        painter.setFont(sized(self._view.font(), SMALL))
        doubtful = row.group.sure == "low"
        painter.setPen(QColor(colours.warning if doubtful else colours.dim))
        facts = elided(painter, self._model.facts(row), words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, facts)
        self._paint_faces(painter, option.rect, left, index.row())
        painter.restore()

    def _paint_faces(self, painter: QPainter, whole: QRect, left: int, number: int) -> None:
        row = self._model.rows[number]
        ids = [*row.group.beside[:1], *row.group.samples]
        room = max((whole.right() - 2 * UNIT - left) // (FACE + HALF), 1)
        fits = len(ids) <= room
        top = whole.y() + UNIT + self._words_height + UNIT
        for place, sample in enumerate(ids if fits else ids[: room - 1]):
            square = QRect(left + place * (FACE + HALF), top, FACE, FACE)
            painter.setOpacity(_FADED if sample in row.out else 1.0)
            paint_face(painter, square, self._model.sample(sample), self._view.pictures)
        painter.setOpacity(1.0)
        if not fits:
            square = QRect(left + (room - 1) * (FACE + HALF), top, FACE, FACE)
            painter.setPen(QColor(colours_of(self._view).dim))
            painter.drawText(square, Qt.AlignmentFlag.AlignCenter, f"+{len(ids) - room + 1}")


class StripList(QListView):
    """The groups; Space ticks the selected ones."""

    def __init__(
        self, model: PeopleModel, pictures: ThumbnailPictures, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self.pictures = pictures
        self.setModel(model)
        self.painter = _StripDelegate(model, self)
        self.setItemDelegate(self.painter)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Proposed people"))
        self.setToolTip(self.tr("Space ticks or unticks a group"))

    @property
    def chosen(self) -> list[int]:
        """The selected groups, in order."""
        return sorted(index.row() for index in self.selectionModel().selectedIndexes())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Space ticks; the rest is Qt's."""
        if event.key() == Qt.Key.Key_Space and self.chosen:
            self._model.toggle(self.chosen)
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click on a tick turns it."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        if index.isValid():
            tick = self.painter.tick_place(self.visualRect(index)).adjusted(
                -UNIT, -HALF, HALF, HALF
            )
            if tick.contains(place):
                self._model.toggle([index.row()])
        super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Paint; what is in sight is wanted first."""
        self.pictures.new_screen()
        super().paintEvent(event)


class _FaceDelegate(QStyledItemDelegate):
    """Paints one face of the group, and at its foot whether it is left out or there already."""

    def __init__(self, faces: FaceGrid) -> None:
        super().__init__(faces)
        self._faces = faces

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """The same for every face."""
        del option, index
        foot = self._faces.fontMetrics().height() + HALF
        return QSize(LARGE_FACE + 2 * UNIT, LARGE_FACE + foot + 2 * UNIT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one face."""
        sample = index.data(_SAMPLE)
        out, beside = sample in self._faces.out, sample in self._faces.beside
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_card(painter, option, self._faces)
        whole = option.rect
        square = QRect(
            whole.x() + (whole.width() - LARGE_FACE) // 2, whole.y() + UNIT, LARGE_FACE, LARGE_FACE
        )
        painter.setOpacity(_FADED if out else 1.0)
        paint_face(painter, square, self._faces.model_of.sample(sample), self._faces.pictures)
        painter.setOpacity(1.0)
        colours = colours_of(self._faces)
        painter.setFont(sized(self._faces.font(), SMALL))
        foot = QRectF(
            square.x(), square.bottom() + HALF, LARGE_FACE, self._faces.fontMetrics().height()
        )
        if out:
            outlined_chip(painter, foot, self.tr("left out"), QColor(colours.warning), colours)
        elif beside:
            outlined_chip(painter, foot, self.tr("there already"), QColor(colours.dim), colours)
        painter.restore()


class FaceGrid(QListWidget):
    """All faces of one group; Del or Q leaves the selected ones out, or takes them back.

    Signals:
        out_wanted(): the selected faces are to be left out, or back.
    """

    out_wanted = Signal()

    def __init__(
        self, model: PeopleModel, pictures: ThumbnailPictures, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model_of = model
        self.pictures = pictures
        self.out: set[int] = set()
        self.beside: set[int] = set()
        self.setItemDelegate(_FaceDelegate(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Faces of this group"))

    def show_row(self, number: int | None) -> None:
        """Show the faces of a group; the same group keeps its selection."""
        row = None if number is None else self.model_of.rows[number]
        ids: Sequence[int] = () if row is None else (*row.group.samples, *row.group.beside)
        self.out = set() if row is None else row.out
        self.beside = set() if row is None else set(row.group.beside)
        if ids != tuple(self.item(place).data(_SAMPLE) for place in range(self.count())):
            self.clear()
            for each in ids:
                sample = self.model_of.sample(each)
                item = QListWidgetItem()
                item.setData(_SAMPLE, each)
                item.setToolTip(sample.name if sample else "")
                self.addItem(item)
        self.viewport().update()

    @property
    def chosen(self) -> list[int]:
        """The selected samples."""
        return [item.data(_SAMPLE) for item in self.selectedItems()]

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's own
        """The keyboard begins at the first face."""
        super().focusInEvent(event)
        if not self.selectedItems() and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.setCurrentRow(max(self.currentRow(), 0))
            if (item := self.currentItem()) is not None:
                item.setSelected(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Del and Q leave out; the rest is Qt's."""
        if event.key() in (Qt.Key.Key_Q, Qt.Key.Key_Delete) and not event.modifiers():
            self.out_wanted.emit()
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802 - Qt's own
        """Faces have no letters."""
        del search

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Lay out anew where text has another size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.doItemsLayout()
