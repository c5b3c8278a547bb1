"""Runs beside one another: figures on the same test images, curves, answers that changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.icons import Tone
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import began_short, counted, number
from faceapp.gui.theme import UNIT
from faceapp.gui.train.curves import last_phase
from faceapp.gui.train.drawing import Line, Panel
from faceapp.gui.train.figures import Compared
from faceapp.gui.train.parts import Framed, words
from faceapp.gui.train.plot import PlotView
from faceapp.gui.widgets.icon_button import IconButton
from faceapp.gui.workers import JobRunner

# Okabe & Ito, those that read on light and dark.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_SURE = 0.05
_LISTED = 50


class CompareView(QWidget):
    """Two runs or more.

    Signals:
        samples_wanted(list, str): ids of samples to be listed, and words for them.
    """

    samples_wanted = Signal(object, str)

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.compared: Compared | None = None
        self.title = words(role="heading")
        self.verdict = words()
        self.figures = self._table(self.tr("Figures on the images in common"))
        self.changed = self._table(self.tr("Images whose answer changed"))
        self.plot = PlotView(jobs)
        self.plot.setAccessibleName(self.tr("Learning curves, overlaid"))
        self.see_button = IconButton("next", self.tr("See the changed images"), Tone.ON_ACCENT)
        self.see_button.setToolTip(self.tr("List them on the Label page"))
        give_role(self.see_button, "primary")
        self.see_button.clicked.connect(self._see)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.see_button)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        layout.setSpacing(2 * UNIT)
        layout.addLayout(head)
        layout.addWidget(self.verdict)
        layout.addWidget(self.figures)
        layout.addWidget(Framed(self.tr("Learning curves in validation"), self.plot))
        layout.addWidget(self.changed)
        layout.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _table(self, name: str) -> QTableWidget:
        table = QTableWidget(0, 0)
        table.setAccessibleName(name)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        return table

    @property
    def idle(self) -> bool:
        """Whether everything is drawn."""
        return self.plot.idle

    def show_compared(self, compared: Compared) -> None:
        """Show these runs."""
        self.compared = compared
        found = compared.comparison
        said = counted(found.n, self.tr("1 image"), self.tr("{0} images"))
        self.title.setText(
            self.tr("{0} runs on the {1} that all were tested on").format(len(found.figures), said)
        )
        self.verdict.setText(self._verdict(compared))
        against = {each.run: each for each in found.against}
        rows = []
        for figures in found.figures:
            other = against.get(figures.run)
            alone = f"{other.only_this} : {other.only_first}" if other else ""
            rows.append(
                (
                    self._name(figures.run),
                    f"{100 * figures.balanced_accuracy:.1f}%",
                    f"{100 * figures.accuracy:.1f}%",
                    alone,
                    f"{other.p:.3f}" if other else "",
                )
            )
        titles = (
            self.tr("Run"),
            self.tr("Balanced"),
            self.tr("Plain"),
            self.tr("Right alone, it : the first"),
            self.tr("McNemar p"),
        )
        _fill(self.figures, titles, rows)
        changed = [
            (each.image, each.truth, " \u2192 ".join(each.answers))
            for each in found.changed[:_LISTED]
        ]
        _fill(self.changed, (self.tr("Image"), self.tr("Shows"), self.tr("Answers")), changed)
        self.changed.setVisible(bool(changed))
        self.see_button.setVisible(bool(compared.changed))
        self._show_curves()

    def _name(self, run: str) -> str:
        assert self.compared is not None
        return f"{self.compared.recipes.get(run, '')}, {began_short(run)}"

    def _verdict(self, compared: Compared) -> str:
        found = compared.comparison
        changed = counted(
            len(found.changed),
            self.tr("The answer changed for 1 image."),
            self.tr("The answer changed for {0} images."),
        )
        sure = [each for each in found.against if each.p < _SURE]
        if not sure:
            return (
                changed
                + " "
                + self.tr(
                    "No difference from the first run is more than chance may make "
                    "(McNemar's test, p of {0} or more)."
                ).format(_SURE)
            )
        names = "; ".join(
            self.tr("{0} is {1}").format(
                self._name(each.run),
                self.tr("better") if each.only_this > each.only_first else self.tr("worse"),
            )
            for each in sure
        )
        return (
            changed
            + " "
            + self.tr(
                "Against the first run {0}: more than chance would make (McNemar's test)."
            ).format(names)
        )

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.compared is not None:
            self._show_curves()

    def _show_curves(self) -> None:
        assert self.compared is not None
        loss, accuracy = [], []
        runs = self.compared.comparison.figures
        for place, figures in enumerate(runs):
            rows = last_phase(self.compared.curves.get(figures.run, ()))
            colour, x = _COLOURS[place % len(_COLOURS)], [float(row.epoch) for row in rows]
            name = self._name(figures.run)
            loss.append(Line("", x, [row.validation_loss for row in rows], colour))
            right = [row.validation_balanced_accuracy for row in rows]
            accuracy.append(Line(name, x, right, colour))
        epoch = self.tr("epoch")
        self.plot.show_panels(
            [
                Panel(self.tr("Loss"), epoch, tuple(loss)),
                Panel(self.tr("Balanced accuracy"), epoch, tuple(accuracy), y_range=(0.0, 1.02)),
            ],
            self.title.text(),
        )

    def _see(self) -> None:
        if self.compared is not None:
            ids = list(self.compared.changed)
            said = self.tr("answers that changed between {0} runs").format(
                number(len(self.compared.comparison.figures))
            )
            self.samples_wanted.emit(ids, said)


def _fill(table: QTableWidget, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table.setColumnCount(len(titles))
    table.setHorizontalHeaderLabels(list(titles))
    table.setRowCount(len(rows))
    for place, row in enumerate(rows):
        for column, text in enumerate(row):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            table.setItem(place, column, item)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    row_height = table.verticalHeader().defaultSectionSize()
    shown = min(max(len(rows), 1), 8)
    table.setFixedHeight(header.sizeHint().height() + shown * row_height + 4)
