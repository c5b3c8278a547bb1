"""Welcome: the next step is under the key Enter, and the keyboard does everything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QWidget

from faceapp.gui.theme import Theme
from faceapp.gui.welcome.page import WelcomePage
from faceapp.gui.welcome.recents import Recent

pytestmark = pytest.mark.gui

NOW = datetime.now(UTC).isoformat()
Build = Callable[..., WelcomePage]


def recent(folder: Path, samples: int = 12) -> Recent:
    return Recent(str(folder), samples, NOW)


@pytest.fixture
def build(qtbot: Any, theme: Theme) -> Build:
    """Builds the page in a window, as the program does."""
    windows: list[QStackedWidget] = []

    def make(
        recents: list[Recent] | None = None, size: tuple[int, int] = (1024, 640), demo: bool = True
    ) -> WelcomePage:
        window = QStackedWidget()
        qtbot.addWidget(window)
        windows.append(window)
        page = WelcomePage(demo=demo)
        window.addWidget(page)
        window.resize(*size)
        page.show_recents(recents or [])
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        page.activated()
        return page

    return make


@pytest.fixture
def three(tmp_path: Path) -> list[Recent]:
    """Recent datasets of which the newest is gone."""
    for name in ("second", "third"):
        (tmp_path / name).mkdir()
    return [recent(tmp_path / name) for name in ("first", "second", "third")]


def press(key: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget(), key)


@pytest.mark.parametrize(
    ("button", "signal"),
    [
        ("new", "new_wanted"),
        ("open", "open_wanted"),
        ("demo", "demo_wanted"),
        ("drop_zone", "import_wanted"),
    ],
)
def test_every_way_to_begin_has_a_button(
    build: Build, qtbot: Any, button: str, signal: str
) -> None:
    page = build()
    widget = getattr(page, button)
    with qtbot.waitSignal(getattr(page, signal)):
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(getattr(page, signal)):
        QTest.keyClick(widget, Qt.Key.Key_Space)


def test_where_there_is_no_demo_none_is_offered(build: Build) -> None:
    assert not build(demo=False).demo.isVisible()


def test_without_recent_datasets_it_says_where_they_will_be(build: Build) -> None:
    page = build()
    assert page._none.isVisible()
    assert QApplication.focusWidget() is page.new


def test_the_focus_falls_on_the_last_dataset_that_is_there(
    build: Build, three: list[Recent], qtbot: Any
) -> None:
    page = build(three)
    assert [row.missing for row in page.recents.rows] == [True, False, False]
    assert page.recents.rows[1].hasFocus()
    with qtbot.waitSignal(page.recent_chosen) as chosen:
        press(Qt.Key.Key_Return)
    assert chosen.args == [three[1].folder]


def test_where_all_are_missing_it_falls_on_new(build: Build, tmp_path: Path) -> None:
    page = build([recent(tmp_path / "gone")])
    assert page.new.hasFocus()


def test_a_recent_dataset_is_told_in_words(build: Build, three: list[Recent]) -> None:
    rows = build([*three, Recent(three[1].folder, 1, "2026-01-05T12:00:00")]).recents.rows
    assert rows[0].accessibleName() == "first, not found, today"
    assert rows[1].accessibleName() == "second, 12 images, today"
    assert rows[3].accessibleName().startswith("second, 1 image, ")
    assert rows[1].accessibleDescription() == rows[1].toolTip() == three[1].folder


def test_a_missing_one_can_still_be_chosen(build: Build, three: list[Recent], qtbot: Any) -> None:
    page = build(three)
    with qtbot.waitSignal(page.recent_chosen) as chosen:
        QTest.mouseClick(page.recents.rows[0], Qt.MouseButton.LeftButton)
    assert chosen.args == [three[0].folder]


def forgetful(page: WelcomePage, recents: list[Recent]) -> None:
    """Forget as the window does."""
    left = list(recents)

    def forget(folder: str) -> None:
        left[:] = [each for each in left if each.folder != folder]
        page.show_recents(left)

    page.recent_forgotten.connect(forget)


def test_del_forgets_and_the_keyboard_stays_in_the_list(build: Build, three: list[Recent]) -> None:
    page = build(three)
    forgetful(page, three)
    press(Qt.Key.Key_Delete)
    assert [row.recent.name for row in page.recents.rows] == ["first", "third"]
    assert page.recents.rows[1].hasFocus()
    press(Qt.Key.Key_Delete)
    assert page.recents.rows[0].hasFocus()
    press(Qt.Key.Key_Delete)
    assert page.recents.rows == []
    assert page.new.hasFocus()
    assert page._none.isVisible()


def test_the_context_menu_forgets(build: Build, three: list[Recent], qtbot: Any) -> None:
    page = build(three)
    row = page.recents.rows[2]
    at = QPoint(5, 5)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, row.mapToGlobal(at))
    QApplication.sendEvent(row, event)
    (menu,) = row.findChildren(QMenu)
    with qtbot.waitSignal(page.recent_forgotten) as forgotten:
        menu.actions()[0].trigger()
    assert forgotten.args == [three[2].folder]
    menu.close()


def test_tab_goes_through_everything_as_the_eye_does(build: Build, three: list[Recent]) -> None:
    page = build(three)
    page.new.setFocus()
    passed: list[QWidget] = []
    for _ in range(6):
        passed.append(QApplication.focusWidget())
        press(Qt.Key.Key_Tab)
    assert passed == [page.new, page.open, page.demo, *page.recents.rows]
    assert page.drop_zone.hasFocus()


def test_lists_may_be_shown_again_and_again(build: Build, three: list[Recent]) -> None:
    page = build(three)
    for _ in range(3):
        page.show_recents(three)
    assert len(page.recents.rows) == 3
    press(Qt.Key.Key_Tab)


def test_every_key_is_in_the_help(build: Build) -> None:
    assert [key for key, _words in build().page_keys()] == ["Tab", "Enter", "Del"]


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_headings_are_larger_than_text(build: Build, theme: Theme, zoom: float) -> None:
    page = build()
    theme.set_zoom(zoom)
    body = QApplication.font().pointSizeF()
    assert page._name.font().pointSizeF() > 2 * body
    assert page._recent_heading.font().pointSizeF() > 1.2 * body


@pytest.mark.parametrize("size", [(1024, 640), (1440, 900)])
@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_nothing_is_cut(
    build: Build, theme: Theme, three: list[Recent], size: tuple[int, int], zoom: float
) -> None:
    theme.set_zoom(zoom)
    page = build(three, size)
    QApplication.processEvents()
    for widget in (page.new, page.open, page.demo, page._promise, page.drop_zone):
        corner = widget.mapTo(page, QPoint(0, 0))
        assert corner.x() >= 0
        assert corner.x() + widget.width() <= size[0]
        assert widget.width() >= widget.minimumSizeHint().width()
    assert page.drop_zone.width() >= page.drop_zone.sizeHint().width()
    assert page.drop_zone.height() >= page.drop_zone.sizeHint().height()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_focus_is_seen(build: Build, theme: Theme, three: list[Recent], mode: str) -> None:
    theme.set_mode(mode)
    page = build(three)
    for widget in (page.new, page.open, page.recents.rows[1], page.drop_zone):
        widget.clearFocus()
        without = widget.grab().toImage()
        widget.setFocus()
        assert widget.grab().toImage() != without
