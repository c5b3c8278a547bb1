"""The few questions that a window may put in the way, and the choosing of folders."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget

from faceapp.gui.language import tr


def confirm(parent: QWidget, question: str, explanation: str, yes: str, no: str) -> bool:
    """Ask before something that cannot be taken back; `no` is what Enter and Esc mean."""
    box = QMessageBox(QMessageBox.Icon.Warning, parent.windowTitle(), question, parent=parent)
    box.setInformativeText(explanation)
    accept: QPushButton = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    refuse: QPushButton = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(refuse)
    box.setEscapeButton(refuse)
    box.exec()
    return box.clickedButton() is accept


def choose_folder(parent: QWidget, title: str, start: Path) -> Path | None:
    """Have a folder chosen; None where the person thinks better of it."""
    chosen = QFileDialog.getExistingDirectory(parent, title, str(start))
    return Path(chosen) if chosen else None


def choose_file(parent: QWidget, title: str, start: Path, kinds: str) -> Path | None:
    """Have a file chosen, of `kinds` as in "Tables (*.csv)"; None where none was."""
    chosen, _kind = QFileDialog.getOpenFileName(parent, title, str(start), kinds)
    return Path(chosen) if chosen else None


def choose_new_file(parent: QWidget, title: str, suggested: Path, kinds: str) -> Path | None:
    """Have place and name of a file to write chosen; None where none was."""
    chosen, _kind = QFileDialog.getSaveFileName(parent, title, str(suggested), kinds)
    return Path(chosen) if chosen else None


def choose_new_folder(parent: QWidget, title: str, suggested: Path) -> Path | None:
    """Have place and name of a new folder chosen; None where none was."""
    dialog = QFileDialog(parent, title, str(suggested.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    # Qt speaks of saving a file here; what is made is a folder.
    for label, text in (
        (QFileDialog.DialogLabel.FileName, tr("Folder:")),
        (QFileDialog.DialogLabel.Accept, tr("Make")),
    ):
        dialog.setLabelText(label, text)
    dialog.selectFile(suggested.name)
    return Path(dialog.selectedFiles()[0]) if dialog.exec() else None
