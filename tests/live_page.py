"""The Live page as tests drive it: cameras that are doubles, everything else as it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from faceapp.dataset import Dataset
from faceapp.gui.live.page import LivePage
from faceapp.gui.messages import Messages
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import Settings
from faceapp.gui.workers import JobRunner
from faceapp.live.devices import CameraChoice
from faceapp.services.live import live_service

# Of the live view: the camera's, its watchdog's, the one that reads, that of the heat map, and the
# one that waits for them.
_NAMES = ("watch ", "read ", "map heat", "let go")


def live_threads() -> list[threading.Thread]:
    """Threads that watch."""
    return [each for each in threading.enumerate() if each.name.startswith(_NAMES)]


def choose(button: QAbstractButton, words: str) -> None:
    """Choose a line of a button's menu."""
    menu = button.menu()  # type: ignore[attr-defined]
    action = next(each for each in menu.actions() if each.text() == words)
    assert action.isEnabled()
    action.trigger()


class Noisy:
    """A camera whose pictures are never the same twice, as a real one's are."""

    def __init__(self, camera: CameraChoice) -> None:
        self._device = camera.open()
        self._random = np.random.default_rng()

    def read(self) -> Any:
        pixels = self._device.read()
        if pixels is None:
            return None
        noise = self._random.integers(-4, 5, pixels.shape, dtype=np.int16)
        return np.clip(pixels + noise, 0, 255).astype(np.uint8)

    def release(self) -> None:
        self._device.release()


class LiveDriver:
    """The hands and eyes of a person at a Live page that is on screen."""

    def __init__(self, page: LivePage, session: DatasetSession, qtbot: Any) -> None:
        self.page, self.session, self.qtbot = page, session, qtbot
        self.dataset = session.dataset

    def settle(self) -> None:
        """Wait until it is known what there is to watch and what reads."""
        self.wait(lambda: self.page.idle)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait for something to become true."""
        self.qtbot.waitUntil(condition)

    def watch(self, name: str) -> None:
        """Choose a camera by its name."""
        choose(self.page.controls.source, name)

    def wait_for_reading(self) -> None:
        """Wait until a face is read."""
        self.wait(lambda: bool(self.page.side.readout.bars.shown))

    @property
    def large(self) -> str:
        """The word in large type."""
        return self.page.side.readout.large.text()

    @property
    def said(self) -> str:
        """What stands over the picture."""
        return self.page.video.said[0]

    def click(self, button: QAbstractButton) -> None:
        """Click a button."""
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


class LivePageUnderTest(LiveDriver):
    """A page in a window of its own, with these cameras plugged in."""

    def __init__(
        self, dataset: Dataset, qtbot: Any, cameras: Sequence[CameraChoice] = (), **changed: Any
    ) -> None:
        self.cameras = list(cameras)
        self.messages = Messages()
        self.jobs = JobRunner(self.messages)
        self.wanted: list[str] = []
        service = replace(live_service(), cameras=lambda _names: list(self.cameras), **changed)
        session = DatasetSession(dataset)
        page = LivePage(session, self.jobs, self.messages, Services(Settings(), live=service))
        page.page_wanted.connect(self.wanted.append)
        page.resize(1024, 540)
        page.show()
        qtbot.waitExposed(page)
        page.activated()
        super().__init__(page, session, qtbot)

    @property
    def words(self) -> list[str]:
        """What stands in the message bar."""
        return [each.text for each in self.messages.standing]

    def close(self) -> None:
        """Take the window down as the program does."""
        self.jobs.close()
        self.page.close()
        self.page.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def wait_for_live_threads() -> None:
    """Wait for everything that watched to end."""
    for thread in live_threads():
        thread.join(20)
        assert not thread.is_alive(), f"{thread.name} goes on"


def put_run(dataset: Dataset, run: Path, name: str, task: str = "expression") -> Path:
    """Lay a model into a dataset as a finished run."""
    import json
    import shutil

    folder = dataset.runs / name
    shutil.copytree(run, folder)
    (folder / "metrics.json").write_text(json.dumps({"task": task}), encoding="utf-8")
    return folder


def drop_on(widget: QWidget, path: Path) -> None:
    """Let a file go over a widget."""
    from main_program import drop

    drop(widget, path)
