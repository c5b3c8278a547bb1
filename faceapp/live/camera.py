"""A camera that is read in threads of its own, and never makes anybody wait.

Opening or reading a camera may block for ever. So a thread of its own does both, a second one
watches the time; a thread that is stuck in a driver is left behind, and lets go of the device
should it ever return.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from faceapp.errors import WorldError
from faceapp.live.clock import MONOTONIC, Clock
from faceapp.live.devices import CameraChoice, Device
from faceapp.live.frames import Frame
from faceapp.live.watch import PATIENCE, CameraState, CameraStatus, Patience, Watch

_log = logging.getLogger(__name__)

# Threads that may be stuck in a driver before no further try is made until one returns.
_MOST_STUCK = 3
# A camera that has no picture says so at once; asking again at once would fill a core.
_PAUSE_SECONDS = 0.02
_NO_PICTURE = np.zeros((0, 0, 3), np.uint8)


class Camera:
    """Reads a camera until it is stopped, opening it again whenever it fails.

    Args:
        choice: which camera.
        on_frame: gets every picture, on the camera's thread; should return soon.
        on_status: gets each change of state, on the watching thread.
        clock: the time.
        patience: how long what may take.

    """

    def __init__(
        self,
        choice: CameraChoice,
        on_frame: Callable[[Frame], None],
        on_status: Callable[[CameraStatus], None],
        clock: Clock = MONOTONIC,
        patience: Patience = PATIENCE,
    ) -> None:
        self.choice = choice
        self._on_frame = on_frame
        self._on_status = on_status
        self._clock = clock
        self._condition = threading.Condition()
        self._watch = Watch(patience, clock.now())
        self._start = clock.now()
        self._number = 0
        self._stopped = False
        self._reader: threading.Thread | None = None  # the thread whose pictures count
        self._readers: list[threading.Thread] = []
        self._watcher = self._thread(self._supervise, "watch")

    def start(self) -> None:
        """Begin; returns at once."""
        self._watcher.start()

    def stop(self) -> None:
        """Stop; returns at once. No frame is given away after it, save one being handed over."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()

    def join(self, seconds: float | None = None) -> bool:
        """Wait for the threads of a stopped camera to end; False if one is stuck in a driver."""
        threads = [self._watcher]
        while threads:
            thread = threads.pop()
            thread.join(seconds)
            if thread.is_alive():
                return False
            if thread is self._watcher:  # from now on it begins no more of them
                threads += self._readers
        return True

    def _thread(self, target: Callable[[], None], what: str) -> threading.Thread:
        return threading.Thread(target=target, name=f"{what} {self.choice.name}", daemon=True)

    def _supervise(self) -> None:
        """Look whenever something happens or is due; tell of every change."""
        told: CameraStatus | None = None
        while told is None or told.state is not CameraState.STOPPED:
            with self._condition:
                status = self._step()
                if status == told:
                    self._clock.wait_until(self._condition, self._watch.deadline())
                    continue
            self._on_status(status)
            told = status

    def _step(self) -> CameraStatus:
        """Look at the time, begin a try where one is due, and say what is so. Lock held."""
        now = self._clock.now()
        state = CameraState.STOPPED if self._stopped else self._watch.look(now)
        if self._stopped or not self._watch.trying:
            self._reader = None
        if not self._stopped and self._watch.wants_try(now):
            self._readers = [thread for thread in self._readers if thread.is_alive()]
            if len(self._readers) < _MOST_STUCK:
                self._watch.began(now)
                self._reader = self._thread(self._read, "read")
                self._readers.append(self._reader)
                self._reader.start()
            else:
                self._watch.postpone(now)
        return CameraStatus(self.choice.name, state, self._watch.size, self._watch.detail)

    def _read(self) -> None:
        """One try, in a thread of its own: open the camera and read it while that is wanted."""
        device: Device | None = None
        try:
            device = self.choice.open()
            if self._has_opened():
                while self._take(device.read()):
                    pass
        except WorldError as error:
            self._has_failed(str(error))
        # A driver may raise anything, and none of it may end more than this try.
        except Exception as error:  # noqa: BLE001
            _log.exception("The camera %s failed", self.choice.name)
            self._has_failed(f"Its driver says: {error}")
        finally:
            if device is not None:
                device.release()

    def _counts(self) -> bool:
        """Whether this thread's camera is still the one that is wanted. Lock held."""
        return self._reader is threading.current_thread() and not self._stopped

    def _has_opened(self) -> bool:
        with self._condition:
            if self._counts():
                self._watch.opened(self._clock.now())
                self._condition.notify_all()
            return self._counts()

    def _has_failed(self, detail: str) -> None:
        with self._condition:
            if self._counts():
                self._watch.failed(self._clock.now(), detail)
                self._condition.notify_all()

    def _take(self, picture: NDArray[np.uint8] | None) -> bool:
        """Hand one picture on, and say whether to read the next."""
        pixels = _NO_PICTURE if picture is None else picture
        with self._condition:
            if not self._counts():
                return False
            now = self._clock.now()
            before = self._watch.state, self._watch.size
            self._watch.picture(now, pixels)
            if (self._watch.state, self._watch.size) != before:
                self._condition.notify_all()
            if pixels.size == 0:
                self._clock.wait_until(self._condition, now + _PAUSE_SECONDS)
                return self._counts()
            number, self._number = self._number, self._number + 1
        self._on_frame(Frame(pixels, now - self._start, number, now, self.choice.name))
        return True
