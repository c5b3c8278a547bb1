"""The proposed groups to be looked at: strips with ticks, and the faces of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.itemmodels.thumbnails import ThumbnailPictures
from faceapp.gui.language import core_words
from faceapp.gui.people.model import PeopleModel
from faceapp.gui.people.strips import FaceGrid, StripList
from faceapp.gui.session import DatasetSession
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import counted, number
from faceapp.gui.theme import HALF, UNIT

if TYPE_CHECKING:
    from faceapp.people import ProposedPeople


class PeopleReview(QWidget):
    """Shows what was proposed.

    Signals:
        apply_wanted(): the ticked groups are to be written.
        again_wanted(): faces are to be compared otherwise.
    """

    apply_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, session: DatasetSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PeopleModel(session.dataset, self)
        self.pictures = ThumbnailPictures(session.dataset, self._arrived)
        self.destroyed.connect(self.pictures.close)
        self.strips = StripList(self.model, self.pictures)
        self.faces = FaceGrid(self.model, self.pictures)
        self._make()
        self._lay_out()
        self._connect()

    def _make(self) -> None:
        self.headline = QLabel()
        give_role(self.headline, "heading")
        self.used = QLabel()
        self.used.setWordWrap(True)
        give_role(self.used, "dim")
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of this person"))
        self.name.setToolTip(self.tr("Groups of one name become one person"))
        self.out = _button(
            self.tr("Leave out"), self.tr("The selected faces are somebody else (Q)")
        )
        self.all = _button(self.tr("Tick all"), "")
        self.none = _button(self.tr("Untick all"), "")
        self.again = _button(self.tr("Compare again..."), "")
        self.sum = QLabel()
        give_role(self.sum, "dim")
        self.apply = _button("", self.tr("Write these groups: one step to undo"))
        give_role(self.apply, "primary")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        head.addWidget(self.headline, 1)
        head.addWidget(self.all)
        head.addWidget(self.none)
        self.name_label = QLabel(self.tr("Person"))
        tools = QHBoxLayout()
        tools.setSpacing(UNIT)
        tools.addWidget(self.name_label)
        tools.addWidget(self.name, 1)
        tools.addWidget(self.out)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, UNIT, 0, 0)
        column.setSpacing(UNIT)
        column.addLayout(tools)
        column.addWidget(self.faces, 1)
        self.panes = QSplitter(Qt.Orientation.Vertical)
        self.panes.setChildrenCollapsible(False)
        self.panes.addWidget(self.strips)
        self.panes.addWidget(below)
        self.panes.setStretchFactor(0, 3)
        self.panes.setStretchFactor(1, 2)
        self.panes.setSizes([330, 230])
        foot = QHBoxLayout()
        foot.setSpacing(UNIT)
        foot.addWidget(self.again)
        foot.addStretch()
        foot.addWidget(self.sum)
        foot.addWidget(self.apply)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        layout.setSpacing(UNIT)
        layout.addLayout(head)
        layout.addWidget(self.used)
        layout.addSpacing(HALF)
        layout.addWidget(self.panes, 1)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.model.edited.connect(self._refresh)
        self.strips.selectionModel().currentChanged.connect(lambda *_: self._show_current())
        self.faces.itemSelectionChanged.connect(self._show_chosen)
        self.faces.out_wanted.connect(self._leave_out)
        self.out.clicked.connect(self._leave_out)
        self.name.textEdited.connect(self._rename)
        self.all.clicked.connect(lambda: self.model.tick_all(on=True))
        self.none.clicked.connect(lambda: self.model.tick_all(on=False))
        self.again.clicked.connect(self.again_wanted)
        self.apply.clicked.connect(self.apply_wanted)

    # -- what is shown

    def show_proposed(self, found: ProposedPeople) -> None:
        """Show groups anew."""
        self.model.show_groups(found.groups)
        self.headline.setText(
            counted(
                len(found.groups),
                self.tr("1 group may be one person"),
                self.tr("{0} groups may be one person each"),
            )
        )
        self.used.setText(self._used_words(found))
        self.strips.setCurrentIndex(self.model.index(0))
        self._refresh()
        self._show_current()

    def _used_words(self, found: ProposedPeople) -> str:
        if found.used == "families":
            first = self.tr("Near-duplicates alone were used. {0}").format(
                core_words(found.problem)
            )
        else:
            first = self.tr("Used: how alike faces are. The least sure groups come first.")
        rest = [
            counted(value, one, many)
            for value, one, many in (
                (
                    found.alone,
                    self.tr("1 image is like no other"),
                    self.tr("{0} images are like no other"),
                ),
                (
                    found.settled,
                    self.tr("1 has a person already"),
                    self.tr("{0} have a person already"),
                ),
                (found.faceless, self.tr("1 shows no face"), self.tr("{0} show no face")),
                (found.unreadable, self.tr("1 cannot be read"), self.tr("{0} cannot be read")),
            )
            if value
        ]
        return f"{first} {'; '.join(rest)}." if rest else first

    @property
    def current(self) -> int | None:
        """The group that is looked at."""
        index = self.strips.currentIndex()
        return index.row() if index.isValid() else None

    def _refresh(self) -> None:
        chosen = self.model.chosen
        people = len(set(chosen.values()))
        self.sum.setText(
            counted(
                people,
                self.tr("1 person, {1} images"),
                self.tr("{0} people, {1} images"),
                number(len(chosen)),
            )
        )
        self.apply.setText(self.tr("Apply"))
        self.apply.setEnabled(bool(chosen))
        self.faces.show_row(self.current)
        self._show_chosen()

    def _show_current(self) -> None:
        row = self.current
        self.name.setEnabled(row is not None)
        if row is not None and self.name.text() != self.model.rows[row].name:
            self.name.setText(self.model.rows[row].name)
        self.faces.show_row(row)
        self._show_chosen()

    def _show_chosen(self) -> None:
        movable = [each for each in self.faces.chosen if each not in self.faces.beside]
        back = bool(movable) and all(each in self.faces.out for each in movable)
        self.out.setText(self.tr("Take back in") if back else self.tr("Leave out"))
        self.out.setEnabled(bool(movable))

    def _arrived(self, _keys: list[object]) -> None:
        self.strips.viewport().update()
        self.faces.viewport().update()

    # -- what the person does

    def _leave_out(self) -> None:
        if self.current is not None:
            self.model.leave_out(self.current, self.faces.chosen)

    def _rename(self, text: str) -> None:
        if self.current is not None:
            self.model.rename(self.current, text)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
