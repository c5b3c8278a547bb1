"""Tuning on screen: what may vary, how long, trials as they come, and what made the difference."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.icons import Tone
from faceapp.gui.language import core_words
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import percent, time_left
from faceapp.gui.theme import UNIT, colours_of
from faceapp.gui.train import curves, recipe_words
from faceapp.gui.train.drawing import Line, Panel
from faceapp.gui.train.parts import Framed, words
from faceapp.gui.train.plot import PlotView
from faceapp.gui.train.share_bars import ShareBars, ShareLine
from faceapp.gui.train.trials_table import TrialsTable
from faceapp.gui.train.tuning_space import SpaceForm
from faceapp.gui.widgets.elided_label import ElidedLabel
from faceapp.gui.widgets.icon_button import IconButton
from faceapp.gui.widgets.thin_bar import ThinBar
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.training.trials.told import Trial, Tuning

_PARTS = 1000
_ALL = 100  # of the room, but for a rest
_TRIALS, _MOST_TRIALS, _MOST_MINUTES = 20, 9999, 9999


class TuningView(QWidget):
    """One study: set up, under way, or finished.

    Signals:
        start_wanted(), stop_wanted(), closed(): what the buttons say.
        recipe_wanted(Trial, str): the settings of a trial as a recipe of that name.
        storage_named(): another storage is to be read.
        study_chosen(): another study, or a new one.
    """

    start_wanted = Signal()
    stop_wanted = Signal()
    closed = Signal()
    recipe_wanted = Signal(object, str)
    storage_named = Signal()
    study_chosen = Signal()

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tuning: Tuning | None = None
        self._job: RunningJob | None = None
        self._stopping = False
        self._make_head()
        self._make_set_up()
        self._make_results(jobs)
        self._lay_out()
        self.start_button.clicked.connect(self.start_wanted)
        self.stop_button.clicked.connect(self.stop_wanted)
        self.close_button.clicked.connect(self.closed)
        self.storage.editingFinished.connect(self.storage_named)
        self.study.currentIndexChanged.connect(self.study_chosen)
        self.table.chosen.connect(self._allow_recipe)
        self.recipe_button.clicked.connect(self._want_recipe)
        self.recipe_name.returnPressed.connect(self._want_recipe)
        for keys, button in (("Esc", self.close_button), ("Ctrl+K", self.stop_button)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        self.none_yet.hide()
        self.show_tuning(None)
        self.end()

    def _make_head(self) -> None:
        self.title = ElidedLabel()
        give_role(self.title, "heading")
        self.start_button = IconButton("next", self.tr("Start tuning"), Tone.ON_ACCENT)
        give_role(self.start_button, "primary")
        self.stop_button = QPushButton(self.tr("Stop"))
        self.stop_button.setToolTip(self.tr("Stop now; finished trials stay (Ctrl+K)"))
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setToolTip(self.tr("Back to the runs (Esc)"))
        give_role(self.close_button, "quiet")
        self.about = words(role="dim")
        self.problem = words()
        self.bar = ThinBar()
        self.line = words(role="dim")

    def _make_set_up(self) -> None:
        self.space = SpaceForm()
        self.study = QComboBox()
        self.study.setAccessibleName(self.tr("Study"))
        self.study.setToolTip(self.tr("Begin a new study, or add trials to one that there is"))
        self.study.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.study.setMinimumContentsLength(12)
        self.trials = self._spin(_TRIALS, _MOST_TRIALS, self.tr("Trials to make"))
        self.minutes = self._spin(0, _MOST_MINUTES, self.tr("Minutes"))
        self.minutes.setToolTip(self.tr("After these minutes no further trial begins"))
        self.minutes.setSuffix(self.tr(" min"))
        self.storage = QLineEdit()
        self.storage.setPlaceholderText(self.tr("in this dataset"))
        self.storage.setAccessibleName(self.tr("Storage URL"))
        self.storage.setToolTip(
            self.tr(
                "A database that several machines share, such as "
                "postgresql+pg8000://user@host/database. Each runs faceapp tune with it."
            )
        )

    def _spin(self, value: int, most: int, name: str) -> QSpinBox:
        spin = QSpinBox(minimum=0, maximum=most)
        spin.setSpecialValueText(self.tr("no limit"))
        spin.setValue(value)
        spin.setAccessibleName(name)
        spin.setToolTip(name)
        spin.setMinimumHeight(self.study.sizeHint().height())
        return spin

    def _make_results(self, jobs: JobRunner) -> None:
        self.plot = PlotView(jobs)
        self.plot.setAccessibleName(self.tr("Best so far"))
        self.importance = ShareBars(self.tr("What made the difference"))
        self.table = TrialsTable()
        self.none_yet = words(role="dim")
        self.recipe_name = QLineEdit()
        self.recipe_name.setPlaceholderText(self.tr("Name of my recipe"))
        self.recipe_name.setAccessibleName(self.tr("Name of my recipe"))
        self.recipe_button = QPushButton(self.tr("Use as recipe"))
        self.recipe_button.setToolTip(
            self.tr("Save the settings of the selected trial, else of the best, as a recipe")
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        head.addWidget(self.title, 1)
        for each in (self.close_button, self.stop_button, self.start_button):
            head.addWidget(each)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        layout.setSpacing(UNIT)
        layout.addLayout(head)
        for widget in (self.about, self.problem, self.bar, self.line, self._set_up_cards()):
            layout.addWidget(widget)
        layout.addWidget(self.none_yet)
        layout.addWidget(self._result_cards(), _ALL)
        layout.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _set_up_cards(self) -> QWidget:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(2 * UNIT)
        form.setVerticalSpacing(UNIT)
        for name, field in (
            (self.tr("Study"), self.study),
            (self.tr("Trials"), self.trials),
            (self.tr("Time"), self.minutes),
            (self.tr("Storage"), self.storage),
        ):
            form.addRow(name, field)
        until = QWidget()
        until.setLayout(form)
        self.set_up = QWidget()
        self.set_up.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        row = QHBoxLayout(self.set_up)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * UNIT)
        row.addWidget(Framed(self.tr("What may vary"), self.space), 1)
        row.addWidget(Framed(self.tr("How long, and where it is kept"), until), 1)
        return self.set_up

    def _result_cards(self) -> QWidget:
        self.results = QWidget()
        layout = QVBoxLayout(self.results)
        layout.setContentsMargins(0, UNIT, 0, 0)
        layout.setSpacing(2 * UNIT)
        pair = QHBoxLayout()
        pair.setSpacing(2 * UNIT)
        pair.addWidget(Framed("", self.plot), 3)
        self.importance_card = Framed(self.tr("What made the difference"), self.importance)
        pair.addWidget(self.importance_card, 2)
        use = QHBoxLayout()
        use.setSpacing(UNIT)
        use.addStretch(1)
        use.addWidget(self.recipe_name, 1)
        use.addWidget(self.recipe_button)
        below = QWidget()
        below.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        inner = QVBoxLayout(below)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.table, 1)
        inner.addLayout(use)
        layout.addLayout(pair, 1)
        layout.addWidget(Framed(self.tr("Trials"), below), 1)
        return self.results

    # -- set-up

    def list_studies(self, studies: Sequence[Tuning], new: str) -> None:
        """Offer a new study of that name, and those that there are."""
        kept = self.study.currentData()
        self.study.blockSignals(True)
        self.study.clear()
        self.study.addItem(self.tr("New: {0}").format(new), None)
        for each in studies:
            self.study.addItem(each.study, each.study)
        self.study.setCurrentIndex(max(0, self.study.findData(kept)))
        self.study.blockSignals(False)

    @property
    def chosen_study(self) -> str | None:
        """The study to go on with; None for a new one."""
        name: str | None = self.study.currentData()
        return name

    def choose_study(self, name: str) -> None:
        """Choose a study that is listed."""
        self.study.setCurrentIndex(max(0, self.study.findData(name)))

    def entitle(self, title: str, *, goes_on: bool) -> None:
        """Say what is tuned, and how: a new study, or one that goes on."""
        self.title.setText(title)
        about = self.tr(
            "Trains the recipe many times with other settings. Each trial is judged in folds, by "
            "people that it never learned from; the test side is never looked at."
        )
        if goes_on:
            about = self.tr(
                "Goes on with the task, classes, samples and recipe that it began with. The test "
                "side is never looked at."
            )
        self.about.setText(about)

    def say(self, problem: str, nothing: str) -> None:
        """Say what stands against it ("": nothing does), and why there are no trials to see."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.none_yet.setText(nothing)
        empty = self.tuning is None or not self.tuning.trials
        self.none_yet.setVisible(bool(nothing) and empty)

    # -- under way

    def begin(self, title: str, job: RunningJob | None) -> None:
        """Trials are being made."""
        self._job, self._stopping = job, False
        self.title.setText(title)
        for widget in (self.bar, self.line, self.stop_button):
            widget.show()
        # Before what has the focus goes: the table would take it, and select a row.
        self.stop_button.setFocus()
        for each in (self.set_up, self.about, self.start_button, self.close_button):
            each.hide()
        self.say("", self.tr("Starting: the first trial is drawn once faces and weights are read."))
        if job is not None:
            job.changed.connect(self._show_line)
        self._show_line()

    def end(self) -> None:
        """Nothing is under way."""
        self._job = None
        for each in (self.set_up, self.about, self.start_button, self.close_button):
            each.show()
        if self.stop_button.hasFocus():
            self.study.setFocus()
        for widget in (self.bar, self.line, self.stop_button):
            widget.hide()
        self.show_tuning(self.tuning)

    def show_stopping(self) -> None:
        """Say that it is being stopped."""
        self._stopping = True
        self._show_line()

    def _show_line(self) -> None:
        if self._job is None:
            return
        share, left = self._job.progress.share, self._job.seconds_left
        said = [self.tr("stopping")] if self._stopping else []
        done = sum(trial.state != "running" for trial in self.tuning.trials) if self.tuning else 0
        said.append(self.tr("{0} trials in the study").format(done))
        if self._job.progress.what:
            said.append(core_words(self._job.progress.what))
        if left is not None:
            said.append(self.tr("{0} left").format(time_left(left)))
        self.line.setText("  \u00b7  ".join(said))
        self.bar.show_share(round(_PARTS * share), _PARTS, percent(share))

    # -- results

    def show_tuning(self, tuning: Tuning | None) -> None:
        """Show what a study holds."""
        self.tuning = tuning
        trials = tuning.trials if tuning is not None else ()
        self.results.setVisible(bool(trials))
        self.none_yet.setVisible(not trials and bool(self.none_yet.text()))
        self.table.show_trials(trials, at_work=self._job is not None)
        self._show_importance(tuning)
        self._show_plot()
        self._show_line()

    def _show_importance(self, tuning: Tuning | None) -> None:
        fields = {f.name: f for group in recipe_words.GROUPS for f in group.fields}
        shares = tuning.importance if tuning is not None else {}
        lines = [
            ShareLine(
                core_words(fields[name].label) if name in fields else name,
                share,
                percent(share),
            )
            for name, share in sorted(shares.items(), key=lambda item: -item[1])
        ]
        if not lines:
            lines = [ShareLine(self.tr("Told after two trials of different scores."))]
        self.importance.show_lines(lines)

    def _show_plot(self) -> None:
        scored = sorted(
            (trial.number, 100 * trial.score)
            for trial in (self.tuning.trials if self.tuning is not None else ())
            if trial.score is not None
        )
        blue, red = curves.train_and_validation(colours_of(self))
        best: list[float] = []
        for _, score in scored:
            best.append(max(score, best[-1]) if best else score)
        x = [float(number) for number, _ in scored]
        each = Line(self.tr("each trial"), x, [score for _, score in scored], blue, ":")
        top = Line(self.tr("best so far"), x, best, red)
        title = self.tr("Balanced accuracy in the inner folds, %")
        lines = (each, top) if scored else ()
        said = self.tr("Best so far {0:.1f}%").format(best[-1]) if best else ""
        self.plot.show_panels([Panel(title, self.tr("trial"), lines)], said)

    def _allow_recipe(self) -> None:
        known = self.tuning is not None and self.tuning.asked is not None
        self.recipe_button.setEnabled(known and self._trial is not None and self._job is None)

    @property
    def _trial(self) -> Trial | None:
        """The trial that would become a recipe."""
        selected = self.table.selected
        if selected is not None:
            return selected if selected.score is not None else None
        return self.tuning.best if self.tuning is not None else None

    def _want_recipe(self) -> None:
        trial = self._trial
        if trial is not None and self.recipe_button.isEnabled():
            self.recipe_wanted.emit(trial, self.recipe_name.text().strip())

    @property
    def idle(self) -> bool:
        """Whether the plot shows what was heard."""
        return self.plot.idle or not self.plot.isVisible()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_plot()
