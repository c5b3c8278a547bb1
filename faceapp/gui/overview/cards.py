"""The cards of the Overview, and the columns that they stand in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import HALF, UNIT

_COLUMN_WIDTH_IN_LETTERS = 52


class Card(QFrame):
    """A framed part of the page with a heading, something in it, and a note below."""

    def __init__(self, heading: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_role(self, "card")
        self.content = content
        self._heading = QLabel(heading[:1].upper() + heading[1:])
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._heading.setWordWrap(True)
        give_role(self._heading, "strong")
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        give_role(self._note, "dim small")
        self._note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, UNIT + HALF, 2 * UNIT, UNIT + HALF)
        layout.setSpacing(UNIT)
        layout.addWidget(self._heading)
        layout.addWidget(content)
        layout.addWidget(self._note)

    @property
    def heading(self) -> str:
        """What stands at its top."""
        return self._heading.text()

    def set_note(self, note: str) -> None:
        """Say something below the content, or nothing."""
        self._note.setText(note)
        self._note.setVisible(bool(note))


class CardColumns(QWidget):
    """Cards in two columns where there is room, in one where there is not.

    Cards are dealt out in order, each to the column that is shorter so far.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: tuple[Card, ...] = ()
        self._columns = (QVBoxLayout(), QVBoxLayout())
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2 * UNIT)
        for column in self._columns:
            column.setSpacing(2 * UNIT)
            self._layout.addLayout(column, 1)
        self._dealt: tuple[tuple[Card, ...], tuple[Card, ...]] = ((), ())

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Show these cards in place of those before."""
        for card in set(self._cards) - set(cards):
            card.hide()
            card.deleteLater()
        self._cards = tuple(cards)
        self._dealt = ((), ())
        self._deal()

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards on show, in order."""
        return self._cards

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own
        """Take as many columns as there is room for."""
        super().resizeEvent(event)
        self._deal()

    def _is_wide(self) -> bool:
        return self.width() >= 2 * _COLUMN_WIDTH_IN_LETTERS * self.fontMetrics().averageCharWidth()

    def _deal(self) -> None:
        dealt = self._dealt_out() if self._is_wide() else (self._cards, ())
        if dealt == self._dealt:
            return
        self._dealt = dealt
        self._layout.setStretch(1, 1 if dealt[1] else 0)
        self._layout.setSpacing(2 * UNIT if dealt[1] else 0)
        for column, cards in zip(self._columns, dealt, strict=True):
            while column.takeAt(0) is not None:
                pass
            for card in cards:
                column.addWidget(card)
                card.show()
            column.addStretch(1)

    def _dealt_out(self) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
        left: list[Card] = []
        right: list[Card] = []
        heights = [0, 0]
        for card in self._cards:
            shorter = int(heights[1] < heights[0])
            (left, right)[shorter].append(card)
            heights[shorter] += card.sizeHint().height()
        return tuple(left), tuple(right)
