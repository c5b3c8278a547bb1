"""How often a host is asked: one request at a time, with a pause between, and later if it says so.

robots.txt is read as RFC 9309 asks: what a site forbids to "faceapp" or to "*" is left alone, and
where the file is missing (4xx) all is allowed, where its host fails (5xx) nothing.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlsplit

from protego import Protego

from faceapp.scraping.control import Control

AGENT = "faceapp"
_JITTER = 0.5  # of the delay, at most, on top of it
_LONGEST_CRAWL_DELAY = 30.0


class HostOnHold(Exception):
    """A host asked us to come back in so many seconds, which is too long to wait for."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"asked to come back in {seconds:.0f} seconds")
        self.seconds = seconds


@dataclass
class _Slot:
    """One host's place in the queue: who holds the lock is asking; nobody asks before `ready`."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    asked: float = float("-inf")
    ready: float = float("-inf")
    gap: float = 0.0


class Pacer:
    """Deals out turns to ask hosts.

    Args:
        control: clock, and whether to stop.
        delay: seconds from the end of a request to the next one of the same host, at least.
        patience: the longest time, in seconds, that a host's wish is waited for.
        random: where jitter comes from.

    """

    def __init__(
        self,
        control: Control,
        delay: float,
        patience: float,
        random: Random | None = None,
    ) -> None:
        self._control = control
        self._delay = delay
        self._patience = max(patience, 2 * delay, 2 * _LONGEST_CRAWL_DELAY)
        self._random = random or Random()  # noqa: S311 - no secret hangs on it
        self._lock = threading.Lock()
        self._slots: dict[str, _Slot] = defaultdict(_Slot)

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait for this host's turn, and hold it; raises `HostOnHold` where that is too long."""
        slot = self._slot(host)
        with slot.lock:
            clock = self._control.clock
            left = max(0.0, slot.ready - clock.monotonic())
            if left > self._patience:
                raise HostOnHold(left)
            self._control.sleep(left)
            self._control.gate()
            try:
                yield
            finally:
                gap = max(self._delay, slot.gap) * (1 + _JITTER * self._random.random())
                slot.asked = clock.monotonic()
                slot.ready = max(slot.ready, slot.asked + gap)

    def hold(self, host: str, seconds: float) -> None:
        """Leave a host alone for that long; to be called within its turn."""
        slot = self._slot(host)
        slot.ready = max(slot.ready, self._control.clock.monotonic() + seconds)

    def slow(self, host: str, gap: float) -> None:
        """Ask a host no more often than every `gap` seconds."""
        slot = self._slot(host)
        slot.gap = min(gap, _LONGEST_CRAWL_DELAY)
        slot.ready = max(slot.ready, slot.asked + slot.gap)

    def _slot(self, host: str) -> _Slot:
        with self._lock:
            return self._slots[host]


@dataclass
class _Rules:
    """What a site's robots.txt says; read once, by whoever asks first."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    read: bool = False
    rules: Protego | None = None
    closed: bool = False


class Robots:
    """What sites allow to programs.

    Args:
        fetch: address -> (HTTP status, text); what it raises goes through, and is asked again.
        slow: told of the pause between requests (host, seconds) that a site asks for.

    """

    def __init__(
        self, fetch: Callable[[str], tuple[int, str]], slow: Callable[[str, float], None]
    ) -> None:
        self._fetch = fetch
        self._slow = slow
        self._lock = threading.Lock()
        self._sites: dict[str, _Rules] = defaultdict(_Rules)

    def allow(self, url: str) -> bool:
        """Whether the site of this web address allows us to ask for it."""
        parts = urlsplit(url)
        with self._lock:
            site = self._sites[f"{parts.scheme}://{parts.netloc.lower()}"]
        with site.lock:
            if not site.read:
                self._read(site, f"{parts.scheme}://{parts.netloc}/robots.txt", parts.hostname)
        if site.rules is None:
            return not site.closed
        return site.rules.can_fetch(url, AGENT)

    def _read(self, site: _Rules, address: str, host: str | None) -> None:
        status, text = self._fetch(address)
        site.closed = status >= 500
        if status < 300:
            site.rules = Protego.parse(text)
            if host and (delay := site.rules.crawl_delay(AGENT)):
                self._slow(host, delay)
        site.read = True
