"""What the words of a source mean as answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from faceapp.dataset.importing.entries import Entry, WordLabel
from faceapp.dataset.vocabulary import is_unsure, match_class


@dataclass(frozen=True)
class Meaning:
    """What a word means: a class, or None for "unsure"."""

    answer: str | None


class Wording:
    """The meaning of words, given the classes of each task."""

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        self._classes = classes
        self._meanings: dict[tuple[str, str], Meaning | None] = {}

    def meaning(self, task: str, word: str) -> Meaning | None:
        """What `word` answers to `task`; None where that is not certain."""
        key = (task, word)
        if key not in self._meanings:
            self._meanings[key] = self._look_up(task, word)
        return self._meanings[key]

    def _look_up(self, task: str, word: str) -> Meaning | None:
        classes = self._classes.get(task, ())
        answer = word if word in classes else match_class(word, classes)
        if answer is not None:
            return Meaning(answer)
        return Meaning(None) if classes and is_unsure(word) else None

    def answers(self, labels: Iterable[WordLabel]) -> dict[WordLabel, Meaning]:
        """The labels of one sample that mean something, in the order they were given.

        Where a rater gave several, the last is kept: it is the one that counts.
        """
        newest: dict[tuple[str, str, str], tuple[WordLabel, Meaning]] = {}
        for label in labels:
            meaning = self.meaning(label.task, label.word)
            if meaning is not None:
                who = (label.task, label.origin, label.rater)
                newest.pop(who, None)  # the last one also takes the last place
                newest[who] = (label, meaning)
        return dict(newest.values())

    def unknown(self, entries: Iterable[Entry]) -> dict[str, int]:
        """The words that mean nothing certain, and how often each stands there."""
        return dict(
            Counter(
                label.word
                for entry in entries
                for label in entry.labels
                if self.meaning(label.task, label.word) is None
            )
        )
