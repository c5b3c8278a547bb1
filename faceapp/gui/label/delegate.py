"""How one sample is painted in the grid: its picture, and what it is labelled at the foot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from faceapp.dataset import Sample, Task
from faceapp.gui.itemmodels.rows import Row
from faceapp.gui.itemmodels.samples import SamplesModel
from faceapp.gui.theme import HALF, RADIUS, SMALL, colours_of, sized
from faceapp.gui.widgets.painting import elided, filled_chip, outlined_chip

_MARGIN = HALF  # around a cell's card
_NARROW = 88  # px: narrower cells show chips without words
_FADED = 0.35

Index = QModelIndex | QPersistentModelIndex
GetPicture = Callable[[Sample, int], QImage | None]


@dataclass(frozen=True)
class Chip:
    """One answer, or one offered (`offered`), to be painted at a cell's foot."""

    text: str
    colour: str
    offered: bool = False


def chips(row: Row, tasks: Sequence[Task], unsure: str, unsure_colour: str) -> list[Chip]:
    """What a cell says of its sample: one chip a task that was answered or has an offer."""
    shown = []
    for task in tasks:
        colours = {each.name: each.colour for each in task.classes}
        answer, proposal = row.answers.get(task.name), row.proposals.get(task.name)
        if answer is not None and answer.answer is not None:
            shown.append(Chip(answer.answer, colours.get(answer.answer, unsure_colour)))
        elif proposal is not None:
            colour = colours.get(proposal.answer, unsure_colour)
            shown.append(Chip(proposal.answer, colour, offered=True))
        elif answer is not None:
            shown.append(Chip(unsure, unsure_colour, offered=True))
    return shown


class SampleDelegate(QStyledItemDelegate):
    """Paints cells of `side` x `side` pictures with a foot of chips."""

    def __init__(self, model: SamplesModel, picture: GetPicture, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._picture = picture
        self._view = parent
        self._tasks: Sequence[Task] = ()
        self._colours = colours_of(parent)
        self.side = 128

    def set_tasks(self, tasks: Sequence[Task]) -> None:
        """Show the answers to these tasks, in this order."""
        self._tasks = tuple(tasks)

    def follow_theme(self) -> None:
        """Take up the colours that the view now has."""
        self._colours = colours_of(self._view)

    @property
    def foot(self) -> int:
        """Height of the line of chips."""
        return self._view.fontMetrics().height() + HALF

    @property
    def cell(self) -> QSize:
        """Size of a cell, margins included."""
        around = 2 * (_MARGIN + HALF)
        return QSize(self.side + around, self.side + around + self.foot + HALF)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """The same for every cell."""
        del option, index
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        row = self._model.row(index.row())
        if row is None:
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        current = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(option.rect).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        self._paint_card(painter, card, selected=selected, current=current)
        inner = card.adjusted(HALF, HALF, -HALF, -HALF)
        top = QRectF(inner.left(), inner.top(), inner.width(), self.side)
        if row.sample.quarantined:
            painter.setOpacity(_FADED)
        self._paint_picture(painter, top, row.sample)
        painter.setOpacity(1.0)
        foot = QRectF(inner.left(), top.bottom() + HALF, inner.width(), self.foot)
        self._paint_foot(painter, foot, row)
        painter.restore()

    def _paint_card(
        self, painter: QPainter, card: QRectF, *, selected: bool, current: bool
    ) -> None:
        colours = self._colours
        if not (selected or current):
            return
        ground = colours.selected if selected else colours.base
        painter.setPen(QPen(QColor(colours.accent), 2) if current else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _paint_picture(self, painter: QPainter, place: QRectF, sample: Sample) -> None:
        ratio = self._view.devicePixelRatioF()
        image = self._picture(sample, round(self.side * ratio))
        if image is None or image.isNull():
            self._paint_missing(painter, place, sample, broken=image is not None)
            return
        width, height = image.width() / ratio, image.height() / ratio
        left = place.center().x() - width / 2
        bottom = place.bottom() - height  # on the chips, so that faces stand in line
        target = QRectF(round(left), round(bottom), width, height)
        painter.drawImage(target, image)

    def _paint_missing(
        self, painter: QPainter, place: QRectF, sample: Sample, *, broken: bool
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.hover))
        painter.drawRoundedRect(place, HALF, HALF)
        if broken:
            painter.setPen(QColor(self._colours.dim))
            inner = place.adjusted(HALF, HALF, -HALF, -HALF)
            painter.setFont(sized(self._view.font(), SMALL))
            words = self.tr("Cannot be read:\n{0}").format(sample.name)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWrapAnywhere
            painter.drawText(inner, int(flags), words)

    def _paint_foot(self, painter: QPainter, foot: QRectF, row: Row) -> None:
        colours = self._colours
        painter.setFont(sized(self._view.font(), SMALL))
        if row.sample.quarantined:
            painter.setPen(QColor(colours.warning))
            words = elided(painter, self.tr("in quarantine"), foot.width())
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, words)
            return
        shown = chips(row, self._tasks, self.tr("unsure"), colours.dim)
        if not shown:
            return
        gap = HALF
        width = (foot.width() - gap * (len(shown) - 1)) / len(shown)
        for place, chip in enumerate(shown):
            rect = QRectF(foot.left() + place * (width + gap), foot.top(), width, foot.height())
            self.paint_chip(painter, rect, chip, row.sample.id)

    def paint_chip(self, painter: QPainter, rect: QRectF, chip: Chip, sample: int) -> None:
        """Draw one chip of one sample."""
        del sample
        narrow = rect.width() < _NARROW / 2
        text = "" if narrow else chip.text
        if chip.offered:
            outlined_chip(painter, rect, text, QColor(chip.colour), self._colours)
        else:
            filled_chip(painter, rect, text, QColor(chip.colour))
