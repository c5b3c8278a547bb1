"""Which of the labelled samples are learned from: sources, reviewed ones, strong ones, all."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.kinds import source_kind_words
from faceapp.gui.text import number, source_words
from faceapp.gui.theme import UNIT
from faceapp.gui.train.offers import Checked, Scraped
from faceapp.gui.train.parts import words
from faceapp.gui.widgets.icon_button import IconButton
from faceapp.training.filters import Filters

_SHARES = (1.0, 0.75, 0.5, 0.25)
_STEP = 5
_SOURCES_SHOWN = 6
_SPACING = 2
_ID = Qt.ItemDataRole.UserRole
_INTENSITY, _AGREEMENT = "intensity", "agreement"  # as `Checked.rated` names them


class SamplesChoice(QWidget):
    """Exemplars, sources, reviewed labels, minima of what raters said, and found images.

    Signals:
        changed(): something else was chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._left_out: set[int] = set()  # sources; new ones are taken
        self._rated: frozenset[str] = frozenset()
        self._make_exemplars()
        self._make_filters()
        self._lay_out()
        self.exemplars.currentIndexChanged.connect(self.changed)
        self.scraped.currentIndexChanged.connect(self.changed)
        self.reviewed.toggled.connect(self.changed)
        self.intensity.valueChanged.connect(self.changed)
        self.agreement.valueChanged.connect(self.changed)
        self.sources.itemChanged.connect(self._take_source)
        self.sources_button.toggled.connect(self._fold)
        self.offer_scraped(offered=False)
        self._fold()
        for row in (self.sources_button, self.intensity, self.agreement):
            self._form.setRowVisible(row, False)
        self._remain.hide()

    def _make_exemplars(self) -> None:
        self.exemplars = QComboBox()
        self.exemplars.setAccessibleName(self.tr("Exemplars to learn from"))
        for share in _SHARES:
            text = self.tr("The most extreme {0}%").format(round(100 * share))
            self.exemplars.addItem(self.tr("All") if share == 1 else text, share)
        self.exemplars.setToolTip(
            self.tr(
                "Of each class those that show it best: by what raters said of strength and "
                "agreement, elsewhere by models that never saw the person. Test images stay."
            )
        )
        self.scraped = QComboBox()
        self.scraped.setAccessibleName(self.tr("Images found by a search"))
        self.scraped.addItem(self.tr("As all others"), "as_others")
        self.scraped.addItem(self.tr("In training only"), "train_only")
        self.scraped.addItem(self.tr("Leave out"), "leave_out")

    def _make_filters(self) -> None:
        self.reviewed = QCheckBox(self.tr("Reviewed labels only"))
        self.reviewed.setToolTip(
            self.tr(
                "Only images whose label a person gave here or accepted from a proposal. Labels "
                "that were only imported do not count, neither for learning nor for testing."
            )
        )
        self.intensity = self._minimum(
            self.tr("Intensity at least"),
            self.tr(
                "How strongly raters found the class shown, of their scale; of neutral faces how "
                "little emotion. Leaves weaker ones out of training; nobody rated others, which "
                "stay. Test images always stay."
            ),
        )
        self.agreement = self._minimum(
            self.tr("Agreement at least"),
            self.tr(
                "Share of the raters behind the label. Leaves disputed ones out of training; "
                "images of one rater stay. Test images always stay."
            ),
        )
        self.sources_button = IconButton("down")
        self.sources_button.setCheckable(True)
        self.sources_button.setToolTip(self.tr("Which sources images are taken from"))
        self.sources = QListWidget()
        self.sources.setSpacing(_SPACING)
        self.sources.setAccessibleName(self.tr("Sources to take images from"))

    def _minimum(self, name: str, help_words: str) -> QSpinBox:
        spin = QSpinBox(minimum=0, maximum=100)
        spin.setSingleStep(_STEP)
        spin.setSuffix(" %")
        spin.setSpecialValueText(self.tr("any"))
        spin.setKeyboardTracking(False)
        spin.setAccessibleName(name)
        spin.setToolTip(help_words)
        spin.setMinimumHeight(self.exemplars.sizeHint().height())
        return spin

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(2 * UNIT)
        self._form.setVerticalSpacing(UNIT)
        self._form.addRow(self.tr("Learn from"), self.exemplars)
        self._form.addRow(self.tr("Intensity"), self.intensity)
        self._form.addRow(self.tr("Agreement"), self.agreement)
        self._form.addRow(self.tr("Found images"), self.scraped)
        self._form.addRow(self.tr("Sources"), self.sources_button)
        self._remain = words(role="dim small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        layout.addLayout(self._form)
        layout.addWidget(self.sources)
        layout.addWidget(self.reviewed)
        layout.addWidget(self._remain)

    def offer_scraped(self, *, offered: bool) -> None:
        """Ask about found images where the dataset has any."""
        self._form.setRowVisible(self.scraped, offered)

    def show_checked(self, checked: Checked) -> None:
        """Show sources, what raters told of, and how many images are taken."""
        self._rated = checked.rated
        self._form.setRowVisible(self.intensity, _INTENSITY in checked.rated)
        self._form.setRowVisible(self.agreement, _AGREEMENT in checked.rated)
        self._list_sources(checked)
        said = self.tr("{0} of {1} labelled images of these classes.").format(
            number(checked.taken), number(checked.labelled)
        )
        if checked.only_judge:
            said += " " + self.tr("{0} are below the minimum and only test.").format(
                number(checked.only_judge)
            )
        self._remain.setText(said)
        self._remain.setVisible(bool(checked.labelled))

    def _list_sources(self, checked: Checked) -> None:
        listed = [(source.id, n) for source, n in checked.sources]
        shown = [(item.data(_ID), item.data(_ID + 1)) for item in self._items()]
        if listed != shown:
            self.sources.blockSignals(True)
            self.sources.clear()
            for source, count in checked.sources:
                item = QListWidgetItem(f"{source_words(source)}  {number(count)}")
                item.setToolTip(f"{source_kind_words(source.kind)}: {source.location}")
                item.setData(_ID, source.id)
                item.setData(_ID + 1, count)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                ticked = source.id not in self._left_out
                item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
                self.sources.addItem(item)
            self.sources.blockSignals(False)
        self._form.setRowVisible(self.sources_button, len(listed) > 1)
        self._fold()

    def _items(self) -> list[QListWidgetItem]:
        return [self.sources.item(row) for row in range(self.sources.count())]

    def _take_source(self, item: QListWidgetItem) -> None:
        source: int = item.data(_ID)
        if item.checkState() is Qt.CheckState.Checked:
            self._left_out.discard(source)
        else:
            self._left_out.add(source)
        self._fold()
        self.changed.emit()

    def _fold(self) -> None:
        unfolded = self.sources_button.isChecked() and self.sources.count() > 1
        self.sources.setVisible(unfolded)
        self.sources_button.show_icon("up" if unfolded else "down")
        items = self._items()
        ticked = sum(item.checkState() is Qt.CheckState.Checked for item in items)
        text = self.tr("All {0}") if ticked == len(items) else self.tr("{1} of {0}")
        self.sources_button.setText(text.format(number(len(items)), number(ticked)))
        rows = min(_SOURCES_SHOWN, max(1, len(items)))
        row = max(self.sources.sizeHintForRow(0), self.fontMetrics().height())
        height = row + 2 * _SPACING
        self.sources.setFixedHeight(rows * height + 2 * self.sources.frameWidth() + UNIT)

    @property
    def remain(self) -> str:
        """How many images are taken, in words."""
        return self._remain.text()

    @property
    def share(self) -> float:
        """Share of each class's training samples that is learned from, 0..1."""
        chosen: float = self.exemplars.currentData()
        return chosen

    @property
    def found(self) -> Scraped:
        """What becomes of found images."""
        chosen: Scraped = self.scraped.currentData()
        return chosen

    @property
    def filters(self) -> Filters:
        """Which samples are taken; minima count where raters told anything of the task."""
        items = self._items()
        ticked = [i.data(_ID) for i in items if i.checkState() is Qt.CheckState.Checked]
        return Filters(
            None if len(ticked) == len(items) else tuple(ticked),
            self.reviewed.isChecked(),
            self.intensity.value() / 100 if _INTENSITY in self._rated else 0.0,
            self.agreement.value() / 100 if _AGREEMENT in self._rated else 0.0,
        )
