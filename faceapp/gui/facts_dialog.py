"""Help > Check this computer: what was looked at, what asks for attention, and all of it copied."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextOption
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.language import error_words
from faceapp.gui.services import Fact
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import counted
from faceapp.gui.theme import HALF, UNIT, colours_of
from faceapp.gui.workers import JobRunner
from faceapp.jobs import Job

Look = Callable[[Job], Sequence[Fact]]


class FactsDialog(QDialog):
    """Has the computer looked at while it is open, and shows a line for each fact."""

    def __init__(self, look: Look, jobs: JobRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Check this computer"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.facts: tuple[Fact, ...] = ()
        self._make()
        self.resize(92 * UNIT, 66 * UNIT)
        job = jobs.start(
            self.windowTitle(), look, done=self._show, failed=self._show_failure, quiet=True
        )
        self.finished.connect(job.cancel)

    def _make(self) -> None:
        self.summary = QLabel(self.tr("Looking at processor, memory, weights and folders..."))
        self.summary.setWordWrap(True)
        give_role(self.summary, "heading")
        note = QLabel(self.tr("Nothing of this is sent anywhere. Copy it into a report yourself."))
        note.setWordWrap(True)
        give_role(note, "dim")
        self.lines = QTextEdit(readOnly=True)
        self.lines.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.lines.setAccessibleName(self.windowTitle())
        self.copy_button = QPushButton(self.tr("&Copy all"))
        self.copy_button.setEnabled(False)
        self.copy_button.clicked.connect(self.copy)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        layout.setSpacing(UNIT)
        for widget in (self.summary, note):
            layout.addWidget(widget)
        layout.addWidget(self.lines, 1)
        layout.addLayout(buttons)

    def copy(self) -> None:
        """Put every fact on the clipboard as lines of text, and say so on the button."""
        QGuiApplication.clipboard().setText(self.text())
        self.copy_button.setText(self.tr("Copied"))

    def text(self) -> str:
        """Every fact as a line; what asks for attention begins with "!"."""
        return "".join(f"{' ' if f.fine else '!'} {f.name}: {f.value}\n" for f in self.facts)

    def _show(self, facts: Sequence[Fact]) -> None:
        # What asks for attention comes first, where it is seen.
        self.facts = tuple(sorted(facts, key=lambda fact: fact.fine))
        attention = sum(not fact.fine for fact in facts)
        self.summary.setText(
            counted(attention, self.tr("1 thing asks for attention."),
                    self.tr("{0} things ask for attention."))
            if attention
            else self.tr("Everything that faceapp needs is here.")
        )  # fmt: skip
        rows = "".join(self._row(fact) for fact in self.facts)
        self.lines.setHtml(f"<table cellspacing=0 cellpadding={HALF}>{rows}</table>")
        self.copy_button.setEnabled(True)
        self.copy_button.setFocus()

    def _row(self, fact: Fact) -> str:
        name, value = html.escape(fact.name), html.escape(fact.value)
        if not fact.fine:
            colour = colours_of(self).problem
            name = f"<span style='color: {colour}'>! {name}</span>"
        return f"<tr><td style='white-space: pre'><b>{name}</b></td><td>{value}</td></tr>"

    def _show_failure(self, error: Exception) -> None:
        self._show([Fact(self.tr("The check itself"), error_words(error), fine=False)])
