"""One image, as large as there is room or pixel by pixel, with its faces on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from faceapp.dataset import Sample, StoredFace
from faceapp.gui.itemmodels.thumbnails import LargePicture
from faceapp.gui.samples.face_edit import (
    Grip,
    Hold,
    box_between,
    corners,
    dragged,
    face_in,
    hold_at,
    large_enough,
)
from faceapp.gui.theme import UNIT, colours_of

_REACH = 9.0  # screen px around a handle
_LARGEST_SCALE = 16.0
_WHEEL_FACTOR = 1.25
_MARKS = ("#e69f00", "#e69f00", "#56b4e9", "#cc79a7", "#cc79a7")  # eyes, nose, mouth


class ImageCanvas(QWidget):
    """The large view. All positions it speaks of are pixels of the sample's upright image.

    Signals:
        faces_changed(tuple): the person corrected the faces shown.
        scale_changed(): the image is shown larger or smaller.
    """

    faces_changed = Signal(object)
    scale_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sample: Sample | None = None
        self._picture: LargePicture | None = None
        self._stand_in: QImage | None = None
        self._faces: tuple[StoredFace, ...] | None = None
        self._fits = True
        self._scale = 1.0
        self._middle = QPointF()  # the image's point in the middle of the widget
        self._drag: _Drag | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(16 * UNIT, 16 * UNIT)
        self.setAccessibleName(self.tr("Large view"))

    @property
    def sample(self) -> Sample | None:
        """The sample shown."""
        return self._sample

    @property
    def complete(self) -> bool:
        """Whether the image itself is shown, and no thumbnail in its place."""
        return self._picture is not None

    @property
    def problem(self) -> str:
        """Why there is no image; "" where there is one."""
        return self._picture.problem if self._picture is not None else ""

    def show_sample(
        self, sample: Sample | None, picture: LargePicture | None, stand_in: QImage | None
    ) -> None:
        """Show a sample; while there is no `picture` yet, its thumbnail stands in."""
        if sample is None or self._sample is None or sample.id != self._sample.id:
            self._drag = None
            self._faces = None
        self._sample = sample
        self._picture = picture
        self._stand_in = stand_in
        self._fit()
        self.update()

    def show_faces(self, faces: Sequence[StoredFace] | None) -> None:
        """Draw these faces, to be corrected with the mouse; None draws none."""
        self._faces = None if faces is None else tuple(faces)
        self._drag = None
        self.update()

    @property
    def faces(self) -> tuple[StoredFace, ...] | None:
        """The faces drawn."""
        return self._faces

    @property
    def fits(self) -> bool:
        """Whether the image is shown as large as there is room."""
        return self._fits

    @property
    def scale(self) -> float:
        """Screen pixels a pixel of the image."""
        return self._scale

    def fit(self) -> None:
        """Show the whole image as large as there is room."""
        self._fits = True
        self._fit()
        self.update()

    def show_at(self, scale: float, fixed: QPointF | None = None) -> None:
        """Show the image at a scale; the point under `fixed` (in the widget) stays there."""
        point = QPointF(self.rect().center()) if fixed is None else fixed
        before = self.to_image(point)
        self._fits = False
        self._scale = min(max(scale, min(self._fitting(), 1.0) / 4), _LARGEST_SCALE)
        self._middle += before - self.to_image(point)
        self._changed()

    def to_image(self, point: QPointF) -> QPointF:
        """The image's point at a point of the widget."""
        return (point - self._centre()) / self._scale + self._middle

    def to_widget(self, x: float, y: float) -> QPointF:
        """The widget's point where a point of the image is shown."""
        return (QPointF(x, y) - self._middle) * self._scale + self._centre()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own
        """Keep fitting."""
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's own
        """Come nearer to what is under the mouse, or go away from it."""
        if self._sample is not None and event.angleDelta().y():
            nearer = event.angleDelta().y() > 0
            factor = _WHEEL_FACTOR if nearer else 1 / _WHEEL_FACTOR
            self.show_at(self._scale * factor, event.position())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Change between the whole image and its own pixels."""
        if self._fits:
            self.show_at(1.0, event.position())
        else:
            self.fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Take hold of a face, of the image, or begin a face where there is none."""
        if event.button() != Qt.MouseButton.LeftButton or self._sample is None:
            return
        at = self.to_image(event.position())
        hold = self._hold_at(event.position())
        draws = self._faces == () or (
            self._faces is not None and bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        )
        self._drag = _Drag(at, hold, event.position(), self._faces or (), draws and hold is None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Drag what is held."""
        drag = self._drag
        if drag is None or self._sample is None:
            self._show_cursor(event.position())
            return
        at = self.to_image(event.position())
        by = (at.x() - drag.start.x(), at.y() - drag.start.y())
        if drag.draws:
            box = box_between((drag.start.x(), drag.start.y()), (at.x(), at.y()))
            self._faces = (*drag.faces, face_in(box)) if large_enough(box) else drag.faces
        elif drag.hold is not None:
            size = (self._sample.width, self._sample.height)
            faces = list(drag.faces)
            faces[drag.hold.face] = dragged(faces[drag.hold.face], drag.hold, by, size)
            self._faces = tuple(faces)
        elif not self._fits:
            self._middle -= (event.position() - drag.last) / self._scale
            drag.last = event.position()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own
        """Tell of a correction."""
        del event
        drag, self._drag = self._drag, None
        if drag is not None and self._faces is not None and self._faces != drag.faces:
            if all(large_enough(face.box) for face in self._faces):
                self.faces_changed.emit(self._faces)
            else:
                self.show_faces(drag.faces)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw image and faces."""
        del event
        painter = QPainter(self)
        colours = colours_of(self)
        painter.fillRect(self.rect(), QColor(colours.window))
        if self._sample is None:
            return
        if self._picture is not None and self._picture.problem:
            painter.setPen(QColor(colours.problem))
            inner = self.rect().adjusted(UNIT, UNIT, -UNIT, -UNIT)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(inner, int(flags), self._picture.problem)
            return
        self._paint_image(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for face in self._faces or ():
            self._paint_face(painter, face)

    def _paint_image(self, painter: QPainter) -> None:
        image = self._image()
        if image is None or image.isNull():
            return
        assert self._sample is not None
        size = QSizeF(self._sample.width, self._sample.height) * self._scale
        target = QRectF(self.to_widget(0, 0), size)
        blocky = self._scale >= 4  # pixels are what one looks at
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not blocky)
        painter.drawImage(target, image)

    def _image(self) -> QImage | None:
        if self._picture is None:
            return self._stand_in
        assert self._sample is not None
        shown = self._scale * self.devicePixelRatioF() * self._sample.width
        enough = shown <= self._picture.small.width()
        return self._picture.small if enough else self._picture.full

    def _paint_face(self, painter: QPainter, face: StoredFace) -> None:
        x, y, width, height = face.box
        accent = QColor(colours_of(self).accent)
        box = QRectF(self.to_widget(x, y), self.to_widget(x + width, y + height))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(0, 0, 0, 160), 4), QPen(accent, 2)):
            painter.setPen(pen)
            painter.drawRect(box)
        painter.setPen(QPen(QColor("black"), 1))
        painter.setBrush(accent)
        for corner in corners(face.box):
            at = self.to_widget(*corner)
            painter.drawRect(QRectF(at.x() - 4, at.y() - 4, 8, 8))
        for point, colour in zip(face.landmarks, _MARKS, strict=True):
            painter.setBrush(QColor(colour))
            painter.drawEllipse(self.to_widget(*point), 4, 4)

    def _hold_at(self, position: QPointF) -> Hold | None:
        if not self._faces:
            return None
        at = self.to_image(position)
        return hold_at((at.x(), at.y()), self._faces, _REACH / self._scale)

    def _show_cursor(self, position: QPointF) -> None:
        hold = self._hold_at(position)
        shapes: dict[Grip, Qt.CursorShape] = {
            Grip.LANDMARK: Qt.CursorShape.CrossCursor,
            Grip.CORNER: Qt.CursorShape.SizeAllCursor,
            Grip.BOX: Qt.CursorShape.OpenHandCursor,
        }
        default = Qt.CursorShape.ArrowCursor if self._fits else Qt.CursorShape.OpenHandCursor
        if self._faces == ():
            default = Qt.CursorShape.CrossCursor
        self.setCursor(default if hold is None else shapes[hold.grip])

    def _centre(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)

    def _fitting(self) -> float:
        if self._sample is None or not (self._sample.width and self._sample.height):
            return 1.0
        return min(self.width() / self._sample.width, self.height() / self._sample.height)

    def _fit(self) -> None:
        if self._sample is None or not self._fits:
            return
        self._scale = min(self._fitting(), _LARGEST_SCALE)
        self._middle = QPointF(self._sample.width / 2, self._sample.height / 2)
        self._changed()

    def _changed(self) -> None:
        self.scale_changed.emit()
        self.update()


class _Drag:
    """The mouse is down: since `start` (in the image), holding a part of a face, or the image."""

    def __init__(
        self,
        start: QPointF,
        hold: Hold | None,
        last: QPointF,
        faces: tuple[StoredFace, ...],
        draws: bool,
    ) -> None:
        self.start = start
        self.hold = hold
        self.last = last
        self.faces = faces
        self.draws = draws
