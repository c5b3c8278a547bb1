"""One scrape as the window sees it, from its start to its end, dialog or not."""

from __future__ import annotations

import time
from collections import deque
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal

from faceapp.dataset import Changes, Part
from faceapp.gui.scrape.live import LiveScrape
from faceapp.gui.scrape.work import Judged, QueryState, ScrapeRequest, ScrapeWork
from faceapp.gui.session import DatasetSession
from faceapp.gui.workers import JobRunner

_FETCH_MS = 150
_SHOWN_EVERY_SECONDS = 2.0
_RATE_SECONDS = 30.0
_SURE_AFTER = 5  # kept images, before it is said how long it still takes
_GROWS = Changes(
    parts=frozenset({Part.SAMPLES, Part.SOURCES, Part.TASKS, Part.FACES, Part.PROPOSALS})
)


class Stage(StrEnum):
    """How a scrape stands."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class ScrapeRun(QObject):
    """A scrape under way, or over.

    Signals:
        came(list): results were judged.
        moved(): numbers or stage changed.
        ended(): it is over, whatever way.
    """

    came = Signal(object)
    moved = Signal()
    ended = Signal()

    def __init__(
        self,
        asked: ScrapeRequest | str,
        work: ScrapeWork,
        session: DatasetSession,
        jobs: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        """`asked` is a new scrape, or the task whose last one goes on."""
        super().__init__(parent)
        self.task = asked if isinstance(asked, str) else asked.task
        self.asked = asked
        self.judged: list[Judged] = []
        self.problem: Exception | None = None
        self._session = session
        self._live = LiveScrape()
        self._stage = Stage.RUNNING
        self._recent: deque[tuple[float, int]] = deque()
        self._kept = 0
        self._kept_before = 0
        self._began = time.monotonic()
        self._rested = 0.0
        self._paused_at: float | None = None
        self._shown_at = 0.0
        self._unshown = False
        folder, live = session.folder, self._live
        self._clock = QTimer(self, interval=_FETCH_MS)
        self._clock.timeout.connect(self._fetch)
        self._running = jobs.start(
            self.tr("Finding images: {0}").format(self.task),
            lambda job: work.collect(folder, asked, live, job),
            done=lambda _nothing: self._end(Stage.DONE),
            failed=self._fail,
            cancelled=lambda: self._end(Stage.STOPPED),
        )
        self._running.changed.connect(self._follow)
        self._clock.start()

    # -- what it is at

    @property
    def stage(self) -> Stage:
        """How it stands."""
        return self._stage

    @property
    def running(self) -> bool:
        """Whether it is not over."""
        return self._stage in (Stage.RUNNING, Stage.PAUSED, Stage.STOPPING)

    @property
    def kept(self) -> int:
        """Results that were kept."""
        return self._kept

    @property
    def wanted(self) -> int:
        """How many are wanted; 0 before it is planned."""
        return self._live.wanted

    @property
    def states(self) -> tuple[tuple[QueryState, ...], int | None]:
        """All queries, and the place of the one whose turn it is."""
        return self._live.states

    @property
    def per_minute(self) -> float:
        """Images judged a minute, over the last half minute."""
        since = time.monotonic() - _RATE_SECONDS
        while self._recent and self._recent[0][0] < since:
            self._recent.popleft()
        span = min(_RATE_SECONDS, max(time.monotonic() - self._began - self._rested, 1.0))
        return 60 * sum(many for _, many in self._recent) / span

    @property
    def seconds_left(self) -> float | None:
        """How long it still takes if images come as they did; None while that is a guess."""
        fresh = self._kept - self._kept_before
        if fresh < _SURE_AFTER or not self.wanted:
            return None
        worked = time.monotonic() - self._began - self._rested
        return max(self.wanted - self._kept, 0) * worked / fresh

    # -- the person's hand

    def pause(self, *, on: bool) -> None:
        """Pause, or go on."""
        if self._stage not in (Stage.RUNNING, Stage.PAUSED):
            return
        self._live.pause(on=on)
        if on:
            self._paused_at = time.monotonic()
        elif self._paused_at is not None:
            self._rested += time.monotonic() - self._paused_at
            self._paused_at = None
        self._stage = Stage.PAUSED if on else Stage.RUNNING
        self.moved.emit()

    def stop(self) -> None:
        """Stop; what was kept stays, and it can go on another time."""
        if self.running:
            self._running.cancel()

    def _follow(self) -> None:
        if self._running.cancelling and self.running and self._stage is not Stage.STOPPING:
            self._stage = Stage.STOPPING
            self.moved.emit()

    # -- what comes

    def _fetch(self) -> None:
        new = self._live.fetch()
        if new:
            self._take(new)
        if self._unshown and time.monotonic() - self._shown_at > _SHOWN_EVERY_SECONDS:
            self._show_others()
        self.moved.emit()

    def _take(self, new: list[Judged]) -> None:
        first = not self.judged
        self.judged += new
        kept = sum(each.kept for each in new)
        self._kept += kept
        if first and isinstance(self.asked, str):  # what an earlier start brought
            self._kept_before = kept
        else:
            self._recent.append((time.monotonic(), len(new)))
        self._unshown = self._unshown or kept > 0
        self.came.emit(new)

    def _show_others(self) -> None:
        """The other pages hear of what was kept now and then, not for every image."""
        self._unshown = False
        self._shown_at = time.monotonic()
        self._session.reload(_GROWS)

    def _fail(self, error: Exception) -> None:
        self.problem = error
        self._end(Stage.FAILED)

    def _end(self, stage: Stage) -> None:
        self._clock.stop()
        self._stage = stage
        if new := self._live.fetch():
            self._take(new)
        self._show_others()
        self.moved.emit()
        self.ended.emit()
