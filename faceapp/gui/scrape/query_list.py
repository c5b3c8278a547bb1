"""The queries of a scrape: how far each is, and what went wrong in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from faceapp.gui.icons import Tone, icon
from faceapp.gui.scrape.words import TROUBLED, ending_words, language_name
from faceapp.gui.scrape.work import QueryState
from faceapp.gui.text import number
from faceapp.gui.theme import UNIT

Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


class Column(IntEnum):
    """The columns, from the left."""

    QUERY = 0
    SITE = 1
    KEPT = 2
    STATE = 3


_LETTERS = {Column.SITE: 11, Column.KEPT: 11, Column.STATE: 21}


class QueryModel(QAbstractTableModel):
    """A line a query."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._states: tuple[QueryState, ...] = ()
        self._now: int | None = None
        self._running = False

    def show_states(
        self, states: tuple[QueryState, ...], now: int | None, *, running: bool
    ) -> None:
        """Show how far they are."""
        if (states, now, running) == (self._states, self._now, self._running):
            return
        same = len(states) == len(self._states)
        if not same:
            self.beginResetModel()
        self._states, self._now, self._running = states, now, running
        if not same:
            self.endResetModel()
        elif states:
            last = self.index(len(states) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    @property
    def states(self) -> Sequence[QueryState]:
        """The queries on show."""
        return self._states

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """How many queries there are."""
        return 0 if parent.isValid() else len(self._states)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """How many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, way: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:  # noqa: N802
        """What stands above a column."""
        if role == _Role.TextAlignmentRole and section == Column.KEPT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if way is not Qt.Orientation.Horizontal or role != _Role.DisplayRole:
            return None
        return (
            self.tr("Query"),
            self.tr("Site"),
            self.tr("Kept"),
            self.tr("State"),
        )[section]

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        """What stands in a cell."""
        state = self._states[index.row()]
        column = index.column()
        if role == _Role.DisplayRole:
            return (
                state.query.splitlines()[0] if state.query else "",
                state.title.removesuffix(" Images").removeprefix("Wikimedia "),
                self._kept(state),
                ending_words(state, now=index.row() == self._now, running=self._running),
            )[column]
        if role == _Role.ToolTipRole:
            language = language_name(state.language) if state.language else ""
            about = ", ".join(filter(None, (state.title, language, state.class_name)))
            return "\n".join(filter(None, (state.query, about, state.note)))
        if role == _Role.TextAlignmentRole and column == Column.KEPT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == _Role.DecorationRole and column == Column.STATE and state.ended in TROUBLED:
            return icon("warning", Tone.DIM)
        if role == _Role.FontRole and index.row() == self._now and not state.ended:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        return None

    def _kept(self, state: QueryState) -> str:
        if not state.found:
            return ""
        return self.tr("{0} of {1}").format(number(state.kept), number(state.found))


class QueryList(QTableView):
    """The table of queries."""

    def __init__(self, model: QueryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setAccessibleName(self.tr("Queries"))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + UNIT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(Column.QUERY, QHeaderView.ResizeMode.Stretch)
        letter = self.fontMetrics().averageCharWidth()
        for column, letters in _LETTERS.items():
            self.setColumnWidth(column, letters * letter)
