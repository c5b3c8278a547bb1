"""What waits for review, how far that is, and the way through it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import number, run_words
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.widgets.elided_label import ElidedLabel
from faceapp.gui.widgets.thin_bar import ThinBar

_BAR_WIDTH = 12 * UNIT


class ReviewBar(QWidget):
    """Shown while suggestions are open, or could be made.

    Signals:
        review_wanted(): list what waits for review.
        accept_wanted(), refuse_wanted(), next_wanted(): as the keys do.
        suggest_wanted(Path): have this run's model suggest labels.
    """

    review_wanted = Signal()
    accept_wanted = Signal()
    refuse_wanted = Signal()
    next_wanted = Signal()
    suggest_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel()
        self.opinion = ElidedLabel()
        self.opinion.setAccessibleName(self.tr("What the model says"))
        give_role(self.opinion, "strong")
        self.progress = ThinBar()
        self.progress.setFixedWidth(_BAR_WIDTH)
        self.review = self._button(self.tr("Review"), self.tr("List what waits for review"))
        self.accept = self._button(self.tr("Accept"), self.tr("Accept the suggestion (Space)"))
        self.refuse = self._button(self.tr("Refuse"), self.tr("Refuse the suggestion (Backspace)"))
        self.next = self._button(self.tr("Next"), self.tr("Go to the next unreviewed ( . )"))
        self.suggest = self._button(
            self.tr("Suggest labels"), self.tr("Have a trained model suggest what is unlabelled")
        )
        self.review.clicked.connect(self.review_wanted)
        self.accept.clicked.connect(self.accept_wanted)
        self.refuse.clicked.connect(self.refuse_wanted)
        self.next.clicked.connect(self.next_wanted)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(UNIT, 0, UNIT, 0)
        whole.setSpacing(HALF)
        layout = QHBoxLayout()
        layout.setSpacing(UNIT)
        whole.addLayout(layout)
        whole.addWidget(self.opinion)
        layout.addWidget(self.words)
        layout.addWidget(self.progress)
        layout.addStretch()
        for button in (self.suggest, self.review, self.accept, self.refuse, self.next):
            layout.addWidget(button)
        self.show_opinion("")
        self.show_progress(0, 0, reviewing=False)
        self.show_runs(())

    def show_progress(self, settled: int, made: int, *, reviewing: bool) -> None:
        """Show how many of the samples that got suggestions are settled.

        `reviewing` says that what is listed is what waits.
        """
        waiting = made - settled
        self.words.setText(self.tr("{0} to review").format(number(waiting)))
        done = self.tr("{0} of {1} reviewed").format(number(settled), number(made))
        self.progress.show_share(settled, made, done)
        self.words.setVisible(waiting > 0)
        self.progress.setVisible(waiting > 0)
        self.review.setVisible(waiting > 0 and not reviewing)
        for button in (self.accept, self.refuse, self.next):
            button.setVisible(waiting > 0 and reviewing)
        self._show_or_hide()

    def show_opinion(self, words: str, *, line: bool = False) -> None:
        """Say what a model thinks of the sample that is looked at; "" for nothing.

        `line` keeps an empty line, so that the grid below does not jump from sample to sample.
        """
        self.opinion.setText(words)
        self.opinion.setToolTip(words)
        self.opinion.setVisible(line or bool(words))

    def show_runs(self, runs: Sequence[Path]) -> None:
        """Offer to have these runs' models suggest labels, the newest first."""
        menu = QMenu(self)
        for run in runs:
            action = menu.addAction(run_words(run.name))
            action.triggered.connect(lambda _=False, chosen=run: self.suggest_wanted.emit(chosen))
        old = self.suggest.menu()
        self.suggest.setMenu(menu)
        if old is not None:
            old.deleteLater()
        self.suggest.setVisible(bool(runs))
        self._show_or_hide()

    def _show_or_hide(self) -> None:
        self.setVisible(not (self.words.isHidden() and self.suggest.isHidden()))

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
