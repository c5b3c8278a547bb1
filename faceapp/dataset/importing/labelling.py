"""Labels on their way into a dataset: each once, in an order that keeps what they come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from faceapp.dataset.importing.entries import Entry
from faceapp.dataset.importing.wording import Wording
from faceapp.dataset.model import NewLabel, Origin
from faceapp.dataset.store import Dataset


@dataclass(frozen=True)
class _Given:
    """A label that means something. `turn` counts the sample's labels that overrule earlier ones.

    Labels of one turn can be added together; those of a later turn must come after.
    """

    task: str
    turn: int
    origin: Origin
    label: NewLabel

    @property
    def step(self) -> tuple[str, int, Origin]:
        return self.task, self.turn, self.origin


class LabelWriter:
    """Adds the labels of samples unless the same rater's same answer stands there already."""

    def __init__(self, dataset: Dataset, tasks: Iterable[str], wording: Wording) -> None:
        self._dataset = dataset
        self._wording = wording
        self._standing = {
            (task, label.origin, NewLabel(label.sample, label.answer, label.rater))
            for task in tasks
            for label in dataset.labels(task)
            if not label.undone
        }

    def add(self, samples: Sequence[tuple[int, Entry]]) -> int:
        """Add what the entries say of these samples, and return how many labels are new."""
        new = [
            given
            for sample, entry in samples
            for given in self._given(sample, entry)
            if (given.task, given.origin, given.label) not in self._standing
        ]
        new.sort(key=lambda given: given.step)
        for (task, _turn, origin), some in groupby(new, key=lambda given: given.step):
            self._dataset.add_labels(task, [given.label for given in some], origin)
        self._standing.update((given.task, given.origin, given.label) for given in new)
        return len(new)

    def _given(self, sample: int, entry: Entry) -> Iterator[_Given]:
        turns = Counter[str]()
        for label, meaning in self._wording.answers(entry.labels).items():
            # Imported labels are votes, whose order does not matter: see `dataset.answers`.
            if label.origin is not Origin.IMPORT:
                turns[label.task] += 1
            turn = 0 if label.origin is Origin.IMPORT else turns[label.task]
            made = NewLabel(sample, meaning.answer, label.rater)
            yield _Given(label.task, turn, label.origin, made)
