"""Folders and tables dropped anywhere on the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from faceapp.gui.theme import HEADING, UNIT, colours_of, sized

TABLES = {".csv", ".tsv", ".txt"}


class Dropping(QObject):
    """Watches a window for what is dragged over it.

    Signals:
        dropped(Path): a folder, or a table, was let go.
        refused(str): the name of something else that was let go.
    """

    dropped = Signal(object)
    refused = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.veil = DropVeil(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own
        """Take what is dragged."""
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self.veil.hide()
            self._take(event)
            return True
        if isinstance(event, QDragEnterEvent) and local_paths(event.mimeData()):
            event.acceptProposedAction()
            for field in self._window.findChildren(QLineEdit):
                field.setAcceptDrops(False)  # it would take the folder for text
            self.veil.cover()
            return True
        if event.type() == QEvent.Type.DragLeave:
            self.veil.hide()
            return True
        return False

    def _take(self, event: QDropEvent) -> None:
        paths = local_paths(event.mimeData())
        wanted = [path for path in paths if path.is_dir() or path.suffix.lower() in TABLES]
        if wanted:
            event.acceptProposedAction()
            self.dropped.emit(wanted[0])
        for path in [each for each in paths if each not in wanted[:1]]:
            self.refused.emit(path.name)


class DropVeil(QWidget):
    """Covers the window while something hangs over it, and says what will come of it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Lie over the whole window."""
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Dim the window and frame it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self)
        ground = QColor(colours.window)
        ground.setAlphaF(0.9)
        painter.fillRect(self.rect(), ground)
        painter.setPen(QPen(QColor(colours.accent), 3, Qt.PenStyle.DashLine))
        frame = QRectF(self.rect()).adjusted(2 * UNIT, 2 * UNIT, -2 * UNIT, -2 * UNIT)
        painter.drawRoundedRect(frame, UNIT, UNIT)
        painter.setPen(QColor(colours.text))
        painter.setFont(sized(self.font(), HEADING, QFont.Weight.DemiBold))
        words = self.tr("Let go to open the dataset, or to see what importing would do")
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)


def local_paths(data: QMimeData) -> list[Path]:
    """The files and folders on this machine that are being dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
