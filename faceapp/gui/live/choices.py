"""Buttons that open a menu of sources and of models, and show what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from faceapp.gui.theme import UNIT

if TYPE_CHECKING:
    from faceapp.gui.live.models import Models
    from faceapp.live.devices import CameraChoice


class ChoiceButton(QPushButton):
    """Shows a choice, cut short where it is long, and opens a menu of others."""

    letters = 22

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.choices = QMenu(self)
        self.setMenu(self.choices)
        self.full = ""

    def show_choice(self, words: str, what: str) -> None:
        """Show this one; `what` it is, for the tooltip and screen readers."""
        self.full = words
        room = self.letters * self.fontMetrics().averageCharWidth()
        self.setText(self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, room))
        self.setAccessibleName(f"{what}: {words}")
        self.setToolTip(f"{what}: {words}")

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Some of the name."""
        return QSize(12 * UNIT, super().minimumSizeHint().height())

    def _add(self, words: str, run: Callable[[], object]) -> QAction:
        action = QAction(words.replace("&", "&&"), self.choices)
        action.triggered.connect(lambda _=False: run())
        self.choices.addAction(action)
        return action

    def _add_group(
        self, entries: Sequence[tuple[str, Callable[[], object]]], chosen: str | None
    ) -> None:
        group = QActionGroup(self.choices)
        for words, run in entries:
            action = self._add(words, run)
            action.setCheckable(True)
            action.setChecked(words == chosen)
            group.addAction(action)


class SourceButton(ChoiceButton):
    """What is watched.

    Signals:
        camera_chosen(CameraChoice), file_wanted(), folder_wanted(), played_wanted(),
        off_wanted(), look_wanted().
    """

    camera_chosen = Signal(object)
    file_wanted = Signal()
    folder_wanted = Signal()
    played_wanted = Signal()
    off_wanted = Signal()
    look_wanted = Signal()

    def show_sources(
        self, cameras: Sequence[CameraChoice], chosen: str | None, *, watching: bool
    ) -> None:
        """Offer these cameras; `chosen` names what is watched."""
        self.choices.clear()
        entries = [(c.name, lambda c=c: self.camera_chosen.emit(c)) for c in cameras]
        self._add_group(entries, chosen)
        if not cameras:
            self._add(self.tr("No camera found"), lambda: None).setEnabled(False)
        self._add(self.tr("Look for cameras again"), self.look_wanted.emit)
        self.choices.addSeparator()
        self._add(self.tr("Image or video..."), self.file_wanted.emit)
        self._add(self.tr("Folder of images..."), self.folder_wanted.emit)
        self._add(self.tr("Video played as a camera..."), self.played_wanted.emit)
        if watching:
            self.choices.addSeparator()
            self._add(self.tr("Turn the camera off"), self.off_wanted.emit)
        self.show_choice(chosen or self.tr("Choose a source"), self.tr("Source"))


class ModelButton(ChoiceButton):
    """What reads.

    Signals:
        model_chosen(object): a run's folder, "starter", or None for none.
        file_wanted().
        describe_wanted(): what was said of the model's file is to be changed.
    """

    letters = 32

    model_chosen = Signal(object)
    file_wanted = Signal()
    describe_wanted = Signal()

    def show_models(self, models: Models) -> None:
        """Offer them."""
        self.choices.clear()
        offered, chosen = models.offered(), models.chosen
        named = next((name for name, model in offered if model == chosen), None)
        entries = [(n, lambda m=m: self.model_chosen.emit(m)) for n, m in offered]
        self._add_group(entries, named)
        self.choices.addSeparator()
        self._add(self.tr("Model file..."), self.file_wanted.emit)
        if models.made_elsewhere:
            self._add(self.tr("What this model takes..."), self.describe_wanted.emit)
        self.show_choice(named or str(chosen or ""), self.tr("Model"))
