"""What an edit of a task's classes will do, in words and numbers, before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from faceapp.dataset import Changes, Dataset, Task, TaskClass
from faceapp.dataset.vocabulary import DIGITS, default_classes


@dataclass(frozen=True)
class Edit:
    """One edit: the sentence that says what it touches, how many samples that is, and the write.

    `verb` is the word for doing it; `undoing` says what becomes of what it takes away, and is ""
    where it takes nothing.
    """

    verb: str
    sentence: str
    touched: int
    write: Callable[[Dataset], Changes]
    undoing: str = ""


Uses = Mapping[str, int]


def _samples(number: int) -> str:
    return "1 sample" if number == 1 else f"{number:,} samples"


def add(task: Task, name: str, tasks: Sequence[Task]) -> Edit:
    """Add a class at the end, with a colour and a key that none of the dataset's tasks uses."""
    known = [each for other in tasks for each in other.classes]
    taken = [each.key for each in known if each.key]
    (fresh,) = default_classes([name.strip()], taken, [each.colour for each in known])
    if any(each.key in DIGITS for each in task.classes if each.key):
        free = [digit for digit in DIGITS if digit not in taken]
        fresh = replace(fresh, key=(free or [fresh.key])[0])
    classes = (*task.classes, fresh)
    return Edit(
        "Add",
        f"Adds the class {name.strip()!r}. It touches no sample.",
        0,
        lambda dataset: dataset.set_classes(task.name, classes),
    )


def rename(task: Task, old: str, new: str, uses: Uses) -> Edit:
    """Give a class another name."""
    return Edit(
        "Rename",
        f"Renames {old!r} to {new.strip()!r}: the labels of {_samples(uses[old])} follow.",
        uses[old],
        lambda dataset: dataset.rename_class(task.name, old, new),
    )


def merge(task: Task, name: str, into: str, uses: Uses) -> Edit:
    """Let a class's labels count as another's."""
    return Edit(
        "Merge",
        f"Merges {name!r} into {into!r}: {_samples(uses[name])} labelled {name!r} will count as "
        f"{into!r}.",
        uses[name],
        lambda dataset: dataset.merge_classes(task.name, [name], into),
        undoing="No label is lost; undo parts them again.",
    )


def remove(task: Task, name: str, uses: Uses) -> Edit:
    """Take a class away."""
    return Edit(
        "Remove",
        f"Removes {name!r}: {_samples(uses[name])} labelled {name!r} will wait for a person again.",
        uses[name],
        lambda dataset: dataset.remove_class(task.name, name),
        undoing="Their labels stay in the history; undo brings the class back.",
    )


def change(task: Task, name: str, **fields: str) -> Edit:
    """Give a class another `colour` or `key`."""
    classes = tuple(replace(c, **fields) if c.name == name else c for c in task.classes)
    return Edit(
        "Change",
        f"Changes how {name!r} is shown and reached. It touches no sample.",
        0,
        lambda dataset: dataset.set_classes(task.name, classes),
    )


def move(task: Task, name: str, by: int) -> Edit:
    """Move a class up (-1) or down (1); at the end it stays."""
    classes: list[TaskClass] = list(task.classes)
    place = task.names.index(name)
    target = min(max(place + by, 0), len(classes) - 1)
    classes.insert(target, classes.pop(place))
    return Edit(
        "Move",
        f"Moves {name!r}. It touches no sample.",
        0,
        lambda dataset: dataset.set_classes(task.name, tuple(classes)),
    )
