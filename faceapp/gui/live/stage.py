"""Where the picture stands, or an invitation; files can be dropped on either."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from faceapp.gui.dropping import TABLES, local_paths


class Stage(QStackedWidget):
    """Shows one thing at a time.

    Signals:
        file_dropped(Path): an image or a video was let go over it.
    """

    file_dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's own
        """Take a single file; folders and tables are the window's."""
        paths = local_paths(event.mimeData())
        if len(paths) == 1 and paths[0].is_file() and paths[0].suffix.lower() not in TABLES:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's own
        """Say what was let go."""
        event.acceptProposedAction()
        self.file_dropped.emit(local_paths(event.mimeData())[0])
