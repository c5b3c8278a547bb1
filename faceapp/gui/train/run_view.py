"""What is seen while a training runs: plots, steps, pace, how validation is answered, the log."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.language import core_words
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import percent, time_left
from faceapp.gui.theme import UNIT, colours_of
from faceapp.gui.train import curves
from faceapp.gui.train.confusion import ConfusionView
from faceapp.gui.train.parts import Framed, words
from faceapp.gui.train.phases import PhaseRow
from faceapp.gui.train.plot import PlotView
from faceapp.gui.train.progress import TrainingProgress
from faceapp.gui.widgets.elided_label import ElidedLabel
from faceapp.gui.widgets.thin_bar import ThinBar
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.training.events import LogLine, TrainingEvent

_PARTS = 1000


class RunView(QWidget):
    """One training under way.

    Signals:
        keep_wanted(): stop, and keep the best.
        discard_wanted(): stop, and keep nothing.
    """

    keep_wanted = Signal()
    discard_wanted = Signal()

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.progress = TrainingProgress()
        self._job: RunningJob | None = None
        self._names: dict[str, str] = {
            "faces": self.tr("Faces"),
            "caching": self.tr("Caching"),
            "head": self.tr("Head"),
            "tuning": self.tr("Fine-tuning"),
            "judging": self.tr("Judging"),
        }
        self._steps: list[str] = []
        self._stopping, self._stopped = "", ""
        self.title = ElidedLabel()
        give_role(self.title, "heading")
        self.phases = PhaseRow()
        self.bar = ThinBar()
        self.line = words(role="dim")
        self.plot = PlotView(jobs)
        self.plot.setAccessibleName(self.tr("Loss and accuracy"))
        self.confusion = ConfusionView(self.tr("Validation as it is answered now"), clickable=False)
        self.log = QPlainTextEdit(readOnly=True)
        self.log.setAccessibleName(self.tr("Log"))
        self.log.setMaximumBlockCount(500)
        self.log.setMinimumHeight(12 * UNIT)
        self.keep_button = QPushButton(self.tr("Stop and keep the best"))
        self.discard_button = QPushButton(self.tr("Discard..."))
        self.discard_button.setToolTip(self.tr("Stop and remove what it has learned"))
        give_role(self.discard_button, "quiet")
        self.keep_button.clicked.connect(self.keep_wanted)
        self.discard_button.clicked.connect(self.discard_wanted)
        self._show_keep()
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        head.addWidget(self.title, 1)
        head.addWidget(self.keep_button)
        head.addWidget(self.discard_button)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        layout.setSpacing(UNIT)
        layout.addLayout(head)
        layout.addWidget(self.phases)
        layout.addWidget(self.bar)
        layout.addWidget(self.line)
        layout.addWidget(Framed("", self.plot), 1)
        self._confusion_card = Framed(self.tr("Validation, as it is answered now"), self.confusion)
        below = QHBoxLayout()
        below.setSpacing(UNIT)
        below.addWidget(self._confusion_card, 3)
        below.addWidget(self.log, 2)
        layout.addLayout(below)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def begin(self, title: str, steps: list[str], job: RunningJob | None) -> None:
        """Show a training that has just begun and will take these steps."""
        self.progress = TrainingProgress()
        self._job, self._steps = job, steps
        self.title.setText(title)
        self.log.clear()
        self._confusion_card.hide()
        self.confusion.show_counts((), ())
        self.show_stopping("")
        if job is not None:
            job.changed.connect(self._show_line)
        self._show_phase()
        self._show_plot()
        self._show_line()

    def hear(self, events: Iterable[TrainingEvent]) -> None:
        """Take in what the training told."""
        progress, told = self.progress, list(events)
        points, rows = len(progress.points), list(progress.rows)
        phase, confusion = progress.phase, progress.confusion
        progress.hear(told)
        for line in (event for event in told if isinstance(event, LogLine)):
            self.log.appendPlainText(line.text)
        if progress.phase != phase:
            self._show_phase()
        if progress.rows != rows or progress.phase != phase:
            self._show_plot()
        elif len(progress.points) > points:
            self._add_points(points)
        if progress.confusion is not None and progress.confusion is not confusion:
            found = progress.confusion
            self._confusion_card.show()
            self.confusion.show_counts(found.classes, found.counts)
        self._show_line()

    def show_stopping(self, text: str, stopped: str = "") -> None:
        """Say that it is being stopped, and take no second wish; "" takes wishes again.

        `stopped` is said instead once the learning has ended and what it has is judged.
        """
        self._stopping, self._stopped = text, stopped
        self._show_keep()
        self._show_line()

    def _show_keep(self) -> None:
        """Offer to keep the best once there is something to keep."""
        learned = self.progress.has_learned
        self.keep_button.setEnabled(learned and not self._stopping)
        self.keep_button.setToolTip(
            self.tr("Judge and save what it has learned (Ctrl+K)")
            if learned
            else self.tr("Nothing is learned yet: there is nothing to keep")
        )

    @property
    def idle(self) -> bool:
        """Whether the plot shows what was heard."""
        return self.plot.idle

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_plot()

    def _show_phase(self) -> None:
        phase = self.progress.phase
        at = self._steps.index(phase) if phase in self._steps else -1
        self.phases.show_phases([self._names[step] for step in self._steps], at)
        self._show_keep()

    def _show_plot(self) -> None:
        progress = self.progress
        found = curves.panels(
            progress.rows, colours_of(self), points=progress.points, epochs=progress.epochs
        )
        self.plot.show_panels(found, curves.words(progress.rows))

    def _add_points(self, since: int) -> None:
        """Single points at once; the whole is drawn with the next epoch, or with the first ones."""
        colour = curves.train_and_validation(colours_of(self))[0]
        new = self.progress.points[since:]
        if since == 0:
            self._show_plot()
        self.plot.add_points(
            [(curves.LOSS, x, loss, colour) for x, loss, _ in new]
            + [(curves.ACCURACY, x, right, colour) for x, _, right in new]
        )

    def _show_line(self) -> None:
        progress, said = self.progress, []
        if self._stopping:
            at_the_end = progress.phase == "judging" and self._stopped
            said.append(self._stopped if at_the_end else self._stopping)
        if progress.parts > 1:
            said.append(self.tr("model {0} of {1}").format(progress.part, progress.parts))
        if progress.epoch:
            said.append(self.tr("epoch {0} of {1}").format(progress.epoch, progress.epochs))
        if progress.phase == "tuning" and progress.batch is not None:
            batch = progress.batch
            said.append(self.tr("batch {0} of {1}").format(batch.batch, batch.batches))
        if progress.images_a_second and progress.phase == "tuning":
            said.append(self.tr("{0:.1f} images/s").format(progress.images_a_second))
        if self._job is not None:
            share, left = self._job.progress.share, self._job.seconds_left
            if self._job.progress.what and progress.phase in {"faces", "caching", "judging"}:
                said.append(core_words(self._job.progress.what))
            said.append(percent(share))
            if left is not None:
                said.append(self.tr("{0} left").format(time_left(left)))
            self.bar.show_share(round(_PARTS * share), _PARTS, percent(share))
        self.line.setText("  \u00b7  ".join(said) or self.tr("Starting..."))

    def end(self) -> None:
        """It is over."""
        self._job = None
