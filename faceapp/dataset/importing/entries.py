"""What every layout turns a source into: files, each with all that the source says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from faceapp.dataset.importing.values import ImportOptions, ImportRefused, Refused, shown
from faceapp.dataset.importing.walking import FoundFile, SourceFiles
from faceapp.dataset.model import Origin, TaskClass
from faceapp.words import Words


@dataclass(frozen=True)
class SourceKey:
    """What tells one source from another: see `faceapp.dataset.model.Source`."""

    kind: str
    location: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class WordLabel:
    """A label as the source words it."""

    task: str
    word: str
    rater: str = ""
    origin: Origin = Origin.IMPORT


@dataclass(frozen=True)
class Entry:
    """A file to be imported, and all that the source says of it.

    `source` is set where the file came to this folder from somewhere else that is still known;
    `quarantined` is the reason where the sample was set aside, else None.
    """

    file: FoundFile
    name: str
    labels: tuple[WordLabel, ...] = ()
    group: str | None = None
    source: SourceKey | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)
    quarantined: str | None = None


@dataclass(frozen=True)
class Arrangement:
    """A source, understood.

    `tasks` are those that it labels, each with the classes to begin with where it is missing;
    `details` what is worth remembering of how the source was read.
    """

    kind: str
    entries: tuple[Entry, ...]
    tasks: Mapping[str, tuple[str, ...] | tuple[TaskClass, ...]] = field(default_factory=dict)
    refused: tuple[Refused, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """One way of keeping images: whether a source is kept so, and how it is then understood."""

    name: str
    fits: Callable[[SourceFiles, ImportOptions], bool]
    arrange: Callable[[SourceFiles, ImportOptions], Arrangement]


def group_finder(pattern: str | None) -> Callable[[str], str | None]:
    """A function from a file's name to the group that `pattern` finds in it.

    Raises:
        ImportRefused: the pattern is no regular expression, or captures nothing.

    """
    if pattern is None:
        return lambda _name: None
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ImportRefused(
            Words(
                "The group pattern {pattern} is wrong: {error}.",
                pattern=shown(pattern),
                error=error,
            )
        ) from error
    if not compiled.groups:
        raise ImportRefused(
            Words(
                "The group pattern {pattern} captures nothing: put brackets around the part "
                r"of the file name that says who is shown, as in ^(.+)_\d+\.",
                pattern=shown(pattern),
            )
        )

    def find(name: str) -> str | None:
        match = compiled.search(PurePosixPath(name).name)
        return (match[1] or None) if match else None

    return find
