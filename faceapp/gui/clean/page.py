"""The Clean page: everything wrong with a dataset, found, shown and mended in one place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from faceapp.dataset import Changes, Part
from faceapp.gui.clean.choose_checks import ChooseChecks
from faceapp.gui.clean.doing import Doing
from faceapp.gui.clean.finding_pane import FindingPane
from faceapp.gui.clean.findings import Difference, Findings, Keys
from faceapp.gui.clean.kinds_panel import KindsPanel
from faceapp.gui.clean.list_pane import ListPane
from faceapp.gui.clean.map_pane import MapPane
from faceapp.gui.clean.mapping import Mapping
from faceapp.gui.clean.remedies import Remedy
from faceapp.gui.clean.reporting import Reporting
from faceapp.gui.clean.shown_finding import ShownFinding
from faceapp.gui.clean.states import Calls, State, state_of
from faceapp.gui.itemmodels.thumbnails import ThumbnailPictures
from faceapp.gui.kinds import finding_words
from faceapp.gui.language import core_words
from faceapp.gui.messages import Messages
from faceapp.gui.services import Services
from faceapp.gui.session import EVERYTHING, DatasetSession
from faceapp.gui.tab_order import tab_through
from faceapp.gui.text import counted, number
from faceapp.gui.theme import UNIT
from faceapp.gui.widgets.empty_state import EmptyState
from faceapp.gui.workers import JobRunner

_MATTERS = frozenset({Part.SAMPLES, Part.LABELS, Part.FINDINGS, Part.TASKS})


class CleanPage(QWidget):
    """Kinds of findings, the current finding, and the others of its kind.

    Signals:
        import_wanted(): there are no images; the window knows how to get some.
        samples_wanted(object, str): list these samples on the Label page.
    """

    import_wanted = Signal()
    samples_wanted = Signal(object, str)

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        messages: Messages,
        services: Services,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        assert services.cleaner is not None  # without it the page is not among the window's
        self.title = self.tr("Clean")
        self._session = session
        self._jobs = jobs
        self._messages = messages
        self.findings = Findings(session, jobs, messages, services.cleaner, self)
        self.doing = Doing(session, jobs, services.cleaner, self)
        self._reporting = Reporting(session, jobs, messages, services.cleaner, self)
        self.kinds = KindsPanel()
        self.pane = FindingPane()
        self.listing = ListPane(session.dataset, self.take_key)
        self.grid = self.listing.grid
        self.thumbnails = ThumbnailPictures(session.dataset, self.grid.pictures_arrived)
        self.grid.use_pictures(self.thumbnails)
        self.shown = ShownFinding(
            session, self.grid, self.listing.model, self.pane, self.thumbnails
        )
        self.map = MapPane()
        self.mapping = Mapping(
            session, jobs, messages, services.cleaner, findings=self.findings, pane=self.map
        )
        self.mapped = False
        self.empty = EmptyState()
        self.dialog: ChooseChecks | None = None
        self._stale = False
        self._said: State | None = None
        self._calls = Calls(self.import_wanted.emit, self.check, self.choose_checks)
        self._build()
        self._connect()
        self._show_tasks()
        self.findings.read()

    def _build(self) -> None:
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.setChildrenCollapsible(False)
        self._middle = QStackedWidget()
        inner = QSplitter(Qt.Orientation.Horizontal)
        inner.setChildrenCollapsible(False)
        inner.addWidget(self.pane)
        inner.addWidget(self.listing)
        inner.setStretchFactor(0, 1)
        inner.setStretchFactor(1, 0)
        self.listing.setMinimumWidth(20 * UNIT)
        inner.setSizes([90 * UNIT, 36 * UNIT])
        self._middle.addWidget(inner)
        self._middle.addWidget(self.empty)
        self._middle.addWidget(self.map)
        self.panes.addWidget(self.kinds)
        self.panes.addWidget(self._middle)
        self.panes.setStretchFactor(0, 0)
        self.panes.setStretchFactor(1, 1)
        letter = self.fontMetrics().averageCharWidth()
        self.kinds.setMinimumWidth(24 * letter)
        self.panes.setSizes([35 * letter, 130 * UNIT])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.panes)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # no stop of Tab: nothing would show it
        tab_through(self.panes)

    def _connect(self) -> None:
        self._session.changed.connect(self._follow)
        self.destroyed.connect(self.thumbnails.close)
        self.findings.changed.connect(self._show)
        self.findings.listed.connect(self._show_listed)
        self.findings.checked.connect(self._say_what_changed)
        self.doing.done.connect(self._take_in)
        self.kinds.chosen.connect(self._choose)
        self.kinds.map_wanted.connect(self.show_map)
        self.mapping.samples_wanted.connect(self._show_mapped)
        self.kinds.check_wanted.connect(self.check)
        self.kinds.choose_wanted.connect(self.choose_checks)
        self.kinds.cancel_wanted.connect(self.findings.cancel)
        self.kinds.report_wanted.connect(self.report)
        self.pane.check_wanted.connect(self.check_kind)
        self.pane.remedies.chosen.connect(self.use)
        self.pane.samples_wanted.connect(self.show_on_label_page)
        self.listing.threshold_moved.connect(self.findings.move)
        for keys, call in (
            ("F5", self.check),
            ("Ctrl+F5", self.check_kind),
            ("Ctrl+Shift+R", self.report),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(call)

    # -- what the window asks

    @property
    def idle(self) -> bool:
        """Whether everything on show is read, pictures too."""
        still = self.findings.reading is None and self.findings.running is None
        read = self.findings.recalled is not None or self.findings.problem is not None
        pictures = self.thumbnails.idle and self.pane.pictures.complete
        return still and read and not self._stale and pictures and self.mapping.idle

    def activated(self) -> None:
        """The page is looked at now: what was done elsewhere is taken in."""
        if self._stale:
            self._stale = False
            self.findings.refresh()
            self.mapping.follow(EVERYTHING)
        self._focus()

    def page_keys(self) -> list[tuple[str, str]]:
        """Every key of this page and what it does."""
        return [
            ("1", self.tr("keep: it is no fault, or the label is right; remembered for ever")),
            ("2", self.tr("accept the suggestion, keep the best, or crop to the face")),
            ("3", self.tr("the second choice, or split faces")),
            ("U", self.tr("answer: unsure")),
            ("Q", self.tr("quarantine")),
            ("L", self.tr("show on the Label page")),
            (self.tr("Arrows"), self.tr("other findings; with Shift extend")),
            ("Ctrl+A", self.tr("select all that are shown")),
            (self.tr("Page Up, Page Down"), self.tr("kind before, kind after (with Ctrl)")),
            (self.tr("Left, Right"), self.tr("on the histogram: move the threshold; Home: usual")),
            ("M", self.tr("the map; there: arrows, Space selects, Ctrl+A all, Esc none, + and -")),
            ("F5", self.tr("check now; Ctrl+F5: only this kind again")),
            ("Ctrl+Shift+R", self.tr("write a report")),
        ]

    # -- keys and buttons

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Keys mean the same wherever on the page the focus is."""
        if not self.take_key(event):
            super().keyPressEvent(event)

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key means; False where it means nothing here."""
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if ctrl and event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._step_kind(-1 if event.key() == Qt.Key.Key_PageUp else 1)
            return True
        key = event.text().upper()
        if ctrl or not key:
            return False
        if key == "M" and self._session.dataset.count():
            self.show_map()
            return True
        if self._middle.currentWidget() is self.map:
            return self._take_map_key(key)
        return self._take_finding_key(key)

    def _take_map_key(self, key: str) -> bool:
        does = {"L": self.mapping.show_on_label_page, "Q": self.mapping.quarantine}.get(key)
        if does is not None:
            does()
        return does is not None

    def _take_finding_key(self, key: str) -> bool:
        if self._middle.currentIndex() or self.shown.found is None:
            return False
        if key == "L":
            self.show_on_label_page()
            return True
        for button in self.pane.remedies.buttons:
            if button.key == key:
                button.click()
                return True
        return False

    def use(self, remedy: Remedy) -> None:
        """Use a remedy on what is selected."""
        self.doing.use(remedy, self.shown.selected())

    def check(self) -> None:
        """Run all checks."""
        if self._session.dataset.count():
            self.setFocus()  # what was pressed hides; a second Enter must not mean Cancel
            self.findings.check()

    def check_kind(self) -> None:
        """Run the check of the kind on show again."""
        if self.findings.kind:
            self.findings.check([self.findings.kind])

    def choose_checks(self) -> None:
        """Ask which checks to run, and run them."""
        recalled = self.findings.recalled
        if recalled is None or self.findings.running is not None:
            return
        titles = {kind: finding_words(kind) for kind in recalled.checks}
        self.dialog = ChooseChecks(titles, self)
        self.dialog.chosen.connect(self.findings.check)
        self.dialog.open()

    def show_on_label_page(self) -> None:
        """List the samples of what is selected on the Label page."""
        found = self.shown.selected()
        ids = list(dict.fromkeys(sample for each in found for sample in each.samples))
        if ids:
            self.samples_wanted.emit(ids, finding_words(self.findings.kind))

    def report(self) -> None:
        """Ask for a folder, and write the report there."""
        if self.findings.cleaning is not None:
            self._reporting.ask(self.findings.cleaning)

    def show_map(self) -> None:
        """Show all faces as a map."""
        self.mapped = True
        self._show()
        self.mapping.show()
        self._focus()

    def _show_mapped(self, ids: Sequence[int]) -> None:
        self.samples_wanted.emit(ids, self.tr("From the map"))

    # -- showing

    def _choose(self, kind: str) -> None:
        self.mapped = False
        self.findings.choose(kind)
        if self.listing.model.ids:
            self.grid.go_to(0)
        self._focus()

    def _step_kind(self, step: int) -> None:
        kinds = list(self.kinds.rows)
        if kinds and self.findings.cleaning is not None:
            place = kinds.index(self.findings.kind) if self.findings.kind in kinds else -step
            self._choose(kinds[(place + step) % len(kinds)])

    def _focus(self) -> None:
        if self._middle.currentWidget() is self.map:
            self.map.view.setFocus()
        elif self._middle.currentIndex() and self.empty.buttons:
            self.empty.buttons[0].setFocus()
        else:
            self.grid.setFocus()

    def _show_tasks(self) -> None:
        self.grid.painter.set_tasks(self._session.dataset.tasks())
        self.grid.viewport().update()

    def _show_listed(self) -> None:
        with QSignalBlocker(self.grid):  # what it would tell of is read once, at the end
            self.listing.show_findings(self.findings)
        self.shown.refresh()

    def _show(self) -> None:
        self.kinds.show_findings(self.findings, mapped=self.mapped)
        self._show_kind()
        samples = self._session.dataset.count()
        if self.mapped and samples:
            self._middle.setCurrentWidget(self.map)
            return
        state = state_of(self.findings, samples, self._calls)
        self.listing.setVisible(state is None)
        if state is None:
            first, self._said = self._said is not None, None
            self._middle.setCurrentIndex(0)
            if first and self.isVisible():
                self._focus()
            return
        said, self._said = self._said, state
        if said is not None and (said.title, said.buttons) == (state.title, state.buttons):
            self.empty.say_more(state.text)
        else:
            self.empty.say(state.title, state.text, state.buttons)
        self._middle.setCurrentWidget(self.empty)
        if state.buttons and (said is None or said.title != state.title) and self.isVisible():
            self._focus()

    def _show_kind(self) -> None:
        recalled, kind = self.findings.recalled, self.findings.kind
        if recalled is None or kind not in recalled.checks:
            return
        check = recalled.checks[kind]
        count = self.findings.counts.get(kind)
        title = finding_words(kind)
        advice = core_words(check.suggestion)
        self.pane.show_kind(title if not count else f"{title}: {number(count)}", advice)
        cleaning = self.findings.cleaning
        self.pane.again.setEnabled(self.findings.running is None)
        if count:
            self.pane.show_finding()
        elif cleaning is not None and kind in cleaning.skipped:
            self.pane.show_nothing(
                self.tr("This could not be checked"), core_words(cleaning.skipped[kind]) + "."
            )
        elif count is None:
            self.pane.show_nothing(
                self.tr("Not checked yet"), self.tr("Press Check again to look for this, too.")
            )
        else:
            self.pane.show_nothing(
                self.tr("Nothing here"), self.tr("No finding of this kind is left.")
            )

    def _say_what_changed(self, difference: Difference) -> None:
        new, gone = difference.new.total(), difference.gone.total()
        recalled = self.findings.recalled
        assert recalled is not None
        lines = [
            self.tr("{0}: {1} new, {2} gone").format(
                finding_words(kind), difference.new[kind], difference.gone[kind]
            )
            for kind in recalled.checks
            if difference.new[kind] or difference.gone[kind]
        ]
        words = counted(new, self.tr("1 new finding."), self.tr("{0} new findings."))
        if gone:
            words += " " + counted(gone, self.tr("1 is gone."), self.tr("{0} are gone."))
        self._messages.info(words, details="\n".join(lines), key="checked")

    # -- what was written

    def _take_in(self, changes: Changes) -> None:
        self.listing.model.refresh(changes.samples)
        self.findings.refresh()
        self._focus()

    def _follow(self, changes: Changes, initiator: object) -> None:
        if initiator is self or not _MATTERS & changes.parts:
            return
        if Part.TASKS in changes.parts:
            self._show_tasks()
        everything = len(changes.parts) == len(Part)
        self.listing.model.refresh(None if everything else changes.samples)
        if not self.isVisible():
            self._stale = True
            return
        before = self.findings.keys(self.findings.kind)
        self.findings.refresh()
        self.mapping.follow(changes)
        self._go_to_new(before)

    def _go_to_new(self, before: Keys) -> None:
        """Select what came back by an undo, so that it is seen."""
        keys = self.findings.shown.keys() if self.findings.shown is not None else ()
        back = [place for place, key in enumerate(keys) if key not in before]
        if back and before:
            self.grid.select(back, back[0])
            self.grid.scrollTo(self.listing.model.index(back[0]))
