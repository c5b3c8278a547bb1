"""The cleaning report, from the page: asks where to, writes it in a job, and offers it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from faceapp.gui.clean.cleaner import Cleaner
from faceapp.gui.desktop import open_on_desktop
from faceapp.gui.dialogs import choose_folder
from faceapp.gui.messages import MessageAction, Messages
from faceapp.gui.session import DatasetSession
from faceapp.gui.workers import JobRunner

if TYPE_CHECKING:
    from faceapp.cleaning import Cleaning


class Reporting(QObject):
    """Writes reports of what was found, done and left."""

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        messages: Messages,
        cleaner: Cleaner,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._session = session
        self._jobs = jobs
        self._messages = messages
        self._cleaner = cleaner
        self._page = page

    def ask(self, cleaning: Cleaning) -> None:
        """Ask for a folder, and write the report there; a second one tells what changed."""
        out = choose_folder(self._page, self.tr("Folder of the cleaning report"), Path.home())
        if out is None:
            return
        folder, write = self._session.folder, self._cleaner.report
        self._jobs.start(
            self.tr("Writing the report"),
            lambda _job: write(folder, cleaning, out),
            done=self._offer,
        )

    def _offer(self, page: Path) -> None:
        look = MessageAction(self.tr("Open"), lambda: open_on_desktop(page, self._messages))
        words = self.tr("The report is written: {0}").format(page)
        self._messages.info(words, action=look, key="report")
