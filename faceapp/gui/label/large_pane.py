"""The right side of the Label page: one sample in full, and the answers to give."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from faceapp.gui.itemmodels.rows import Row
from faceapp.gui.itemmodels.thumbnails import LargePicture
from faceapp.gui.label.answers import AnswerPanel
from faceapp.gui.label.details import SampleDetails
from faceapp.gui.samples.canvas import ImageCanvas
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.widgets.elided_label import ElidedLabel

_DETAILS_HEIGHT = 15 * UNIT
_ROOM_FOR_DETAILS = 78 * UNIT  # px of the pane: below it the image needs the room


class LargePane(QWidget):
    """Name and tools above, the image, the answers, and what is known of the sample.

    Signals:
        faces_wanted(bool): the faces should be drawn, or no longer.
        large_wanted(): the image should have the whole page, or no longer.
    """

    faces_wanted = Signal(bool)
    large_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_large = False
        self.canvas = ImageCanvas()
        self.answers = AnswerPanel()
        self.details = SampleDetails()
        self.details.setFixedHeight(_DETAILS_HEIGHT)
        self.name = ElidedLabel()
        give_role(self.name, "strong")
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.fit = self._tool(self.tr("Fit"), self.tr("Show the whole image (Ctrl+0)"))
        self.pixels = self._tool("100%", self.tr("Show the image's own pixels (double click)"))
        self.faces = self._tool(
            self.tr("Faces"), self.tr("Show faces and correct them with the mouse (Ctrl+B)")
        )
        self.large = self._tool(self.tr("Large"), self.tr("Give the image the whole page (Enter)"))
        for button in (self.fit, self.pixels, self.faces, self.large):
            button.setCheckable(True)
        self.fit.clicked.connect(self.canvas.fit)
        self.pixels.clicked.connect(self.show_pixels)
        self.faces.toggled.connect(self.faces_wanted)
        self.large.clicked.connect(self.large_wanted)
        self.canvas.scale_changed.connect(self._show_scale)
        self._build()

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(0)
        for button in (self.fit, self.pixels, self.faces, self.large):
            tools.addWidget(button)
        tools.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(HALF, UNIT, UNIT, 0)
        layout.setSpacing(UNIT)
        head = QVBoxLayout()
        head.setSpacing(HALF)
        head.addWidget(self.name)  # a line of its own: beside the tools it would be cut
        head.addLayout(tools)
        layout.addLayout(head)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.answers)
        layout.addWidget(self.details)

    def _tool(self, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        give_role(button, "quiet")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def show_pixels(self) -> None:
        """Show the image's own pixels."""
        self.canvas.show_at(1.0 / self.devicePixelRatioF())

    def show_row(
        self, row: Row | None, picture: LargePicture | None, stand_in: QImage | None
    ) -> None:
        """Show one sample."""
        sample = row.sample if row else None
        self.canvas.show_sample(sample, picture, stand_in)
        self.answers.show_row(row)
        self.name.setText(sample.name if sample else "")

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """As low as without the details, which go first."""
        size = super().minimumSizeHint()
        if not self.details.isHidden():
            size.setHeight(size.height() - _DETAILS_HEIGHT - UNIT)
        return size

    def resizeEvent(self, event: object) -> None:  # noqa: N802 - Qt's own
        """In a low window the image comes first."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._show_details()

    def show_large(self, *, large: bool) -> None:
        """Give the image all the room there is, or take it back."""
        self._is_large = large
        self.large.setChecked(large)
        self._show_details()

    def _show_details(self) -> None:
        self.details.setVisible(self.height() >= _ROOM_FOR_DETAILS and not self._is_large)

    def _show_scale(self) -> None:
        exact = abs(self.canvas.scale * self.devicePixelRatioF() - 1.0) < 0.01
        self.fit.setChecked(self.canvas.fits)
        self.pixels.setChecked(exact and not self.canvas.fits)
