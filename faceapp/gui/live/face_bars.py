"""Small bars beside each box, where several faces are seen: what the readout shows of one of them.

They have the classes' colours and order; the readout beside the picture names these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from faceapp.gui.theme import HALF, UNIT

_GROUND, _GROUND_SHADE = "#0e0f12", 0.6  # dark, so that every colour is told from the picture
_WIDTH, _ROW = 9 * UNIT, UNIT


def bars_place(box: QRectF, room: QRectF, classes: int) -> QRectF:
    """Where the bars of a face stand: right of its box, left of it, or inside where none is free.

    Args:
        box: of the face.
        room: of the whole picture.
        classes: how many bars there are.

    """
    height = classes * _ROW + HALF
    left = box.right() + HALF
    if left + _WIDTH > room.right():
        left = box.left() - HALF - _WIDTH
    if left < room.left():
        left = box.right() - HALF - _WIDTH
    top = min(max(box.top(), room.top()), max(room.top(), room.bottom() - height))
    return QRectF(left, top, _WIDTH, height)


def paint_bars(
    painter: QPainter, place: QRectF, values: Sequence[float], colours: Mapping[str, str]
) -> None:
    """A line a class, as long as it is probable (0..1), in the order of the classes."""
    ground = QColor(_GROUND)
    ground.setAlphaF(_GROUND_SHADE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(place, HALF / 2, HALF / 2)
    inner = place.adjusted(HALF / 2, HALF / 2, -HALF / 2, -HALF / 2)
    for line, (value, colour) in enumerate(zip(values, colours.values(), strict=False)):
        top = inner.top() + line * _ROW + 1
        painter.fillRect(
            QRectF(inner.left(), top, max(1.0, inner.width() * value), _ROW - 2), QColor(colour)
        )
