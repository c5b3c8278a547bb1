"""Which classes are learned: a tick each, and presets for the usual choices."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QMenu, QVBoxLayout, QWidget

from faceapp.dataset import Task
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import number
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.train.parts import clear
from faceapp.gui.train.presets import Preset, presets
from faceapp.gui.widgets.icon_button import IconButton


class ClassTicks(QWidget):
    """Ticks for the classes of a task, with how many samples each has.

    Signals:
        changed(): other classes are ticked.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QCheckBox] = {}
        self._task = ""
        self._counts: dict[str, int] = {}
        self._quiet = False
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(UNIT)
        self._grid.setVerticalSpacing(HALF)
        self.choose_button = IconButton("down", self.tr("Choose"))
        self.choose_button.setToolTip(self.tr("The usual choices of classes"))
        self.choose_button.setMenu(QMenu(self.choose_button))
        give_role(self.choose_button, "quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addLayout(self._grid)

    @property
    def ticked(self) -> tuple[str, ...]:
        """The ticked classes, in the order of the task."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    @property
    def offers(self) -> list[Preset]:
        """The presets that are offered."""
        return presets(self._counts)

    def show_task(self, task: Task, counts: Mapping[str, int]) -> None:
        """Show the classes of a task; ticks stay as they were, of a new task all are ticked."""
        before = dict.fromkeys(self.ticked) if task.name == self._task else None
        self._task, self._counts = task.name, dict(counts)
        if list(self.boxes) != list(task.names):
            clear(self._grid)
            self.boxes = {}
            for place, name in enumerate(task.names):
                box = self.boxes[name] = QCheckBox()
                box.toggled.connect(self._tell)
                self._grid.addWidget(box, place // 2, place % 2)
        self._quiet = True
        for name, box in self.boxes.items():
            count = counts.get(name, 0)
            box.setText(f"{name.replace('&', '&&')}  {number(count)}")
            box.setAccessibleName(self.tr("Learn {0}, {1} images").format(name, number(count)))
            box.setEnabled(count > 0)
            box.setChecked(count > 0 and (before is None or name in before))
        self._quiet = False
        self._show_presets()

    def tick(self, classes: tuple[str, ...]) -> None:
        """Tick exactly these."""
        self._quiet = True
        for name, box in self.boxes.items():
            box.setChecked(name in classes and box.isEnabled())
        self._quiet = False
        self.changed.emit()

    def _tell(self) -> None:
        if not self._quiet:
            self.changed.emit()

    def _show_presets(self) -> None:
        menu = self.choose_button.menu()
        menu.clear()
        for offer in self.offers:
            listed = ", ".join(offer.classes)
            action = menu.addAction(f"{offer.words}:  {listed}")
            action.setData(offer.words)
            action.triggered.connect(lambda _=False, chosen=offer.classes: self.tick(chosen))
        self.choose_button.setEnabled(bool(self.offers))
