"""The open dataset as the pages share it: every write passes here and every page hears of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from faceapp.dataset import Changes, Dataset, Part, Task, UnknownTask
from faceapp.dataset.seats import Seat, is_read_only
from faceapp.errors import FaceAppError

EVERYTHING = Changes(what="", parts=frozenset(Part))


class DatasetSession(QObject):
    """A dataset that was opened in the main thread, its changes and the task that is looked at.

    Signals:
        changed(Changes, object): a write, and who made it (None: another connection). A page
            passes over what it initiated itself.
        task_changed(str): another task is looked at; "" where there is none.
        refused(Exception): a write that the dataset refused; the window shows it.
    """

    changed = Signal(object, object)
    task_changed = Signal(str)
    refused = Signal(object)

    def __init__(
        self, dataset: Dataset, parent: QObject | None = None, seat: Seat | None = None
    ) -> None:
        super().__init__(parent)
        self.dataset = dataset
        self._seat = seat
        self._current_task = ""
        self._keep_task()

    @property
    def folder(self) -> Path:
        """The dataset's folder: what jobs open for themselves."""
        return self.dataset.folder

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written, as another window writes."""
        return is_read_only(self.folder)

    def leave_seat(self) -> None:
        """Let another window write."""
        if self._seat is not None:
            self._seat.leave()

    @property
    def name(self) -> str:
        """The dataset's name: that of its folder."""
        return self.folder.name

    def do(self, initiator: object, write: Callable[[Dataset], Changes]) -> Changes:
        """Write, and tell everybody; what is refused is shown and changes nothing."""
        try:
            changes = write(self.dataset)
        except FaceAppError as error:
            self.refused.emit(error)
            return Changes()
        self._tell(changes, initiator)
        return changes

    def undo(self, initiator: object = None) -> Changes:
        """Take back the last action that stands; nothing where there is none."""
        return self.do(initiator, lambda dataset: dataset.undo() or Changes())

    def redo(self, initiator: object = None) -> Changes:
        """Do the first undone action again; nothing where there is none."""
        return self.do(initiator, lambda dataset: dataset.redo() or Changes())

    @property
    def undo_name(self) -> str | None:
        """What `undo` would take back, in words."""
        return None if self.read_only else self.dataset.undo_name

    @property
    def redo_name(self) -> str | None:
        """What `redo` would do again, in words."""
        return None if self.read_only else self.dataset.redo_name

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Tell everybody of writes that another connection made, such as a job's."""
        self._tell(changes, None)

    @property
    def current_task(self) -> Task | None:
        """The task that is looked at; None while the dataset has none."""
        try:
            return self.dataset.task(self._current_task)
        except UnknownTask:
            return None

    def set_current_task(self, name: str) -> None:
        """Look at another task; raises `UnknownTask`."""
        task = self.dataset.task(name)
        if task.name != self._current_task:
            self._current_task = task.name
            self.task_changed.emit(task.name)

    def close(self) -> None:
        """Close the dataset; closing twice is harmless."""
        self.dataset.close()

    def _tell(self, changes: Changes, initiator: object) -> None:
        if not changes:
            return
        if Part.TASKS in changes.parts:
            self._keep_task()
        self.changed.emit(changes, initiator)

    def _keep_task(self) -> None:
        """Look at the first task where the one looked at is gone."""
        names = [task.name for task in self.dataset.tasks()]
        kept = self._current_task if self._current_task in names else (names or [""])[0]
        if kept != self._current_task:
            self._current_task = kept
            self.task_changed.emit(kept)
