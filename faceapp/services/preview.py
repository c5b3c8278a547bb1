"""Samples as a recipe would show them to the network."""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING

from faceapp.dataset import Dataset
from faceapp.gui.train.figures import Seen
from faceapp.jobs import Job

if TYPE_CHECKING:
    from faceapp.training.material import Material, TrainConfig

_SHOWN = 9


def preview(dataset: Dataset, config: TrainConfig, job: Job = Job()) -> list[Seen]:
    """Nine samples, of every class in turn, each in another of the recipe's augmented views.

    Faces are looked for where nobody did, and kept. Raises what gathering samples raises.
    """
    import numpy as np

    from faceapp._cv import cv2
    from faceapp.faces import FaceDetector
    from faceapp.networks.crops import Crops, ensure_faces
    from faceapp.training.features import augmented_views
    from faceapp.training.material import gather

    recipe = config.recipe
    ids = _of_every_class(gather(dataset, config))[:_SHOWN]
    if recipe.alignment == "aligned":
        ensure_faces(dataset, ids, FaceDetector(), job)
    crops = Crops(dataset, ids, recipe.preprocessing)
    content = {item.id: item.content for item in crops.items}
    views = augmented_views(recipe.views)
    found = []
    for place, (sample, crop) in enumerate(crops([i for i in ids if i in content])):
        job.check()
        seen = views[place % len(views)].of(crop, content[sample]) if views else crop
        if recipe.grey:
            luma = np.asarray(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), np.uint8)
            seen = np.repeat(luma[..., None], 3, axis=2)
        found.append(Seen(sample, len(seen), seen.tobytes()))
    return found


def _of_every_class(material: Material) -> list[int]:
    """Samples of the classes in turn, each of another person where there are such."""
    by_class: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for sample in material.ids:
        by_class[material.truth[sample]].setdefault(material.groups[sample], sample)
    turns = zip_longest(*(of.values() for _, of in sorted(by_class.items())))
    return [sample for turn in turns for sample in turn if sample is not None]
