"""What a model made elsewhere takes and gives, asked for once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.live.service import Said
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import HALF, UNIT

if TYPE_CHECKING:
    from faceapp.networks.foreign import Outline

_LEAST_SIZE, _MOST_SIZE, _USUAL_SIZE = 32, 1024, 224


class DescribeDialog(QDialog):
    """Asks for classes, order of the colours, values, size and what is shown.

    What the file itself says is not asked for. It stays open, and says what is wrong, until the
    model answers as it is said to.

    Signals:
        told(Said): try the model with these.
    """

    told = Signal(object)

    def __init__(self, model: Path, outline: Outline, before: Said | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("A model made elsewhere"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._outline = outline
        self._busy = False
        self.classes = QLineEdit()
        self.colours, self.values, self.shown = QComboBox(), QComboBox(), QComboBox()
        self.size_box = QSpinBox(minimum=_LEAST_SIZE, maximum=_MOST_SIZE)
        self._named = self._words("dim small")
        self.problem = self._words("strong")
        self.problem.hide()
        self._fill()
        self._build(model)
        self._begin_with(before)
        for signal in (self.classes.textChanged, self.colours.currentIndexChanged):
            signal.connect(self._check)
        self._check()

    def _fill(self) -> None:
        tr = self.tr
        colours = [
            (tr("Red, green, blue"), "rgb"),
            (tr("Blue, green, red (as OpenCV reads them)"), "bgr"),
        ]
        if self._outline.channels == 1:
            colours = [(tr("Grey"), "grey")]
        values = [
            (tr("0 to 255, as they are"), "0..255"),
            (tr("0 to 1"), "0..1"),
            (tr("-1 to 1"), "-1..1"),
        ]
        if self._outline.channels == 3:
            values += [
                (tr("Less ImageNet's mean (Keras: VGG, ResNet)"), "caffe"),
                (tr("Less its mean, by its deviation (PyTorch)"), "torch"),
            ]
        shown = [
            (tr("Each face, upright and cut out"), "aligned"),
            (tr("The whole picture"), "whole"),
        ]
        for box, choices in ((self.colours, colours), (self.values, values), (self.shown, shown)):
            for words, value in choices:
                box.addItem(words, value)

    def _build(self, model: Path) -> None:
        title = self._words("heading")
        title.setText(self.tr("What does {0} take and give?").format(model.name))
        form = QFormLayout()
        form.setVerticalSpacing(UNIT)
        form.setHorizontalSpacing(2 * UNIT)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        classes = QVBoxLayout()
        classes.setSpacing(HALF)
        classes.addWidget(self.classes)
        classes.addWidget(self._named)
        rows: Sequence[tuple[str, QWidget]] = (
            (self.tr("Co&lours"), self.colours),
            (self.tr("&Values"), self.values),
            (self.tr("&Side, pixels"), self.size_box),
            (self.tr("It is s&hown"), self.shown),
        )
        label = QLabel(self.tr("&Classes"))
        label.setBuddy(self.classes)
        form.addRow(label, classes)
        for words, box in rows:
            box.setAccessibleName(words.replace("&", ""))
            if box is not self.size_box:
                box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            if box is not self.size_box or not self._outline.size:
                form.addRow(words, box)
        self.classes.setAccessibleName(self.tr("Classes, in the order of the outputs"))
        self.classes.setPlaceholderText(self.tr("neutral, happy, sad"))
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(self.tr("Read with it"))
        self.buttons.accepted.connect(self._tell)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        layout.setSpacing(2 * UNIT)
        layout.addWidget(title)
        layout.addWidget(self._explanation())
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(72 * UNIT)
        self._fit()

    def _fit(self) -> None:
        """Have the height that the wrapped words need at this width, and no more."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        width = max(self.width(), self.minimumWidth())
        self.resize(width, layout.totalHeightForWidth(width))

    def _explanation(self) -> QLabel:
        takes = self.tr("It takes square pictures")
        if side := self._outline.size:
            takes = self.tr("It takes pictures of {0} x {0} pixels").format(side)
        grey = self._outline.channels == 1
        takes += " " + (self.tr("in grey.") if grey else self.tr("in colour."))
        found = self._words("dim")
        once = self.tr("faceapp did not make it. The answers are kept beside the file, so you are ")
        found.setText(once + self.tr("asked only once.") + " " + takes)
        return found

    def _words(self, role: str = "") -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        give_role(label, role)
        return label

    def _begin_with(self, before: Said | None) -> None:
        self.size_box.setValue(_USUAL_SIZE)
        if before is None:
            return
        self.classes.setText(", ".join(before.classes))
        self.classes.setCursorPosition(0)
        self.size_box.setValue(before.size)
        for box, value in (
            (self.colours, before.channels),
            (self.values, before.scaling),
            (self.shown, before.alignment),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))

    @property
    def said(self) -> Said:
        """What was answered so far."""
        names = tuple(part.strip() for part in self.classes.text().split(",") if part.strip())
        return Said(
            names,
            self._outline.size or self.size_box.value(),
            self.colours.currentData(),
            self.values.currentData(),
            self.shown.currentData(),
        )

    def show_problem(self, words: str) -> None:
        """Say why it cannot be so, and let the person go on."""
        self._busy = False
        self.problem.setText(words)
        self.problem.show()
        self._check()
        self._fit()
        self.classes.setFocus()

    def _check(self) -> None:
        names = self.said.classes
        wanted = self._outline.classes
        if wanted:
            words = self.tr("It gives {0} numbers, one a class, in this order; {1} named so far.")
            words = words.format(wanted, len(names))
        else:
            words = self.tr("In the order of its outputs, separated by commas.")
        fits = len(names) == wanted if wanted else len(names) > 1
        if fits:
            words = self.tr("In the order of its outputs: {0} classes.").format(len(names))
        if len(set(names)) < len(names):
            fits, words = False, self.tr("A class is named twice.")
        self._named.setText(words)
        self.ok.setEnabled(fits and not self._busy)

    def _tell(self) -> None:
        self._busy = True
        self.problem.hide()
        self._check()
        self._named.setText(self.tr("Trying it..."))
        self.told.emit(self.said)
