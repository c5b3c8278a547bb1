"""Pictures made in the background for what is on screen: newest wish first, bounded memory."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")

_LINGER_SECONDS = 2.0


class _Bell(QObject):
    """Rings in the window's thread, whoever pulls it."""

    pulled = Signal()


class Pictures(Generic[T]):
    """Whatever is costly to make and can be made again, by key.

    `get` answers at once, with the picture or with None; a missing one is made by a thread, and
    `arrived` is called with its key in the window's thread. What was wished for last is made first,
    and old wishes are forgotten beyond `waiting`. Threads start with the first wish and end some
    seconds after the last one.

    Args:
        arrived: called with the keys that have come.
        cost: bytes that a picture takes.
        limit: bytes that all may take; the least recently used ones go.
        threads: how many make pictures at once.
        waiting: how many wishes are remembered.

    """

    def __init__(
        self,
        arrived: Callable[[list[Hashable]], None],
        cost: Callable[[T], int],
        *,
        limit: int,
        threads: int = 2,
        waiting: int = 512,
    ) -> None:
        self._arrived = arrived
        self._cost = cost
        self._limit = limit
        self._threads = threads
        self._waiting = waiting
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._wished = threading.Condition(self._lock)
        self._wishes: OrderedDict[Hashable, tuple[int, Callable[[], T]]] = OrderedDict()
        self._generation = 0
        self._working: set[Hashable] = set()
        self._running = 0
        self._lingering = 0
        self._done: deque[tuple[Hashable, T]] = deque()
        self._closed = False
        self._bell = _Bell()
        self._bell.pulled.connect(self._take_in, Qt.ConnectionType.QueuedConnection)

    def new_screen(self) -> None:
        """What is wished from now on comes before all earlier wishes."""
        with self._lock:
            self._generation += 1

    def get(self, key: Hashable, make: Callable[[], T]) -> T | None:
        """The picture, or None while `make` makes it in a thread; `make` must not raise."""
        kept = self.peek(key)
        if kept is None:
            self._wish(key, make)
        return kept

    def peek(self, key: Hashable) -> T | None:
        """The picture if it is there; nothing is made."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    @property
    def bytes(self) -> int:
        """What the pictures take."""
        return self._bytes

    @property
    def idle(self) -> bool:
        """Whether nothing is wished for or being made."""
        with self._lock:
            return not (self._wishes or self._working or self._done)

    def close(self) -> None:
        """Make nothing more; threads end after what they are at, and nobody hears of it."""
        with self._lock:
            self._closed = True
            self._wishes.clear()
            self._wished.notify_all()

    def _wish(self, key: Hashable, make: Callable[[], T]) -> None:
        with self._lock:
            if self._closed or key in self._working:
                return
            self._wishes.pop(key, None)
            self._wishes[key] = (self._generation, make)
            while len(self._wishes) > self._waiting:
                self._wishes.popitem(last=False)
            if self._lingering:
                self._wished.notify()
                return
            if self._running >= self._threads:
                return
            self._running += 1
        threading.Thread(target=self._work, name="pictures").start()

    def _next(self) -> tuple[Hashable, Callable[[], T]] | None:
        """The first wish of the newest generation; None ends the thread."""
        with self._lock:
            if not (self._wishes or self._closed):
                self._lingering += 1
                self._wished.wait_for(lambda: self._wishes or self._closed, _LINGER_SECONDS)
                self._lingering -= 1
            if self._closed or not self._wishes:
                self._running -= 1
                return None
            key = max(self._wishes, key=lambda each: self._wishes[each][0])
            _, make = self._wishes.pop(key)
            self._working.add(key)
            return key, make

    def _work(self) -> None:
        while (wish := self._next()) is not None:
            key, make = wish
            made = make()
            with self._lock:
                self._done.append((key, made))
                if len(self._done) == 1 and not self._closed:  # one ring for all that have come
                    self._bell.pulled.emit()

    def _take_in(self) -> None:
        with self._lock:
            come = list(self._done)
            self._done.clear()
            self._working.difference_update(key for key, _ in come)
            if self._closed:
                return
        for key, made in come:
            self._keep(key, made)
        if come:
            self._arrived([key for key, _ in come])

    def _keep(self, key: Hashable, made: T) -> None:
        if key in self._kept:
            self._bytes -= self._cost(self._kept.pop(key))
        self._kept[key] = made
        self._bytes += self._cost(made)
        while self._bytes > self._limit and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= self._cost(gone)
