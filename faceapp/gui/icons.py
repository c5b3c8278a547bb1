"""Icons by what they mean, in the colour of the text beside them."""

from __future__ import annotations

from typing import Final

import qtawesome
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from faceapp.gui.theme import colours_of

# Meaning -> glyph of the Material Design set.
GLYPHS: Final = {
    "open": "mdi6.folder-open-outline",
    "new": "mdi6.folder-plus-outline",
    "demo": "mdi6.auto-fix",
    "import": "mdi6.tray-arrow-down",
    "undo": "mdi6.undo",
    "redo": "mdi6.redo",
    "close": "mdi6.close",
    "search": "mdi6.magnify",
    "theme": "mdi6.theme-light-dark",
}


def icon(meaning: str, widget: QWidget) -> QIcon:
    """The icon of that meaning, fit for the scheme that the widget is painted in."""
    colours = colours_of(widget)
    made: QIcon = qtawesome.icon(GLYPHS[meaning], color=colours.text, color_disabled=colours.dim)
    return made
