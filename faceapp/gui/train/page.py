"""The Train page: set a training up, follow it, stop it, and see what it found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from faceapp.dataset import Changes, Part
from faceapp.gui.messages import MessageAction, Messages
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.theme import UNIT
from faceapp.gui.train.checking import SetUpCheck
from faceapp.gui.train.compare_view import CompareView
from faceapp.gui.train.figures import Compared, RunDetails, Tested
from faceapp.gui.train.invite import invite, tell_failure
from faceapp.gui.train.keys import key_help
from faceapp.gui.train.offers import RecipeBook, RunList, TrainingServices
from faceapp.gui.train.preview import PreviewFeed
from faceapp.gui.train.results_view import ResultsView
from faceapp.gui.train.run_view import RunView
from faceapp.gui.train.run_work import RunWork
from faceapp.gui.train.running import RunControl
from faceapp.gui.train.runs_table import RunsTable
from faceapp.gui.train.setup_pane import SetUpPane
from faceapp.gui.train.tuning_control import tuning_control
from faceapp.gui.widgets.empty_state import EmptyState
from faceapp.gui.workers import JobRunner
from faceapp.jobs import Job

_OF_SAMPLES = {Part.LABELS, Part.TASKS, Part.SAMPLES, Part.PROPOSALS}


class TrainPage(QWidget):
    """Set-up at the left, the run or its results at the right, all runs below.

    Signals:
        import_wanted(): there are no images; the window knows how to get some.
        page_wanted(str): another page is to be shown.
        samples_wanted(list, str): the Label page is to list exactly these samples.
        run_wanted(Path): the run's model is to be used on the Live page.
    """

    import_wanted = Signal()
    page_wanted = Signal(str)
    samples_wanted = Signal(object, str)
    run_wanted = Signal(object)

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        messages: Messages,
        services: Services,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = self.tr("Train")
        self._session, self._jobs, self._messages = session, jobs, messages
        assert services.training is not None
        self._services: TrainingServices = services.training
        self._reading, self._stale, self._first = 0, True, True
        self._wanted: Path | None = None  # the run whose results are asked for
        self._make(services)
        self._lay_out()
        self._connect()
        self._load_book()

    def _make(self, services: Services) -> None:
        self.empty = EmptyState()
        self.setup = SetUpPane(self._session, services.settings)
        self.checking = SetUpCheck(self.setup, self._session.folder, self._jobs, self._services)
        self.preview = PreviewFeed(self.setup, self._session.folder, self._jobs, self._services)
        self.run_view = RunView(self._jobs)
        self.control = RunControl(self._session.folder, self._jobs, self._services, self.run_view)
        self.results = ResultsView(self._session, self._jobs)
        self.compare_view = CompareView(self._jobs)
        self.tuning = tuning_control(
            self._session.folder, self._jobs, self._messages, self._services, self.setup
        )
        self.hint = EmptyState()
        self.runs = RunsTable(services.settings)

    def _lay_out(self) -> None:
        self.upper = QStackedWidget()
        for each in (self.hint, self.run_view, self.results, self.compare_view):
            self.upper.addWidget(each)
        if self.tuning is not None:
            self.upper.addWidget(self.tuning.view)
        self.right = QSplitter(Qt.Orientation.Vertical)
        self.right.addWidget(self.upper)
        self.right.addWidget(self.runs)
        self.right.setStretchFactor(0, 1)
        self.right.setChildrenCollapsible(False)
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.addWidget(self.setup)
        self.panes.addWidget(self.right)
        self.panes.setStretchFactor(1, 1)
        self.panes.setChildrenCollapsible(False)
        letter = self.fontMetrics().averageCharWidth()
        self.setup.setMinimumWidth(40 * letter)
        self.panes.setSizes([48 * letter, 120 * UNIT])
        self.right.setSizes([60 * UNIT, 20 * UNIT])
        self.stack = QStackedWidget()
        self.stack.addWidget(self.panes)
        self.stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)
        self._show_hint()

    def _connect(self) -> None:
        self._session.changed.connect(self._follow)
        self.setup.changed.connect(self.checking.ask)
        self.setup.start_wanted.connect(self.start)
        self.control.begun.connect(self._begin)
        self.control.finished.connect(self._finish)
        self.control.failed.connect(self._fail)
        self.control.ended.connect(self._end_early)
        self.results.samples_wanted.connect(self.samples_wanted)
        self.results.report_wanted.connect(self.open_report)
        self.results.live_wanted.connect(self.use_in_live)
        self.runs.selected.connect(self._select)
        self.runs.resume_wanted.connect(self.control.resume)
        self.runs.remove_wanted.connect(self.remove)
        self.runs.compare_wanted.connect(self.compare)
        self.compare_view.samples_wanted.connect(self.samples_wanted)
        self.work = RunWork(self._session, self._jobs, self._messages, self._services, self)
        self.runs.note_changed.connect(self.work.note)
        self.runs.export_wanted.connect(self.work.export)
        self.results.gallery.heat_wanted.connect(self._show_heat)
        if self.tuning is not None:
            self.setup.recipe.tune_button.clicked.connect(self.open_tuning)
            self.tuning.view.closed.connect(self._close_tuning)
            self.tuning.begun.connect(self._begin_tuning)
            self.tuning.ended.connect(self._leave_run)
        for keys, call, where in (
            ("Ctrl+Return", self.setup.start_button.click, self),
            ("Ctrl+T", self.setup.recipe.tune_button.click, self),
            ("Ctrl+K", self.run_view.keep_button.click, self.run_view),
            ("Ctrl+Shift+O", self.open_report, self),
            ("Ctrl+L", self.use_in_live, self),
            ("Ctrl+H", self.results.gallery.heat_button.click, self),
            ("Ctrl+D", self.runs.compare_button.click, self),
            ("Ctrl+E", self.runs.export_button.click, self),
            ("/", self.runs.filter.setFocus, self),
            ("Del", self.runs.delete_button.click, self.runs.table),
        ):
            self._key(keys, call, where)

    def _key(self, keys: str, call: Callable[[], object], where: QWidget) -> None:
        shortcut = QShortcut(QKeySequence(keys), where)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(call)

    # -- the page

    @property
    def idle(self) -> bool:
        """Whether everything on show is read, checked and drawn."""
        if self._reading or self._stale:
            return False
        if self.stack.currentWidget() is self.empty:
            return True
        shown = self.upper.currentWidget()
        drawn = shown.idle if isinstance(shown, ResultsView | CompareView) else True
        tuned = self.tuning is None or not self._tuning_shown or self.tuning.idle
        return drawn and tuned and self.checking.idle and self.preview.idle

    @property
    def _tuning_shown(self) -> bool:
        return self.tuning is not None and self.upper.currentWidget() is self.tuning.view

    @property
    def _taken(self) -> bool:
        """Whether the right side is for a training or a tuning, and not for runs."""
        return self.control.busy or self._tuning_shown

    def page_keys(self) -> list[tuple[str, str]]:
        """Every key of this page and what it does."""
        return key_help()

    def activated(self) -> None:
        """The page is looked at now: what changed meanwhile is read again."""
        self.setup.task.setFocus()
        if self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Read tasks, counts and runs again."""
        self._stale = False
        leads = (self.page_wanted.emit, self.import_wanted.emit)
        if invite(self.empty, self._session.dataset, *leads):
            self.stack.setCurrentWidget(self.empty)
        else:
            self.stack.setCurrentWidget(self.panes)
            self.setup.show_dataset()
            self.checking.ask()
        self.read_runs()

    def _show_hint(self) -> None:
        self.hint.say(
            self.tr("Set up at the left, then start"),
            self.tr(
                "The network learns from some people and is judged on others that it never saw. "
                "You can label on meanwhile, and stop whenever you like."
            ),
        )
        self.upper.setCurrentWidget(self.hint)

    def _follow(self, changes: Changes, _initiator: object) -> None:
        if not _OF_SAMPLES.intersection(changes.parts):
            return
        self._stale = True
        if self.isVisible():
            self.refresh()

    def _load_book(self) -> None:
        book = self._services.book
        self._read(self.tr("Reading recipes"), lambda _job: book(), self._show_book)

    def _read(self, title: str, work: Callable[[Job], object], done: Callable[..., object]) -> None:
        """Read something in a quiet job; the page is not idle before it has come."""
        self._reading += 1
        job = self._jobs.start(title, work, done=done, quiet=True)
        job.ended.connect(self._end_reading)

    def _end_reading(self) -> None:
        self._reading -= 1

    def _show_book(self, book: RecipeBook) -> None:
        self.work.formats = book.formats
        self.setup.show_book(book)

    # -- runs

    def read_runs(self) -> None:
        """List the runs that there are now."""
        runs, folder = self._services.runs, self._session.folder
        self._read(self.tr("Reading runs"), lambda _job: runs(folder), self._show_runs)

    def _show_runs(self, runs: RunList) -> None:
        self.runs.show_runs(runs, busy=self.control.busy)
        listed = bool(runs.records or runs.unfinished)
        self.runs.setVisible(listed and not self._taken)
        for problem in runs.problems:
            self._messages.warning(problem, key=problem)
        if self._wanted is not None:
            self.runs.select([self._wanted])
        elif self._first and runs.records and not self._taken:
            self.runs.select([runs.records[0].folder])
        self._first = False

    def _select(self, folders: Sequence[Path]) -> None:
        if len(folders) == 1 and not self._taken:
            self.show_run(folders[0])
        elif len(folders) > 1:
            self.compare(folders)
        elif not self._taken:
            self._show_hint()

    def compare(self, folders: Sequence[Path]) -> None:
        """Show runs beside one another."""
        if len(folders) < 2 or self._taken:
            return
        compare, folder, wanted = self._services.compare, self._session.folder, list(folders)
        self._wanted = None

        def show(found: Compared) -> None:
            if self.runs.folders == wanted and not self._taken:
                self.compare_view.show_compared(found)
                self.upper.setCurrentWidget(self.compare_view)

        # Oldest first: later runs are compared with what was there before.
        runs = sorted(wanted, key=lambda run: run.name)
        self._read(self.tr("Comparing"), lambda job: compare(folder, runs, job), show)

    def _show_heat(self, errors: Sequence[Tested]) -> None:
        run = self._wanted
        if run is not None:
            self.work.heat(run, errors, self.results.gallery.show_heat)

    def show_run(self, run: Path) -> None:
        """Show what a run found."""
        shown = self.results.details
        self._wanted = run
        if shown is not None and shown.record.folder == run:
            self.upper.setCurrentWidget(self.results)
            return
        details, folder = self._services.details, self._session.folder
        self._read(
            self.tr("Reading a run"),
            lambda job: details(folder, run, job),
            lambda found: self._show_details(run, found),
        )

    def _show_details(self, run: Path, details: RunDetails) -> None:
        if run != self._wanted:
            return
        self.results.show_details(details)
        if not self._taken:
            self.upper.setCurrentWidget(self.results)

    def remove(self, folders: Sequence[Path]) -> None:
        """Delete runs for good, if the person is sure."""
        if not folders or not self.work.sure_to_delete(len(folders)):
            return
        delete, gone = self._services.delete, list(folders)
        if self._wanted in gone:
            self._wanted = None
            self._show_hint()
        self._read(self.tr("Deleting runs"), lambda _job: delete(gone), self._removed)

    def _removed(self, _nothing: object) -> None:
        self.results.details = None
        self.read_runs()

    def open_report(self) -> None:
        """Open the report of the run on show in the person's browser."""
        if self._wanted is not None:
            self.work.open_report(self._wanted)

    def use_in_live(self) -> None:
        """Use the run on show on the Live page."""
        if self._wanted is not None and not self.control.busy:
            self.run_wanted.emit(self._wanted)

    # -- tuning

    def open_tuning(self) -> None:
        """Show what of the recipe may vary, and the studies that there are."""
        if self.tuning is not None and not self.control.busy:
            self.upper.setCurrentWidget(self.tuning.view)
            self.runs.hide()
            self.tuning.open()
            self.tuning.view.study.setFocus()

    def _close_tuning(self) -> None:
        self._show_hint()
        if self._wanted is not None:
            self.show_run(self._wanted)
        self.read_runs()

    def _begin_tuning(self) -> None:
        self.checking.pause(True)
        self.setup.hide()

    # -- training

    def start(self) -> None:
        """Begin what is set up."""
        setup = self.setup.setup
        if setup is not None:
            self.control.start(setup)

    def _begin(self) -> None:
        self._messages.take_back("training")
        self._wanted = None
        self.checking.pause(True)
        self.setup.hide()  # the plots want its room, and nothing in it can be used now
        self.upper.setCurrentWidget(self.run_view)
        self.runs.hide()
        self.runs.select([])
        self.runs.show_runs(self.runs.runs, busy=True)
        self.run_view.discard_button.setFocus()  # nothing can be kept yet

    def _finish(self, run: Path) -> None:
        self._leave_run()
        self._wanted = run
        self.read_runs()
        if not self.isVisible():
            show = MessageAction(self.tr("Show"), lambda: self.page_wanted.emit("train"))
            self._messages.info(
                self.tr("Trained: {0}").format(run.name), action=show, key="training"
            )

    def _fail(self, error: Exception) -> None:
        self._leave_run()
        self._messages.problem(error, key="training")
        tell_failure(self.hint, error, self._messages)
        self.upper.setCurrentWidget(self.hint)
        self.read_runs()

    def _end_early(self, discarded: bool) -> None:
        self._leave_run()
        left = self.tr("The training was left; it can be resumed.")
        said = self.tr("The training was discarded.") if discarded else left
        self._messages.info(said, key="training")
        self._show_hint()
        self.read_runs()

    def _leave_run(self) -> None:
        self.setup.show()
        self.checking.pause(False)
        # The process has looked for faces wherever nobody had.
        self._session.reload(Changes(parts=frozenset({Part.FACES})))
