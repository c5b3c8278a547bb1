"""Looks for the faces of one sample where nobody looked before; the newest question counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from faceapp.dataset import Sample, StoredFace
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.jobs import Job

Found = Callable[[int, tuple[StoredFace, ...]], None]


class FaceFinder(QObject):
    """Asks the detector, where the program has one."""

    def __init__(
        self, session: DatasetSession, jobs: JobRunner, services: Services, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._detect = services.detect_face
        self._looking: RunningJob | None = None

    def find(self, sample: Sample, found: Found) -> None:
        """Call `found` with the sample's id and faces when they are known; store nothing."""
        self.forget()
        detect = self._detect
        if detect is None:
            return
        path: Path = self._session.dataset.image_path(sample)

        def work(job: Job) -> tuple[StoredFace, ...]:
            job.check()
            return tuple(detect(path))

        def done(faces: tuple[StoredFace, ...]) -> None:
            self._looking = None
            found(sample.id, faces)

        def failed(_problem: Exception) -> None:
            self._looking = None  # the large view says what is wrong with the image

        self._looking = self._jobs.start(
            self.tr("Looking for a face"), work, done=done, failed=failed, quiet=True
        )

    def forget(self) -> None:
        """Nobody waits for the answer any more."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
