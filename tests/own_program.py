"""The program in a process of its own, driven from inside its event loop: for tests that end it.

A script that has to be one's main module calls `run`; a test starts it with `command` and `paths`.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from faceapp.gui.main_window import MainWindow

LOOK_MS = 20
TESTS = Path(__file__).parent
FAILED = 70


class Waiter:
    """Waits as pytest-qt's `qtbot` does, where there is no pytest."""

    def waitUntil(self, condition: Callable[[], bool], *, timeout: int = 240_000) -> None:  # noqa: N802
        loop, limit = QEventLoop(), time.monotonic() + timeout / 1000
        looking = QTimer(interval=LOOK_MS)
        looking.timeout.connect(
            lambda: loop.quit() if condition() or time.monotonic() > limit else None
        )
        looking.start()
        loop.exec()
        looking.stop()
        assert condition()


def run(drive: Callable[[MainWindow, Waiter], object], *arguments: str) -> NoReturn:
    """Run the real main() as `faceapp ARGUMENTS` and let `drive` do what a person would.

    What `drive` raises ends the process with `FAILED`; it closes the window itself, or is killed.
    """
    application = QApplication(["faceapp"])

    def begin() -> None:
        try:
            (window,) = (w for w in application.topLevelWidgets() if isinstance(w, MainWindow))
            drive(window, Waiter())
        except BaseException:  # noqa: BLE001 - Qt would swallow it
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(FAILED)

    from faceapp.__main__ import main

    sys.argv = ["faceapp", *arguments]
    QTimer.singleShot(0, begin)
    main()
    raise AssertionError


def tell(words: str) -> None:
    """A line for the test that started this process."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def command(script: str, *arguments: str) -> list[str]:
    """How a test starts a script of tests/e2e."""
    return [sys.executable, "-X", "faulthandler", str(TESTS / "e2e" / script), *arguments]


def environment() -> Mapping[str, str]:
    """Lets such a script find what lies beside it in tests/."""
    paths = os.pathsep.join([str(TESTS), *filter(None, sys.path)])
    return {**os.environ, "PYTHONPATH": paths}
