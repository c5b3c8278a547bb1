"""Which unlabelled samples are most useful to label next: uncertain, and unlike what is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset, Query
from faceapp.dataset.runs import finished_runs
from faceapp.jobs import Job
from faceapp.training.likeness import Looks, Vectors, sketches
from faceapp.training.predicting import Predictor
from faceapp.words import Words

# As many as a person labels at a sitting are chosen one by one; the rest are scored once.
ONE_BY_ONE = 500

# Shares of the whole that end with computing features, reading them, and asking the run.
_COMPUTED, _LOOKED, _ASKED = 0.4, 0.5, 0.9
_ROWS = 2048  # of a table of cosines held at a time


def useful(dataset: Dataset, task: str, job: Job = Job()) -> list[int]:
    """Ids of the samples without an answer to a task, the most useful to label first.

    Uncertainty is 1 minus the margin between the newest run's two largest probabilities (Scheffer,
    Decomain & Wrobel 2001, "Active hidden Markov models for information extraction"); while the
    task has no run all count the same. `by_use` tells how it is weighed against likeness. Samples
    in quarantine and unreadable ones are left out. What the run has not been asked yet, and
    activations that are not cached, are computed and kept.

    Raises:
        UnknownTask: the dataset has no such task.
        WeightsMissing: activations must be computed and there are no weights.
        Cancelled: the person stopped it; what was computed is kept.

    """
    name = dataset.task(task).name
    waiting = dataset.sample_ids(Query(task=name, unlabelled=True))
    labelled = list(dataset.answers(name))
    if not waiting:
        return []
    looks = Looks(dataset, [*waiting, *labelled])
    looks.complete(job.part(0, _COMPUTED))
    ids, features = sketches(looks, job.part(_COMPUTED, _LOOKED))
    row = {each: place for place, each in enumerate(ids)}
    open_ids = [each for each in waiting if each in row]
    known_ids = [each for each in labelled if each in row]
    doubts = _doubts(dataset, name, open_ids, job.part(_LOOKED, _ASKED))
    order = by_use(
        features[[row[each] for each in open_ids]],
        features[[row[each] for each in known_ids]],
        doubts,
        job.part(_ASKED, 1),
    )
    return [open_ids[place] for place in order]


def _doubts(dataset: Dataset, task: str, ids: Sequence[int], job: Job) -> NDArray[np.float32]:
    """How unsure the newest run is of each sample, 0..1; 1 where it was not asked."""
    runs = finished_runs(dataset.runs, task)
    if not runs or not ids:
        return np.ones(len(ids), np.float32)
    found = Predictor(dataset, runs[0]).predict(ids, job)
    two = np.sort(found.probabilities, axis=1)[:, -2:]
    doubt = dict(zip(found.ids, 1 - (two[:, 1] - two[:, 0]), strict=True))
    return np.array([doubt.get(each, 1.0) for each in ids], np.float32)


def by_use(
    features: Vectors, known: Vectors, doubts: NDArray[np.float32], job: Job = Job()
) -> NDArray[np.int64]:
    """Places of unlabelled samples, the most useful to label first.

    Again and again the sample of the largest doubt times distance is taken, where the distance is
    1 minus the cosine to the nearest sample that is labelled or was taken before: the greedy
    k-center choice of Sener & Savarese 2018 ("Active learning for convolutional neural networks: a
    core-set approach"), weighted by uncertainty. So neither a copy of what is known nor two of a
    kind come early, nor what the model is sure of. After the first 500 the rest follow by the same
    product as it then stands. Of equals the first comes first.

    Args:
        features: (N, D) of length 1, of the unlabelled samples.
        known: (M, D) of length 1, of the labelled ones; where there are none all are equally far.
        doubts: (N,) in 0..1, how unsure the model is.
        job: reports and stops.

    """
    distance = 1 - _nearest(features, known, job)
    taken: list[int] = []
    left = np.ones(len(features), bool)
    number = min(ONE_BY_ONE, len(features))
    for done in range(number):
        job.step(Words("Choosing samples"), done, number)
        place = int(np.argmax(np.where(left, doubts * distance, -1)))
        taken.append(place)
        left[place] = False
        distance = np.minimum(distance, np.maximum(0, 1 - features @ features[place]))
    rest = np.flatnonzero(left)
    order = np.argsort(-(doubts * distance)[rest], kind="stable")
    return np.concatenate([np.array(taken, np.int64), rest[order]])


def _nearest(features: Vectors, known: Vectors, job: Job) -> NDArray[np.float32]:
    """Cosine (N,) of each sample to the labelled one most like it, at most 1; 0 without any."""
    nearest = np.zeros(len(features), np.float32)
    if not len(known):
        return nearest
    for start in range(0, len(features), _ROWS):
        job.check()
        rows = slice(start, start + _ROWS)
        for first in range(0, len(known), _ROWS):
            cosines = features[rows] @ known[first : first + _ROWS].T
            best = cosines.max(axis=1)
            nearest[rows] = best if first == 0 else np.maximum(nearest[rows], best)
    return np.minimum(nearest, 1)
