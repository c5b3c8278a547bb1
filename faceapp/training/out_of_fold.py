"""What models say of samples whose people they were not trained on, for finding wrong labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset, SplitImpossible
from faceapp.jobs import Job
from faceapp.networks.weights import Weights, find_weights
from faceapp.training.calibration import softmax
from faceapp.training.features import FeatureReader, TrainingFeatures, inner_folds
from faceapp.training.fitting import fit_head
from faceapp.training.heads import Features, HeadData, Indices
from faceapp.training.material import (
    Material,
    Parts,
    TrainConfig,
    TrainingProblem,
    fold_parts,
    gather,
)
from faceapp.training.readable import readable
from faceapp.training.recipes import Recipe
from faceapp.training.strangers import Fold, judged_by_strangers
from faceapp.words import Words

# A person-disjoint fold needs a class in three groups: to be tested, to be learned, to decide by.
_GROUPS_LEAST = 3
_FACES, _FEATURES = 0.15, 0.8  # shares of the whole that end with these steps
# Where heads are solved at once, and where each must be trained. Within the first, so many again.
_FOLDS, _FOLDS_TRAINED, _INNER = 10, 5, 4


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """Probabilities by models that saw nobody of the sample's group.

    Attributes:
        task: name of the task.
        classes: names of the classes, in the task's order.
        ids: samples that have one of the classes and could be read, (N).
        truth: index of each sample's present class, (N,).
        probabilities: of each class, calibrated on other people again, (N, C).
        features: what the heads see of each sample, (N, D) float16.
        left_out: samples of each class that too few people show to be judged so.

    """

    task: str
    classes: tuple[str, ...]
    ids: tuple[int, ...]
    truth: Indices
    probabilities: NDArray[np.float64]
    features: Features
    left_out: Mapping[str, int]


def out_of_fold(
    dataset: Dataset,
    task: str,
    recipe: Recipe,
    *,
    folds: int = 0,
    seed: int = 0,
    weights: Path | None = None,
    job: Job = Job(),
) -> OutOfFold:
    """Judge every labelled sample of a task by a head that was trained without its group.

    Activations come from the training cache, and go there. There are ten folds, or five where the
    recipe's kind of head has no closed form, if `folds` does not say how many, and fewer where a
    class has fewer groups; a class of fewer than three is left out. Classes count as often as they
    are, whatever the recipe says: where rare ones are made likely, most doubts name them. No
    adapter is trained: it would cost minutes for an order that hardly changes.

    Raises:
        TrainingProblem: fewer than two classes can be judged.
        SplitImpossible: the classes cannot be spread over the folds.
        WeightsMissing: the network has no weights.
        Cancelled: the person stopped it; activations that were computed stay cached.

    """
    recipe = replace(recipe, balance=False, level=0.0, adapter=0)
    config = TrainConfig(task, recipe, weights=weights, seed=seed)
    found = find_weights(recipe.backbone, weights)
    usable = readable(dataset, gather(dataset, config), recipe, job.part(0, _FACES))
    material, left_out = _spread_enough(usable)
    fewest = min(_groups_by_class(material).values())
    most = folds or (_FOLDS if _solved_at_once(recipe) else _FOLDS_TRAINED)
    parts = _dealt(material, config, min(most, fewest))
    reader = FeatureReader(dataset, recipe, found)
    everything = Parts((), material.ids, ())
    features = reader.read([*parts, everything], job.part(_FACES, _FEATURES))
    judge = _judged_at_once if _solved_at_once(recipe) else _judged
    ids, probabilities = judge(material, parts, features, config, job.part(_FEATURES, 1))
    plain = features.plain(ids)
    truth = material.truths(ids)
    return OutOfFold(task, material.classes, ids, truth, probabilities, plain, left_out)


def _dealt(material: Material, config: TrainConfig, most: int) -> list[Parts]:
    """As many folds as can be had: few people who hold several classes make fewer."""
    for folds in range(most, 2, -1):
        try:
            return fold_parts(material, replace(config, folds=folds))
        except SplitImpossible:
            continue
    return fold_parts(material, replace(config, folds=2))


def _solved_at_once(recipe: Recipe) -> bool:
    return recipe.head == "ridge" and not recipe.views


def confidence_within(
    dataset: Dataset,
    material: Material,
    config: TrainConfig,
    weights: Weights,
    *,
    folds: int = 5,
    job: Job = Job(),
) -> dict[int, float]:
    """How sure heads that saw nobody of a sample's group are of its own label, 0..1, by sample.

    Only the material is looked at. Faces must have been looked for; samples that cannot be read,
    or whose class fewer than three groups show, are not judged. As in `out_of_fold`, no adapter is
    trained.
    """
    config = replace(config, recipe=replace(config.recipe, adapter=0))
    try:
        known, _left_out = _spread_enough(material)
    except TrainingProblem:
        return {}
    fewest = min(_groups_by_class(known).values())
    parts = fold_parts(known, replace(config, folds=min(folds, fewest)))
    reader = FeatureReader(dataset, config.recipe, weights)
    features = reader.read([*parts, Parts((), known.ids, ())], job.part(0, 0.8))
    ids, probabilities = _judged(known, parts, features, config, job.part(0.8, 1))
    own = probabilities[np.arange(len(ids)), known.truths(ids)]
    return dict(zip(ids, own.tolist(), strict=True))


def _spread_enough(material: Material) -> tuple[Material, dict[str, int]]:
    """The classes of groups enough, and the samples a class of those that are left out."""
    groups = _groups_by_class(material)
    kept = [name for name in material.classes if groups[name] >= _GROUPS_LEAST]
    if len(kept) < 2:
        raise TrainingProblem(
            Words(
                "wrong labels are found by comparing classes that at least {groups_least} people "
                "show each; {kept} is so. Label more people first.",
                groups_least=_GROUPS_LEAST,
                kept=", ".join(kept) or Words("no class"),
            )
        )
    names = {sample: material.classes[index] for sample, index in material.truth.items()}
    truth = {sample: kept.index(name) for sample, name in names.items() if name in kept}
    gone = [name for name in names.values() if name not in kept]
    return Material(tuple(kept), truth, material.groups), {each: gone.count(each) for each in gone}


def _groups_by_class(material: Material) -> dict[str, int]:
    groups: dict[str, set[str]] = {name: set() for name in material.classes}
    for sample, index in material.truth.items():
        groups[material.classes[index]].add(material.groups[sample])
    return {name: len(found) for name, found in groups.items()}


def _judged_at_once(
    material: Material,
    parts: list[Parts],
    features: TrainingFeatures,
    config: TrainConfig,
    job: Job,
) -> tuple[tuple[int, ...], NDArray[np.float64]]:
    """Ids, ascending, and their probabilities by strangers who doubt what they learn.

    Samples beyond those whose products of pairs can be held, and such whose people cannot be dealt
    into folds again, are judged one fold after the other.
    """
    ids = features.known(material.ids)
    place = {each: row for row, each in enumerate(ids)}
    recipe = replace(config.recipe, inner_folds=_INNER)
    dealt = []
    for part in parts:
        test = set(part.test)
        rest = [each for each in ids if each not in test]
        inner = inner_folds(material, rest, recipe, config.seed)
        if inner is None:
            return _judged(material, parts, features, config, job)
        held = [place[each] for each in features.known(part.test)]
        dealt.append(Fold(np.array(held), np.array([place[each] for each in rest]), inner))
    plain, truth = features.plain(ids), material.truths(ids)
    data = HeadData((plain,), truth, plain[:0], truth[:0], len(material.classes), features.widths)
    return tuple(ids), judged_by_strangers(data, dealt, recipe, job)


def _judged(
    material: Material,
    parts: list[Parts],
    features: TrainingFeatures,
    config: TrainConfig,
    job: Job,
) -> tuple[tuple[int, ...], NDArray[np.float64]]:
    """Ids, ascending, and their probabilities by the head of the fold that tests them."""
    ids: list[int] = []
    rows = []
    for number, part in enumerate(parts):
        step = job.part(number / len(parts), (number + 1) / len(parts))
        data = features.head_data(material, part, config.recipe, config.seed)
        fitted = fit_head(data, config.recipe, config.seed, step)
        test = features.known(part.test)
        ids += test
        rows.append(softmax(fitted.head.scores(features.plain(test)) / fitted.temperature))
    order = np.argsort(ids)
    return tuple(ids[row] for row in order), np.concatenate(rows)[order]
