"""A video file on the Live page: read to its end, then leafed through."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from faceapp.gui.live.service import FilmReading, FilmService, LiveModel
from faceapp.gui.live.timeline import Timeline
from faceapp.gui.messages import MessageAction, Messages
from faceapp.gui.session import DatasetSession
from faceapp.gui.text import counted
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.workers import JobRunner, RunningJob

if TYPE_CHECKING:
    from faceapp.live.frames import Frame
    from faceapp.live.reader import Settings
    from faceapp.live.storing import Stored

_LEAST, _MOST, _USUAL = 0.1, 60.0, 1.0  # seconds between frames that are kept


class FilmPane(QWidget):
    """The timeline of a video, how often each class was seen, and keeping its frames.

    Signals:
        shown(Frame, FrameReading): the moment that is looked at.
        summed(dict): of a video that was read, the share of time of each class and of what stood in
            place of one, the greatest first; nothing where there is none.
        ended(): reading came to nothing; nothing is shown.
    """

    shown = Signal(object, object)
    summed = Signal(object)
    ended = Signal()

    def __init__(
        self,
        service: FilmService,
        session: DatasetSession,
        jobs: JobRunner,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._service, self._session = service, session
        self._jobs, self._messages = jobs, messages
        self._reading: RunningJob | None = None
        self._seeking: RunningJob | None = None
        self._wanted: int | None = None
        self.path: Path | None = None  # of the video that is shown, or is to be
        self.film: FilmReading | None = None
        self.timeline = Timeline()
        self.timeline.chosen.connect(self.go_to)
        self.every = QDoubleSpinBox(self)
        self.every.setRange(_LEAST, _MOST)
        self.every.setDecimals(1)
        self.every.setSingleStep(0.5)
        self.every.setValue(_USUAL)
        self.every.setSuffix(self.tr(" s"))
        self.every.setAccessibleName(self.tr("Seconds between frames to keep"))
        self.keep = QPushButton(self.tr("Frames to samples"))
        self.keep.setToolTip(self.tr("Add the faces of one frame in so many seconds, unlabelled"))
        self.keep.clicked.connect(self._keep)
        self._build()
        self.hide()

    def _build(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(UNIT)
        below.addStretch(1)
        every = QLabel(self.tr("Every"))
        every.setBuddy(self.every)
        for each in (every, self.every, self.keep):
            below.addWidget(each, 0, Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addWidget(self.timeline)
        layout.addLayout(below)

    @property
    def busy(self) -> bool:
        """Whether a video is being read, or a moment looked up."""
        return self._reading is not None or self._seeking is not None

    def read(
        self, path: Path, model: LiveModel | None, turned: Settings, colours: Mapping[str, str]
    ) -> None:
        """Read a video as fast as it goes; the job strip shows how far, and can cancel it.

        While there is no model yet, only `path` is kept, for whoever opens one.
        """
        self.close_film()
        self.path = path
        if model is None:
            return
        started: list[RunningJob] = []

        def over(found: FilmReading | None, error: Exception | None = None) -> None:
            if not started or self._reading is not started[0]:
                return
            self._reading = None
            if error is not None:
                self._messages.problem(error, key="live source")
            if found is None:
                self.path = None
                self.ended.emit()
            else:
                self._show(found, colours)

        started.append(
            self._jobs.start(
                self.tr("Reading {0}").format(path.name),
                lambda job: self._service.read(path, model, turned, job),
                done=over,
                failed=lambda error: over(None, error),
                cancelled=lambda: over(None),
            )
        )
        self._reading = started[0]

    def close_film(self) -> None:
        """Show none, and read none."""
        for running in (self._reading, self._seeking):
            if running is not None:
                running.cancel()
        self._reading = self._seeking = self.film = self._wanted = self.path = None
        self.summed.emit({})
        self.hide()

    def go_to(self, number: int) -> None:
        """Look at a frame; while one is being looked up only the newest wish waits."""
        film = self.film
        if film is None:
            return
        self.timeline.go_to(number)
        if self._seeking is not None:
            self._wanted = number
            return
        self._wanted = None

        def found(frame: Frame) -> None:
            self._seeking = None
            if self.film is film:
                self.shown.emit(frame, film.readings[number])
                if self._wanted is not None:
                    self.go_to(self._wanted)

        def failed(error: Exception) -> None:
            self._seeking = None
            self._messages.problem(error, key="live source")

        title = self.tr("Going to a moment")
        self._seeking = self._jobs.start(
            title,
            lambda job: self._service.frame(film, number, job),
            done=found,
            failed=failed,
            quiet=True,
        )

    def _show(self, film: FilmReading, colours: Mapping[str, str]) -> None:
        self.film = film
        self.timeline.show_film(film, colours)
        parts = sorted(film.share.items(), key=lambda each: -each[1])
        names = {
            "unsure": self.tr("unsure"),
            "too small": self.tr("too small"),
            "no face": self.tr("no face"),
        }
        self.summed.emit({names.get(name, name): part for name, part in parts})
        self.show()
        self.go_to(0)

    def _keep(self) -> None:
        film, folder, every = self.film, self._session.folder, self.every.value()
        if film is None:
            return

        def done(found: Stored) -> None:
            self.keep.setEnabled(True)
            words = counted(
                len(found.ids),
                self.tr("1 face was added, unlabelled."),
                self.tr("{0} faces were added, unlabelled."),
            )
            self._messages.info(words, action=MessageAction(self.tr("Undo"), self._session.undo))
            self._session.reload(found.changes)

        def failed(error: Exception) -> None:
            self.keep.setEnabled(True)
            self._messages.problem(error)

        self.keep.setEnabled(False)
        self._jobs.start(
            self.tr("Frames to samples"),
            lambda job: self._service.keep(folder, film, every, job),
            done=done,
            failed=failed,
            cancelled=lambda: self.keep.setEnabled(True),
        )
