"""What the keys and buttons of the Label page do to the selected samples."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from faceapp.dataset import Changes, Dataset, Proposal, Query
from faceapp.gui.itemmodels.samples import SamplesModel
from faceapp.gui.label.keys import Command, GiveAnswer
from faceapp.gui.language import localised
from faceapp.gui.messages import Messages
from faceapp.gui.samples.grid import SampleGrid
from faceapp.gui.session import DatasetSession
from faceapp.gui.workers import JobRunner
from faceapp.jobs import Job

MANY = 2000  # samples written in a fifth of a second


class Labelling(QObject):
    """Answers, sets aside and reviews what is selected in the grid: each one step to undo.

    Every write is committed before anything is painted anew. One that touches thousands of samples
    is a job, and is seen when it is done.

    Args:
        initiator: the page, which passes over changes that it made itself.

    Signals:
        changed(Changes): something was written.
        labelled(int): that many samples were answered.

    """

    changed = Signal(object)
    labelled = Signal(int)

    def __init__(
        self,
        session: DatasetSession,
        grid: SampleGrid,
        model: SamplesModel,
        *,
        jobs: JobRunner,
        messages: Messages,
        initiator: QObject,
    ) -> None:
        super().__init__(initiator)
        self._session = session
        self._grid = grid
        self._model = model
        self._jobs = jobs
        self._messages = messages
        self._initiator = initiator

    def write(self, write: Callable[[Dataset], Changes]) -> Changes:
        """Write something in the page's name."""
        changes = self._session.do(self._initiator, write)
        if changes:
            self.changed.emit(changes)
        return changes

    def _write_many(
        self, number: int, write: Callable[[Dataset], Changes], done: Callable[[], object]
    ) -> None:
        """Write something about so many samples, and call `done` if anything changed."""
        if number < MANY:
            if self.write(write):
                done()
            return
        folder = self._session.folder

        def work(_job: Job) -> Changes:
            with Dataset.open(folder) as dataset:
                return write(dataset)

        def show(changes: Changes) -> None:
            self._session.reload(changes)
            if changes:
                done()

        words = self.tr("Writing {0} samples").format(localised(f"{number:,}"))
        # What is one transaction cannot be stopped in its middle: a cancel only asks no more of it.
        self._jobs.start(words, work, done=show, cancelled=self._session.reload)

    def answer(self, given: GiveAnswer) -> None:
        """Answer the selected samples, and go on to the next if that is meant."""
        ids = self._grid.selected_ids()

        def done() -> None:
            self.labelled.emit(len(ids))
            if given.advance:
                self._grid.advance()

        if ids:
            write = lambda dataset: dataset.label(ids, given.task, given.answer)  # noqa: E731
            self._write_many(len(ids), write, done)

    def command(self, command: Command) -> bool:
        """Do what a command says; False where it is none of ours."""
        doing = {
            Command.QUARANTINE: self.quarantine,
            Command.ACCEPT: self.accept,
            Command.REFUSE: self.refuse,
            Command.NEXT_WAITING: self.go_to_next_waiting,
        }.get(command)
        if doing is not None:
            doing()
        return doing is not None

    def quarantine(self) -> None:
        """Set the selected samples aside; take them back where all are set aside already."""
        ids = self._grid.selected_ids()
        if not ids:
            return
        found = self._session.dataset.by_ids(ids)
        if all(sample.quarantined for sample in found):
            self._write_many(len(ids), lambda dataset: dataset.restore(ids), lambda: None)
        else:
            self._write_many(len(ids), lambda dataset: dataset.quarantine(ids), self._grid.advance)

    def accept(self) -> None:
        """Turn the best suggestion of every selected sample into its answer, and go on."""
        best: dict[int, Proposal] = {}
        for proposal in self._offered():
            best.setdefault(proposal.sample, proposal)
        if not best:
            self._messages.info(
                self.tr("No suggestion is open for what is selected."), key="review"
            )
            return
        chosen = [proposal.id for proposal in best.values()]

        def done() -> None:
            self.labelled.emit(len(best))
            self._grid.advance()

        self._write_many(len(chosen), lambda dataset: dataset.accept(chosen), done)

    def refuse(self) -> None:
        """Say no to every suggestion for the selected samples, and go on."""
        chosen = [proposal.id for proposal in self._offered()]
        if not chosen:
            self._messages.info(
                self.tr("No suggestion is open for what is selected."), key="review"
            )
        else:
            self._write_many(
                len(chosen), lambda dataset: dataset.refuse(chosen), self._grid.advance
            )

    def go_to_next_waiting(self) -> None:
        """Go to the next sample with an open suggestion, else to the next without an answer."""
        task = self._session.current_task
        if task is None or not self._model.ids:
            return
        start = -1 if self._grid.current is None else self._grid.current
        waiting = (Query(task.name, proposed=True), Query(task.name, unlabelled=True))
        for query in waiting:
            open_ids = set(self._session.dataset.sample_ids(query))
            found = self._next_of(open_ids, start) if open_ids else None
            if found is not None:
                self._grid.go_to(found)
                return
        self._messages.info(self.tr("Nothing of what is listed waits for you."), key="review")

    def _next_of(self, wanted: set[int], start: int) -> int | None:
        """Position of the next of these samples after `start`, beginning anew at the end."""
        ids = self._model.ids
        positions = (*range(start + 1, len(ids)), *range(min(start + 1, len(ids))))
        return next((place for place in positions if ids[place] in wanted), None)

    def _offered(self) -> list[Proposal]:
        """Open suggestions for the selected samples, best first."""
        task = self._session.current_task
        ids = self._grid.selected_ids()
        if task is None or not ids:
            return []
        return self._session.dataset.proposals(task.name, ids=ids)
