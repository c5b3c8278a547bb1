"""From the threads that watch to the window's: the newest of each kind, never a queue."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from faceapp.gui.live.service import Hears

if TYPE_CHECKING:
    from faceapp.live.frames import Frame
    from faceapp.live.looking import Look
    from faceapp.live.pace import PaceFigures
    from faceapp.live.readings import FrameReading


class Bridge(QObject):
    """Hears an engine on its threads and tells in the window's thread.

    A window that is late gets the newest picture and the newest reading; states and troubles all
    come, in order. After `close` nothing is told, whatever the threads still bring.

    Signals:
        frame(Frame), reading(Frame, FrameReading, PaceFigures), status(CameraStatus),
        restored(CameraStatus, CameraChoice), look(Look), trouble(Exception): see `Hears`.
    """

    frame = Signal(object)
    reading = Signal(object, object, object)
    status = Signal(object)
    restored = Signal(object, object)
    look = Signal(object)
    trouble = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._closed = False
        self._called = False
        self._frame: Frame | None = None
        self._reading: tuple[Frame, FrameReading, PaceFigures] | None = None
        self._look: Look | None = None
        self._others: list[tuple[str, tuple[object, ...]]] = []
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def hears(self) -> Hears:
        """What to hand to the engine."""
        return Hears(
            frame=self._take_frame,
            reading=self._take_reading,
            status=lambda status: self._take("status", status),
            restored=lambda status, camera: self._take("restored", status, camera),
            look=self._take_look,
            trouble=lambda error: self._take("trouble", error),
        )

    def close(self) -> None:
        """Hear nothing more."""
        with self._lock:
            self._closed = True

    def _take_frame(self, frame: Frame) -> None:
        with self._lock:
            self._frame = frame
            self._wake()

    def _take_reading(self, frame: Frame, read: FrameReading, pace: PaceFigures) -> None:
        with self._lock:
            self._reading = (frame, read, pace)
            self._wake()

    def _take_look(self, look: Look) -> None:
        with self._lock:
            self._look = look
            self._wake()

    def _take(self, name: str, *values: object) -> None:
        with self._lock:
            self._others.append((name, values))
            self._wake()

    def _wake(self) -> None:
        """Have the window's thread look, once until it has looked. Lock held."""
        if not self._closed and not self._called:
            self._called = True
            self._woken.emit()

    def _deliver(self) -> None:
        with self._lock:
            self._called = False
            if self._closed:
                return
            others, self._others = self._others, []
            frame, self._frame = self._frame, None
            reading, self._reading = self._reading, None
            look, self._look = self._look, None
        for name, values in others:
            getattr(self, name).emit(*values)
        if frame is not None:
            self.frame.emit(frame)
        if reading is not None:
            self.reading.emit(*reading)
        if look is not None:
            self.look.emit(look)
