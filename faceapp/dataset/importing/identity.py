"""Which file is which sample: nothing comes in twice, and byte-identical files stay two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from faceapp.dataset.model import Sample


@dataclass(frozen=True)
class KnownSample:
    """As much of a sample as an import needs."""

    id: int
    name: str
    group: str | None


class KnownSamples:
    """The samples of a dataset, found again by content and name.

    Args:
        samples: those that the dataset has.
        names: of everything that this import offers.

    """

    def __init__(self, samples: Iterable[Sample], names: Iterable[str]) -> None:
        self._offered = frozenset(names)
        self._used: set[int] = set()
        self._by_content: dict[str, dict[str, KnownSample]] = {}
        for each in samples:
            self.add(each.sha256, KnownSample(each.id, each.name, each.group))

    def has(self, name: str, sha256: str) -> bool:
        """Whether a sample has this very name and content."""
        return name in self._by_content.get(sha256, {})

    def add(self, sha256: str, sample: KnownSample) -> None:
        """Take in a sample that came to be."""
        self._by_content.setdefault(sha256, {})[sample.name] = sample

    def find(self, name: str, sha256: str) -> KnownSample | None:
        """The sample that a file of this name and content is; None where it is a new one.

        It is the sample of the very same name and content. Failing that, the only one with this
        content and the same last part of the name, where neither another file of this import
        bears its whole name nor was it found for one before: so moved folders are recognised.
        """
        alike = self._by_content.get(sha256, {})
        if name in alike:
            return alike[name]
        base = PurePosixPath(name).name
        moved = [
            sample
            for sample in alike.values()
            if PurePosixPath(sample.name).name == base
            and sample.name not in self._offered
            and sample.id not in self._used
        ]
        if len(moved) != 1:
            return None
        self._used.add(moved[0].id)
        return moved[0]
