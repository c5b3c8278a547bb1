"""Which labels the newest run would not have given: where model and person disagree."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset, Query
from faceapp.dataset.runs import finished_runs
from faceapp.dataset.vocabulary import match_class
from faceapp.jobs import Job
from faceapp.training.predicting import Predictor

Row = NDArray[np.float32]


def disputed(dataset: Dataset, task: str, job: Job = Job()) -> list[int]:
    """Ids of the samples that the newest run of a task answers otherwise than they are labelled.

    The surest disagreement comes first: by the probability of the run's answer less that of the
    label (the margin of confident learning: Northcutt, Jiang & Chuang 2021). For the samples that
    the run was judged on, what it said then counts, as it had not learned them; all others are
    asked of the saved model, whose answers to what it learned from flatter the label, so that a
    disagreement there weighs all the more. Labels of classes that the run does not know are passed
    over. Empty without a run.

    Raises:
        UnknownTask: the dataset has no such task.
        ModelRefused: the newest run holds no usable model.
        Cancelled: the person stopped it; what was asked is kept.

    """
    found = dataset.task(task)
    runs = finished_runs(dataset.runs, found.name)
    if not runs:
        return []
    predictor = Predictor(dataset, runs[0])
    classes = [match_class(name, found.names) for name in predictor.info.classes]
    labels = {
        sample: classes.index(each.answer)
        for sample, each in dataset.answers(found.name).items()
        if each.answer is not None and each.answer in classes
    }
    said = judged_before(dataset, runs[0], predictor.info.classes)
    asked = predictor.predict([each for each in labels if each not in said], job)
    said |= dict(zip(asked.ids, asked.probabilities, strict=True))
    margins = _margins(labels, said)
    return sorted(margins, key=lambda sample: -margins[sample])


def _margins(labels: Mapping[int, int], said: Mapping[int, Row]) -> dict[int, float]:
    """By how much each answer beats the label that it contradicts."""
    margins = {}
    for sample, label in labels.items():
        row = said.get(sample)
        if row is not None and row.argmax() != label:
            margins[sample] = float(row.max() - row[label])
    return margins


def judged_before(dataset: Dataset, run: Path, classes: Sequence[str]) -> dict[int, Row]:
    """What the run said of the samples it was judged on, out of its predictions.csv.

    That file names images; where a name is not that of exactly one sample it is passed over.
    """
    try:
        with (run / "predictions.csv").open(encoding="utf-8", newline="") as file:
            rows = [(row["image"], _shares(row, classes)) for row in csv.DictReader(file)]
    except (OSError, ValueError, KeyError, TypeError, csv.Error):  # cut short, or another program's
        return {}
    samples = dataset.samples(Query(quarantined=None))
    often = Counter(sample.name for sample in samples)
    ids = {sample.name: sample.id for sample in samples if often[sample.name] == 1}
    return {ids[name]: shares for name, shares in rows if name in ids}


def _shares(row: Mapping[str, str], classes: Sequence[str]) -> Row:
    return np.array([float(row[f"p_{name}"]) for name in classes], np.float32)
