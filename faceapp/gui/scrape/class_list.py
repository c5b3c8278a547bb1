"""The classes of a task: which to search for, how many each has, how many are lacking."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import number
from faceapp.gui.theme import HALF, UNIT

_DOT = 10


class ClassList(QWidget):
    """A line a class, the smallest first.

    Signals:
        changed(): another class is ticked.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QCheckBox] = {}
        self._lacking: dict[str, QLabel] = {}
        self._have: Mapping[str, int] = {}
        self._goal = 0
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(UNIT)
        self._layout.setVerticalSpacing(HALF)
        self._layout.setColumnStretch(1, 1)

    def show_classes(self, classes: Mapping[str, str], have: Mapping[str, int], goal: int) -> None:
        """Show these classes (name -> colour); those below the goal are ticked."""
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes, self._lacking, self._have = {}, {}, have
        for place, name in enumerate(sorted(classes, key=lambda each: have.get(each, 0))):
            dot = QLabel()
            dot.setFixedSize(_DOT, _DOT)
            dot.setStyleSheet(f"background: {classes[name]}; border-radius: {_DOT // 2}px;")
            box = self.boxes[name] = QCheckBox(name)
            box.setAccessibleName(
                self.tr("{0}, {1} images").format(name, number(have.get(name, 0)))
            )
            box.setChecked(have.get(name, 0) < goal)
            box.toggled.connect(self._tell)
            count = QLabel(number(have.get(name, 0)))
            give_role(count, "dim")
            lacking = self._lacking[name] = QLabel()
            right = Qt.AlignmentFlag.AlignRight
            for column, widget in enumerate((dot, box, count, lacking)):
                self._layout.addWidget(widget, place, column)
                if column > 1:
                    self._layout.setAlignment(widget, right | Qt.AlignmentFlag.AlignVCenter)
        self.set_goal(goal)

    def set_goal(self, goal: int) -> None:
        """Bring every class to another number."""
        self._goal = goal
        for name, label in self._lacking.items():
            lacking = self.lacking(name)
            ticked = self.boxes[name].isChecked()
            label.setText(f"+{number(lacking)}" if lacking and ticked else "\u2013")
            give_role(label, "strong" if lacking and ticked else "dim")

    def lacking(self, name: str) -> int:
        """How many images a class lacks."""
        return max(0, self._goal - self._have.get(name, 0))

    @property
    def chosen(self) -> list[str]:
        """The ticked classes, smallest first."""
        return [name for name, box in self.boxes.items() if box.isChecked()]

    def _tell(self) -> None:
        self.set_goal(self._goal)
        self.changed.emit()
