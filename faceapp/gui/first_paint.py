"""When the window has painted for the first time: told to whoever measures the start."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

VARIABLE = "FACEAPP_TELL_FIRST_PAINT"


class FirstPaint(QObject):
    """Prints the time (seconds since 1970) once a widget has painted, and ends the program."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own
        """Wait for the first widget's paint, then for the whole pass to be through."""
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self._application.removeEventFilter(self)
            QTimer.singleShot(0, self._tell)
        return False

    def _tell(self) -> None:
        print(time.time(), flush=True)  # noqa: T201 - to be read by a measuring program
        for window in QApplication.topLevelWidgets():
            window.close()
        QApplication.exit(0)
