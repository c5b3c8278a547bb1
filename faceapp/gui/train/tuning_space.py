"""What a tuning may vary: a line a setting, ticked, with the range or the choices of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.language import core_words
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.train import recipe_words
from faceapp.gui.train.parts import clear
from faceapp.gui.train.recipe_words import Field
from faceapp.gui.widgets.icon_button import IconButton

if TYPE_CHECKING:
    from faceapp.training.recipes import Recipe

_DOTS, _OR = "..", "|"
# What is offered beside the usual, until the person writes something else: name, range, and
# whether it says something only of recipes that fine-tune.
_OFFERS: tuple[tuple[str, str, bool], ...] = (
    ("penalty", "0.03..30", False),
    ("learning_rate", "1e-05..0.01", False),
    ("balance", "true|false", False),
    ("size", "64|96|112|160|224", False),
    ("scale", "1.6..2.4", False),
    ("grey", "true|false", False),
    ("mirror", "true|false", False),
    ("pool", "mean2|mean", False),
    ("head", "ridge|softmax", False),
    ("views", "0|4|8", False),
    ("base_rate", "3e-06..0.0003", True),
    ("head_rate", "1e-05..0.001", True),
    ("smoothing", "0..0.3", True),
    ("dropout", "0..0.7", True),
    ("mixup", "0..0.4", True),
    ("weight_decay", "1e-05..0.01", True),
    ("warm_up", "0..3", True),
    ("schedule", "cosine|constant", True),
    ("tune_epochs", "4..20", True),
)


class SpaceRow:
    """One setting: `low` and `high` of a range, or `choices`."""

    def __init__(self, field: Field, text: str, *, ticked: bool) -> None:
        label = core_words(field.label)
        self.name = field.name
        self.box = QCheckBox(label.replace("&", "&&"))
        self.box.setChecked(ticked)
        self.box.setToolTip(core_words(field.help))
        low, dots, high = text.partition(_DOTS)
        self.is_range = bool(dots)
        self.low = QLineEdit(low if dots else text.replace(_OR, f" {_OR} "))
        self.high = QLineEdit(high)
        for edit in (self.low, self.high):
            edit.setToolTip(core_words(field.help))
            edit.setMinimumWidth(7 * UNIT)
        self.low.setAccessibleName(label)
        self.high.setAccessibleName(label)

    @property
    def text(self) -> str:
        """The range or the choices, as `faceapp tune --vary` takes them."""
        if self.is_range:
            return f"{self.low.text().strip()}{_DOTS}{self.high.text().strip()}"
        return _OR.join(part.strip() for part in self.low.text().split(_OR))


class SpaceForm(QWidget):
    """The settings that may vary; the usual ones first, the others on demand.

    Signals:
        changed(): something else may vary.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, SpaceRow] = {}
        self._usual: set[str] = set()
        self._rest: list[QWidget] = []
        self._editable = True
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(UNIT)
        self._grid.setVerticalSpacing(HALF)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2)
        self._grid.setColumnStretch(3, 2)
        self.more_button = IconButton("down", self.tr("More settings"))
        self.more_button.setCheckable(True)
        self.more_button.setToolTip(
            self.tr("Settings of the images need new activations for each of their values")
        )
        give_role(self.more_button, "quiet")
        self.more_button.toggled.connect(self._fold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        layout.addLayout(self._grid)
        layout.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

    def offer(self, recipe: Recipe, usual: Mapping[str, str]) -> None:
        """Offer the settings of a recipe; those that are usual are ticked."""
        others = {
            name: text
            for name, text, of_tuning in _OFFERS
            if name not in usual and (recipe.tunes or not of_tuning)
        }
        self._show(usual, others, editable=True)

    def show_space(self, space: Mapping[str, str]) -> None:
        """Show what a study varies, which cannot be changed any more."""
        self._show(space, {}, editable=False)

    def _show(
        self, ticked: Mapping[str, str], others: Mapping[str, str], *, editable: bool
    ) -> None:
        clear(self._grid)
        self.rows, self._rest, self._editable = {}, [], editable
        fields = {f.name: f for group in recipe_words.GROUPS for f in group.fields}
        for name, text in (*ticked.items(), *others.items()):
            row = SpaceRow(fields.get(name, Field(name, name, "")), text, ticked=name in ticked)
            self._add(row, hidden=name in others)
        self.more_button.setVisible(bool(others))
        self._fold()

    def _add(self, row: SpaceRow, *, hidden: bool) -> None:
        line = self._grid.rowCount()
        cells: list[QWidget] = [row.box, row.low]
        self._grid.addWidget(row.box, line, 0)
        if row.is_range:
            to = QLabel(self.tr("to"))
            give_role(to, "dim")
            self._grid.addWidget(row.low, line, 1)
            self._grid.addWidget(to, line, 2)
            self._grid.addWidget(row.high, line, 3)
            row.low.setAccessibleName(self.tr("{0}, from").format(row.box.text()))
            row.high.setAccessibleName(self.tr("{0}, to").format(row.box.text()))
            cells += [to, row.high]
        else:
            self._grid.addWidget(row.low, line, 1, 1, 3)
        if hidden:
            self._rest += cells
        self.rows[row.name] = row
        row.box.setEnabled(self._editable)
        row.box.toggled.connect(lambda: self._take(row))
        row.low.textEdited.connect(self.changed)
        row.high.textEdited.connect(self.changed)
        self._allow(row)

    def _take(self, row: SpaceRow) -> None:
        self._allow(row)
        self.changed.emit()

    def _allow(self, row: SpaceRow) -> None:
        for edit in (row.low, row.high):
            edit.setEnabled(self._editable and row.box.isChecked())

    def _fold(self) -> None:
        unfolded = self.more_button.isChecked()
        for each in self._rest:
            each.setVisible(unfolded)
        self.more_button.show_icon("up" if unfolded else "down")

    @property
    def space(self) -> dict[str, str]:
        """What may vary, as text."""
        return {name: row.text for name, row in self.rows.items() if row.box.isChecked()}
