"""The crops of a run's own test images, for whoever must see that a model still answers alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset
from faceapp.networks.crops import Crops
from faceapp.networks.saved_model import read_info
from faceapp.training.records import RunUnreadable, read_predictions
from faceapp.words import Words


def crops_of_run(run: Path, count: int = 50) -> NDArray[np.uint8]:
    """Crops (N, size, size, 3) of up to `count` test images of a run in a dataset's `runs/`.

    They are spread evenly over all of them. Raises `RunUnreadable` where the run has left no
    predictions or none of its images can be read, and what opening a dataset raises.
    """
    tested = read_predictions(run)
    with Dataset.open(run.absolute().parent.parent) as dataset:
        ids = [sample.id for sample in dataset.samples() if sample.name in tested]
        places = np.linspace(0, len(ids) - 1, min(count, len(ids))).astype(int)
        chosen = [ids[place] for place in places]
        crops = Crops(dataset, chosen, read_info(run).preprocessing)
        found = [crop for _, crop in crops([item.id for item in crops.items])]
    if not found:
        raise RunUnreadable(Words("{run}: none of its test images can be read any more.", run=run))
    return np.stack(found)
