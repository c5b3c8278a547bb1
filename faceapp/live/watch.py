"""What a camera's events and the time together say of it: a state, never an exception.

Pure bookkeeping with the time as an argument; the threads are in `camera`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class CameraState(StrEnum):
    """What is so with a camera."""

    OPENING = "opening"
    PLAYING = "playing"
    UNAVAILABLE = "unavailable"  # does not open: unplugged, busy or forbidden
    HANGING = "hanging"  # opening takes for ever
    SILENT = "silent"  # opened, but no picture comes (any more)
    EMPTY = "empty"  # pictures come, without pixels
    FROZEN = "frozen"  # one picture comes again and again
    STOPPED = "stopped"


_WORDS = {
    CameraState.OPENING: "{camera} is being opened.",
    CameraState.PLAYING: "",
    CameraState.UNAVAILABLE: "{camera} cannot be used. {detail}",
    CameraState.HANGING: "{camera} does not answer. Unplug it and plug it in again, or choose "
    "another.",
    CameraState.SILENT: "{camera} sends no pictures any more. See that it is plugged in.",
    CameraState.EMPTY: "{camera} sends empty pictures. See that no cover is closed and no other "
    "program uses it.",
    CameraState.FROZEN: "{camera} sends the same picture again and again. Was it unplugged?",
    CameraState.STOPPED: "{camera} is off.",
}


@dataclass(frozen=True)
class CameraStatus:
    """The state of one camera, with the size of its pictures (width, height) while it has any."""

    camera: str
    state: CameraState
    size: tuple[int, int] | None = None
    detail: str = ""

    @property
    def text(self) -> str:
        """What to tell a person; nothing while all is well."""
        return _WORDS[self.state].format(camera=self.camera, detail=self.detail).strip()

    @property
    def failed(self) -> bool:
        """Whether the camera gives nothing to look at."""
        return self.state not in {CameraState.OPENING, CameraState.PLAYING, CameraState.FROZEN}


@dataclass(frozen=True)
class Patience:
    """How long what may take, in seconds: opening, no picture, one same picture, until a retry."""

    opening: float = 10.0
    silence: float = 2.0
    same: float = 5.0
    retry: float = 2.0


PATIENCE = Patience()


class Watch:
    """The watchdog of one camera: told of every event, asked what is so.

    A try to use the camera ends when opening fails or hangs, or when nothing (or nothing new)
    comes; `patience.retry` seconds later `wants_try` asks for the next. What is wrong stays the
    state until a picture comes. A camera that shows the same picture also after it was opened
    again is taken for one that shows a still, and left in peace.
    """

    def __init__(self, patience: Patience, now: float) -> None:
        self.state = CameraState.OPENING
        self.detail = ""
        self.size: tuple[int, int] | None = None
        self._patience = patience
        self._trying = False
        self._open = False
        self._began = now
        self._arrived = now
        self._changed = now
        self._next_try = now
        self._empty = False
        self._still = False
        self._last: NDArray[np.uint8] | None = None

    def began(self, now: float) -> None:
        """A try to open the camera has begun."""
        self._trying, self._open, self._began = True, False, now

    def opened(self, now: float) -> None:
        """The camera is open; pictures should follow."""
        self._open, self._empty = True, False
        self._arrived = self._changed = now

    def failed(self, now: float, detail: str) -> None:
        """Opening or reading failed, with the reason."""
        self._end_try(CameraState.UNAVAILABLE, now, detail)

    def picture(self, now: float, picture: NDArray[np.uint8]) -> None:
        """A picture came: (H, W, 3), or without pixels."""
        self._empty = picture.size == 0
        if self._empty:
            return
        self.size = (picture.shape[1], picture.shape[0])
        self._arrived = now
        if self._last is None or not np.array_equal(picture, self._last):
            self._changed, self._still = now, False
        if not self._still:
            self.state, self.detail = CameraState.PLAYING, ""
        self._last = picture

    def look(self, now: float) -> CameraState:
        """The state at this time; may end a try."""
        if self._trying and not self._open and now - self._began >= self._patience.opening:
            self._end_try(CameraState.HANGING, now)
        elif self._trying and self._open:
            if now - self._arrived >= self._patience.silence:
                self._end_try(CameraState.EMPTY if self._empty else CameraState.SILENT, now)
            elif now - self._changed >= self._patience.same and not self._still:
                self._still = True
                self._end_try(CameraState.FROZEN, now)
        return self.state

    @property
    def trying(self) -> bool:
        """Whether a try is on; where not, its device is to be let go of."""
        return self._trying

    def wants_try(self, now: float) -> bool:
        """Whether it is time to open the camera (again)."""
        return not self._trying and now >= self._next_try

    def postpone(self, now: float) -> None:
        """The next try must wait: too many earlier ones have not come back yet."""
        self._next_try = now + self._patience.retry

    def deadline(self) -> float:
        """When `look` or `wants_try` may next say something else without any event."""
        if not self._trying:
            return self._next_try
        if not self._open:
            return self._began + self._patience.opening
        silence = self._arrived + self._patience.silence
        return silence if self._still else min(silence, self._changed + self._patience.same)

    def _end_try(self, state: CameraState, now: float, detail: str = "") -> None:
        self.state, self.detail = state, detail
        self._trying = self._open = False
        self._next_try = now + self._patience.retry
