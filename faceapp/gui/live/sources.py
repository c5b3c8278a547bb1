"""What can be watched: the machine's cameras, and files that a person names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from faceapp.gui.dialogs import choose_file, choose_folder
from faceapp.gui.live.cameras import named_cameras
from faceapp.gui.live.service import LiveService
from faceapp.gui.messages import Messages
from faceapp.gui.workers import JobRunner

if TYPE_CHECKING:
    from faceapp.live.devices import CameraChoice


class Sources(QObject):
    """Finds cameras, and asks for files.

    Signals:
        found(): it is known which cameras there are.
        camera(CameraChoice): something to be watched.
        file(Path), images(Path): a file, or a folder or image, to be read.
        model(Path): a model file, to read with.
    """

    found = Signal()
    camera = Signal(object)
    file = Signal(object)
    images = Signal(object)
    model = Signal(object)

    def __init__(
        self, service: LiveService, jobs: JobRunner, messages: Messages, page: QWidget
    ) -> None:
        super().__init__(page)
        self._service, self._jobs, self._messages = service, jobs, messages
        self._page = page
        self._looking = False
        self.looked = False
        self.cameras: Sequence[CameraChoice] = ()

    def look(self) -> None:
        """Find out which cameras there are."""
        if self._looking:
            return
        self._looking = True
        names = named_cameras()

        def found(cameras: Sequence[CameraChoice]) -> None:
            self.looked, self._looking, self.cameras = True, False, cameras
            self.found.emit()

        def failed(error: Exception) -> None:
            found(())
            self._messages.problem(error, key="live source")

        title = self.tr("Looking for cameras")
        self._jobs.start(
            title, lambda _job: self._service.cameras(names), done=found, failed=failed, quiet=True
        )

    def ask_file(self) -> None:
        """Have an image or a video chosen."""
        kinds = self.tr("Images and videos ({0})").format(
            "*.jpg *.jpeg *.png *.webp *.bmp *.mp4 *.mov *.avi *.mkv *.webm"
        )
        title = self.tr("Open an image or a video")
        if (path := choose_file(self._page, title, Path.home(), kinds)) is not None:
            self.file.emit(path)

    def ask_images(self) -> None:
        """Have a folder of images chosen."""
        title = self.tr("Read a folder of images")
        if (path := choose_folder(self._page, title, Path.home())) is not None:
            self.images.emit(path)

    def ask_played(self) -> None:
        """Have a video chosen that plays as a camera would."""
        kinds = self.tr("Videos ({0})").format("*.mp4 *.mov *.avi *.mkv *.webm")
        title = self.tr("Play a video as a camera")
        if (path := choose_file(self._page, title, Path.home(), kinds)) is not None:
            self.camera.emit(self._service.played(path))

    def ask_model(self, start: Path) -> None:
        """Have a model file chosen."""
        kinds = self.tr("Keras, ONNX and OpenVINO models ({0})").format("*.keras *.onnx *.xml")
        title = self.tr("Read with a model file")
        if (path := choose_file(self._page, title, start, kinds)) is not None:
            self.model.emit(path)
