"""The phrases of a task as a table: ticked or not, with what each brought before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from faceapp.dataset.searches import Yield
from faceapp.gui.scrape.words import language_name
from faceapp.gui.scrape.work import PhraseRow
from faceapp.gui.text import number

Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


class Column(IntEnum):
    """The columns, from the left."""

    TEXT = 0
    CLASS = 1
    LANGUAGE = 2
    GLOSS = 3
    FOUND = 4
    FACE = 5
    KEPT = 6
    ACCEPTED = 7


@dataclass
class Entry:
    """A phrase, and whether it is to be searched for."""

    row: PhraseRow
    ticked: bool = True


class PhraseModel(QAbstractTableModel):
    """Phrases of the chosen classes and languages.

    Signals:
        ticked(): something else is ticked.
        written(): the person's own phrases changed.
    """

    ticked = Signal()
    written = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._shown: list[Entry] = []
        self._yields: Mapping[tuple[str, str], Yield] = {}
        self._classes: Collection[str] = ()
        self._languages: Collection[str] = ()

    def show_phrases(
        self, rows: Iterable[PhraseRow], yields: Mapping[tuple[str, str], Yield]
    ) -> None:
        """Take other phrases, all ticked."""
        self._entries = [Entry(row) for row in rows]
        self._yields = yields
        self._filter()

    def show_only(self, classes: Collection[str], languages: Collection[str]) -> None:
        """List the phrases of these classes and languages."""
        self._classes, self._languages = classes, languages
        self._filter()

    @property
    def chosen(self) -> list[PhraseRow]:
        """The phrases that are listed and ticked."""
        return [each.row for each in self._shown if each.ticked]

    @property
    def own(self) -> list[PhraseRow]:
        """The person's own phrases, listed or not."""
        return [each.row for each in self._entries if each.row.own]

    @property
    def has_yields(self) -> bool:
        """Whether any phrase was searched for before."""
        return bool(self._yields)

    def words(self, column: Column) -> set[str]:
        """What stands in a column."""
        return {self._text(each.row, column) for each in self._shown}

    def row_at(self, place: int) -> PhraseRow:
        """The phrase in that line."""
        return self._shown[place].row

    def tick_where(self, ticked: Collection[PhraseRow]) -> None:
        """Tick these phrases and no others."""
        wanted = set(ticked)
        for each in self._entries:
            each.ticked = each.row in wanted
        self._changed_all()

    def tick_lines(self, places: Sequence[int], *, on: bool) -> None:
        """Tick these lines, or take their ticks away."""
        for place in places:
            self._shown[place].ticked = on
        self._changed_all()

    def is_ticked(self, place: int) -> bool:
        """Whether the phrase in that line is ticked."""
        return self._shown[place].ticked

    @property
    def all_rows(self) -> list[PhraseRow]:
        """Every phrase of the task, listed or not."""
        return [each.row for each in self._entries]

    def add(self, row: PhraseRow) -> None:
        """Add a phrase of the person's own, ahead of the others of its class."""
        self._entries = [
            each
            for each in self._entries
            if (each.row.class_name, each.row.text) != (row.class_name, row.text)
        ]
        before = [
            n for n, each in enumerate(self._entries) if each.row.class_name == row.class_name
        ]
        self._entries.insert(before[0] if before else len(self._entries), Entry(row))
        self._filter()
        self.written.emit()

    def remove(self, places: Sequence[int]) -> int:
        """Remove the person's own phrases among these lines; return how many those were."""
        gone = {id(self._shown[place]) for place in places if self._shown[place].row.own}
        if gone:
            self._entries = [each for each in self._entries if id(each) not in gone]
            self._filter()
            self.written.emit()
        return len(gone)

    def _filter(self) -> None:
        self.beginResetModel()
        self._shown = [
            each
            for each in self._entries
            if each.row.class_name in self._classes and each.row.language in self._languages
        ]
        self.endResetModel()
        self.ticked.emit()

    def _changed_all(self) -> None:
        if self._shown:
            first = self.index(0, Column.TEXT)
            self.dataChanged.emit(first, self.index(len(self._shown) - 1, Column.TEXT))
        self.ticked.emit()

    # -- Qt's own

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """How many phrases are listed."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """How many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, way: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:  # noqa: N802
        """What stands above a column."""
        if role == _Role.TextAlignmentRole and section >= Column.FOUND:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if way is not Qt.Orientation.Horizontal or role != _Role.DisplayRole:
            return None
        return (
            self.tr("Search for"),
            self.tr("Class"),
            self.tr("Language"),
            self.tr("In English"),
            self.tr("Found"),
            self.tr("Face"),
            self.tr("Kept"),
            self.tr("Accepted"),
        )[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Phrases can be ticked, and they and their glosses edited."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == Column.TEXT:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() in (Column.TEXT, Column.GLOSS):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        """What stands in a cell."""
        entry = self._shown[index.row()]
        if role == _Role.CheckStateRole and index.column() == Column.TEXT:
            return Qt.CheckState.Checked if entry.ticked else Qt.CheckState.Unchecked
        if role == _Role.TextAlignmentRole and index.column() >= Column.FOUND:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == _Role.ToolTipRole and index.column() == Column.TEXT:
            return self.tr("{0}: {1}").format(entry.row.text, entry.row.gloss)
        if role in (_Role.DisplayRole, _Role.EditRole):
            return self._text(entry.row, Column(index.column()))
        return None

    def _text(self, row: PhraseRow, column: Column) -> str:
        if column is Column.TEXT:
            return row.text
        if column is Column.CLASS:
            return row.class_name
        if column is Column.LANGUAGE:
            return language_name(row.language)
        if column is Column.GLOSS:
            return row.gloss
        found = self._yields.get((row.class_name, row.text))
        if found is None:
            return ""
        return number((found.found, found.face, found.kept, found.accepted)[column - Column.FOUND])

    def setData(self, index: Index, value: Any, role: int = _Role.EditRole) -> bool:  # noqa: N802
        """Tick, or write another text: the phrase is then one of the person's own."""
        entry = self._shown[index.row()]
        if role == _Role.CheckStateRole:
            entry.ticked = Qt.CheckState(value) is Qt.CheckState.Checked
            self.dataChanged.emit(index, index)
            self.ticked.emit()
            return True
        text = str(value).strip()
        if role != _Role.EditRole or not text:
            return False
        changed = (
            replace(entry.row, text=text)
            if index.column() == Column.TEXT
            else replace(entry.row, gloss=text)
        )
        if changed == entry.row:
            return False
        entry.row = replace(changed, own=True, preset="")
        self.dataChanged.emit(index, index)
        self.written.emit()
        self.ticked.emit()
        return True
