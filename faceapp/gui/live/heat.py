"""A look of the model as a picture: what it saw, lit where that speaks for its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

if TYPE_CHECKING:
    from faceapp.live.looking import Look

_SIDE = 224
_FOR, _AGAINST = QColor("#ff9d2e"), QColor("#3aa0ff")  # orange and blue: told apart by everybody
_STRONGEST = 0.75  # opacity of the strongest place


def heat_picture(look: Look) -> QImage:
    """The crop in grey, orange where it speaks for the class and blue where against."""
    crop = np.ascontiguousarray(look.crop)
    height, width = crop.shape[:2]
    seen = QImage(crop.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    shown = seen.convertToFormat(QImage.Format.Format_Grayscale8)
    shown = shown.scaled(_SIDE, _SIDE).convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(shown)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRect(0, 0, _SIDE, _SIDE), _tint(look))
    painter.end()
    return shown


def _tint(look: Look) -> QImage:
    heat = look.heat / max(float(np.abs(look.heat).max()), 1e-9)
    rows, columns = heat.shape
    colours = np.zeros((rows, columns, 4), np.uint8)
    for colour, part in ((_FOR, heat > 0), (_AGAINST, heat < 0)):
        colours[part, :3] = colour.red(), colour.green(), colour.blue()
    colours[..., 3] = np.abs(heat) * _STRONGEST * 255
    tint = QImage(colours.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    return tint.scaled(
        _SIDE,
        _SIDE,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    ).copy()
