"""How strongly samples show what they are labelled, by a model that did not learn from them."""

from __future__ import annotations

from faceapp.dataset import Dataset, Split
from faceapp.dataset.runs import finished_runs, read_object
from faceapp.dataset.vocabulary import match_class
from faceapp.errors import FaceAppError
from faceapp.jobs import Job
from faceapp.networks.saved_model import ModelRefused
from faceapp.training.disputing import judged_before
from faceapp.training.predicting import Predictor

_SPLIT = "split.json"


def strengths(dataset: Dataset, task: str, job: Job = Job()) -> dict[int, float]:
    """Probability, 0..1, that the newest run of a task gives to what samples are labelled.

    Only what it said before counts, so this is quick; and only of samples that it did not learn
    from or was stopped by, for of those it is sure whatever they show. Samples that it was never
    asked about, and labels that it does not know, are left out. Empty without a run.

    Raises:
        UnknownTask: the dataset has no such task.

    """
    found = dataset.task(task)
    runs = finished_runs(dataset.runs, found.name)
    if not runs:
        return {}
    try:
        predictor = Predictor(dataset, runs[0])
        split = Split.from_json(read_object(runs[0] / _SPLIT))
    except (FaceAppError, ModelRefused, TypeError):  # a run of another program, or cut short
        return {}
    classes = [match_class(name, found.names) for name in predictor.info.classes]
    labels = {
        sample: classes.index(each.answer)
        for sample, each in dataset.answers(found.name).items()
        if each.answer is not None and each.answer in classes
    }
    job.check()
    learned = {*split.train, *split.validation}
    said = judged_before(dataset, runs[0], predictor.info.classes)
    asked = predictor.kept([each for each in labels if each not in said and each not in learned])
    said |= dict(zip(asked.ids, asked.probabilities, strict=True))
    return {
        sample: float(said[sample][label]) for sample, label in labels.items() if sample in said
    }
