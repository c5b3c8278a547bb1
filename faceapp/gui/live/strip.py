"""Below the picture: a button for each class to hold, training on that, and recording."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from faceapp.dataset import Task
from faceapp.gui.icons import Tone
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import number, time_left
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.widgets.class_button import ClassButton, Standing
from faceapp.gui.widgets.elided_label import ElidedLabel
from faceapp.gui.widgets.icon_button import IconButton


class HoldButton(ClassButton):
    """A class's button with how many of it were recorded."""

    def __init__(self, name: str, key: str, colour: str) -> None:
        super().__init__(name, key, colour)
        self.name = name
        self.count = 0
        self._tell = self.tr("Hold to record {0}; tap to say that the last second was {0}  ({1})")
        self.setToolTip(self._tell.format(name, key.upper() or self.tr("no key")))

    def show_count(self, count: int, *, held: bool) -> None:
        """Show how many there are, and whether it is being held."""
        self.count = count
        self.setText(f"{self.name}  {number(count)}" if count else self.name)
        self.set_standing(Standing.GIVEN if held else Standing.NONE)
        words = self.tr("{0}, {1} recorded").format(self.name, number(count))
        self.setAccessibleName(words)
        self.update()


class Strip(QWidget):
    """The buttons and what they say.

    Signals:
        pressed(str), released(str): a class's button went down, and up.
        train_wanted(), csv_wanted(), film_wanted(), stop_wanted(), task_wanted().
    """

    pressed = Signal(str)
    released = Signal(str)
    train_wanted = Signal()
    csv_wanted = Signal()
    film_wanted = Signal()
    stop_wanted = Signal()
    task_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, HoldButton] = {}
        self.words = ElidedLabel()
        give_role(self.words, "dim")
        self.train = QPushButton(self.tr("Train on these"))
        self.train.clicked.connect(self.train_wanted)
        self.task = QPushButton()
        self.task.clicked.connect(self.task_wanted)
        self.record = IconButton("record", self.tr("Record"))
        self._kinds = QMenu(self)
        self._kinds.addAction(self.tr("Readings (CSV)..."), self.csv_wanted.emit)
        self._kinds.addAction(self.tr("Readings and annotated video..."), self.film_wanted.emit)
        self.stop = IconButton("stop", self.tr("Stop"), Tone.ON_ACCENT)
        give_role(self.stop, "primary")
        self.stop.clicked.connect(self.stop_wanted)
        self.record.setMenu(self._kinds)
        self._row = QHBoxLayout()
        self._row.setSpacing(HALF)
        below = QHBoxLayout()
        below.setSpacing(UNIT)
        below.addWidget(self.words, 1)
        for each in (self.task, self.train, self.record, self.stop):
            below.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addLayout(self._row)
        layout.addLayout(below)
        self.show_recording(None)

    def show_task(self, task: Task | None) -> None:
        """A button for each class."""
        for old in self.buttons.values():
            self._row.removeWidget(old)
            old.deleteLater()
        self.buttons = {}
        for each in task.classes if task else ():
            button = HoldButton(each.name, each.key, each.colour)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its key does the same
            button.pressed.connect(lambda name=each.name: self.pressed.emit(name))
            button.released.connect(lambda name=each.name: self.released.emit(name))
            button.show_count(0, held=False)
            self._row.addWidget(button, 1)
            self.buttons[each.name] = button

    def offer_task(self, words: str, *, wanted: bool) -> None:
        """Offer to give the dataset a task."""
        self.task.setText(words)
        self.task.setToolTip(self.tr("Add a task to the dataset, with a class for each button"))
        self.task.setVisible(wanted)

    def show_counts(self, counts: Mapping[str, int], held: str | None) -> None:
        """How many of each class were recorded, and which is held."""
        for name, button in self.buttons.items():
            button.show_count(counts.get(name, 0), held=name == held)

    def show_recording(self, seconds: float | None) -> None:
        """Recording for so long; None where nothing is recorded."""
        self.record.setVisible(seconds is None)
        self.stop.setVisible(seconds is not None)
        if seconds is not None:
            self.stop.setText(self.tr("Stop  {0}").format(time_left(seconds)))

    def say(self, words: str) -> None:
        """Say what can be done, or what is being done."""
        if words != self.words.text():
            self.words.setText(words)
