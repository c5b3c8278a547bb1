"""What can be turned while watching: source, smoothing, heat map, neutral."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

from faceapp.gui.live.choices import SourceButton
from faceapp.gui.settings import Row
from faceapp.gui.theme import HALF, UNIT

if TYPE_CHECKING:
    from faceapp.gui.live.models import Models

_MOST = 2.0  # seconds
SMOOTHING = Row("live smoothing", 0.3, lambda seconds: 0 <= seconds <= _MOST)
NEUTRAL_SECONDS = 3
_STEP = 0.1


class Controls(QWidget):
    """One line below the picture.

    Signals:
        turned(): smoothing, or whether people are corrected.
        heat_toggled(bool): the map of where the model looks.
        neutral_begun(), neutral_ended(): three seconds of a resting face.
    """

    turned = Signal()
    heat_toggled = Signal(bool)
    neutral_begun = Signal()
    neutral_ended = Signal()

    def __init__(self, smoothing: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = SourceButton()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, round(_MOST / _STEP))
        self.slider.setAccessibleName(self.tr("Smoothing"))
        self.slider.setMinimumWidth(7 * UNIT)
        self.slider.setMaximumWidth(16 * UNIT)
        self._seconds = QLabel()
        self.heat = QCheckBox(self.tr("Heat map"))
        self.heat.setToolTip(self.tr("Show where the model looks (Ctrl+H)"))
        self.neutral = QPushButton()
        self.corrected = QCheckBox(self.tr("Corrected"))
        self.corrected.setToolTip(self.tr("Show readings corrected for this resting face"))
        self.corrected.setChecked(True)
        self.corrected.hide()
        self._left = 0
        self._rests = True
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._count_down)
        self._build()
        self.slider.valueChanged.connect(self._turn)
        self.slider.setValue(round(smoothing / _STEP))
        self._say()
        self.corrected.toggled.connect(lambda _on: self.turned.emit())
        self.heat.toggled.connect(self.heat_toggled)
        self.neutral.clicked.connect(self.begin_neutral)
        self.show_calibrated(calibrated=False)

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(self.source)
        layout.addStretch(1)
        layout.addWidget(self._seconds)
        layout.addWidget(self.slider, 2)
        layout.addSpacing(HALF)
        for each in (self.heat, self.neutral, self.corrected):
            layout.addWidget(each)

    @property
    def smoothing(self) -> float:
        """Seconds."""
        return float(self.slider.value() * _STEP)

    @property
    def counting(self) -> bool:
        """Whether a resting face is being looked at."""
        return self._left > 0

    def set_reading(self, models: Models, *, watching: bool) -> None:
        """Whether there is a model that reads a camera, and whether it knows a resting face."""
        reads = watching and models.reads
        self._rests = not models.reads or models.knows_neutral
        self.heat.setEnabled(reads)
        self.neutral.setEnabled(reads and self._rests)
        self._tell_neutral()
        if not reads:
            self._left = 0
            self._clock.stop()
            self.show_calibrated(calibrated=False)

    def show_calibrated(self, *, calibrated: bool) -> None:
        """Somebody's resting face is known, or no longer."""
        self.corrected.setVisible(calibrated)
        self.neutral.setText(self.tr("Neutral again...") if calibrated else self.tr("Neutral..."))
        self._tell_neutral()

    def _tell_neutral(self) -> None:
        self.neutral.setToolTip(
            self.tr("Look neutral for three seconds, so that your resting face reads so (Ctrl+E)")
            if self._rests
            else self.tr("This model knows no neutral: there is nothing to calibrate")
        )

    def begin_neutral(self) -> None:
        """Count three seconds down."""
        if not self.neutral.isEnabled() or self.counting:
            return
        self._left = NEUTRAL_SECONDS
        self.neutral_begun.emit()
        self._show_left()
        self._clock.start()

    def _count_down(self) -> None:
        self._left -= 1
        if self._left:
            self._show_left()
            return
        self._clock.stop()
        self.show_calibrated(calibrated=False)
        self.neutral_ended.emit()

    def _show_left(self) -> None:
        self.neutral.setText(self.tr("Look neutral: {0}").format(self._left))

    def _turn(self) -> None:
        self._say()
        self.turned.emit()

    def _say(self) -> None:
        self._seconds.setText(self.tr("Smoothing {0:.1f} s").format(self.smoothing))
