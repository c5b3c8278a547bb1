"""A plot that never holds the window up: matplotlib draws in a thread, points come on top."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from faceapp.gui.theme import UNIT, colours_of
from faceapp.gui.train.drawing import Drawn, Look, Panel, draw
from faceapp.gui.workers import JobRunner

REDRAW_SECONDS = 0.5
_DOT = 1.5


class PlotView(QWidget):
    """Panels beside one another, drawn anew at most twice a second.

    `add_points` puts single points into a panel at once, on top of what is drawn; the next drawing
    is expected to hold them.
    """

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._panels: tuple[Panel, ...] = ()
        self._points: list[tuple[int, float, float, str]] = []
        self._held = 0
        self._drawn: Drawn | None = None
        self._image = QImage()
        self._drawing, self._stale = False, False
        self._last = -REDRAW_SECONDS
        self.redraws = 0
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._draw)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(30 * UNIT, 16 * UNIT))

    @property
    def idle(self) -> bool:
        """Whether what is shown is what was asked for."""
        return not (self._drawing or self._stale or self._later.isActive())

    @property
    def panels(self) -> tuple[Panel, ...]:
        """What is to be shown."""
        return self._panels

    def show_panels(self, panels: Sequence[Panel], words: str) -> None:
        """Show these; `words` say the same to whoever does not see it."""
        self._panels = tuple(panels)
        self._held = len(self._points)  # the panels' lines hold them now
        self.setAccessibleDescription(words)
        self._ask()

    def add_points(self, points: Iterable[tuple[int, float, float, str]]) -> None:
        """Paint points at once: the panel's place, x, y and colour of each."""
        self._points += points
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Wide enough for two panels."""
        return QSize(80 * UNIT, 26 * UNIT)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own
        """Draw for the new size."""
        super().resizeEvent(event)
        self._ask()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow theme and size of text."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._ask()

    def _ask(self) -> None:
        """Draw soon, and not more than twice a second."""
        self._stale = bool(self._panels)
        if not self._stale or self._drawing or self._later.isActive():
            return
        wait = max(0.0, self._last + REDRAW_SECONDS - time.monotonic())
        self._later.start(round(1000 * wait))

    def _draw(self) -> None:
        if self._drawing or not self._panels:
            return
        self._drawing, self._stale = True, False
        self._last = time.monotonic()
        self.redraws += 1
        panels, ratio = self._panels, self.devicePixelRatioF()
        width, height = self.width(), self.height()
        look, held, self._held = self._look(), self._held, 0
        drawing = self._jobs.start(
            self.tr("Drawing"),
            lambda _job: draw(panels, width, height, ratio, look),
            done=lambda drawn: self._show(drawn, held),
            quiet=True,
        )
        drawing.ended.connect(self._end)

    def _look(self) -> Look:
        colours = colours_of(self)
        points = self.font().pointSizeF()
        return Look(colours.base, colours.text, colours.dim, colours.line, points)

    def _show(self, drawn: Drawn, held: int) -> None:
        del self._points[:held]
        self._held = max(0, self._held - held)
        self._drawn = drawn
        image = QImage(
            drawn.pixels, drawn.width, drawn.height, 4 * drawn.width, QImage.Format.Format_RGBA8888
        ).copy()  # its own pixels
        image.setDevicePixelRatio(self.devicePixelRatioF())
        self._image = image
        self.update()
        if self._stale:
            self._ask()

    def _end(self) -> None:
        self._drawing = False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Show the last drawing, and the points that came since."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours_of(self).base))
        if self._drawn is None:
            return
        painter.drawImage(QPointF(0, 0), self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for panel, x, y, colour in self._points:
            place = self._drawn.frames[panel].place(x, y) if self._panels else None
            if place is not None:
                painter.setBrush(QColor(colour))
                painter.drawEllipse(QPointF(*place), _DOT, _DOT)
