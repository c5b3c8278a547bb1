"""The map: drawn once, coloured by what one likes, and what a loop holds can be acted on."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from clean_page import CleanUnderTest
from faceapp.dataset import Dataset, Query
from faceapp.gui.clean.cleaner import FaceMap
from faceapp.gui.clean.map_view import Dots, MapView
from faceapp.jobs import Job
from held_work import HeldWork

pytestmark = [pytest.mark.gui, pytest.mark.usefixtures("own_home")]

Build = Callable[..., CleanUnderTest]
LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


def draw_in_rows(folder: Path, _job: Job) -> FaceMap:
    """Ten in a row, in the order they were added: quick, and it is known who lies where."""
    with Dataset.open(folder) as dataset:
        ids = tuple(dataset.sample_ids())
    return FaceMap(ids, tuple((n % 10 / 10, n // 10 / 10) for n in range(len(ids))))


def loop(view: MapView, places: range) -> None:
    """Draw a loop with the mouse around the dots of a rectangle of the map."""
    points = [view.point_of(place) for place in places]
    left, right = min(p.x() for p in points) - 8, max(p.x() for p in points) + 8
    top, bottom = min(p.y() for p in points) - 8, max(p.y() for p in points) + 8
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top + 2)]
    way = [QPointF(x, y).toPoint() for x, y in corners]
    QTest.mousePress(view, LEFT, pos=way[0])
    for at in way[1:]:
        QTest.mouseMove(view, at)
    QTest.mouseRelease(view, LEFT, pos=way[-1])


@pytest.fixture
def mapped(build: Build, checked_faults: Path) -> CleanUnderTest:
    page = build(checked_faults, draw_map=draw_in_rows)
    page.press("m")
    page.settle()
    return page


def test_what_a_loop_holds_is_shown_and_set_aside(mapped: CleanUnderTest) -> None:
    page, pane = mapped, mapped.page.map
    ids = list(page.dataset.sample_ids())
    assert page.page.focusWidget() is pane.view
    loop(pane.view, range(10))
    assert pane.selected_ids() == ids[:10]
    assert pane.words.text() == "10 faces are selected"
    page.press("l", widget=pane.view)
    assert page.wanted == [(ids[:10], "From the map")]
    page.press("q", widget=pane.view)
    assert page.dataset.sample_ids(Query(quarantined=True)) == ids[:10]
    assert pane.map is not None
    assert list(pane.map.ids) == ids[10:]
    assert pane.selected_ids() == []
    page.session.undo()
    assert list(pane.map.ids) == ids  # without another drawing
    page.choose("dark")
    assert not pane.isVisible()


def test_dots_are_coloured_by_class_source_and_finding(mapped: CleanUnderTest) -> None:
    page, pane = mapped, mapped.page.map

    def legend() -> dict[str, int | None]:
        return {row.text(): row.count for row in pane.legend}

    counts = page.dataset.class_counts("expression")
    given = {name: number for name, number in counts.counts.items() if number}
    assert legend() == {**given, "no answer": counts.unlabelled}
    page.dataset.label([page.dataset.sample_ids()[0]], "expression", "happy")
    page.session.reload()
    assert legend() != {**given, "no answer": counts.unlabelled}
    pane.colour.setCurrentIndex(pane.colour.findData("finding"))
    found = legend()
    assert found["Dark"] == page.counts["dark"]
    assert "Small classes" not in found
    page.click(pane.legend[0])
    assert len(pane.selected_ids()) == next(iter(found.values()))
    pane.colour.setCurrentIndex(pane.colour.findData("source"))
    assert list(legend().values()) == [page.dataset.count()]


def test_the_face_under_the_mouse_is_shown(mapped: CleanUnderTest) -> None:
    pane = mapped.page.map
    at = pane.view.point_of(12).toPoint()
    QTest.mouseMove(pane.view, at + QPoint(2, 1))
    sample = mapped.dataset.sample(mapped.dataset.sample_ids()[12])
    assert pane.name.text() == sample.name
    mapped.qtbot.waitUntil(lambda: not pane.face.pixmap().isNull())
    QTest.mouseMove(pane.view, pane.view.rect().topLeft() + QPoint(2, 2))
    assert pane.name.text() == ""


def test_keys_do_it_too(mapped: CleanUnderTest) -> None:
    view = mapped.page.map.view
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(view, key)
    assert view.current == 11
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert view.selection == {11}
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.selection == frozenset()
    QTest.keyClick(view, Qt.Key.Key_A, CTRL)
    assert len(view.selection) == mapped.dataset.count()


def test_a_map_that_cannot_be_drawn_says_why(build: Build, checked_faults: Path) -> None:
    tries: list[None] = []

    def draw(folder: Path, job: Job) -> FaceMap:
        tries.append(None)
        if len(tries) == 1:
            raise OSError("The network has no weights.")
        return draw_in_rows(folder, job)

    page = build(checked_faults, draw_map=draw)
    page.click(page.page.kinds.map)
    page.settle()
    assert page.words == ["The network has no weights."]
    (again,) = page.page.map.empty.buttons
    page.click(again)
    page.settle()
    assert page.page.map.map is not None
    assert page.words == []


def test_while_it_is_drawn_that_is_said(build: Build, checked_faults: Path) -> None:
    held: Any = HeldWork(FaceMap((1,), ((0.5, 0.5),)))
    page = build(checked_faults, draw_map=lambda _folder, job: held(job))
    page.click(page.page.kinds.map)
    page.qtbot.waitUntil(lambda: "25%" in page.page.map.empty._text.text())
    assert not page.page.idle
    held.let_go()
    page.settle()
    assert page.page.map.map is not None


def test_the_real_network_places_every_face(build: Build, learned_dataset: Path) -> None:
    page = build(learned_dataset)
    page.press(Qt.Key.Key_M, widget=page.page)
    page.settle()
    assert page.page.map.map is not None
    assert set(page.page.map.map.ids) == set(page.dataset.sample_ids())


def test_twenty_thousand_dots_are_one_picture(qtbot: Any) -> None:
    view = MapView()
    qtbot.addWidget(view)
    chance = random.Random(0)
    view.resize(800, 700)
    view.show_points([(chance.random(), chance.random()) for _ in range(20_000)])
    view.show_dots([Dots("#0072b2", tuple(range(20_000)))])
    view.show()
    qtbot.waitExposed(view)
    view.grab()
    picture = view._picture
    assert picture is not None
    for step in range(50):
        QTest.mouseMove(view, QPoint(100 + 5 * step, 300))
        view.grab()
    assert view._picture is picture  # hovering paints no dot again
    before = view.point_of(7)
    view.zoom_by(2.0, before)
    assert view.point_of(7).toPoint() == before.toPoint()
    assert view._picture is picture  # shown larger at once, sharp when the hand rests
    qtbot.waitUntil(lambda: not view._sharpen.isActive())
    view.grab()
    assert view._picture is not picture
