"""How the window looks: colours for light and dark, one accent, an 8-px grid, fonts."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from faceapp.gui.colours import (
    BODY,
    DARK,
    HALF,
    HEADING,
    LIGHT,
    RADIUS,
    SMALL,
    UNIT,
    Colours,
)
from faceapp.gui.stylesheet import stylesheet

__all__ = [
    "BODY",
    "DARK",
    "HALF",
    "HEADING",
    "LIGHT",
    "RADIUS",
    "SMALL",
    "UNIT",
    "Colours",
    "Theme",
    "colours_of",
    "contrast",
    "luminance",
    "palette",
    "sized",
    "text_on",
]

_SMALLEST_POINTS = 10.0


def colours_of(widget: QWidget) -> Colours:
    """The colours that a widget paints with: those of the scheme its palette belongs to."""
    window = widget.palette().color(QPalette.ColorRole.Window)
    return DARK if luminance(window) < 0.5 else LIGHT


def luminance(colour: QColor | str) -> float:
    """Relative luminance, 0..1 (WCAG 2.2, "relative luminance")."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    shown = QColor(colour)
    red, green, blue = (linear(each) for each in (shown.redF(), shown.greenF(), shown.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor | str, other: QColor | str) -> float:
    """Contrast ratio, 1..21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def text_on(ground: QColor | str) -> QColor:
    """Black or white, whichever reads better on a class's colour: 4.5:1 on any."""
    return max((QColor("#000000"), QColor("#ffffff")), key=lambda text: contrast(text, ground))


def sized(font: QFont, share: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font at a share of its size (`HEADING`, `SMALL`)."""
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * share)
    made.setWeight(weight)
    return made


class Theme(QObject):
    """Light, dark or as the system is, and how large text is; applied to the whole application."""

    changed = Signal()

    def __init__(self, app: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._mode = "system"
        self._zoom = 1.0
        app.setStyle("Fusion")
        install_fonts()
        # Not the application's: that one an earlier theme may have changed.
        self._body = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        self._body.setPointSizeF(max(self._body.pointSizeF(), _SMALLEST_POINTS))
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self._show()

    @property
    def mode(self) -> str:
        """What was chosen: "system", "light" or "dark"."""
        return self._mode

    @property
    def zoom(self) -> float:
        """Size of all text, as a share of the system's."""
        return self._zoom

    @property
    def colours(self) -> Colours:
        """The colours in force."""
        if self._mode == "system":
            dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        else:
            dark = self._mode == "dark"
        return DARK if dark else LIGHT

    def set_mode(self, mode: str) -> None:
        """Choose "system", "light" or "dark"."""
        self._mode = mode
        self._show()

    def set_zoom(self, zoom: float) -> None:
        """Choose the size of all text."""
        self._zoom = zoom
        self._show()

    def _follow(self) -> None:
        if self._mode == "system":
            self._show()

    def _show(self) -> None:
        font = sized(self._body, self._zoom)
        self._app.setFont(font)
        self._app.setPalette(palette(self.colours))
        self._app.setStyleSheet(stylesheet(self.colours, font))
        self.changed.emit()


def palette(colours: Colours) -> QPalette:
    """Qt's palette in our colours."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, colours.window),
        (roles.WindowText, colours.text),
        (roles.Base, colours.base),
        (roles.AlternateBase, colours.window),
        (roles.Text, colours.text),
        (roles.PlaceholderText, colours.dim),
        (roles.Button, colours.raised),
        (roles.ButtonText, colours.text),
        (roles.BrightText, colours.problem),
        (roles.Highlight, colours.accent),
        (roles.HighlightedText, colours.on_accent),
        (roles.Accent, colours.accent),
        (roles.Link, colours.accent),
        (roles.LinkVisited, colours.accent),
        (roles.ToolTipBase, colours.raised),
        (roles.ToolTipText, colours.text),
        (roles.Light, colours.hover),
        (roles.Midlight, colours.hover),
        (roles.Mid, colours.line),
        (roles.Dark, colours.line),
        (roles.Shadow, colours.line),
    ):
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText, roles.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.dim))
    made.setColor(QPalette.ColorGroup.Disabled, roles.Highlight, QColor(colours.selected))
    return made


def install_fonts() -> None:
    """Load the font in matplotlib's wheel where the machine has none at all."""
    if QFontDatabase.families():
        return
    found = importlib.util.find_spec("matplotlib")
    for place in (found.submodule_search_locations or []) if found else []:
        for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf"):
            QFontDatabase.addApplicationFont(str(Path(place) / "mpl-data" / "fonts" / "ttf" / name))
