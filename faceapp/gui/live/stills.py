"""Images read one by one: a folder's, or the one that was dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from faceapp.gui.language import error_words
from faceapp.gui.live.service import LiveModel, LiveService
from faceapp.gui.messages import Messages
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.jobs import Job

T = TypeVar("T")

_STEPS = {Qt.Key.Key_Left.value: -1, Qt.Key.Key_Right.value: 1}


class Stills(QObject):
    """Which image is shown, and reading it with the model of the moment.

    Signals:
        listed(): the images of a source are known.
        read(Frame, FrameReading): the image shown was read.
        refused(str, str): the image shown cannot be read: its name, and why.
    """

    listed = Signal()
    read = Signal(object, object)
    refused = Signal(str, str)

    def __init__(
        self, service: LiveService, jobs: JobRunner, messages: Messages, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._service, self._jobs, self._messages = service, jobs, messages
        self._running: RunningJob | None = None
        self.files: Sequence[Path] = ()
        self.place = 0
        self.model: LiveModel | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        return self._running is not None

    @property
    def words(self) -> str:
        """The image shown, in words."""
        if not self.files:
            return ""
        name = self.files[self.place].name
        if len(self.files) == 1:
            return name
        return self.tr("{0} ({1} of {2})").format(name, self.place + 1, len(self.files))

    def open(self, path: Path) -> None:
        """Read the image, or the first of the folder."""
        self._run(lambda job: self._service.images(path, job), self._list)

    def take_key(self, key: int) -> bool:
        """Go where an arrow key leads; False for any other key, or where no image is shown."""
        if not self.files or key not in _STEPS:
            return False
        self.step(_STEPS[key])
        return True

    def step(self, by: int) -> None:
        """Read the next image, or one before."""
        place = min(max(self.place + by, 0), len(self.files) - 1)
        if self.files and place != self.place:
            self.place = place
            self.read_again()

    def read_again(self) -> None:
        """Read the image shown, perhaps with another model."""
        model = self.model
        if not self.files or model is None:
            return
        file = self.files[self.place]
        self._run(
            lambda job: self._service.read_still(model, file, job),
            lambda found: self.read.emit(*found),
            lambda error: self.refused.emit(file.name, error_words(error)),
        )

    def close(self) -> None:
        """Show none."""
        self.files, self.place = (), 0
        if self._running is not None:
            self._running.cancel()

    def _list(self, files: Sequence[Path]) -> None:
        self.files, self.place = files, 0
        self.listed.emit()
        if files:
            self.read_again()
        else:
            self._messages.warning(self.tr("There is no image in that folder."), key="live source")

    def _run(
        self,
        work: Callable[[Job], T],
        done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Do one thing at a time: the newest."""
        if self._running is not None:
            self._running.cancel()
        started: list[RunningJob] = []

        def ended() -> None:
            if self._running is started[0]:
                self._running = None

        def arrived(found: T) -> None:
            ended()
            done(found)

        def problem(error: Exception) -> None:
            ended()
            (failed or self._messages.problem)(error)

        title = self.tr("Reading an image")
        started.append(
            self._jobs.start(title, work, done=arrived, failed=problem, cancelled=ended, quiet=True)
        )
        self._running = started[0]
