"""Help > Licences: every part that faceapp stands on, and the words of each licence."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import UNIT
from faceapp.licences import Part


class LicencesDialog(QDialog):
    """A list of parts, and the licence of the one that is chosen."""

    def __init__(self, parts: Sequence[Part], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Licences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._parts = tuple(parts)
        words = QLabel(
            self.tr("faceapp itself is under the MIT licence. It stands on {0} parts of others.")
            .format(len(self._parts) - 1)
        )  # fmt: skip
        words.setWordWrap(True)
        give_role(words, "dim")
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Parts"))
        for part in self._parts:
            self.list.addItem(f"{part.name} {part.version}".strip())
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName(self.tr("Licence"))
        self.list.currentRowChanged.connect(self._show)
        panes = QSplitter(Qt.Orientation.Horizontal)
        panes.setChildrenCollapsible(False)
        panes.addWidget(self.list)
        panes.addWidget(self.text)
        panes.setStretchFactor(1, 1)
        panes.setSizes([28 * UNIT, 72 * UNIT])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        layout.setSpacing(UNIT)
        layout.addWidget(words)
        layout.addWidget(panes, 1)
        layout.addWidget(buttons)
        self.resize(112 * UNIT, 68 * UNIT)
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def _show(self, row: int) -> None:
        part = self._parts[row]
        head = f"{part.name} {part.version}\n{part.licence}\n\n"
        self.text.setPlainText(head + part.text)
