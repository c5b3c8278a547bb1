"""An icon stands clear of the words after it, at any size of text, and makes no button higher."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton

from faceapp.gui.theme import HALF, Theme
from faceapp.gui.widgets.icon_button import IconButton

pytestmark = pytest.mark.gui


def gaps(image: QImage) -> list[int]:
    """Widths of the stretches between painted columns, along the middle of a button."""
    rows = range(image.height() // 4, 3 * image.height() // 4)
    ground = image.pixelColor(image.width() // 2, 3)

    def painted(x: int) -> bool:
        return any(image.pixelColor(x, y) != ground for y in rows)

    found, wide = [], 0
    for x in range(4, image.width() - 4):  # without the border
        if painted(x):
            found.append(wide)
            wide = 0
        else:
            wide += 1
    return [each for each in found if each]


@pytest.mark.parametrize("zoom", [1.0, 1.5])
def test_the_icon_stands_clear_of_the_words(theme: Theme, qtbot: Any, zoom: float) -> None:
    theme.set_zoom(zoom)
    button = IconButton("next", "Uuuu")  # no gap within these words is wide
    qtbot.addWidget(button)
    button.show()
    _before, *within = gaps(button.grab().toImage())
    assert HALF * 1.5 * zoom <= max(within) <= 3 * HALF * zoom


def test_a_button_is_no_higher_for_its_icon(theme: Theme, qtbot: Any) -> None:
    with_icon, without = IconButton("next", "Go"), QPushButton("Go")
    for button in (with_icon, without):
        qtbot.addWidget(button)
        button.show()
    assert abs(with_icon.sizeHint().height() - without.sizeHint().height()) <= 2


def test_another_meaning_is_another_icon(theme: Theme, qtbot: Any) -> None:
    button = IconButton("down")
    qtbot.addWidget(button)
    before = button.icon().pixmap(32, 32).toImage()
    button.show_icon("up")
    assert button.icon().pixmap(32, 32).toImage() != before
    assert button.layoutDirection() is Qt.LayoutDirection.LeftToRight
