"""Chips side by side share the room so that words are cut last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.gui.samples.chips import shared_widths

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
