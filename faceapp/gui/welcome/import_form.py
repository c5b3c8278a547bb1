"""The left side of the import dialog: how the folder is to be understood."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from faceapp.dataset.importing import ImportOptions
from faceapp.gui.dialogs import choose_file
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.welcome.guesses import (
    NAME_AND_NUMBER,
    columns_of,
    pattern_for,
    people_column,
    table_for,
    tables_in,
)

_OWN_PATTERN = "own"
_OTHER_TABLE = "other"
_KNOWN_TASKS = ("expression", "sex")


class ImportForm(QWidget):
    """Table, columns, task and people; begins with what the folder suggests.

    Signals:
        changed(): something else was chosen.
    """

    changed = Signal()

    def __init__(
        self, source: Path, tasks: Sequence[str], csv: Path | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._last_table: Path | None = None
        self.table = QComboBox()
        self.columns = {name: QComboBox() for name in ("image", "label", "rater", "group")}
        self.task = QComboBox()
        self.pattern = QComboBox()
        self.own_pattern = QLineEdit()
        self.in_place = QCheckBox(self.tr("Lea&ve the images where they are"))
        self._fill(tasks, csv)
        self._lay_out()
        self._name_all()
        self._show_choices()
        self._connect()

    def _fill(self, tasks: Sequence[str], csv: Path | None) -> None:
        self.table.addItem(self.tr("None"), None)
        for path in tables_in(self._source):
            self.table.addItem(path.name, path)
        self.table.addItem(self.tr("Choose another..."), _OTHER_TABLE)
        self.choose_table(csv or table_for(self._source))
        self.task.setEditable(True)
        self.task.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.task.addItem(self.tr("Found out from the source"), None)
        for task in dict.fromkeys([*tasks, *_KNOWN_TASKS]):
            self.task.addItem(task, task)
        self.pattern.addItem(self.tr("Each image is its own person"), None)
        self.pattern.addItem(self.tr("Name and number: Anna_0001.jpg"), NAME_AND_NUMBER)
        self.pattern.addItem(self.tr("A pattern of my own"), _OWN_PATTERN)
        self.pattern.setCurrentIndex(self.pattern.findData(pattern_for(self._source)))
        self.own_pattern.setText(NAME_AND_NUMBER)
        self.in_place.setToolTip(
            self.tr("Nothing is copied; the dataset's folder can then no longer be moved.")
        )

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._form.setVerticalSpacing(HALF)
        self._form.addRow(self.tr("Labels in a &table (CSV)"), self.table)
        for name, words in self._column_words().items():
            self._form.addRow(words, self.columns[name])
        self._form.addRow(self.tr("T&ask that the labels answer"), self.task)
        self._form.addRow(self.tr("&Who is shown, by file name"), self.pattern)
        self._form.addRow(self.own_pattern)
        note = QLabel(
            self.tr(
                "Images of one person stay together: a model is tested on people unknown to it."
            )
        )
        note.setWordWrap(True)
        give_role(note, "dim")
        self._form.addRow(note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, UNIT, 0)
        layout.setSpacing(UNIT)
        layout.addLayout(self._form)
        layout.addWidget(self.in_place)
        layout.addStretch(1)
        narrow = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        for box in (self.table, *self.columns.values(), self.task, self.pattern):
            box.setMinimumContentsLength(12)
            box.setSizeAdjustPolicy(narrow)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _column_words(self) -> dict[str, str]:
        return {
            "image": self.tr("Column with the &image's name"),
            "label": self.tr("Column with the la&bel"),
            "rater": self.tr("Column that says who &rated"),
            "group": self.tr("Column that says who is &shown"),
        }

    def _name_all(self) -> None:
        self.table.setAccessibleName(self.tr("Table with labels"))
        self.task.setAccessibleName(self.tr("Task"))
        self.pattern.setAccessibleName(self.tr("Who is shown, by file name"))
        self.own_pattern.setAccessibleName(self.tr("Pattern of file names"))
        for column, words in self._column_words().items():
            self.columns[column].setAccessibleName(words.replace("&", ""))

    def _connect(self) -> None:
        self.table.activated.connect(self._choose_other)
        self.table.currentIndexChanged.connect(self._show_choices)
        self.pattern.currentIndexChanged.connect(self._show_choices)
        for box in (self.table, *self.columns.values(), self.pattern):
            box.currentIndexChanged.connect(lambda _place: self.changed.emit())
        self.task.currentTextChanged.connect(lambda _text: self.changed.emit())
        self.own_pattern.textChanged.connect(lambda _text: self.changed.emit())

    def choose_table(self, path: Path | None) -> None:
        """Take a table, also one that is not listed yet; None takes none."""
        listed = [self.table.itemData(place) for place in range(self.table.count())]
        if path not in listed and path is not None:
            self.table.insertItem(len(listed) - 1, path.name, path)
            listed.insert(len(listed) - 1, path)
        self.table.setCurrentIndex(listed.index(path))

    def _choose_other(self, place: int) -> None:
        if self.table.itemData(place) == _OTHER_TABLE:
            kinds = self.tr("Tables (*.csv *.tsv *.txt)")
            chosen = choose_file(self, self.tr("Table with labels"), self._source, kinds)
            self.choose_table(chosen or self._last_table)

    @property
    def csv(self) -> Path | None:
        """The table chosen; while another is being looked for, the one before."""
        chosen = self.table.currentData()
        if chosen == _OTHER_TABLE:
            return self._last_table
        return chosen if isinstance(chosen, Path) else None

    def _show_choices(self) -> None:
        """Offer the columns of the table, and only what goes with the choices so far."""
        before, csv = self._last_table, self.csv
        self._last_table = csv
        names = columns_of(csv) if csv else ()
        for name, box in self.columns.items():
            kept = box.currentData()
            if name == "group" and csv != before:
                kept = people_column(names)
            with QSignalBlocker(box):
                box.clear()
                box.addItem(self._unchosen(name), None)
                for column in names:
                    box.addItem(column, column)
                box.setCurrentIndex(max(0, box.findData(kept)))
            self._form.setRowVisible(box, csv is not None)
        own = self.pattern.currentData() == _OWN_PATTERN
        self._form.setRowVisible(self.own_pattern, own)

    def _unchosen(self, column: str) -> str:
        return self.tr("None") if column == "group" else self.tr("Found by its usual name")

    def options(self) -> ImportOptions:
        """What was chosen."""
        pattern = self.pattern.currentData()
        if pattern == _OWN_PATTERN:
            pattern = self.own_pattern.text().strip() or None
        columns = {name: box.currentData() for name, box in self.columns.items()}
        return ImportOptions(
            task=self._task(),
            csv=self.csv,
            image_column=columns["image"],
            label_column=columns["label"],
            rater_column=columns["rater"],
            group_column=columns["group"],
            group_pattern=pattern,
            in_place=self.in_place.isChecked(),
        )

    def _task(self) -> str | None:
        """The task typed or chosen; None where it is to be found out."""
        text = self.task.currentText().strip()
        listed = self.task.findText(text, Qt.MatchFlag.MatchExactly)
        if listed < 0:
            return text or None
        chosen: str | None = self.task.itemData(listed)
        return chosen
