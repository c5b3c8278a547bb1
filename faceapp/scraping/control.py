"""The clock that a scrape lives by, and the person's hand on it: pause, go on, cancel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from faceapp.errors import Cancelled
from faceapp.jobs import Job

T = TypeVar("T")
_TICK = 0.05  # seconds between two looks at the person's hand


class Clock(Protocol):
    """Time as a scrape sees it; tests bring their own."""

    def monotonic(self) -> float:
        """Seconds since some moment, never going back."""

    def time(self) -> float:
        """Seconds since 1970 in UTC."""

    def sleep(self, seconds: float) -> None:
        """Let that time pass."""


class SystemClock:
    """The machine's own time."""

    def monotonic(self) -> float:
        """Seconds since some moment, never going back."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since 1970 in UTC."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Let that time pass."""
        time.sleep(seconds)


@dataclass(frozen=True)
class Control:
    """How a scrape waits: never longer than a moment without looking whether to stop.

    Attributes:
        job: says how far it is, and whether it is cancelled; also asked from worker threads.
        clock: where time comes from.
        paused: whether the person wants a pause now.

    """

    job: Job = Job()
    clock: Clock = field(default_factory=SystemClock)
    paused: Callable[[], bool] = field(default=lambda: False)
    _over: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raise `Cancelled` where the person, or `end`, says so."""
        if self._over.is_set():
            raise Cancelled
        self.job.check()

    def end(self) -> None:
        """Make whoever still waits or reads stop."""
        self._over.set()

    def gate(self) -> None:
        """Wait while the person pauses; raise `Cancelled` where they stop."""
        self.check()
        while self.paused():
            self.clock.sleep(_TICK)
            self.check()

    def sleep(self, seconds: float) -> None:
        """Let that time pass, looking again and again whether to stop."""
        until = self.clock.monotonic() + seconds
        self.check()
        while (left := until - self.clock.monotonic()) > 0:
            self.clock.sleep(min(left, _TICK))
            self.check()

    def result(self, future: Future[T], meanwhile: Callable[[], None]) -> T:
        """What a worker thread comes to; `meanwhile` is called again and again until then."""
        while not wait([future], timeout=_TICK).done:
            self.check()
            meanwhile()
        return future.result()
