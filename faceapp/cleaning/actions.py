"""What is done about findings: each function is one step to undo, and remembers what was decided.

Originals are never changed: a crop is a sample of its own, and what it was made of is set aside.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from faceapp.cleaning.model import Found
from faceapp.dataset import (
    Action,
    Changes,
    Dataset,
    NewLabel,
    NewSample,
    Origin,
    Sample,
)
from faceapp.dataset.importing.storing import lay_image, prepare_incoming
from faceapp.errors import WorldError
from faceapp.faces import Face, main_face
from faceapp.imaging import perceptual_hash, read_image
from faceapp.networks.crops import counting_faces
from faceapp.words import Words, counted

# Around a face's box, as a share of its longer side: hair and chin, as an aligned crop shows them.
_MARGIN = 0.4
_CROPPED, _SPLIT = "cropped to the face", "split into its faces"


class NothingToCrop(WorldError):
    """A sample shows no face that it could be cropped to."""


def dismiss(dataset: Dataset, found: Sequence[Found]) -> Changes:
    """Say that findings are no fault ("label is right", "not a duplicate"), for ever."""
    with dataset.action(
        counted(len(found), Words("Dismiss {number} finding"), Words("Dismiss {number:,} findings"))
    ) as action:
        _settle(dataset, found, dismissed=True)
    return action.changes


def quarantine(
    dataset: Dataset, found: Sequence[Found], samples: Iterable[int] | None = None
) -> Changes:
    """Set aside the samples of findings, or those of them that are given, for their kind."""
    chosen = None if samples is None else set(samples)
    one, many = Words("Quarantine {number} finding"), Words("Quarantine {number:,} findings")
    with _acting(dataset, found, counted(len(found), one, many)) as action:
        for kind, every in _by_kind(found, 0).items():
            dataset.quarantine([x for x in every if chosen is None or x in chosen], kind)
    return action.changes


def keep_best(dataset: Dataset, found: Sequence[Found]) -> Changes:
    """Keep the first of each family, which is its proposed best, and set aside the rest."""
    one = Words("Keep the best of {number} finding")
    many = Words("Keep the best of {number:,} findings")
    with _acting(dataset, found, counted(len(found), one, many)) as action:
        for kind, rest in _by_kind(found, 1).items():
            dataset.quarantine(rest, kind)
    return action.changes


def relabel(
    dataset: Dataset, found: Sequence[Found], task: str, answer: str | None, *, rater: str = ""
) -> Changes:
    """Answer a task for the samples of findings: `answer` is a class name, None is "unsure"."""
    with _acting(dataset, found, _relabelling(len(found))) as action:
        ids = dict.fromkeys(sample for each in found for sample in each.samples)
        dataset.label(ids, task, answer, rater=rater)
    return action.changes


def accept_suggestions(dataset: Dataset, found: Sequence[Found], *, rater: str = "") -> Changes:
    """Give samples of wrong labels the class that was suggested for each."""
    with _acting(dataset, found, _relabelling(len(found))) as action:
        suggested: dict[tuple[str, str], list[int]] = defaultdict(list)
        for each in found:
            suggested[each.detail["task"], each.detail["suggested"]] += each.samples
        for (task, answer), ids in suggested.items():
            dataset.label(ids, task, answer, rater=rater)
    return action.changes


def crop_to_face(dataset: Dataset, samples: Sequence[int]) -> Changes:
    """Put a crop around its main face in the place of each sample, with its labels and person.

    Raises:
        NothingToCrop: a sample shows no face; nothing was done.
        ImageRefused: a file cannot be read; nothing was done.

    """
    return _replace(dataset, samples, _CROPPED, everyone=False)


def split_faces(dataset: Dataset, samples: Sequence[int]) -> Changes:
    """Put one sample a face in the place of each sample.

    Labels and person go to the main face only: of the others nobody said anything.

    Raises:
        NothingToCrop: a sample shows no face; nothing was done.
        ImageRefused: a file cannot be read; nothing was done.

    """
    return _replace(dataset, samples, _SPLIT, everyone=True)


@contextmanager
def _acting(dataset: Dataset, found: Sequence[Found], what: Words) -> Iterator[Action]:
    """One undo step that does something about findings and settles them."""
    with dataset.action(what) as action:
        yield action
        _settle(dataset, found, dismissed=False)


def _relabelling(number: int) -> Words:
    return counted(number, Words("Relabel {number} finding"), Words("Relabel {number:,} findings"))


def _by_kind(found: Sequence[Found], first: int) -> dict[str, list[int]]:
    """The samples of findings from the one at `first` in each on, once, by kind of finding."""
    ids: dict[str, dict[int, None]] = defaultdict(dict)
    for each in found:
        ids[each.kind].update(dict.fromkeys(each.samples[first:]))
    return {kind: list(samples) for kind, samples in ids.items()}


def _settle(dataset: Dataset, found: Sequence[Found], *, dismissed: bool) -> None:
    keys: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for each in found:
        keys[each.kind] += each.keys
    for kind, rows in keys.items():
        dataset.judge_findings(kind, rows, "dismissed" if dismissed else "acted")


def _replace(dataset: Dataset, samples: Sequence[int], reason: str, *, everyone: bool) -> Changes:
    originals = [dataset.sample(each) for each in dict.fromkeys(samples)]
    faces = {sample.id: _faces(dataset, sample) for sample in originals}
    if bare := [sample.name for sample in originals if not faces[sample.id]]:
        raise NothingToCrop(
            Words(
                "{bare} shows no face that was found. Draw it on the Label page first.",
                bare=bare[0],
            )
        )
    prepare_incoming(dataset.cache / "incoming")
    crops = {
        sample.id: _crops(dataset, sample, faces[sample.id][: None if everyone else 1])
        for sample in originals
    }
    if everyone:
        one, many = Words("Split {number} sample"), Words("Split {number:,} samples")
    else:
        one, many = Words("Crop {number} sample"), Words("Crop {number:,} samples")
    with dataset.action(counted(len(originals), one, many)) as action:
        for sample in originals:
            ids, _ = dataset.add_samples(sample.source, crops[sample.id])
            _carry_labels(dataset, sample.id, ids[0])
            dataset.quarantine([sample.id], reason)
    return action.changes


def _faces(dataset: Dataset, sample: Sample) -> list[Face]:
    """The faces of a sample, the main one first."""
    faces = counting_faces(dataset.faces([sample.id]).get(sample.id, ()))
    main = main_face(faces, (sample.height, sample.width))
    return [] if main is None else [main, *(face for face in faces if face != main)]


def _crops(dataset: Dataset, sample: Sample, faces: Sequence[Face]) -> list[NewSample]:
    pixels = read_image(dataset.image_path(sample)).pixels
    return [_crop(dataset, sample, pixels, face, place) for place, face in enumerate(faces, 1)]


def _crop(
    dataset: Dataset, sample: Sample, pixels: NDArray[np.uint8], face: Face, number: int
) -> NewSample:
    """Write the crop around one face of a sample, without loss; the first is the main face."""
    left, top, right, bottom = _around(face, pixels.shape[:2])
    crop = np.ascontiguousarray(pixels[top:bottom, left:right])
    target = io.BytesIO()
    Image.fromarray(crop).save(target, "PNG")
    digest = hashlib.sha256(target.getvalue()).hexdigest()
    incoming = dataset.cache / "incoming"
    name = PurePosixPath(sample.name)
    return NewSample(
        name=str(name.with_name(f"{name.stem}-face{number}.png")),
        path=lay_image(dataset.folder, incoming, target.getvalue(), digest, "png"),
        sha256=digest,
        phash=perceptual_hash(crop),
        width=right - left,
        height=bottom - top,
        format="png",
        group=sample.group if number == 1 else None,
        provenance={
            **sample.provenance,
            "cropped_from": sample.name,
            "box": [left, top, right - left, bottom - top],
        },
    )


def _around(face: Face, size: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a square around a face, as far as the image goes."""
    x, y = face.centre
    half = max(face.box[2:]) * (0.5 + _MARGIN)
    left, top = max(0, math.floor(x - half)), max(0, math.floor(y - half))
    return left, top, min(size[1], math.ceil(x + half)), min(size[0], math.ceil(y + half))


def _carry_labels(dataset: Dataset, old: int, new: int) -> None:
    """Give a new sample the labels that stand for another, with their raters and origins."""
    standing: dict[tuple[str, Origin], list[NewLabel]] = defaultdict(list)
    for label in dataset.history(old):
        if not label.undone:
            standing[label.task, label.origin].append(NewLabel(new, label.answer, label.rater))
    for (task, origin), labels in standing.items():
        dataset.add_labels(task, labels, origin)
