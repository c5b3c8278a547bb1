"""How the samples are divided: by person or family, one split or folds, its parts, the seed."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from faceapp.dataset import GroupedBy
from faceapp.gui.theme import UNIT
from faceapp.gui.train.parts import words
from faceapp.gui.widgets.charts import Part, ShareRow, ShareRows

_COLOURS = ("#0072B2", "#E69F00", "#009E73")  # Okabe & Ito
_FOLDS = (3, 5, 10)
_LARGEST_SEED = 9999


class SplitChoice(QWidget):
    """One split in parts of a hundred, or folds in which everybody is tested once.

    Signals:
        changed(): something else was chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.way = QComboBox()
        self.way.addItem(self.tr("One split"), 0)
        for folds in _FOLDS:
            self.way.addItem(self.tr("{0} folds").format(folds), folds)
        self.way.setAccessibleName(self.tr("Way of testing"))
        self.grouping = QComboBox()
        self.grouping.addItem(self.tr("Person"), "person")
        self.grouping.addItem(self.tr("Near-duplicates"), "family")
        self.grouping.setAccessibleName(self.tr("What never stands on two sides"))
        self.grouping.setToolTip(
            self.tr(
                "What stays on one side of the split. Person: everybody with all their images and "
                "their near-duplicates. Near-duplicates: only these families, where people are "
                "not known or do not matter; figures are then too good for new people."
            )
        )
        self.validation = self._spin(5, 45, 20, self.tr("Validation, %"))
        self.test = self._spin(5, 45, 20, self.tr("Test, %"))
        self.seed = self._spin(0, _LARGEST_SEED, 0, self.tr("Seed of all chance"))
        self.seed.setToolTip(self.tr("The same seed gives the same split and the same run."))
        self._train = words(role="dim")
        self.counts: dict[str, tuple[int, int, int]] = {}
        self._bars = ShareRows(self.tr("Samples a class and side"))
        self._note = words(role="dim small")
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        for each in (self.validation, self.test):
            row.addWidget(each)
        self._parts = QWidget()
        self._parts.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        form = QFormLayout()
        form.setHorizontalSpacing(2 * UNIT)
        form.setVerticalSpacing(UNIT)
        form.addRow(self.tr("By"), self.grouping)
        form.addRow(self.tr("Way"), self.way)
        self._parts_label = words(self.tr("Validation, test"))
        form.addRow(self._parts_label, self._parts)
        form.addRow(self.tr("Seed"), self.seed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        layout.addLayout(form)
        layout.addWidget(self._bars)
        layout.addWidget(self._note)
        self.way.currentIndexChanged.connect(self._take_way)
        self.grouping.currentIndexChanged.connect(self._take_way)
        self._show_note()

    def _spin(self, least: int, most: int, value: int, name: str) -> QSpinBox:
        spin = QSpinBox(minimum=least, maximum=most)
        spin.setValue(value)
        spin.setAccessibleName(name)
        spin.setToolTip(name)
        spin.setSuffix(" %" if most < 100 else "")
        spin.setKeyboardTracking(False)
        spin.setMinimumHeight(self.way.sizeHint().height())
        spin.valueChanged.connect(self.changed)
        return spin

    @property
    def folds(self) -> int:
        """0 for one split."""
        chosen: int = self.way.currentData()
        return chosen

    @property
    def by(self) -> GroupedBy:
        """What never stands on two sides."""
        chosen: GroupedBy = self.grouping.currentData()
        return chosen

    @property
    def ratios(self) -> tuple[float, float, float]:
        """Shares of train, validation and test."""
        validation, test = self.validation.value() / 100, self.test.value() / 100
        return round(1 - validation - test, 2), validation, test

    @property
    def note(self) -> str:
        """What is promised of the sides."""
        return self._note.text()

    def show_sides(self, sides: Mapping[str, tuple[int, int, int]]) -> None:
        """Show how many samples of each class every side gets; empty where that is not known."""
        self.counts = dict(sides)
        names = (self.tr("train"), self.tr("validation"), self.tr("test"))
        rows = [
            ShareRow(
                name,
                tuple(Part(n, c, k) for n, c, k in zip(names, _COLOURS, counts, strict=True)),
            )
            for name, counts in sides.items()
        ]
        self._bars.setVisible(bool(rows))
        self._bars.show_rows(rows)

    def _take_way(self) -> None:
        one = self.folds == 0
        self._parts.setVisible(one)
        self._parts_label.setVisible(one)
        self._show_note()
        self.changed.emit()

    def _show_note(self) -> None:
        note = self.tr("No person is on two sides.")
        if self.by == "family":
            note = self.tr("No near-duplicate is on two sides; a person may be.")
        if self.folds:
            note += " " + self.tr(
                "Every image is tested once. Bars show the first fold; the model learns from all."
            )
        self._note.setText(note)
