"""The question which checks to run."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.clean.kinds_panel import sections
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import UNIT


class ChooseChecks(QDialog):
    """A box for each check, under its heading; clicking a heading ticks all below it.

    Signals:
        chosen(list): run the checks of these kinds.
    """

    chosen = Signal(object)

    def __init__(self, titles: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Which checks?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.boxes = {kind: QCheckBox(title) for kind, title in titles.items()}
        columns = QGridLayout()
        columns.setHorizontalSpacing(3 * UNIT)
        for column, (head, kinds) in enumerate(sections(titles)):
            button = QPushButton(head)
            give_role(button, "quiet")
            button.setToolTip(self.tr("Tick all of these, or none"))
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, those=tuple(kinds): self._toggle(those))
            columns.addWidget(button, 0, column, Qt.AlignmentFlag.AlignLeft)
            for place, kind in enumerate(kinds, 1):
                columns.addWidget(self.boxes[kind], place, column)
                self.boxes[kind].toggled.connect(self._show)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.run = buttons.addButton(self.tr("Check"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.run.setDefault(True)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        layout.setSpacing(2 * UNIT)
        layout.addWidget(QLabel(self.tr("Only what is new or changed is looked at again.")))
        layout.addLayout(columns)
        layout.addWidget(buttons)
        self._show()

    def _toggle(self, kinds: tuple[str, ...]) -> None:
        ticked = all(self.boxes[kind].isChecked() for kind in kinds)
        for kind in kinds:
            self.boxes[kind].setChecked(not ticked)

    def _ticked(self) -> list[str]:
        return [kind for kind, box in self.boxes.items() if box.isChecked()]

    def _show(self) -> None:
        self.run.setEnabled(bool(self._ticked()))

    def _accept(self) -> None:
        kinds = self._ticked()
        self.accept()
        self.chosen.emit(kinds)
