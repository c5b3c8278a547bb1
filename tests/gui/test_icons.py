"""Icons: every meaning has a glyph, in the colours of the moment, and qtawesome stays unloaded."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage

from faceapp.gui.icons import GLYPHS, Tone, icon
from faceapp.gui.theme import DARK, LIGHT, Colours, Theme

pytestmark = [pytest.mark.gui, pytest.mark.usefixtures("qapp")]


def drawn(made: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> QImage:
    return made.pixmap(QSize(32, 32), mode).toImage().convertToFormat(QImage.Format.Format_ARGB32)


def inks(image: QImage) -> set[str]:
    """The colours of the pixels that are painted through and through."""
    pixels = (image.pixelColor(x, y) for x in range(32) for y in range(32))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.parametrize("meaning", sorted(GLYPHS))
def test_every_meaning_has_a_glyph_of_its_own(theme: Theme, meaning: str) -> None:
    image = drawn(icon(meaning))
    assert inks(image)
    same = {"about", "info"}  # are both the letter i
    others = [each for each in GLYPHS if each != meaning and not {each, meaning} <= same]
    assert all(GLYPHS[each] != GLYPHS[meaning] for each in others)


@pytest.mark.parametrize(("mode", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_an_icon_follows_the_theme_by_itself(theme: Theme, mode: str, colours: Colours) -> None:
    made = icon("folder")
    theme.set_mode(mode)
    assert inks(drawn(made)) == {QColor(colours.text).name()}
    assert inks(drawn(icon("folder", Tone.DIM))) == {QColor(colours.dim).name()}
    assert inks(drawn(made, QIcon.Mode.Disabled)) == {QColor(colours.dim).name()}


def test_icons_do_not_load_qtawesome() -> None:
    script = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "from faceapp.gui.icons import icon; assert not icon('folder').pixmap(16, 16).isNull();"
        "assert 'qtawesome' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
