"""How fast labels go in, and how long the rest will take."""

from __future__ import annotations

from collections import deque

WINDOW_SECONDS = 120.0
_SURE_AFTER_SECONDS = 5.0


class Pace:
    """Labels a minute over the last two minutes; a longer pause starts anew."""

    def __init__(self) -> None:
        self._given: deque[tuple[float, int]] = deque()

    def add(self, labels: int, now: float) -> None:
        """Note labels given at `now`, in seconds of any clock that only goes forward."""
        if self._given and now - self._given[-1][0] > WINDOW_SECONDS / 2:
            self._given.clear()
        self._given.append((now, labels))

    def per_minute(self, now: float) -> float | None:
        """The pace at `now`; None while that would be a guess."""
        while self._given and now - self._given[0][0] > WINDOW_SECONDS:
            self._given.popleft()
        if len(self._given) < 2:
            return None
        seconds = max(now - self._given[0][0], _SURE_AFTER_SECONDS)
        return 60.0 * sum(labels for _, labels in self._given) / seconds

    def minutes_left(self, samples: int, now: float) -> float | None:
        """How long `samples` more take at this pace; None while nobody knows."""
        pace = self.per_minute(now)
        return samples / pace if pace else None


def duration(minutes: float) -> str:
    """A time in the unit that one would say: "40 s", "5 min", "3 h"."""
    if minutes < 1:
        return f"{max(60 * minutes, 1):.0f} s"
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.0f} h"
