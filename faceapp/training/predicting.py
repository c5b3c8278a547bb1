"""What a run's saved model says of a dataset's samples: asked end to end once, and remembered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset
from faceapp.faces import FaceDetector
from faceapp.jobs import Job
from faceapp.networks.activations import Item
from faceapp.networks.classifier import BATCH, Classifier
from faceapp.networks.crops import Crops, Unreadable, ensure_faces
from faceapp.networks.saved_model import ModelInfo, model_file, read_info
from faceapp.networks.shelf import Shelf, drop_shelf, open_shelf, shelf_sizes
from faceapp.words import Words

PREDICTIONS = "predictions"

# Models whose predictions are kept; those asked longest ago go.
_MODELS_KEPT = 8
# Part of the whole that looking for faces takes.
_FACES = 0.2


@dataclass(frozen=True, eq=False)
class Predictions:
    """Probabilities (N, C) of the samples `ids`, in the order of the model's classes.

    They are kept, and given, to six digits.
    """

    ids: tuple[int, ...]
    probabilities: NDArray[np.float32]


class Predictor:
    """Asks one saved model about samples of a dataset, from the image file to the probability.

    What it said lies in the dataset's cache, keyed by the model's file, the image and its face: a
    sample is asked about again only when one of these changes. `unreadable` collects the samples
    that could not be asked about.

    Args:
        dataset: whose samples.
        run: folder of a run, or a model's file.

    Raises:
        ModelRefused: there is no usable model.

    """

    def __init__(self, dataset: Dataset, run: Path) -> None:
        self._dataset = dataset
        self._file = model_file(run)
        self.info: ModelInfo = read_info(self._file)
        self.unreadable: list[Unreadable] = []

    def predict(self, ids: Sequence[int], job: Job = Job()) -> Predictions:
        """Probabilities of all of the samples that can be read, not in their order."""
        found = list(self.batches(ids, job))
        empty = np.zeros((0, len(self.info.classes)), np.float32)
        return Predictions(
            tuple(each for batch in found for each in batch.ids),
            np.concatenate([empty, *(batch.probabilities for batch in found)]),
        )

    def batches(self, ids: Sequence[int], job: Job = Job()) -> Iterator[Predictions]:
        """The same a batch at a time, as it is found: first, in one batch, all that was known.

        Whatever was given is remembered, also when the work is then cancelled or killed.
        """
        aligned = self.info.preprocessing.alignment == "aligned"
        lost = self._find_faces(ids, job.part(0, _FACES)) if aligned else set()
        crops = Crops(
            self._dataset, [each for each in ids if each not in lost], self.info.preprocessing
        )
        with self._shelf() as shelf:
            known = shelf.row_numbers()
            there = [item for item in crops.items if item.content in known]
            if there:
                rows = shelf.rows([item.content for item in there])
                yield Predictions(tuple(item.id for item in there), _joined(rows))
            missing = [item for item in crops.items if item.content not in known]
            yield from self._asked(missing, crops, shelf, job.part(_FACES if aligned else 0, 1))
        self.unreadable += crops.unreadable

    def kept(self, ids: Sequence[int]) -> Predictions:
        """What is remembered of these samples: nobody is asked, and no image is opened."""
        if self.info.preprocessing.alignment == "aligned":
            ids = list(self._dataset.faces(ids))
        crops = Crops(self._dataset, ids, self.info.preprocessing)
        with self._shelf() as shelf:
            known = shelf.row_numbers()
            there = [item for item in crops.items if item.content in known]
            rows = shelf.rows([item.content for item in there])
            return Predictions(tuple(item.id for item in there), _joined(rows))

    def _find_faces(self, ids: Sequence[int], job: Job) -> set[int]:
        """Look for faces where nobody looked yet; returns the samples that cannot be read."""
        looked_at = self._dataset.faces(ids)
        waiting = [each for each in ids if each not in looked_at]
        if not waiting:
            return set()
        unreadable = ensure_faces(self._dataset, waiting, FaceDetector(), job)
        self.unreadable += unreadable
        return {each.sample for each in unreadable}

    def _asked(
        self, items: Sequence[Item], crops: Crops, shelf: Shelf, job: Job
    ) -> Iterator[Predictions]:
        if not items:
            return
        job.step(Words("Asking the model"), 0, len(items))
        classifier = Classifier(self._file)  # takes seconds, the first time
        for start in range(0, len(items), BATCH):
            job.step(Words("Asking the model"), start, len(items))
            content = {item.id: item.content for item in items[start : start + BATCH]}
            read = list(crops(list(content)))
            if not read:
                continue
            probabilities = classifier.probabilities(np.stack([crop for _, crop in read]))
            ids = tuple(each for each, _ in read)
            rows = _halved(probabilities)
            shelf.append({content[i]: row for i, row in zip(ids, rows, strict=True)})
            yield Predictions(ids, _joined(rows.astype(np.float16)))
        job.step(Words("Asking the model"), len(items), len(items))

    @contextmanager
    def _shelf(self) -> Iterator[Shelf]:
        root = self._dataset.cache / PREDICTIONS
        digest = hashlib.sha256(self._file.read_bytes()).hexdigest()
        described = {"model": digest, "classes": self.info.classes}
        width = 2 * len(self.info.classes)
        with open_shelf(root, digest[:32], width, json.dumps(described)) as shelf:
            for key in list(shelf_sizes(root))[:-_MODELS_KEPT]:
                drop_shelf(root, key)
            yield shelf


def _halved(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row (C,) as a row (2C,) of a coarse part and the rest, for shelves hold float16."""
    coarse = probabilities.astype(np.float16).astype(np.float32)
    return np.concatenate([coarse, probabilities - coarse], axis=1)


def _joined(rows: NDArray[np.float16]) -> NDArray[np.float32]:
    """The probabilities that `_halved` took apart."""
    coarse, rest = np.split(rows.astype(np.float32), 2, axis=1)
    return np.asarray(coarse + rest)
