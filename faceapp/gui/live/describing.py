"""Model files that faceapp did not make: looked into, described once, then read with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from faceapp.gui.language import error_words
from faceapp.gui.live.describe_dialog import DescribeDialog
from faceapp.gui.live.models import Models
from faceapp.gui.live.service import LiveService, Said
from faceapp.gui.messages import Messages
from faceapp.gui.workers import JobRunner

if TYPE_CHECKING:
    from faceapp.networks.foreign import Outline


class Describing(QObject):
    """Asks what a model takes and gives where nobody has said it, or where it is to be changed."""

    def __init__(
        self,
        models: Models,
        service: LiveService,
        jobs: JobRunner,
        messages: Messages,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._models, self._service = models, service.elsewhere
        self._jobs, self._messages, self._page = jobs, messages, page
        self.dialog: DescribeDialog | None = None
        models.undescribed.connect(self.ask)

    def ask_again(self) -> None:
        """Have what was said of the model that reads changed."""
        if isinstance(self._models.chosen, Path):
            self.ask(self._models.chosen)

    def ask(self, model: Path) -> None:
        """Look into the file, then ask."""
        self._jobs.start(
            self.tr("Looking into {0}").format(model.name),
            lambda job: (self._service.look(model, job), self._service.said(model)),
            done=lambda found: self._open(model, *found),
            failed=lambda error: self._messages.problem(error, key="live model"),
            looking=True,
        )

    def _open(self, model: Path, outline: Outline, before: Said | None) -> None:
        if self.dialog is not None:
            self.dialog.reject()
        dialog = self.dialog = DescribeDialog(model, outline, before, self._page)
        dialog.told.connect(lambda said: self._try(dialog, model, said))
        dialog.finished.connect(lambda _: self._forget(dialog))
        dialog.open()

    def _forget(self, dialog: DescribeDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None

    def _try(self, dialog: DescribeDialog, model: Path, said: Said) -> None:
        """Keep what was said if the model answers so; a dialog that was closed asks no more."""

        def done(_nothing: None) -> None:
            if self.dialog is dialog:
                dialog.accept()
                self._messages.take_back("live model")
                self._models.choose(model)

        def failed(error: Exception) -> None:
            if self.dialog is dialog:
                dialog.show_problem(error_words(error))
            else:
                self._messages.problem(error, key="live model")

        self._jobs.start(
            self.tr("Trying {0}").format(model.name),
            lambda job: self._service.describe(model, said, job),
            done=done,
            failed=failed,
            looking=True,
        )
