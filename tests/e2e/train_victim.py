"""A person who trains in the program, in a process that a test kills; and who comes back.

    python train_victim.py DATASET train|come_back

The first trains, labels an image meanwhile and prints the training's process once fine-tuning has
learned something; then it waits to be killed. The second takes up what the window offers, lets it
run to its end, prints what is on show as JSON and closes the window.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from own_program import Waiter, run, tell

if TYPE_CHECKING:
    from faceapp.gui.main_window import MainWindow
    from train_page import TrainDriver

EPOCHS = 16
SETTINGS = {
    "size": "64",
    "epochs": "20",
    "tune_epochs": str(EPOCHS),
    "tune_batch": "4",
    "tune_patience": "0",
}


def press_page(window: MainWindow, waiter: Waiter, place: int) -> None:
    """Go to a page by its key."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    window.activateWindow()
    waiter.waitUntil(window.isActiveWindow)
    key = Qt.Key(Qt.Key.Key_0.value + place)
    QTest.keyClick(window, key, Qt.KeyboardModifier.AltModifier)


def train_page(window: MainWindow, waiter: Waiter) -> TrainDriver:
    """The Train page that is shown, once it has read and checked everything."""
    from faceapp.gui.train.page import TrainPage
    from train_page import TrainDriver

    assert window.pages is not None
    assert window.session is not None
    page = window.pages.current
    assert isinstance(page, TrainPage)
    driver = TrainDriver(page, window.session, waiter)
    driver.settle()
    assert page.setup.setup is not None
    return driver


def label_meanwhile(window: MainWindow, waiter: Waiter) -> None:
    """Give the first image another label on the Label page."""
    from PySide6.QtCore import Qt

    from faceapp.gui.label.page import LabelPage
    from label_page import PageDriver

    press_page(window, waiter, 2)
    assert window.pages is not None
    assert window.session is not None
    page = window.pages.current
    assert isinstance(page, LabelPage)
    label = PageDriver(page, window.session, waiter)
    label.press(Qt.Key.Key_Home)
    first = label.page.model.ids[0]
    task = window.session.current_task
    assert task is not None
    before = window.session.dataset.answers(task.name)[first].answer
    other = next(each for each in task.classes if each.name != before)
    label.press(other.key)
    assert window.session.dataset.answers(task.name)[first].answer == other.name


def train(window: MainWindow, waiter: Waiter) -> None:
    """Train until killed."""
    from train_page import training_process

    press_page(window, waiter, 4)
    driver = train_page(window, waiter)
    driver.preset("Happy vs angry")
    driver.set_fields("fine-tune", **SETTINGS)
    setup = driver.page.setup.setup
    assert setup is not None
    assert setup.classes == ("happy", "angry")
    assert setup.recipe.tune_epochs == EPOCHS
    driver.start()
    progress = driver.page.run_view.progress
    label_meanwhile(window, waiter)
    driver.wait(lambda: progress.phase == "tuning" and len(progress.rows) > 1)
    assert progress.epoch < EPOCHS // 2, "it was labelled for too long"
    tell(str(training_process()))
    driver.wait(lambda: False)


def come_back(window: MainWindow, waiter: Waiter) -> None:
    """Take up what is offered, and see its end."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    bar = window.message_bar
    waiter.waitUntil(lambda: bar.isVisible() and bar.action_button.text() == "Resume...")
    assert window.pages is not None
    assert window.pages.shown == "label"  # where it was killed
    said = [message.text for message in window.messages.standing]
    QTest.mouseClick(bar.action_button, Qt.MouseButton.LeftButton)
    driver = train_page(window, waiter)
    (resume,) = driver.page.runs.resume_buttons
    driver.click(resume)
    assert driver.page.control.busy
    driver.wait_for_end()
    page = driver.page
    assert page.upper.currentWidget() is page.results
    shown = {
        "said": said,
        "figure": page.results.figure.text(),
        "rows": page.runs.table.rowCount(),
        "offers": len(page.runs.resume_buttons),
    }
    tell(json.dumps(shown))
    window.close()


if __name__ == "__main__":
    run({"train": train, "come_back": come_back}[sys.argv[2]], sys.argv[1])
