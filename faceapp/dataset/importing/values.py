"""What an import is asked for, what it meets and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faceapp.errors import WorldError

_SHOWN_LENGTH = 120


class ImportRefused(WorldError):
    """An import that cannot begin; the message says what to change."""


class CsvRefused(ImportRefused):
    """A CSV file that cannot be read for certain; the message names file and line."""


class UnknownColumn(ImportRefused):
    """A column that the CSV does not have; the message names those that it has."""


def shown(text: str) -> str:
    """A stranger's text fit for a message: quoted, on one line, harmless to a terminal, short."""
    plain = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
    if len(plain) > _SHOWN_LENGTH:
        plain = f"{plain[: _SHOWN_LENGTH - 1]}…"
    return f"'{plain}'"


@dataclass(frozen=True)
class Refused:
    """A file or CSV row that was not taken, and why."""

    file: str
    reason: str


@dataclass(frozen=True)
class ImportOptions:
    """How a source is to be understood; what is None is found out from the source.

    Attributes:
        task: the task that labels answer; made where the dataset does not have it.
        csv: the CSV that tells labels, raters and groups of the images.
        image_column: column of `csv` that names the image.
        label_column: column of `csv` that holds the label.
        rater_column: column of `csv` that says who gave the label.
        group_column: column of `csv` that says who is shown.
        group_pattern: regular expression searched in the file name; its first capture group is who
            is shown. An image whose name it does not match is its own group.
        in_place: leave the images where they are; the dataset can then no longer be moved.
        source_kind: recorded as the kind of the source; by default "csv" or "folder".
        layout: name of the only layout to understand the source by: one that needs no choice.

    """

    task: str | None = None
    csv: Path | None = None
    image_column: str | None = None
    label_column: str | None = None
    rater_column: str | None = None
    group_column: str | None = None
    group_pattern: str | None = None
    in_place: bool = False
    source_kind: str | None = None
    layout: str | None = None


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes:
        added: samples that are new in the dataset.
        known: images that were samples already.
        labelled: labels that are new in the dataset.
        refused: files and rows that were not taken, and why.
        unknown_labels: words that are no class of the task, and how often they stood there.
        what: the step in words, as undo names it.

    """

    added: int = 0
    known: int = 0
    labelled: int = 0
    refused: tuple[Refused, ...] = ()
    unknown_labels: Mapping[str, int] = field(default_factory=dict)
    what: str = ""

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values, under the names that scripts rely on."""
        return {
            "added": self.added,
            "known": self.known,
            "labelled": self.labelled,
            "refused": [{"file": each.file, "reason": each.reason} for each in self.refused],
            "unknown_labels": dict(self.unknown_labels),
        }


@dataclass(frozen=True)
class ImportPlan:
    """What an import would find, for a look before it is begun.

    Attributes:
        layout: how the source was understood: "csv", "exported", "us10k", "folders"
            or "flat".
        images: files that may be images; only importing decodes them.
        classes: for each task that the source labels, its classes and how many labels mean each.
        unsure: labels that say "unsure".
        unknown_labels: words that are no class of the task, and how often they stand there.
        raters: who gave labels.
        groups: how many people or other groups are told apart.
        refused: files and rows that would not be taken, and why, as far as is known undecoded.

    """

    layout: str
    images: int
    classes: Mapping[str, Mapping[str, int]]
    unsure: int
    unknown_labels: Mapping[str, int]
    raters: tuple[str, ...]
    groups: int
    refused: tuple[Refused, ...]
