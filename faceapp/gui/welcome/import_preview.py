"""The right side of the import dialog: what the import will do, before it does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from faceapp.dataset.importing import ImportPlan
from faceapp.dataset.vocabulary import default_classes
from faceapp.gui.language import core_words
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import counted, number
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.widgets.charts import BarList, Part

_LISTED = 8


class ImportPreview(QScrollArea):
    """Shows a plan, that it is being made, or why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        give_role(self, "card")
        self.setAccessibleName(self.tr("What the import will do"))
        self.say(self.tr("Looking through the folder..."))

    def say(self, title: str, explanation: str = "") -> None:
        """Show words in place of a plan."""
        self._show([self._heading(title), self._line(explanation)])

    def show_plan(self, plan: ImportPlan) -> None:
        """Show what an import would find."""
        widgets: list[QWidget] = [
            self._heading(counted(plan.images, self.tr("1 image"), self.tr("{0} images"))),
            self._line(self._layout_words(plan), dim=True),
        ]
        for task, classes in plan.classes.items():
            widgets += self._task(task, classes)
        widgets += [self._line(line) for line in self._lines(plan)]
        widgets += self._troubles(plan)
        self._show(widgets)

    def words(self) -> str:
        """Everything shown in words."""
        return "\n".join(label.text() for label in self.findChildren(QLabel))

    def _show(self, widgets: Iterable[QWidget]) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(2 * UNIT, UNIT + HALF, 2 * UNIT, UNIT + HALF)
        layout.setSpacing(UNIT)
        for widget in widgets:
            layout.addWidget(widget)
        layout.addStretch(1)
        self.setWidget(content)
        content.setAutoFillBackground(False)

    def _layout_words(self, plan: ImportPlan) -> str:
        return {
            "csv": self.tr("Labels come from the table."),
            "exported": self.tr("An export of faceapp: it comes back as it was."),
            "us10k": self.tr(
                "The 10k US Adult Faces Database: sex and expression by every rater, without "
                "failed catch questions; how strong each expression is comes along."
            ),
            "folders": self.tr("The folders' names are the labels."),
            "flat": self.tr("No labels: the images come in to be labelled here."),
        }.get(plan.layout, plan.layout)

    def _task(self, task: str, classes: Mapping[str, int]) -> list[QWidget]:
        bars = BarList(task)
        bars.show_parts(
            [
                Part(each.name, each.colour, classes[each.name])
                for each in default_classes(tuple(classes))
            ]
        )
        return [self._subheading(task), bars]

    def _lines(self, plan: ImportPlan) -> list[str]:
        lines = []
        if plan.unsure:
            lines.append(
                counted(
                    plan.unsure, self.tr("1 label says unsure."), self.tr("{0} labels say unsure.")
                )
            )
        if plan.raters:
            one, many = self.tr("1 rater: {1}"), self.tr("{0} raters: {1}")
            lines.append(counted(len(plan.raters), one, many, _some(plan.raters)))
        if plan.groups:
            one, many = self.tr("1 person told apart."), self.tr("{0} people told apart.")
            lines.append(counted(plan.groups, one, many))
        else:
            lines.append(self.tr("Nobody told apart: each image counts as its own person."))
        return lines

    def _troubles(self, plan: ImportPlan) -> list[QWidget]:
        widgets: list[QWidget] = []
        if plan.unknown_labels:
            words = [f"{word} ({number(count)})" for word, count in plan.unknown_labels.items()]
            widgets += [
                self._subheading(self.tr("Words not understood")),
                self._line(_some(words)),
                self._line(self.tr("These images come in unlabelled."), dim=True),
            ]
        if plan.refused:
            refused = [f"{each.file}: {core_words(each.reason)}" for each in plan.refused]
            one, many = self.tr("1 refused"), self.tr("{0} refused")
            widgets += [
                self._subheading(counted(len(refused), one, many)),
                self._line(_some(refused, "\n")),
            ]
        return widgets

    def _heading(self, text: str) -> QLabel:
        label = self._line(text)
        give_role(label, "heading")
        return label

    def _subheading(self, text: str) -> QLabel:
        label = self._line(text[:1].upper() + text[1:])
        give_role(label, "strong")
        return label

    def _line(self, text: str, *, dim: bool = False) -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        if dim:
            give_role(label, "dim")
        return label


def _some(words: Sequence[str], between: str = ", ") -> str:
    """The first few of many."""
    shown = list(words[:_LISTED])
    if len(words) > _LISTED:
        shown.append("...")
    return between.join(shown)
