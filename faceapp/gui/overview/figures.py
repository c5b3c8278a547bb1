"""What the Overview shows, counted from a dataset; no Qt, so that it can run in a job's thread."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from faceapp.dataset import (
    Answer,
    ClassCounts,
    Dataset,
    Label,
    Query,
    Sample,
    Task,
)
from faceapp.gui.overview.by_source import SourceFigures, by_source
from faceapp.jobs import Job

BINS = 24
_PAGE = 2000
_MODEL_FILE = "*/model.keras"


class Kind(StrEnum):
    """Where a sample comes from, as coarsely as matters for judging a dataset."""

    ORIGINAL = "original"
    SCRAPED = "scraped"
    CAMERA = "camera"
    DRAWN = "drawn"


_KINDS = {
    "search": Kind.SCRAPED,
    "camera": Kind.CAMERA,
    "video": Kind.CAMERA,
    "drawn": Kind.DRAWN,
}


@dataclass(frozen=True)
class Histogram:
    """How many values fall into bins of equal width: bin i is `start + i * width` onwards.

    `low` and `high` are the least and the greatest value.
    """

    start: float
    width: float
    counts: tuple[int, ...]
    median: float
    low: float
    high: float

    @property
    def stop(self) -> float:
        """Where the last bin ends."""
        return self.start + self.width * len(self.counts)


@dataclass(frozen=True)
class Breakdown:
    """Samples of each row by class: `rows` maps a row's name to counts in class order."""

    rows: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class TaskFigures:
    """One task: its classes counted, and broken down by what may bias them.

    Attributes:
        by_task: for every other task, this task's classes by that one's.
        by_kind: by where the samples come from.
        by_rater: labels (not samples) by who gave them; "" is somebody without a name.
        waiting: samples with an open proposal, which does not count.

    """

    task: Task
    counts: ClassCounts
    by_task: Mapping[str, Breakdown]
    by_kind: Breakdown
    by_rater: Breakdown
    waiting: int

    @property
    def answered(self) -> int:
        """Samples that have a class."""
        return sum(self.counts.counts.values())


@dataclass(frozen=True)
class Figures:
    """Everything on the page.

    Attributes:
        samples: outside quarantine, as everything else here.
        groups: how many people or families of duplicates the samples show.
        nameless: samples of which nobody said whom they show.
        kinds: samples by where they come from.
        image_sizes: shorter sides of the images, in pixels.
        face_sizes: shorter sides of the main face in each, in pixels.
        looked_at: samples in which faces were looked for.
        faceless: those of them in which none was found.
        by_source: size, quality and strength of each kind.
        refused: files that were not taken in.
        findings: open findings of cleaning.
        models: trainings that ended with a model.

    """

    samples: int = 0
    quarantined: int = 0
    groups: int = 0
    nameless: int = 0
    kinds: Mapping[Kind, int] | None = None
    tasks: tuple[TaskFigures, ...] = ()
    image_sizes: Histogram | None = None
    face_sizes: Histogram | None = None
    looked_at: int = 0
    faceless: int = 0
    by_source: Mapping[Kind, SourceFigures] | None = None
    refused: int = 0
    findings: int = 0
    models: int = 0


def count_figures(
    dataset: Dataset, job: Job = Job(), strengths: Mapping[int, float] | None = None
) -> Figures:
    """Count everything; raises `Cancelled` between its parts.

    `strengths` are probabilities that a model gives to the labels of samples, where known.
    """
    kinds, shorter, nameless = _samples(dataset, job)
    job.check()
    faces = {sample: found for sample, found in dataset.faces().items() if sample in kinds}
    sizes = {
        sample: max(min(face.box[2:]) for face in found) for sample, found in faces.items() if found
    }
    job.check()
    return Figures(
        samples=len(kinds),
        quarantined=dataset.count(Query(quarantined=True)),
        groups=len(set(dataset.groups(kinds).values())),
        nameless=nameless,
        kinds=dict(Counter(kinds.values())),
        tasks=_tasks(dataset, kinds, job),
        image_sizes=histogram(list(shorter.values())),
        face_sizes=histogram(list(sizes.values())),
        looked_at=len(faces),
        faceless=sum(not found for found in faces.values()),
        by_source=by_source(
            kinds,
            image_sides=shorter,
            face_sides=sizes,
            measures={sample: each.values for sample, each in dataset.measures().items()},
            strengths=strengths or {},
        ),
        refused=len(dataset.refusals()),
        findings=sum(finding.sample in kinds for finding in dataset.findings(state="open")),
        models=sum(1 for _ in dataset.runs.glob(_MODEL_FILE)),
    )


def _samples(dataset: Dataset, job: Job) -> tuple[dict[int, Kind], dict[int, float], int]:
    """The kind of every sample, the shorter side of each, and how many have no person."""
    kind_of_source = {
        source.id: _KINDS.get(source.kind, Kind.ORIGINAL) for source in dataset.sources()
    }
    kinds: dict[int, Kind] = {}
    shorter: dict[int, float] = {}
    nameless = 0
    for sample in _pages(dataset, job):
        kinds[sample.id] = kind_of_source[sample.source]
        shorter[sample.id] = min(sample.width, sample.height)
        nameless += not sample.group
    return kinds, shorter, nameless


def _pages(dataset: Dataset, job: Job) -> Iterable[Sample]:
    """Every sample, a page at a time, so that other threads get their turn."""
    offset = 0
    while page := dataset.samples(Query(), limit=_PAGE, offset=offset):
        job.check()
        yield from page
        offset += len(page)


def _tasks(dataset: Dataset, kinds: Mapping[int, Kind], job: Job) -> tuple[TaskFigures, ...]:
    tasks = dataset.tasks()
    answers = {task.name: dataset.answers(task.name) for task in tasks}
    figures = []
    for task in tasks:
        job.check()
        mine = answers[task.name]
        others = [other for other in tasks if other.name != task.name]
        labels = [
            label
            for label in dataset.labels(task.name)
            if not label.undone and label.sample in kinds
        ]
        figures.append(
            TaskFigures(
                task=task,
                counts=dataset.class_counts(task.name),
                by_task={
                    other.name: _cross(task, mine, other, answers[other.name]) for other in others
                },
                by_kind=_breakdown(task, mine, lambda sample: kinds[sample].value, tuple(Kind)),
                by_rater=_by_rater(task, labels),
                waiting=dataset.count(Query(task=task.name, proposed=True)),
            )
        )
    return tuple(figures)


def _cross(
    task: Task, mine: Mapping[int, Answer], other: Task, theirs: Mapping[int, Answer]
) -> Breakdown:
    def row(sample: int) -> str | None:
        answer = theirs.get(sample)
        return answer.answer if answer else None

    return _breakdown(task, mine, row, other.names)


def _breakdown(
    task: Task,
    answers: Mapping[int, Answer],
    row_of: Callable[[int], str | None],
    order: Sequence[str],
) -> Breakdown:
    """Answers by row, rows in the order given and classes in theirs; empty rows left out."""
    rows: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sample, answer in answers.items():
        row = row_of(sample)
        if answer.answer is not None and row is not None:
            rows[row][answer.answer] += 1
    return Breakdown(
        {row: {name: rows[row][name] for name in task.names} for row in order if row in rows}
    )


def _by_rater(task: Task, labels: Iterable[Label]) -> Breakdown:
    """The newest standing label of each rater for each sample, busiest rater first."""
    newest = {(label.sample, label.rater): label.answer for label in labels}
    rows: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (_sample, rater), answer in newest.items():
        if answer in task.names:
            rows[rater][str(answer)] += 1
    busiest = sorted(rows, key=lambda rater: (-rows[rater].total(), rater))
    return Breakdown({row: {name: rows[row][name] for name in task.names} for row in busiest})


def histogram(values: Sequence[float], bins: int = BINS) -> Histogram | None:
    """Count values into at most `bins` bins whose edges are round numbers; None for no values.

    The widest hundredth at the upper end is gathered in the last bin, so that one huge image does
    not squeeze all others into one bar.
    """
    if not values:
        return None
    ordered = sorted(values)
    low, high = ordered[0], ordered[math.ceil(0.99 * len(ordered)) - 1]
    width = _round_width((high - low) / bins)
    start = math.floor(low / width) * width
    number = min(bins, math.floor((high - start) / width) + 1)
    counts = Counter(min(number - 1, int((value - start) / width)) for value in ordered)
    return Histogram(
        start,
        width,
        tuple(counts[place] for place in range(number)),
        median=ordered[len(ordered) // 2],
        low=ordered[0],
        high=ordered[-1],
    )


def _round_width(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, 50, ... that is not below `least`."""
    if least <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)
