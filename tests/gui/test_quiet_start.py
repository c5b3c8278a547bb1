"""A start does not load what is heavy before the window has stood for a while."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QMainWindow

from faceapp.gui import quiet_start
from faceapp.gui.quiet_start import QUIET_MS, QuietStart, quiet_ms, when_quiet

pytestmark = pytest.mark.gui


def test_heavy_work_waits_from_the_first_paint_on(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet_start, "QUIET_MS", 300)
    window, inside = QMainWindow(), QLabel("inside")
    window.setCentralWidget(inside)
    qtbot.addWidget(window)
    QuietStart(window)
    assert quiet_ms(inside) == 300
    called: list[float] = []
    shown = time.monotonic()
    window.show()
    when_quiet(inside, lambda: called.append(time.monotonic()))
    assert not called
    qtbot.waitUntil(lambda: bool(called))
    assert called[0] - shown >= 0.3  # it was painted after that
    assert quiet_ms(inside) == 0
    when_quiet(inside, lambda: called.append(0.0))
    assert len(called) == 2


def test_a_window_of_a_test_does_not_wait(qtbot: Any) -> None:
    alone = QLabel("alone")
    qtbot.addWidget(alone)
    assert quiet_ms(alone) == 0
    assert QUIET_MS == 2000


@pytest.fixture
def window(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> QMainWindow:
    """One that notes its start, for which nobody waits long while it is not shown."""
    monkeypatch.setattr(quiet_start, "_LONGEST_SECONDS", 0.05)
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


def held_by(start: QuietStart) -> threading.Thread:
    job = threading.Thread(target=start.hold)
    job.start()
    job.join(0.5)
    return job


def test_a_job_waits_for_a_shown_window_however_late_it_is_painted(
    window: QMainWindow, qtbot: Any
) -> None:
    start = QuietStart(window)
    window.show()  # no paint before events are handled
    job = held_by(start)
    assert job.is_alive()
    qtbot.waitUntil(lambda: not job.is_alive())


def test_a_job_does_not_wait_for_a_window_that_is_not_shown(window: QMainWindow) -> None:
    assert not held_by(QuietStart(window)).is_alive()
