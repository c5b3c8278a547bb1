"""Making tasks and changing their classes from the Label page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from faceapp.gui.label import class_edits
from faceapp.gui.label.answers import AnswerPanel
from faceapp.gui.label.key_dialog import KeyDialog
from faceapp.gui.label.new_task import NewTaskDialog
from faceapp.gui.label.task_editor import TaskEditor
from faceapp.gui.session import DatasetSession


class TaskTools(QObject):
    """Opens the dialogs that the answer panel asks for; each edit is one step to undo.

    Signals:
        added(): a new task is looked at; whatever asked for it is gone from the screen.
    """

    added = Signal()

    def __init__(self, session: DatasetSession, answers: AnswerPanel, page: QWidget) -> None:
        super().__init__(page)
        self._session = session
        self._page = page
        self.dialog: QDialog | None = None
        answers.key_wanted.connect(self.change_key)
        answers.task_chosen.connect(session.set_current_task)
        answers.edit_wanted.connect(self.edit)
        answers.new_wanted.connect(self.make)
        answers.known_wanted.connect(self.add)

    def edit(self, task: str) -> None:
        """Open the editor of a task's classes."""
        self._open(TaskEditor(self._session, task, self._page))

    def make(self) -> None:
        """Ask for a new task."""
        dialog = NewTaskDialog(self._page)
        dialog.made.connect(self.add)
        self._open(dialog)

    def add(self, name: str, classes: Sequence[str]) -> None:
        """Add a task and look at it."""
        if self._session.do(self, lambda dataset: dataset.add_task(name, list(classes))):
            self._session.set_current_task(name)
            self.added.emit()

    def change_key(self, task: str, name: str) -> None:
        """Ask for another key of a class."""
        dialog = KeyDialog(task, name, self._session.dataset.tasks(), self._page)
        dialog.key_chosen.connect(lambda key: self._set_key(task, name, key))
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._forget)
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    def _set_key(self, task: str, name: str, key: str) -> None:
        edit = class_edits.change(self._session.dataset.task(task), name, key=key)
        self._session.do(self, edit.write)
