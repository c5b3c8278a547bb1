"""What is read for the Label page in a thread: which samples are listed, and the counts beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from faceapp.dataset import ClassCounts, Dataset, Facets, Query, Source, Split
from faceapp.gui.label.filters import Choice, Facet, Listing, Sort, ranked
from faceapp.gui.label.runs import newest_split
from faceapp.gui.services import Services
from faceapp.jobs import Job

SIDES = ("train", "validation", "test")


@dataclass(frozen=True)
class Wish:
    """A snapshot of what should be listed: `like` is the sample that others may be similar to."""

    folder: Path
    task: str | None
    listing: Listing = field(default_factory=Listing)
    like: int | None = None


@dataclass(frozen=True)
class Counts:
    """Every number on the page.

    Attributes:
        facets: what each further choice would give.
        samples: of the dataset, without those in quarantine.
        classes: of the task in the whole dataset; None without a task.
        reviewed: samples with proposals: settled, and all.
        sources: of the dataset, those that gave samples.
        sides: samples of each side of the newest run's split that the other filters leave.

    """

    facets: Facets
    samples: int
    classes: ClassCounts | None
    reviewed: tuple[int, int]
    sources: tuple[Source, ...]
    sides: Mapping[str, int]


def offered_sorts(services: Services) -> list[Sort]:
    """The orders that there are, without those that no service stands behind."""
    behind = {
        Sort.SIMILARITY: services.similar,
        Sort.USEFUL: services.useful,
        Sort.MODEL: services.opinions,
    }
    return [sort for sort in Sort if sort not in behind or behind[sort] is not None]


def read_ids(wish: Wish, services: Services, job: Job) -> list[int]:
    """Ids of the samples that are wished for, in order."""
    sort = wish.listing.sort
    with Dataset.open(wish.folder) as dataset:
        known = _ids_of(dataset, wish, services, job)
        query = wish.listing.filters.query(wish.task, sort.order, known)
        ids = dataset.sample_ids(query)
    job.check()
    if sort is Sort.SIMILARITY and services.similar is not None and wish.like is not None:
        ids = ranked(ids, services.similar(wish.folder, wish.like, job))
    elif sort is Sort.USEFUL and services.useful is not None and wish.task is not None:
        ids = ranked(ids, services.useful(wish.folder, wish.task, job))
    elif sort is Sort.MODEL and services.opinions is not None and wish.task is not None:
        ids = ranked(ids, list(services.opinions(wish.folder, wish.task, job)))
    return ids[::-1] if wish.listing.backwards else ids


def read_counts(wish: Wish, services: Services, job: Job) -> Counts:
    """The counts beside everything that can be chosen."""
    filters = wish.listing.filters
    with Dataset.open(wish.folder) as dataset:
        query = filters.query(wish.task, among=_ids_of(dataset, wish, services, job))
        facets = dataset.facets(query)
        job.check()
        return Counts(
            facets=facets,
            samples=dataset.count(),
            classes=dataset.class_counts(wish.task) if wish.task else None,
            reviewed=dataset.review_progress(wish.task) if wish.task else (0, 0),
            sources=tuple(each for each in dataset.sources() if _is_used(dataset, each)),
            sides=_count_sides(dataset, wish),
        )


def _is_used(dataset: Dataset, source: Source) -> bool:
    """Whether a source gave samples that are still there."""
    return bool(dataset.samples(Query(sources=(source.id,), quarantined=None), limit=1))


def _count_sides(dataset: Dataset, wish: Wish) -> dict[str, int]:
    split = newest_split(dataset.runs, wish.task) if wish.task else None
    if split is None:
        return {}
    filters = wish.listing.filters
    others = frozenset(c for c in filters.chosen if c.facet is not Facet.SPLIT)
    free = replace(filters, chosen=others)
    left = set(dataset.sample_ids(free.query(wish.task)))
    return {side: len(left.intersection(_side(split, side))) for side in SIDES}


def _side(split: Split, side: str) -> Sequence[int]:
    return {"train": split.train, "validation": split.validation, "test": split.test}[side]


def _ids_of(
    dataset: Dataset, wish: Wish, services: Services, job: Job
) -> dict[Choice, Sequence[int]]:
    """Ids of the choices that no query of the store can speak of."""
    known: dict[Choice, Sequence[int]] = {}
    for choice in wish.listing.filters.chosen:
        if choice.facet is Facet.SPLIT and wish.task:
            split = newest_split(dataset.runs, wish.task)
            known[choice] = _side(split, str(choice.value)) if split else ()
        if choice.facet is Facet.MODEL_DISAGREES and services.disputed and wish.task:
            known[choice] = services.disputed(wish.folder, wish.task, job)
    return known
