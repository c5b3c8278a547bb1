"""The first side of the dialog: what is wanted, where to look for it, and on which terms."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.language import core_words
from faceapp.gui.scrape.class_list import ClassList
from faceapp.gui.scrape.conditions import Conditions
from faceapp.gui.scrape.phrase_table import PhraseTable
from faceapp.gui.scrape.places import Addresses, Languages, Places
from faceapp.gui.scrape.work import Outlook, ScrapeRequest, TaskOutlook
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import counted, number
from faceapp.gui.theme import HALF, UNIT

USUAL_GOAL = 200
_SCROLL_BAR = 2 * UNIT


class SetUp(QWidget):
    """Asks for everything that a scrape needs.

    Signals:
        start_wanted(ScrapeRequest): the person pressed Start.
        resume_wanted(str): the last scrape of this task is to go on.
        phrases_written(str, list): the person's own phrases of a task changed.
    """

    start_wanted = Signal(object)
    resume_wanted = Signal(str)
    phrases_written = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outlook: Outlook | None = None
        self._running = False
        self.task = QComboBox()
        self.goal = QSpinBox()
        self.classes = ClassList()
        self.conditions = Conditions()
        self.places = Places()
        self.languages = Languages()
        self.table = PhraseTable()
        self.addresses = Addresses()
        self._make()
        self._lay_out()
        self._connect()

    def _make(self) -> None:
        self.task.setAccessibleName(self.tr("Task"))
        self.goal.setRange(1, 100_000)
        self.goal.setValue(USUAL_GOAL)
        self.goal.setAccessibleName(self.tr("Bring every class to so many images"))
        self.note = QLabel(
            self.tr(
                "Images of people are theirs and their makers': mind consent, licences and the law "
                "where you live. What a search was about is only a proposal: every image waits for "
                "your yes or no."
            )
        )
        self.note.setWordWrap(True)
        give_role(self.note, "dim small")
        self.notice = QLabel()
        self.notice.setWordWrap(True)
        self.agree = QCheckBox(self.tr("Yes, ask them in my name"))
        self.agreement = QFrame()
        give_role(self.agreement, "card")
        self.resume = QPushButton(self.tr("Go on with it"))
        self.resume.setAutoDefault(False)
        self.resume_words = QLabel()
        self.resume_words.setWordWrap(True)
        self.unfinished = QFrame()
        give_role(self.unfinished, "card")
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        give_role(self.summary, "dim")
        self.start = QPushButton(self.tr("Start"))
        self.start.setAutoDefault(False)
        give_role(self.start, "primary")

    def _lay_out(self) -> None:
        for frame, words, button in (
            (self.agreement, self.notice, self.agree),
            (self.unfinished, self.resume_words, self.resume),
        ):
            inside = QHBoxLayout(frame)
            inside.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
            inside.setSpacing(2 * UNIT)
            inside.addWidget(words, 1)
            inside.addWidget(button)
        sides = QHBoxLayout()
        sides.setSpacing(3 * UNIT)
        sides.addWidget(self._left())
        sides.addLayout(self._right(), 1)
        foot = QHBoxLayout()
        foot.setSpacing(2 * UNIT)
        foot.addWidget(self.summary, 1)
        foot.addWidget(self.start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        layout.setSpacing(UNIT)
        layout.addWidget(self.unfinished)
        layout.addLayout(sides, 1)
        layout.addWidget(self.agreement)
        layout.addWidget(self.note)
        layout.addLayout(foot)

    def _left(self) -> QScrollArea:
        goal = QHBoxLayout()
        goal.setSpacing(UNIT)
        goal.addWidget(QLabel(self.tr("Bring each to")))
        goal.addWidget(self.goal)
        goal.addStretch()
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, UNIT, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(_heading(self.tr("1  What")))
        layout.addWidget(self.task)
        layout.addWidget(self.classes)
        layout.addLayout(goal)
        layout.addSpacing(UNIT)
        layout.addWidget(_heading(self.tr("What is kept")))
        layout.addWidget(self.conditions)
        layout.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        self._inside, self._scroll = inside, scroll
        return scroll

    def _fit_left(self) -> None:
        """As wide as what stands there, whatever the size of text and the names of classes."""
        layout = self._inside.layout()
        assert layout is not None
        layout.activate()
        self._scroll.setFixedWidth(layout.sizeHint().width() + _SCROLL_BAR)

    def _right(self) -> QVBoxLayout:
        self.sites = QWidget()
        phrases = QHBoxLayout(self.sites)
        phrases.setContentsMargins(0, 0, 0, 0)
        phrases.setSpacing(2 * UNIT)
        phrases.addWidget(self.languages)
        phrases.addWidget(self.table, 1)
        self.ways = QStackedWidget()
        self.ways.addWidget(self.sites)
        self.ways.addWidget(self.addresses)
        right = QVBoxLayout()
        right.setSpacing(UNIT)
        right.addWidget(_heading(self.tr("2  Where and how")))
        right.addWidget(self.places)
        right.addSpacing(HALF)
        right.addWidget(self.ways, 1)
        return right

    def _connect(self) -> None:
        self.task.currentIndexChanged.connect(self._show_task)
        self.goal.valueChanged.connect(self._set_goal)
        self.classes.changed.connect(self._filter)
        self.languages.changed.connect(self._filter)
        self.places.changed.connect(self._show_way)
        self.conditions.changed.connect(self._refresh)
        self.addresses.changed.connect(self._refresh)
        self.agree.toggled.connect(self._refresh)
        self.table.model.ticked.connect(self._refresh)
        self.table.model.written.connect(
            lambda: self.phrases_written.emit(self.task.currentText(), self.table.model.own)
        )
        self.table.study_wanted.connect(self._tick_study)
        self.start.clicked.connect(lambda: self.start_wanted.emit(self.request()))
        self.resume.clicked.connect(lambda: self.resume_wanted.emit(self.task.currentText()))

    # -- what is shown

    def show_outlook(self, outlook: Outlook, task: str) -> None:
        """Show what can be searched for, of this task where it is there."""
        first = self._outlook is None
        self._outlook = outlook
        wanted = task or self.task.currentText()
        if first:
            self.places.show_engines(outlook.engines)
            codes = [row.language for each in outlook.tasks for row in each.phrases]
            self.languages.show_languages(list(dict.fromkeys(codes)))
        self.task.blockSignals(True)
        self.task.clear()
        self.task.addItems([each.name for each in outlook.tasks])
        self.task.setCurrentIndex(max(self.task.findText(wanted), 0))
        self.task.blockSignals(False)
        self._show_task()

    def try_elsewhere(self, failed: set[str]) -> None:
        """Search the same phrases on the sites that did not fail."""
        self.places.tick({name for name in self.places.boxes if name not in failed})

    def set_running(self, *, running: bool) -> None:
        """While a scrape runs no other one can start."""
        self._running = running
        self._refresh()

    @property
    def outlook(self) -> TaskOutlook | None:
        """The task that is looked at."""
        place = self.task.currentIndex()
        return self._outlook.tasks[place] if self._outlook and place >= 0 else None

    def _show_task(self) -> None:
        task = self.outlook
        if task is None:
            return
        self.classes.show_classes(task.classes, task.have, self.goal.value())
        self.addresses.offer(list(task.classes))
        self.table.model.show_phrases(task.phrases, task.yields)
        left = task.unfinished
        self.unfinished.setVisible(left is not None)
        if left is not None:
            self.resume_words.setText(
                self.tr("An earlier search of {0} is not finished: {1} of {2} images kept.").format(
                    left.time[:10], number(left.kept), number(left.wanted)
                )
            )
        self._fit_left()
        self._filter()

    def _set_goal(self, goal: int) -> None:
        self.classes.set_goal(goal)
        self._fit_left()
        self._refresh()

    def _filter(self) -> None:
        classes, languages = self.classes.chosen, self.languages.chosen
        self.table.offer(classes, languages)
        self.table.model.show_only(classes, languages)
        self._refresh()

    def _show_way(self) -> None:
        self.ways.setCurrentWidget(self.sites if self.places.by_phrases else self.addresses)
        self._refresh()

    def _tick_study(self) -> None:
        rows = [row for row in self.table.model.all_rows if row.preset == "study"]
        self.table.model.tick_where(rows)
        self.languages.tick({row.language for row in rows} or set(self.languages.chosen))
        self._refresh()

    def _refresh(self) -> None:
        if self._outlook is None:
            return
        unagreed = [
            each.title for each in self.places.chosen if each.name in self._outlook.unagreed
        ]
        self.agreement.setVisible(bool(unagreed))
        self.note.setVisible(not unagreed)  # which says the same
        sites = self.tr(" and ").join(unagreed)
        self.notice.setText(core_words(self._outlook.notice).format(sites=sites))
        ticked = len(self.table.model.chosen)
        self.table.count.setText(
            counted(ticked, self.tr("1 phrase ticked"), self.tr("{0} phrases ticked"))
        )
        problem = self._problem(agreed=self.agree.isChecked() or not unagreed)
        self.summary.setText(problem or self._plan())
        self.start.setEnabled(not problem)

    def _problem(self, *, agreed: bool) -> str:
        """What has to be mended before a scrape can start; "" where it can."""
        return next(self._problems(agreed=agreed), "")

    def _problems(self, *, agreed: bool) -> Iterator[str]:
        if self._running:
            yield self.tr("A search is running. Stop it before you start another.")
        engines = self.places.chosen
        if not engines:
            yield self.tr("Tick at least one site.")
        unfit = [each.title for each in engines if not each.licensed]
        if self.conditions.chosen_licence == "reuse" and unfit:
            yield self.tr(
                "{0} cannot be asked for images that may be used again: untick it, or take any "
                "licence."
            ).format(self.tr(" and ").join(unfit))
        if self.places.by_phrases:
            if not self.classes.chosen:
                yield self.tr("Tick at least one class.")
            if not self.table.model.chosen:
                yield self.tr("Tick at least one phrase.")
        elif not self.addresses.lines:
            yield self.tr("Write at least one address.")
        if not self._lacking():
            yield self.tr("Every ticked class has that many already.")
        if not agreed:
            yield self.tr("Say first that these sites may be asked.")

    def _searched(self) -> list[str]:
        """The classes that will be searched for."""
        if not self.places.by_phrases:
            return [self.addresses.class_name.currentText()]
        named = {row.class_name for row in self.table.model.chosen}
        return [name for name in self.classes.chosen if name in named]

    def _lacking(self) -> int:
        return sum(self.classes.lacking(name) for name in self._searched())

    def _plan(self) -> str:
        searched = self._searched()
        queries = len(self.places.chosen) * (
            len(self.table.model.chosen) if self.places.by_phrases else 1
        )
        words = self.tr("{0} for {1}: up to {2} images, the smallest class first.").format(
            counted(queries, self.tr("1 query"), self.tr("{0} queries")),
            counted(len(searched), self.tr("1 class"), self.tr("{0} classes")),
            number(self._lacking()),
        )
        left_out = [each for each in self.classes.chosen if each not in searched]
        if self.places.by_phrases and left_out:
            words += " " + self.tr("No phrase is ticked for {0}.").format(", ".join(left_out))
        return words

    def request(self) -> ScrapeRequest:
        """What was asked for."""
        by_phrases, lines = self.places.by_phrases, self.addresses.lines
        pasted = [engine.name for engine in self.places.chosen] == ["urls"]
        return ScrapeRequest(
            task=self.task.currentText(),
            classes=tuple(self._searched()),
            engines=tuple(each.name for each in self.places.chosen),
            per_class=self.goal.value(),
            phrases=tuple(self.table.model.chosen) if by_phrases else (),
            addresses=() if by_phrases else (("\n".join(lines),) if pasted else tuple(lines)),
            licence=self.conditions.chosen_licence,
            host_limit=self.conditions.most_of_host,
            rules=self.conditions.rules,
        )


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    give_role(label, "heading")
    return label
