"""What a trained model says of samples that wait for review, beside what was proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from faceapp.dataset import Dataset
from faceapp.dataset.runs import finished_runs
from faceapp.dataset.vocabulary import match_class
from faceapp.jobs import Job
from faceapp.networks.saved_model import ModelRefused
from faceapp.training.predicting import Predictor


@dataclass(frozen=True)
class Opinion:
    """The model's class for a sample, its probability, and how it stands to the proposal.

    `against` is by how much the best other class beats the proposed one, -1..1: above 0 the model
    says something else; just below 0 it hardly agrees.
    """

    answer: str
    probability: float
    proposed: str
    against: float


def opinions(dataset: Dataset, task: str, job: Job = Job()) -> dict[int, Opinion]:
    """What the newest usable run of a task says of every sample with an open proposal.

    The surest disagreement comes first and the surest agreement last. Of several proposals for a
    sample the best one counts. What the model said is kept as its predictions are. Samples that
    cannot be read are left out; without a usable run there is nothing.

    Raises:
        UnknownTask: the dataset has no such task.
        Cancelled: the person stopped it; what was asked is kept.

    """
    found = dataset.task(task)
    proposed: dict[int, str] = {}
    for each in dataset.proposals(found.name):  # the best score first
        proposed.setdefault(each.sample, each.answer)
    predictor = _newest(dataset, found.name)
    if predictor is None or not proposed:
        return {}
    known = predictor.info.classes
    names = [match_class(name, found.names) or name for name in known]
    asked = predictor.predict(list(proposed), job)
    said = {
        sample: _opinion(dict(zip(names, row.tolist(), strict=True)), proposed[sample])
        for sample, row in zip(asked.ids, asked.probabilities, strict=True)
    }
    return dict(sorted(said.items(), key=lambda item: (-item[1].against, item[0])))


def _newest(dataset: Dataset, task: str) -> Predictor | None:
    for run in finished_runs(dataset.runs, task):
        try:
            return Predictor(dataset, run)
        except ModelRefused:  # damaged, or another version's: an older one may do
            continue
    return None


def _opinion(shares: Mapping[str, float], proposed: str) -> Opinion:
    best = max(shares, key=lambda name: shares[name])
    others = max((share for name, share in shares.items() if name != proposed), default=0.0)
    return Opinion(best, shares[best], proposed, others - shares.get(proposed, 0.0))
