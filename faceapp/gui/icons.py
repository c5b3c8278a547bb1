"""Icons by what they mean, painted in the palette's colours of the moment.

The glyphs are those of Material Design in qtawesome's wheel. qtawesome itself is not imported:
it checks and loads all its eleven fonts before it shows the first icon, a third of a second that
would come off the start of the window.
"""

from __future__ import annotations

import importlib.util
import json
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QFontMetrics,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QStyle

# Meaning -> glyph.
GLYPHS: Final = {
    "about": "information-outline",
    "add": "plus",
    "check": "clipboard-check-outline",
    "chart": "chart-bar",
    "clean": "broom",
    "close": "close",
    "database": "database-outline",
    "demo": "auto-fix",
    "done": "check-circle-outline",
    "down": "chevron-down",
    "face": "face-recognition",
    "folder": "folder-outline",
    "help": "help-circle-outline",
    "import": "tray-arrow-down",
    "info": "information-outline",
    "keys": "keyboard-outline",
    "label": "tag-outline",
    "log": "text-box-outline",
    "missing": "folder-off-outline",
    "new": "folder-plus-outline",
    "next": "arrow-right",
    "open": "folder-open-outline",
    "people": "account-group-outline",
    "picture": "image-outline",
    "problem": "alert-octagon-outline",
    "record": "record-circle-outline",
    "redo": "redo",
    "reload": "refresh",
    "search": "magnify",
    "stop": "stop",
    "theme": "circle-half-full",
    "undo": "undo",
    "up": "chevron-up",
    "warning": "alert-outline",
}


# How much of its square a glyph takes.
_PART = 0.86
# Beside text: height of the icon by that of the text, and the room after it by its own height.
_HEIGHT, _GAP = 9 / 8, 1 / 3


class Tone(Enum):
    """Which of the palette's colours an icon takes."""

    TEXT = QPalette.ColorRole.WindowText
    DIM = QPalette.ColorRole.PlaceholderText
    ACCENT = QPalette.ColorRole.Accent
    ON_ACCENT = QPalette.ColorRole.HighlightedText


def icon(meaning: str, tone: Tone = Tone.TEXT) -> QIcon:
    """The icon of that meaning; it follows the theme by itself."""
    return QIcon(_GlyphEngine(_charmap()[GLYPHS[meaning]], tone))


def beside_text(metrics: QFontMetrics) -> QSize:
    """How large an icon is before words of that font, with room after it."""
    side = round(metrics.height() * _HEIGHT)
    return QSize(side + round(side * _GAP), side)


class _GlyphEngine(QIconEngine):
    """Paints one glyph, in the middle of its square; what is wider keeps its end free."""

    def __init__(self, glyph: str, tone: Tone) -> None:
        super().__init__()
        self._glyph = glyph
        self._tone = tone

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        group = QPalette.ColorGroup.Active
        if mode is QIcon.Mode.Disabled:
            group = QPalette.ColorGroup.Disabled
        font = QFont(_family())
        font.setPixelSize(max(1, round(rect.height() * _PART)))
        painter.save()
        painter.setFont(font)
        painter.setPen(QApplication.palette().color(group, self._tone.value))
        side = min(rect.width(), rect.height())
        start = QStyle.alignedRect(
            QApplication.layoutDirection(),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            QSize(side, side),
            rect,
        )
        painter.drawText(start, Qt.AlignmentFlag.AlignCenter, self._glyph)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._glyph, self._tone)


def _fonts() -> Path:
    found = importlib.util.find_spec("qtawesome")
    assert found is not None  # a dependency of ours
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0]) / "fonts"


@cache
def _charmap() -> dict[str, str]:
    """The glyphs of the set by name."""
    (file,) = _fonts().glob("materialdesignicons6-webfont-charmap-*.json")
    codes: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in codes.items()}


def _family() -> str:
    """The set's font family, loaded where the application does not have it yet."""
    families = QFontDatabase.applicationFontFamilies(_font_id())
    if not families:  # another QApplication, as in tests
        _font_id.cache_clear()
        families = QFontDatabase.applicationFontFamilies(_font_id())
    return families[0]


@cache
def _font_id() -> int:
    (file,) = _fonts().glob("materialdesignicons6-webfont-[0-9]*.ttf")
    return QFontDatabase.addApplicationFont(str(file))
