"""Help: the keys of the page, and what faceapp is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from faceapp import __version__
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import HALF, UNIT

Keys = Sequence[tuple[str, str]]


class KeysDialog(QDialog):
    """Two lists: the keys of the page, and those of every page."""

    def __init__(self, title: str, page_keys: Keys, window_keys: Keys, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys of this page"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, UNIT, 0)
        grid.setHorizontalSpacing(3 * UNIT)
        grid.setVerticalSpacing(HALF)
        grid.setColumnStretch(1, 1)
        self._add(grid, title, page_keys)
        self._add(grid, self.tr("Everywhere"), window_keys)
        grid.setRowStretch(grid.rowCount(), 1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(content)
        scroll.setAccessibleName(self.windowTitle())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        layout.setSpacing(2 * UNIT)
        layout.addWidget(scroll)
        layout.addWidget(buttons)
        wanted = content.sizeHint()
        self.resize(
            max(52 * UNIT, min(wanted.width() + 10 * UNIT, 100 * UNIT)),
            min(wanted.height() + 12 * UNIT, 70 * UNIT),
        )

    def _add(self, grid: QGridLayout, heading: str, keys: Keys) -> None:
        row = grid.rowCount()
        title = QLabel(heading)
        give_role(title, "heading")
        title.setContentsMargins(0, UNIT if row > 1 else 0, 0, HALF)
        grid.addWidget(title, row, 0, 1, 2)
        for offset, (key, words) in enumerate(keys, start=1):
            cap = QLabel(key)
            cap.setTextFormat(Qt.TextFormat.PlainText)
            give_role(cap, "strong")
            what = QLabel(words)
            what.setTextFormat(Qt.TextFormat.PlainText)
            what.setWordWrap(True)
            top = Qt.AlignmentFlag.AlignTop
            grid.addWidget(cap, row + offset, 0, top)
            grid.addWidget(what, row + offset, 1, top)


class AboutDialog(QDialog):
    """Name, version, promise and licence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About faceapp"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = QLabel("faceapp")
        give_role(name, "title")
        version = QLabel(self.tr("Version {0}").format(__version__))
        give_role(version, "dim")
        words = QLabel(
            self.tr(
                "Build, clean, train and watch facial-expression classifiers from your own "
                "images.\n\nEverything stays on this machine: nothing is sent anywhere that you "
                "did not ask for.\n\nMIT licence. Built on Qt for Python, TensorFlow, OpenVINO "
                "and OpenCV."
            )
        )
        words.setWordWrap(True)
        words.setMinimumWidth(44 * UNIT)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        layout.setSpacing(UNIT)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        for widget in (name, version, words, buttons):
            layout.addWidget(widget)
