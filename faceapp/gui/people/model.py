"""The proposed groups as a list, and what was made of them: ticks, names, faces left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from faceapp.dataset import Dataset, Sample
from faceapp.gui.language import tr
from faceapp.gui.text import counted

if TYPE_CHECKING:
    from faceapp.people import PersonGroup

Index = QModelIndex | QPersistentModelIndex

_TICK = Qt.ItemDataRole.CheckStateRole


@dataclass
class Row:
    """One group as the person leaves it: `out` are the samples taken out of it."""

    group: PersonGroup
    name: str
    ticked: bool
    out: set[int] = field(default_factory=set)

    @property
    def kept(self) -> list[int]:
        """The samples that would get the name."""
        return [each for each in self.group.samples if each not in self.out]


def sure_words(row: Row) -> str:
    """How sure a group is, in words."""
    if row.group.distance == 0:
        return tr("near-duplicates")
    return {
        "high": tr("very alike"),
        "fair": tr("alike"),
        "low": tr("look closely"),
    }[row.group.sure]


class PeopleModel(QAbstractListModel):
    """The groups.

    Signals:
        edited(): a tick, a name or a face in it changed.
    """

    edited = Signal()

    def __init__(self, dataset: Dataset, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dataset = dataset
        self._samples: dict[int, Sample] = {}
        self.rows: list[Row] = []

    def show_groups(self, groups: Sequence[PersonGroup]) -> None:
        """List groups anew; those that want a close look are not ticked yet, and come first."""
        self.beginResetModel()
        ids = {each for group in groups for each in (*group.samples, *group.beside)}
        self._samples = {sample.id: sample for sample in self._dataset.by_ids(ids)}
        self.rows = [Row(group, group.name, group.sure != "low") for group in reversed(groups)]
        self.endResetModel()

    def sample(self, sample: int) -> Sample | None:
        """A sample of a group; None where it is gone."""
        return self._samples.get(sample)

    @property
    def chosen(self) -> dict[int, str]:
        """The name that each sample of the ticked groups would get."""
        return {
            each: row.name.strip()
            for row in self.rows
            if row.ticked and row.name.strip() and (row.group.known or len(row.kept) > 1)
            for each in row.kept
        }

    def toggle(self, rows: Iterable[int]) -> None:
        """Tick these groups, or untick them where all are ticked."""
        chosen = list(rows)
        on = not all(self.rows[row].ticked for row in chosen)
        for row in chosen:
            self.rows[row].ticked = on
            self._tell(row)

    def tick_all(self, *, on: bool) -> None:
        """Tick or untick everything."""
        for row in range(len(self.rows)):
            self.rows[row].ticked = on
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))
        self.edited.emit()

    def rename(self, row: int, name: str) -> None:
        """Call a group otherwise; two groups of one name become one person."""
        if self.rows[row].name != name:
            self.rows[row].name = name
            self._tell(row)

    def leave_out(self, row: int, samples: Iterable[int]) -> None:
        """Take samples out of a group, or put them back where all of them are out."""
        chosen = set(samples) & set(self.rows[row].group.samples)
        if not chosen:
            return
        out = self.rows[row].out
        if chosen <= out:
            out -= chosen
        else:
            out |= chosen
        self._tell(row)

    def _tell(self, row: int) -> None:
        index = self.index(row)
        self.dataChanged.emit(index, index)
        self.edited.emit()

    # -- Qt's own

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """How many groups."""
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Groups can be ticked."""
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A group's name, tick, and words for tooltips and screen readers."""
        row = self.rows[index.row()]
        if role == _TICK:
            return Qt.CheckState.Checked if row.ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{row.name}: {self.facts(row)}"
        return None

    def setData(self, index: Index, value: Any, role: int = _TICK) -> bool:  # noqa: N802
        """Tick or untick one group."""
        if role != _TICK:
            return False
        self.rows[index.row()].ticked = Qt.CheckState(value) is Qt.CheckState.Checked
        self._tell(index.row())
        return True

    def facts(self, row: Row) -> str:
        """What there is to say of a group in a line."""
        kept = len(row.kept)
        words = [counted(kept, self.tr("1 image"), self.tr("{0} images"))]
        if row.out:
            words.append(self.tr("{0} left out").format(len(row.out)))
        if row.group.known:
            beside = len(row.group.beside)
            words.append(
                counted(beside, self.tr("joins 1 of that name"), self.tr("joins {0} of that name"))
            )
        words.append(sure_words(row))
        return "  \u00b7  ".join(words)
