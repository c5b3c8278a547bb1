"""Whom to name: the attribution list of what searches brought into a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from faceapp.dataset import Dataset, Query, Sample
from faceapp.errors import WorldError
from faceapp.words import Words

FILE_NAME = "CREDITS.txt"
UNKNOWN = "unknown"


class CreditsUnwritable(WorldError):
    """The list cannot be written where it belongs."""


@dataclass(frozen=True)
class Credit:
    """Whom one image is owed to; "" for what nobody told."""

    name: str
    title: str
    creator: str
    licence: str
    licence_url: str
    attribution: str
    image_url: str
    page_url: str

    def line(self) -> str:
        """The credit as one line of text."""
        who = self.attribution or f'"{self.title}" by {self.creator or UNKNOWN}'
        terms = self.licence or UNKNOWN
        where = f" ({self.licence_url})" if self.licence_url else ""
        return f"{self.name}: {who}. Licence: {terms}{where}. {self.page_url or self.image_url}"


def credits_of(dataset: Dataset) -> list[Credit]:
    """The credits of every sample that a search found, also where it was imported again since."""
    samples = dataset.samples(Query(quarantined=None, order="name"))
    return [_credit(sample) for sample in samples if sample.provenance.get("image_url")]


def _credit(sample: Sample) -> Credit:
    def told(name: str) -> str:
        value = sample.provenance.get(name)
        return " ".join(value.split()) if isinstance(value, str) else ""

    return Credit(
        name=sample.name,
        title=told("title"),
        creator=told("creator"),
        licence=told("licence"),
        licence_url=told("licence_url"),
        attribution=told("attribution") if told("licence") else "",
        image_url=told("image_url"),
        page_url=told("page_url"),
    )


def write_credits(dataset: Dataset, credits_: Sequence[Credit]) -> Path:
    """Write the list into the dataset's folder, and return its path.

    Raises:
        CreditsUnwritable: the folder cannot be written.

    """
    target = dataset.folder / FILE_NAME
    unfinished = target.with_name(f"{FILE_NAME}.part")
    lines = ["Images found by searches, and whom they are owed to:", ""]
    try:
        unfinished.write_text(
            "\n".join([*lines, *(each.line() for each in credits_), ""]), encoding="utf-8"
        )
        unfinished.replace(target)
    except OSError as error:
        raise CreditsUnwritable(
            Words("{target} cannot be written ({error}).", target=target, error=error.strerror)
        ) from error
    return target
