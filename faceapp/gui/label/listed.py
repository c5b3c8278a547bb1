"""What is listed on the Label page, and the counts beside it; the newest wish wins."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

from faceapp.gui.itemmodels.samples import SamplesModel
from faceapp.gui.label.filters import Listing
from faceapp.gui.label.reading import Counts, Wish, read_counts, read_ids
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.workers import JobRunner, RunningJob

_COUNT_MS = 150  # counting again waits for this, and for twice what it took last time


class ListedSamples(QObject):
    """Keeps the model's ids and the counts to what is wished for.

    Signals:
        listed(): the model holds what was wished for last.
        counted(Counts): the numbers are new.
    """

    listed = Signal()
    counted = Signal(object)

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        services: Services,
        model: SamplesModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._services = services
        self._model = model
        self._listing = Listing()
        self._wished: Wish | None = None
        self._like: int | None = None
        self._reading: RunningJob | None = None
        self._counting: RunningJob | None = None
        self._counts: Counts | None = None
        self._count_again = False
        self._count_soon = QTimer(self, interval=_COUNT_MS, singleShot=True)
        self._count_soon.timeout.connect(self._count)

    @property
    def listing(self) -> Listing:
        """What is wished for."""
        return self._listing

    @property
    def counts(self) -> Counts | None:
        """The newest numbers; None before the first."""
        return self._counts

    @property
    def reading(self) -> bool:
        """Whether the model does not yet hold what is wished for."""
        return self._reading is not None

    @property
    def busy(self) -> bool:
        """Whether anything is being read or counted, or will be at once."""
        counting = self._counting is not None or self._count_soon.isActive()
        return self.reading or counting or self._count_again

    def show(self, listing: Listing, like: int | None = None) -> None:
        """List something else; `like` is the sample that similarity speaks of."""
        self._listing = listing
        self._like = like
        self.read()

    def read(self) -> None:
        """Read again what is listed, and the counts."""
        replaced, wish = self._reading, self._wish()
        self._wished = wish
        self._reading = self._jobs.start(
            self.tr("Finding samples"),
            lambda job: read_ids(wish, self._services, job),
            done=self._show,
            failed=self._failed,
            cancelled=lambda: self._give_up(wish),
            quiet=not self._listing.sort.ranked,
            looking=True,
        )
        if replaced is not None:
            replaced.cancel()
        self.count()

    def count(self) -> None:
        """Count again before long."""
        if self._counting is not None:
            self._count_again = True
        elif not self._count_soon.isActive():
            self._count_soon.start(_COUNT_MS if self._counts is not None else 0)

    def _wish(self) -> Wish:
        task = self._session.current_task
        name = task.name if task else None
        return Wish(self._session.folder, name, self._listing, self._like)

    def _show(self, ids: list[int]) -> None:
        self._reading = None
        self._model.set_ids(ids)
        self.listed.emit()

    def _give_up(self, wish: Wish) -> None:
        """The person stopped it; where it was replaced, its successor goes on."""
        if wish is self._wished:
            self._reading = None

    def _failed(self, problem: Exception) -> None:
        self._reading = None
        self._session.refused.emit(problem)

    def _count(self) -> None:
        self._count_again = False
        wish = self._wish()
        started = time.monotonic()
        self._counting = self._jobs.start(
            self.tr("Counting samples"),
            lambda job: read_counts(wish, self._services, job),
            done=lambda counts: self._show_counts(counts, wish, time.monotonic() - started),
            failed=self._count_failed,
            quiet=True,
        )

    def _show_counts(self, counts: Counts, wish: Wish, seconds: float) -> None:
        self._counting = None
        if wish == self._wish():
            self._counts = counts
            self.counted.emit(counts)
        else:
            self._count_again = True
        if self._count_again:
            self._count_soon.start(max(_COUNT_MS, round(2000 * seconds)))

    def _count_failed(self, problem: Exception) -> None:
        self._counting = None
        self._session.refused.emit(problem)
