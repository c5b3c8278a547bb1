"""The Label page: thousands of faces labelled at the speed of the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from faceapp.dataset import Changes, Part, Task
from faceapp.gui.itemmodels.samples import SamplesModel
from faceapp.gui.itemmodels.thumbnails import ThumbnailPictures
from faceapp.gui.label.browser_pane import BrowserPane
from faceapp.gui.label.face_finder import FaceFinder
from faceapp.gui.label.filter_panel import FilterPanel
from faceapp.gui.label.filters import Choice, Facet, Filters, Listing, Sort
from faceapp.gui.label.keys import Command, action_for, key_help
from faceapp.gui.label.labelling import Labelling
from faceapp.gui.label.large_pane import LargePane
from faceapp.gui.label.listed import ListedSamples
from faceapp.gui.label.opinions import Opinions
from faceapp.gui.label.presses import press_of
from faceapp.gui.label.reading import Counts, offered_sorts
from faceapp.gui.label.shown import ShownSample
from faceapp.gui.label.status_line import StatusLine
from faceapp.gui.label.suggesting import Suggesting
from faceapp.gui.label.task_tools import TaskTools
from faceapp.gui.messages import Messages
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import Row as Setting
from faceapp.gui.tab_order import tab_through
from faceapp.gui.theme import UNIT
from faceapp.gui.workers import JobRunner

PICTURE_SIDE = Setting("label picture side", 128, lambda side: 64 <= side <= 256)
_GONE_TO = 200  # samples changed elsewhere: of more than these one does not want to see each
_STEPS = {"left": -1, "up": -1, "right": 1, "down": 1}


class LabelPage(QWidget):
    """Filters, grid and large view, and what the keys do to them.

    Signals:
        import_wanted(): there are no images; the window knows how to get some.
        find_wanted(str): images for this task, or for any (""), are to be searched for.
    """

    import_wanted = Signal()
    find_wanted = Signal(str)

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        messages: Messages,
        services: Services,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = self.tr("Label")
        self._session = session
        self._jobs = jobs
        self._messages = messages
        self._services = services
        self._task: Task | None = None
        self._second: Task | None = None
        self._second_name: str | None = None  # None: not chosen yet
        self.model = SamplesModel(session.dataset, self)
        self.filters = FilterPanel(model_disagrees=services.disputed is not None)
        self.browser = BrowserPane(self.model, self.take_key, offered_sorts(services))
        self.grid = self.browser.grid
        self.large = LargePane()
        self.status = StatusLine()
        self.thumbnails = ThumbnailPictures(session.dataset, self.grid.pictures_arrived)
        self.grid.use_pictures(self.thumbnails)
        self.listed = ListedSamples(session, jobs, services, self.model, self)
        self.labelling = Labelling(
            session, self.grid, self.model, jobs=jobs, messages=messages, initiator=self
        )
        finder = FaceFinder(session, jobs, services, self)
        self.shown = ShownSample(
            session,
            self.large,
            self.grid,
            thumbnails=self.thumbnails,
            labelling=self.labelling,
            faces=finder,
        )
        self.suggesting = Suggesting(session, jobs, messages, services, self.browser.review)
        self.opinions = Opinions(
            session, jobs, services, self.browser.review,
            grid=self.grid, listed=self.listed, shown=self.shown,
        )  # fmt: skip
        self.tasks = TaskTools(session, self.large.answers, self)
        self._build()
        self._connect()
        self._show_tasks()
        self.browser.set_side(services.settings.get(PICTURE_SIDE))
        self.listed.read()

    def _build(self) -> None:
        self.panes = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        for pane, stretch in ((self.filters, 0), (self.browser, 1), (self.large, 0)):
            self.panes.addWidget(pane)
            self.panes.setStretchFactor(self.panes.count() - 1, stretch)
        letter = self.fontMetrics().averageCharWidth()
        self.filters.setMinimumWidth(20 * letter)
        self.panes.setSizes([27 * letter, 90 * UNIT, 42 * UNIT])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, UNIT // 2)
        layout.setSpacing(UNIT // 2)
        layout.addWidget(self.panes, 1)
        layout.addWidget(self.status)
        tab_through(self.panes)
        fit, toggle = self.large.canvas.fit, self.large.faces.toggle
        for keys, call in (("F5", self.refresh), ("Ctrl+0", fit), ("Ctrl+B", toggle)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(call)

    def _connect(self) -> None:
        self._session.changed.connect(self._follow)
        self._session.task_changed.connect(self._follow_task)
        self.destroyed.connect(self.thumbnails.close)
        self.filters.changed.connect(self.show_filters)
        self.filters.left.connect(self.grid.setFocus)
        self.tasks.added.connect(self.grid.setFocus)
        self.browser.sorted.connect(self._sort)
        self.browser.refresh_wanted.connect(self.refresh)
        self.browser.zoom.valueChanged.connect(
            lambda side: self._services.settings.set(PICTURE_SIDE, side)
        )
        self.browser.balance.chosen.connect(self._choose_class)
        self.grid.selection_changed.connect(self._show_selected)
        self.grid.opened.connect(self.toggle_large)
        self.large.large_wanted.connect(self.toggle_large)
        self.listed.listed.connect(self._show_listed)
        self.listed.counted.connect(self._show_counts)
        self.labelling.changed.connect(self._take_in)
        self.labelling.labelled.connect(self.status.add)
        self._connect_review()
        answers = self.large.answers
        answers.given.connect(self.labelling.answer)
        answers.quarantine_wanted.connect(self.labelling.quarantine)
        answers.second_chosen.connect(self._choose_second)

    def _connect_review(self) -> None:
        review = self.browser.review
        for signal, command in (
            (review.accept_wanted, Command.ACCEPT),
            (review.refuse_wanted, Command.REFUSE),
            (review.next_wanted, Command.NEXT_WAITING),
        ):
            signal.connect(lambda done=command: self.labelling.command(done))
        review.review_wanted.connect(self.review)

    @property
    def idle(self) -> bool:
        """Whether everything on show is read, pictures too."""
        read = self.opinions.idle and not self.listed.busy and self.listed.counts is not None
        return read and self.thumbnails.idle and self.shown.idle

    def activated(self) -> None:
        """The page is looked at now."""
        self.grid.setFocus()
        self.suggesting.show_runs()
        self.listed.count()

    def search(self) -> None:
        """Go to the search field."""
        self.filters.search.setFocus()
        self.filters.search.selectAll()

    def page_keys(self) -> list[tuple[str, str]]:
        """Every key of this page and what it does."""
        return [
            *key_help(self._task, self._second),
            ("U", self.tr("unsure, and go on (Shift+U: in the second task)")),
            ("Q", self.tr("quarantine, or take back from it")),
            (self.tr("Space"), self.tr("accept the suggestion")),
            (self.tr("Backspace"), self.tr("refuse the suggestion")),
            (".", self.tr("next to review, or next unlabelled")),
            (self.tr("Arrows"), self.tr("move; with Shift extend, with Ctrl+Space add")),
            ("Ctrl+A", self.tr("select all")),
            ("Enter", self.tr("large view; Esc back")),
            ("+  -", self.tr("size of the pictures (or Ctrl+wheel)")),
            ("Ctrl+0", self.tr("fit the large image")),
            ("Ctrl+B", self.tr("show faces, correct them with the mouse")),
            ("F5", self.tr("list again what matches")),
            ("/", self.tr("search in names; Esc back")),
        ]

    # -- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Keys mean the same wherever on the page the focus is."""
        if not self.take_key(event):
            super().keyPressEvent(event)

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key means; False where it means nothing here."""
        press = press_of(event)
        action = action_for(press, self._task, self._second)
        if action is None:
            return self._step(press.name) if self.is_large and not press.ctrl else False
        if not isinstance(action, Command):
            self.labelling.answer(action)
            return True
        if action is Command.BACK:
            return self._back()
        if action is Command.LARGE:
            self.toggle_large()
        elif action in (Command.ZOOM_IN, Command.ZOOM_OUT):
            self.browser.zoom_by(1 if action is Command.ZOOM_IN else -1)
        elif action is Command.SEARCH:
            self.search()
        else:
            self.labelling.command(action)
        return True

    def _step(self, name: str) -> bool:
        if name in _STEPS:
            self.grid.move_by(_STEPS[name])
        return name in _STEPS

    def _back(self) -> bool:
        if self.is_large:
            self.toggle_large()
            return True
        if len(self.grid.selected_ids()) > 1 and self.grid.current is not None:
            self.grid.go_to(self.grid.current)
            return True
        return False

    # -- what is listed

    def show_filters(self, filters: Filters) -> None:
        """List what these filters leave."""
        self.filters.set_filters(filters)
        self.listed.show(replace(self.listed.listing, filters=filters), self._current_id())

    def refresh(self) -> None:
        """List again what matches now."""
        self.listed.read()

    def review(self) -> None:
        """List what waits for review: what a model contradicts first, or the surest first."""
        sort = self.opinions.sort
        filters = Filters(frozenset({Choice(Facet.PROPOSED)}))
        self.filters.set_filters(filters)
        self.browser.show_sort(sort, backwards=False)
        self.listed.show(Listing(filters, sort))

    def show_samples(self, ids: Sequence[int], words: str) -> None:
        """List these samples alone; `words` say what they are."""
        self.show_filters(Filters.of_samples(ids, words))

    def _choose_class(self, name: str) -> None:
        self.show_filters(self.filters.filters.only(Choice(Facet.CLASS, name)))

    def _sort(self, sort: Sort, backwards: bool) -> None:
        if sort is Sort.SIMILARITY and self._current_id() is None:
            self._messages.info(self.tr("Select the sample that others should be like."))
        listing = replace(self.listed.listing, sort=sort, backwards=backwards)
        self.listed.show(listing, self._current_id())

    def _current_id(self) -> int | None:
        return None if self.grid.current is None else self.model.ids[self.grid.current]

    def _show_listed(self) -> None:
        self.grid.restore()
        self.shown.refresh()
        self._show_selected()
        self._show_state()

    def _show_selected(self) -> None:
        self.browser.show_words(len(self.model.ids), self.grid.selected_count())

    def _show_counts(self, counts: Counts) -> None:
        self.filters.show_counts(self._task, counts)
        self.browser.show_balance(self._task, counts, self.filters.filters)
        reviewing = self.filters.filters.has(Facet.PROPOSED)
        self.browser.review.show_progress(*counts.reviewed, reviewing=reviewing)
        self.status.show_counts(self._task, counts)
        changed = 0 if self.listed.reading else abs(counts.facets.total - len(self.model.ids))
        self.browser.show_stale(changed)
        self._show_state()

    def _show_state(self) -> None:
        """Show the samples, or why there are none and what to do next."""
        counts = self.listed.counts
        nothing = counts is not None and counts.samples + counts.facets.quarantined == 0
        self.filters.setVisible(not (nothing or self.is_large))
        self.large.setVisible(not nothing)
        self.browser.tools.setVisible(not nothing)
        if self.model.ids or counts is None or self.listed.reading:
            self.browser.show_grid()
        elif nothing and not self.filters.filters:
            ways: list[tuple[str, Callable[[], object]]]
            ways = [(self.tr("Import images..."), self.import_wanted.emit)]
            if self._services.scraping is not None:
                ways.append((self.tr("Find images..."), lambda: self.find_wanted.emit("")))
            self.browser.show_empty(
                self.tr("No images yet"),
                self.tr("Import a folder of face images, or drop one anywhere on this window."),
                ways,
            )
        else:
            self._show_no_match()

    def _show_no_match(self) -> None:
        filters = self.filters.filters
        title, text = self.tr("Nothing matches"), self.tr("No sample fits all of these filters.")
        if filters == Filters(frozenset({Choice(Facet.UNLABELLED)})):
            title, text = self.tr("All labelled"), self.tr("No sample waits for a label here.")
        elif filters == Filters(frozenset({Choice(Facet.PROPOSED)})):
            title, text = self.tr("All reviewed"), self.tr("No suggestion waits for an answer.")
        show_all = (self.tr("Show all samples"), lambda: self.show_filters(Filters()))
        self.browser.show_empty(title, text, [show_all])

    # -- the large view

    @property
    def is_large(self) -> bool:
        """Whether the image has the whole page."""
        return self.browser.isHidden()

    def toggle_large(self) -> None:
        """Give the image the whole page, or take it back."""
        large = not self.is_large
        self.browser.setVisible(not large)
        self.filters.setVisible(not large)
        self.large.show_large(large=large)
        (self.large.canvas if large else self.grid).setFocus()

    # -- tasks and changes

    def _show_tasks(self) -> None:
        tasks = self._session.dataset.tasks()
        self._task = self._session.current_task
        others = [each for each in tasks if self._task is None or each.name != self._task.name]
        named = [each for each in others if each.name == self._second_name]
        self._second = next(iter(others if self._second_name is None else named), None)
        self.large.answers.show_tasks(tasks, self._task, self._second)
        self.grid.painter.set_tasks([each for each in (self._task, self._second) if each])
        self.grid.viewport().update()
        names = self._task.names if self._task else ()
        kept = self.filters.filters.keeping(names)
        if kept != self.filters.filters:
            self.show_filters(kept)
        self.suggesting.show_runs()

    def _choose_second(self, name: str) -> None:
        self._second_name = name
        self._show_tasks()
        self.shown.refresh()

    def _follow_task(self) -> None:
        self._second_name = None
        self.show_filters(self.filters.filters.without_answers())
        self._show_tasks()

    def _follow(self, changes: Changes, initiator: object) -> None:
        if initiator is self:
            return
        self._take_in(changes)
        if Part.SAMPLES in changes.parts:
            self.listed.read()
        elif Part.LABELS in changes.parts and len(changes.samples) <= _GONE_TO:
            self._go_to(changes.samples)

    def _go_to(self, samples: Collection[int]) -> None:
        """Select what was undone, so that it is seen."""
        found = sorted(p for s in samples if (p := self.model.position(s)) is not None)
        if found:
            self.grid.select(found, found[0])
            self.grid.scrollTo(self.model.index(found[0]))

    def _take_in(self, changes: Changes) -> None:
        """Show what was written: only what it touched."""
        if Part.TASKS in changes.parts:
            self._show_tasks()
        everything = len(changes.parts) == len(Part)
        self.model.refresh(None if everything else changes.samples)
        self.shown.refresh()
        if Part.FACES in changes.parts:
            self.shown.faces_changed()
        self.listed.count()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._task is not None:
            self._show_tasks()
            self.shown.refresh()
