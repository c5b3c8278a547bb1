"""How the work goes: labels a minute, and what is left."""

from __future__ import annotations

import time

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from faceapp.dataset import Task
from faceapp.gui.label.pace import Pace, duration
from faceapp.gui.label.reading import Counts
from faceapp.gui.language import localised
from faceapp.gui.text import number
from faceapp.gui.theme import UNIT
from faceapp.gui.widgets.thin_bar import ThinBar

_BAR_WIDTH = 16 * UNIT


class StatusLine(QWidget):
    """One line at the page's foot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pace = Pace()
        self._left = 0
        self.done = QLabel()
        self.pace = QLabel()
        self.progress = ThinBar()
        self.progress.setFixedWidth(_BAR_WIDTH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(UNIT, 0, UNIT, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(self.progress)
        layout.addWidget(self.done)
        layout.addStretch()
        layout.addWidget(self.pace)

    def show_counts(self, task: Task | None, counts: Counts) -> None:
        """Show how many samples have an answer."""
        self.setVisible(task is not None and counts.samples > 0)
        if task is None or counts.classes is None:
            return
        self._left = counts.classes.unlabelled
        labelled = counts.samples - self._left
        words = self.tr("{0} of {1} labelled in {2}, {3} left").format(
            number(labelled),
            number(counts.samples),
            task.name,
            number(self._left),
        )
        self.progress.show_share(labelled, counts.samples, words)
        self.done.setText(words)
        self._show_pace()

    def add(self, labels: int) -> None:
        """Count labels that were just given."""
        self._pace.add(labels, time.monotonic())
        self._show_pace()

    def _show_pace(self) -> None:
        now = time.monotonic()
        pace = self._pace.per_minute(now)
        minutes = self._pace.minutes_left(self._left, now)
        if pace is None or minutes is None:
            self.pace.clear()
            return
        words = self.tr("{0} labels a minute").format(localised(f"{pace:,.0f}"))
        if self._left:
            words += self.tr(", about {0} to go").format(duration(minutes))
        self.pace.setText(words)
