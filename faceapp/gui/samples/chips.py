"""What stands at a cell's foot: one chip an answer, painted once and then copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

from faceapp.dataset import Task
from faceapp.gui.itemmodels.rows import Row
from faceapp.gui.theme import Colours
from faceapp.gui.widgets.painting import CHIP_MARGIN, filled_chip, outlined_chip

_NARROW = 44  # px: narrower chips have no words, unless all of them fit
_KEPT = 512


@dataclass(frozen=True)
class Chip:
    """One answer, or one offered or left open (`outlined`)."""

    text: str
    colour: str
    outlined: bool = False


@dataclass(frozen=True)
class ChipWords:
    """Words and colours of chips that are no classes."""

    unsure: Chip
    quarantined: Chip


def class_colours(tasks: Sequence[Task]) -> dict[str, Mapping[str, str]]:
    """Colour by class, by task."""
    return {task.name: {each.name: each.colour for each in task.classes} for task in tasks}


def chips(row: Row, colours: Mapping[str, Mapping[str, str]], words: ChipWords) -> list[Chip]:
    """What a cell says of its sample: one chip a task that was answered or has an offer."""
    if row.sample.quarantined:
        return [words.quarantined]
    shown = []
    for task, by_class in colours.items():
        answer, proposal = row.answers.get(task), row.proposals.get(task)
        if answer is not None and answer.answer is not None:
            shown.append(Chip(answer.answer, by_class.get(answer.answer, words.unsure.colour)))
        elif proposal is not None:
            colour = by_class.get(proposal.answer, words.unsure.colour)
            shown.append(Chip(proposal.answer, colour, outlined=True))
        elif answer is not None:
            shown.append(words.unsure)
    return shown


def shared_widths(wanted: Sequence[int], room: int) -> list[int]:
    """Widths of things side by side that want so much of the room, in pixels.

    Where there is more room than wanted, all grow alike; where there is less, the widest give way.
    """
    if not wanted:
        return []
    spare = room - sum(wanted)
    if spare >= 0:
        return [width + spare // len(wanted) for width in wanted]
    narrowest = min(range(len(wanted)), key=lambda place: wanted[place])
    width = min(wanted[narrowest], room // len(wanted))
    others = [each for place, each in enumerate(wanted) if place != narrowest]
    rest = shared_widths(others, room - width)
    return [*rest[:narrowest], width, *rest[narrowest:]]


class ChipPictures:
    """Chips as pictures, for one look of the view: its colours, font and pixel ratio."""

    def __init__(self, colours: Colours, font: QFont, ratio: float) -> None:
        self._colours = colours
        self._font = font
        self._ratio = ratio
        self._metrics = QFontMetrics(font)
        self._made: dict[tuple[Chip, int, int], QPixmap] = {}

    def wanted_width(self, chip: Chip) -> int:
        """How wide the chip must be to show all its words."""
        return self._metrics.horizontalAdvance(chip.text) + 2 * CHIP_MARGIN

    def get(self, chip: Chip, width: int, height: int) -> QPixmap:
        """The chip in that size, in pixels of the view."""
        key = (chip, width, height)
        if key not in self._made:
            if len(self._made) >= _KEPT:
                self._made.clear()
            self._made[key] = self._make(chip, width, height)
        return self._made[key]

    def _make(self, chip: Chip, width: int, height: int) -> QPixmap:
        pixmap = QPixmap(QSize(width, height) * self._ratio)
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        rect = QRectF(0, 0, width, height)
        text = chip.text if width >= min(_NARROW, self.wanted_width(chip)) else ""
        if chip.outlined:
            outlined_chip(painter, rect, text, QColor(chip.colour), self._colours)
        else:
            filled_chip(painter, rect, text, QColor(chip.colour))
        painter.end()
        return pixmap
