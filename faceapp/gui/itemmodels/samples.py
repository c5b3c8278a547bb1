"""The samples that are listed: their ids; rows are read when they are painted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt

from faceapp.dataset import Dataset
from faceapp.gui.itemmodels.rows import Row, read_rows

_BLOCK = 64  # rows read at once
_KEPT = 4096  # rows remembered

Index = QModelIndex | QPersistentModelIndex


class SamplesModel(QStringListModel):
    """Samples by position; whatever was read of them is read again when it changed.

    As many empty strings stand for the samples because Qt's views ask how many rows there are for
    every row that there is: Qt answers itself, a hundred times faster than Python.
    """

    def __init__(self, dataset: Dataset, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dataset = dataset
        self._ids: list[int] = []
        self._positions: dict[int, int] = {}
        self._rows: OrderedDict[int, Row | None] = OrderedDict()

    @property
    def ids(self) -> Sequence[int]:
        """The samples' ids, in order; not to be changed."""
        return self._ids

    def set_ids(self, ids: Sequence[int]) -> None:
        """List other samples; what was read of samples stays known."""
        self._ids = list(ids)
        self._positions = {sample: position for position, sample in enumerate(self._ids)}
        self.setStringList([""] * len(self._ids))

    def position(self, sample: int) -> int | None:
        """Where a sample stands; None where it is not listed."""
        return self._positions.get(sample)

    def row(self, position: int) -> Row | None:
        """What is painted of the sample there; None where it is gone from the dataset."""
        sample = self._ids[position]
        if sample not in self._rows:
            self._read(position)
        self._rows.move_to_end(sample)
        return self._rows[sample]

    def refresh(self, samples: Collection[int] | None = None) -> None:
        """Read these samples again when they are next painted; None is all."""
        if samples is None:
            self._rows.clear()
            places: list[int] = [0, len(self._ids) - 1]
        else:
            for sample in samples:
                self._rows.pop(sample, None)
            places = [self._positions[each] for each in samples if each in self._positions]
        if places and self._ids:
            self.dataChanged.emit(self.index(min(places)), self.index(max(places)))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for screen readers and tooltips; pictures and chips are the delegate's."""
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            row = self.row(index.row())
            return row.sample.name if row else ""
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._words(self.row(index.row()))
        return None

    def _words(self, row: Row | None) -> str:
        if row is None:
            return ""
        parts, unsure = [row.sample.name], self.tr("unsure")
        for task, answer in row.answers.items():
            parts.append(f"{task}: {answer.answer or unsure}")
        for task, proposal in row.proposals.items():
            parts.append(self.tr("{0}: perhaps {1}").format(task, proposal.answer))
        if row.sample.quarantined:
            parts.append(self.tr("in quarantine"))
        return "\n".join(parts)

    def _read(self, position: int) -> None:
        """Read the block of rows around a position."""
        start = position - position % _BLOCK
        wanted = [each for each in self._ids[start : start + _BLOCK] if each not in self._rows]
        found = read_rows(self._dataset, wanted)
        for sample in wanted:
            self._rows[sample] = found.get(sample)
        while len(self._rows) > _KEPT:
            self._rows.popitem(last=False)
