"""The card that re-runs the study on the open dataset, and opens what came of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from faceapp.gui.desktop import open_on_desktop
from faceapp.gui.messages import Messages
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import UNIT

# As `faceapp.training.study` names them in the dataset's folder.
STUDY_PAGE, STUDY_PICTURE = Path("study/study.html"), Path("study/study.png")


class StudyCard(QWidget):
    """Says what the study is; its buttons run it and open its results.

    Signals:
        wanted(): the person wants it run.
    """

    wanted = Signal()

    def __init__(self, folder: Path, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder, self._messages = folder, messages
        text = QLabel(
            self.tr(
                "The six experiments that faceapp grew out of, on your faces: each by the "
                "study's recipe and by faceapp's, on the same people. What was done before "
                "is not done again."
            )
        )
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        give_role(text, "dim")
        self.run = QPushButton(self.tr("Re-run the study"))
        self.run.setToolTip(self.tr("Trains up to sixteen times: minutes to hours"))
        self.run.clicked.connect(self.wanted)
        self.page = self._opener(self.tr("Open the results"), STUDY_PAGE)
        self.picture = self._opener(self.tr("Open the picture"), STUDY_PICTURE)
        buttons = QHBoxLayout()
        buttons.setSpacing(UNIT)
        for button in (self.run, self.page, self.picture):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(text)
        layout.addLayout(buttons)
        self.look()

    def _opener(self, text: str, file: Path) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: self.open(file))
        return button

    def look(self) -> None:
        """Offer the results that there are."""
        for button, file in ((self.page, STUDY_PAGE), (self.picture, STUDY_PICTURE)):
            button.setVisible((self._folder / file).is_file())

    def show_running(self, running: bool) -> None:
        """While it runs it cannot be started again."""
        self.run.setEnabled(not running)
        self.run.setText(self.tr("Running...") if running else self.tr("Re-run the study"))

    def open(self, file: Path = STUDY_PAGE) -> None:
        """Open one of the results in the program that the system has for it."""
        open_on_desktop(self._folder / file, self._messages)
