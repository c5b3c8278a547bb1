"""The left side of the page: what is learned, how it is tested, by which recipe, and Start."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from faceapp.dataset.sources import SEARCH_KIND
from faceapp.gui.icons import Tone
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import Settings
from faceapp.gui.stylesheet import give_role
from faceapp.gui.tab_order import tab_through
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.train.check_list import CheckList
from faceapp.gui.train.class_ticks import ClassTicks
from faceapp.gui.train.offers import Checked, RecipeBook, SetUp
from faceapp.gui.train.own_recipes import OwnRecipes
from faceapp.gui.train.parts import words
from faceapp.gui.train.recipe_choice import RecipeChoice
from faceapp.gui.train.samples_choice import SamplesChoice
from faceapp.gui.train.split_choice import SplitChoice
from faceapp.gui.widgets.icon_button import IconButton


class SetUpPane(QWidget):
    """Everything that is decided before a training.

    Signals:
        changed(): something else is set up.
        start_wanted(): the person wants to begin.
    """

    changed = Signal()
    start_wanted = Signal()

    def __init__(
        self, session: DatasetSession, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.task = QComboBox()
        self.task.setAccessibleName(self.tr("Task to learn"))
        self.classes = ClassTicks()
        self.samples = SamplesChoice()
        self.split = SplitChoice()
        self.recipe = RecipeChoice(OwnRecipes(settings))
        self.checks = CheckList()
        self.start_button = IconButton("next", self.tr("Start training"), Tone.ON_ACCENT)
        self.start_button.setToolTip(self.tr("Start training (Ctrl+Enter)"))
        self.start_button.setEnabled(False)
        give_role(self.start_button, "primary")
        self._lay_out()
        self.task.currentTextChanged.connect(self._take_task)
        self.classes.changed.connect(self.changed)
        self.samples.changed.connect(self.changed)
        self.split.changed.connect(self.changed)
        self.recipe.changed.connect(self.changed)
        self.start_button.clicked.connect(self.start_wanted)

    def _lay_out(self) -> None:
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        inner.setSpacing(UNIT)
        inner.addWidget(words(self.tr("Task"), "strong"))
        inner.addWidget(self.task)
        inner.addSpacing(UNIT)
        heading = QHBoxLayout()
        heading.addWidget(words(self.tr("Classes"), "strong"), 1)
        heading.addWidget(self.classes.choose_button)
        inner.addLayout(heading)
        inner.addWidget(self.classes)
        inner.addSpacing(UNIT)
        inner.addWidget(words(self.tr("Samples"), "strong"))
        inner.addWidget(self.samples)
        inner.addSpacing(UNIT)
        inner.addWidget(words(self.tr("Recipe"), "strong"))
        inner.addWidget(self.recipe)
        inner.addSpacing(UNIT)
        inner.addWidget(words(self.tr("Split"), "strong"))
        inner.addWidget(self.split)
        inner.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows its fields
        foot = QFrame()
        below = QVBoxLayout(foot)
        below.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT + HALF)
        below.setSpacing(UNIT)
        below.addWidget(self.checks)
        below.addWidget(self.start_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addWidget(foot)

    def show_book(self, book: RecipeBook) -> None:
        """Offer these recipes."""
        self.recipe.show_book(book)

    def show_dataset(self) -> None:
        """Show the tasks and counts as they are now; what was chosen stays where it can."""
        kinds = {source.kind for source in self._session.dataset.sources()}
        self.samples.offer_scraped(offered=SEARCH_KIND in kinds)
        names = [task.name for task in self._session.dataset.tasks()]
        current = self._session.current_task
        chosen = self.task.currentText() or (current.name if current else "")
        self.task.blockSignals(True)
        if [self.task.itemText(place) for place in range(self.task.count())] != names:
            self.task.clear()
            self.task.addItems(names)
        self.task.setCurrentText(chosen if chosen in names else (names or [""])[0])
        self.task.blockSignals(False)
        self._show_classes()

    def show_checked(self, checked: Checked) -> None:
        """Show what was found of what is set up."""
        self.checks.show_checked(checked)
        self.samples.show_checked(checked)
        self.split.show_sides(checked.sides)
        self.start_button.setEnabled(checked.can_start)

    def _show_classes(self) -> None:
        name = self.task.currentText()
        if name:
            dataset = self._session.dataset
            self.classes.show_task(dataset.task(name), dataset.class_counts(name).counts)
            tab_through(self)  # the ticks were made last, and stand in the middle

    def _take_task(self) -> None:
        self._show_classes()
        self.changed.emit()

    @property
    def setup(self) -> SetUp | None:
        """What is set up; None while there is no task or no recipe yet."""
        recipe, task = self.recipe.recipe, self.task.currentText()
        if recipe is None or not task:
            return None
        return SetUp(
            task=task,
            classes=self.classes.ticked,
            recipe=recipe,
            folds=self.split.folds,
            seed=self.split.seed.value(),
            ratios=self.split.ratios,
            weights=self.recipe.weights,
            exemplars=self.samples.share,
            scraped=self.samples.found,
            samples=self.samples.filters,
            split_by=self.split.by,
        )
