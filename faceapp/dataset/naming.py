"""Finding samples by what a person calls them: a name, the end of one, or the file itself."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from faceapp.dataset.errors import UnknownSample
from faceapp.dataset.model import Query, Sample
from faceapp.dataset.store import Dataset
from faceapp.imaging import ImageRefused, read_bytes

_SHOWN = 3  # unknown files that a message names


def samples_named(dataset: Dataset, files: Iterable[str]) -> list[int]:
    """Ids of the samples that these texts name, each once, in order.

    A text names the sample imported under that very name; else the one whose name ends so ("b.jpg"
    or "a/b.jpg" for "faces/a/b.jpg"); else, if it is a file, every sample with that content.

    Raises:
        UnknownSample: one names no sample, or several that differ; all of those are told.

    """
    samples = dataset.samples(Query(quarantined=None))
    index = _Index(samples)
    found: dict[int, None] = {}
    problems: list[str] = []
    for text in files:
        ids = index.find(text)
        if ids:
            found.update(dict.fromkeys(ids))
        else:
            problems.append(index.problem(text))
    if problems:
        more = f" And {len(problems) - _SHOWN} more." if len(problems) > _SHOWN else ""
        raise UnknownSample(" ".join(problems[:_SHOWN]) + more)
    return list(found)


class _Index:
    """Samples by name, by the last part of the name, and by content."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._by_name: Mapping[str, list[Sample]] = defaultdict(list)
        self._by_end: Mapping[str, list[Sample]] = defaultdict(list)
        self._by_content: Mapping[str, list[Sample]] = defaultdict(list)
        for sample in samples:
            self._by_name[sample.name].append(sample)
            self._by_end[PurePosixPath(sample.name).name].append(sample)
            self._by_content[sample.sha256].append(sample)

    def find(self, text: str) -> list[int]:
        """Ids of the samples meant; none where that is not certain."""
        name = text.replace("\\", "/")
        if name in self._by_name:
            return [each.id for each in self._by_name[name]]
        ends = self._ending(name)
        if len(ends) == 1:
            return [ends[0].id]
        return [each.id for each in self._by_content.get(_content(text), [])]

    def problem(self, text: str) -> str:
        """Why a text names no sample."""
        ends = self._ending(text.replace("\\", "/"))
        if len(ends) > 1:
            names = ", ".join(repr(each.name) for each in ends[:_SHOWN])
            return f"{text!r} could be any of {names}. Give more of its name."
        return f"The dataset has no sample called {text!r}."

    def _ending(self, name: str) -> list[Sample]:
        tail = PurePosixPath(name).parts
        found = self._by_end.get(tail[-1], []) if tail else []
        return [each for each in found if PurePosixPath(each.name).parts[-len(tail) :] == tail]


def _content(text: str) -> str:
    """SHA-256 of the file; "" where there is none to read."""
    try:
        return hashlib.sha256(read_bytes(Path(text))).hexdigest()
    except ImageRefused:
        return ""
