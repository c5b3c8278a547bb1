"""The window: puts welcome, pages, menus, messages and jobs together, for one dataset at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from faceapp import paths
from faceapp.dataset import Changes, Dataset, Part
from faceapp.gui.actions import Actions, fill_menus
from faceapp.gui.appearance import Appearance
from faceapp.gui.desktop import open_on_desktop
from faceapp.gui.dialogs import choose_folder, confirm
from faceapp.gui.dropping import TABLES, Dropping
from faceapp.gui.facts_dialog import FactsDialog
from faceapp.gui.help import AboutDialog, KeysDialog
from faceapp.gui.job_strip import JobStrip
from faceapp.gui.licences_dialog import LicencesDialog
from faceapp.gui.message_bar import MessageBar
from faceapp.gui.messages import Messages
from faceapp.gui.page_stack import PageStack
from faceapp.gui.pages import PAGES, pages_for
from faceapp.gui.placing import note_place, place_window
from faceapp.gui.quiet_start import QuietStart
from faceapp.gui.seating import Seating
from faceapp.gui.services import Services, only_reading
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import LAST_DATASET, LAST_PAGE
from faceapp.gui.text import counted
from faceapp.gui.theme import Theme
from faceapp.gui.top_bar import TopBar
from faceapp.gui.welcome.importing import Importing
from faceapp.gui.welcome.opening import Opening
from faceapp.gui.welcome.page import WelcomePage
from faceapp.gui.welcome.recent_datasets import RecentDatasets
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.licences import parts


class MainWindow(QMainWindow):
    """Shows the welcome page, or the pages of the open dataset."""

    def __init__(self, services: Services, theme: Theme, messages: Messages) -> None:
        super().__init__()
        self._services = services
        self._settings = services.settings
        self.messages = messages
        self.jobs = JobRunner(messages, self)
        self.actions_of_window = Actions(self)
        self.opening = Opening(self, self.jobs, messages, services)
        self.importing = Importing(self, self.jobs, messages, lambda: self.session, self.undo)
        self.dropping = Dropping(self)
        self.seating = Seating(self, messages)
        self.seating.wanted.connect(self.reopen)
        self.pages: PageStack | None = None
        QuietStart(self)
        Appearance(theme, self.actions_of_window, self._settings, self)
        self._make()
        self._lay_out()
        self._connect()
        self._connect_actions()
        self._show_state()
        place_window(self, self._settings)

    # -- putting together

    def _make(self) -> None:
        actions = self.actions_of_window
        self.welcome = WelcomePage(demo=self._services.make_demo is not None)
        self.top_bar = TopBar(
            (actions.import_images, actions.show_folder, actions.reload, actions.close_dataset),
            actions.modes.actions(),
        )
        self.message_bar = MessageBar(self.messages)
        self.strip = JobStrip(self.jobs)
        self.recents = RecentDatasets(self._settings, self.welcome, self.jobs, self)
        self._page_actions = {
            entry.name: actions.add_page(place, entry.title)
            for place, entry in enumerate(PAGES, start=1)
        }
        fill_menus(self.menuBar(), actions, self.recents.menu, self._page_actions.values())

    def _lay_out(self) -> None:
        self.stage = QStackedWidget()
        self.stage.addWidget(self.welcome)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top_bar)
        layout.addWidget(self.message_bar)
        layout.addWidget(self.stage, 1)
        layout.addWidget(self.strip)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self.opening.opened.connect(self.show_dataset)
        self.opening.import_wanted.connect(self.importing.ask)
        self.opening.page_wanted.connect(self.show_page)
        self.importing.opened.connect(self.show_dataset)
        self.dropping.dropped.connect(self.take_dropped)
        self.dropping.refused.connect(
            lambda name: self.messages.info(
                self.tr("Not taken: {0}. Drop one folder of images, or a CSV.").format(name)
            )
        )
        self.top_bar.page_wanted.connect(self.show_page)
        welcome = self.welcome
        welcome.new_wanted.connect(self.opening.make)
        welcome.open_wanted.connect(self.opening.choose)
        welcome.import_wanted.connect(self.choose_import)
        welcome.demo_wanted.connect(self.opening.make_demo)
        self.recents.chosen.connect(self.opening.open)

    def _connect_actions(self) -> None:
        actions = self.actions_of_window
        for action, does in (
            (actions.new, self.opening.make),
            (actions.open, self.opening.choose),
            (actions.demo, self.opening.make_demo),
            (actions.import_images, self.choose_import),
            (actions.find_images, self.find_images),
            (actions.show_folder, self.show_folder),
            (actions.close_dataset, self.close_dataset),
            (actions.quit, self.close),
            (actions.undo, self.undo),
            (actions.redo, self.redo),
            (actions.group_people, self.group_people),
            (actions.reload, self.reload),
            (actions.put_away, self.message_bar.put_away),
            (actions.keys, self.show_keys),
            (actions.log, self.show_log_folder),
            (actions.check, self.show_check),
            (actions.licences, self.show_licences),
            (actions.about, lambda: AboutDialog(self).open()),
        ):
            action.triggered.connect(_without_argument(does))
        actions.full_screen.toggled.connect(self._show_full_screen)
        actions.demo.setVisible(self._services.make_demo is not None)
        actions.check.setVisible(self._services.check_computer is not None)
        actions.find_images.setVisible(self._services.scraping is not None)
        actions.group_people.setVisible(self._services.people is not None)
        for name, action in self._page_actions.items():
            action.triggered.connect(lambda _=False, page=name: self.show_page(page))

    # -- the dataset

    @property
    def session(self) -> DatasetSession | None:
        """The open dataset; None while there is none."""
        return self.pages.session if self.pages else None

    def begin(self, folder: Path | None = None) -> None:
        """Take a folder as if dropped, or the dataset that was open last, or welcome the person."""
        last = self._settings.get(LAST_DATASET)
        if folder is not None:
            self.take_dropped(folder)
        elif last and Path(last).is_dir():
            self.opening.open(Path(last))
        if self.session is None:
            self._welcome()

    def show_dataset(self, dataset: Dataset, *, read_only: bool = False) -> None:
        """Show a dataset in place of the one that is open; to write it, where no other window is.

        `read_only` shows it beside the window that writes it.
        """
        same = self.session is not None and self.session.folder == dataset.folder
        seat = None if same else self.seating.seat_at(dataset.folder, read_only=read_only)
        if seat is None or not self._leave():
            if seat is not None:
                seat.leave()
            dataset.close()
            return
        session = DatasetSession(dataset, seat=seat)
        services = only_reading(self._services) if session.read_only else self._services
        pages = self.pages = PageStack(session, self.messages, services, self.stage)
        session.changed.connect(self._follow)
        session.refused.connect(self.messages.problem)
        pages.page_shown.connect(self._show_current)
        pages.import_wanted.connect(self.choose_import)
        self.strip.follow(pages.jobs)
        self.stage.addWidget(pages)
        self.stage.setCurrentWidget(pages)
        self._settings.set(LAST_DATASET, str(session.folder))
        self._show_state()
        if self.recents.note(session):
            self.recents.picture(session)
        pages.show_page(self._settings.get(LAST_PAGE))
        pages.offer_unfinished()

    def reopen(self, folder: Path, read_only: bool) -> None:
        """Open a dataset anew, to read it or, where that may be now, to write it."""
        if self.session is not None and self.session.folder == folder and not self._leave():
            return
        if read_only:
            self.opening.open(folder, lambda dataset: self.show_dataset(dataset, read_only=True))
        else:
            self.opening.open(folder)
        if self.session is None:
            self._welcome()

    def close_dataset(self) -> None:
        """Close the open dataset and show the welcome page."""
        if self._leave():
            self._settings.set(LAST_DATASET, LAST_DATASET.default)
            self._welcome()

    def _leave(self) -> bool:
        """Close the open dataset; False where its jobs are rather awaited."""
        if self.pages is None:
            return True
        if not self._may_stop(self.pages.jobs.at_stake):
            return False
        self.recents.note(self.pages.session)
        self.stage.removeWidget(self.pages)
        self.pages.shut()
        self.pages = None
        return True

    def _welcome(self) -> None:
        self.recents.show()
        self.stage.setCurrentWidget(self.welcome)
        self._show_state()
        self.welcome.activated()

    def _may_stop(self, running: tuple[RunningJob, ...]) -> bool:
        """Whether the person agrees that these jobs are stopped; true where there are none."""
        if not running:
            return True
        words = counted(
            len(running), self.tr("Stop the running job?"), self.tr("Stop the {0} running jobs?")
        )
        return confirm(
            self,
            words,
            "\n".join(" ".join(filter(None, (each.title, each.if_stopped))) for each in running),
            self.tr("Stop"),
            self.tr("Keep running"),
        )

    # -- what is shown

    @property
    def page_names(self) -> list[str]:
        """The pages of an open dataset, in the order of their tabs."""
        return [entry.name for entry in PAGES]

    def show_page(self, name: str) -> None:
        """Look at a page of the open dataset."""
        if self.pages is not None:
            self.pages.show_page(name)

    def _show_current(self, name: str) -> None:
        self._settings.set(LAST_PAGE, name)
        self.top_bar.show_page(name)
        for page, action in self._page_actions.items():
            action.setChecked(page == name)

    def _show_state(self) -> None:
        """Name what is open, and offer what can be done with it."""
        session = self.session
        self.setWindowTitle(f"{session.name} - faceapp" if session else "faceapp")
        self.top_bar.setVisible(session is not None)
        offered = pages_for(read_only=session.read_only) if session else []
        for name, action in self._page_actions.items():
            action.setEnabled(name in offered)
        self.actions_of_window.show_session(session)
        if session is not None:
            self._name_dataset(session)

    def _name_dataset(self, session: DatasetSession) -> None:
        count = session.dataset.count()
        self.top_bar.show_dataset(session.name, count, read_only=session.read_only)

    def _follow(self, changes: Changes, _initiator: object) -> None:
        session = self.session
        if session is None:
            return
        self.actions_of_window.show_session(session)
        if Part.SAMPLES in changes.parts:
            self._name_dataset(session)

    def _show_full_screen(self, full: bool) -> None:
        if full:
            self.showFullScreen()
        else:
            self.showNormal()

    def show_keys(self) -> None:
        """Show the keys of the page that is looked at, and of the window."""
        page = self.pages.current if self.pages else self.welcome
        KeysDialog(page.title, page.page_keys(), self.actions_of_window.key_help(), self).open()

    def show_check(self) -> None:
        """Have the computer looked at, and show what is there and what is not."""
        look = self._services.check_computer
        if look is not None:
            FactsDialog(look, self.jobs, self).open()

    def show_licences(self) -> None:
        """Show whose work the program stands on."""
        LicencesDialog(parts(), self).open()

    # -- what the person does

    def undo(self) -> None:
        """Take back the last action on the dataset."""
        if self.pages is not None:
            self.pages.undoing.undo()

    def redo(self) -> None:
        """Do the action again that was undone last."""
        if self.pages is not None:
            self.pages.undoing.redo()

    def reload(self) -> None:
        """Show anew whatever another program changed."""
        if self.session is not None:
            self.session.reload()

    def choose_import(self) -> None:
        """Have a folder chosen, and ask how to import it."""
        folder = choose_folder(self, self.tr("Import images"), Path.home())
        if folder is not None:
            self.importing.ask(folder)

    def find_images(self) -> None:
        """Show the dialog that searches the web for images."""
        if self.pages is not None:
            self.pages.find_images()

    def group_people(self) -> None:
        """Show the dialog that groups samples by whom they show."""
        if self.pages is not None:
            self.pages.group_people()

    def take_dropped(self, path: Path) -> None:
        """Open a dropped dataset, or ask how to import anything else."""
        if path.suffix.lower() in TABLES and path.is_file():
            self.importing.ask(path.parent, path)
            return
        folder = self.opening.take_dropped(path)
        if folder is not None:
            self.importing.ask(folder)

    def show_folder(self) -> None:
        """Show the dataset's folder in the desktop's own program."""
        if self.session is not None:
            open_on_desktop(self.session.folder, self.messages)

    def show_log_folder(self) -> None:
        """Show the folder of the log in the desktop's own program."""
        folder = paths.log_folder()
        folder.mkdir(parents=True, exist_ok=True)
        open_on_desktop(folder, self.messages)

    # -- the end

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's own
        """Ask while jobs run; remember where the window stood."""
        of_dataset = self.pages.jobs.at_stake if self.pages else ()
        if not self._may_stop((*self.jobs.at_stake, *of_dataset)):
            event.ignore()
            return
        note_place(self, self._settings)
        if self.pages is not None:
            self.recents.note(self.pages.session)
            self.pages.shut()
            self.pages = None
        self.jobs.close()
        super().closeEvent(event)


def _without_argument(call: Callable[[], object]) -> Callable[[bool], None]:
    """For `triggered`, which tells whether the action is ticked."""

    def run(_ticked: bool) -> None:
        call()

    return run
