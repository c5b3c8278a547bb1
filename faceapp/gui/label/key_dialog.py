"""Another key for a class: the next one that is pressed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from faceapp.dataset import Task
from faceapp.gui.label.keys import fits_as_key
from faceapp.gui.theme import UNIT


def why_not(key: str, task: str, name: str, tasks: Sequence[Task]) -> tuple[str, str] | None:
    """The (task, class) that has a key already; None where it is free for that class."""
    for each in tasks:
        for one in each.classes:
            if one.key.casefold() == key.casefold() and (each.name, one.name) != (task, name):
                return each.name, one.name
    return None


class KeyDialog(QDialog):
    """Waits for a key.

    Signals:
        key_chosen(str): a free key was pressed; "" for none at all.
    """

    key_chosen = Signal(str)

    def __init__(
        self, task: str, name: str, tasks: Sequence[Task], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._task, self._name, self._tasks = task, name, tasks
        self.setWindowTitle(self.tr("Key of {0}").format(name))
        self.words = QLabel(self.tr("Press the key that should mean {0}.").format(name))
        self.words.setWordWrap(True)
        self.words.setMinimumWidth(40 * UNIT)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        none = buttons.addButton(self.tr("No key"), QDialogButtonBox.ButtonRole.ActionRole)
        none.clicked.connect(lambda: self._choose(""))
        buttons.rejected.connect(self.reject)
        for button in buttons.buttons():
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QVBoxLayout(self)
        layout.addWidget(self.words)
        layout.addWidget(buttons)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Take the key, or say why not."""
        text = event.text()
        if event.key() == Qt.Key.Key_Escape or not text.isprintable() or not text:
            super().keyPressEvent(event)
            return
        if not fits_as_key(text):
            self.words.setText(
                self.tr("{0} means something else here. Press another.").format(text)
            )
        elif (owner := why_not(text, self._task, self._name, self._tasks)) is not None:
            self.words.setText(
                self.tr("{0} means {1} in {2} already. Press another.").format(
                    text, owner[1], owner[0]
                )
            )
        else:
            self._choose(text)

    def _choose(self, key: str) -> None:
        self.key_chosen.emit(key.casefold())
        self.accept()
