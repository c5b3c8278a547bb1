"""The strip at the window's foot: what runs, how far it is, how long it still takes, cancel."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import counted, number, percent, time_left
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.widgets.elided_label import ElidedLabel
from faceapp.gui.widgets.icon_button import IconButton
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.jobs import Progress

_STEPS = 1000
_TITLE_LETTERS = 12


class JobStrip(QFrame):
    """The oldest running job, and the others on demand; nothing at all where none runs."""

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[RunningJob, JobRow] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(HALF)
        self.more_button = IconButton("up")
        self.more_button.setCheckable(True)
        self.more_button.toggled.connect(self._arrange)
        give_role(self.more_button, "quiet")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, HALF, UNIT, HALF)
        layout.addLayout(self._list, 1)
        layout.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignBottom)
        self.setAccessibleName(self.tr("Running jobs"))
        self.follow(jobs)
        self._arrange()

    def follow(self, jobs: JobRunner) -> None:
        """Show the jobs of this runner as well."""
        jobs.started.connect(self._add)
        jobs.ended.connect(self._remove)
        for running in jobs.running:
            self._add(running)

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """A row for every running job, oldest first."""
        return tuple(self._rows.values())

    def _add(self, running: RunningJob) -> None:
        row = self._rows[running] = JobRow(running)
        self._list.addWidget(row)
        self._arrange()

    def _remove(self, running: RunningJob) -> None:
        row = self._rows.pop(running)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._arrange()

    def _arrange(self) -> None:
        others = len(self._rows) - 1
        unfolded = self.more_button.isChecked()
        for place, row in enumerate(self._rows.values()):
            row.setVisible(unfolded or place == 0)
        self.more_button.setVisible(others > 0)
        self.more_button.setText(
            self.tr("Fewer")
            if unfolded
            else counted(others, self.tr("{0} more job"), self.tr("{0} more jobs"))
        )
        self.more_button.show_icon("down" if unfolded else "up")
        self.setVisible(bool(self._rows))


class JobRow(QWidget):
    """One job on one line."""

    def __init__(self, running: RunningJob, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = running
        self.title = ElidedLabel()
        self.title.setText(running.title)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.state = QLabel()
        give_role(self.state, "dim")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.bar.setMinimumWidth(8 * UNIT)
        self.bar.setAccessibleName(running.title)
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setAccessibleName(self.tr("Cancel {0}").format(running.title))
        self.cancel_button.clicked.connect(running.cancel)
        give_role(self.cancel_button, "quiet")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * UNIT)
        layout.addWidget(self.title)
        layout.addWidget(self.state)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.cancel_button)
        self._keep_room()
        running.changed.connect(self._show)
        self._show()

    def _keep_room(self) -> None:
        """The bar must not jump while the numbers grow, nor leave nothing of the title."""
        widest = self.tr("{0} of {1}, {2} left").format("00,000", "00,000", "00:00")
        self.state.setMinimumWidth(self.fontMetrics().horizontalAdvance(widest))
        letters = min(len(self.title.text()), _TITLE_LETTERS)
        self.title.setMinimumWidth(letters * self.fontMetrics().averageCharWidth())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._keep_room()

    def _show(self) -> None:
        progress = self._running.progress
        self.bar.setRange(0, _STEPS if progress.total else 0)
        self.bar.setValue(round(_STEPS * progress.share))
        self.cancel_button.setEnabled(not self._running.cancelling)
        self.state.setText(self._words(progress))

    def _words(self, progress: Progress) -> str:
        if self._running.cancelling:
            return self.tr("stopping...")
        if not progress.total:
            return ""
        words = (
            self.tr("{0} of {1}").format(number(int(progress.done)), number(int(progress.total)))
            if progress.total > 1
            else percent(progress.share)
        )
        seconds = self._running.seconds_left
        if seconds is None:
            return words
        return self.tr("{0}, {1} left").format(words, time_left(seconds))
