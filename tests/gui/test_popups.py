"""What a box of choices opens has room for every choice."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QComboBox

from faceapp.gui.theme import Theme

pytestmark = pytest.mark.gui


def test_the_last_choice_is_not_cut(qapp: QApplication, qtbot: Any) -> None:
    theme = Theme(qapp, qapp)
    box = QComboBox()
    qtbot.addWidget(box)
    box.addItems(["faceapp", "quick", "fine-tune", "study"])
    with qtbot.waitExposed(box):
        box.show()
    box.showPopup()
    view = box.view()
    qtbot.waitUntil(view.isVisible)
    last = view.visualRect(view.model().index(box.count() - 1, 0))
    assert view.viewport().rect().contains(last)
    box.hidePopup()
    theme.deleteLater()
