"""Which recipe: those that faceapp brings, one's own, and every field of the chosen one."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.dialogs import choose_file
from faceapp.gui.language import core_words
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.train import recipe_words
from faceapp.gui.train.offers import RecipeBook
from faceapp.gui.train.own_recipes import OwnRecipes
from faceapp.gui.train.parts import words
from faceapp.gui.train.recipe_form import RecipeForm
from faceapp.gui.widgets.icon_button import IconButton

if TYPE_CHECKING:
    from faceapp.training.recipes import Recipe

_NAME_LETTERS = 22


class RecipeChoice(QWidget):
    """A recipe by name, changed where the person wants.

    Signals:
        changed(): another recipe, or another value of it.
    """

    changed = Signal()

    def __init__(self, own: OwnRecipes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own = own
        self._book: RecipeBook | None = None
        self._own_names: set[str] = set()
        self.recipe: Recipe | None = None
        self.weights: Path | None = None
        self._make()
        self._lay_out()
        self.names.currentIndexChanged.connect(self._choose)
        self.form.changed.connect(self._take)
        self.form.refused.connect(self._refuse)
        self.open_button.toggled.connect(self._fold)
        self.save_button.clicked.connect(self._save)
        self.new_name.returnPressed.connect(self._save)
        self.forget_button.clicked.connect(self._forget)
        self.weights_button.clicked.connect(self._choose_weights)
        self.find_weights_button.clicked.connect(lambda: self.set_weights(None))
        self._fold()

    def _make(self) -> None:
        self.names = QComboBox()
        self.names.setAccessibleName(self.tr("Recipe"))
        self._about = words(role="dim")
        self._problem = words()
        self._problem.hide()
        self.form = RecipeForm()
        self.open_button = IconButton("down", self.tr("All settings"))
        self.open_button.setCheckable(True)
        self.open_button.setToolTip(self.tr("Everything that the recipe decides, to be changed"))
        give_role(self.open_button, "quiet")
        self.tune_button = QPushButton(self.tr("Tune..."))
        self.tune_button.setToolTip(self.tr("Try other settings of it and keep the best (Ctrl+T)"))
        give_role(self.tune_button, "quiet")
        self.weights_button = QPushButton(self.tr("Weights: found by themselves"))
        self.weights_button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.weights_button.setToolTip(self.tr("Name the file of the network's ImageNet weights"))
        self.find_weights_button = QPushButton(self.tr("Find them"))
        self.find_weights_button.setToolTip(self.tr("Forget the file: weights found by themselves"))
        give_role(self.find_weights_button, "quiet")
        self.find_weights_button.hide()
        self.new_name = QLineEdit()
        self.new_name.setPlaceholderText(self.tr("Name of my recipe"))
        self.new_name.setAccessibleName(self.tr("Name of my recipe"))
        self.save_button = QPushButton(self.tr("Save"))
        self.save_button.setToolTip(self.tr("Save these settings as a recipe of my own"))
        self.forget_button = QPushButton(self.tr("Delete this recipe"))
        give_role(self.forget_button, "quiet")

    def _lay_out(self) -> None:
        saving = QHBoxLayout()
        saving.setSpacing(UNIT)
        saving.addWidget(self.new_name, 1)
        saving.addWidget(self.save_button)
        self._opened = QWidget()
        inner = QVBoxLayout(self._opened)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(UNIT)
        self._preview = QVBoxLayout()
        inner.addLayout(self._preview)
        inner.addWidget(self.form)
        weights = QHBoxLayout()
        weights.setSpacing(UNIT)
        weights.addWidget(self.weights_button, 1)
        weights.addWidget(self.find_weights_button)
        inner.addLayout(weights)
        inner.addLayout(saving)
        inner.addWidget(self.forget_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addWidget(self.names)
        layout.addWidget(self._about)
        buttons = QHBoxLayout()
        buttons.setSpacing(UNIT)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.tune_button)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        layout.addWidget(self._problem)
        layout.addWidget(self._opened)

    def show_book(self, book: RecipeBook) -> None:
        """Offer these recipes and one's own."""
        self._book = book
        self._list(book.recipes[0].name)

    def add_preview(self, widget: QWidget) -> None:
        """Show something above the settings, where these are unfolded."""
        self._preview.addWidget(words(self.tr("Nine samples as it sees them"), "small strong"))
        self._preview.addWidget(widget)

    def choose(self, name: str) -> None:
        """Choose the recipe of that name."""
        self.names.setCurrentIndex(max(0, self.names.findText(name)))

    def _recipes(self) -> dict[str, Recipe]:
        if self._book is None:
            return {}
        own = self._own.all(self._book.recipes[0])
        self._own_names = {recipe.name for recipe in own}
        return {recipe.name: recipe for recipe in (*own, *self._book.recipes)}

    def _list(self, chosen: str) -> None:
        recipes = self._recipes()
        self.names.blockSignals(True)
        self.names.clear()
        for name in sorted(recipes, key=lambda each: each in self._own_names):
            self.names.addItem(name)
        self.names.blockSignals(False)
        self.choose(chosen)
        self._choose()

    def _choose(self) -> None:
        recipe = self._recipes().get(self.names.currentText())
        if recipe is None or self._book is None:
            return
        self.recipe = recipe
        self.form.show_recipe(recipe, self._book.backbones)
        self._refuse("")
        self._describe(changed=False)
        self.changed.emit()

    def _take(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._describe(changed=recipe != self._recipes().get(self.names.currentText()))
        self.changed.emit()

    def _describe(self, *, changed: bool) -> None:
        name = self.names.currentText()
        own = name in self._own_names
        about = recipe_words.RECIPES.get(name)
        text = self.tr("A recipe of your own.") if own else core_words(about) if about else ""
        if changed:
            text += " " + self.tr("Changed.")
        self._about.setText(text)
        self.forget_button.setVisible(own)

    def _refuse(self, why: str) -> None:
        self._problem.setText(why)
        self._problem.setVisible(bool(why))

    def _fold(self) -> None:
        unfolded = self.open_button.isChecked()
        self._opened.setVisible(unfolded)
        self.open_button.show_icon("up" if unfolded else "down")

    def _save(self) -> None:
        name = self.new_name.text().strip()
        if self.recipe is None or self._book is None or not name:
            self.new_name.setFocus()
            return
        if self.keep(dataclasses.replace(self.recipe, name=name)):
            self.new_name.clear()
        else:
            self._refuse(self.tr("{0} is a recipe of faceapp: take another name.").format(name))

    def keep(self, recipe: Recipe) -> bool:
        """Save a recipe as one's own and choose it; False where the name is one of faceapp's."""
        if self._book is None or recipe.name in {each.name for each in self._book.recipes}:
            return False
        self._own.save(recipe)
        self._list(recipe.name)
        return True

    def _forget(self) -> None:
        self._own.forget(self.names.currentText())
        if self._book is not None:
            self._list(self._book.recipes[0].name)

    def _choose_weights(self) -> None:
        if self._book is None:
            return
        known = " ".join(f"*{ending}" for ending in self._book.weight_endings)
        kinds = self.tr("Weights ({0});;All files (*)").format(known)
        start = self.weights.parent if self.weights else Path.home()
        file = choose_file(self, self.tr("Weights of the network"), start, kinds)
        if file is not None:
            self.set_weights(file)

    def set_weights(self, file: Path | None) -> None:
        """Take the network's weights from a file; None lets them be found."""
        self.weights = file
        self.weights_button.setText(self.tr("Weights: found by themselves"))
        about = self.tr("Name the file of the network's ImageNet weights")
        if file is not None:
            letters = self.fontMetrics()
            width = _NAME_LETTERS * letters.averageCharWidth()
            name = letters.elidedText(file.name, Qt.TextElideMode.ElideMiddle, width)
            self.weights_button.setText(self.tr("Weights: {0}").format(name))
            about = f"{file}\n{about}"
        self.weights_button.setToolTip(about)
        self.find_weights_button.setVisible(file is not None)
        self.changed.emit()
