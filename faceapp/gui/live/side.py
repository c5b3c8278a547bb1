"""The right side: what is read, by which model, and how fast."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QVBoxLayout, QWidget

from faceapp.gui.live.choices import ModelButton
from faceapp.gui.live.readout import Readout
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.widgets.empty_state import EmptyState
from faceapp.live.pace import PaceFigures

_LEAST, _MOST, _LETTERS = 34 * UNIT, 48 * UNIT, 36


class Side(QWidget):
    """Readout or, without a model, what to do about that; below it model and pace.

    Signals:
        train_wanted(): the person wants a model of their own.
    """

    train_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.readout = Readout()
        self.empty = EmptyState()
        card = QFrame()
        give_role(card, "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        inside.addWidget(self.empty)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.readout)
        self._stack.addWidget(card)
        self._card = card
        self.model = ModelButton()
        self.model.setToolTip(self.tr("Which model reads"))
        self.pace = QLabel()
        give_role(self.pace, "small dim")
        self.pace.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addWidget(self._stack, 1)
        layout.addSpacing(HALF)
        layout.addWidget(self.model)
        layout.addWidget(self.pace)
        self._fit()
        self.show_pace(None)

    def _fit(self) -> None:
        least = max(_LEAST, _LETTERS * self.fontMetrics().averageCharWidth())
        self.setMinimumWidth(least)
        self.setMaximumWidth(max(_MOST, least))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Larger text takes more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def show_reading_model(self, *, opening: bool, reads: bool, can_train: bool) -> None:
        """Whether a model reads, is being opened, or is not there."""
        self._stack.setCurrentWidget(self.readout if reads else self._card)
        if opening and not reads:
            self.empty.say(self.tr("Opening the model..."), "")
        elif not reads:
            text = self.tr("Faces are found, but nothing reads them yet.")
            buttons = [(self.tr("Choose a file..."), self.model.file_wanted.emit)]
            if can_train:
                text += " " + self.tr("Train a model on labelled faces, or choose a file.")
                buttons.insert(0, (self.tr("Train..."), self.train_wanted.emit))
            self.empty.say(self.tr("No model"), text, buttons)

    def show_pace(self, figures: PaceFigures | None) -> None:
        """Frames read a second, and milliseconds from the camera to the screen."""
        if figures is None or not figures.fps:
            self.pace.setText(self.tr("no camera is being read"))
            self.pace.setToolTip("")
            return
        words = self.tr("{0:.0f} frames/s \u00b7 latency {1:.0f} / {2:.0f} ms")
        self.pace.setText(words.format(figures.fps, figures.p50, figures.p95))
        self.pace.setToolTip(
            self.tr(
                "Frames read a second; from the camera to the screen half of them take {0:.0f} "
                "ms at most, 95% {1:.0f} ms"
            ).format(figures.p50, figures.p95)
        )
