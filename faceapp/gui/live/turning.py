"""What the controls do: smoothing, the heat map, and calibrating a resting face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from faceapp.errors import FaceAppError
from faceapp.gui.live.controls import SMOOTHING, Controls
from faceapp.gui.live.heat import heat_picture
from faceapp.gui.live.models import Models
from faceapp.gui.live.service import LiveService
from faceapp.gui.live.video import VideoView
from faceapp.gui.live.watching import Watching
from faceapp.gui.messages import Messages
from faceapp.gui.settings import Settings
from faceapp.gui.workers import JobRunner

if TYPE_CHECKING:
    from faceapp.live.frames import Frame
    from faceapp.live.looking import Look
    from faceapp.live.pace import PaceFigures
    from faceapp.live.readings import FrameReading


class Turning(QObject):
    """Follows the controls."""

    def __init__(
        self,
        controls: Controls,
        video: VideoView,
        *,
        watching: Watching,
        models: Models,
        service: LiveService,
        jobs: JobRunner,
        messages: Messages,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._controls, self._video = controls, video
        self._watching, self._models = watching, models
        self._service, self._jobs = service, jobs
        self.calibrated = False  # whether a calibrated face was seen
        self._messages, self._settings = messages, settings
        watching.smoothing = controls.smoothing
        watching.look.connect(self._show_look)
        watching.reading.connect(self._follow_calibrated)
        controls.turned.connect(self._turn)
        controls.heat_toggled.connect(self._toggle_heat)
        controls.neutral_begun.connect(self._begin_neutral)
        controls.neutral_ended.connect(self._end_neutral)

    def _turn(self) -> None:
        seconds = round(self._controls.smoothing, 1)
        self._settings.set(SMOOTHING, seconds)
        self._watching.turn(seconds, neutral=self._controls.corrected.isChecked())

    def _toggle_heat(self, on: bool) -> None:
        model = self._models.model
        if not on or model is None or not self._models.reads:
            self._watching.look_with(None)
            self._video.show_inset(QImage())
            return

        def opened(mapper: Any) -> None:
            if self._controls.heat.isChecked() and self._models.model is model:
                self._watching.look_with(mapper)

        def failed(error: Exception) -> None:
            self._controls.heat.setChecked(False)
            self._messages.problem(error)

        title = self.tr("Preparing the heat map")
        self._jobs.start(
            title, lambda job: self._service.open_mapper(model, job), done=opened, failed=failed
        )

    def _show_look(self, look: Look) -> None:
        if self._controls.heat.isChecked():
            self._video.show_inset(heat_picture(look))

    def _follow_calibrated(self, _frame: Frame, read: FrameReading, _pace: PaceFigures) -> None:
        """A face that leaves is another one when it returns: nobody is corrected any more."""
        faces = [each for each in read.readings if each.raw]
        if any(each.calibrated for each in faces):
            self.calibrated = True
        elif faces and self.calibrated:
            self.calibrated = False
            if not self._controls.counting:
                self._controls.show_calibrated(calibrated=False)
                words = self.tr("The face that was calibrated has gone: look neutral once more.")
                self._messages.info(words)

    def _begin_neutral(self) -> None:
        if self._watching.engine is not None:
            self._watching.engine.begin_neutral()

    def _end_neutral(self) -> None:
        if self._watching.engine is None:
            return
        try:
            self._watching.engine.end_neutral()
        except FaceAppError as error:
            self._messages.problem(error, key="live neutral")
        else:
            self._messages.take_back("live neutral")
            self._controls.show_calibrated(calibrated=True)
