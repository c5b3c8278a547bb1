"""What long work is: something that reports how far it is and looks whether it should stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from faceapp.errors import Cancelled
from faceapp.words import Words

T = TypeVar("T")


@dataclass(frozen=True)
class Progress:
    """How far work is: `done` of `total` units of `what` ("Importing images").

    `done / total` is a share in 0..1; `total` is 0 while it is not known.
    """

    what: str
    done: float = 0
    total: float = 0

    @property
    def share(self) -> float:
        """Part done, 0..1; 0 while the total is unknown."""
        return min(1.0, self.done / self.total) if self.total else 0.0


def _silent(_progress: Progress) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Job:
    """The ends that long work holds: `report` outwards, `cancelled` and `enough` inwards.

    Core functions take `job: Job = Job()`; the default reports to nobody and is never cancelled.
    `enough` asks work that gets better with time to end early and keep the best it has; work of
    which a part is worth nothing does not look at it.
    """

    report: Callable[[Progress], None] = _silent
    cancelled: Callable[[], bool] = _never
    enough: Callable[[], bool] = _never

    def check(self) -> None:
        """Raise `Cancelled` if the person asked to stop."""
        if self.cancelled():
            raise Cancelled

    def step(self, what: Words, done: float, total: float) -> None:
        """Report progress, then look whether to stop."""
        self.report(Progress(what, done, total))
        self.check()

    def track(self, items: Sequence[T], what: Words) -> Iterator[T]:
        """Yield `items` one by one, reporting and looking for a stop before each."""
        for done, item in enumerate(items):
            self.step(what, done, len(items))
            yield item
        self.report(Progress(what, len(items), len(items)))

    def part(self, start: float, stop: float) -> Job:
        """The same job for a step that fills the share `start`..`stop` (0..1) of the whole."""

        def scaled(progress: Progress) -> None:
            share = start + (stop - start) * progress.share
            self.report(Progress(progress.what, share, 1.0))

        return replace(self, report=scaled)
