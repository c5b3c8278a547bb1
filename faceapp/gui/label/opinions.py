"""What a trained model says of the sample under review, beside what was proposed."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from faceapp.dataset import Proposal
from faceapp.dataset.runs import finished_runs
from faceapp.gui.itemmodels.rows import Row
from faceapp.gui.label.filters import Facet, Sort
from faceapp.gui.label.listed import ListedSamples
from faceapp.gui.label.review_bar import ReviewBar
from faceapp.gui.label.shown import ShownSample
from faceapp.gui.samples.grid import SampleGrid
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.text import percent
from faceapp.gui.workers import JobRunner, RunningJob

Said = Mapping[int, tuple[str, float]]


class Opinions(QObject):
    """Asks the newest run of the task that is reviewed, and says what it thinks in the bar."""

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        services: Services,
        bar: ReviewBar,
        *,
        grid: SampleGrid,
        listed: ListedSamples,
        shown: ShownSample,
    ) -> None:
        super().__init__(bar)
        self._session = session
        self._jobs = jobs
        self._ask = services.opinions
        self._bar = bar
        self._listed = listed
        self._shown = shown
        self._asking: RunningJob | None = None
        self.said: Said = {}
        grid.current_changed.connect(self.show_current)
        listed.listed.connect(self.look)
        session.changed.connect(lambda *_: self.show_current())
        session.task_changed.connect(lambda _name: self._take({}))

    @property
    def sort(self) -> Sort:
        """The order of a review: by disagreement where there is a model to ask."""
        task = self._session.current_task
        asks = self._ask is not None and task is not None
        runs = finished_runs(self._session.dataset.runs, task.name) if asks and task else []
        return Sort.MODEL if runs else Sort.CONFIDENCE

    @property
    def idle(self) -> bool:
        """Whether nothing is being asked."""
        return self._asking is None

    def look(self) -> None:
        """Ask about everything that waits, if that is what is listed."""
        task, ask, folder = self._session.current_task, self._ask, self._session.folder
        reviewing = self._listed.listing.filters.has(Facet.PROPOSED)
        if ask is None or task is None or not reviewing or self.sort is not Sort.MODEL:
            self.show_current()
            return
        if self._asking is not None:
            self._asking.cancel()
        name = task.name
        asking = self._asking = self._jobs.start(
            self.tr("Asking the model"),
            lambda job: ask(folder, name, job),
            done=self._take,
            failed=self._fail,
            cancelled=lambda: self._end(asking),
            quiet=True,
            looking=True,
        )

    def _take(self, said: Said) -> None:
        self._asking = None
        self.said = said
        self.show_current()

    def _fail(self, error: Exception) -> None:
        self._take({})
        self._session.refused.emit(error)

    def _end(self, ended: RunningJob) -> None:
        if self._asking is ended:  # else another one asks by now
            self._asking = None

    def show_current(self) -> None:
        """Say what the model thinks of the sample that is looked at."""
        row = self._shown.row
        words = self._words(row) if row is not None else ""
        reviewing = self._listed.listing.filters.has(Facet.PROPOSED)
        self._bar.show_opinion(words, line=reviewing and bool(self.said))

    def _words(self, row: Row) -> str:
        task = self._session.current_task
        proposal = row.proposals.get(task.name) if task else None
        if proposal is None or row.sample.id not in self.said:
            return ""
        answer, probability = self.said[row.sample.id]
        sure = percent(probability)
        if answer == proposal.answer:
            return self.tr("The model agrees: {0} ({1})").format(answer, sure)
        return self.tr("The model says {0} ({1}), {2}").format(answer, sure, self._by(proposal))

    def _by(self, proposal: Proposal) -> str:
        if proposal.origin == "query":
            return self.tr("the search {0}").format(proposal.answer)
        return self.tr("the suggestion {0}").format(proposal.answer)
