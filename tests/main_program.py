"""The program as a person starts it: the real main(), driven from inside its event loop."""

from __future__ import annotations

import signal
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from faceapp.__main__ import main
from faceapp.gui.main_window import MainWindow

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def run_main(drive: Callable[[MainWindow], object], *arguments: str) -> None:
    """Run `faceapp ARGUMENTS`, let `drive` do what a person would, and close the window."""
    failed: list[BaseException] = []

    def begin() -> None:
        windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
        try:
            (window,) = windows  # every test before let go of its own
            drive(window)
        except BaseException as error:  # noqa: BLE001 - Qt would swallow it
            failed.append(error)
        finally:
            for each in windows:
                each.jobs.cancel_all()
                each.close()
            QApplication.exit(0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["faceapp", *arguments])
        patch.setattr(sys, "excepthook", sys.excepthook)  # which main() replaces
        patch.setattr(threading, "excepthook", threading.excepthook)
        patch.setattr("faceapp.gui.leaving.leave", lambda code: code)  # this process goes on
        interrupt = signal.getsignal(signal.SIGINT)
        QTimer.singleShot(0, begin)
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            signal.signal(signal.SIGINT, interrupt)
    tear_down()
    if failed:
        raise failed[0]
    assert ended.value.code == 0


def tear_down() -> None:
    """Let every window go, as the end of the program does.

    The last window to close also asks the application to quit; asked after its loop has ended,
    that would end every loop of the tests that follow.
    """
    QApplication.removePostedEvents(QApplication.instance(), QEvent.Type.Quit.value)
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow):
            window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def drop(window: QWidget, *paths: Path) -> None:
    """Drag files or folders over a window and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy = Qt.DropAction.CopyAction
    with warnings.catch_warnings():  # the newer constructor is not there in Qt 6.8
        warnings.simplefilter("ignore", DeprecationWarning)
        enter = QDragEnterEvent(QPoint(50, 50), copy, data, LEFT, NO_KEYS)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), copy, data, LEFT, NO_KEYS))
