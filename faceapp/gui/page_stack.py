"""The pages of one open dataset, each made when it is first looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from faceapp.gui.messages import MessageAction, Messages
from faceapp.gui.pages import PAGES, Page, pages_for
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.text import counted
from faceapp.gui.undoing import Undoing
from faceapp.gui.workers import JobRunner

if TYPE_CHECKING:  # loaded when they are first asked for
    from faceapp.gui.people.dialog import PeopleDialog
    from faceapp.gui.scrape.dialog import ScrapeDialog
    from faceapp.gui.train.offers import Unfinished


class PageStack(QStackedWidget):
    """Shows one page at a time; the jobs of all of them end with it.

    Signals:
        page_shown(str): the page of that name is looked at now.
        import_wanted(): a page has no images to show.
    """

    page_shown = Signal(str)
    import_wanted = Signal()

    def __init__(
        self,
        session: DatasetSession,
        messages: Messages,
        services: Services,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.session = session
        session.setParent(self)
        self.jobs = JobRunner(messages, self)
        self.undoing = Undoing(session, self.jobs, self)
        self._messages = messages
        self._services = services
        self._pages: dict[str, Page] = {}
        self.shown = ""
        self.finding: ScrapeDialog | None = None
        self.grouping: PeopleDialog | None = None

    def page(self, name: str) -> Page:
        """The page of that name."""
        if name not in self._pages:
            made = self._load(name)
            self._pages[name] = made
            for signal, hear in (
                ("import_wanted", self.import_wanted),
                ("page_wanted", self.show_page),
                ("samples_wanted", self.show_samples),
                ("find_wanted", self.find_images),
                ("people_wanted", self.group_people),
                ("run_wanted", self.use_run),
            ):
                if hasattr(made, signal):
                    getattr(made, signal).connect(hear)
            _widget(made).setAccessibleName(made.title)
            self.addWidget(_widget(made))
        return self._pages[name]

    def _load(self, name: str) -> Page:
        make = next(entry for entry in PAGES if entry.name == name).load()
        return make(self.session, self.jobs, self._messages, self._services, self)

    def show_page(self, name: str) -> None:
        """Look at a page; a name that there is not (any more) means the first."""
        names = pages_for(read_only=self.session.read_only)
        self.shown = name if name in names else names[0]
        page = self.page(self.shown)
        self.setCurrentWidget(_widget(page))
        page.activated()
        self.page_shown.emit(self.shown)

    def show_samples(self, ids: Sequence[int], words: str) -> None:
        """List these samples on the Label page; `words` say what they are."""
        from faceapp.gui.label.page import LabelPage

        self.show_page("label")
        page = self.current
        assert isinstance(page, LabelPage)
        page.show_samples(ids, words)

    def find_images(self, task: str = "") -> None:
        """Show the dialog that searches the web, for this task if one is named."""
        from faceapp.gui.scrape.dialog import ScrapeDialog

        if self._services.scraping is None:
            return
        if self.finding is None:
            work = self._services.scraping
            dialog = self.finding = ScrapeDialog(self.session, self.jobs, work, self)
            dialog.review_wanted.connect(self.review)
            dialog.problem.connect(self._messages.problem)
        self.finding.show_task(task)
        self.finding.show()
        self.finding.raise_()
        self.finding.activateWindow()

    def group_people(self) -> None:
        """Show the dialog that groups samples by whom they show."""
        from faceapp.gui.people.dialog import PeopleDialog

        if self._services.people is None:
            return
        if self.grouping is None:
            self.grouping = PeopleDialog(self.session, self.jobs, self._services.people, self)
        if not self.grouping.isVisible() and self.grouping.running is None:
            self.grouping.show_start()
        self.grouping.show()
        self.grouping.raise_()
        self.grouping.activateWindow()

    def review(self, task: str) -> None:
        """List on the Label page what waits for an answer to this task."""
        from faceapp.gui.label.page import LabelPage

        self.session.set_current_task(task)
        self.show_page("label")
        page = self.current
        assert isinstance(page, LabelPage)
        page.review()
        self.window().raise_()
        self.window().activateWindow()

    def use_run(self, folder: Path) -> None:
        """Read with the model of a run on the Live page."""
        from faceapp.gui.live.page import LivePage

        self.show_page("live")
        page = self.current
        assert isinstance(page, LivePage)
        page.use_run(folder)

    def offer_unfinished(self) -> None:
        """Say which training was left half done, as by a program that was killed."""
        training, folder = self._services.training, self.session.folder
        if training is None or self.session.read_only:
            return
        look = training.unfinished
        title = self.tr("Looking for unfinished trainings")
        self.jobs.start(title, lambda _job: look(folder), done=self._offer, quiet=True)

    def _offer(self, left: Sequence[Unfinished]) -> None:
        if not left or self.shown == "train":  # where they are listed anyway
            return
        last = left[-1]
        said = counted(
            len(left),
            self.tr("The training of {1}, recipe {2}, was left half done: it can be resumed."),
            self.tr("{0} trainings were left half done: they can be resumed."),
            last.task,
            last.recipe,
        )
        resume = MessageAction(self.tr("Resume..."), lambda: self.show_page("train"))
        self._messages.info(said, action=resume, key="training")

    @property
    def current(self) -> Page:
        """The page that is looked at."""
        return self._pages[self.shown]

    def shut(self) -> None:
        """End the pages' jobs and show nothing more; the dataset closes once the pages are gone."""
        self.jobs.close()
        self._messages.take_back("training")
        for dialog in (self.finding, self.grouping):
            if dialog is not None:
                dialog.hide()
        self.session.leave_seat()
        self.hide()
        self.destroyed.connect(self.session.dataset.close)  # until then a page may still read
        self.deleteLater()


def _widget(page: Page) -> QWidget:
    assert isinstance(page, QWidget)
    return page
