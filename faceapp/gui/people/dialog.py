"""The dialog "Group people": faces compared, groups looked at, and written as one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from faceapp.dataset import Changes, Part
from faceapp.gui.language import core_words, error_words
from faceapp.gui.people.review import PeopleReview
from faceapp.gui.people.work import PeopleWork
from faceapp.gui.session import DatasetSession
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import time_left
from faceapp.gui.theme import UNIT
from faceapp.gui.widgets.empty_state import EmptyState
from faceapp.gui.widgets.thin_bar import ThinBar
from faceapp.gui.workers import JobRunner, RunningJob

if TYPE_CHECKING:
    from faceapp.people import ProposedPeople

_SIZE = QSize(1000, 720)
_TEXT_WIDTH = 64 * UNIT
# Shares of the usual distance; what each costs in precision stands in README.
_STRICTNESS = (0.9, 1.0, 1.05)


class PeopleDialog(QDialog):
    """Beside the window, not before it; closing it while it works asks the work to stop."""

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        work: PeopleWork,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Group people"))
        self.setModal(False)
        self._session = session
        self._jobs = jobs
        self._work = work
        self.running: RunningJob | None = None
        self.start = self._made_start()
        self.working = self._made_working()
        self.review = PeopleReview(session)
        self.empty = EmptyState()
        self.stack = QStackedWidget()
        for side in (self.start, self.working, self.review, self.empty):
            self.stack.addWidget(side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)
        self.begin.clicked.connect(self.compare)
        self.cancel.clicked.connect(self._cancel)
        self.review.apply_wanted.connect(self.apply)
        self.review.again_wanted.connect(self.show_start)
        session.changed.connect(self._follow)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - QSize(16, 48)))

    def _made_start(self) -> QWidget:
        self.missing = _paragraph("")
        self.strictness = QComboBox()
        for share, words in zip(
            _STRICTNESS,
            (
                self.tr("Careful: fewer faces a person, fewer mistakes"),
                self.tr("Usual"),
                self.tr("Generous: more faces a person, more mistakes"),
            ),
            strict=True,
        ):
            self.strictness.addItem(words, share)
        self.strictness.setCurrentIndex(1)
        self.strictness.setAccessibleName(self.tr("How alike faces must be"))
        label = QLabel(self.tr("How &alike faces must be"))
        label.setBuddy(self.strictness)
        self.everyone = QCheckBox(self.tr("Also &those who have a person already"))
        self.everyone.setToolTip(
            self.tr("Such as takes of the camera, which are one person each until you say more")
        )
        self.begin = QPushButton(self.tr("Compare faces"))
        give_role(self.begin, "primary")
        heading = QLabel(self.tr("Who is whom?"))
        give_role(heading, "heading")
        choice = QHBoxLayout()
        choice.setSpacing(UNIT)
        choice.addWidget(label)
        choice.addWidget(self.strictness, 1)
        button = QHBoxLayout()
        button.addWidget(self.begin)
        button.addStretch()
        return _column(
            heading,
            _paragraph(
                self.tr(
                    "A model must be judged on people it never saw. Images that show one person "
                    "are found by how alike their faces are, and offered as groups; nothing is "
                    "written before you say so."
                )
            ),
            self.missing,
            choice,
            self.everyone,
            button,
        )

    def _made_working(self) -> QWidget:
        heading = QLabel(self.tr("Comparing faces"))
        give_role(heading, "heading")
        self.progress = _paragraph("")
        self.bar = ThinBar()
        self.cancel = QPushButton(self.tr("Cancel"))
        button = QHBoxLayout()
        button.addWidget(self.cancel)
        button.addStretch()
        return _column(heading, self.progress, self.bar, button)

    @property
    def idle(self) -> bool:
        """Whether everything it shows is read."""
        return self.running is None and self.review.pictures.idle

    def show_start(self) -> None:
        """Ask how to compare."""
        self.missing.setText(self._work.missing())
        self.missing.setVisible(bool(self.missing.text()))
        self.begin.setText(
            self.tr("Find near-duplicates") if self.missing.text() else self.tr("Compare faces")
        )
        self._show(self.start, self.begin)

    def _show(self, side: QWidget, first: QWidget) -> None:
        self.stack.setCurrentWidget(side)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- comparing

    def compare(self) -> None:
        """Have groups proposed."""
        if self.running is not None:
            return
        folder, work = self._session.folder, self._work
        strictness: float = self.strictness.currentData()
        everyone = self.everyone.isChecked()
        self.progress.setText(self.tr("What is compared once is kept, also when you cancel."))
        self.bar.show_share(0, 1, "")
        self._show(self.working, self.cancel)
        running = self.running = self._jobs.start(
            self.tr("Grouping people"),
            lambda job: work.propose(folder, strictness, everyone, job),
            done=self._show_proposed,
            failed=self._show_failure,
            cancelled=self._end_cancelled,
            looking=True,
        )
        running.changed.connect(self._show_progress)

    def _show_progress(self) -> None:
        if self.running is None:
            return
        progress = self.running.progress
        words = core_words(progress.what)
        if self.running.cancelling:
            words = self.tr("Stopping...")
        elif self.running.seconds_left is not None:
            words = self.tr("{0}, about {1} left").format(
                words, time_left(self.running.seconds_left)
            )
        self.progress.setText(words)
        self.bar.show_share(round(1000 * progress.share), 1000, words)
        self.cancel.setEnabled(not self.running.cancelling)

    def _cancel(self) -> None:
        if self.running is not None:
            self.running.cancel()

    def _end(self) -> None:
        self.running = None
        self.cancel.setEnabled(True)
        self._session.reload(Changes(parts=frozenset({Part.FACES})))  # found on the way

    def _end_cancelled(self) -> None:
        self._end()
        self.show_start()

    def _show_failure(self, error: Exception) -> None:
        self._end()
        self._say(
            self.tr("That did not work"),
            error_words(error),
            [(self.tr("Try again"), self.compare), (self.tr("Back"), self.show_start)],
        )

    def _show_proposed(self, found: ProposedPeople) -> None:
        self._end()
        if found.groups:
            self.review.show_proposed(found)
            self._show(self.review, self.review.strips)
            return
        nobody = found.alone + found.faceless + found.unreadable == 0
        why = (
            self.tr("Every image has a person already.")
            if nobody
            else self.tr("No two images without a person seem to show the same one.")
        )
        if found.problem:
            used = self.tr("Near-duplicates alone were used.")
            why = f"{why} {used} {core_words(found.problem)}"
        self._say(self.tr("No groups to propose"), why, [(self.tr("Back"), self.show_start)])

    # -- writing

    def apply(self) -> None:
        """Write the ticked groups, as one step to undo."""
        chosen = self.review.model.chosen
        if not chosen or self._session.read_only:
            return
        changes = self._session.do(self, lambda dataset: self._work.apply(dataset, chosen))
        if not changes:
            return
        self._say(
            self.tr("Done: {0}").format(core_words(changes.what)),
            self.tr("Splits by person now keep them together: no person stands on two sides."),
            [
                (self.tr("Close"), self.close),
                (self.tr("Undo"), self._undo),
                (self.tr("Compare again..."), self.show_start),
            ],
        )

    def _undo(self) -> None:
        self._session.undo(self)
        self.show_start()

    def _say(
        self, title: str, text: str, buttons: Sequence[tuple[str, Callable[[], object]]]
    ) -> None:
        self.empty.say(title, text, buttons)
        self._show(self.empty, self.empty.buttons[0])

    def _follow(self, changes: Changes, initiator: object) -> None:
        """What others change of samples makes groups on show, or a finished step, out of date."""
        stale = self.stack.currentWidget() in (self.review, self.empty)
        if Part.SAMPLES in changes.parts and initiator is not self and stale:
            self.show_start()

    def done(self, result: int) -> None:
        """Closing ends the work."""
        self._cancel()
        super().done(result)


def _paragraph(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def _column(*parts: QWidget | QHBoxLayout) -> QWidget:
    """Parts under one another, in the middle of what room there is."""
    inside = QWidget()
    inside.setMaximumWidth(_TEXT_WIDTH)
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2 * UNIT)
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(3 * UNIT, 3 * UNIT, 3 * UNIT, 3 * UNIT)
    row.addStretch(1)
    middle = QVBoxLayout()
    middle.addStretch(2)
    middle.addWidget(inside)
    middle.addStretch(3)
    row.addLayout(middle, 100)
    row.addStretch(1)
    return whole
