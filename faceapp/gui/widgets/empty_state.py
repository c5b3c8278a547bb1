"""What a page shows when it has nothing to show: why, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import UNIT

_TEXT_WIDTH = 52 * UNIT


class EmptyState(QWidget):
    """A title, a sentence, and buttons of which the first is the one to press."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel()
        give_role(self._title, "heading")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._text, 100)
        middle.addStretch(1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(UNIT)
        self._buttons.addStretch()
        self._buttons.addStretch()
        self._shown: list[QPushButton] = []
        layout = QVBoxLayout(self)
        layout.setSpacing(UNIT)
        layout.addStretch(2)
        layout.addWidget(self._title)
        layout.addLayout(middle)
        layout.addSpacing(UNIT)
        layout.addLayout(self._buttons)
        layout.addStretch(3)

    def say(
        self, title: str, text: str, buttons: Sequence[tuple[str, Callable[[], object]]] = ()
    ) -> None:
        """Show this, with a button for each (text, what it does)."""
        self._title.setText(title)
        self.say_more(text)
        for old in self._shown:
            self._buttons.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._shown = []
        for place, (words, run) in enumerate(buttons):
            button = QPushButton(words)
            button.setDefault(place == 0)
            if place == 0:
                give_role(button, "primary")
            button.setAutoDefault(True)
            button.clicked.connect(lambda _=False, call=run: call())
            self._buttons.insertWidget(place + 1, button)
            button.show()  # at once, not when the layout gets to it: it may be given the focus
            self._shown.append(button)

    def say_more(self, text: str) -> None:
        """Show another sentence; title and buttons stay."""
        self._text.setText(text)
        self._balance()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own
        """Lines as long as there is room for."""
        super().resizeEvent(event)
        self._balance()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Larger text makes other lines."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._balance()

    def _balance(self) -> None:
        """Make the text as narrow as its number of lines allows: no word stands alone."""
        margins = self.contentsMargins()
        room = self.width() - margins.left() - margins.right() - 4 * UNIT
        widest = max(min(_TEXT_WIDTH, room), UNIT)
        width, high = widest, self._size_at(widest).height()
        while width > UNIT:
            size = self._size_at(width - UNIT)
            if size.height() != high or size.width() > width - UNIT:
                break
            width -= UNIT
        self._text.setMaximumWidth(width)

    def _size_at(self, width: int) -> QSize:
        metrics, wrap = self._text.fontMetrics(), int(Qt.TextFlag.TextWordWrap.value)
        return metrics.boundingRect(QRect(0, 0, width, 10_000), wrap, self._text.text()).size()

    @property
    def buttons(self) -> list[QPushButton]:
        """The buttons shown, in order."""
        return list(self._shown)
