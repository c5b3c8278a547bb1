"""The readout beside the picture: what is painted anew when a reading comes."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPaintEvent, QRegion

from faceapp.gui.live.readout import Readout
from faceapp.gui.theme import UNIT
from faceapp.live.readings import FrameReading, Reading, State

pytestmark = pytest.mark.gui


class Painted(QObject):
    """Gathers what is painted of a widget."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.region = QRegion()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own
        if isinstance(event, QPaintEvent):
            self.region = self.region.united(event.region())
        return False


def test_the_stripe_of_a_class_is_painted_anew_with_its_name(qtbot: Any) -> None:
    readout = Readout()
    qtbot.addWidget(readout)
    readout.set_classes({"neutral": "#999999", "happy": "#e69f00"})
    with qtbot.waitExposed(readout):
        readout.show()
    painted = Painted(readout)
    readout.large.installEventFilter(painted)
    readout.repaint()
    painted.region = QRegion()
    read = Reading(1, None, State.READ, "happy", (0.2, 0.8))
    readout.show_reading(FrameReading("camera", 0, 0.0, ("neutral", "happy"), (read,)))
    qtbot.waitUntil(lambda: not painted.region.isEmpty())
    stripe = readout.large.rect()
    stripe.setWidth(UNIT)
    assert painted.region.contains(stripe.center())
