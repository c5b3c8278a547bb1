"""Trains in the program until it is killed, and says when fine-tuning has an epoch behind it.

python train_victim.py DATASET
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from PySide6.QtTest import QTest

from faceapp.gui.main_window import MainWindow
from faceapp.gui.train.page import TrainPage
from main_program import run_main
from train_page import TrainDriver

PATIENCE_MS = 600_000


class _Waiting:
    """What pytest-qt's bot does for the driver, without pytest."""

    def waitUntil(  # noqa: N802 - the bot's name
        self, condition: Callable[[], bool], timeout: int
    ) -> None:
        limit = time.monotonic() + timeout / 1000
        while not condition():
            assert time.monotonic() < limit
            QTest.qWait(20)


def drive(window: MainWindow) -> None:
    """Start a long fine-tuning and wait for the end."""
    assert window.pages is not None
    assert window.session is not None
    window.show_page("train")
    page = window.pages.current
    assert isinstance(page, TrainPage)
    train = TrainDriver(page, window.session, _Waiting())
    train.settle()
    train.preset("Happy vs angry")
    train.set_fields(
        "fine-tune", size="64", epochs="30", tune_epochs="500", tune_patience="0", tune_batch="8"
    )
    train.start()
    progress = page.run_view.progress
    train.wait(lambda: progress.phase == "tuning" and len(progress.rows) > 1)
    window.show_page("label")  # as somebody who labels meanwhile
    sys.stdout.write("it learns\n")
    sys.stdout.flush()
    QTest.qWait(PATIENCE_MS)


if __name__ == "__main__":
    run_main(drive, sys.argv[1])
