"""The left side of the Label page: everything that samples can be chosen by, with counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from faceapp.dataset import Origin, Task
from faceapp.gui.icons import Tone, icon
from faceapp.gui.kinds import finding_words
from faceapp.gui.label.filters import Choice, Facet, Filters, count_of
from faceapp.gui.label.reading import SIDES, Counts
from faceapp.gui.stylesheet import give_role
from faceapp.gui.tab_order import tab_through
from faceapp.gui.text import source_words
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.widgets.choice_row import ChoiceRow

_TYPING_MS = 200


@dataclass(frozen=True)
class Line:
    """One line of the panel; `colour` "" has no dot."""

    choice: Choice
    text: str
    colour: str = ""


@dataclass(frozen=True)
class Section:
    """Lines under a heading."""

    title: str
    lines: tuple[Line, ...]


class FilterPanel(QWidget):
    """Search field and sections of lines.

    Signals:
        changed(Filters): something else was chosen.
        left(): the search is over, the keys may go back to the grid.
    """

    changed = Signal(object)
    left = Signal()

    def __init__(self, *, model_disagrees: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model_disagrees = model_disagrees
        self._filters = Filters()
        self._sections: tuple[Section, ...] = ()
        self._rows: dict[Choice, ChoiceRow] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search  ( / )"))
        self.search.setAccessibleName(self.tr("Search in names"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", Tone.DIM), QLineEdit.ActionPosition.LeadingPosition)
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._take_text)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.returnPressed.connect(self._leave_search)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.search)
        escape.setContext(Qt.ShortcutContext.WidgetShortcut)
        escape.activated.connect(self._leave_search)
        self.everything = ChoiceRow(self.tr("All samples"))
        self.everything.clicked.connect(lambda: self._choose(Filters()))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self._build()

    def _build(self) -> None:
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(0, 0, HALF, UNIT)
        lines.setSpacing(0)
        lines.addWidget(self.everything)
        lines.addLayout(self._lines)
        lines.addStretch()
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(UNIT, UNIT, HALF, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(self.search)
        layout.addWidget(area, 1)

    @property
    def filters(self) -> Filters:
        """What is chosen."""
        return self._filters

    def set_filters(self, filters: Filters) -> None:
        """Show another choice without telling of it."""
        self._filters = filters
        if filters.text != self.search.text():
            self.search.setText(filters.text)
            self._typing.stop()
        self._check()

    def row(self, choice: Choice) -> ChoiceRow | None:
        """The line of a choice, where there is one."""
        return self._rows.get(choice)

    def show_counts(self, task: Task | None, counts: Counts) -> None:
        """Show the lines that this task and these sources have, with their counts."""
        sections = tuple(self._wanted(task, counts))
        if sections != self._sections:
            self._sections = sections
            self._rebuild()
        self.everything.set_count(counts.samples)
        for choice, row in self._rows.items():
            if choice.facet is Facet.GIVEN:
                row.set_count(len(self._filters.given))
            elif choice.facet is Facet.SPLIT:
                row.set_count(counts.sides.get(str(choice.value)))
            elif choice.facet is Facet.MODEL_DISAGREES:  # a model is asked once it is chosen
                chosen = choice in self._filters.chosen
                row.set_count(counts.facets.total if chosen else None)
            else:
                row.set_count(count_of(choice, counts.facets))
        self._check()

    def _wanted(self, task: Task | None, counts: Counts) -> Iterator[Section]:
        facets = counts.facets
        if given := self._filters.values(Facet.GIVEN):
            yield Section(
                self.tr("Shown"), tuple(Line(Choice(Facet.GIVEN, w), str(w)) for w in given)
            )
        if task is not None:
            yield Section(task.name, tuple(self._answer_lines(task)))
        special = [
            Line(Choice(Facet.PROPOSED), self.tr("to review")),
            Line(Choice(Facet.DISAGREED), self.tr("raters disagree")),
        ]
        if self._model_disagrees:
            special.append(Line(Choice(Facet.MODEL_DISAGREES), self.tr("model disagrees")))
        attention = special if task is not None else []
        attention.append(Line(Choice(Facet.QUARANTINED), self.tr("in quarantine")))
        yield Section(self.tr("Attention"), tuple(attention))
        if kinds := [*facets.findings, *self._chosen(Facet.FINDING, facets.findings)]:
            lines = (Line(Choice(Facet.FINDING, k), finding_words(str(k))) for k in kinds)
            yield Section(self.tr("Findings"), tuple(lines))
        if len(counts.sources) > 1:
            lines = (Line(Choice(Facet.SOURCE, s.id), source_words(s)) for s in counts.sources)
            yield Section(self.tr("Source"), tuple(lines))
        if task is not None:
            yield Section(self.tr("Label from"), tuple(self._origin_lines()))
        if counts.sides:
            words = dict(
                zip(
                    SIDES,
                    (self.tr("training"), self.tr("validation"), self.tr("test")),
                    strict=True,
                )
            )
            lines = (Line(Choice(Facet.SPLIT, side), words[side]) for side in SIDES)
            yield Section(self.tr("Last run"), tuple(lines))

    def _answer_lines(self, task: Task) -> Iterator[Line]:
        for each in task.classes:
            yield Line(Choice(Facet.CLASS, each.name), each.name, each.colour)
        yield Line(Choice(Facet.UNSURE), self.tr("unsure"))
        yield Line(Choice(Facet.UNLABELLED), self.tr("unlabelled"))

    def _origin_lines(self) -> Iterator[Line]:
        words = {
            Origin.PERSON: self.tr("you"),
            Origin.IMPORT: self.tr("import"),
            Origin.PROPOSAL: self.tr("accepted"),
        }
        for origin, text in words.items():
            yield Line(Choice(Facet.ORIGIN, origin.value), text)

    def _chosen(self, facet: Facet, known: object) -> list[str]:
        """Values that are chosen though nothing has them any more: their line must stay."""
        assert isinstance(known, dict)
        return [str(value) for value in self._filters.values(facet) if value not in known]

    def _rebuild(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._rows.clear()
        for section in self._sections:
            title = QLabel(section.title)
            give_role(title, "small strong")
            title.setContentsMargins(UNIT, UNIT + HALF, 0, HALF)
            self._lines.addWidget(title)
            for line in section.lines:
                row = ChoiceRow(line.text, line.colour)
                row.clicked.connect(lambda _=False, c=line.choice: self._toggle(c))
                self._rows[line.choice] = row
                self._lines.addWidget(row)
        tab_through(self)

    def _toggle(self, choice: Choice) -> None:
        self._choose(self._filters.toggled(choice))

    def _choose(self, filters: Filters) -> None:
        self.set_filters(filters)
        self.changed.emit(filters)

    def _check(self) -> None:
        for choice, row in self._rows.items():
            row.setChecked(choice in self._filters.chosen)
        self.everything.setChecked(not self._filters)

    def _take_text(self) -> None:
        if self.search.text() != self._filters.text:
            self._choose(replace(self._filters, text=self.search.text()))

    def _leave_search(self) -> None:
        self._typing.stop()
        self._take_text()
        self.left.emit()
