"""From a folder to samples: the look before, the job, and the summary after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from faceapp import paths
from faceapp.dataset import Changes, Dataset, Part
from faceapp.errors import FaceAppError
from faceapp.gui.messages import Level, Message, MessageAction, Messages
from faceapp.gui.session import DatasetSession
from faceapp.gui.workers import JobRunner
from faceapp.jobs import Job

if TYPE_CHECKING:  # loaded when the first folder is imported, not before the window stands
    from faceapp.dataset.importing import ImportReport
    from faceapp.gui.welcome.import_dialog import ImportDialog, ImportRequest

_SHOWN_EVERY_MS = 2000
_GROWS = Changes(parts=frozenset({Part.SAMPLES, Part.LABELS, Part.TASKS, Part.SOURCES}))


class Importing(QObject):
    """Imports folders into the open dataset, or into a new one.

    Signals:
        opened(Dataset): a new dataset was made, to be shown while it fills.
    """

    opened = Signal(object)

    def __init__(
        self,
        window: QWidget,
        jobs: JobRunner,
        messages: Messages,
        session: Callable[[], DatasetSession | None],
        undo: Callable[[], object],
    ) -> None:
        """`session` tells what is open now, `undo` takes back its last action."""
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._messages = messages
        self._session = session
        self._undo_last = undo
        self.dialog: ImportDialog | None = None

    def ask(self, source: Path, csv: Path | None = None) -> None:
        """Show what importing a folder would do, and do it if the person agrees."""
        from faceapp.gui.welcome.import_dialog import ImportDialog

        into = self._session() or new_place(source.name)
        dialog = self.dialog = ImportDialog(source, csv, into, self._jobs, self._window)
        dialog.agreed.connect(self.start)
        dialog.finished.connect(lambda _result: self._drop(dialog))
        dialog.open()

    def _drop(self, dialog: ImportDialog) -> None:
        dialog.deleteLater()
        if self.dialog is dialog:
            self.dialog = None

    def start(self, request: ImportRequest) -> None:
        """Import as agreed, as a job."""
        if request.new:
            try:
                self.opened.emit(Dataset.create(request.folder))
            except FaceAppError as error:
                self._messages.problem(error)
                return
        # What came in so far is shown now and then: not on every image.
        showing = QTimer(self, interval=_SHOWN_EVERY_MS)
        showing.timeout.connect(lambda: self._tell(request.folder, _GROWS))
        running = self._jobs.start(
            self.tr("Importing {0}").format(request.source.name),
            lambda job: _import(request, job),
            done=lambda report: self._summarise(request.folder, report),
            failed=lambda error: self._failed(request.folder, error),
            cancelled=lambda: self._stopped(request.folder),
        )
        running.ended.connect(showing.deleteLater)
        showing.start()

    def _tell(self, folder: Path, changes: Changes) -> None:
        session = self._session_of(folder)
        if session is not None:
            session.reload(changes)

    def _session_of(self, folder: Path) -> DatasetSession | None:
        """The session of the dataset in this folder; None where another one is open, or none."""
        session = self._session()
        return session if session is not None and session.folder == folder.absolute() else None

    def _summarise(self, folder: Path, report: ImportReport) -> None:
        from faceapp.gui.welcome.import_summary import details, headline

        self._tell(folder, _GROWS)
        troubled = bool(report.refused or report.unknown_labels)
        self._messages.say(
            Message(
                Level.WARNING if troubled else Level.INFO,
                headline(report),
                details(report),
                self._undo(folder, report.what),
                key=f"import {folder}",
            )
        )

    def _undo(self, folder: Path, what: str) -> MessageAction | None:
        """Takes the import back, as long as nothing was done after it."""
        session = self._session_of(folder)
        if session is None or session.undo_name != what:
            return None

        def run() -> None:
            now = self._session_of(folder)
            if now is not None and now.undo_name == what:
                self._undo_last()
            else:
                self._messages.info(
                    self.tr("Something was done after the import: take that back first (Ctrl+Z).")
                )

        return MessageAction(self.tr("Undo"), run)

    def _failed(self, folder: Path, error: Exception) -> None:
        self._tell(folder, _GROWS)
        self._messages.problem(error)

    def _stopped(self, folder: Path) -> None:
        self._tell(folder, _GROWS)
        self._messages.info(
            self.tr("The import was stopped. What is in stays; importing again goes on from there.")
        )


def _import(request: ImportRequest, job: Job) -> ImportReport:
    from faceapp.dataset.importing import import_images

    with Dataset.open(request.folder) as dataset:
        return import_images(dataset, request.source, request.options, job)


def new_place(name: str) -> Path:
    """A folder that does not exist yet, for a new dataset of that name."""
    home = paths.data_folder() / "datasets"
    place, number = home / name, 1
    while place.exists():
        number += 1
        place = home / f"{name}-{number}"
    return place
