"""Keeps the recent datasets: noted when open, listed in the menu and on the welcome page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import Settings
from faceapp.gui.welcome.page import WelcomePage
from faceapp.gui.welcome.recents import Recents
from faceapp.gui.workers import JobRunner


class RecentDatasets(QObject):
    """Between the settings that remember them and whatever lists them.

    Signals:
        chosen(Path): the folder of the one to be opened.
    """

    chosen = Signal(object)

    def __init__(
        self, settings: Settings, welcome: WelcomePage, jobs: JobRunner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._recents = Recents(settings)
        self._welcome = welcome
        self._jobs = jobs
        self.menu = QMenu(self.tr("Open &recent"))
        self.menu.aboutToShow.connect(self._fill_menu)
        welcome.recent_chosen.connect(lambda folder: self.chosen.emit(Path(folder)))
        welcome.recent_forgotten.connect(self._forget)

    def show(self) -> None:
        """List them on the welcome page as they are now."""
        self._welcome.show_recents(self._recents.all())

    def note(self, session: DatasetSession) -> int:
        """Remember the open dataset; returns its number of samples."""
        samples = session.dataset.count()
        self._recents.note(session.folder, samples, datetime.now().astimezone())
        return samples

    def picture(self, session: DatasetSession) -> None:
        """Have a few of the dataset's faces drawn for the list, where that was not done yet."""
        from faceapp.gui.welcome.mosaic import make_mosaic

        folder, place = session.folder, self._recents.all()[0].picture
        if not place.is_file():
            self._jobs.start(
                self.tr("Picture"),
                lambda job: make_mosaic(folder, place, job),
                done=lambda _made: None,
                failed=lambda _error: None,  # a picture less on the welcome page
                quiet=True,
            )

    def _forget(self, folder: str) -> None:
        self._recents.forget(folder)
        self.show()

    def _fill_menu(self) -> None:
        self.menu.clear()
        for recent in self._recents.all():
            action = self.menu.addAction(recent.name.replace("&", "&&"))
            action.setStatusTip(recent.folder)
            action.triggered.connect(lambda _=False, r=recent: self.chosen.emit(Path(r.folder)))
        if self.menu.isEmpty():
            self.menu.addAction(self.tr("None yet")).setEnabled(False)
