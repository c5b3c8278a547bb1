"""A scrape between its thread and the window: what it told, and whether it should pause. No Qt."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from faceapp.gui.scrape.work import Judged, QueryState


class LiveScrape:
    """Takes what the scrape's thread tells, for the window to fetch when it has time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pause = threading.Event()
        self._new: list[Judged] = []
        self._states: tuple[QueryState, ...] = ()
        self._now: int | None = None
        self._wanted = 0

    # -- in the scrape's thread

    def paused(self) -> bool:
        """Whether the person wants a pause now."""
        return self._pause.is_set()

    def begin(self, wanted: int) -> None:
        """So many images are wanted."""
        self._wanted = wanted

    def tell(self, judged: Judged) -> None:
        """A result was judged."""
        with self._lock:
            self._new.append(judged)

    def report(self, states: Sequence[QueryState], now: int | None) -> None:
        """How far all queries are."""
        with self._lock:
            self._states, self._now = tuple(states), now

    # -- in the window's thread

    def pause(self, *, on: bool) -> None:
        """Pause, or go on."""
        if on:
            self._pause.set()
        else:
            self._pause.clear()

    def fetch(self) -> list[Judged]:
        """What was judged since the last time."""
        with self._lock:
            new, self._new = self._new, []
        return new

    @property
    def wanted(self) -> int:
        """How many images are wanted; 0 before it is planned."""
        return self._wanted

    @property
    def states(self) -> tuple[tuple[QueryState, ...], int | None]:
        """All queries, and the place of the one whose turn it is."""
        with self._lock:
            return self._states, self._now
