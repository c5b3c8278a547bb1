"""Train, validation and test by group: no person and no near-duplicate stands on two sides.

Groups are dealt out so that every class has close to its share on every side. scikit-learn's
`StratifiedGroupKFold` does the like, but may leave a side without a class that has groups enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset.errors import DatasetError, SplitImpossible
from faceapp.dataset.model import Split
from faceapp.words import Words

_TRIES = 50  # shuffles, before we say that classes cannot be spread over the sides


def split_by_group(
    answers: Mapping[int, str],
    groups: Mapping[int, str],
    *,
    ratios: tuple[float, float, float] = (0.6, 0.2, 0.2),
    seed: int = 0,
) -> Split:
    """Split samples into train, validation and test.

    Args:
        answers: class by sample id; these are the samples that are split.
        groups: group by sample id; a sample without one is its own.
        ratios: parts of train, validation and test; a side of ratio 0 stays empty.
        seed: equal seeds and arguments give equal splits.

    Raises:
        SplitImpossible: a class has fewer groups than there are sides.

    """
    if min(ratios) < 0 or sum(ratios) <= 0:
        raise DatasetError(
            Words("The parts of a split cannot be {ratios}. Give positive numbers.", ratios=ratios)
        )
    used = [side for side, ratio in enumerate(ratios) if ratio > 0]
    dealt = _deal(answers, groups, [ratios[side] for side in used], seed)
    sides: list[tuple[int, ...]] = [(), (), ()]
    for side, ids in zip(used, dealt, strict=True):
        sides[side] = ids
    return Split(sides[0], sides[1], sides[2], seed)


def folds_by_group(
    answers: Mapping[int, str], groups: Mapping[int, str], k: int, seed: int = 0
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Split samples into `k` folds, given as (rest, test): each sample is in one test part.

    Raises:
        SplitImpossible: a class has fewer groups than there are folds.

    """
    if k < 2:
        raise DatasetError(Words("Cross-validation needs at least 2 folds, not {k}.", k=k))
    tests = _deal(answers, groups, [1.0] * k, seed)
    everything = set(answers)
    return [(tuple(sorted(everything.difference(test))), test) for test in tests]


def _deal(
    answers: Mapping[int, str], groups: Mapping[int, str], ratios: Sequence[float], seed: int
) -> list[tuple[int, ...]]:
    """Ids of the samples of each side."""
    if not answers:
        raise SplitImpossible(
            Words("There is nothing to split: no sample has an answer. Label some.")
        )
    members: dict[str, list[int]] = {}
    for sample in sorted(answers):
        members.setdefault(groups.get(sample, f"sample {sample}"), []).append(sample)
    names = sorted(members)
    classes = sorted(set(answers.values()))
    column = {name: place for place, name in enumerate(classes)}
    table = np.zeros((len(names), len(classes)))
    for row, name in enumerate(names):
        for sample in members[name]:
            table[row, column[answers[sample]]] += 1
    _check(table, classes, len(ratios))
    side_of = _assign(table, np.asarray(ratios) / sum(ratios), np.random.default_rng(seed))
    if side_of is None:
        raise SplitImpossible(
            Words(
                "No way was found to have every class on every side: the same few people hold "
                "several small classes. Leave out a small class, or use fewer folds."
            )
        )
    return [
        tuple(
            sorted(each for row in np.flatnonzero(side_of == side) for each in members[names[row]])
        )
        for side in range(len(ratios))
    ]


def _check(table: NDArray[np.float64], classes: Sequence[str], sides: int) -> None:
    found = np.count_nonzero(table, axis=0)
    small = [
        f"{name} ({groups})"
        for name, groups in zip(classes, found.tolist(), strict=True)
        if groups < sides
    ]
    if small:
        raise SplitImpossible(
            Words(
                "These classes have fewer groups (people) than the {sides} parts of the split "
                "need: {small}. Add samples of other people, or leave these classes out.",
                sides=sides,
                small=", ".join(small),
            )
        )


def _assign(
    table: NDArray[np.float64], parts: NDArray[np.float64], random: np.random.Generator
) -> NDArray[np.intp] | None:
    """The side of each group, or None if a class is still missing somewhere.

    `table` is (groups, classes), samples a cell; `parts` is (sides,), adding up to 1.
    """
    for _ in range(_TRIES):
        side_of = _spread(table, len(parts), random)
        if side_of is not None:
            _fill(table, parts, side_of, random)
            _improve(table, parts, side_of)
            return side_of
    return None


def _spread(
    table: NDArray[np.float64], sides: int, random: np.random.Generator
) -> NDArray[np.intp] | None:
    """Put one group of each class on each side, the smallest that will do; -1 is the rest."""
    side_of = np.full(len(table), -1)
    sizes = table.sum(axis=1) + random.random(len(table)) / 2  # shuffles groups of one size
    holds = table > 0
    for each in np.argsort(holds.sum(axis=0), kind="stable"):
        for side in random.permutation(sides):
            if holds[side_of == side, each].any():
                continue
            free = np.flatnonzero(holds[:, each] & (side_of == -1))
            if not len(free):
                return None
            side_of[free[np.argmin(sizes[free])]] = side
    return side_of


def _weighed(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """The table as shares of each class, and of all samples: (groups, classes + 1)."""
    whole = np.hstack([table, table.sum(axis=1, keepdims=True)])
    weighed: NDArray[np.float64] = whole / whole.sum(axis=0)
    return weighed


def _missing(
    shares: NDArray[np.float64], parts: NDArray[np.float64], side_of: NDArray[np.intp]
) -> NDArray[np.float64]:
    """What each side lacks of each class, as a share of the class: (sides, classes + 1)."""
    held = np.zeros((len(parts), shares.shape[1]))
    placed = side_of >= 0
    np.add.at(held, side_of[placed], shares[placed])
    return parts[:, None] - held


def _fill(
    table: NDArray[np.float64],
    parts: NDArray[np.float64],
    side_of: NDArray[np.intp],
    random: np.random.Generator,
) -> None:
    """Put the remaining groups, largest first, where they bring the shares closest."""
    shares = _weighed(table)
    missing = _missing(shares, parts, side_of)
    rest = random.permutation(np.flatnonzero(side_of == -1))
    for row in rest[np.argsort(-shares[rest, -1], kind="stable")]:
        # Fall of the squared lack when the group is added, relative to the side: otherwise the
        # largest side would take all people of many images, and the others judge by a rest.
        fall = 2 * missing @ shares[row] - shares[row] @ shares[row]
        side = int(np.argmax(fall / parts))
        side_of[row] = side
        missing[side] -= shares[row]


def _improve(
    table: NDArray[np.float64], parts: NDArray[np.float64], side_of: NDArray[np.intp]
) -> None:
    """Move groups, the most useful move first, until no move brings the shares closer."""
    shares = _weighed(table)
    holds = table > 0
    square = (shares**2).sum(axis=1)
    rows = np.arange(len(table))
    for _ in range(len(table)):
        missing = _missing(shares, parts, side_of)
        wanted = shares @ missing.T
        gain = wanted - wanted[rows, side_of][:, None] - square[:, None]
        gain[rows, side_of] = 0
        groups = np.zeros((len(parts), table.shape[1]), dtype=np.intp)
        np.add.at(groups, side_of, holds.astype(np.intp))
        last = (holds & (groups[side_of] == 1)).any(axis=1)
        gain[last] = 0  # a side would lose a class
        row, side = np.unravel_index(np.argmax(gain), gain.shape)
        if gain[row, side] <= 1e-12:
            return
        side_of[row] = side
