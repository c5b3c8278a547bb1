"""What is known of one sample: its labels so far, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QAbstractItemView, QTabWidget, QTreeWidget, QTreeWidgetItem, QWidget

from faceapp.dataset import Label, Origin, Sample, Source
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import source_in_full
from faceapp.gui.theme import SMALL, colours_of, sized


class SampleDetails(QTabWidget):
    """Two lists: history and provenance."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("History and provenance"))
        self.tabBar().setAccessibleName(self.accessibleName())
        give_role(self.tabBar(), "inner")
        self.tabBar().setDrawBase(False)
        self.setDocumentMode(True)
        self.setFont(sized(self.font(), SMALL))
        self.history = self._list(self.tr("Label history"))
        self.provenance = self._list(self.tr("Provenance"))
        self.addTab(self.history, self.tr("History"))
        self.addTab(self.provenance, self.tr("About"))

    def show_sample(
        self, sample: Sample | None, labels: Sequence[Label], source: Source | None
    ) -> None:
        """Show what is known of a sample; newest label first."""
        self.history.clear()
        self.provenance.clear()
        dim = QBrush(QColor(colours_of(self).dim))
        for label in reversed(labels):
            words = [label.answer or self.tr("unsure"), self._who(label), when(label.time)]
            item = QTreeWidgetItem([f"{label.task}: {words[0]}", ", ".join(words[1:])])
            item.setForeground(1, dim)
            item.setToolTip(1, item.text(1))
            if label.undone:
                font = item.font(0)
                font.setStrikeOut(True)
                item.setFont(0, font)
                item.setForeground(0, dim)
                item.setToolTip(0, self.tr("undone"))
            self.history.addTopLevelItem(item)
        if not labels and sample is not None:
            self.history.addTopLevelItem(QTreeWidgetItem([self.tr("No label yet")]))
        for name, value in self._facts(sample, source):
            item = QTreeWidgetItem([name, value])
            item.setForeground(0, dim)
            item.setToolTip(1, value)
            self.provenance.addTopLevelItem(item)
        self.provenance.resizeColumnToContents(0)
        self.history.resizeColumnToContents(0)

    def _who(self, label: Label) -> str:
        words: Mapping[Origin, str] = {
            Origin.PERSON: self.tr("you"),
            Origin.IMPORT: self.tr("import"),
            Origin.PROPOSAL: self.tr("accepted suggestion"),
        }
        return f"{words[label.origin]} ({label.rater})" if label.rater else words[label.origin]

    def _facts(self, sample: Sample | None, source: Source | None) -> Iterator[tuple[str, str]]:
        if sample is None:
            return
        yield self.tr("name"), sample.name
        yield self.tr("size"), f"{sample.width} x {sample.height}, {sample.format}"
        if sample.group:
            yield self.tr("person"), sample.group
        if source is not None:
            yield self.tr("source"), source_in_full(source)
        yield self.tr("added"), when(sample.added)
        for name, value in sample.provenance.items():
            yield str(name).replace("_", " "), str(value)

    def _list(self, name: str) -> QTreeWidget:
        made = QTreeWidget()
        made.setColumnCount(2)
        made.setHeaderHidden(True)
        made.setRootIsDecorated(False)
        made.setIndentation(0)
        made.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setFrameShape(QTreeWidget.Shape.NoFrame)
        made.setAccessibleName(name)
        return made


def when(time: str) -> str:
    """A moment, ISO-8601 in UTC, as the clock on the wall has it; this year's without the year."""
    try:
        moment = datetime.fromisoformat(time).astimezone()
    except ValueError:
        return time
    this_year = moment.year == datetime.now(UTC).astimezone().year
    return moment.strftime("%d %b %H:%M" if this_year else "%d %b %Y")
