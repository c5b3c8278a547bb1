"""What an edit of a task's classes will do, in words and numbers, before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from faceapp.dataset import Changes, Dataset, Task, TaskClass
from faceapp.dataset.vocabulary import DIGITS, default_classes
from faceapp.gui.language import localised, tr


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
    return tr("1 sample") if number == 1 else tr("{0} samples").format(localised(f"{number:,}"))


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
        tr("Add"),
        tr("Adds the class '{0}'. It touches no sample.").format(name.strip()),
        0,
        lambda dataset: dataset.set_classes(task.name, classes),
    )


def rename(task: Task, old: str, new: str, uses: Uses) -> Edit:
    """Give a class another name."""
    words = tr("Renames '{0}' to '{1}': the labels of {2} follow.")
    return Edit(
        tr("Rename"),
        words.format(old, new.strip(), _samples(uses[old])),
        uses[old],
        lambda dataset: dataset.rename_class(task.name, old, new),
    )


def merge(task: Task, name: str, into: str, uses: Uses) -> Edit:
    """Let a class's labels count as another's."""
    words = tr("Merges '{0}' into '{1}': {2} labelled '{0}' will count as '{1}'.")
    return Edit(
        tr("Merge"),
        words.format(name, into, _samples(uses[name])),
        uses[name],
        lambda dataset: dataset.merge_classes(task.name, [name], into),
        undoing=tr("No label is lost; undo parts them again."),
    )


def remove(task: Task, name: str, uses: Uses) -> Edit:
    """Take a class away."""
    words = tr("Removes '{0}': {1} labelled '{0}' will wait for a person again.")
    return Edit(
        tr("Remove"),
        words.format(name, _samples(uses[name])),
        uses[name],
        lambda dataset: dataset.remove_class(task.name, name),
        undoing=tr("Their labels stay in the history; undo brings the class back."),
    )


def change(task: Task, name: str, **fields: str) -> Edit:
    """Give a class another `colour` or `key`."""
    classes = tuple(replace(c, **fields) if c.name == name else c for c in task.classes)
    return Edit(
        tr("Change"),
        tr("Changes how '{0}' is shown and reached. It touches no sample.").format(name),
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
        tr("Move"),
        tr("Moves '{0}'. It touches no sample.").format(name),
        0,
        lambda dataset: dataset.set_classes(task.name, tuple(classes)),
    )
