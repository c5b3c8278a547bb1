"""The dialog "Find images": set up a search, watch what comes, lead on to the review."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from faceapp.errors import FaceAppError
from faceapp.gui.language import error_words
from faceapp.gui.scrape.run import ScrapeRun
from faceapp.gui.scrape.set_up import SetUp
from faceapp.gui.scrape.tray import Tray
from faceapp.gui.scrape.work import Outlook, PhraseRow, ScrapeRequest, ScrapeWork
from faceapp.gui.session import DatasetSession
from faceapp.gui.widgets.empty_state import EmptyState
from faceapp.gui.workers import JobRunner

_SIZE = QSize(1120, 760)


class ScrapeDialog(QDialog):
    """Beside the window, not before it: closing it stops nothing.

    Signals:
        review_wanted(str): the kept images of this task are to be reviewed.
        problem(Exception): something could not be written.
    """

    review_wanted = Signal(str)
    problem = Signal(object)

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        work: ScrapeWork,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Find images"))
        self.setModal(False)
        self._session = session
        self._jobs = jobs
        self._work = work
        self._looking = False
        self._task = ""
        self.run: ScrapeRun | None = None
        self.tray: Tray | None = None
        self.set_up = SetUp()
        self.empty = EmptyState()
        self.stack = QStackedWidget()
        for side in (self.empty, self.set_up):
            self.stack.addWidget(side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)
        self.set_up.start_wanted.connect(self.begin)
        self.set_up.resume_wanted.connect(self.begin)
        self.set_up.phrases_written.connect(self._save_phrases)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - QSize(16, 48)))

    @property
    def idle(self) -> bool:
        """Whether everything it shows is read."""
        return not self._looking and (self.tray is None or self.tray.view.pictures.idle)

    def show_task(self, task: str = "") -> None:
        """Show the scrape as it stands, or ask for one of this task."""
        self._task = task or self._task
        if self.tray is not None and self.run is not None and (self.run.running or not task):
            self.stack.setCurrentWidget(self.tray)
        else:
            self.look()

    def look(self) -> None:
        """Read what can be searched for, and show it."""
        if self._looking:
            return
        self._looking = True
        if self.stack.currentWidget() is self.empty:
            self.empty.say(self.tr("Reading phrases..."), "")
        folder = self._session.folder
        self._jobs.start(
            self.tr("Reading phrases"),
            lambda job: self._work.look(folder, job),
            done=self._show_outlook,
            failed=self._show_failure,
            quiet=True,
        )

    def _show_outlook(self, outlook: Outlook) -> None:
        self._looking = False
        current = self._session.current_task
        self.set_up.show_outlook(outlook, self._task or (current.name if current else ""))
        self.set_up.set_running(running=self.run is not None and self.run.running)
        self.stack.setCurrentWidget(self.set_up)

    def _show_failure(self, error: Exception) -> None:
        self._looking = False
        again = [(self.tr("Try again"), self.look)]
        self.empty.say(self.tr("That cannot be read"), error_words(error), again)
        self.stack.setCurrentWidget(self.empty)

    # -- a scrape

    def begin(self, asked: ScrapeRequest | str) -> None:
        """Scrape, or go on with the last scrape of a task."""
        if self.run is not None and self.run.running:
            return
        if isinstance(asked, ScrapeRequest) and self.set_up.agreement.isVisibleTo(self.set_up):
            try:
                self._work.agree()
            except OSError as error:
                self.problem.emit(error)
                return
        self._drop_tray()
        run = self.run = ScrapeRun(asked, self._work, self._session, self._jobs, self)
        tray = self.tray = Tray(run, self._session)
        tray.review_wanted.connect(lambda: self.review_wanted.emit(run.task))
        tray.back_wanted.connect(self.look)
        tray.elsewhere_wanted.connect(self._look_elsewhere)
        tray.resume_wanted.connect(lambda: self.begin(run.task))
        self.set_up.set_running(running=True)
        run.ended.connect(lambda: self.set_up.set_running(running=False))
        self._task = run.task
        self.stack.addWidget(tray)
        self.stack.setCurrentWidget(tray)

    def _drop_tray(self) -> None:
        if self.tray is not None:
            self.tray.view.pictures.close()
            self.stack.removeWidget(self.tray)
            self.tray.deleteLater()
        if self.run is not None:
            self.run.deleteLater()

    def _look_elsewhere(self, failed: set[str]) -> None:
        self.set_up.try_elsewhere(failed)
        self.stack.setCurrentWidget(self.set_up)

    def _save_phrases(self, task: str, rows: Sequence[PhraseRow]) -> None:
        try:
            self._work.save_phrases(task, rows)
        except FaceAppError as error:
            self.problem.emit(error)
