"""Recording what is read: rows with event marks, and the annotated video where it is wanted.

Nothing of the live view is stored anywhere else; without a recorder nothing is stored at all.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from faceapp.live.classifying import Outputs
from faceapp.live.drawing import Colour, annotated, class_colours
from faceapp.live.film import film
from faceapp.live.frames import Frame
from faceapp.live.readings import FrameReading
from faceapp.live.table import NotWritten, reading_table
from faceapp.words import Words

# A camera has no even rate; standing pictures fill it up to this one.
_FILM_RATE = 25.0


@dataclass(frozen=True)
class Recorded:
    """How much was recorded: frames, and seconds from the first to the last of them."""

    frames: int
    seconds: float


class Recorder:
    """Records frame after frame until it is closed; only then are the files at their places.

    `add` is for the reading thread; `mark` and `close` may be called from any.

    Args:
        outputs: the CSV, which must be given, and perhaps a video.
        classes: of the model that reads; with another one a new recording begins.
        model: what the rows name.
        colours: of the classes in the video; those of a new dataset where none are given.

    Raises:
        NotWritten: a place cannot be written.

    """

    def __init__(
        self,
        outputs: Outputs,
        classes: tuple[str, ...],
        model: str,
        colours: Mapping[str, Colour] | None = None,
    ) -> None:
        if outputs.csv is None:
            raise ValueError("a recording is a CSV")
        self.classes = classes
        self._colours = class_colours(classes) if colours is None else colours
        self._lock = threading.Lock()
        self._marks: list[str] = []
        self._frames = 0
        self._first = self._last = 0.0
        with ExitStack() as files:
            self._table = files.enter_context(reading_table(outputs.csv, classes, model))
            self._film = outputs.film and files.enter_context(film(outputs.film, _FILM_RATE))
            self._files = files.pop_all()
        self._closed = False

    def mark(self, text: str) -> None:
        """Note an event: it stands in the rows of the next frame, several joined by "; "."""
        with self._lock:
            self._marks.append(text)

    def add(self, frame: Frame, read: FrameReading) -> None:
        """Record one frame; one that could not be read, or comes after `close`, is left out.

        Raises:
            NotWritten: the disk is full; what was recorded before is kept, and this is closed.

        """
        with self._lock:
            if self._closed or read.problem:
                return
            if read.classes != self.classes:
                raise ValueError(f"a recording of {self.classes} got {read.classes}")
            try:
                self._write(frame, read)
            except OSError as error:
                self._marks.clear()  # there would be no room for them either
                self._close()
                raise NotWritten(
                    Words(
                        "Recording ended: {error}. What was recorded until then is kept.",
                        error=error.strerror or error,
                    )
                ) from error

    def close(self) -> Recorded:
        """End the recording, which puts the files at their places; closing twice is harmless."""
        with self._lock:
            self._close()
            return Recorded(self._frames, self._last - self._first)

    def _write(self, frame: Frame, read: FrameReading) -> None:
        time = frame.time or 0.0
        self._first = self._first if self._frames else time
        self._last = time
        self._frames += 1
        self._table.add(read, "; ".join(self._marks))
        self._marks.clear()
        if self._film:
            self._film.add(annotated(frame.pixels, read, self._colours), time)

    def _close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._marks:
            self._table.add_mark(self._last, "; ".join(self._marks))
        self._files.close()
