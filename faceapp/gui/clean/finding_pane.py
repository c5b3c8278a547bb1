"""The middle of the Clean page: what is wrong with what, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from faceapp.gui.clean.doubt import DoubtBars
from faceapp.gui.clean.picture_row import PictureRow
from faceapp.gui.clean.remedy_bar import RemedyBar
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import UNIT
from faceapp.gui.widgets.empty_state import EmptyState


class FindingPane(QWidget):
    """Heading and advice of a kind; images, reason and remedies of one finding.

    Signals:
        check_wanted(): the kind on show should be checked again.
        samples_wanted(): the samples that are selected should be listed on the Label page.
    """

    check_wanted = Signal()
    samples_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        give_role(self.title, "heading")
        self.advice = QLabel()
        self.advice.setWordWrap(True)
        give_role(self.advice, "dim")
        self.again = QPushButton(self.tr("Check again"))
        self.again.setToolTip(self.tr("Run this check again and see what changed (Ctrl+F5)"))
        self.again.clicked.connect(self.check_wanted)
        self.to_label = QPushButton(self.tr("Show on Label page"))
        self.to_label.setToolTip(self.tr("List these samples on the Label page (L)"))
        self.to_label.clicked.connect(self.samples_wanted)
        self.pictures = PictureRow()
        self.reason = QLabel()
        self.reason.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setWordWrap(True)
        give_role(self.reason, "strong")
        self.doubt = DoubtBars()
        self.doubt.hide()
        self.remedies = RemedyBar()
        self.nothing = EmptyState()
        self._build()

    def _build(self) -> None:
        heading = QHBoxLayout()
        heading.addWidget(self.title, 1)
        heading.addWidget(self.to_label)
        heading.addWidget(self.again)
        one = QWidget()
        layout = QVBoxLayout(one)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(self.pictures, 1)
        layout.addWidget(self.reason)
        layout.addWidget(self.doubt)
        layout.addWidget(self.remedies)
        self.stack = QStackedWidget()
        self.stack.addWidget(one)
        self.stack.addWidget(self.nothing)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        whole.setSpacing(UNIT)
        whole.addLayout(heading)
        whole.addWidget(self.advice)
        whole.addWidget(self.stack, 1)

    def show_reason(self, reason: str) -> None:
        """Show what was measured, in words."""
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))

    def show_kind(self, title: str, advice: str) -> None:
        """Show which kind this is, and what to do about it."""
        self.title.setText(title)
        self.advice.setText(advice)

    def show_nothing(self, title: str, text: str) -> None:
        """Say why there is no finding to be shown."""
        self.nothing.say(title, text)
        self.stack.setCurrentIndex(1)

    def show_finding(self) -> None:
        """Show the finding."""
        self.stack.setCurrentIndex(0)
