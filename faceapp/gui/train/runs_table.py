"""Every run of the dataset in a table, and what can be done with those that are selected."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.settings import Settings
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import began_short
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.train.offers import RunList, Unfinished
from faceapp.gui.train.parts import clear, words
from faceapp.gui.train.run_columns import COLUMNS, HIDDEN_COLUMNS

if TYPE_CHECKING:
    from faceapp.training.records import RunRecord

_NOTE = len(COLUMNS) - 1
_LEAST_LETTERS = 6  # of any column
_FOLDER = Qt.ItemDataRole.UserRole
_SORTED_BY = Qt.ItemDataRole.UserRole + 1


class _Cell(QTableWidgetItem):
    """A cell that sorts by its value, not by its words."""

    def __lt__(self, other: QTableWidgetItem) -> bool:
        mine, theirs = self.data(_SORTED_BY), other.data(_SORTED_BY)
        return bool(mine < theirs)


class RunsTable(QWidget):
    """The runs, newest first until sorted otherwise.

    Signals:
        selected(list): folders of the selected runs, in the order of the table.
        resume_wanted(Unfinished), remove_wanted(list): of unfinished runs; folders to be deleted.
        note_changed(Path, str): the person wrote a note on a run.
        compare_wanted(list), export_wanted(Path): of the selected runs.
    """

    selected = Signal(object)
    resume_wanted = Signal(object)
    remove_wanted = Signal(object)
    note_changed = Signal(object, str)
    compare_wanted = Signal(object)
    export_wanted = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._list = RunList()
        self._told: list[Path] = []
        self.heading = words(self.tr("Runs"), "strong")
        self.delete_button = QPushButton(self.tr("Delete..."))
        self.delete_button.setToolTip(self.tr("Delete the selected runs (Del)"))
        give_role(self.delete_button, "quiet")
        self.compare_button = QPushButton(self.tr("Compare"))
        self.compare_button.setToolTip(
            self.tr("Compare the selected runs: select two or more with Ctrl (Ctrl+D)")
        )
        self.export_button = QPushButton(self.tr("Export..."))
        self.export_button.setToolTip(self.tr("Write the selected run's model for use elsewhere"))
        self.columns_button = QPushButton(self.tr("Columns"))
        self.columns_button.setToolTip(self.tr("Which columns the table has"))
        give_role(self.columns_button, "quiet")
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter  ( / )"))
        self.filter.setAccessibleName(self.tr("Show only runs that hold this text"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(24 * UNIT)
        self.table = QTableWidget(0, 0)
        self.table.setAccessibleName(self.tr("Runs"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        trigger = QAbstractItemView.EditTrigger
        self.table.setEditTriggers(trigger.DoubleClicked | trigger.EditKeyPressed)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.setSortingEnabled(True)
        self._make_columns()
        self.offers = QVBoxLayout()
        self.offers.setSpacing(HALF)
        self.resume_buttons: list[QPushButton] = []
        self.tools = QHBoxLayout()
        self.tools.setSpacing(UNIT)
        self.tools.addWidget(self.heading, 1)
        for each in (
            self.filter,
            self.columns_button,
            self.compare_button,
            self.export_button,
            self.delete_button,
        ):
            self.tools.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        layout.setSpacing(HALF)
        layout.addLayout(self.tools)
        layout.addLayout(self.offers)
        layout.addWidget(self.table, 1)
        self.table.itemSelectionChanged.connect(self._tell)
        self.table.itemChanged.connect(self._take_note)
        self.filter.textChanged.connect(self._filter)
        self.delete_button.clicked.connect(lambda: self.remove_wanted.emit(self.folders))
        self.compare_button.clicked.connect(lambda: self.compare_wanted.emit(self.folders))
        self.export_button.clicked.connect(lambda: self.export_wanted.emit(self.folders[0]))
        self._tell()

    @property
    def folders(self) -> list[Path]:
        """Folders of the selected runs, in the order of the table."""
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        return [self._folder(row) for row in rows]

    def _folder(self, row: int) -> Path:
        folder: Path = self.table.model().index(row, 0).data(_FOLDER)
        return folder

    @property
    def runs(self) -> RunList:
        """What is listed."""
        return self._list

    def show_runs(self, runs: RunList, *, busy: bool) -> None:
        """List these; while a training runs none can be resumed."""
        kept = self.folders
        self._list = runs
        self._show_offers(runs.unfinished, busy=busy)
        self.table.blockSignals(True)
        self.table.setSortingEnabled(False)
        self.table.setRowCount(len(runs.records))
        for row, record in enumerate(runs.records):
            self._fill(row, record)
        self.table.setSortingEnabled(True)
        self.table.blockSignals(False)
        self._fit()
        self._filter(self.filter.text())
        self.select(kept)

    # -- columns

    def _make_columns(self) -> None:
        header = self.table.horizontalHeader()
        self.table.setColumnCount(len(COLUMNS))
        self.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(_LEAST_LETTERS * self.fontMetrics().averageCharWidth())
        header.setSectionsMovable(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        menu = QMenu(self.columns_button)
        hidden = self._settings.get(HIDDEN_COLUMNS)
        for place, column in enumerate(COLUMNS):
            title = QTableWidgetItem(column.title)
            title.setToolTip(column.about)
            self.table.setHorizontalHeaderItem(place, title)
            mode = QHeaderView.ResizeMode
            header.setSectionResizeMode(place, mode.Interactive if column.letters else mode.Stretch)
            if column.kept:
                continue
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(column.name not in hidden)
            action.toggled.connect(lambda on, at=place: self.show_column(at, shown=on))
            header.addAction(action)
            self.table.setColumnHidden(place, column.name in hidden)
        self.columns_button.setMenu(menu)

    def show_column(self, place: int, *, shown: bool) -> None:
        """Show or hide a column, today and from now on."""
        self.table.setColumnHidden(place, not shown)
        hidden = [c.name for at, c in enumerate(COLUMNS) if self.table.isColumnHidden(at)]
        self._settings.set(HIDDEN_COLUMNS, hidden)
        self._fit()

    def _fit(self) -> None:
        """Give each column what it says, within its bounds; the last ones share what is left."""
        letter, header = self.fontMetrics().averageCharWidth(), self.table.horizontalHeader()
        for place, column in enumerate(COLUMNS):
            if not column.letters or self.table.isColumnHidden(place):
                continue
            said = min(self.table.sizeHintForColumn(place), column.letters * letter)
            self.table.setColumnWidth(place, max(said, header.sectionSizeHint(place)))

    def _take_note(self, cell: QTableWidgetItem) -> None:
        if cell.column() == _NOTE:
            self.note_changed.emit(cell.data(_FOLDER), cell.text())

    def _filter(self, text: str) -> None:
        """Show only the rows that hold the text."""
        for row in range(self.table.rowCount()):
            cells = (
                str(self.table.model().index(row, column).data() or "")
                for column in range(self.table.columnCount())
            )
            self.table.setRowHidden(row, text.lower() not in " ".join(cells).lower())

    def select(self, folders: Sequence[Path]) -> None:
        """Select the runs of these folders."""
        self.table.blockSignals(True)
        self.table.clearSelection()
        mode = QAbstractItemView.SelectionMode
        self.table.setSelectionMode(mode.MultiSelection)
        for row in range(self.table.rowCount()):
            if self._folder(row) in folders:
                self.table.selectRow(row)
        self.table.setSelectionMode(mode.ExtendedSelection)
        self.table.blockSignals(False)
        self._tell()

    def _fill(self, row: int, record: RunRecord) -> None:
        note = self._list.notes.get(record.folder, "")
        for place, column in enumerate(COLUMNS):
            text = column.text(record, note)
            cell = _Cell(text)
            cell.setData(_SORTED_BY, column.order(record, note))
            cell.setData(_FOLDER, record.folder)
            cell.setToolTip(record.name if place == 0 else text)
            if place == _NOTE:
                cell.setToolTip(text or column.about)
            else:
                cell.setFlags(cell.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self.table.setItem(row, place, cell)

    def _show_offers(self, unfinished: Sequence[Unfinished], *, busy: bool) -> None:
        clear(self.offers)
        self.resume_buttons = []
        for run in unfinished:
            row = QWidget()
            layout = QHBoxLayout(row)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(UNIT)
            text = self.tr("Unfinished: {0}, {1}, of {2}").format(
                run.task, run.recipe, began_short(run.name)
            )
            resume, remove = QPushButton(self.tr("Resume")), QPushButton(self.tr("Remove..."))
            give_role(remove, "quiet")
            resume.setEnabled(not busy)
            resume.setAccessibleName(self.tr("Resume {0}").format(run.name))
            remove.setAccessibleName(self.tr("Remove {0}").format(run.name))
            resume.clicked.connect(lambda _=False, r=run: self.resume_wanted.emit(r))
            remove.clicked.connect(lambda _=False, r=run: self.remove_wanted.emit([r.folder]))
            layout.addWidget(words(text), 1)
            layout.addWidget(resume)
            layout.addWidget(remove)
            self.offers.addWidget(row)
            self.resume_buttons.append(resume)

    def _tell(self) -> None:
        folders = self.folders
        self.delete_button.setEnabled(bool(folders))
        self.compare_button.setEnabled(len(folders) > 1)
        self.export_button.setEnabled(len(folders) == 1)
        if folders != self._told:
            self._told = folders
            self.selected.emit(folders)
