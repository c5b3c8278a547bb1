"""Checks of the dataset as a whole: leaks between splits, false cues, classes that hang by one."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from faceapp.cleaning.look import Look
from faceapp.cleaning.model import Check, Measured, Need
from faceapp.dataset import Dataset
from faceapp.words import Words

_SIDES = ("train", "validation", "test")
# Measures that should tell nothing of a class, by the words that they are shown with.
_CUES = {
    Words("brightness"): "lightest",
    Words("blur"): "sharpness",
    Words("size"): "face_pixels",
    Words("colour"): "colour",
}
_CUE_LEAST = 10  # samples in the class and beside it: fewer are told apart by chance
_SHARE_LEAST = 4  # samples of a class, from which on one may be said to carry it


def _leaks(look: Look) -> list[Measured]:
    """Groups that stand on two sides of a finished run's split."""
    found: dict[str, Measured] = {}
    for run, sides in _splits(look.dataset):
        where: dict[str, Counter[str]] = defaultdict(Counter)
        for side, ids in sides.items():
            for sample in ids:
                if sample in look.groups:
                    where[look.groups[sample]][side] += 1
        for group, counts in where.items():
            if len(counts) > 1:
                found[group] = _leak(look, run, group, sides, counts)
    return list(found.values())


def _leak(
    look: Look, run: str, group: str, sides: Mapping[str, Sequence[int]], counts: Counter[str]
) -> Measured:
    """One group that is torn: the value is how many of its samples stand aside of the most."""
    astray = counts.total() - max(counts.values())
    members = [each for ids in sides.values() for each in ids if look.groups.get(each) == group]
    text = ", ".join(f"{number} in {side}" for side, number in sorted(counts.items()))
    detail = {"run": run, "group": group, "sides": text}
    return Measured(tuple(members), float(astray), family=f"{run}:{group}", detail=detail)


def _splits(dataset: Dataset) -> Iterator[tuple[str, Mapping[str, Sequence[int]]]]:
    """The splits of all finished runs, oldest first; one that cannot be read is passed over."""
    for file in sorted(dataset.runs.glob("[!.]*/split.json")):
        try:
            split = json.loads(file.read_text(encoding="utf-8"))
            sides = {side: [int(each) for each in split[side]] for side in _SIDES}
        except (OSError, ValueError, KeyError, TypeError):
            continue
        yield file.parent.name, sides


def _cues(look: Look) -> list[Measured]:
    found = []
    for task, classes in _classes(look).items():
        answered = [sample for members in classes.values() for sample in members]
        for name, members in classes.items():
            inside = np.isin(answered, members)
            if min(inside.sum(), len(inside) - inside.sum()) < _CUE_LEAST:
                continue
            for cue, value in _cues_of(look, answered, inside):
                detail = {"task": task, "class": name, "cue": cue}
                family = f"{task}:{name}:{cue}"
                found.append(Measured(tuple(members), value, family=family, detail=detail))
    return found


def _cues_of(
    look: Look, answered: Sequence[int], inside: NDArray[np.bool_]
) -> Iterator[tuple[str, float]]:
    """How well each cue alone tells the class, 0.5 (not at all) .. 1."""
    for cue, name in _CUES.items():
        values = [look.value(sample, name) for sample in answered]
        known = np.array([value is not None for value in values])
        if min((known & inside).sum(), (known & ~inside).sum()) >= _CUE_LEAST:
            numbers = np.array([value for value in values if value is not None])
            area = area_under_curve(numbers[inside[known]], numbers[~inside[known]])
            yield cue, max(area, 1 - area)
    sources = np.array([look.samples[sample].source for sample in answered])
    every = np.unique(sources)
    if len(every) > 1:
        yield (
            Words("source"),
            max(
                float((sources[inside] == each).mean() + (sources[~inside] != each).mean()) / 2
                for each in every
            ),
        )


def area_under_curve(ones: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Chance that one of `ones` is larger than one of `others`, ties counting half.

    The area under the ROC curve (Hanley & McNeil, Radiology 1982).
    """
    below = np.searchsorted(np.sort(others), ones, side="left")
    up_to = np.searchsorted(np.sort(others), ones, side="right")
    return float((below + up_to).mean() / 2 / len(others))


def _dominant(look: Look) -> list[Measured]:
    """How much of each class one group, or one rater of several, carries."""
    found = []
    for task, classes in _classes(look).items():
        raters = _raters_of(look, task)
        several = len({rater for named in raters.values() for rater in named}) > 1
        for name, members in classes.items():
            if len(members) < _SHARE_LEAST:
                continue
            carriers = {Words("group"): {sample: {look.groups[sample]} for sample in members}}
            if several:
                carriers[Words("rater")] = {
                    each: raters[each] for each in members if each in raters
                }
            for what, by in carriers.items():
                if by:
                    found.append(_carried(task, name, what, by))
    return found


def _carried(task: str, name: str, what: str, by: Mapping[int, set[str]]) -> Measured:
    """The share of a class that its largest carrier has."""
    counts = Counter(each for carriers in by.values() for each in carriers)
    # Of equals the first by name, so that the same dataset gives the same finding.
    carrier, number = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return Measured(
        tuple(sample for sample, carriers in by.items() if carrier in carriers),
        number / len(by),
        family=f"{task}:{name}:{what}:{carrier}",
        detail={"task": task, "class": name, "what": what, "carrier": carrier},
    )


def _raters_of(look: Look, task: str) -> dict[int, set[str]]:
    """Who said of each sample what it is answered."""
    newest: dict[tuple[int, str], str | None] = {}
    for label in look.dataset.labels(task):
        if not label.undone:
            newest[label.sample, label.rater] = label.answer
    found: dict[int, set[str]] = defaultdict(set)
    for (sample, rater), answer in newest.items():
        given = look.answers[task].get(sample)
        if given is not None and given.answer == answer:
            found[sample].add(rater)
    return dict(found)


def _small(look: Look) -> list[Measured]:
    """How many groups each class has, of the tasks that are answered at all."""
    return [
        Measured(
            tuple(members),
            float(len({look.groups[sample] for sample in members})),
            family=f"{task}:{name}",
            detail={"task": task, "class": name, "samples": len(members)},
        )
        for task, classes in _classes(look).items()
        if classes
        for name, members in (dict.fromkeys(look.classes[task], ()) | classes).items()
    ]


def _classes(look: Look) -> dict[str, dict[str, list[int]]]:
    """The samples of each class that has any, by task."""
    found: dict[str, dict[str, list[int]]] = {}
    for task, answers in look.answers.items():
        by_class: dict[str, list[int]] = defaultdict(list)
        for sample, answer in answers.items():
            if answer.answer is not None:
                by_class[answer.answer].append(sample)
        found[task] = dict(by_class)
    return found


_MEASURES: frozenset[Need] = frozenset({"measures"})
_FAMILIES: frozenset[Need] = frozenset({"measures", "likenesses"})

WHOLE_CHECKS = (
    Check(
        kind="leakage",
        title=Words("Leaks between splits"),
        reason=Words("{group} stands on two sides of the split of run {run}: {sides}."),
        suggestion=Words("Train again: persons and near-duplicates are then kept on one side."),
        source="groups of the dataset against split.json of its runs",
        worse="high",
        threshold=1.0,
        worst=10.0,
        best=0.0,
        measure=_leaks,
        needs=_FAMILIES,
    ),
    Check(
        kind="spurious_cue",
        title=Words("False cues"),
        reason=Words(
            "The {cue} alone tells {class} from the rest ({value:.0%}, 50% is chance; {task})."
        ),
        suggestion=Words(
            "Add samples of this class that differ in it, or a model may learn only that."
        ),
        source="area under the ROC curve of one measure: Hanley & McNeil, Radiology 1982",
        worse="high",
        threshold=0.85,
        worst=1.0,
        best=0.5,
        measure=_cues,
        needs=_MEASURES,
    ),
    Check(
        kind="dominant_group",
        title=Words("One carries a class"),
        reason=Words("The {what} {carrier} makes {value:.0%} of {class} ({task})."),
        suggestion=Words("Add samples of others to this class."),
        source="share of the largest group or rater of a class",
        worse="high",
        threshold=0.5,
        worst=1.0,
        best=0.0,
        measure=_dominant,
        needs=_FAMILIES,
    ),
    Check(
        kind="small_class",
        title=Words("Small classes"),
        reason=Words(
            "{class} has {samples} samples of only {value:.0f} people or families ({task})."
        ),
        suggestion=Words(
            "Add samples of other people, merge the class, or leave it out of training."
        ),
        source="groups a class: a split in three by group needs some on each side",
        worse="low",
        threshold=10.0,
        worst=0.0,
        best=30.0,
        measure=_small,
        needs=_FAMILIES,
    ),
)
