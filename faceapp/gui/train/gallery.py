"""The most confident errors as pictures, and where in them the model looked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.itemmodels.thumbnails import ThumbnailPictures
from faceapp.gui.session import DatasetSession
from faceapp.gui.text import percent
from faceapp.gui.theme import HALF, UNIT, colours_of
from faceapp.gui.train.figures import HeatPicture, RunDetails, Tested
from faceapp.gui.train.parts import Flow, words
from faceapp.gui.widgets.painting import elided, focus_ring

SHOWN = 12
_SIDE = 112


class ErrorPicture(QAbstractButton):
    """One wrong answer: the image, what it shows, and what was answered."""

    def __init__(self, tested: Tested, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tested = tested
        self.image, self.heat = QImage(), QImage()
        said = self.tr("shows {0}, answered {1} ({2})").format(
            tested.truth, tested.predicted, percent(tested.sure)
        )
        self.setAccessibleName(f"{tested.name}: {said}")
        self.setToolTip(f"{tested.name}\n{said}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """The picture, and two lines below it."""
        return QSize(_SIDE + UNIT, _SIDE + UNIT + 2 * self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw picture and words."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        colours = colours_of(self)
        area = QRectF(HALF, HALF, _SIDE, _SIDE)
        painter.fillRect(area, QColor(colours.window))
        shown = self.image if self.heat.isNull() else self.heat
        if not shown.isNull():
            size = shown.size().scaled(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(area.center())
            painter.drawImage(place, shown)
        line = self.fontMetrics().height()
        below = QRectF(HALF, _SIDE + UNIT, _SIDE, line)
        painter.setPen(QColor(colours.text))
        painter.drawText(
            below, Qt.AlignmentFlag.AlignLeft, elided(painter, self.tested.truth, _SIDE)
        )
        said = f"\u2192 {self.tested.predicted} {percent(self.tested.sure)}"
        painter.setPen(QColor(colours.dim))
        painter.drawText(
            below.translated(0, line), Qt.AlignmentFlag.AlignLeft, elided(painter, said, _SIDE)
        )
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), colours)


class ErrorGallery(QWidget):
    """The wrong answers that the model was surest of.

    Signals:
        chosen(list, str): a picture was pressed: its sample, and words for it.
        heat_wanted(list): the `Tested` on show: the person wants to see where the model looked.
    """

    chosen = Signal(object, str)
    heat_wanted = Signal(object)

    def __init__(self, session: DatasetSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.pictures: list[ErrorPicture] = []
        self._thumbnails = ThumbnailPictures(session.dataset, lambda _keys: self._fill())
        self.destroyed.connect(self._thumbnails.close)
        self.heat_button = QPushButton(self.tr("Show where the model looked"))
        self.heat_button.setToolTip(
            self.tr("Colours the places that spoke for the wrong answer (Ctrl+H)")
        )
        self.heat_button.clicked.connect(self._ask)
        self.none = words(self.tr("No test image was answered wrongly."), "dim")
        self._note = words(role="dim small")
        self._note.hide()
        self.flow = Flow()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(self.flow)
        layout.addWidget(self.none)
        layout.addWidget(self._note)
        layout.addWidget(self.heat_button, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def idle(self) -> bool:
        """Whether all pictures are there."""
        return self._thumbnails.idle

    def show_errors(self, details: RunDetails, *, with_heat: bool) -> None:
        """Show the errors of a run; without `with_heat` nobody can say where it looked."""
        self.pictures = []
        there = [error for error in details.errors if error.sample is not None]
        for error in there[:SHOWN]:
            picture = ErrorPicture(error)
            picture.clicked.connect(lambda _=False, e=error: self._choose(e))
            self.pictures.append(picture)
        self.flow.show_cells(self.pictures)
        self.none.setVisible(not there)
        self._note.hide()
        self.heat_button.setVisible(bool(there) and with_heat)
        self.heat_button.setEnabled(True)
        self._fill()

    def show_heat(self, heats: Sequence[HeatPicture]) -> None:
        """Lay what a model looked at over the pictures."""
        of = {heat.sample: heat for heat in heats}
        for picture in self.pictures:
            heat = of.get(picture.tested.sample or -1)
            if heat is not None:
                side = heat.side
                image = QImage(heat.rgb, side, side, 3 * side, QImage.Format.Format_RGB888)
                picture.heat = image.copy()  # its own pixels
                picture.update()
        self.heat_button.hide()
        exact = all(heat.exact for heat in heats)
        says = self.tr("Warm places spoke for the wrong answer.")
        if not exact:
            says += " " + self.tr("Measured by covering the face piece by piece.")
        self._note.setText(says)
        self._note.show()

    def _ask(self) -> None:
        self.heat_button.setEnabled(False)
        self.heat_wanted.emit([picture.tested for picture in self.pictures])

    def _choose(self, error: Tested) -> None:
        said = self.tr("{0} answered {1}").format(error.truth, error.predicted)
        self.chosen.emit([error.sample], said)

    def _fill(self) -> None:
        dataset = self._session.dataset
        side = round(_SIDE * self.devicePixelRatioF())
        ids = [picture.tested.sample for picture in self.pictures if picture.tested.sample]
        samples = {sample.id: sample for sample in dataset.by_ids(ids)}
        for picture in self.pictures:
            sample = samples.get(picture.tested.sample or -1)
            found = self._thumbnails.get(sample, side) if sample is not None else None
            if found is not None:
                picture.image = found
                picture.update()
