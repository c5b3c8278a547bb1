"""The second side of the dialog: what comes in, how far it is, and the way to the review."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from faceapp.dataset import Changes, Part
from faceapp.gui.language import error_words
from faceapp.gui.scrape.query_list import QueryList, QueryModel
from faceapp.gui.scrape.run import ScrapeRun, Stage
from faceapp.gui.scrape.tray_model import TrayModel
from faceapp.gui.scrape.tray_view import TrayView
from faceapp.gui.scrape.words import TROUBLED, count_reasons
from faceapp.gui.session import DatasetSession
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import number, time_left
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.widgets.empty_state import EmptyState
from faceapp.gui.widgets.thin_bar import ThinBar

_ASIDE = "set aside when it was found"


class Tray(QWidget):
    """Shows one scrape, running or over.

    Signals:
        review_wanted(): the kept images are to be reviewed.
        back_wanted(): another search is to be set up.
        elsewhere_wanted(object): so it is, without the engines of these names.
        resume_wanted(): the scrape that was stopped is to go on.
    """

    review_wanted = Signal()
    back_wanted = Signal()
    elsewhere_wanted = Signal(object)
    resume_wanted = Signal()

    def __init__(
        self, run: ScrapeRun, session: DatasetSession, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.run = run
        self._session = session
        self.model = TrayModel(session.dataset, self)
        self.view = TrayView(self.model)
        self.queries = QueryModel(self)
        self.list = QueryList(self.queries)
        self.empty = EmptyState()
        self._failed: set[str] = set()
        self._make()
        self._lay_out()
        self._connect()
        self.model.add(run.judged)
        self._refresh()

    def _make(self) -> None:
        self.headline = QLabel()
        give_role(self.headline, "heading")
        self.pace = QLabel()
        give_role(self.pace, "dim")
        self.bar = ThinBar()
        self.pause = _button(self.tr("Pause"), self.tr("Ask nobody anything until you go on"))
        self.pause.setCheckable(True)
        self.stop = _button(
            self.tr("Stop"), self.tr("What was kept stays; the search can go on another time")
        )
        self.trouble = QFrame()
        give_role(self.trouble, "card")
        self.trouble_words = QLabel()
        self.trouble_words.setWordWrap(True)
        self.trouble_words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.elsewhere = _button(self.tr("Try other sites..."), "")
        self.refused = _button("", self.tr("Show what was refused, with reasons"))
        self.refused.setCheckable(True)
        self.reasons = QLabel()
        self.reasons.setWordWrap(True)
        give_role(self.reasons, "dim small")
        self.aside = _button(
            self.tr("Set aside"), self.tr("Quarantine the selected images, or keep them again (Q)")
        )
        self.back = _button(self.tr("New search..."), "")
        self.resume = _button(self.tr("Go on"), self.tr("Go on where it was stopped"))
        self.review = _button("", self.tr("Answer the proposals on the Label page"))
        give_role(self.review, "primary")

    def _lay_out(self) -> None:
        state = QVBoxLayout()
        state.setSpacing(HALF)
        state.addWidget(self.headline)
        state.addWidget(self.pace)
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        head.addLayout(state, 1)
        for button in (self.pause, self.stop):
            head.addWidget(button)
        inside = QHBoxLayout(self.trouble)
        inside.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        inside.setSpacing(2 * UNIT)
        inside.addWidget(self.trouble_words, 1)
        inside.addWidget(self.elsewhere)
        foot = QHBoxLayout()
        foot.setSpacing(UNIT)
        foot.addWidget(self.back)
        foot.addStretch()
        for button in (self.aside, self.resume, self.review):
            foot.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        layout.setSpacing(UNIT)
        layout.addLayout(head)
        layout.addWidget(self.bar)
        layout.addWidget(self.trouble)
        layout.addWidget(self._panes(), 1)
        layout.addLayout(foot)

    def _panes(self) -> QSplitter:
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.empty)
        tools = QHBoxLayout()
        tools.setSpacing(UNIT)
        tools.addWidget(self.refused)
        tools.addWidget(self.reasons, 1)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        column.addLayout(tools)
        column.addWidget(self.stack, 1)
        panes = QSplitter(Qt.Orientation.Horizontal)
        panes.setChildrenCollapsible(False)
        panes.addWidget(self.list)
        panes.addWidget(right)
        panes.setStretchFactor(0, 4)
        panes.setStretchFactor(1, 5)
        panes.setSizes([400, 500])
        return panes

    def _connect(self) -> None:
        self.run.came.connect(self.model.add)
        self.run.moved.connect(self._refresh)
        self.run.ended.connect(self._refresh)
        self._session.changed.connect(self._follow)
        self.pause.clicked.connect(lambda on: self.run.pause(on=on))
        self.stop.clicked.connect(self.run.stop)
        self.elsewhere.clicked.connect(lambda: self.elsewhere_wanted.emit(set(self._failed)))
        self.refused.toggled.connect(self._show_refused)
        self.aside.clicked.connect(self._toggle_aside)
        self.view.toggle_wanted.connect(self._toggle_aside)
        self.view.chosen.connect(self._show_chosen)
        self.back.clicked.connect(self.back_wanted)
        self.resume.clicked.connect(self.resume_wanted)
        self.review.clicked.connect(self.review_wanted)

    # -- what is shown

    def _refresh(self) -> None:
        run = self.run
        states, now = run.states
        paused = run.stage is Stage.PAUSED
        self.queries.show_states(states, now, running=run.running, paused=paused)
        self._show_state()
        self._show_trouble()
        self.refused.setVisible(self.model.refused > 0)
        self.refused.setText(
            self.tr("Show {0} refused").format(number(self.model.refused))
            if not self.refused.isChecked()
            else self.tr("Show {0} kept").format(number(self.model.kept))
        )
        self.reasons.setText(count_reasons(self.model.outcomes))
        waiting = self.model.kept - len(self.model.aside)
        self.review.setText(self.tr("Review {0}").format(number(waiting)))
        self.review.setEnabled(waiting > 0)
        for button in (self.pause, self.stop):
            button.setVisible(run.running)
            button.setEnabled(run.stage is not Stage.STOPPING)
        self.pause.setText(self.tr("Resume") if run.stage is Stage.PAUSED else self.tr("Pause"))
        self.pause.setChecked(run.stage is Stage.PAUSED)
        self.resume.setVisible(run.stage is Stage.STOPPED)
        self.back.setEnabled(not run.running)
        self._show_empty()
        self._show_chosen()

    def _show_state(self) -> None:
        run = self.run
        if self.classes_unknown:
            self._learn_classes()
        kept = self.tr("{0} of {1} kept").format(number(run.kept), number(run.wanted))
        first = {
            Stage.RUNNING: self.tr("Finding images for {0}"),
            Stage.PAUSED: self.tr("Paused: {0}"),
            Stage.STOPPING: self.tr("Stopping: {0}"),
            Stage.DONE: self.tr("Done: {0}"),
            Stage.STOPPED: self.tr("Stopped: {0}"),
            Stage.FAILED: self.tr("Broken off: {0}"),
        }[run.stage].format(run.task)
        self.headline.setText(first)
        words = [kept] if run.wanted else [self.tr("beginning...")]
        if run.stage is Stage.RUNNING:
            a_minute = round(run.per_minute)
            if a_minute:
                words.append(self.tr("{0} images a minute").format(number(a_minute)))
            if run.seconds_left is not None:
                words.append(self.tr("about {0} left").format(time_left(run.seconds_left)))
        self.pace.setText("  \u00b7  ".join(words))
        self.bar.show_share(run.kept, run.wanted, kept)

    @property
    def classes_unknown(self) -> bool:
        """Whether the colours of the classes were not read yet."""
        return not self.view.painter.classes

    def _learn_classes(self) -> None:
        for task in self._session.dataset.tasks():
            if task.name == self.run.task:
                self.view.painter.classes = {each.name: each.colour for each in task.classes}

    def _show_trouble(self) -> None:
        """What went wrong, a line a site, and where else to look."""
        notes: dict[tuple[str, str], list[str]] = {}
        for state in self.queries.states:
            if state.ended in TROUBLED:
                notes.setdefault((state.engine, state.ended), []).append(state.note or state.title)
        self._failed = {engine for engine, _ in notes}
        words = [
            each[0]
            if len(each) == 1
            else self.tr("{0} (so in {1} queries)").format(each[0], number(len(each)))
            for each in notes.values()
        ]
        if self.run.problem is not None:
            words.insert(0, error_words(self.run.problem))
        self.trouble_words.setText("\n".join(words))
        self.trouble.setVisible(bool(words))
        self.elsewhere.setVisible(bool(self._failed))
        self.elsewhere.setEnabled(not self.run.running)

    def _show_empty(self) -> None:
        if self.model.cells:
            self.stack.setCurrentWidget(self.view)
            return
        if self.refused.isChecked():
            self.empty.say(self.tr("Nothing was refused"), "")
        elif self.run.running:
            self.empty.say(
                self.tr("Nothing kept yet"),
                self.tr("Sites are asked slowly, one thing at a time. You may close this dialog."),
            )
        else:
            self.empty.say(
                self.tr("Nothing was kept"),
                self.tr("Look at the reasons, or try other phrases, languages or sites."),
            )
        self.stack.setCurrentWidget(self.empty)

    def _show_refused(self, on: bool) -> None:
        self.model.show_refused(on=on)
        self._refresh()

    def _show_chosen(self) -> None:
        chosen = self.view.selected_samples()
        back = bool(chosen) and all(each in self.model.aside for each in chosen)
        self.aside.setText(self.tr("Keep again") if back else self.tr("Set aside"))
        self.aside.setVisible(not self.model.refused_shown)
        self.aside.setEnabled(bool(chosen))

    # -- what the person does

    def _toggle_aside(self) -> None:
        chosen = self.view.selected_samples()
        if not chosen:
            return
        if all(each in self.model.aside for each in chosen):
            self._session.do(self, lambda dataset: dataset.restore(chosen))
        else:
            self._session.do(self, lambda dataset: dataset.quarantine(chosen, _ASIDE))

    def _follow(self, changes: Changes, _initiator: object) -> None:
        if Part.SAMPLES in changes.parts:
            self.model.refresh()
            self._refresh()


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
