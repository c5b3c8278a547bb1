"""Crops from the camera or a video become samples: labelled, or waiting for review."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from faceapp.dataset import Changes, Dataset, NewProposal, NewSample
from faceapp.dataset.importing.storing import lay_image, prepare_incoming
from faceapp.dataset.tasks import unknown_class
from faceapp.imaging import perceptual_hash
from faceapp.live.takes import LiveCrop
from faceapp.words import Words

SourceName = Literal["camera", "video"]

_UNFIT = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class Stored:
    """Samples that were added, in the order of the crops, and what that changed: one undo step."""

    ids: tuple[int, ...]
    changes: Changes


def store_take(
    dataset: Dataset,
    crops: Sequence[LiveCrop],
    task: str,
    label: str,
    *,
    person: str | None = None,
    kind: SourceName = "camera",
) -> Stored:
    """Add the crops of one take as samples with a label.

    They are one group: `person`, or the take itself where nobody says who it is. So no split ever
    puts pictures of one take on two sides.

    Raises:
        WorldError: the dataset cannot be written, or has no such task or class.

    """
    with dataset.action(
        Words("Record {number} of {label}", number=len(crops), label=label)
    ) as action:
        _check(dataset, task, label)
        ids = _add(dataset, crops, person, kind)
        dataset.label(ids, task, label)
    return Stored(ids, action.changes)


def store_for_review(
    dataset: Dataset,
    crops: Sequence[LiveCrop],
    task: str,
    label: str,
    *,
    person: str | None = None,
    kind: SourceName = "camera",
) -> Stored:
    """Add crops that were read wrongly as samples for which `label` is proposed.

    What they were read as stands with the proposal. It counts as offered by a query, as it is the
    word of whoever watched: what a model suggests later does not withdraw it.

    Raises:
        WorldError: the dataset cannot be written, or has no such task or class.

    """
    with dataset.action(
        Words("Review {number} as {label}", number=len(crops), label=label)
    ) as action:
        _check(dataset, task, label)
        ids = _add(dataset, crops, person, kind)
        offers = [
            NewProposal(sample, label, detail={"live": True, "read_as": crop.read_as})
            for sample, crop in zip(ids, crops, strict=True)
        ]
        dataset.propose(task, offers, "query")
    return Stored(ids, action.changes)


def store_unlabelled(
    dataset: Dataset,
    crops: Sequence[LiveCrop],
    *,
    person: str | None = None,
    kind: SourceName = "video",
) -> Stored:
    """Add crops as samples that nobody has labelled yet: pictures taken out of a film.

    They are one group, as those of `store_take`: nobody knows which faces of a film are of one
    person, and apart they might stand on two sides of a split.

    Raises:
        WorldError: the dataset cannot be written.

    """
    with dataset.action(_taking(len(crops), kind)) as action:
        ids = _add(dataset, crops, person, kind)
    return Stored(ids, action.changes)


def _taking(number: int, kind: SourceName) -> Words:
    if kind == "camera":
        return Words("Take {number} out of a camera", number=number)
    return Words("Take {number} out of a video", number=number)


def _check(dataset: Dataset, task: str, label: str) -> None:
    """Refuse an unknown task or class before anything is added."""
    found = dataset.task(task)
    if label not in found.names:
        raise unknown_class(found, label)


def _add(
    dataset: Dataset, crops: Sequence[LiveCrop], person: str | None, kind: SourceName
) -> tuple[int, ...]:
    if not crops:
        return ()
    take = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    source = dataset.add_source(kind, crops[0].source)
    incoming = dataset.cache / "incoming"
    prepare_incoming(incoming)
    samples = []
    for number, crop in enumerate(crops):
        data = _png(crop.pixels)
        digest = hashlib.sha256(data).hexdigest()
        samples.append(
            NewSample(
                name=f"{_UNFIT.sub('_', crop.source)}/{take}/{number:04}.png",
                path=lay_image(dataset.folder, incoming, data, digest, "png"),
                sha256=digest,
                phash=perceptual_hash(crop.pixels),
                width=crop.pixels.shape[1],
                height=crop.pixels.shape[0],
                format="png",
                group=person or f"take {take}",
                provenance={"take": take, "time": round(crop.time, 3), "face": crop.number},
            )
        )
    ids, _ = dataset.add_samples(source.id, samples)
    return tuple(ids)


def _png(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
