"""Every page by keyboard alone: Tab reaches all, as it is read, is seen, and is told by name."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from faceapp.app import make_program
from faceapp.dataset import Dataset, NewProposal
from faceapp.gui.label.task_editor import TaskEditor
from faceapp.gui.main_window import MainWindow
from main_program import drop, tear_down

pytestmark = pytest.mark.gui

_MOST = 120  # stops of Tab on one page
_NEAR = 12  # px around a widget that its focus may be drawn in


@pytest.fixture
def open_window(
    drawn_dataset: Path, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], MainWindow]]:
    """Opens the program on a page of a dataset; "welcome" is without one."""
    monkeypatch.setattr("sys.excepthook", None)
    monkeypatch.setattr("threading.excepthook", None)
    made: list[MainWindow] = []

    def open_page(name: str) -> MainWindow:
        program = make_program(tmp_path / "settings.json")
        window = program.window
        made.append(window)
        window.resize(1280, 800)
        window.show()
        if name == "welcome":
            window.begin(None)
        else:
            folder = shutil.copytree(drawn_dataset, tmp_path / "dataset")
            with Dataset.open(folder) as dataset:
                first = dataset.sample_ids()[0]
                dataset.propose("expression", [NewProposal(first, "sad", 0.9)], "model")
            window.begin(folder)
            window.show_page(name)
            qtbot.waitUntil(lambda: window.pages is not None and window.pages.current.idle)
        window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        return window

    yield open_page
    for each in made:
        each.close()
    tear_down()


def stops(window: QWidget) -> list[QWidget]:
    """Where Tab stops until it is where it began."""
    found: list[QWidget] = []
    while len(found) < _MOST:
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or now in found:
            break
        found.append(now)
    return found


def fields(window: QWidget) -> list[QWidget]:
    """Everything on show that takes keys and is to be reached."""
    return [
        each
        for each in window.findChildren(QWidget)
        if each.isVisible()
        and each.isEnabled()
        and each.focusProxy() is None
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def told(widget: QWidget) -> str:
    """What a screen reader calls it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return str(interface.text(QAccessible.Text.Name)) if interface is not None else ""


def top(widget: QWidget) -> int:
    return widget.mapTo(widget.window(), QPoint()).y()


def looks(window: QWidget, widget: QWidget) -> object:
    """The pixels of a widget and around it; of one that is scrolled away, once it is not."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
    place = widget.mapTo(window, QPoint())
    around = widget.rect().translated(place).adjusted(-_NEAR, -_NEAR, _NEAR, _NEAR)
    return window.grab(around.intersected(window.rect())).toImage()


@pytest.mark.parametrize("page", ["welcome", "overview", "label", "clean", "train", "live"])
def test_tab_reaches_everything_and_everything_has_a_name(
    open_window: Callable[[str], MainWindow], page: str
) -> None:
    window = open_window(page)
    reached = stops(window)
    assert len(reached) < _MOST
    lost = [each for each in fields(window) if each not in reached]
    assert not lost
    assert not [each for each in reached if not told(each)]


def unseen(window: QWidget) -> list[tuple[str, str]]:
    """Where Tab stops and nothing shows it."""
    found = []
    for each in stops(window):
        each.setFocus(Qt.FocusReason.TabFocusReason)
        seen = looks(window, each)
        each.clearFocus()
        if looks(window, each) == seen:
            found.append((type(each).__name__, told(each)))
        each.setFocus(Qt.FocusReason.TabFocusReason)
    return found


@pytest.mark.parametrize("page", ["welcome", "overview", "label", "clean", "train", "live"])
def test_what_has_the_keys_looks_so(open_window: Callable[[str], MainWindow], page: str) -> None:
    assert not unseen(open_window(page))


def test_tab_reads_the_label_page_from_left_to_right(
    open_window: Callable[[str], MainWindow],
) -> None:
    window = open_window("label")
    assert window.pages is not None
    page = window.pages.current
    reached = [each for each in stops(window) if page.isAncestorOf(each)]
    names = [told(each) for each in reached]
    start = names.index("Search in names")
    names = [*names[start:], *names[:start]]
    wanted = [
        "Search in names",
        "All samples, 80",
        "Backwards",
        "Size of the pictures",
        "Review",
        "Samples",
        "Fit",
        "Edit the classes of expression",
        "unsure",
        "quarantine",
        "Edit the classes of sex",
        "History",
    ]
    assert [name for name in names if name in wanted and names.count(name) == 1] == [
        name for name in wanted if names.count(name) == 1
    ]
    # A class stands three times: as a filter, in the balance strip, and as an answer.
    answers = [place for place, name in enumerate(names) if name == "happy"]
    bars = [place for place, name in enumerate(names) if name.startswith("happy, ")]
    assert max(bars) < min(answers, default=len(names))


def test_tab_reads_the_overview_from_the_top(open_window: Callable[[str], MainWindow]) -> None:
    window = open_window("overview")
    assert window.pages is not None
    page = window.pages.current
    reached = [each for each in stops(window) if page.isAncestorOf(each)]
    start = [told(each) for each in reached].index("Import images...")
    heights = [top(each) for each in (*reached[start:], *reached[:start])]
    assert heights == sorted(heights)


def test_tab_comes_to_the_kinds_before_what_is_found_of_them(
    open_window: Callable[[str], MainWindow],
) -> None:
    window = open_window("clean")
    names = [told(each) for each in stops(window)]
    start = names.index("Some...")
    names = [*names[start:], *names[:start]]
    assert names.index("Unreadable") < names.index("Small classes") < names.index("Some checks...")


def test_tab_comes_to_the_classes_between_task_and_recipe(
    open_window: Callable[[str], MainWindow],
) -> None:
    window = open_window("train")
    assert window.pages is not None
    names = [told(each) for each in stops(window) if window.pages.current.isAncestorOf(each)]
    start = names.index("expression")
    names = [*names[start:], *names[:start]]
    (happy,) = [name for name in names if name.startswith("Learn happy")]
    assert 0 < names.index(happy) < names.index("All settings") < names.index("Start training")


def test_tab_reads_the_live_page_from_the_picture_to_the_strip(
    open_window: Callable[[str], MainWindow],
) -> None:
    window = open_window("live")
    assert window.pages is not None
    page = window.pages.current
    reached = [each for each in stops(window) if page.isAncestorOf(each)]
    names = [told(each) for each in reached]
    start = names.index("Look again")
    assert [*names[start:], *names[:start]] == [
        "Look again",
        "Image or video...",
        "Source: Choose a source",
        "Smoothing",
        "Model: starter model",
        "Train on these",
    ]


def test_answers_come_where_they_stand_after_another_task_was_chosen(
    open_window: Callable[[str], MainWindow], qtbot: Any
) -> None:
    window = open_window("label")
    assert window.session is not None
    assert window.pages is not None
    page = window.pages.current
    window.session.do(window, lambda dataset: dataset.add_task("age", ["young", "old"]))
    window.session.set_current_task("age")
    qtbot.waitUntil(lambda: page.idle and any(told(each) == "young" for each in fields(window)))
    names = [told(each) for each in stops(window)]
    assert names.index("Edit the classes of age") < names.index("young") < names.index("old")
    assert names.index("old") < names.index("History")


def opened(dialog: QWidget | None, qtbot: Any) -> QWidget:
    """A dialog that takes the keys."""
    assert dialog is not None
    dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget() or dialog.window()))
    return dialog


def test_the_import_dialog_by_keyboard(
    open_window: Callable[[str], MainWindow], drawn_faces: Path, qtbot: Any
) -> None:
    window = open_window("label")
    drop(window, drawn_faces)
    dialog = window.importing.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.import_button.isEnabled)
    opened(dialog, qtbot)
    reached = stops(dialog)
    names = [told(each) for each in reached]
    assert all(names), names
    assert [told(each) for each in fields(dialog) if each not in reached] == []
    assert not unseen(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.jobs.running)
    assert not dialog.isVisible()


def test_the_task_editor_by_keyboard(open_window: Callable[[str], MainWindow], qtbot: Any) -> None:
    window = open_window("label")
    assert window.session is not None
    dialog = TaskEditor(window.session, "expression", window)
    dialog.show()
    opened(dialog, qtbot)
    reached = stops(dialog)
    assert all(told(each) for each in reached)
    assert [told(each) for each in fields(dialog) if each not in reached] == []
    assert not unseen(dialog)
    dialog.choose("happy")
    QTest.keyClick(dialog, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(dialog.do_it.hasFocus)
    assert "14 samples" in dialog.do_it.accessibleDescription()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert "happy" in window.session.dataset.task("expression").names
    dialog.close()
