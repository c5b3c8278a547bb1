"""The middle of the Label page: tools, review bar, grid, balance strip, or why all is empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from faceapp.dataset import Task
from faceapp.gui.itemmodels.samples import SamplesModel
from faceapp.gui.label.filters import Choice, Facet, Filters, Sort
from faceapp.gui.label.reading import Counts
from faceapp.gui.label.review_bar import ReviewBar
from faceapp.gui.language import localised
from faceapp.gui.samples.grid import LARGEST_SIDE, SMALLEST_SIDE, SampleGrid
from faceapp.gui.stylesheet import give_role
from faceapp.gui.tab_order import tab_through
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.widgets.class_bars import Bar, ClassBars
from faceapp.gui.widgets.elided_label import ElidedLabel
from faceapp.gui.widgets.empty_state import EmptyState

ZOOM_STEP = 16
_SORT_LETTERS = 9


class BrowserPane(QWidget):
    """The grid and what belongs to it.

    Signals:
        sorted(Sort, bool): another order, backwards or not.
        refresh_wanted(): list anew what matches now.
    """

    sorted = Signal(object, bool)
    refresh_wanted = Signal()

    def __init__(
        self,
        model: SamplesModel,
        key: Callable[[QKeyEvent], bool],
        sorts: Sequence[Sort],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.grid = SampleGrid(model, key)
        self.review = ReviewBar()
        self.balance = ClassBars()
        self.empty = EmptyState()
        self.words = ElidedLabel()
        self.words.setAccessibleName(self.tr("What is listed"))
        self.stale = QPushButton()
        self.stale.setToolTip(self.tr("List again what matches the filters now (F5)"))
        self.stale.hide()
        self.stale.clicked.connect(self.refresh_wanted)
        self.sort = QComboBox()
        self._sorts = tuple(sorts)
        self.sort.addItems([self._sort_words(each) for each in self._sorts])
        adjust = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.sort.setSizeAdjustPolicy(adjust)
        self.sort.setMinimumContentsLength(_SORT_LETTERS)
        self.sort.setAccessibleName(self.tr("Sort by"))
        self.sort.activated.connect(self._sort)
        self.backwards = QToolButton()
        self.backwards.setCheckable(True)
        give_role(self.backwards, "plain")
        self.backwards.setText("↑↓")
        self.backwards.setToolTip(self.tr("The other way round"))
        self.backwards.setAccessibleName(self.tr("Backwards"))
        self.backwards.clicked.connect(self._sort)
        self.zoom = QSlider(Qt.Orientation.Horizontal)
        self.zoom.setRange(SMALLEST_SIDE, LARGEST_SIDE)
        self.zoom.setSingleStep(ZOOM_STEP)
        self.zoom.setPageStep(2 * ZOOM_STEP)
        self.zoom.setMinimumWidth(6 * UNIT)
        self.zoom.setMaximumWidth(12 * UNIT)
        self.zoom.setToolTip(self.tr("Size of the pictures (Ctrl+wheel, + and -)"))
        self.zoom.setAccessibleName(self.tr("Size of the pictures"))
        self.zoom.valueChanged.connect(self.grid.set_side)
        self.grid.zoom_wanted.connect(self.zoom_by)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.grid)
        self._pages.addWidget(self.empty)
        self._build()

    def _build(self) -> None:
        for each in (self.sort, self.backwards, self.zoom, self.stale):
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tools = QWidget()
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(UNIT, 0, UNIT, 0)
        tools.setSpacing(UNIT)
        tools.addWidget(self.words)
        tools.addWidget(self.stale)
        tools.addStretch()
        tools.addWidget(self.sort)
        tools.addWidget(self.backwards)
        tools.addWidget(self.zoom)
        balance = QHBoxLayout()
        balance.setContentsMargins(UNIT, 0, UNIT, 0)
        balance.addWidget(self.balance)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, UNIT, 0, 0)
        layout.setSpacing(HALF)
        layout.addWidget(self.tools)
        layout.addWidget(self.review)
        layout.addWidget(self._pages, 1)
        layout.addLayout(balance)

    def set_side(self, side: int) -> None:
        """Show pictures of another size."""
        self.zoom.setValue(side)
        self.grid.set_side(side)

    def zoom_by(self, steps: int) -> None:
        """Show pictures some steps larger."""
        self.zoom.setValue(self.zoom.value() + steps * ZOOM_STEP)

    def show_sort(self, sort: Sort, *, backwards: bool) -> None:
        """Show what the order is."""
        if sort in self._sorts:
            self.sort.setCurrentIndex(self._sorts.index(sort))
        self.backwards.setChecked(backwards)

    def show_words(self, listed: int, selected: int) -> None:
        """Say how many are listed and selected."""
        one, many = self.tr("1 sample"), self.tr("{0} samples").format(localised(f"{listed:,}"))
        words = one if listed == 1 else many
        if selected > 1:
            words = self.tr("{0} of {1} selected").format(
                localised(f"{selected:,}"), localised(f"{listed:,}")
            )
        self.words.setText(words)

    def show_stale(self, number: int) -> None:
        """Offer to list anew when so many samples came or no longer match."""
        self.stale.setText(self.tr("{0} changed: refresh").format(localised(f"{number:,}")))
        self.stale.setVisible(number > 0)

    def show_balance(self, task: Task | None, counts: Counts, filters: Filters) -> None:
        """Show how many samples each class has."""
        self.balance.setVisible(task is not None and bool(task.classes))
        if task is None or counts.classes is None:
            return
        numbers = counts.classes.counts
        most = max([*numbers.values(), 1])
        before = self.balance.buttons
        self.balance.show_bars(
            [
                Bar(
                    each.name,
                    each.colour,
                    numbers.get(each.name, 0),
                    numbers.get(each.name, 0) / most,
                    Choice(Facet.CLASS, each.name) in filters.chosen,
                )
                for each in task.classes
            ]
        )
        if self.balance.buttons is not before:
            tab_through(self)

    def show_grid(self) -> None:
        """Show the samples."""
        self._pages.setCurrentWidget(self.grid)

    def show_empty(
        self, title: str, text: str, buttons: Sequence[tuple[str, Callable[[], object]]]
    ) -> None:
        """Show why there are no samples, and what to do."""
        self.empty.say(title, text, buttons)
        self._pages.setCurrentWidget(self.empty)

    @property
    def is_empty(self) -> bool:
        """Whether the words are shown in place of the samples."""
        return self._pages.currentWidget() is self.empty

    def _sort(self) -> None:
        self.sorted.emit(self._sorts[self.sort.currentIndex()], self.backwards.isChecked())

    def _sort_words(self, sort: Sort) -> str:
        return {
            Sort.TIME: self.tr("by time"),
            Sort.NAME: self.tr("by name"),
            Sort.CONFIDENCE: self.tr("by confidence"),
            Sort.DISAGREEMENT: self.tr("by disagreement"),
            Sort.SIMILARITY: self.tr("like the selected"),
            Sort.USEFUL: self.tr("most useful to label"),
            Sort.MODEL: self.tr("model disagrees first"),
        }[sort]
