"""What stands against a training, or makes its figures doubtful: everything at once, beforehand."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from faceapp.dataset import Dataset
from faceapp.dataset.errors import SplitImpossible
from faceapp.errors import WorldError
from faceapp.networks.backbones import InvalidTrunk
from faceapp.networks.weight_files import WeightsRefused
from faceapp.networks.weights import Weights, WeightsMissing, find_weights
from faceapp.training.exemplars import how_many
from faceapp.training.filters import EVERYTHING, ratings
from faceapp.training.material import (
    Material,
    Parts,
    TrainConfig,
    TrainingProblem,
    gather,
    parts_of,
)
from faceapp.training.needs import available_memory, needs_of
from faceapp.words import Words, counted

About = Literal["recipe", "weights", "classes", "people", "families", "disk", "memory"]

# Fewer images a class teach and prove little; a warning, as trying costs nothing.
_FEW_IMAGES = 20
_LARGE_SHARE = 0.5
_UNEVEN = 10


@dataclass(frozen=True)
class Problem:
    """One thing that a person should know before they start.

    A `blocking` one makes the training impossible; the others make it doubtful. `text` is a
    sentence that names the class, person, file or setting, and what can be done.
    """

    about: About
    text: str
    blocking: bool


def check(config: TrainConfig, dataset: Dataset) -> list[Problem]:
    """Everything that stands against a training, blocking problems first; empty if all is well."""
    found = [*_of_recipe(config)]
    weights: Weights | None = None
    try:
        weights = find_weights(config.recipe.backbone, config.weights)
    except (WeightsMissing, WeightsRefused) as error:
        found.append(Problem("weights", str(error), blocking=True))
    try:
        material = gather(dataset, config)
    except WorldError as error:
        found.append(Problem("classes", str(error), blocking=True))
    else:
        can_be = not any(problem.blocking for problem in found)
        found += _of_samples(config, dataset, material, weights if can_be else None)
    return sorted(found, key=lambda problem: not problem.blocking)


def _of_recipe(config: TrainConfig) -> Iterator[Problem]:
    recipe = config.recipe
    try:
        recipe.trunk(has_top=False)
        if recipe.tunes:
            recipe.maps(has_top=False)
    except (InvalidTrunk, WeightsMissing) as error:
        yield Problem("recipe", str(error), blocking=True)
    if recipe.tunes and recipe.base_rate > recipe.head_rate:
        text = Words(
            "base_rate is above head_rate: the base forgets what it knows. Lower base_rate."
        )
        yield Problem("recipe", text, blocking=False)


def _of_samples(
    config: TrainConfig, dataset: Dataset, material: Material, weights: Weights | None
) -> Iterator[Problem]:
    """Problems of the samples, and with weights those of the machine."""
    yield from _of_classes(config, material)
    if config.split_by == "person":
        yield from _of_people(material)
    try:
        sides = parts_of(material, config)
    except TrainingProblem as error:
        yield Problem("classes", str(error), blocking=True)
        return
    except SplitImpossible as error:
        # Each class that is too small was named already; some splits fail for other reasons.
        if not any(problem.blocking for problem in _of_classes(config, material)):
            yield Problem("classes", str(error), blocking=True)
        return
    if config.split_by == "family":
        yield from _of_torn_people(dataset, material, sides)
    yield from _of_families(dataset, material, sides)
    if weights is not None:
        yield from _of_machine(config, dataset, weights, sides)


def _of_classes(config: TrainConfig, material: Material) -> Iterator[Problem]:
    images = Counter(material.truth.values())
    groups = {(truth, material.groups[i]) for i, truth in material.truth.items()}
    people = Counter(truth for truth, _ in groups)
    sides = config.folds or sum(ratio > 0 for ratio in config.ratios)
    for index, name in enumerate(material.classes):
        if people[index] < sides:
            one = Words("{number} person or family")
            many = Words("{number} people or families")
            text = Words(
                "{name} shows {shown}, but at least {sides} are needed, one to each part of the "
                "split: label more of it, or leave the class out.",
                name=name,
                shown=counted(people[index], one, many),
                sides=sides,
            )
            yield Problem("classes", text, blocking=True)
        elif images[index] < _FEW_IMAGES:
            text = Words(
                "{name} has {images} images: too few to learn or to judge it by. Label "
                "more of it, or leave the class out.",
                name=name,
                images=images[index],
            )
            yield Problem("classes", text, blocking=False)
    for name in config.classes or ():
        if name not in material.classes:
            text = Words("{name} has no labelled sample: it will not be learned.", name=name)
            yield Problem("classes", text, blocking=False)
    fewest, most = min(images.values()), max(images.values())
    if most > _UNEVEN * fewest and not config.recipe.balance:
        text = Words(
            "The largest class has {most} images, the smallest {fewest}: set balance to true.",
            most=most,
            fewest=fewest,
        )
        yield Problem("classes", text, blocking=False)


def _of_people(material: Material) -> Iterator[Problem]:
    sizes = Counter(material.groups[i] for i in material.ids)
    if len(sizes) == len(material.ids):
        text = Words(
            "Nobody knows who is shown: each image counts as a person of its own, so that one "
            "person may stand on two sides of the split and figures come out too good. Say who "
            "it is with Group people (faceapp people), or by column or file name when importing."
        )
        yield Problem("people", text, blocking=False)
        return
    for index, name in enumerate(material.classes):
        of_class = Counter(material.groups[i] for i, t in material.truth.items() if t == index)
        person, count = of_class.most_common(1)[0]
        share = count / of_class.total()
        if share >= _LARGE_SHARE and of_class.total() > 1:
            text = Words(
                "{person} is {share:.0%} of {name} ({count} of {of_class} images): the "
                "network may learn the person instead. Add other people to that class.",
                person=person,
                share=share,
                name=name,
                count=count,
                of_class=of_class.total(),
            )
            yield Problem("people", text, blocking=False)


def _of_torn_people(
    dataset: Dataset, material: Material, sides: Iterable[Parts]
) -> Iterator[Problem]:
    """People who stand on both sides of a split that is not by person."""
    if len(set(material.groups.values())) == len(material.ids):
        text = Words(
            "No near-duplicates are known, so that each image counts alone: look for them first, "
            "on the Clean page or with `faceapp clean`."
        )
        yield Problem("families", text, blocking=False)
    person = {s.id: s.group for s in dataset.by_ids(material.ids) if s.group is not None}
    torn: set[str] = set()
    for part in sides:
        tested = {person[i] for i in part.test if i in person}
        torn |= tested.intersection(
            person[i] for i in (*part.train, *part.validation) if i in person
        )
    if torn:
        text = Words(
            "{number} people, such as {torn}, are on both sides of the split, as it is "
            "not by person: figures come out too good for people it never saw.",
            number=len(torn),
            torn=min(torn),
        )
        yield Problem("people", text, blocking=False)


def _of_families(dataset: Dataset, material: Material, sides: Iterable[Parts]) -> Iterator[Problem]:
    """Images that look alike (equal perceptual hash) and yet stand on both sides of a split."""
    alike: dict[int, list[int]] = defaultdict(list)
    samples = dataset.by_ids(material.ids)
    names = {sample.id: sample.name for sample in samples}
    for sample in samples:
        alike[sample.phash].append(sample.id)
    torn: dict[int, tuple[int, int]] = {}
    for part in sides:
        tested = set(part.test)
        for phash, ids in alike.items():
            inside = [i for i in ids if i in tested]
            outside = [i for i in ids if i not in tested]
            if inside and outside:
                torn.setdefault(phash, (inside[0], outside[0]))
    if torn:
        one, other = next(iter(torn.values()))
        text = Words(
            "{number} families of images that look alike are on both sides of the split, such "
            "as {names} and {names_2}: figures come out too good. Give them one person, "
            "or quarantine all but one.",
            number=len(torn),
            names=names[one],
            names_2=names[other],
        )
        yield Problem("families", text, blocking=False)


def _of_machine(
    config: TrainConfig, dataset: Dataset, weights: Weights, sides: list[Parts]
) -> Iterator[Problem]:
    train = sorted({i for part in sides for i in part.train})
    other = sorted({i for part in sides for i in part.validation} - set(train))
    try:
        needs = needs_of(dataset, config.recipe, weights, train, other)
    except InvalidTrunk as error:
        yield Problem("recipe", str(error), blocking=True)
        return
    free = shutil.disk_usage(dataset.folder).free
    if needs.disk_bytes > free:
        text = Words(
            "About {disk_bytes} are needed on the disk of {folder}, and "
            "{free} are free: make room, or choose a smaller size.",
            disk_bytes=_size(needs.disk_bytes),
            folder=dataset.folder,
            free=_size(free),
        )
        yield Problem("disk", text, blocking=True)
    available = available_memory()
    if available is not None and needs.memory_bytes > available:
        text = Words(
            "About {memory_bytes} of memory are needed, and {available} are "
            "free: close other programs, or choose a smaller size, batch or tune_batch.",
            memory_bytes=_size(needs.memory_bytes),
            available=_size(available),
        )
        yield Problem("memory", text, blocking=False)


def _size(count: int) -> str:
    return f"{count / 1024**3:.1f} GB" if count >= 1024**3 else f"{count / 1024**2:.0f} MB"


@dataclass(frozen=True)
class Remaining:
    """What a training would take.

    Attributes:
        sides: images of each class in train, validation and test; with folds those of the first.
            With exemplars those of train are about right: some are told by models only. Empty
            where no split can be made.
        taken: images of its classes that it would take, and `labelled` those that there are.
        only_judge: of those taken, the ones below a minimum, which are not learned from.
        rated: what raters told of any of those labelled: "intensity", "agreement".
        sources: how many of those labelled each source gave, by its id.

    """

    sides: Mapping[str, tuple[int, int, int]]
    taken: int
    labelled: int
    only_judge: int
    rated: frozenset[str]
    sources: Mapping[int, int]


def remaining(config: TrainConfig, dataset: Dataset) -> Remaining:
    """Count what the configuration takes; problems are for `check` to say."""
    everything = replace(config, samples=EVERYTHING, scraped="as_others")
    try:
        whole = gather(dataset, everything)
    except WorldError:
        return Remaining({}, 0, 0, 0, frozenset(), {})
    names = {i: whole.classes[index] for i, index in whole.truth.items()}
    rated = ratings(dataset, config.task, names).values()
    known = {
        "intensity": any(each.intensity is not None for each in rated),
        "agreement": any(each.agreement is not None for each in rated),
    }
    told = frozenset(name for name, there in known.items() if there)
    sources = Counter(sample.source for sample in dataset.by_ids(whole.ids))
    try:
        material = gather(dataset, config)
    except WorldError:
        return Remaining({}, 0, len(names), 0, told, sources)
    below = len(material.only_judge)
    try:
        sides = _counted(dataset, material, parts_of(material, config)[0], config)
    except WorldError:
        sides = {}
    return Remaining(sides, len(material.ids), len(names), below, told, sources)


def _counted(
    dataset: Dataset, material: Material, part: Parts, config: TrainConfig
) -> dict[str, tuple[int, int, int]]:
    train, validation, test = (
        Counter(material.truth[i] for i in ids) for ids in (part.train, part.validation, part.test)
    )
    if config.exemplars < 1:
        train = Counter(dict(enumerate(how_many(dataset, material, part, config))))
    return {
        name: (train[place], validation[place], test[place])
        for place, name in enumerate(material.classes)
    }
