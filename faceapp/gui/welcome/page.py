"""What is shown while no dataset is open: how to begin, and where one left off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.icons import Tone, icon
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import BODY, HEADING, TITLE, UNIT, colours_of, sized
from faceapp.gui.welcome.recent_list import RecentList
from faceapp.gui.welcome.recents import Recent

_WIDEST = 120 * UNIT


class WelcomePage(QWidget):
    """Buttons to begin at the left, recent datasets at the right, a place to drop a folder below.

    Signals:
        new_wanted(), open_wanted(), import_wanted(), demo_wanted(): a button was pressed.
        recent_chosen(str), recent_forgotten(str): what is to be done with a recent dataset.
    """

    new_wanted = Signal()
    open_wanted = Signal()
    import_wanted = Signal()
    demo_wanted = Signal()
    recent_chosen = Signal(str)
    recent_forgotten = Signal(str)

    def __init__(self, *, demo: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.tr("Welcome")
        self._make(demo)
        self._lay_out()
        self._take_fonts()

    def _make(self, demo: bool) -> None:
        self._name = QLabel("faceapp")
        self._promise = QLabel(
            self.tr(
                "Build a face classifier from your own images.\n"
                "They stay on this machine: nothing is sent anywhere."
            )
        )
        self._promise.setWordWrap(True)
        give_role(self._promise, "dim")
        self.new = QPushButton(icon("new", Tone.ON_ACCENT), self.tr("New dataset..."))
        give_role(self.new, "primary")
        self.new.setToolTip("Ctrl+N")
        self.new.clicked.connect(self.new_wanted)
        self.open = QPushButton(icon("open"), self.tr("Open..."))
        self.open.setToolTip("Ctrl+O")
        self.open.clicked.connect(self.open_wanted)
        self.demo = QPushButton(icon("demo"), self.tr("Try the demo"))
        self.demo.setVisible(demo)
        self.demo.clicked.connect(self.demo_wanted)
        self._demo_note = QLabel(self.tr("drawn faces, about three minutes"))
        self._demo_note.setVisible(demo)
        give_role(self._demo_note, "dim")
        self._recent_heading = QLabel(self.tr("Recent"))
        self._none = QLabel(self.tr("Datasets that you open will be listed here."))
        give_role(self._none, "dim")
        self.recents = RecentList()
        self.recents.chosen.connect(self.recent_chosen)
        self.recents.forgotten.connect(self.recent_forgotten)
        self.drop_zone = DropZone()
        self.drop_zone.clicked.connect(self.import_wanted)

    def _lay_out(self) -> None:
        middle = QWidget()
        middle.setMaximumWidth(_WIDEST)
        columns = QHBoxLayout()
        columns.setSpacing(6 * UNIT)
        columns.addLayout(self._beginning(), 2)
        columns.addLayout(self._past(), 3)
        inner = QVBoxLayout(middle)
        inner.setContentsMargins(4 * UNIT, 3 * UNIT, 4 * UNIT, 3 * UNIT)
        inner.setSpacing(3 * UNIT)
        inner.addStretch(1)
        inner.addLayout(columns, 4)
        inner.addWidget(self.drop_zone)
        inner.addStretch(1)
        content = QWidget()
        around = QHBoxLayout(content)
        around.setContentsMargins(0, 0, 0, 0)
        around.addStretch(1)
        around.addWidget(middle, 100)
        around.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _beginning(self) -> QVBoxLayout:
        layout = QVBoxLayout()
        layout.setSpacing(UNIT)
        layout.addWidget(self._name)
        layout.addWidget(self._promise)
        layout.addSpacing(2 * UNIT)
        for button in (self.new, self.open, self.demo):
            layout.addWidget(button)
        layout.addWidget(self._demo_note, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        return layout

    def _past(self) -> QVBoxLayout:
        layout = QVBoxLayout()
        layout.setSpacing(UNIT)
        layout.addWidget(self._recent_heading)
        layout.addWidget(self._none)
        layout.addWidget(self.recents)
        layout.addStretch(1)
        return layout

    def show_recents(self, recents: Sequence[Recent]) -> None:
        """List these datasets."""
        self._none.setVisible(not recents)
        self.recents.show_recents(recents)

    def page_keys(self) -> list[tuple[str, str]]:
        """Every key of this page and what it does."""
        return [
            (self.tr("Tab"), self.tr("to the next button or dataset")),
            (self.tr("Enter"), self.tr("open the dataset")),
            (self.tr("Del"), self.tr("take the dataset off the list")),
        ]

    def activated(self) -> None:
        """The page is looked at now."""
        first = self.recents.rows[0] if self.recents.rows else self.new
        first.setFocus()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._take_fonts()

    def _take_fonts(self) -> None:
        self._name.setFont(sized(self.font(), 1.4 * TITLE, QFont.Weight.Bold))
        self._promise.setFont(sized(self.font(), BODY))
        self._recent_heading.setFont(sized(self.font(), HEADING, QFont.Weight.DemiBold))


class DropZone(QPushButton):
    """Says that a folder can be dropped; pressed, it is chosen instead."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(self.tr("Drop a folder of images anywhere here, or press to choose one"))
        self.setIcon(icon("import", Tone.DIM))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumHeight(8 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw a dashed frame around what it says."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self)
        if self.underMouse():
            painter.setBrush(QColor(colours.hover))
        line = colours.accent if self.hasFocus() else colours.dim
        painter.setPen(QPen(QColor(line), 2 if self.hasFocus() else 1, Qt.PenStyle.DashLine))
        whole = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(whole, UNIT, UNIT)
        painter.setPen(QColor(colours.dim))
        side = self.fontMetrics().height() + 4
        width = self.fontMetrics().horizontalAdvance(self.text())
        left = whole.center().x() - (width + side + UNIT) / 2
        self.icon().paint(painter, int(left), int(whole.center().y() - side / 2), side, side)
        text = QRectF(left + side + UNIT, whole.top(), width + 2, whole.height())
        painter.drawText(
            text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text()
        )
