"""The table of phrases with its tools: the study's queries, ticking, and one's own phrases."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.scrape.phrase_model import Column, PhraseModel
from faceapp.gui.scrape.words import language_name
from faceapp.gui.scrape.work import PhraseRow
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.widgets.icon_button import IconButton


class PhraseView(QTableView):
    """The table itself: Space ticks what is selected, Delete removes one's own phrases."""

    def __init__(self, model: PhraseModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phrases = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setAlternatingRowColors(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + UNIT + 2)
        self.setAccessibleName(self.tr("Phrases to search for"))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(Column.TEXT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.GLOSS, QHeaderView.ResizeMode.Stretch)
        model.modelReset.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """Room for every word but the phrases, and no columns for figures that are not there."""
        metrics, way = self.fontMetrics(), Qt.Orientation.Horizontal
        for column in Column:
            if column in (Column.TEXT, Column.GLOSS):
                continue
            words = [str(self._phrases.headerData(column, way)), *self._phrases.words(column)]
            widest = max(metrics.horizontalAdvance(each) for each in words)
            self.setColumnWidth(column, widest + 2 * UNIT)
            self.setColumnHidden(column, column >= Column.FOUND and not self._phrases.has_yields)
        self.setColumnHidden(Column.GLOSS, not self._phrases.is_foreign)

    def lines(self) -> list[int]:
        """The selected lines, from the top."""
        return sorted({each.row() for each in self.selectionModel().selectedRows()})

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Ticks and removals; the rest is Qt's."""
        lines = self.lines()
        if event.key() == Qt.Key.Key_Space and lines:
            on = not all(self._phrases.is_ticked(line) for line in lines)
            self._phrases.tick_lines(lines, on=on)
        elif event.key() == Qt.Key.Key_Delete and lines:
            self._phrases.remove(lines)
        else:
            super().keyPressEvent(event)


class PhraseTable(QWidget):
    """The table, what ticks many at once, and a line to add a phrase.

    Signals:
        study_wanted(): exactly the study's own queries are to be ticked.
    """

    study_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PhraseModel(self)
        self.view = PhraseView(self.model)
        self.empty = QLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        give_role(self.empty, "dim")
        self.all = self._tool(self.tr("Tick all"), self.tr("Tick every phrase that is listed"))
        self.none = self._tool(self.tr("None"), self.tr("Take every tick away"))
        self.study = self._tool(
            self.tr("The study's queries"),
            self.tr("Tick exactly what the study searched for that faceapp grew out of"),
        )
        self.all.clicked.connect(lambda: self._tick(on=True))
        self.none.clicked.connect(lambda: self._tick(on=False))
        self.study.clicked.connect(self.study_wanted)
        self._make_line()
        self._lay_out()
        self.model.modelReset.connect(self._show_empty)
        self._show_empty()

    def _tool(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        give_role(button, "quiet")
        return button

    def _make_line(self) -> None:
        self.new_class = QComboBox()
        self.new_class.setAccessibleName(self.tr("Class of the new phrase"))
        self.new_language = QComboBox()
        self.new_language.setAccessibleName(self.tr("Language of the new phrase"))
        self.new_text = QLineEdit()
        self.new_text.setPlaceholderText(self.tr("A phrase of your own"))
        self.new_text.setAccessibleName(self.tr("A phrase of your own"))
        self.new_gloss = QLineEdit()
        self.new_gloss.setPlaceholderText(self.tr("In English"))
        self.new_gloss.setAccessibleName(self.tr("The phrase in English"))
        self.add = IconButton("add", self.tr("Add"))
        self.add.setToolTip(self.tr("Add the phrase (Enter); your own can be removed (Delete)"))
        self.add.setAutoDefault(False)
        self.add.setEnabled(False)
        self.add.clicked.connect(self._add)
        for field in (self.new_text, self.new_gloss):
            field.returnPressed.connect(self._add)
        self.new_text.textChanged.connect(lambda text: self.add.setEnabled(bool(text.strip())))

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(HALF)
        self.count = QLabel()
        give_role(self.count, "dim")
        tools.addWidget(self.count)
        tools.addStretch()
        for button in (self.study, self.all, self.none):
            tools.addWidget(button)
        line = QHBoxLayout()
        line.setSpacing(HALF)
        line.addWidget(self.new_class)
        line.addWidget(self.new_language)
        line.addWidget(self.new_text, 3)
        line.addWidget(self.new_gloss, 2)
        line.addWidget(self.add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addLayout(tools)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.empty, 1)
        layout.addLayout(line)

    def offer(self, classes: Sequence[str], languages: Sequence[str]) -> None:
        """What a new phrase may be of."""
        for box, names, words in (
            (self.new_class, classes, list(classes)),
            (self.new_language, languages, [language_name(each) for each in languages]),
        ):
            before = box.currentData()
            box.clear()
            for name, text in zip(names, words, strict=True):
                box.addItem(text, name)
            box.setCurrentIndex(max(box.findData(before), 0))

    def _add(self) -> None:
        text = self.new_text.text().strip()
        if not text or self.new_class.currentData() is None:
            return
        gloss = self.new_gloss.text().strip() or text
        self.model.add(
            PhraseRow(
                self.new_class.currentData(),
                text,
                self.new_language.currentData(),
                gloss=gloss,
                own=True,
            )
        )
        self.new_text.clear()
        self.new_gloss.clear()
        self.new_text.setFocus()

    def _tick(self, *, on: bool) -> None:
        self.model.tick_lines(range(self.model.rowCount()), on=on)

    def _show_empty(self) -> None:
        nothing = self.model.rowCount() == 0
        self.view.setVisible(not nothing)
        self.empty.setVisible(nothing)
        self.empty.setText(
            self.tr("No phrase for these classes in these languages. Add one below.")
        )
