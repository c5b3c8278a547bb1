"""The map beside its legend: what is coloured by what, who is under the mouse, who is selected."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from faceapp.dataset import Sample
from faceapp.gui.clean.cleaner import FaceMap
from faceapp.gui.clean.map_colours import FAINT, PLAIN, Colouring
from faceapp.gui.clean.map_view import Dots, MapView
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import counted
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.widgets.choice_row import ChoiceRow
from faceapp.gui.widgets.elided_label import ElidedLabel
from faceapp.gui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

FACE = 22 * UNIT  # px of the picture of the dot that is looked at


class MapPane(QWidget):
    """Map at the left; legend, face and what to do at the right.

    Signals:
        colour_chosen(str): the dots should be coloured by this.
        samples_wanted(), quarantine_wanted(): do it to what is selected.
        redraw_wanted(): draw the map again.
    """

    colour_chosen = Signal(str)
    samples_wanted = Signal()
    quarantine_wanted = Signal()
    redraw_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map: FaceMap | None = None
        self._colouring: Colouring | None = None
        self.view = MapView()
        self.empty = EmptyState()
        self.colour = QComboBox()
        self.colour.setAccessibleName(self.tr("Colour by"))
        self.colour.currentIndexChanged.connect(self._choose_colour)
        self.legend: list[ChoiceRow] = []
        self._legend = QVBoxLayout()
        self.face = QLabel()
        self.face.setFixedSize(FACE, FACE)
        self.face.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.name = ElidedLabel()
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        give_role(self.name, "strong")
        self.facts = ElidedLabel()
        give_role(self.facts, "dim small")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.to_label = QPushButton(self.tr("Show on Label page"))
        self.to_label.setToolTip(self.tr("List what is selected on the Label page (L)"))
        self.to_label.clicked.connect(self.samples_wanted)
        self.quarantine = QPushButton(self.tr("Quarantine"))
        self.quarantine.setToolTip(self.tr("Set aside what is selected (Q)"))
        self.quarantine.clicked.connect(self.quarantine_wanted)
        self.view.selected.connect(self._show_selected)
        self._build()
        self._show_selected()

    def _build(self) -> None:
        title = QLabel(self.tr("Map"))
        give_role(title, "heading")
        help_words = QLabel(
            self.tr("Faces that look alike lie together. Draw a loop around a group to select it.")
        )
        help_words.setWordWrap(True)
        give_role(help_words, "dim")
        self._legend.setSpacing(0)
        self._legend.setContentsMargins(0, 0, HALF, 0)
        content = QWidget()
        content.setLayout(self._legend)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        side = QVBoxLayout()
        side.setSpacing(UNIT)
        by = QLabel(self.tr("Colour by"))
        give_role(by, "dim small")
        side.addWidget(by)
        side.addWidget(self.colour)
        side.addWidget(scroll, 1)
        for widget in (self.face, self.name, self.facts, self.words, self.to_label):
            side.addWidget(widget)
        side.addWidget(self.quarantine)
        self._whole = QWidget()
        whole = QHBoxLayout(self._whole)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2 * UNIT)
        whole.addWidget(self.view, 1)
        right = QWidget()
        right.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        right.setFixedWidth(FACE + 6 * UNIT)
        whole.addWidget(right)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._whole)
        self.stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        layout.setSpacing(UNIT)
        layout.addWidget(title)
        layout.addWidget(help_words)
        layout.addWidget(self.stack, 1)

    # -- what is shown

    def show_state(self, title: str, text: str, *, again: bool = False) -> None:
        """Show why there is no map (yet)."""
        buttons = [(self.tr("Try again"), self.redraw_wanted.emit)] if again else []
        if again or self.stack.currentWidget() is not self.empty or self.empty.buttons:
            self.empty.say(title, text, buttons)
        else:
            self.empty.say_more(text)
        self.stack.setCurrentWidget(self.empty)

    def show_map(self, drawn: FaceMap) -> None:
        """Show where the samples lie."""
        self.map = drawn
        self.view.show_points(drawn.points)
        self.stack.setCurrentWidget(self._whole)

    def show_choices(self, choices: list[tuple[str, str]], chosen: str) -> None:
        """Offer what the dots may be coloured by: (name, words)."""
        self.colour.blockSignals(True)
        self.colour.clear()
        for name, words in choices:
            self.colour.addItem(words, name)
        self.colour.setCurrentIndex(max(0, self.colour.findData(chosen)))
        self.colour.blockSignals(False)

    def show_colouring(self, colouring: Colouring) -> None:
        """Show the dots in these colours; those of no name lie lowest."""
        if self.map is None:
            return
        self._colouring = colouring
        places: dict[str, list[int]] = defaultdict(list)
        for place, sample in enumerate(self.map.ids):
            name = colouring.names.get(sample, "")
            places[name if name in colouring.colours else ""].append(place)
        dots = [Dots(PLAIN, tuple(places[""]), faint=True)]
        dots += [Dots(c, tuple(places[n])) for n, c in colouring.colours.items() if places[n]]
        self.view.show_dots(dots)
        rows = [(n, c, places[n]) for n, c in colouring.colours.items() if places[n]]
        if places[""]:
            rows.append((colouring.rest, FAINT, places[""]))
        self._show_legend(rows)

    def _show_legend(self, rows: list[tuple[str, str, list[int]]]) -> None:
        while (item := self._legend.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.legend = []
        for name, colour, places in rows:
            row = ChoiceRow(name, colour)
            row.setCheckable(False)
            row.set_count(len(places))
            row.clicked.connect(lambda _=False, p=frozenset(places): self.view.select(p))
            self._legend.addWidget(row)
            self.legend.append(row)
        self._legend.addStretch(1)

    def name_of(self, sample: int) -> str:
        """What a sample counts as in the colours on show."""
        if self._colouring is None:
            return ""
        return self._colouring.names.get(sample, self._colouring.rest)

    def show_face(self, sample: Sample | None, image: QImage | None) -> None:
        """Show who the dot that is looked at is."""
        self.name.setText(sample.name if sample else "")
        self.facts.setText(self.name_of(sample.id) if sample else "")
        if image is None or image.isNull():
            self.face.clear()
            return
        ratio = self.devicePixelRatioF()
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(ratio)
        self.face.setPixmap(picture)

    def selected_ids(self) -> list[int]:
        """Ids of the samples that are selected."""
        ids = self.map.ids if self.map is not None else ()
        return [ids[place] for place in sorted(self.view.selection)]

    def _show_selected(self) -> None:
        number = len(self.view.selection)
        words = counted(number, self.tr("1 face is selected"), self.tr("{0} faces are selected"))
        self.words.setText(words if number else self.tr("Nothing is selected"))
        self.to_label.setEnabled(bool(number))
        self.quarantine.setEnabled(bool(number))

    def _choose_colour(self, index: int) -> None:
        if index >= 0:
            self.colour_chosen.emit(str(self.colour.itemData(index)))
