"""What an image must be like to be kept: size, face, sharpness, licence, and how many of a host."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QSpinBox, QWidget

from faceapp.gui.scrape.work import ImageRules
from faceapp.gui.theme import HALF, UNIT

_ANY, _REUSE = "any", "reuse"


class Conditions(QWidget):
    """The rules of a scrape.

    Signals:
        changed(): another rule holds.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        usual = ImageRules()
        self.licence = QComboBox()
        self.licence.addItem(self.tr("any licence"), _ANY)
        self.licence.addItem(self.tr("may be used again"), _REUSE)
        self.licence.setToolTip(
            self.tr("Only some sites can be asked for images that may be used again")
        )
        self.image_side = self._pixels(usual.image_side, self.tr("Least side of an image"))
        self.face_side = self._pixels(usual.face_side, self.tr("Least side of a face"))
        self.several = QComboBox()
        self.several.addItem(self.tr("refused"), "refuse")
        self.several.addItem(self.tr("one sample a face"), "each")
        self.sharp = QCheckBox(self.tr("Refuse blurred faces"))
        self.sharp.setChecked(usual.sharp)
        self.host_limit = QSpinBox()
        self.host_limit.setRange(0, 9999)
        self.host_limit.setSpecialValueText(self.tr("any number"))
        self.host_limit.setToolTip(self.tr("So that one site does not make up a whole class"))
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(UNIT)
        form.setVerticalSpacing(HALF)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, field in (
            (self.tr("Licence"), self.licence),
            (self.tr("Image from"), self.image_side),
            (self.tr("Face from"), self.face_side),
            (self.tr("Several faces"), self.several),
            (self.tr("Of one host"), self.host_limit),
        ):
            form.addRow(words, field)
            field.setAccessibleName(words)
            field.setMinimumHeight(self.licence.sizeHint().height())
        form.addRow(self.sharp)
        self.licence.currentIndexChanged.connect(self.changed)

    def _pixels(self, value: int, tip: str) -> QSpinBox:
        box = QSpinBox()
        box.setRange(16, 4000)
        box.setValue(value)
        box.setSuffix(self.tr(" px"))
        box.setToolTip(tip)
        return box

    @property
    def rules(self) -> ImageRules:
        """What an image must be like."""
        return ImageRules(
            image_side=self.image_side.value(),
            face_side=self.face_side.value(),
            several="each" if self.several.currentData() == "each" else "refuse",
            sharp=self.sharp.isChecked(),
        )

    @property
    def chosen_licence(self) -> Literal["any", "reuse"]:
        """Which licence is asked for."""
        return "reuse" if self.licence.currentData() == _REUSE else "any"

    @property
    def most_of_host(self) -> int | None:
        """How many images of one host are kept; None is any number."""
        return self.host_limit.value() or None
