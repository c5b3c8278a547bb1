"""The window: one dataset at a time, what it says of it, and how it comes back."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPushButton, QWidget

from child_work import begun_run
from faceapp.app import make_program
from faceapp.dataset import Dataset
from faceapp.gui.help import KeysDialog
from faceapp.gui.main_window import MainWindow
from faceapp.gui.settings import THEME, Settings
from faceapp.gui.train.page import TrainPage
from faceapp.jobs import Job
from main_program import drop, tear_down

pytestmark = pytest.mark.gui

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def open_window(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., MainWindow]]:
    """Opens the program's window, as often as one likes; the earlier one closes."""
    monkeypatch.setattr("sys.excepthook", None)
    monkeypatch.setattr("threading.excepthook", threading.excepthook)

    def build(folder: Path | None = None) -> MainWindow:
        close_all()
        window = make_program().window
        window.show()
        window.begin(folder)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield build
    close_all()


def close_all() -> None:
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow):
            window.jobs.cancel_all()
            window.close()
    tear_down()


@pytest.fixture
def two_datasets(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("one", "two"):
        with Dataset.create(tmp_path / name) as dataset:
            dataset.add_task("expression", ["neutral", "happy"])
    return tmp_path / "one", tmp_path / "two"


def answer_question(qtbot: Any, button_text: str) -> list[str]:
    """Press a button of the next question; returns a list that will hold the question."""
    asked: list[str] = []

    def press() -> None:
        box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox))
        asked.append(box.text() + box.informativeText())
        buttons = {each.text(): each for each in box.findChildren(QPushButton)}
        QTest.mouseClick(buttons[button_text], Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, press)
    return asked


def test_ctrl_g_groups_people_where_a_dataset_is_open(
    open_window: Callable[..., MainWindow], two_datasets: tuple[Path, Path], qtbot: Any
) -> None:
    window = open_window(two_datasets[0])
    assert window.pages is not None
    assert window.actions_of_window.group_people.isEnabled()
    QTest.keyClick(window, Qt.Key.Key_G, CTRL)
    dialog = window.pages.grouping
    assert dialog is not None
    assert dialog.isVisible()
    dialog.begin.click()
    qtbot.waitUntil(lambda: dialog.running is None)
    assert dialog.stack.currentWidget() is dialog.empty
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    window.close_dataset()
    assert not window.actions_of_window.group_people.isEnabled()


def test_without_a_dataset_it_welcomes(open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    assert window.windowTitle() == "faceapp"
    assert window.welcome.isVisible()
    assert not window.top_bar.isVisible()
    assert not window.message_bar.isVisible()
    assert not window.actions_of_window.undo.isEnabled()
    assert not window.actions_of_window.close_dataset.isEnabled()


def test_the_title_names_program_and_dataset(
    open_window: Callable[..., MainWindow], two_datasets: tuple[Path, Path]
) -> None:
    window = open_window(two_datasets[0])
    assert window.windowTitle() == "one - faceapp"
    assert "one" in window.top_bar.dataset.text()
    window.opening.open(two_datasets[1])
    assert window.windowTitle() == "two - faceapp"
    assert window.session is not None
    assert window.session.folder == two_datasets[1]


def test_the_last_dataset_and_page_come_back(
    open_window: Callable[..., MainWindow], two_datasets: tuple[Path, Path]
) -> None:
    window = open_window(two_datasets[0])
    QTest.keyClick(window, Qt.Key.Key_2, ALT)
    assert window.pages is not None
    assert window.pages.shown == "label"
    again = open_window()
    assert again.windowTitle() == "one - faceapp"
    assert again.pages is not None
    assert again.pages.shown == "label"
    QTest.keyClick(again, Qt.Key.Key_W, CTRL)
    assert again.windowTitle() == "faceapp"
    assert open_window().session is None


def test_geometry_theme_and_text_size_come_back(open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    usual = QApplication.font().pointSizeF()
    window.setGeometry(30, 40, 700, 600)
    next(a for a in window.actions_of_window.modes.actions() if a.data() == "dark").trigger()
    window.actions_of_window.larger.trigger()
    again = open_window()
    assert again.size().width() == 700
    assert Settings().get(THEME) == "dark"
    assert QApplication.palette().window().color().lightness() < 80
    assert QApplication.font().pointSizeF() > usual
    again.actions_of_window.usual_size.trigger()
    assert QApplication.font().pointSizeF() == usual
    again.actions_of_window.modes.actions()[0].trigger()


def test_a_dataset_that_is_gone_leads_to_the_welcome_page(
    open_window: Callable[..., MainWindow], two_datasets: tuple[Path, Path]
) -> None:
    open_window(two_datasets[0])
    close_all()
    two_datasets[0].rename(two_datasets[0].with_name("moved"))
    window = open_window()
    assert window.welcome.isVisible()
    assert [row.missing for row in window.welcome.recents.rows] == [True]


def test_undo_and_redo_are_named_and_work_from_every_page(
    open_window: Callable[..., MainWindow], two_datasets: tuple[Path, Path]
) -> None:
    window = open_window(two_datasets[0])
    assert window.session is not None
    window.session.do(None, lambda dataset: dataset.add_task("sex", ["female", "male"]))
    undo, redo = window.actions_of_window.undo, window.actions_of_window.redo
    name = window.session.undo_name
    assert name
    assert undo.text() == f"&Undo: {name}"
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert [task.name for task in window.session.dataset.tasks()] == ["expression"]
    assert redo.text() == f"&Redo: {name}"
    QTest.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert len(window.session.dataset.tasks()) == 2


def test_a_large_step_is_undone_as_a_job(
    open_window: Callable[..., MainWindow],
    two_datasets: tuple[Path, Path],
    qtbot: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from faceapp.gui import undoing

    monkeypatch.setattr(undoing, "MANY_ROWS", 1)
    window = open_window(two_datasets[0])
    assert window.session is not None
    assert window.pages is not None
    dataset = window.session.dataset
    window.session.do(None, lambda dataset: dataset.add_task("sex", ["female", "male"]))
    started: list[str] = []
    window.pages.jobs.started.connect(lambda running: started.append(running.title))
    window.undo()
    window.undo()  # while the first is under way: it waits for no turn and does nothing
    qtbot.waitUntil(lambda: not window.pages.jobs.running)
    assert started == [f"Undo: {dataset.redo_name}"]
    assert [task.name for task in dataset.tasks()] == ["expression"]
    window.redo()
    qtbot.waitUntil(lambda: not window.pages.jobs.running)
    assert len(dataset.tasks()) == 2
    window.undo()
    window.pages.jobs.cancel_all()  # too late: it is shown all the same
    qtbot.waitUntil(lambda: not window.pages.jobs.running)
    assert not window.actions_of_window.undo.text().endswith("sex")
    assert window.actions_of_window.redo.isEnabled()


def test_what_the_dataset_refuses_stands_in_the_bar(
    open_window: Callable[..., MainWindow], two_datasets: tuple[Path, Path]
) -> None:
    window = open_window(two_datasets[0])
    assert window.session is not None
    window.session.do(None, lambda dataset: dataset.add_task("expression", ["x", "y"]))
    assert "expression" in window.message_bar.text.text()
    QTest.keyClick(window, Qt.Key.Key_M, CTRL)
    assert not window.message_bar.isVisible()


def test_a_dropped_dataset_opens_and_other_things_are_refused_by_name(
    open_window: Callable[..., MainWindow], two_datasets: tuple[Path, Path], tmp_path: Path
) -> None:
    window = open_window()
    drop(window, two_datasets[1])
    assert window.windowTitle() == "two - faceapp"
    note = tmp_path / "note.pdf"
    note.write_bytes(b"%PDF")
    drop(window, note)
    assert "note.pdf" in window.message_bar.text.text()


def test_a_folder_dragged_over_a_field_is_no_text(
    open_window: Callable[..., MainWindow], two_datasets: tuple[Path, Path], tmp_path: Path
) -> None:
    window = open_window(two_datasets[0])
    window.show_page("label")
    (tmp_path / "note.pdf").touch()
    drop(window, tmp_path / "note.pdf")
    fields = window.findChildren(QLineEdit)
    assert fields
    assert not any(field.acceptDrops() for field in fields)


def test_a_folder_that_is_no_dataset_offers_to_import(
    open_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = open_window()
    window.opening.open(tmp_path)
    assert window.welcome.isVisible()
    assert str(tmp_path) in window.message_bar.text.text()
    window.message_bar.action_button.click()
    assert window.importing.dialog is not None
    window.importing.dialog.reject()


def test_help_lists_the_keys_of_the_page_and_of_the_window(
    open_window: Callable[..., MainWindow], two_datasets: tuple[Path, Path]
) -> None:
    window = open_window(two_datasets[0])
    QTest.keyClick(window, Qt.Key.Key_2, ALT)
    QTest.keyClick(window, Qt.Key.Key_F1)
    dialog = window.findChild(KeysDialog)
    assert dialog is not None
    from PySide6.QtWidgets import QLabel

    words = [label.text() for label in dialog.findChildren(QLabel)]
    assert "Label" in words
    assert "quarantine, or take back from it" in words
    assert "Keys of this page" in words
    dialog.close()


def test_running_jobs_are_not_stopped_unasked(
    open_window: Callable[..., MainWindow], two_datasets: tuple[Path, Path], qtbot: Any
) -> None:
    window = open_window(two_datasets[0])
    assert window.pages is not None
    began, asked_to_stop = threading.Event(), threading.Event()

    def work(job: Job) -> None:
        began.set()
        while not job.cancelled():
            asked_to_stop.wait(0.01)
        asked_to_stop.set()

    window.pages.jobs.start("Finding faces", work, done=lambda _none: None)
    assert began.wait(5)
    assert window.strip.isVisible()
    asked = answer_question(qtbot, "Keep running")
    window.close()
    assert "Finding faces" in asked[0]
    assert window.isVisible()
    answer_question(qtbot, "Stop")
    window.close_dataset()
    assert window.welcome.isVisible()
    assert not window.strip.isVisible()
    assert asked_to_stop.wait(5)


def test_jobs_that_only_look_are_stopped_without_a_question(
    open_window: Callable[..., MainWindow], two_datasets: tuple[Path, Path]
) -> None:
    window = open_window(two_datasets[0])
    assert window.pages is not None
    stopped = threading.Event()

    def work(job: Job) -> None:
        while not job.cancelled():
            stopped.wait(0.01)
        stopped.set()

    window.pages.jobs.start("Opening the model", work, done=lambda _none: None, looking=True)
    assert window.strip.isVisible()
    window.close_dataset()  # a question would be answered by nobody
    assert window.welcome.isVisible()
    assert stopped.wait(5)


def test_a_mistake_of_ours_is_shown_once_and_logged(
    open_window: Callable[..., MainWindow], caplog: pytest.LogCaptureFixture
) -> None:
    import sys

    window = open_window()
    for _ in range(3):
        sys.excepthook(ValueError, ValueError("seven is no colour"), None)
    assert "seven is no colour" in window.message_bar.text.text()
    assert len(window.messages.standing) == 1
    assert "seven is no colour" in caplog.text


def test_every_control_has_a_name_for_screen_readers(
    open_window: Callable[..., MainWindow], two_datasets: tuple[Path, Path]
) -> None:
    from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTabBar

    window = open_window(two_datasets[0])
    for page in window.page_names:
        window.show_page(page)
        shown = [
            each
            for each in window.findChildren(QWidget)
            if each.isVisible()
            and each.focusPolicy() is not Qt.FocusPolicy.NoFocus
            and not isinstance(each.parent(), QTabBar | QLineEdit)  # Qt's own arrows
        ]
        nameless = [
            each
            for each in shown
            if not (each.accessibleName() or (isinstance(each, QAbstractButton) and each.text()))
        ]
        assert [(each, each.parent()) for each in nameless] == [], page


def test_a_training_that_was_left_is_offered_at_the_next_start(
    open_window: Callable[..., MainWindow], drawn_dataset: Path, tmp_path: Path, qtbot: Any
) -> None:
    folder = shutil.copytree(drawn_dataset, tmp_path / "left")
    with pytest.raises(ZeroDivisionError), begun_run(folder) as run:
        raise ZeroDivisionError
    assert run.is_dir()
    window = open_window(folder)
    assert window.pages is not None
    assert window.pages.shown != "train"
    qtbot.waitUntil(lambda: bool(window.messages.standing))
    (said,) = window.messages.standing
    assert said.text.startswith("The training of expression, recipe quick, was left half done")
    assert said.action is not None
    assert said.action.text == "Resume..."
    said.action.run()
    assert window.pages.shown == "train"
    page = window.pages.current
    assert isinstance(page, TrainPage)
    qtbot.waitUntil(lambda: page.idle, timeout=20_000)
    assert [button.isEnabled() for button in page.runs.resume_buttons] == [True]


def test_no_key_means_one_thing_on_a_page_and_another_in_the_window(
    open_window: Callable[..., MainWindow], two_datasets: tuple[Path, Path]
) -> None:
    """Qt does neither of the two then."""
    from PySide6.QtGui import QShortcut

    window = open_window(two_datasets[0])
    of_window = {key.toString() for action in window.actions() for key in action.shortcuts()}
    assert "Ctrl+O" in of_window
    for name in window.page_names:
        window.show_page(name)
        assert window.pages is not None
        of_page = {
            key.toString()
            for shortcut in window.pages.current.findChildren(QShortcut)
            for key in shortcut.keys()  # noqa: SIM118 - no dict
        }
        assert not of_page & of_window, name


def test_a_folder_of_images_that_it_is_begun_with_is_to_be_imported(
    open_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    window = open_window(tmp_path / "photos")
    assert window.welcome.isVisible()
    dialog = window.importing.dialog
    assert dialog is not None
    assert dialog.isVisible()
    dialog.reject()
