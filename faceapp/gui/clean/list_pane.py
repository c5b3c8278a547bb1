"""The right side of the Clean page: the findings of a kind, and the threshold that chooses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from faceapp.dataset import Dataset
from faceapp.gui.clean.finding_grid import FindingGrid, FindingsModel
from faceapp.gui.clean.findings import Findings
from faceapp.gui.clean.threshold_view import ThresholdView, apart
from faceapp.gui.language import localised
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import counted
from faceapp.gui.theme import HALF, UNIT

if TYPE_CHECKING:
    from faceapp.cleaning import Check, Cleaning

_SIDE = 112


class ListPane(QWidget):
    """Thumbnails above, histogram below.

    Signals:
        threshold_moved(float): the person moves the threshold.
    """

    threshold_moved = Signal(float)

    def __init__(self, dataset: Dataset, key: Callable[[QKeyEvent], bool]) -> None:
        super().__init__()
        self.model = FindingsModel(dataset, self)
        self.grid = FindingGrid(self.model, key)
        self.grid.set_side(_SIDE)
        self.words = QLabel()
        give_role(self.words, "strong")
        self.measured = QLabel()
        self.measured.setWordWrap(True)
        give_role(self.measured, "dim small")
        self.threshold = ThresholdView()
        self.usual = QPushButton(self.tr("Usual"))
        give_role(self.usual, "quiet")
        self.usual.setToolTip(self.tr("Put the threshold back to where it is by itself"))
        self.usual.clicked.connect(lambda: self.threshold_moved.emit(self.threshold.usual))
        self.threshold.moved.connect(self.threshold_moved)
        self._shown: tuple[str, int] | None = None
        self._build()

    def _build(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(HALF)
        below.addWidget(self.measured, 1)
        below.addWidget(self.usual)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(HALF, UNIT, 0, HALF)
        layout.setSpacing(HALF)
        layout.addWidget(self.words)
        layout.addWidget(self.grid, 1)
        layout.addWidget(self.threshold)
        layout.addLayout(below)

    def show_findings(self, findings: Findings) -> None:
        """List the findings of the kind on show."""
        shown = findings.shown
        self.model.show_findings(shown)
        self.grid.restore()
        number = len(shown) if shown is not None else 0
        self.words.setText(counted(number, self.tr("1 finding"), self.tr("{0} findings")))
        cleaning, recalled = findings.cleaning, findings.recalled
        if cleaning is None or recalled is None or findings.kind not in findings.thresholds:
            self._show_threshold_tools(shown=False)
            return
        check = recalled.checks[findings.kind]
        self._show_values(cleaning, check, findings.thresholds[findings.kind])

    def _show_values(self, cleaning: Cleaning, check: Check, threshold: float) -> None:
        worst_first = cleaning.values(check.kind)
        values = worst_first if check.worse == "low" else worst_first[::-1]
        self._show_threshold_tools(shown=apart(values))
        if not apart(values):
            self._shown = None
            return
        known = (check.kind, id(cleaning.measured))
        if known == self._shown:
            self.threshold.show_threshold(threshold)
        else:
            self._shown = known
            self.threshold.show_values(
                values,
                (check.worst, check.best),
                low=check.worse == "low",
                usual=check.threshold,
                threshold=threshold,
                form=value_format(check.reason),
            )
        words = self.tr("below") if check.worse == "low" else self.tr("from")
        shown = format(threshold, value_format(check.reason))
        self.measured.setText(
            self.tr("{0} values; findings {1} {2}").format(
                localised(f"{len(values):,}"), words, shown
            )
        )
        self.usual.setVisible(threshold != check.threshold)

    def _show_threshold_tools(self, *, shown: bool) -> None:
        self.threshold.setVisible(shown)
        self.measured.setVisible(shown)
        self.usual.setVisible(shown)


def value_format(reason: str) -> str:
    """How a check writes its values: the format of {value} in its reason."""
    found = re.search(r"\{value:([^}]*)\}", reason)
    return found.group(1) if found else "g"
