"""The live view without a window: a camera in front, the newest frame read, readings handed on.

Three threads, or two while nothing is chosen: the camera's, its watchdog's, and one that reads.
The preview gets every frame straight from the camera's thread and never waits for a reading.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from faceapp.live.camera import Camera
from faceapp.live.clock import MONOTONIC, Clock
from faceapp.live.devices import CameraChoice
from faceapp.live.frames import Frame
from faceapp.live.pace import Pace, PaceFigures
from faceapp.live.reader import FrameReader
from faceapp.live.readings import FrameReading
from faceapp.live.slot import Newest
from faceapp.live.watch import PATIENCE, CameraStatus, Patience

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listener:
    """Who is told what; each is called on the thread named, and should return soon.

    Attributes:
        frame: every frame of the camera, on its thread: the preview.
        reading: a frame that was read, what was read, and the pace; on the reading thread.
        status: each change of the camera's state, on a watching thread.
        restored: a choice that failed, and the camera that goes on in its place; likewise.

    """

    frame: Callable[[Frame], None]
    reading: Callable[[Frame, FrameReading, PaceFigures], None]
    status: Callable[[CameraStatus], None]
    restored: Callable[[CameraStatus, CameraChoice], None]


class LiveView:
    """Reads whatever camera is chosen until it is stopped. No method waits, except `join`.

    Args:
        reader: reads frames; its settings and model may be changed meanwhile.
        listener: is told.
        clock: the time, the reader's as well.
        patience: of the watchdog.

    """

    def __init__(
        self,
        reader: FrameReader,
        listener: Listener,
        clock: Clock = MONOTONIC,
        patience: Patience = PATIENCE,
    ) -> None:
        self.reader = reader
        self._listener = listener
        self._clock = clock
        self._patience = patience
        self._lock = threading.Lock()
        self._current: _Seat | None = None
        self._candidate: _Seat | None = None
        self._seats: list[_Seat] = []  # all that may still have threads
        self._stopped = False
        self._slot: Newest[tuple[_Seat, Frame]] = Newest()
        self._thread = threading.Thread(target=self._run, name="read faces", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Frames that were never read, because a newer one came first."""
        return self._slot.dropped

    def choose(self, choice: CameraChoice) -> None:
        """Show another camera.

        The one that is shown goes on until the first picture of the new one has come; if none
        comes, it simply stays, and `restored` is told. Where none is shown, the choice is tried
        until it works.
        """
        with self._lock:
            same = self._current is not None and self._current.camera.choice == choice
            if same or self._stopped:
                return
            if self._candidate is not None:
                self._candidate.camera.stop()
                self._candidate = None
            seat = _Seat()
            seat.camera = Camera(
                choice,
                lambda frame: self._on_frame(seat, frame),
                lambda status: self._on_status(seat, status),
                self._clock,
                self._patience,
            )
            self._seats = [each for each in self._seats if not each.camera.join(0)] + [seat]
            if self._current is not None and self._current.shows:
                self._candidate = seat
            else:
                self._seat(seat)
            seat.camera.start()

    def stop(self) -> None:
        """Let go of the camera and stop reading; a view that was stopped stays so.

        What is being handed over or read at this moment may still be told.
        """
        with self._lock:
            self._stopped = True
            for seat in self._seats:
                seat.camera.stop()
            self._current = self._candidate = None
        self._slot.close()

    def join(self, seconds: float | None = None) -> bool:
        """After `stop`: wait for all threads; False if one is stuck in a driver."""
        self._thread.join(seconds)
        ended = [seat.camera.join(seconds) for seat in self._seats]
        return all(ended) and not self._thread.is_alive()

    def _seat(self, seat: _Seat) -> None:
        """Show this camera from now on. Lock held."""
        if self._current is not None:
            self._current.camera.stop()
        self._current, self._candidate = seat, None

    def _on_frame(self, seat: _Seat, frame: Frame) -> None:
        with self._lock:
            seat.shows = True
            if seat is self._candidate:
                self._seat(seat)
            if seat is not self._current:
                return
        self._listener.frame(frame)
        self._slot.put((seat, frame))

    def _on_status(self, seat: _Seat, status: CameraStatus) -> None:
        with self._lock:
            if seat is not self._current and seat is not self._candidate:
                return
            kept = self._current
            restored = seat is self._candidate and status.failed
            if restored:
                seat.camera.stop()
                self._candidate = None
        if restored and kept is not None:
            self._listener.restored(status, kept.camera.choice)
        else:
            self._listener.status(status)

    def _run(self) -> None:
        """Read the newest frame, again and again."""
        shown: _Seat | None = None
        pace = Pace()
        while (taken := self._slot.take()) is not None:
            seat, frame = taken
            if seat is not shown:
                self.reader.reset()
                shown, pace = seat, Pace()
            reading = self._read(frame)
            figures = pace.add(frame.captured, self._clock.now())
            self._listener.reading(frame, reading, figures)

    def _read(self, frame: Frame) -> FrameReading:
        """What a frame says; one that cannot be read has a problem, and the next gets its turn."""
        try:
            return self.reader.read(frame)
        except Exception as error:  # noqa: BLE001 - the boundary of one frame
            _log.exception("Frame %d of %s cannot be read", frame.number, frame.file)
            return FrameReading(
                frame.file,
                frame.number,
                frame.time,
                self.reader.info.classes,
                (),
                frame.captured,
                self._clock.now(),
                problem=f"This frame could not be read: {error}",
            )


class _Seat:
    """A camera that was chosen; `shows` once its first picture has come."""

    camera: Camera
    shows = False
