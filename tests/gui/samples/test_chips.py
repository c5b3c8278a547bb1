"""Chips side by side share the room so that words are cut last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget

from faceapp.gui.samples.chips import Chip, ChipPictures, shared_widths
from faceapp.gui.theme import colours_of

pytestmark = pytest.mark.gui


@given(st.lists(st.integers(1, 200), max_size=5), st.integers(10, 400))
def test_widths_fill_the_room_and_the_widest_give_way(wanted: list[int], room: int) -> None:
    widths = shared_widths(wanted, room)
    assert len(widths) == len(wanted)
    assert sum(widths) <= room
    if wanted:
        assert sum(widths) > room - len(wanted)
    for want, width in zip(wanted, widths, strict=True):
        if width < want:  # cut: then nothing is much wider than it
            assert max(widths) <= width + 1
    if sum(wanted) <= room:
        assert all(width >= want for want, width in zip(wanted, widths, strict=True))


def test_a_short_word_leaves_room_to_a_long_one() -> None:
    assert shared_widths([80, 30], 110) == [80, 30]
    assert shared_widths([80, 30], 100) == [70, 30]
    assert shared_widths([80, 90], 100) == [50, 50]


def test_a_short_word_stands_on_a_narrow_chip_that_it_fits(qapp: QApplication) -> None:
    view = QWidget()
    pictures = ChipPictures(colours_of(view), qapp.font(), 1.0)
    chip, long = Chip("no", "#0000ff"), Chip("nonsense", "#0000ff")

    def written(chip: Chip, width: int) -> bool:
        image = pictures.get(chip, width, 20).toImage()
        middle = (image.pixelColor(x, y) for x in range(4, width - 4) for y in range(4, 16))
        return any(colour != QColor("#0000ff") for colour in middle)

    narrow = pictures.wanted_width(chip)
    assert narrow < 44
    assert written(chip, narrow)
    assert not written(long, 30)
    view.deleteLater()
