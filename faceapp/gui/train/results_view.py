"""What a finished run found: one large figure, what it stands against, and where it errs."""

from __future__ import annotations

from math import isnan

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.icons import Tone
from faceapp.gui.session import DatasetSession
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import counted, number, percent, time_left
from faceapp.gui.theme import UNIT, colours_of
from faceapp.gui.train import curves
from faceapp.gui.train.confusion import ConfusionView
from faceapp.gui.train.drawing import Line, Panel
from faceapp.gui.train.figures import RunDetails
from faceapp.gui.train.gallery import ErrorGallery
from faceapp.gui.train.parts import Framed, words
from faceapp.gui.train.plot import PlotView
from faceapp.gui.train.share_bars import ShareBars, ShareLine
from faceapp.gui.train.study import study_figure
from faceapp.gui.widgets.elided_label import ElidedLabel
from faceapp.gui.widgets.icon_button import IconButton
from faceapp.gui.workers import JobRunner

_OVERFITTED = 0.15


def points(share: float) -> str:
    """A share in 0..1 in percent with one digit: "63.0"."""
    return f"{100 * share:.1f}"


class ResultsView(QWidget):
    """One run.

    Signals:
        samples_wanted(list, str): ids of samples to be listed, and words for them.
        report_wanted(), live_wanted(): what the buttons say.
        closed(): back to setting up.
    """

    samples_wanted = Signal(object, str)
    report_wanted = Signal()
    live_wanted = Signal()

    def __init__(
        self, session: DatasetSession, jobs: JobRunner, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.details: RunDetails | None = None
        self._session = session
        self._make(session, jobs)
        self._lay_out()
        self.confusion.chosen.connect(self._show_cell)
        self.gallery.chosen.connect(self.samples_wanted)
        self.report_button.clicked.connect(self.report_wanted)
        self.live_button.clicked.connect(self.live_wanted)

    def _make(self, session: DatasetSession, jobs: JobRunner) -> None:
        self.title = ElidedLabel()
        give_role(self.title, "heading")
        self.figure = QLabel()
        give_role(self.figure, "display")
        self.meaning = words()
        self.baselines = words(role="dim")
        self.study = words(role="dim")
        self.gap = words()
        self.notes = words(role="dim small")
        self.confusion = ConfusionView(self.tr("Confusion of test images"), clickable=True)
        self.gallery = ErrorGallery(session)
        self.per_class = ShareBars(self.tr("Recall of each class"))
        self.parts = ShareBars(self.tr("Accuracy by other tasks and by source"))
        self.reliability = PlotView(jobs)
        self.reliability.setAccessibleName(self.tr("Reliability"))
        self.plot = PlotView(jobs)
        self.plot.setAccessibleName(self.tr("Learning curves"))
        self.report_button = QPushButton(self.tr("Open report"))
        self.report_button.setToolTip(self.tr("Open report.html of this run (Ctrl+Shift+O)"))
        self.live_button = IconButton("next", self.tr("Use in Live"), Tone.ON_ACCENT)
        self.live_button.setToolTip(self.tr("Read the camera with this model (Ctrl+L)"))
        give_role(self.live_button, "primary")

    def _lay_out(self) -> None:
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(UNIT)
        self.buttons.addWidget(self.title, 1)
        self.buttons.addWidget(self.report_button)
        self.buttons.addWidget(self.live_button)
        said = QVBoxLayout()
        said.setSpacing(UNIT)
        for each in (self.meaning, self.baselines, self.study, self.gap):
            said.addWidget(each)
        said.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(3 * UNIT)
        top.addWidget(self.figure, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(said, 1)
        figures = QWidget()
        figures.setLayout(top)
        top.setContentsMargins(0, 0, 0, 0)
        self.cards = QVBoxLayout()
        self.cards.setSpacing(2 * UNIT)
        heading = self.tr("Test images: what they show, and what was answered. Click a cell.")
        self.cards.addWidget(Framed("", figures))
        self.cards.addWidget(Framed(heading, self.confusion))
        self.cards.addWidget(Framed(self.tr("Most confident errors"), self.gallery))
        pair = QHBoxLayout()
        pair.setSpacing(2 * UNIT)
        pair.addWidget(Framed(self.tr("Recall of each class"), self.per_class), 1)
        self._parts = Framed(self.tr("Accuracy by other tasks and by source"), self.parts)
        pair.addWidget(self._parts, 1)
        self.cards.addLayout(pair)
        self._curves = Framed(self.tr("Learning curves"), self.plot)
        self.cards.addWidget(self._curves)
        self.cards.addWidget(
            Framed(
                self.tr("Reliability: how often it is right when it is so sure"), self.reliability
            )
        )
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        layout.setSpacing(2 * UNIT)
        layout.addLayout(self.buttons)
        layout.addLayout(self.cards)
        layout.addWidget(self.notes)
        layout.addStretch(1)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

    @property
    def idle(self) -> bool:
        """Whether everything is drawn."""
        return self.plot.idle and self.reliability.idle and self.gallery.idle

    def show_details(self, details: RunDetails) -> None:
        """Show this run."""
        self.details = details
        record = details.record
        self.title.setText(self.tr("{0}, recipe {1}").format(record.task, record.recipe))
        self.title.setToolTip(record.name)
        self.figure.setText(f"{points(record.balanced)}%")
        self.meaning.setText(self._meaning(details))
        self.baselines.setText(self._baselines(details))
        self.study.setText(self._study(details))
        self.gap.setText(self._gap(details))
        self.notes.setText("\n".join(details.notes))
        self.notes.setVisible(bool(details.notes))
        self.report_button.setEnabled(details.has_report)
        self.confusion.show_counts(record.classes, details.confusion)
        self.gallery.show_errors(details, with_heat=True)
        self._show_classes(details)
        self._show_parts(details)
        self._show_curves()
        self._scroll.verticalScrollBar().setValue(0)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.details is not None:
            self._show_curves()

    def _show_curves(self) -> None:
        assert self.details is not None
        rows = curves.last_phase(self.details.curve)
        best = self.details.best_epoch
        self._curves.setVisible(bool(rows))
        self.plot.show_panels(
            curves.panels(rows, colours_of(self), best=best) if rows else (), curves.words(rows)
        )
        self._show_reliability(self.details)

    def _show_reliability(self, details: RunDetails) -> None:
        bins = details.reliability
        colour = curves.train_and_validation(colours_of(self))[0]
        x, y = [each.confidence for each in bins], [each.accuracy for each in bins]
        line = Line("", x, y, colour)
        title = self.tr(
            "Calibration error {0:.2f}; on the dotted line it is as right as it is sure"
        )
        panel = Panel(
            title.format(details.calibration_error),
            self.tr("how sure"),
            (line,),
            (0.0, 1.0),
            (0.0, 1.02),
            diagonal=True,
        )
        said = ", ".join(f"{a:.2f}: {b:.2f}" for a, b in zip(x, y, strict=True))
        self.reliability.show_panels([panel], said)

    def _show_classes(self, details: RunDetails) -> None:
        task = next(
            (t for t in self._session.dataset.tasks() if t.name == details.record.task), None
        )
        colours = {each.name: each.colour for each in task.classes} if task else {}
        self.per_class.show_lines(
            [
                ShareLine(
                    each.name,
                    each.recall,
                    self.tr("{0} of {1}, precision {2}").format(
                        percent(each.recall), number(each.count), percent(each.precision)
                    ),
                    colours.get(each.name, ""),
                )
                for each in details.per_class
            ]
        )

    def _show_parts(self, details: RunDetails) -> None:
        lines = []
        for heading, parts in details.parts:
            lines.append(ShareLine(self.tr("By {0}").format(heading)))
            for each in parts:
                said = self.tr("{0} of {1}").format(percent(each.accuracy), number(each.count))
                lines.append(ShareLine(each.name, each.accuracy, said))
        self.parts.show_lines(lines)
        self._parts.setVisible(bool(lines))

    def _meaning(self, details: RunDetails) -> str:
        record = details.record
        low, high = record.interval
        whom = (self.tr("1 person"), self.tr("{0} people"))
        if details.split_by == "family":
            whom = (self.tr("1 family"), self.tr("{0} families of near-duplicates"))
        return self.tr(
            "balanced accuracy on {0} of {1} it never saw; 95% interval {2} to {3}%"
        ).format(
            counted(record.n, self.tr("1 image"), self.tr("{0} images")),
            counted(details.groups, *whom),
            points(low),
            points(high),
        )

    def _baselines(self, details: RunDetails) -> str:
        low, high = details.accuracy_interval
        return self.tr(
            "Chance {0}%.  Plain accuracy {1}% ({2} to {3}%); always answering the commonest class "
            "gives {4}%."
        ).format(
            points(details.chance),
            points(details.record.accuracy),
            points(low),
            points(high),
            points(details.majority),
        )

    def _study(self, details: RunDetails) -> str:
        found = study_figure(details.record.classes)
        if found is None:
            return self.tr("The study made no experiment with exactly these classes.")
        return self.tr(
            "The study reached {0}% plain accuracy with these classes, on {1} other images."
        ).format(points(found.accuracy), number(found.n))

    def _gap(self, details: RunDetails) -> str:
        gap = details.record.train_minus_validation
        if isnan(gap):
            return self.tr("How far it overfits is not known: there was no validation.")
        said = self.tr("Training minus validation: {0} points ({1}% and {2}%).").format(
            f"{100 * gap:+.1f}", points(details.train), points(details.validation)
        )
        if gap > _OVERFITTED:
            said += " " + self.tr(
                "It knows its training faces by heart: more people help, or a larger penalty."
            )
        return said + " " + self.tr("Took {0}.").format(time_left(details.record.seconds))

    def _show_cell(self, truth: str, predicted: str) -> None:
        if self.details is None:
            return
        ids = self.details.of_cell(truth, predicted)
        said = self.tr("{0} answered {1}").format(truth, predicted)
        self.samples_wanted.emit(ids, said)
