"""Runs beside one another on the same test images: is one better, and where do they differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from faceapp.errors import WorldError
from faceapp.training.records import Answered, RunRecord, read_predictions, read_run
from faceapp.words import Words


class RunsNotComparable(WorldError):
    """Runs of different tasks, or without a test image in common."""


@dataclass(frozen=True)
class Figures:
    """One run on the images that all runs were tested on; shares are 0..1."""

    run: str
    accuracy: float
    balanced_accuracy: float


@dataclass(frozen=True)
class Against:
    """A run against the first one, by McNemar's exact test on the images that one got right alone.

    `only_first` and `only_this` count those images; `p` is the two-sided probability of a
    difference as large if both were equally good (McNemar 1947; exact binomial form).
    """

    run: str
    only_first: int
    only_this: int
    p: float


@dataclass(frozen=True)
class Change:
    """A test image that not all runs answer alike; `answers` are in the order of the runs."""

    image: str
    truth: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """What runs say of the `n` test images they have in common."""

    task: str
    n: int
    figures: tuple[Figures, ...]
    against: tuple[Against, ...]
    changed: tuple[Change, ...]

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold."""
        return asdict(self)


def compare(folders: Sequence[Path]) -> Comparison:
    """Compare two or more finished runs of one task.

    Raises:
        RunUnreadable: a folder is no finished run.
        RunsNotComparable: fewer than two runs, different tasks, or no test image in common.

    """
    records = [read_run(folder) for folder in folders]
    if len(records) < 2:
        raise RunsNotComparable(Words("comparing needs two runs or more"))
    tasks = sorted({record.task for record in records})
    if len(tasks) > 1:
        raise RunsNotComparable(
            Words("these runs answer different tasks: {tasks}", tasks=", ".join(tasks))
        )
    said = [read_predictions(folder) for folder in folders]
    common = _common(said)
    if not common:
        raise RunsNotComparable(
            Words(
                "these runs have no test image in common: train them with the same seed and split"
            )
        )
    answers = [[each[image].predicted for image in common] for each in said]
    truth = [said[0][image].truth for image in common]
    return Comparison(
        task=tasks[0],
        n=len(common),
        figures=tuple(
            _figures(record, truth, given) for record, given in zip(records, answers, strict=True)
        ),
        against=tuple(
            _against(record, truth, answers[0], given)
            for record, given in zip(records[1:], answers[1:], strict=True)
        ),
        changed=tuple(
            Change(image, true, given)
            for image, true, given in zip(common, truth, zip(*answers, strict=True), strict=True)
            if len(set(given)) > 1
        ),
    )


def _common(said: Sequence[Mapping[str, Answered]]) -> list[str]:
    """Images that every run was tested on, with the same truth."""
    first, *others = said
    return [
        image
        for image, answered in first.items()
        if all(image in each and each[image].truth == answered.truth for each in others)
    ]


def _figures(record: RunRecord, truth: Sequence[str], given: Sequence[str]) -> Figures:
    totals = Counter(truth)
    hits: defaultdict[str, int] = defaultdict(int)
    for true, answer in zip(truth, given, strict=True):
        hits[true] += true == answer
    recalls = [hits[name] / count for name, count in totals.items()]
    accuracy = sum(hits.values()) / len(truth)
    return Figures(record.name, accuracy, sum(recalls) / len(recalls))


def _against(
    record: RunRecord, truth: Sequence[str], first: Sequence[str], given: Sequence[str]
) -> Against:
    from scipy.stats import binomtest

    right = [(a == t, b == t) for t, a, b in zip(truth, first, given, strict=True)]
    only_first, only_this = right.count((True, False)), right.count((False, True))
    differing = only_first + only_this
    p = float(binomtest(only_first, differing).pvalue) if differing else 1.0
    return Against(record.name, only_first, only_this, p)
