"""Judging end to end: the saved model, opened from its file, asked about images one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset
from faceapp.jobs import Job
from faceapp.networks.classifier import BATCH, Classifier
from faceapp.networks.crops import Crops, Unreadable
from faceapp.words import Words


@dataclass(frozen=True, eq=False)
class Judged:
    """What a model said: probabilities (N, C) of the samples `ids`, and who could not be read."""

    ids: tuple[int, ...]
    probabilities: NDArray[np.float32]
    unreadable: tuple[Unreadable, ...] = ()

    def joined(self, other: Judged) -> Judged:
        """Both together."""
        return Judged(
            self.ids + other.ids,
            np.concatenate([self.probabilities, other.probabilities]),
            self.unreadable + other.unreadable,
        )


def ask(dataset: Dataset, model: Path, ids: Sequence[int], job: Job = Job()) -> Judged:
    """Ask a saved model about samples, from the image file to the probability.

    Faces must have been looked for (`ensure_faces`). Samples that cannot be read are left out.
    """
    classifier = Classifier(model)
    crops = Crops(dataset, ids, classifier.info.preprocessing)
    wanted = [item.id for item in crops.items]
    seen: list[int] = []
    waiting: list[NDArray[np.uint8]] = []
    found = [np.zeros((0, len(classifier.info.classes)), np.float32)]
    for each, crop in crops(wanted):
        job.step(Words("Judging"), len(seen), len(wanted))
        seen.append(each)
        waiting.append(crop)
        if len(waiting) == BATCH:
            found.append(classifier.probabilities(np.stack(waiting)))
            waiting.clear()
    if waiting:
        found.append(classifier.probabilities(np.stack(waiting)))
    return Judged(tuple(seen), np.concatenate(found), tuple(crops.unreadable))
