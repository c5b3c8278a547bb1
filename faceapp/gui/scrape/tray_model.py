"""What a scrape brought, as a list: kept images or refused ones; pictures come when painted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from faceapp.dataset import Dataset, Sample
from faceapp.gui.scrape.words import reason_words
from faceapp.gui.scrape.work import Judged

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Cell:
    """One picture of the tray: a refused result, or a sample that a kept one became."""

    judged: Judged
    sample: int | None


class TrayModel(QAbstractListModel):
    """The kept samples, or the refused results; what comes is added at the end."""

    def __init__(self, dataset: Dataset, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dataset = dataset
        self._kept: list[Cell] = []
        self._refused: list[Cell] = []
        self._samples: dict[int, Sample | None] = {}
        self._aside: set[int] = set()
        self.refused_shown = False

    @property
    def cells(self) -> Sequence[Cell]:
        """What is listed."""
        return self._refused if self.refused_shown else self._kept

    @property
    def kept(self) -> int:
        """How many samples were kept, those set aside included."""
        return len(self._kept)

    @property
    def refused(self) -> int:
        """How many results were refused."""
        return len(self._refused)

    @property
    def aside(self) -> Collection[int]:
        """The samples that the person set aside."""
        return self._aside

    @property
    def outcomes(self) -> list[str]:
        """Why results were refused, one for each."""
        return [cell.judged.outcome for cell in self._refused]

    def add(self, judged: Iterable[Judged]) -> None:
        """Take in what came."""
        kept = [Cell(each, sample) for each in judged if each.kept for sample in each.samples]
        refused = [Cell(each, None) for each in judged if not each.kept]
        shown, new = len(self.cells), refused if self.refused_shown else kept
        if new:
            self.beginInsertRows(QModelIndex(), shown, shown + len(new) - 1)
        self._kept += kept
        self._refused += refused
        if new:
            self.endInsertRows()

    def show_refused(self, *, on: bool) -> None:
        """List the refused results, or the kept samples."""
        if on != self.refused_shown:
            self.beginResetModel()
            self.refused_shown = on
            self.endResetModel()

    def refresh(self) -> None:
        """Read again which samples are there and which are set aside."""
        ids = [cell.sample for cell in self._kept if cell.sample is not None]
        self._samples.clear()
        self._aside = set(self._dataset.quarantine_reasons(ids)) if ids else set()
        there = {sample.id for sample in self._dataset.by_ids(ids)}
        if len(there) < len(ids):  # taken back by an undo
            self.beginResetModel()
            self._kept = [cell for cell in self._kept if cell.sample in there]
            self.endResetModel()
        elif self.cells:
            self.dataChanged.emit(self.index(0), self.index(len(self.cells) - 1))

    def sample(self, cell: Cell) -> Sample | None:
        """The sample of a cell; None where it is none, or gone."""
        if cell.sample is None:
            return None
        if cell.sample not in self._samples:
            self._samples[cell.sample] = next(iter(self._dataset.by_ids([cell.sample])), None)
        return self._samples[cell.sample]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """How many are listed."""
        return 0 if parent.isValid() else len(self.cells)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words of a cell, for tooltips and screen readers."""
        wanted = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
        if role not in wanted:
            return None
        judged = self.cells[index.row()].judged
        words = self.tr("kept as {0}").format(judged.class_name)
        if not judged.kept:
            words = reason_words(judged.outcome)
            if judged.detail:
                words = self.tr("{0} ({1})").format(words, judged.detail)
        return f"{words}\n{judged.query}\n{judged.address}"


def colours_by_class(classes: Mapping[str, str], name: str) -> str:
    """The colour of a class; grey where it has none."""
    return classes.get(name, "#999999")
