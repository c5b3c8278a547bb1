"""What a training works on: the labelled samples of a task, their classes, groups and splits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from faceapp.dataset import Dataset, GroupedBy
from faceapp.dataset.sources import SEARCH_KIND
from faceapp.dataset.splits import folds_by_group, split_by_group
from faceapp.errors import WorldError
from faceapp.training.filters import EVERYTHING, Filters, allowed, ratings
from faceapp.training.heads import Indices
from faceapp.training.recipes import Recipe
from faceapp.words import Words

# Of the samples that are not for testing, the part that decides when to stop.
_VALIDATION_FOLDS = 5


Scraped = Literal["as_others", "train_only", "leave_out"]


class TrainingProblem(WorldError):
    """Something about the dataset or the set-up makes this training impossible."""


@dataclass(frozen=True)
class TrainConfig:
    """One training, asked for.

    `classes` None means all that have samples; `folds` K > 1 judges by K-fold cross-validation
    instead of one test split; `ratios` are those of train, validation and test; `weights` names a
    file of the backbone's weights. `exemplars` below 1 trains on that share of each class, the most
    extreme (see `exemplars`). `scraped` says what becomes of samples that a search found: with
    "train_only" they are learned from but decide and judge nothing, and with "leave_out" the split
    is the same one without them. `samples` narrows further (see `Filters`). `split_by` says what
    may not stand on two sides: a person with all their near-duplicates, or with "family" only
    near-duplicates, for datasets whose people are not known.
    """

    task: str
    recipe: Recipe
    classes: tuple[str, ...] | None = None
    folds: int = 0
    seed: int = 0
    ratios: tuple[float, float, float] = (0.6, 0.2, 0.2)
    weights: Path | None = None
    exemplars: float = 1.0
    scraped: Scraped = "as_others"
    samples: Filters = EVERYTHING
    split_by: GroupedBy = "person"

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold; `from_json` makes the same of them."""
        return {
            "task": self.task,
            "recipe": self.recipe.to_json(),
            "classes": list(self.classes) if self.classes is not None else None,
            "folds": self.folds,
            "seed": self.seed,
            "ratios": list(self.ratios),
            "weights": str(self.weights) if self.weights else None,
            "exemplars": self.exemplars,
            "scraped": self.scraped,
            "samples": self.samples.to_json(),
            "split_by": self.split_by,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TrainConfig:
        """What `to_json` wrote."""
        train, validation, test = data["ratios"]
        return cls(
            task=data["task"],
            recipe=Recipe.from_json(data["recipe"]),
            classes=tuple(data["classes"]) if data["classes"] is not None else None,
            folds=data["folds"],
            seed=data["seed"],
            ratios=(train, validation, test),
            weights=Path(data["weights"]) if data["weights"] else None,
            exemplars=data.get("exemplars", 1.0),  # runs that began earlier lack these
            scraped=data.get("scraped", "as_others"),
            samples=Filters.from_json(data.get("samples", {})),
            split_by=data.get("split_by", "person"),
        )


@dataclass(frozen=True)
class Material:
    """The samples to learn and to judge by: class index and group of each, by sample id.

    Those of `train_only` are learned from, and never on another side of a split; those of
    `only_judge` are never learned from.
    """

    classes: tuple[str, ...]
    truth: Mapping[int, int]
    groups: Mapping[int, str]
    train_only: frozenset[int] = frozenset()
    only_judge: frozenset[int] = frozenset()

    @property
    def ids(self) -> tuple[int, ...]:
        """All sample ids, ascending."""
        return tuple(sorted(self.truth))

    def truths(self, ids: Sequence[int]) -> Indices:
        """Class indices (N,) of the samples."""
        return np.array([self.truth[i] for i in ids], dtype=np.int64)

    def without(self, ids: Iterable[int]) -> Material:
        """The same without some samples."""
        gone = set(ids)
        left = {i: truth for i, truth in self.truth.items() if i not in gone}
        return replace(
            self, truth=left, train_only=self.train_only - gone, only_judge=self.only_judge - gone
        )

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold; `from_json` makes the same of them."""
        samples = [[i, self.truth[i], self.groups[i]] for i in self.ids]
        return {
            "classes": list(self.classes),
            "samples": samples,
            "train_only": sorted(self.train_only),
            "only_judge": sorted(self.only_judge),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Material:
        """What `to_json` wrote."""
        samples = [(int(i), int(truth), str(group)) for i, truth, group in data["samples"]]
        return cls(
            tuple(data["classes"]),
            {i: truth for i, truth, _ in samples},
            {i: group for i, _, group in samples},
            frozenset(data.get("train_only", ())),
            frozenset(data.get("only_judge", ())),
        )

    def count(self, ids: Sequence[int]) -> tuple[int, int]:
        """Images and groups among the samples."""
        return len(ids), len({self.groups[i] for i in ids})


@dataclass(frozen=True)
class Parts:
    """Sample ids to train on, to decide by (validation), and to judge by (test)."""

    train: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...]


def gather(dataset: Dataset, config: TrainConfig) -> Material:
    """The samples of the task that the configuration takes and that have one of its classes.

    Raises:
        TrainingProblem: fewer than two classes have samples, or a class is unknown.
        FilterProblem: a source is unknown.

    """
    task = dataset.task(config.task)
    unknown = [c for c in config.classes or () if c not in task.names]
    if unknown:
        raise TrainingProblem(
            Words(
                "task {task} has no class {unknown!r}; it has: {names}",
                task=task.name,
                unknown=unknown[0],
                names=", ".join(task.names),
            )
        )
    given = _given(dataset, config)
    scraped = _scraped(dataset, given) if config.scraped != "as_others" else frozenset()
    judged = {i: name for i, name in given.items() if i not in scraped}
    # Sorted by the task's order, so that the same classes make the same model however asked for.
    wanted = [name for name in task.names if config.classes is None or name in config.classes]
    present = set(judged.values())
    classes = tuple(name for name in wanted if name in present)
    if len(classes) < 2:
        among = Words(" among the chosen samples") if config.samples.everywhere else ""
        raise TrainingProblem(
            Words(
                "training needs labelled samples of two classes of {task}; "
                "{classes} has any{among}. Label or import more first.",
                task=task.name,
                classes=", ".join(classes) or Words("no class"),
                among=among,
            )
        )
    learned = given if config.scraped == "train_only" else judged
    named = {i: name for i, name in learned.items() if name in classes}
    return Material(
        classes,
        {i: classes.index(name) for i, name in named.items()},
        dataset.groups(sorted(named), by=config.split_by),
        scraped & named.keys(),
        _below(dataset, config, named),
    )


def _given(dataset: Dataset, config: TrainConfig) -> dict[int, str]:
    """The answers of the samples that the filters leave to every side."""
    left = allowed(dataset, config.task, config.samples)
    answers = dataset.answers(config.task)
    return {
        i: a.answer
        for i, a in answers.items()
        if a.answer is not None and (left is None or i in left)
    }


def _below(dataset: Dataset, config: TrainConfig, named: Mapping[int, str]) -> frozenset[int]:
    """Those of the samples that raters found below a minimum."""
    if not config.samples.in_training:
        return frozenset()
    rated = ratings(dataset, config.task, named)
    return frozenset(i for i, each in rated.items() if not each.reaches(config.samples))


def _scraped(dataset: Dataset, ids: Iterable[int]) -> frozenset[int]:
    """Those of the samples that a search of the web found."""
    kinds = {source.id for source in dataset.sources() if source.kind == SEARCH_KIND}
    return frozenset(each.id for each in dataset.by_ids(ids) if each.source in kinds)


def split_parts(material: Material, config: TrainConfig) -> Parts:
    """Train, validation and test by group."""
    judged = material.without(material.train_only)
    split = split_by_group(
        _answers(judged, judged.ids), judged.groups, ratios=config.ratios, seed=config.seed
    )
    return _joined(material, Parts(split.train, split.validation, split.test))


def fold_parts(material: Material, config: TrainConfig) -> list[Parts]:
    """One Parts a fold: each sample is in exactly one test part."""
    judged = material.without(material.train_only)
    folds = folds_by_group(_answers(judged, judged.ids), judged.groups, config.folds, config.seed)
    return [
        _joined(material, Parts(*_with_validation(judged, rest, config.seed), test))
        for rest, test in folds
    ]


def all_parts(material: Material, config: TrainConfig) -> Parts:
    """Everything to learn from, for the model that is kept after a cross-validation."""
    judged = material.without(material.train_only)
    return _joined(material, Parts(*_with_validation(judged, judged.ids, config.seed), ()))


def inner_parts(material: Material, folds: int, seed: int) -> list[Parts]:
    """Each fold once to decide by, the other ones to learn from; nothing to test."""
    judged = material.without(material.train_only)
    dealt = folds_by_group(_answers(judged, judged.ids), judged.groups, folds, seed)
    return [_joined(material, Parts(rest, held, ())) for rest, held in dealt]


def _joined(material: Material, parts: Parts) -> Parts:
    """With what is only learned from, but for the people who decide or judge.

    And without what only judges. Raises `TrainingProblem` where nothing of a class is left.
    """
    others = {material.groups[i] for i in (*parts.validation, *parts.test)}
    more = [i for i in material.train_only if material.groups[i] not in others]
    train = sorted({*parts.train, *more} - material.only_judge)
    left = {material.truth[i] for i in train}
    empty = [name for index, name in enumerate(material.classes) if index not in left]
    if empty and material.only_judge:
        raise TrainingProblem(
            Words(
                "No image of {empty} that could be learned from reaches the minimum of "
                "intensity or agreement: lower it.",
                empty=", ".join(empty),
            )
        )
    return replace(parts, train=tuple(train))


def parts_of(material: Material, config: TrainConfig) -> list[Parts]:
    """What each training of a run learns from; the last is that of the model that is kept."""
    if config.folds:
        return [*fold_parts(material, config), all_parts(material, config)]
    return [split_parts(material, config)]


def _with_validation(
    material: Material, ids: Sequence[int], seed: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    fewest = min(
        len({material.groups[i] for i in ids if material.truth[i] == index})
        for index in range(len(material.classes))
    )
    folds = max(2, min(_VALIDATION_FOLDS, fewest))  # a rare class wants larger folds
    return folds_by_group(_answers(material, ids), material.groups, folds, seed)[0]


def _answers(material: Material, ids: Sequence[int]) -> dict[int, str]:
    return {i: material.classes[material.truth[i]] for i in ids}
