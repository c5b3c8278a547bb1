"""What stands against the training that is set up, and how long it would take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from faceapp.gui.icons import Tone, icon
from faceapp.gui.language import core_words
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import counted
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.train.offers import Checked
from faceapp.gui.train.parts import clear, words

if TYPE_CHECKING:
    from faceapp.training.estimating import Estimate

_LINES = 5
_MINUTE = 60


class CheckList(QWidget):
    """One line that sums up, and the problems below it, blocking ones first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = words(role="strong")
        self._duration = ""
        self._found = ""
        self._list = QWidget()
        self._grid = QGridLayout(self._list)
        self._grid.setContentsMargins(0, 0, UNIT, 0)
        self._grid.setHorizontalSpacing(UNIT)
        self._grid.setVerticalSpacing(HALF)
        self._grid.setColumnStretch(1, 1)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._list)
        self._scroll.setAccessibleName(self.tr("Problems and warnings"))
        give_role(self._scroll, "stop")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addWidget(self._summary)
        layout.addWidget(self._scroll)
        self._scroll.hide()

    @property
    def summary(self) -> str:
        """The line that sums up."""
        return self._summary.text()

    @property
    def texts(self) -> list[str]:
        """The problems listed."""
        labels = self._list.findChildren(QLabel)
        return [label.text() for label in labels if label.text()]

    def say(self, text: str) -> None:
        """Say this in place of what was found."""
        self._found, self._duration = text, ""
        self._sum_up()
        self._list_problems(())

    def show_checked(self, checked: Checked) -> None:
        """List what was found."""
        blocking = sum(problem.blocking for problem in checked.problems)
        warnings = len(checked.problems) - blocking
        said = []
        if blocking:
            said.append(counted(blocking, self.tr("1 problem"), self.tr("{0} problems")))
        if warnings:
            said.append(counted(warnings, self.tr("1 warning"), self.tr("{0} warnings")))
        self._found = ", ".join(said) or self.tr("Ready")
        self._duration = ""
        self._sum_up()
        self._list_problems([(core_words(each.text), each.blocking) for each in checked.problems])

    def show_timing(self) -> None:
        """Say that a batch is being timed."""
        self._duration = self.tr("timing a batch...")
        self._sum_up()

    def show_estimate(self, estimate: Estimate | None) -> None:
        """Say how long it would take, at most; None where that is not known."""
        self._duration = ""
        if estimate is not None:
            self._duration = self._long(estimate.seconds)
            self._summary.setToolTip(
                self.tr("Faces {0:.0f} s, caching {1:.0f} s, learning {2:.0f} s, judging {3:.0f} s")
                .format(estimate.faces, estimate.caching, estimate.learning, estimate.judging)
            )  # fmt: skip
        self._sum_up()

    def _long(self, seconds: float) -> str:
        if seconds < _MINUTE:
            return self.tr("less than a minute")
        minutes = round(seconds / _MINUTE)
        return counted(minutes, self.tr("about 1 minute"), self.tr("about {0} minutes"))

    def _sum_up(self) -> None:
        said = [part for part in (self._found, self._duration) if part]
        self._summary.setText("  \u00b7  ".join(said))

    def _list_problems(self, problems: object) -> None:
        clear(self._grid)
        side = self.fontMetrics().height()
        listed = list(problems) if isinstance(problems, list | tuple) else []
        for row, (text, blocking) in enumerate(listed):
            picture = QLabel()
            tone = Tone.TEXT if blocking else Tone.DIM
            picture.setPixmap(icon("problem" if blocking else "warning", tone).pixmap(side, side))
            picture.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(picture, row, 0)
            self._grid.addWidget(words(text, "small"), row, 1)
        self._scroll.setVisible(bool(listed))
        height = _LINES * (side + HALF) if listed else 0
        self._scroll.setFixedHeight(height)
