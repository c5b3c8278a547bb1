"""Closes the program's window in the middle of long work, in a process that a test watches.

    python leaver.py DATASET model|training

Prints "closing" and, where there is one, the training's process, right before the window closes.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from own_program import Waiter, run, tell

if TYPE_CHECKING:
    from faceapp.gui.main_window import MainWindow

INTO_THE_WORK_SECONDS = 0.5


def model(window: MainWindow, waiter: Waiter) -> None:
    """Close while the model of a run is opened for the first time."""
    assert window.session is not None
    assert window.pages is not None
    (folder,) = window.session.dataset.runs.glob("[!.]*")
    window.pages.use_run(folder)
    jobs = window.pages.jobs

    def opens() -> bool:
        return any(each.title == "Opening the model" for each in jobs.running)

    waiter.waitUntil(opens)
    since = time.monotonic()
    waiter.waitUntil(lambda: time.monotonic() - since > INTO_THE_WORK_SECONDS)
    assert opens(), "it was opened before the window could close"
    tell("closing")
    window.close()


def training(window: MainWindow, waiter: Waiter) -> None:
    """Close while it trains, and say that it may be stopped."""
    from faceapp.gui.train.page import TrainPage
    from train_page import TrainDriver, answer_question, training_process

    window.show_page("train")
    assert window.pages is not None
    assert window.session is not None
    page = window.pages.current
    assert isinstance(page, TrainPage)
    driver = TrainDriver(page, window.session, waiter)
    driver.settle()
    driver.set_fields("quick", size="64", patience="0", epochs="100000", solver="gradient")
    driver.start()
    progress = page.run_view.progress
    driver.wait(lambda: len(progress.rows) > 1)
    process = training_process()
    answer_question("Stop")
    tell(f"closing {process}")
    window.close()


if __name__ == "__main__":
    run({"model": model, "training": training}[sys.argv[2]], sys.argv[1])
