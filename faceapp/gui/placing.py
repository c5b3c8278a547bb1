"""Where the window stood, from one day to the next."""

from __future__ import annotations

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from faceapp.gui.settings import GEOMETRY, Settings
from faceapp.gui.theme import UNIT

_FIRST_WIDTH, _FIRST_HEIGHT = 160 * UNIT, 105 * UNIT


def place_window(window: QMainWindow, settings: Settings) -> None:
    """Put the window where it stood; the first time, at a good size for the screen."""
    kept = QByteArray.fromBase64(settings.get(GEOMETRY).encode())
    if kept.isEmpty() or not window.restoreGeometry(kept):
        room = window.screen().availableSize()
        window.resize(
            min(_FIRST_WIDTH, room.width() * 9 // 10), min(_FIRST_HEIGHT, room.height() * 9 // 10)
        )


def note_place(window: QMainWindow, settings: Settings) -> None:
    """Remember where the window stands."""
    settings.set(GEOMETRY, bytes(window.saveGeometry().toBase64().data()).decode("ascii"))
