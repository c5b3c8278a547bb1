"""A push button with an icon that stands clear of its words."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QPushButton, QWidget

from faceapp.gui.icons import Tone, beside_text, icon


class IconButton(QPushButton):
    """Words with the icon of a meaning before them; both follow the size of text."""

    def __init__(
        self,
        meaning: str,
        text: str = "",
        tone: Tone = Tone.TEXT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._tone = tone
        self.show_icon(meaning)
        self._fit()

    def show_icon(self, meaning: str) -> None:
        """Stand for something else."""
        self.setIcon(icon(meaning, self._tone))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self.setIconSize(beside_text(self.fontMetrics()))
