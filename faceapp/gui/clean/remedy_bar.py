"""The buttons of what can be done about the findings that are selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from faceapp.gui.clean.remedies import Does, Remedy
from faceapp.gui.language import localised
from faceapp.gui.theme import UNIT, colours_of
from faceapp.gui.widgets.class_button import ClassButton, Standing


class RemedyBar(QWidget):
    """A button with its key for each remedy.

    Signals:
        chosen(Remedy): a button was pressed.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[ClassButton] = []
        self._shown: tuple[object, ...] = ()
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(UNIT)
        self._layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_remedies(
        self, remedies: Sequence[Remedy], number: int, colours: Mapping[str, str]
    ) -> None:
        """Show what can be done about so many findings; `colours` are those of classes by name."""
        shown = (tuple(remedies), number, tuple(colours.items()), colours_of(self).scheme)
        if shown == self._shown:
            return
        self._shown = shown
        for old in self.buttons:
            self._layout.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = [self._button(each, number, colours) for each in remedies]
        for place, button in enumerate(self.buttons):
            self._layout.insertWidget(place, button)

    def _button(self, remedy: Remedy, number: int, colours: Mapping[str, str]) -> ClassButton:
        words = remedy.words
        if number > 1:
            words = self.tr("{0}: {1}").format(words, localised(f"{number:,}"))
        plain = colours_of(self).handle
        keeps_label = remedy.does is Does.KEEP and remedy.words in colours
        colour = colours.get(remedy.answer or (remedy.words if keeps_label else ""), plain)
        button = ClassButton(words, remedy.key, colour)
        if keeps_label:
            button.set_standing(Standing.GIVEN)
        elif remedy.does is Does.ACCEPT:
            button.set_standing(Standing.SUGGESTED)
        button.setToolTip(f"{remedy.tip} ({remedy.key})")
        button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda _=False, one=remedy: self.chosen.emit(one))
        return button
