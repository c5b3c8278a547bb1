"""The most extreme exemplars: training on the samples that show their class best.

The next step that the study named for itself. Where raters said how strong and how sure an
expression is, that decides; elsewhere how sure models are that never saw the sample's group.
Only what is trained on becomes less: validation and test stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from faceapp.dataset import Dataset
from faceapp.jobs import Job
from faceapp.networks.weights import Weights
from faceapp.training.filters import ratings
from faceapp.training.material import Material, Parts, TrainConfig
from faceapp.training.out_of_fold import confidence_within


@dataclass(frozen=True)
class Chosen:
    """A part with its most extreme training samples, and in words how they were told."""

    parts: Parts
    words: str


def most_extreme(
    dataset: Dataset,
    material: Material,
    parts: Parts,
    config: TrainConfig,
    weights: Weights,
    *,
    job: Job = Job(),
) -> Chosen:
    """Keep the share `config.exemplars` of the training samples of each class, the most extreme.

    Samples whose strength people told are ranked among themselves, and so are the others by
    out-of-fold confidence: models that saw neither the sample's group nor any validation or test
    image. What ties with the last that is kept is kept, and so is what nothing tells of.
    """
    told = told_strengths(dataset, material, parts.train, config.task)
    others = [i for i in parts.train if i not in told]
    learnable = material.without(set(material.ids) - set(parts.train))
    sure = confidence_within(dataset, learnable, config, weights, job=job) if others else {}
    sure = {i: sure[i] for i in others if i in sure}
    kept: set[int] = {i for i in others if i not in sure}
    untold = len(kept)
    for index in range(len(material.classes)):
        for ranks in (told, sure):
            of_class = {i: rank for i, rank in ranks.items() if material.truth[i] == index}
            kept |= best_of(of_class, config.exemplars)
    words = (
        f"Trained on the most extreme exemplars, {config.exemplars:.0%} of each class: "
        f"{len(kept)} of {len(parts.train)} training images; {len(told)} ranked by what raters "
        f"said, {len(sure)} by models that saw nobody of their group, {untold} not ranked and kept."
    )
    return Chosen(replace(parts, train=tuple(i for i in parts.train if i in kept)), words)


def best_of(ranks: Mapping[int, float], share: float) -> set[int]:
    """The ids of the share with the highest ranks, and all that tie with the last of them."""
    if not ranks:
        return set()
    last = sorted(ranks.values(), reverse=True)[math.ceil(share * len(ranks)) - 1]
    return {i for i, rank in ranks.items() if rank >= last}


def told_strengths(
    dataset: Dataset, material: Material, ids: Sequence[int], task: str
) -> dict[int, float]:
    """How strong and sure raters found the samples of which that is known, 0..1 (`Rated`)."""
    names = {i: material.classes[material.truth[i]] for i in ids}
    found = ratings(dataset, task, names)
    return {i: rated.strength for i, rated in found.items() if rated.strength is not None}


def how_many(dataset: Dataset, material: Material, parts: Parts, config: TrainConfig) -> list[int]:
    """About how many training samples of each class `most_extreme` will keep, in class order.

    About, as nothing is computed: what models cannot rank is kept and is not known yet.
    """
    told = told_strengths(dataset, material, parts.train, config.task)
    counts = []
    for index in range(len(material.classes)):
        of_class = [i for i in parts.train if material.truth[i] == index]
        ranks = {i: told[i] for i in of_class if i in told}
        others = len(of_class) - len(ranks)
        counts.append(len(best_of(ranks, config.exemplars)) + math.ceil(config.exemplars * others))
    return counts
