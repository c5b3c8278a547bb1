"""The grid of what came: only what is in sight is decoded and painted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from faceapp.gui.itemmodels.thumbnails import ThumbnailPictures, decoded
from faceapp.gui.scrape.tray_model import Cell, Index, TrayModel, colours_by_class
from faceapp.gui.scrape.words import reason_words
from faceapp.gui.theme import HALF, RADIUS, SMALL, UNIT, colours_of, sized
from faceapp.gui.widgets.painting import filled_chip, outlined_chip

SIDE = 96
_AROUND = UNIT
_FADED = 0.35
_DECODED = 400  # small pictures of refused images that stay decoded


class TrayDelegate(QStyledItemDelegate):
    """Paints a picture and, at its foot, the class it was kept as or why it was refused."""

    def __init__(self, model: TrayModel, pictures: ThumbnailPictures, view: QWidget) -> None:
        super().__init__(view)
        self._model = model
        self._pictures = pictures
        self._view = view
        self._decoded: OrderedDict[int, QImage] = OrderedDict()
        self.classes: Mapping[str, str] = {}

    @property
    def cell(self) -> QSize:
        """Size of a cell, margins included."""
        side = SIDE + 2 * _AROUND
        return QSize(side, side + HALF + self._foot)

    @property
    def _foot(self) -> int:
        return self._view.fontMetrics().height() + HALF

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """The same for every cell."""
        del option, index
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        cell = self._model.cells[index.row()]
        whole: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        current = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or current:
            self._paint_card(painter, whole, selected=selected, current=current)
        aside = cell.sample in self._model.aside
        left = whole.x() + (whole.width() - SIDE) // 2
        place = QRect(left, whole.y() + _AROUND, SIDE, SIDE)
        painter.setOpacity(_FADED if aside else 1.0)
        self._paint_picture(painter, place, cell)
        painter.setOpacity(1.0)
        foot = QRectF(left, place.bottom() + HALF, SIDE, self._foot)
        self._paint_foot(painter, foot, cell, aside=aside)
        painter.restore()

    def _paint_card(self, painter: QPainter, cell: QRect, *, selected: bool, current: bool) -> None:
        colours = colours_of(self._view)
        painter.setPen(QPen(QColor(colours.accent), 2) if current else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.selected) if selected else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(cell).adjusted(2, 2, -2, -2), RADIUS, RADIUS)

    def _paint_picture(self, painter: QPainter, place: QRect, cell: Cell) -> None:
        image = self._image(cell)
        if image is None or image.isNull():
            colours = colours_of(self._view)
            painter.fillRect(place, QColor(colours.hover))
            if not cell.judged.kept:
                painter.setPen(QColor(colours.dim))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self.tr("no picture"))
            return
        ratio = self._view.devicePixelRatioF()
        size = QSize(round(image.width() / ratio), round(image.height() / ratio))
        size.scale(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
        left = place.x() + (SIDE - size.width()) // 2
        top = place.y() + SIDE - size.height()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRect(left, top, size.width(), size.height()), image)

    def _image(self, cell: Cell) -> QImage | None:
        side = round(SIDE * self._view.devicePixelRatioF())
        sample = self._model.sample(cell)
        if sample is not None:
            return self._pictures.get(sample, side)
        if not cell.judged.picture:
            return None
        image = self._decoded.get(cell.judged.result)
        if image is None:
            image = self._decoded[cell.judged.result] = decoded(cell.judged.picture, side)
            if len(self._decoded) > _DECODED:
                self._decoded.popitem(last=False)
        return image

    def _paint_foot(self, painter: QPainter, foot: QRectF, cell: Cell, *, aside: bool) -> None:
        painter.setFont(sized(self._view.font(), SMALL))
        colours = colours_of(self._view)
        judged = cell.judged
        if aside:
            outlined_chip(painter, foot, self.tr("set aside"), QColor(colours.warning), colours)
        elif judged.kept:
            colour = QColor(colours_by_class(self.classes, judged.class_name))
            if judged.class_name:
                filled_chip(painter, foot, judged.class_name, colour)
        else:
            words = reason_words(judged.outcome)
            outlined_chip(painter, foot, words, QColor(colours.dim), colours)


class TrayView(QListView):
    """The tray's grid; Q sets the selection aside or takes it back.

    Signals:
        toggle_wanted(): the selection is to be set aside, or kept again.
        chosen(): another selection.
    """

    toggle_wanted = Signal()
    chosen = Signal()

    def __init__(self, model: TrayModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.pictures = ThumbnailPictures(model._dataset, self._arrived)  # noqa: SLF001
        self.setModel(model)
        self.painter = TrayDelegate(model, self.pictures, self)
        self.setItemDelegate(self.painter)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Images that were found"))
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        self.destroyed.connect(self.pictures.close)

    def selected_samples(self) -> list[int]:
        """The samples of the selected cells."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        cells = (self._model.cells[row] for row in rows)
        return [cell.sample for cell in cells if cell.sample is not None]

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own
        """Share the width out evenly among as many columns as there is room for."""
        self._share_out()
        super().resizeEvent(event)

    def _share_out(self) -> None:
        cell, room = self.painter.cell, self.viewport().width() - 1
        width = max(room // max(room // cell.width(), 1), cell.width())
        if QSize(width, cell.height()) != self.gridSize():
            self.setGridSize(QSize(width, cell.height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Q as on the Label page; the rest is Qt's."""
        if event.key() in (Qt.Key.Key_Q, Qt.Key.Key_Delete) and not event.modifiers():
            self.toggle_wanted.emit()
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802 - Qt's own
        """Pictures have no letters."""
        del search

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Paint; what is in sight is wanted first."""
        self.pictures.new_screen()
        super().paintEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Lay out anew where text has another size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._share_out()

    def _arrived(self, _keys: Iterable[object]) -> None:
        self.viewport().update()
