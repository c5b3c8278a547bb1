"""Small things that several widgets paint."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from faceapp.gui.theme import HALF, Colours, text_on

CHIP_RADIUS = 4.0
CHIP_MARGIN = HALF - 1  # beside the words


def elided(painter: QPainter, text: str, width: float) -> str:
    """The text, or as much of it as fits into the width."""
    metrics = QFontMetricsF(painter.font())
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def filled_chip(painter: QPainter, rect: QRectF, text: str, colour: QColor) -> None:
    """An answer: the class's colour with its name on it."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, CHIP_RADIUS, CHIP_RADIUS)
    painter.setPen(text_on(colour))
    _write(painter, rect, text)


def outlined_chip(
    painter: QPainter, rect: QRectF, text: str, colour: QColor, colours: Colours
) -> None:
    """Something offered, or left open: only an outline in the colour."""
    painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))
    painter.setBrush(QColor(colours.base))
    painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), CHIP_RADIUS, CHIP_RADIUS)
    painter.setPen(QColor(colours.text))
    _write(painter, rect, text)


def key_cap(painter: QPainter, rect: QRectF, key: str, ground: QColor, text: QColor) -> None:
    """A key as it looks on a keyboard."""
    painter.setPen(QPen(text, 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), CHIP_RADIUS, CHIP_RADIUS)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, key.upper())


def focus_ring(painter: QPainter, rect: QRectF, colours: Colours) -> None:
    """Where the keyboard is."""
    painter.setPen(QPen(QColor(colours.accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), CHIP_RADIUS + 1, CHIP_RADIUS + 1)


def _write(painter: QPainter, rect: QRectF, text: str) -> None:
    inner = rect.adjusted(CHIP_MARGIN, 0, -CHIP_MARGIN, 0)
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, elided(painter, text, inner.width()))
