"""What is shown while no dataset is open: how to begin, and where one left off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
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
from faceapp.gui.theme import HALF, UNIT, colours_of
from faceapp.gui.welcome.recent_list import RecentList
from faceapp.gui.welcome.recents import Recent
from faceapp.gui.widgets.icon_button import IconButton

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

    def _make(self, demo: bool) -> None:
        self._name = QLabel("faceapp")
        give_role(self._name, "display")
        self._promise = QLabel(
            self.tr(
                "Build a face classifier from your own images.\n"
                "They stay on this machine:\nnothing is sent anywhere."
            )
        )
        self._promise.setWordWrap(True)
        give_role(self._promise, "dim")
        self.new = IconButton("new", self.tr("New dataset..."), Tone.ON_ACCENT)
        give_role(self.new, "primary")
        self.new.setToolTip("Ctrl+N")
        self.new.clicked.connect(self.new_wanted)
        self.open = IconButton("open", self.tr("Open..."))
        self.open.setToolTip("Ctrl+O")
        self.open.clicked.connect(self.open_wanted)
        self.demo = IconButton("demo", self.tr("Try the demo"))
        self.demo.setVisible(demo)
        self.demo.clicked.connect(self.demo_wanted)
        self._demo_note = QLabel(self.tr("drawn faces, about three minutes"))
        self._demo_note.setVisible(demo)
        give_role(self._demo_note, "dim")
        self._recent_heading = QLabel(self.tr("Recent"))
        give_role(self._recent_heading, "heading")
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
        inner.addStretch(2)
        inner.addLayout(columns)
        inner.addWidget(self.drop_zone)
        inner.addStretch(3)
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
        """List these datasets; the keyboard stays where it was in the list, or near it."""
        place = next((place for place, row in enumerate(self.recents.rows) if row.hasFocus()), None)
        self._none.setVisible(not recents)
        self.recents.show_recents(recents)
        before: QWidget = self.demo
        for row in self.recents.rows:
            self.setTabOrder(before, row)
            before = row
        self.setTabOrder(before, self.drop_zone)
        if place is not None:
            rows = self.recents.rows
            (rows[min(place, len(rows) - 1)] if rows else self.new).setFocus()

    def page_keys(self) -> list[tuple[str, str]]:
        """Every key of this page and what it does."""
        return [
            (self.tr("Tab"), self.tr("to the next button or dataset")),
            (self.tr("Enter"), self.tr("open the dataset")),
            (self.tr("Del"), self.tr("take the dataset off the list")),
        ]

    def activated(self) -> None:
        """The page is looked at now: Enter opens the last dataset that is there, or makes one."""
        there = (row for row in self.recents.rows if not row.missing)
        next(there, self.new).setFocus()


class DropZone(QPushButton):
    """Says that a folder can be dropped; pressed, it is chosen instead."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = (
            self.tr("Drop a folder of images anywhere here"),
            self.tr("or press to choose one"),
        )
        self.setAccessibleName(", ".join(self._lines))
        self.setIcon(icon("import", Tone.DIM))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Its lines, and air around them."""
        metrics = self.fontMetrics()
        width = max(map(metrics.horizontalAdvance, self._lines)) + self._side() + UNIT
        height = len(self._lines) * metrics.lineSpacing()
        return QSize(width + 4 * UNIT, height + 5 * UNIT)

    def _side(self) -> int:
        return self.fontMetrics().height() + HALF

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
        first, second = self._lines
        high = self.fontMetrics().lineSpacing()
        side = self._side()
        wide = self.fontMetrics().horizontalAdvance(first)
        upper = QRectF(whole.center().x() - wide / 2, whole.center().y() - high, wide + 2, high)
        self.icon().paint(painter, int(upper.left()) - side - UNIT, int(upper.top()), side, side)
        painter.setPen(QColor(colours.text))
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, first)
        painter.setPen(QColor(colours.dim))
        lower = QRectF(whole.left(), whole.center().y(), whole.width(), high)
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, second)
