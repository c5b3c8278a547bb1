"""The fields of a recipe, open in groups: each can be changed, and says what it does."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, get_args, get_origin, get_type_hints

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from faceapp.errors import FaceAppError
from faceapp.gui.language import core_words, error_words
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.train import recipe_words
from faceapp.gui.train.offers import BackboneChoices
from faceapp.gui.train.parts import words
from faceapp.gui.train.recipe_words import Field, Group

if TYPE_CHECKING:
    from faceapp.training.recipes import Recipe

_SHORT = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon

Editor = QComboBox | QCheckBox | QLineEdit


class RecipeForm(QWidget):
    """All fields of one recipe.

    Signals:
        changed(Recipe): it was changed to this.
        refused(str): a value does not fit; says why. "" once all fit again.
    """

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editors: dict[str, Editor] = {}
        self._recipe: Recipe | None = None
        self._backbones: Mapping[str, BackboneChoices] = {}
        self._quiet = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(UNIT)

    def show_recipe(self, recipe: Recipe, backbones: Mapping[str, BackboneChoices]) -> None:
        """Show the fields of a recipe."""
        self._backbones = backbones
        if not self.editors:
            hints = get_type_hints(type(recipe))
            for group in recipe_words.GROUPS:
                self._add_group(group, hints)
        self._recipe = recipe
        self._fill()

    def _add_group(self, group: Group, hints: Mapping[str, object]) -> None:
        heading = QLabel(core_words(group.title))
        give_role(heading, "small strong")
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * UNIT)
        grid.setVerticalSpacing(HALF)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        for row, field in enumerate(group.fields):
            self._add_field(grid, row, field, hints[field.name])
        self._layout.addWidget(heading)
        self._layout.addLayout(grid)

    def _add_field(self, grid: QGridLayout, row: int, field: Field, kind: object) -> None:
        editor = self._editor(field.name, kind)
        label = words(core_words(field.label))
        help_words = core_words(field.help)
        for widget in (label, editor):
            widget.setToolTip(help_words)
        editor.setAccessibleName(core_words(field.label))
        editor.setAccessibleDescription(help_words)
        grid.addWidget(label, 2 * row, 0)
        grid.addWidget(editor, 2 * row, 1)
        grid.addWidget(words(help_words, "dim small"), 2 * row + 1, 0, 1, 2)
        self.editors[field.name] = editor

    def _editor(self, name: str, kind: object) -> Editor:
        if kind is bool:
            box = QCheckBox()
            box.toggled.connect(lambda on: self._change(name, "true" if on else "false"))
            return box
        if get_origin(kind) is Literal or name in {"backbone", "cut", "unfreeze"}:
            combo = QComboBox()
            combo.addItems(get_args(kind) if get_origin(kind) is Literal else ())
            combo.setSizeAdjustPolicy(_SHORT)
            combo.setMinimumContentsLength(8)
            combo.currentTextChanged.connect(lambda text: self._change(name, text))
            return combo
        line = QLineEdit()
        line.editingFinished.connect(lambda: self._change(name, line.text()))
        return line

    def _fill(self) -> None:
        """Show every value without hearing of it."""
        assert self._recipe is not None
        values = dataclasses.asdict(self._recipe)
        choices = self._backbones.get(self._recipe.backbone, BackboneChoices((), ()))
        offered = {
            "backbone": tuple(self._backbones),
            "cut": ("top", *choices.cuts),
            "unfreeze": ("none", *reversed(choices.stages), "all"),
        }
        self._quiet = True
        for name, editor in self.editors.items():
            if isinstance(editor, QComboBox):
                if name in offered:
                    editor.clear()
                    editor.addItems(offered[name])
                editor.setCurrentText(str(values[name]))
            elif isinstance(editor, QCheckBox):
                editor.setChecked(bool(values[name]))
            else:
                editor.setText(f"{values[name]}")
        self._quiet = False

    def _change(self, name: str, text: str) -> None:
        if self._quiet or self._recipe is None or not text:
            return
        try:
            changed = self._recipe.with_settings({name: text.strip()})
        except FaceAppError as error:
            self.refused.emit(error_words(error))
            return
        self.refused.emit("")
        if changed != self._recipe:
            self._recipe = changed
            self._fill()
            self.changed.emit(changed)
