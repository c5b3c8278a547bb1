"""Charts: lengths are shares, figures are said in words, and nothing is painted outside."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from faceapp.gui.theme import Theme, colours_of
from faceapp.gui.widgets.charts import BarList, HistogramView, Part, ShareRow, ShareRows, shares

pytestmark = pytest.mark.gui

ORANGE, BLUE, BLACK = "#e69f00", "#0072b2", "#000000"


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def pixels(image: QImage, colour: str) -> int:
    wanted = QColor(colour).rgb()
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(image.pixel(x, y) == wanted for x, y in places)


COUNTS = st.lists(st.integers(0, 10**6), max_size=12)


@given(counts=COUNTS)
def test_shares_add_up_to_all_or_to_nothing(counts: list[int]) -> None:
    found = shares([Part("x", ORANGE, count) for count in counts])
    assert sum(found) == pytest.approx(1.0 if any(counts) else 0.0)
    assert all(0 <= share <= 1 for share in found)


@given(counts=COUNTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_counts_can_be_painted_at_any_width(counts: list[int], qapp: object) -> None:
    parts = [Part(f"class {n}" * (n + 1), ORANGE, count) for n, count in enumerate(counts)]
    bars, rows = BarList("bars"), ShareRows("rows")
    bars.show_parts(parts)
    empty = tuple(Part(part.name, part.colour, 0) for part in parts)
    rows.show_rows([ShareRow("a", tuple(parts)), ShareRow("", empty)])
    for width in (30, 240, 1000):
        for chart in (bars, rows):
            chart.resize(width, 200)
            assert not picture(chart).isNull()
    for part in parts:
        assert part.name in bars.accessibleDescription()


def test_bars_are_as_long_as_shares_of_all(qtbot: Any) -> None:
    chart = BarList("expression")
    qtbot.addWidget(chart)
    chart.show_parts([Part("happy", ORANGE, 60), Part("sad", BLUE, 30), Part("none", BLACK, 0)])
    chart.resize(600, chart.sizeHint().height())
    image = picture(chart)
    assert pixels(image, ORANGE) / pixels(image, BLUE) == pytest.approx(2, rel=0.05)
    assert chart.accessibleName() == "expression"
    assert chart.accessibleDescription() == "happy 67% (60), sad 33% (30), none 0% (0)"


def test_a_long_name_leaves_room_for_its_bar(qtbot: Any) -> None:
    chart = BarList("expression")
    qtbot.addWidget(chart)
    chart.show_parts([Part("a name that goes on and on and on and on and on", ORANGE, 5)])
    chart.resize(320, chart.sizeHint().height())
    assert pixels(picture(chart), ORANGE) > 300


def test_larger_text_takes_more_room(qtbot: Any, theme: Theme) -> None:
    bars, sizes = BarList("b"), HistogramView("h", "px", "median {0}")
    rows = ShareRows("r")
    parts = (Part("happy", ORANGE, 5), Part("sad", BLUE, 5))
    bars.show_parts(parts)
    rows.show_rows([ShareRow("all", parts)])
    sizes.show_counts(0, 10, [1, 2], 12)
    charts = (bars, rows, sizes)
    for chart in charts:
        qtbot.addWidget(chart)
        chart.show()
    small = [chart.sizeHint().height() for chart in charts]
    theme.set_zoom(2.0)
    assert all(chart.sizeHint().height() > old for chart, old in zip(charts, small, strict=True))


@pytest.fixture
def rows(qtbot: Any) -> ShareRows:
    chart = ShareRows("expression by sex")
    qtbot.addWidget(chart)
    chart.show_rows(
        [
            ShareRow("female", (Part("happy", ORANGE, 3), Part("sad", BLUE, 1))),
            ShareRow("male", (Part("happy", ORANGE, 0), Part("sad", BLUE, 2000))),
        ]
    )
    chart.resize(500, chart.heightForWidth(500))
    return chart


def test_rows_are_divided_by_their_shares(rows: ShareRows) -> None:
    image = picture(rows)
    (_row, bar), _other = rows._bars()
    line = [image.pixelColor(x, int(bar.top()) + 3).name() for x in range(image.width())]
    assert line.count(ORANGE) / line.count(BLUE) == pytest.approx(3, rel=0.05)
    assert rows.accessibleDescription() == "female (4): happy 75%, sad 25%; male (2,000): sad 100%"


def test_the_figures_are_under_the_mouse(rows: ShareRows) -> None:
    (_row, first), (_other, second) = rows._bars()
    at = first.topLeft() + QPointF(0.1 * first.width(), 3)
    assert rows.words_at(at) == "female, happy: 75% (3)"
    assert rows.words_at(second.center()) == "male, sad: 100% (2,000)"
    assert rows.words_at(QPointF(1, 1)) == ""
    position = second.center().toPoint()
    event = QHelpEvent(QHelpEvent.Type.ToolTip, position, rows.mapToGlobal(position))
    rows.show()
    QApplication.sendEvent(rows, event)
    assert QToolTip.text() == "male, sad: 100% (2,000)"
    QToolTip.hideText()


def test_a_narrow_legend_takes_more_lines(qtbot: Any) -> None:
    chart = ShareRows("r")
    qtbot.addWidget(chart)
    parts = tuple(Part(f"class number {n}", ORANGE, 1) for n in range(12))
    chart.show_rows([ShareRow("all", parts)])
    assert chart.heightForWidth(300) > chart.heightForWidth(900)


def test_classes_without_samples_are_not_in_the_legend(qtbot: Any) -> None:
    chart = ShareRows("r")
    qtbot.addWidget(chart)
    chart.show_rows([ShareRow("all", (Part("happy", ORANGE, 1), Part("sad", BLUE, 0)))])
    assert [part.name for _corner, part in chart._legend(400)] == ["happy"]


def test_a_histogram_is_as_high_as_its_counts(qtbot: Any) -> None:
    chart = HistogramView("sizes", "px", "median {0}")
    qtbot.addWidget(chart)
    chart.show_counts(100, 50, [10, 0, 40], 210)
    chart.resize(300, chart.sizeHint().height())
    assert chart.accessibleDescription() == "100-250 px; median 210 px"
    image = picture(chart)
    accent = QColor(colours_of(chart).accent)

    def high(x: int) -> int:
        return sum(image.pixelColor(x, y) == accent for y in range(image.height()))

    assert high(150) == 0
    assert high(50) < high(280)


@given(
    start=st.integers(0, 1000),
    width=st.integers(1, 500),
    counts=st.lists(st.integers(0, 1000), min_size=1, max_size=24).filter(any),
    median=st.integers(0, 100_000),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_histogram_can_be_painted(
    start: int, width: int, counts: list[int], median: int, qapp: object
) -> None:
    chart = HistogramView("sizes", "px", "median {0}")
    for size in (40, 500):
        chart.resize(size, 130)
        chart.show_counts(start, width, counts, median)
        assert not picture(chart).isNull()


def test_an_empty_histogram_paints_nothing(qtbot: Any) -> None:
    chart = HistogramView("sizes", "px", "median {0}")
    qtbot.addWidget(chart)
    chart.resize(100, 100)
    image = picture(chart)
    assert image.pixel(QPoint(50, 50)) == image.pixel(QPoint(3, 3))
