"""The Overview page: what do I have, and what is next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from faceapp.dataset import Changes, Dataset
from faceapp.gui.messages import MessageAction, Messages
from faceapp.gui.overview.cards import Card, CardColumns
from faceapp.gui.overview.contents import cards_for
from faceapp.gui.overview.figures import Figures, Kind, count_figures
from faceapp.gui.overview.steps import Goal, next_steps
from faceapp.gui.overview.steps_card import StepList
from faceapp.gui.overview.study_card import StudyCard
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.stylesheet import give_role
from faceapp.gui.tab_order import tab_through
from faceapp.gui.text import counted, number
from faceapp.gui.theme import UNIT
from faceapp.gui.widgets.elided_label import ElidedLabel
from faceapp.gui.widgets.empty_state import EmptyState
from faceapp.gui.widgets.icon_button import IconButton
from faceapp.gui.workers import JobRunner
from faceapp.jobs import Job

_SETTLE_MS = 300


class OverviewPage(QWidget):
    """Shares, sizes and sources of the open dataset, and the next steps.

    Signals:
        import_wanted(): the person wants to bring images in.
        find_wanted(str): images for this task are to be searched for.
        people_wanted(): images are to be grouped by whom they show.
        page_wanted(str): the name of the page where a step is done.
    """

    import_wanted = Signal()
    find_wanted = Signal(str)
    people_wanted = Signal()
    page_wanted = Signal(str)

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        messages: Messages,
        services: Services,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = self.tr("Overview")
        self.figures: Figures | None = None
        self._session = session
        self._jobs = jobs
        self._messages = messages
        self._services = services
        self._counting = False
        self._stale = True
        # Labels may come many a second; counting waits until they pause.
        self._settling = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settling.timeout.connect(self.refresh)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # for the keys that scroll
        self._make()
        session.changed.connect(self._follow)

    def _make(self) -> None:
        self.empty = EmptyState()
        self.steps = StepList()
        self.steps.chosen.connect(self.go)
        self.columns = CardColumns()
        self._name = ElidedLabel()
        self._name.setText(self._session.name)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        give_role(self._name, "title")
        self._summary = QLabel()
        self._summary.setWordWrap(True)
        give_role(self._summary, "dim")
        self._import = IconButton("import", self.tr("Import images..."))
        self._import.setToolTip(self.tr("Bring a folder of images in (Ctrl+I)"))
        self._import.clicked.connect(self.import_wanted)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 3 * UNIT)
        layout.setSpacing(2 * UNIT)
        layout.addLayout(self._header())
        layout.addWidget(Card(self.tr("Next"), self.steps))
        layout.addWidget(self.columns)
        self.study = StudyCard(self._session.folder, self._messages)
        self.study.wanted.connect(self.run_study)
        self._study_card = Card(self.tr("The study, re-run"), self.study)
        self._study_card.setVisible(self._services.study is not None)
        layout.addWidget(self._study_card)
        layout.addStretch(1)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(content)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._scroll.setAccessibleName(self.tr("Figures of the dataset"))
        self._stack = QStackedWidget()
        for each in (self.empty, self._scroll):
            self._stack.addWidget(each)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        self.empty.say(self.tr("Counting..."), "")

    def _header(self) -> QHBoxLayout:
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._name)
        names.addWidget(self._summary)
        header = QHBoxLayout()
        header.addLayout(names, 1)
        header.addWidget(self._import)
        return header

    def page_keys(self) -> list[tuple[str, str]]:
        """Every key of this page and what it does."""
        return [
            (self.tr("Tab"), self.tr("to the next step's button")),
            (self.tr("Space"), self.tr("press it")),
            (self.tr("Page Up, Page Down"), self.tr("scroll")),
        ]

    @property
    def idle(self) -> bool:
        """Whether what is on show is counted."""
        return self.figures is not None and not (self._counting or self._stale)

    def activated(self) -> None:
        """The page is looked at now: what changed meanwhile is counted again."""
        self.setFocus()
        if self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Count again; what is on show stays until that is done."""
        if self._counting:
            self._stale = True
            return
        self._counting, self._stale = True, False
        folder, strengths = self._session.folder, self._services.strengths
        first = next(iter(self._session.dataset.tasks()), None)
        task = first.name if first else ""

        def work(job: Job) -> Figures:
            known = {} if strengths is None or not task else strengths(folder, task, job)
            with Dataset.open(folder) as dataset:
                return count_figures(dataset, job, known)

        self._jobs.start(self.tr("Counting"), work, done=self._show, failed=self._stay, quiet=True)

    def _follow(self, _changes: Changes, _initiator: object) -> None:
        self._stale = True
        if self.isVisible():
            self._settling.start()

    def _stay(self, error: Exception) -> None:
        self._counting, self._stale = False, True
        self._messages.problem(error, key="overview")

    def _show(self, figures: Figures) -> None:
        self._counting = False
        self.figures = figures
        if figures.samples or figures.quarantined:
            self._show_full(figures)
        else:
            ways: list[tuple[str, Callable[[], object]]]
            ways = [(self.tr("Import images..."), self.import_wanted.emit)]
            if self._services.scraping is not None:
                ways.append((self.tr("Find images..."), lambda: self.find_wanted.emit("")))
            self.empty.say(
                self.tr("No images yet"),
                self.tr("Import a folder of face images, or drop one anywhere on this window."),
                ways,
            )
            self._stack.setCurrentWidget(self.empty)
            if self.hasFocus():
                self.empty.buttons[0].setFocus()
        if self._stale and self.isVisible():
            self.refresh()

    def _show_full(self, figures: Figures) -> None:
        self._summary.setText("  \u00b7  ".join(self._summary_words(figures)))
        self.steps.show_steps(next_steps(figures, self._offered()))
        self.columns.show_cards(list(cards_for(figures)))
        self._stack.setCurrentWidget(self._scroll)
        tab_through(self._scroll)
        if self.hasFocus():
            self._scroll.setFocus()

    def _summary_words(self, figures: Figures) -> list[str]:
        words = [
            counted(figures.samples, self.tr("1 image"), self.tr("{0} images")),
            counted(figures.groups, self.tr("1 person or group"), self.tr("{0} people or groups")),
        ]
        if figures.quarantined:
            words.append(self.tr("{0} in quarantine").format(number(figures.quarantined)))
        if figures.refused:
            words.append(
                counted(
                    figures.refused,
                    self.tr("1 file refused on import"),
                    self.tr("{0} files refused on import"),
                )
            )
        if Kind.DRAWN in (figures.kinds or {}):
            words.append(self.tr("drawn faces, not people"))
        if not self._session.dataset.movable:
            words.append(self.tr("some images stayed where they were: the folder cannot be moved"))
        return words

    def _offered(self) -> set[str]:
        """Everything that a step may lead to."""
        from faceapp.gui.pages import PAGES  # which knows this page

        offered = {entry.name for entry in PAGES} | {str(Goal.IMPORT)}
        if self._services.find_faces is not None:
            offered.add(str(Goal.FIND_FACES))
        if self._services.scraping is not None:
            offered.add(str(Goal.FIND_IMAGES))
        if self._services.people is not None:
            offered.add(str(Goal.GROUP_PEOPLE))
        return offered

    def go(self, goal: str, task: str = "") -> None:
        """Do a step, or show the page where it is done."""
        if goal == Goal.IMPORT:
            self.import_wanted.emit()
        elif goal == Goal.FIND_FACES:
            self.find_faces()
        elif goal == Goal.FIND_IMAGES:
            self.find_wanted.emit(task)
        elif goal == Goal.GROUP_PEOPLE:
            self.people_wanted.emit()
        else:
            self.page_wanted.emit(goal)

    def find_faces(self) -> None:
        """Look for faces wherever nobody looked yet, as a job."""
        find, folder = self._services.find_faces, self._session.folder
        if find is not None:
            self._jobs.start(
                self.tr("Find faces"),
                lambda job: find(folder, job),
                done=self._session.reload,
                cancelled=self._session.reload,
            )

    def run_study(self) -> None:
        """Re-run the study as a job, in a process of its own; then offer what came of it."""
        study, folder = self._services.study, self._session.folder
        if study is None:
            return
        self.study.show_running(True)
        self._jobs.start(
            self.tr("Re-run the study"),
            lambda job: study(folder, job),
            done=lambda _page: self._study_done(),
            failed=self._study_failed,
            cancelled=lambda: self.study.show_running(False),
        )

    def _study_done(self) -> None:
        self.study.show_running(False)
        self.study.look()
        self._messages.info(
            self.tr("The study was re-run on this dataset."),
            action=MessageAction(self.tr("Open the results"), self.study.open),
        )

    def _study_failed(self, error: Exception) -> None:
        self.study.show_running(False)
        self._messages.problem(error, key="study")

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.figures is not None:
            self.steps.show_steps(next_steps(self.figures, self._offered()))
