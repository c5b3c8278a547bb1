"""A slot that holds the newest frame only: whoever is slow misses frames, and is never late."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Newest(Generic[T]):
    """Holds one value; a newer one takes its place. `dropped` counts those nobody took."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._value: T | None = None
        self._closed = False
        self.dropped = 0

    def put(self, value: T) -> None:
        """Lay a value in, over one that was not taken; never waits. After `close` it is lost."""
        with self._condition:
            if self._closed:
                return
            self.dropped += self._value is not None
            self._value = value
            self._condition.notify()

    def take(self) -> T | None:
        """The newest value, waited for; None once the slot is closed."""
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._value is not None)
            value, self._value = self._value, None
            return None if self._closed else value

    def close(self) -> None:
        """Nothing comes any more: whoever waits gets None."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
