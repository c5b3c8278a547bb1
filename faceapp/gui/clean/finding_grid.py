"""The findings of one kind as thumbnails: thousands of them, and only those in sight are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from faceapp.dataset import Dataset
from faceapp.gui.itemmodels.samples import SamplesModel
from faceapp.gui.language import localised
from faceapp.gui.samples.delegate import SampleDelegate
from faceapp.gui.samples.grid import SampleGrid
from faceapp.gui.theme import HALF, UNIT, colours_of

if TYPE_CHECKING:
    from faceapp.cleaning.cleaning import Beyond


class FindingsModel(SamplesModel):
    """Findings by place; each stands for its first sample, or for a file that is none."""

    def __init__(self, dataset: Dataset, parent: QWidget | None = None) -> None:
        super().__init__(dataset, parent)
        self.findings: Beyond | None = None

    def show_findings(self, findings: Beyond | None) -> None:
        """List these findings."""
        self.findings = findings
        firsts = [] if findings is None else [findings.sample(p) for p in range(len(findings))]
        # A finding without a sample has an id that no sample has.
        self.set_ids([first or -1 - place for place, first in enumerate(firsts)])

    def size(self, position: int) -> int:
        """How many samples a finding is about."""
        return self.findings.size(position) if self.findings is not None else 0

    def file(self, position: int) -> str:
        """Name of the first file of a finding; of a class that has none, its own name."""
        if self.findings is None:
            return ""
        found = self.findings[position]
        return found.files[0] if found.files else str(found.detail.get("class", ""))


class FindingDelegate(SampleDelegate):
    """Paints a finding's first sample, and how many there are of its family."""

    def paint_over(self, painter: QPainter, picture: QRect, position: int) -> None:
        """Draw the number of a family's samples."""
        number = _model(self).size(position)
        if number < 2:
            return
        colours = colours_of(self._view)
        words = localised(f"{number:,}")
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = painter.fontMetrics().height() + 2
        width = max(high, painter.fontMetrics().horizontalAdvance(words) + UNIT + HALF)
        foot = picture.bottom() - high - HALF
        badge = QRectF(picture.right() - width - HALF, foot, width, high)
        painter.setPen(QColor(colours.base))
        painter.setBrush(QColor(colours.accent))
        painter.drawRoundedRect(badge, high / 2, high / 2)
        painter.setPen(QColor(colours.on_accent))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()

    def paint_gone(self, painter: QPainter, option: QStyleOptionViewItem, position: int) -> None:
        """Draw the name of a file that is no sample."""
        margin = 2 * HALF
        place: QRect = option.rect.adjusted(margin, margin, -margin, -margin)
        self.paint_words(painter, place, _model(self).file(position))


def _model(delegate: FindingDelegate) -> FindingsModel:
    model = delegate._model  # noqa: SLF001 - its own, by its narrower type
    assert isinstance(model, FindingsModel)
    return model


class FindingGrid(SampleGrid):
    """The thumbnails of one kind's findings."""

    def __init__(self, model: FindingsModel, key: Callable[[QKeyEvent], bool]) -> None:
        super().__init__(model, key, delegate=FindingDelegate)
        self.setAccessibleName(self.tr("Findings"))
