"""Checks of families: copies, near-duplicates, and such as contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from faceapp.cleaning.alike import FLOOR
from faceapp.cleaning.look import Look, families
from faceapp.cleaning.model import Check, Measured
from faceapp.dataset import Likeness
from faceapp.words import Words

EXACT, NEAR, CONTRADICTING = "exact_duplicate", "near_duplicate", "contradicting_duplicates"


def _counted(measured: Sequence[Measured], _look: Look) -> list[Measured]:
    """The families with the number of those that are still here."""
    return [replace(each, value=float(len(each.samples))) for each in measured]


def _exact(look: Look) -> list[Measured]:
    return [
        Measured(look.best_first(ids), float(len(ids)), family=sha256)
        for sha256, ids in look.copies.items()
    ]


def pair_name(one: int, other: int) -> str:
    """The family of a near-duplicate pair in the store: it is the same whatever else is found."""
    return f"{min(one, other)}-{max(one, other)}"


def _near(look: Look) -> list[Measured]:
    """One value a pair, so that a verdict on it holds whatever family it later belongs to."""
    return [
        Measured(
            (pair.one, pair.other),
            pair.value,
            family=pair_name(pair.one, pair.other),
            detail={"how": pair.how},
        )
        for pair in look.pairs
    ]


def _families(measured: Sequence[Measured], look: Look) -> list[Measured]:
    """The pairs as families, with the least likeness in each and everything that was done."""
    together = families([pair.samples for pair in measured])
    family_of = {sample: number for number, ids in enumerate(together) for sample in ids}
    inside: dict[int, list[Measured]] = defaultdict(list)
    for pair in measured:
        inside[family_of[pair.samples[0]]].append(pair)
    return [
        Measured(
            look.best_first(together[number]),
            min(pair.value for pair in tied),
            detail={"how": ", ".join(sorted({pair.detail["how"] for pair in tied}))},
            parts=tuple(tied),
        )
        for number, tied in sorted(inside.items())
    ]


def _contradicting(look: Look) -> list[Measured]:
    """Families, exact and near, whose samples have different answers to a task."""
    near = [(pair.one, pair.other) for pair in _standing(look)]
    found = []
    for members in families([*look.copies.values(), *near]):
        for task, answers in look.answers.items():
            given = {sample: answers[sample].answer for sample in members if sample in answers}
            said = sorted({answer for answer in given.values() if answer is not None})
            if len(said) < 2:
                continue
            found.append(
                Measured(
                    tuple(sample for sample, answer in given.items() if answer is not None),
                    float(len(said)),
                    family=f"{task}:{members[0]}",
                    detail={"task": task, "answers": ", ".join(said)},
                )
            )
    return found


def _still_contradicting(measured: Sequence[Measured], look: Look) -> list[Measured]:
    """Families whose samples are still answered differently, those in quarantine left out."""
    answers, found = look.answers_now(measured), []
    for each in measured:
        given = answers[each.detail["task"]]
        here = [sample for sample in each.samples if sample not in look.gone]
        said = sorted({a.answer for s in here if (a := given.get(s)) and a.answer is not None})
        if len(said) > 1:
            found.append(replace(each, detail={**each.detail, "answers": ", ".join(said)}))
    return found


def _standing(look: Look) -> Iterator[Likeness]:
    """The near-duplicate pairs beyond the threshold that the person did not take apart."""
    verdicts = look.dataset.verdicts(NEAR)
    for pair in look.pairs:
        family = pair_name(pair.one, pair.other)
        said = {verdicts.get((pair.one, family)), verdicts.get((pair.other, family))}
        if pair.value >= look.thresholds[NEAR] and "dismissed" not in said:
            yield pair


COPY_CHECKS = (
    Check(
        kind=EXACT,
        title=Words("Exact duplicates"),
        reason=Words("{value:.0f} files hold the same bytes."),
        suggestion=Words("Keep the first and quarantine the rest."),
        source="SHA-256 of the file",
        worse="high",
        threshold=2.0,
        worst=2.0,
        best=1.0,
        measure=_exact,
        joined=_counted,
    ),
    Check(
        kind=NEAR,
        title=Words("Near-duplicates"),
        reason=Words("They show one picture ({how}; likeness {value:.2f})."),
        suggestion=Words("Keep the first, the best, and quarantine the rest."),
        source="band-passed views of image and face; faces registered after Evangelidis & "
        "Psarakis, PAMI 2008",
        worse="high",
        threshold=0.88,
        worst=1.0,
        best=FLOOR,
        measure=_near,
        needs=frozenset({"measures", "likenesses"}),
        joined=_families,
    ),
    Check(
        kind=CONTRADICTING,
        title=Words("Contradicting copies"),
        reason=Words("One picture is labelled {answers} ({task})."),
        suggestion=Words("Give all of them the label that is right."),
        source="the answers within a family of exact or near-duplicates",
        worse="high",
        threshold=2.0,
        worst=2.0,
        best=1.0,
        measure=_contradicting,
        needs=frozenset({"measures", "likenesses"}),
        standing=_still_contradicting,
    ),
)
