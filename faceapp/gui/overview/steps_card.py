"""The card that says what to do next, a line and a button for each step."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from faceapp.gui.icons import Tone, icon
from faceapp.gui.overview.steps import Goal, Step
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import UNIT

_ICONS = {
    Goal.IMPORT: "import",
    Goal.FIND_FACES: "face",
    Goal.LABEL: "label",
    Goal.GROUP_PEOPLE: "people",
    Goal.FIND_IMAGES: "search",
    Goal.CLEAN: "warning",
    Goal.TRAIN: "chart",
}


class StepList(QWidget):
    """Steps, most pressing first; the first one's button is the one to press.

    Signals:
        chosen(str, str): goal and task of the step whose button was pressed.
    """

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[QPushButton] = []
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(2 * UNIT)
        self._layout.setVerticalSpacing(UNIT)
        self._layout.setColumnStretch(1, 1)

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show these steps, or that nothing presses."""
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = [self._add(place, step) for place, step in enumerate(steps)]
        if not steps:
            self._layout.addWidget(self._picture("done"), 0, 0)
            self._layout.addWidget(QLabel(self.tr("Nothing presses.")), 0, 1)

    def _add(self, place: int, step: Step) -> QPushButton:
        text = QLabel(step.text)
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        button = QPushButton(step.button)
        button.setAccessibleName(f"{step.button}: {step.text}")
        button.clicked.connect(lambda: self.chosen.emit(str(step.goal), step.task))
        if place == 0:
            give_role(button, "primary")
        self._layout.addWidget(self._picture(_ICONS[step.goal]), place, 0)
        self._layout.addWidget(text, place, 1)
        self._layout.addWidget(button, place, 2)
        return button

    def _picture(self, meaning: str) -> QLabel:
        side = self.fontMetrics().height() + 4
        picture = QLabel()
        picture.setPixmap(icon(meaning, Tone.DIM).pixmap(side, side))
        return picture
