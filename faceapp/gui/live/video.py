"""The picture that is watched, with boxes, names and whatever is to be said over it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from faceapp.gui.live.face_bars import bars_place, paint_bars
from faceapp.gui.text import percent
from faceapp.gui.theme import HALF, HEADING, SMALL, UNIT, sized, text_on
from faceapp.live.pace import Pace, PaceFigures

if TYPE_CHECKING:
    from faceapp.live.frames import Frame
    from faceapp.live.readings import FrameReading, Reading

_GROUND, _WORDS, _ADVICE = "#0e0f12", "#f2f3f7", "#b9bdc9"  # a picture stands on black, always
_NO_CLASS = "#bebebe"
_BOX = 2.5


class VideoView(QWidget):
    """Shows the newest picture as large as it fits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Picture"))
        self._image = QImage()
        self._frame: Frame | None = None  # keeps the pixels that the image reads
        self._reading: FrameReading | None = None
        self._colours: Mapping[str, str] = {}
        self._title = self._advice = ""
        self._inset = QImage()
        self._unpainted: float | None = None
        self._pace = Pace()
        self.figures = PaceFigures(0.0, 0.0, 0.0)
        self.named = True

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """A usual camera's."""
        return QSize(640, 480)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Small, so that the window may be."""
        return QSize(240, 160)

    @property
    def image(self) -> QImage:
        """The picture shown; null where there is none."""
        return self._image

    @property
    def inset_shown(self) -> bool:
        """Whether there is a small picture in the corner."""
        return not self._inset.isNull()

    @property
    def said(self) -> tuple[str, str]:
        """Title and advice that stand over the picture."""
        return self._title, self._advice

    def show_frame(self, frame: Frame) -> None:
        """Show a picture."""
        height, width = frame.pixels.shape[:2]
        # The image reads the array's own memory, which `_frame` keeps; nothing is copied.
        self._image = QImage(
            frame.pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888
        )
        self._frame = frame
        self.update()

    def show_reading(self, reading: FrameReading | None) -> None:
        """Show boxes and names."""
        self._reading = reading
        if reading is not None and reading.time is not None:
            self._unpainted = reading.captured
        self.setAccessibleDescription(self._description())
        self.update()

    def show_inset(self, inset: QImage) -> None:
        """Show a small picture in the corner; a null one for none."""
        self._inset = inset
        self.update()

    def set_colours(self, colours: Mapping[str, str]) -> None:
        """Have each class drawn in its colour."""
        self._colours = colours
        self.update()

    def say(self, title: str, advice: str = "") -> None:
        """Say something over the picture; nothing for empty words."""
        if (title, advice) != (self._title, self._advice):
            self._title, self._advice = title, advice
            self.update()

    def clear(self) -> None:
        """Show no picture, and count the pace anew."""
        self._image, self._frame, self._reading = QImage(), None, None
        self._inset, self._unpainted = QImage(), None
        self._pace, self.figures = Pace(), PaceFigures(0.0, 0.0, 0.0)
        self.setAccessibleDescription("")
        self.update()

    def place(self) -> QRectF:
        """Where the picture lies in the widget."""
        whole = QRectF(self.rect())
        if self._image.isNull():
            return whole
        factor = min(whole.width() / self._image.width(), whole.height() / self._image.height())
        size = self._image.size() * factor
        left = (whole.width() - size.width()) / 2
        return QRectF(left, (whole.height() - size.height()) / 2, size.width(), size.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw the picture and what stands over it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(_GROUND))
        if not self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.place(), self._image)
            self._paint_faces(painter, self._reading.readings if self._reading else ())
        if not self._inset.isNull():
            self._paint_inset(painter)
        if self._title:
            self._paint_words(painter)
        painter.end()
        self._count()

    def _count(self) -> None:
        """A reading is on screen now: that ends its latency."""
        if self._unpainted is not None:
            self.figures = self._pace.add(self._unpainted, time.monotonic())
            self._unpainted = None

    def _paint_faces(self, painter: QPainter, readings: Sequence[Reading]) -> None:
        if len(readings) > 1 and self.named:  # of a single one the readout has them all
            for each in readings:
                where = bars_place(self._box(each), self.place(), len(self._colours))
                if each.shown:
                    paint_bars(painter, where, each.shown, self._colours)
        for each in readings:
            self._paint_face(painter, each)

    def _box(self, reading: Reading) -> QRectF:
        """Where a face lies in the widget; the whole picture where it was read whole."""
        place = self.place()
        if reading.box is None:
            return place
        factor = place.width() / self._image.width()
        x, y, width, height = (value * factor for value in reading.box)
        return QRectF(place.left() + x, place.top() + y, width, height)

    def _paint_face(self, painter: QPainter, reading: Reading) -> None:
        box = self._box(reading)
        colour = QColor(self._colours.get(reading.label, _NO_CLASS))
        dashed = reading.label not in self._colours
        painter.setPen(
            QPen(colour, _BOX, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, HALF, HALF)
        self._paint_plate(painter, box, self._plate_words(reading), colour)

    def _plate_words(self, reading: Reading) -> str:
        number = str(reading.number) if reading.number else ""
        if not self.named:
            return number
        known = reading.label in self._colours
        words = reading.label if known else self._state_words(reading.label)
        sure = percent(reading.confidence) if known else ""
        return "  ".join(part for part in (number, words, sure) if part)

    def _state_words(self, label: str) -> str:
        return {"unsure": self.tr("unsure"), "too small": self.tr("too small")}.get(label, label)

    def _paint_plate(self, painter: QPainter, box: QRectF, words: str, colour: QColor) -> None:
        if not words:
            return
        painter.setFont(sized(self.font(), SMALL, QFont.Weight.DemiBold))
        metrics = painter.fontMetrics()
        size = QSize(metrics.horizontalAdvance(words) + 2 * UNIT, metrics.height() + HALF)
        left = max(0.0, min(box.left() - _BOX / 2, self.width() - size.width()))
        above = box.top() - size.height()
        plate = QRectF(QPointF(left, above if above >= 0 else box.top()), size)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(plate, HALF, HALF)
        painter.setPen(text_on(colour))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_inset(self, painter: QPainter) -> None:
        side = min(self.width(), self.height()) / 3.2
        place = QRectF(self.width() - side - UNIT, UNIT, side, side)
        painter.drawImage(place, self._inset)
        painter.setPen(QPen(QColor(_WORDS), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)

    def _paint_words(self, painter: QPainter) -> None:
        """Words on a darkened picture."""
        veil = QColor(_GROUND)
        veil.setAlphaF(0.72)
        painter.fillRect(self.rect(), veil)
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        room = QRectF(self.rect()).adjusted(3 * UNIT, UNIT, -3 * UNIT, -UNIT)
        heading = sized(self.font(), HEADING, QFont.Weight.DemiBold)
        middle = room.center().y()
        painter.setFont(heading)
        painter.setPen(QColor(_WORDS))
        upper = QRectF(room.left(), room.top(), room.width(), middle - room.top())
        painter.drawText(upper, centre | Qt.AlignmentFlag.AlignBottom, self._title)
        painter.setFont(self.font())
        painter.setPen(QColor(_ADVICE))
        lower = QRectF(room.left(), middle + UNIT, room.width(), room.bottom() - middle)
        painter.drawText(lower, centre | Qt.AlignmentFlag.AlignTop, self._advice)

    def _description(self) -> str:
        faces = self._reading.readings if self._reading else ()
        return ", ".join(f"{each.number} {each.label}" for each in faces)
