"""The grid: selection, layout, and what it asks of its pictures."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from faceapp.dataset import Dataset
from faceapp.gui.samples.grid import SampleGrid
from label_page import PageUnderTest
from sample_rows import fill

pytestmark = pytest.mark.gui

Build = Callable[..., PageUnderTest]


@pytest.fixture
def grid(build_page: Build, dataset: Dataset) -> SampleGrid:
    fill(dataset, 500)
    dataset.add_task("expression", ["happy", "sad"])
    return build_page().page.grid


@pytest.mark.parametrize("side", [64, 96, 128, 200, 256])
@pytest.mark.parametrize("width", [1024, 1280, 1501])
def test_cells_share_the_width_evenly(grid: SampleGrid, side: int, width: int) -> None:
    grid.window().resize(width, 700)
    grid.set_side(side)
    room = grid.viewport().width()
    lefts = [grid.visualRect(grid.model().index(n)).left() for n in range(40)]
    columns = lefts.index(0, 1)
    assert columns == max((room - 1) // grid.painter.cell.width(), 1)
    assert room - columns * grid.gridSize().width() <= columns


def test_what_is_in_sight_is_known_without_looking(grid: SampleGrid) -> None:
    for place in (0, 700, grid.verticalScrollBar().maximum()):
        grid.verticalScrollBar().setValue(place)
        viewport = grid.viewport().rect()
        seen = [
            n for n in range(500) if grid.visualRect(grid.model().index(n)).intersects(viewport)
        ]
        assert set(seen) <= set(grid.on_screen())
        assert len(grid.on_screen()) <= len(seen) + 20


def test_everything_is_selected_as_one_span(grid: SampleGrid) -> None:
    QTest.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert grid.selected_count() == 500
    assert len(grid.selected_ids()) == 500
    assert grid.advance() is False


def test_after_a_selection_comes_the_sample_behind_it(grid: SampleGrid) -> None:
    grid.select([3, 4, 9], 4)
    assert grid.selected_count() == 3
    assert grid.current == 4
    assert grid.advance()
    assert grid.current == 10
    assert grid.selected_count() == 1


def test_moving_stays_inside(grid: SampleGrid) -> None:
    grid.go_to(2)
    grid.move_by(-10)
    assert grid.current == 0
    grid.move_by(10**6)
    assert grid.current == 499


def test_the_current_sample_is_in_sight_at_any_size(grid: SampleGrid) -> None:
    grid.go_to(250)
    for side in (256, 64, 128):
        grid.set_side(side)
        rect = grid.visualRect(grid.model().index(250))
        assert grid.viewport().rect().contains(rect.center())
