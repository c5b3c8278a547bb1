"""A new question to ask of every sample."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from faceapp.dataset.vocabulary import classes_for_task
from faceapp.gui.theme import UNIT


class NewTaskDialog(QDialog):
    """Asks for a name and classes.

    Signals:
        made(str, object): name and class names, at least one of them.
    """

    made = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("New task"))
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("What is asked of every image: glasses"))
        self.classes = QLineEdit()
        self.classes.setPlaceholderText(self.tr("The possible answers: none, clear, dark"))
        self.name.setAccessibleName(self.tr("Name of the task"))
        self.classes.setAccessibleName(self.tr("Classes, separated by commas"))
        hint = QLabel(self.tr("Keys and colours are given by themselves and can be changed."))
        form = QFormLayout()
        form.addRow(self.tr("&Task"), self.name)
        form.addRow(self.tr("&Classes"), self.classes)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self._make)
        self.buttons.rejected.connect(self.reject)
        self.name.textChanged.connect(self._check)
        self.classes.textChanged.connect(self._check)
        layout = QVBoxLayout(self)
        layout.setSpacing(UNIT)
        layout.addLayout(form)
        layout.addWidget(hint)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(54 * UNIT)
        self._check()

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes as typed, or those that a task of this name is known to have."""
        return classes_for_task(self.name.text(), self.classes.text().split(","))

    def _check(self) -> None:
        enough = bool(self.name.text().strip()) and bool(self.class_names)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(enough)

    def _make(self) -> None:
        self.made.emit(self.name.text().strip(), self.class_names)
        self.accept()
