"""What the checks found, as it stands in the dataset at this moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from faceapp.dataset import Changes, Part
from faceapp.gui.clean.cleaner import Cleaner, Recalled
from faceapp.gui.messages import Messages
from faceapp.gui.session import DatasetSession
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.jobs import Job

if TYPE_CHECKING:
    from faceapp.cleaning.cleaning import Beyond, Cleaning

_KEEP_MS = 400  # a threshold that rests so long is meant
_DERIVED = frozenset({Part.FINDINGS, Part.FACES})
Keys = frozenset[Hashable]


@dataclass(frozen=True)
class Difference:
    """What a round of checks changed: how many findings of each kind came up, and are gone."""

    new: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)


class Findings(QObject):
    """Findings by kind under the thresholds of the moment, and the checks that make them.

    Signals:
        changed(): what is known, or whether something is under way, is another.
        listed(): the findings of the kind on show are others.
        checked(Difference): a round of checks is over.
    """

    changed = Signal()
    listed = Signal()
    checked = Signal(object)

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        messages: Messages,
        cleaner: Cleaner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._messages = messages
        self._cleaner = cleaner
        self._recalled: Recalled | None = None
        self.cleaning: Cleaning | None = None
        self.reading: RunningJob | None = None
        self.running: RunningJob | None = None
        self.problem: Exception | None = None
        self.thresholds: dict[str, float] = {}
        self.counts: dict[str, int] = {}
        self.kind = ""
        self.shown: Beyond | None = None
        self._to_keep: dict[str, float] = {}
        self._keeping = QTimer(self, interval=_KEEP_MS, singleShot=True)
        self._keeping.timeout.connect(self.keep)

    # -- what is known

    @property
    def recalled(self) -> Recalled | None:
        """Checks and their times; None before they are read."""
        return self._recalled

    @property
    def total(self) -> int:
        """All findings together."""
        return sum(self.counts.values())

    @property
    def unchecked(self) -> int:
        """Samples that came in since images were looked at."""
        if self.cleaning is None or not self.cleaning.look.measures:
            return 0
        known = self.cleaning.look.measures
        return sum(sample not in known for sample in self._session.dataset.sample_ids())

    def keys(self, kind: str) -> Keys:
        """What tells the findings of a kind apart, as they stand."""
        if self.cleaning is None or kind not in self.cleaning.measured:
            return frozenset()
        return frozenset(self.cleaning.beyond(kind, self.thresholds[kind]).keys())

    # -- reading and checking

    def read(self) -> None:
        """Read what the checks said last time."""
        if self.reading is not None:
            return
        folder, recall = self._session.folder, self._cleaner.recall
        self.reading = self._jobs.start(
            self.tr("Reading findings"),
            lambda job: recall(folder, job),
            done=self._take,
            failed=self._fail,
            quiet=True,
        )
        self.reading.ended.connect(self._forget_reading)
        self.changed.emit()

    def check(self, kinds: Iterable[str] | None = None) -> None:
        """Run the checks of these kinds, or all; only what changed is measured again."""
        if self.running is not None:
            return
        self.keep()
        self.problem = None
        folder, check = self._session.folder, self._cleaner.check
        chosen = None if kinds is None else tuple(kinds)

        def work(job: Job) -> Recalled:
            return check(folder, chosen, job)

        self.running = self._jobs.start(
            self.tr("Checking images and labels"),
            work,
            done=self._take_checked,
            failed=self._fail,
        )
        self.running.ended.connect(self._forget_running)
        self.running.changed.connect(self.changed)
        self.changed.emit()

    def cancel(self) -> None:
        """Stop the checks under way; what was measured is kept for the next time."""
        if self.running is not None:
            self.running.cancel()

    def _forget_reading(self) -> None:
        self.reading = None
        self.changed.emit()

    def _forget_running(self) -> None:
        self.running = None
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self.problem = error
        self._messages.problem(error, key="clean")
        self.changed.emit()

    def _take_checked(self, recalled: Recalled) -> None:
        before = {kind: self.keys(kind) for kind in self.thresholds}
        self._take(recalled)
        difference = Difference()
        for kind in self.thresholds:
            now = self.keys(kind)
            difference.new[kind] = len(now - before.get(kind, frozenset()))
            difference.gone[kind] = len(before.get(kind, frozenset()) - now)
        self._session.reload(Changes(what="Check", parts=_DERIVED))
        self.checked.emit(difference)

    def _take(self, recalled: Recalled) -> None:
        self.problem = None
        self._messages.take_back("clean")
        self._recalled = recalled
        self.cleaning = recalled.cleaning
        if self.cleaning is not None:
            self.thresholds = {k: self.cleaning.threshold(k) for k in self.cleaning.measured}
        self.refresh()

    # -- what is shown

    def refresh(self) -> None:
        """Hold what was measured against what the person has done since."""
        if self.cleaning is None:
            self.changed.emit()
            return
        self.cleaning = self.cleaning.on(self._session.dataset)
        self.counts = {
            kind: len(self.cleaning.beyond(kind, threshold))
            for kind, threshold in self.thresholds.items()
        }
        if self.kind not in self.counts:
            self.kind = next((kind for kind, count in self.counts.items() if count), "")
        self._list()
        self.changed.emit()

    def choose(self, kind: str) -> None:
        """Show the findings of another kind."""
        self.kind = kind
        self._list()
        self.changed.emit()

    def move(self, threshold: float) -> None:
        """Filter the kind on show by another threshold; it is kept when it rests."""
        if self.cleaning is None or self.kind not in self.thresholds:
            return
        self.thresholds[self.kind] = threshold
        self._to_keep[self.kind] = threshold
        self._list()
        if self.shown is not None:
            self.counts[self.kind] = len(self.shown)
        self._keeping.start()
        self.changed.emit()

    def _list(self) -> None:
        known = self.cleaning is not None and self.kind in self.thresholds
        self.shown = (
            self.cleaning.beyond(self.kind, self.thresholds[self.kind])
            if known and self.cleaning is not None
            else None
        )
        self.listed.emit()

    def keep(self) -> None:
        """Write down the thresholds that were moved, and what is found under them."""
        self._keeping.stop()
        moved, self._to_keep = self._to_keep, {}
        cleaning, folder, keep = self.cleaning, self._session.folder, self._cleaner.keep_threshold
        if not moved or cleaning is None:
            return

        def work(_job: Job) -> Changes:
            changes = Changes()
            for kind, threshold in moved.items():
                changes |= keep(folder, cleaning, kind, threshold)
            return changes

        title = self.tr("Threshold")
        self._jobs.start(title, work, done=self._session.reload, quiet=True, keeps=True)
