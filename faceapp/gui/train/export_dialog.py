"""Writing a run's model for use elsewhere: which format, where to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.dialogs import choose_folder
from faceapp.gui.theme import UNIT
from faceapp.gui.train.parts import words


class ExportDialog(QDialog):
    """Asks for format, folder and name.

    Signals:
        chosen(str, Path): the format, and the file to write.
    """

    chosen = Signal(str, object)

    def __init__(
        self, formats: Mapping[str, str], start: Path, name: str, parent: QWidget | None = None
    ) -> None:
        """`formats` are the endings of files by format."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export the model"))
        self._formats = dict(formats)
        self.format = QComboBox()
        self.format.setAccessibleName(self.tr("Format"))
        self.format.addItems(list(formats))
        self.name = QLineEdit(name)
        self.name.setAccessibleName(self.tr("Name of the file"))
        self.folder = QLineEdit(str(start))
        self.folder.setAccessibleName(self.tr("Folder"))
        self.folder_button = QPushButton(self.tr("Choose..."))
        self.folder_button.clicked.connect(self._choose)
        self._file = words(role="dim small")
        place = QHBoxLayout()
        place.setSpacing(UNIT)
        place.addWidget(self.folder, 1)
        place.addWidget(self.folder_button)
        form = QFormLayout()
        form.setVerticalSpacing(UNIT)
        form.addRow(self.tr("&Format"), self.format)
        form.addRow(self.tr("Folder"), place)
        form.addRow(self.tr("&Name"), self.name)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.export_button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.export_button.setText(self.tr("Export"))
        self.buttons.accepted.connect(self._export)
        self.buttons.rejected.connect(self.reject)
        said = self.tr(
            "The file is asked about up to 50 of the run's test images before it is called done: "
            "it must answer as the model does. Classes and preprocessing go with it."
        )
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * UNIT)
        layout.addWidget(words(said))
        layout.addLayout(form)
        layout.addWidget(self._file)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(64 * UNIT)
        for signal in (self.name.textChanged, self.folder.textChanged):
            signal.connect(self._show_file)
        self.format.currentTextChanged.connect(self._show_file)
        self._show_file()

    @property
    def file(self) -> Path:
        """The file to write."""
        suffix = self._formats.get(self.format.currentText(), "")
        name = self.name.text().strip()
        return Path(self.folder.text()) / (name if name.endswith(suffix) else name + suffix)

    def _show_file(self) -> None:
        fits = bool(self.name.text().strip()) and Path(self.folder.text()).is_dir()
        exists = fits and self.file.exists()
        self.export_button.setEnabled(fits and not exists)
        said = self.tr("There is a file of that name already.") if exists else str(self.file)
        self._file.setText(said)

    def _choose(self) -> None:
        folder = choose_folder(self, self.tr("Folder of the exported model"), Path.home())
        if folder is not None:
            self.folder.setText(str(folder))

    def _export(self) -> None:
        self.chosen.emit(self.format.currentText(), self.file)
        self.accept()
