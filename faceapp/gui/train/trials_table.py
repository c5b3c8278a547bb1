"""The trials of a study in a table, the best first until sorted otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from faceapp.gui.language import core_words
from faceapp.gui.text import time_left
from faceapp.gui.theme import UNIT
from faceapp.gui.train import recipe_words
from faceapp.training.trials.told import Trial

_NUMBER = Qt.ItemDataRole.UserRole
_SORTED_BY = Qt.ItemDataRole.UserRole + 1
_FIRST_SETTING = 3
_ROWS = 5
_UNDER_WAY = 2.0  # sorted above every score


def short(value: str) -> str:
    """A setting's value with three digits, where it is a number."""
    try:
        return f"{float(value):.3g}"
    except ValueError:
        return value


class _Cell(QTableWidgetItem):
    """A cell that sorts by its value, not by its words."""

    def __lt__(self, other: QTableWidgetItem) -> bool:
        mine, theirs = self.data(_SORTED_BY), other.data(_SORTED_BY)
        if isinstance(mine, str) or isinstance(theirs, str):
            return str(mine) < str(theirs)
        return bool(mine < theirs)


class TrialsTable(QTableWidget):
    """One row a trial.

    Signals:
        chosen(): another trial is selected, or none.
    """

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__(0, 0)
        self.trials: tuple[Trial, ...] = ()
        self.setAccessibleName(self.tr("Trials"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.setSortingEnabled(True)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumHeight(_ROWS * (self.fontMetrics().height() + UNIT))
        self.itemSelectionChanged.connect(self.chosen)

    @property
    def selected(self) -> Trial | None:
        """The trial of the selected row."""
        rows = {index.row() for index in self.selectedIndexes()}
        if not rows:
            return None
        wanted = self.model().index(rows.pop(), 0).data(_NUMBER)
        return next((trial for trial in self.trials if trial.number == wanted), None)

    def show_trials(self, trials: Sequence[Trial], *, at_work: bool) -> None:
        """Show these; while this program is at work a running trial is its own."""
        kept = self.selected
        self.trials = tuple(trials)
        names = list(dict.fromkeys(name for trial in trials for name in trial.settings))
        titles = [self.tr("Trial"), self.tr("Balanced"), self.tr("State")]
        fields = {f.name: f for group in recipe_words.GROUPS for f in group.fields}
        titles += [core_words(fields[n].label) if n in fields else n for n in names]
        titles.append(self.tr("Took"))
        self.blockSignals(True)
        self.setSortingEnabled(False)
        new = self.columnCount() != len(titles)
        self.setColumnCount(len(titles))
        self.setHorizontalHeaderLabels(titles)
        self.setRowCount(len(trials))
        for row, trial in enumerate(trials):
            self._fill(row, trial, names, at_work=at_work)
        if new:
            self.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(titles) - 1, QHeaderView.ResizeMode.Stretch)
        if kept is not None:
            self._select(kept.number)
        self.blockSignals(False)
        self.chosen.emit()

    def _select(self, number: int) -> None:
        for row in range(self.rowCount()):
            if self.model().index(row, 0).data(_NUMBER) == number:
                self.selectRow(row)

    def _fill(self, row: int, trial: Trial, names: Sequence[str], *, at_work: bool) -> None:
        known = trial.score is not None
        said = f"{100 * trial.score:.1f}%" if trial.score is not None else ""
        above = _UNDER_WAY if trial.state == "running" else trial.score or -1.0
        cells: list[tuple[str, str | float]] = [
            (f"{trial.number}", trial.number),
            (said, above),
            (self._state(trial, at_work=at_work), trial.state),
        ]
        for name in names:
            setting = trial.settings.get(name, "")
            cells.append((short(setting), _ordered(setting)))
        took = time_left(trial.seconds) if known or trial.state == "pruned" else ""
        cells.append((took, trial.seconds))
        for column, (text, value) in enumerate(cells):
            cell = _Cell(text)
            cell.setData(_SORTED_BY, value)
            cell.setData(_NUMBER, trial.number)
            cell.setToolTip(self._help(trial) if column < _FIRST_SETTING else text)
            self.setItem(row, column, cell)

    def _state(self, trial: Trial, *, at_work: bool) -> str:
        if trial.state == "running":
            return self.tr("running") if at_work else self.tr("unfinished")
        return self.tr("pruned") if trial.state == "pruned" else self.tr("complete")

    def _help(self, trial: Trial) -> str:
        if trial.state == "running":
            return self.tr(
                "Under way, here or on another machine; one that was left is taken up by the next "
                "tuning."
            )
        if trial.state == "pruned":
            return self.tr("Given up: after some folds it was behind the others.")
        return self.tr("Balanced accuracy in the inner folds")


def _ordered(value: str) -> str | float:
    try:
        return float(value)
    except ValueError:
        return value
