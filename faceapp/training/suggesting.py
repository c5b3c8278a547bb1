"""Having a trained model suggest labels: proposals for every sample that nobody answered yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from faceapp.dataset import Changes, Dataset, NewProposal, Query, Task
from faceapp.dataset.vocabulary import match_class
from faceapp.jobs import Job
from faceapp.networks.crops import Unreadable
from faceapp.networks.saved_model import ModelInfo
from faceapp.training.predicting import Predictions, Predictor
from faceapp.words import Words

_DIGITS = 6


@dataclass(frozen=True)
class Suggested:
    """What a model suggested.

    Attributes:
        run: name of the run's folder, which stands in every proposal's details.
        task: name of the task in the dataset.
        changes: of the dataset; nothing where the same was suggested before.
        classes: samples by the class that this run now offers them, in class order; also those
            to which it offered the same before.
        settled: samples whose offer was refused before, or that were labelled meanwhile.
        unsure: samples of which the model is unsure; what it offers them is marked so.
        left_out: samples by an answer of the model's that the task does not have (any more).
        unreadable: samples that could not be read.

    """

    run: str
    task: str
    changes: Changes
    classes: Mapping[str, int]
    settled: int
    unsure: int
    left_out: Mapping[str, int]
    unreadable: tuple[Unreadable, ...]


def suggest(dataset: Dataset, run: Path, job: Job = Job()) -> Suggested:
    """Offer what a run's saved model says of every sample without an answer to the run's task.

    Each image goes through the model end to end, from its file. A proposal's score is the
    probability of its class after the model's temperature. Its details hold the run's name, the
    probability of every class, and `unsure`: whether the best one lies below the model's own
    threshold, under which it is more often wrong than right. What models offered these samples
    before is replaced; what a person refused is not offered again. Samples in quarantine are
    passed over.

    Proposals are written a batch at a time, all of them one step to undo. After a kill or a
    cancellation whole batches stand, and the next call goes on from there.

    Raises:
        ModelRefused: there is no usable model in `run`.
        UnknownTask: the dataset does not have the model's task.
        Cancelled: the person stopped it.

    """
    predictor = Predictor(dataset, run)
    task = dataset.task(predictor.info.task)
    offering = _Offering(predictor.info, task, run.absolute().name)
    waiting = dataset.sample_ids(Query(task=task.name, unlabelled=True))
    with dataset.action(Words("Suggest labels of {task}", task=task.name)) as action:
        for batch in predictor.batches(waiting, job):
            offers = offering.offers(batch)
            dataset.propose_anew(task.name, batch.ids, offers, "model")
    stand = Counter(
        each.answer
        for each in dataset.proposals(task.name, ids=waiting)
        if each.origin == "model" and each.detail.get("run") == offering.run
    )
    return Suggested(
        run=offering.run,
        task=task.name,
        changes=action.changes,
        classes={name: stand[name] for name in task.names},
        settled=offering.made - stand.total(),
        unsure=offering.unsure,
        left_out=dict(offering.left_out),
        unreadable=tuple(predictor.unreadable),
    )


class _Offering:
    """Makes proposals of predictions, and counts them."""

    def __init__(self, info: ModelInfo, task: Task, run: str) -> None:
        self.run = run
        self.made = 0
        self.left_out: Counter[str] = Counter()
        self.unsure = 0
        self._info = info
        self._class_of = {name: match_class(name, task.names) for name in info.classes}

    def offers(self, batch: Predictions) -> list[NewProposal]:
        """The proposals of one batch."""
        offers = []
        for sample, row in zip(batch.ids, batch.probabilities, strict=True):
            said = {
                name: round(float(share), _DIGITS)
                for name, share in zip(self._info.classes, row, strict=True)
            }
            best = self._info.classes[int(row.argmax())]
            answer = self._class_of[best]
            if answer is None:
                self.left_out[best] += 1
                continue
            unsure = said[best] < self._info.unsure_below
            self.made += 1
            self.unsure += unsure
            detail = {"run": self.run, "probabilities": said, "unsure": unsure}
            offers.append(NewProposal(sample, answer, said[best], detail))
        return offers
