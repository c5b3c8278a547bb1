"""How many samples each class has, as bars that can be clicked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from faceapp.gui.language import localised
from faceapp.gui.theme import HALF, UNIT, colours_of, sized
from faceapp.gui.widgets.painting import elided, focus_ring

_BAR = 6
_SMALLEST_TEXT = 0.7


@dataclass(frozen=True)
class Bar:
    """One class: `share` is its bar's length, 0..1 of the longest."""

    name: str
    colour: str
    count: int
    share: float
    chosen: bool = False

    @property
    def number(self) -> str:
        """The count as it is written."""
        return localised(f"{self.count:,}")


class ClassBars(QWidget):
    """A row of bars, one a class.

    Signals:
        chosen(str): the bar of that name was clicked.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(UNIT)
        self._bars: list[_BarButton] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def buttons(self) -> Sequence[_BarButton]:
        """The bars, as buttons."""
        return self._bars

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show these classes in this order."""
        if [each.name for each in bars] != [each.bar.name for each in self._bars]:
            self._build(bars)
        for button, bar in zip(self._bars, bars, strict=True):
            button.show_bar(bar)
        self._fit_text()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own
        """Keep numbers whole."""
        super().resizeEvent(event)
        self._fit_text()

    def _fit_text(self) -> None:
        """Take one smaller font for all, within reason, where a name or number would not fit."""
        if not self._bars:
            return
        room = self.width() / len(self._bars) - UNIT - 2 * HALF
        metrics = self.fontMetrics()
        texts = [text for each in self._bars for text in (each.bar.name, each.bar.number)]
        widest = max(metrics.horizontalAdvance(text) for text in texts)
        share = min(max(room / max(widest, 1), _SMALLEST_TEXT), 1.0)
        for button in self._bars:
            button.setFont(sized(self.font(), share))

    def _build(self, bars: Sequence[Bar]) -> None:
        for old in self._bars:
            self._layout.removeWidget(old)
            old.deleteLater()
        self._bars = [_BarButton(bar, self) for bar in bars]
        for button in self._bars:
            self._layout.addWidget(button)
            button.clicked.connect(lambda _=False, b=button: self.chosen.emit(b.bar.name))


class _BarButton(QAbstractButton):
    """Name and number above, the bar below."""

    def __init__(self, bar: Bar, parent: QWidget) -> None:
        super().__init__(parent)
        self.bar = bar
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bar(self, bar: Bar) -> None:
        """Show other numbers."""
        self.bar = bar
        words = f"{bar.name}, {bar.number}"
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """A line for the name, one for the number, and the bar."""
        metrics = self.fontMetrics()
        return QSize(10 * metrics.averageCharWidth(), 2 * metrics.height() + _BAR + UNIT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """A narrow window cuts names."""
        return QSize(2 * UNIT, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw the bar."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self)
        whole = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        if self.bar.chosen or self.underMouse():
            painter.setBrush(QColor(colours.selected if self.bar.chosen else colours.hover))
            painter.drawRoundedRect(whole, HALF, HALF)
        inner = whole.adjusted(HALF, 2, -HALF, -2)
        track = QRectF(inner.left(), inner.bottom() - _BAR, inner.width(), _BAR)
        painter.setBrush(QColor(colours.line))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        if self.bar.count:
            painter.setBrush(QColor(self.bar.colour))
            length = max(track.width() * self.bar.share, _BAR)
            painter.drawRoundedRect(
                QRectF(track.topLeft(), QSize(0, _BAR)).adjusted(0, 0, length, 0),
                _BAR / 2,
                _BAR / 2,
            )
        self._write(painter, inner, track)
        if self.hasFocus():
            focus_ring(painter, whole, colours)

    def _write(self, painter: QPainter, inner: QRectF, track: QRectF) -> None:
        colours = colours_of(self)
        height = (track.top() - inner.top()) / 2
        name = QRectF(inner.left(), inner.top(), inner.width(), height)
        painter.setPen(QColor(colours.text))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(name, left, elided(painter, self.bar.name, name.width()))
        painter.setPen(QColor(colours.dim))
        painter.drawText(name.translated(0, height), left, self.bar.number)
