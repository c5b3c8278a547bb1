"""How one sample is painted in the grid: its picture, and what it is labelled at the foot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from faceapp.dataset import Sample, Task
from faceapp.gui.itemmodels.rows import Row
from faceapp.gui.itemmodels.samples import SamplesModel
from faceapp.gui.samples.chips import (
    Chip,
    ChipPictures,
    ChipWords,
    chips,
    class_colours,
    shared_widths,
)
from faceapp.gui.theme import HALF, RADIUS, SMALL, colours_of, sized

_AROUND = 2 * HALF  # from a cell's edge to its picture: half of it is the card's margin
_FADED = 0.35

Index = QModelIndex | QPersistentModelIndex
GetPicture = Callable[[int, Sample, int], QImage | None]  # position, sample, side


class SampleDelegate(QStyledItemDelegate):
    """Paints cells of `side` x `side` pictures with a foot of chips."""

    def __init__(self, model: SamplesModel, picture: GetPicture, view: QWidget) -> None:
        super().__init__(view)
        self._model = model
        self._picture = picture
        self._view = view
        self._classes: Mapping[str, Mapping[str, str]] = {}
        self.side = 128
        self.follow_theme()

    def set_tasks(self, tasks: Sequence[Task]) -> None:
        """Show the answers to these tasks, in this order."""
        self._classes = class_colours(tasks)

    def follow_theme(self) -> None:
        """Take up the colours, the font and the pixel ratio that the view now has."""
        self._colours = colours_of(self._view)
        self._ratio = self._view.devicePixelRatioF()
        self._font = sized(self._view.font(), SMALL)
        self._foot = self._view.fontMetrics().height() + HALF
        self._chips = ChipPictures(self._colours, self._font, self._ratio)
        self._words = ChipWords(
            unsure=Chip(self.tr("unsure"), self._colours.dim, outlined=True),
            quarantined=Chip(self.tr("in quarantine"), self._colours.warning, outlined=True),
        )

    @property
    def cell(self) -> QSize:
        """Size of a cell, margins included."""
        side = self.side + 2 * _AROUND
        return QSize(side, side + HALF + self._foot)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """The same for every cell."""
        del option, index
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        row = self._model.row(index.row())
        if row is None:
            self.paint_gone(painter, option, index.row())
            return
        if self._view.devicePixelRatioF() != self._ratio:  # on another screen
            self.follow_theme()
        cell: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        current = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if selected or current:
            self._paint_card(painter, cell, selected=selected, current=current)
        left, top = cell.x() + _AROUND, cell.y() + _AROUND
        width = cell.width() - 2 * _AROUND
        image = self._picture(index.row(), row.sample, round(self.side * self._ratio))
        self._paint_picture(painter, QRect(left, top, width, self.side), row.sample, image)
        foot = QRect(left, top + self.side + HALF, width, self._foot)
        self._paint_foot(painter, foot, row)
        self.paint_over(painter, QRect(left, top, width, self.side), index.row())

    def paint_gone(self, painter: QPainter, option: QStyleOptionViewItem, position: int) -> None:
        """Draw the cell of what is no sample, or no longer one: nothing."""

    def paint_over(self, painter: QPainter, picture: QRect, position: int) -> None:
        """Draw what lies over a picture: nothing."""

    def _paint_card(self, painter: QPainter, cell: QRect, *, selected: bool, current: bool) -> None:
        colours = self._colours
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.accent), 2.5 if current else 1))
        painter.setBrush(QColor(colours.selected if selected else colours.base))
        margin = _AROUND // 2 + 1
        card = QRectF(cell).adjusted(margin, margin, -margin, -margin)
        painter.drawRoundedRect(card, RADIUS, RADIUS)
        painter.restore()

    def _paint_picture(
        self, painter: QPainter, place: QRect, sample: Sample, image: QImage | None
    ) -> None:
        if image is None:
            square = QRect(place.center().x() - self.side // 2, place.y(), self.side, self.side)
            painter.fillRect(square, QColor(self._colours.hover))
            return
        if image.isNull():
            self._paint_broken(painter, place, sample)
            return
        scale = 1 / self._ratio
        if self._ratio > 1:  # an image of few pixels looks as large as on any other screen
            scale = max(scale, min(1.0, self.side / max(image.width(), image.height())))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        width, height = round(image.width() * scale), round(image.height() * scale)
        left = place.x() + (place.width() - width) // 2
        top = place.y() + place.height() - height  # on the chips, so that faces stand in line
        if sample.quarantined:
            painter.setOpacity(_FADED)
        painter.drawImage(QRect(left, top, width, height), image)
        painter.setOpacity(1.0)

    def _paint_broken(self, painter: QPainter, place: QRect, sample: Sample) -> None:
        self.paint_words(painter, place, self.tr("Cannot be read:\n{0}").format(sample.name))

    def paint_words(self, painter: QPainter, place: QRect, words: str) -> None:
        """Draw words in the place of a picture."""
        painter.save()
        painter.fillRect(place, QColor(self._colours.hover))
        painter.setPen(QColor(self._colours.dim))
        painter.setFont(self._font)
        inner = place.adjusted(HALF, HALF, -HALF, -HALF)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWrapAnywhere
        painter.drawText(inner, int(flags), words)
        painter.restore()

    def _paint_foot(self, painter: QPainter, foot: QRect, row: Row) -> None:
        shown = chips(row, self._classes, self._words)
        if not shown:
            return
        whole = min(foot.width(), self.side)
        left = foot.x() + (foot.width() - whole) // 2
        wanted = [self._chips.wanted_width(chip) for chip in shown]
        widths = shared_widths(wanted, whole - HALF * (len(shown) - 1))
        for chip, width in zip(shown, widths, strict=True):
            at = QRect(left, foot.y(), width, foot.height())
            self.paint_chip(painter, at, chip, row.sample.id)
            left += width + HALF

    def paint_chip(self, painter: QPainter, place: QRect, chip: Chip, sample: int) -> None:
        """Draw one chip of one sample."""
        del sample
        painter.drawPixmap(place.topLeft(), self._chips.get(chip, place.width(), place.height()))
