"""Faces of image files that belong to no dataset: found, and prepared for a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.faces import Face, FaceDetector, Preprocessing, main_face, prepare
from faceapp.imaging import ImageRefused, read_image
from faceapp.jobs import Job
from faceapp.networks.classifier import Classifier
from faceapp.words import Words

_BATCH = 16


@dataclass(frozen=True)
class Still:
    """One face of one file as the model saw it; `face` is None where the image was used whole."""

    file: str
    number: int
    face: Face | None
    probabilities: NDArray[np.float32]


@dataclass(frozen=True)
class RefusedFile:
    """A file that could not be read, and why."""

    file: str
    reason: str


def read_stills(
    files: Sequence[tuple[str, Path]], classifier: Classifier, job: Job, *, all_faces: bool
) -> Iterator[Still | RefusedFile]:
    """Read named files one after another, batching their faces through the model.

    `all_faces` yields each face of an image, numbered from 1; otherwise only the one the image is
    about. An image without a found face is read whole, as number 0.
    """
    detector = FaceDetector()
    waiting: list[tuple[str, int, Face | None, NDArray[np.uint8]]] = []
    for name, path in job.track(files, Words("Reading faces")):
        try:
            waiting += _crops(name, path, detector, classifier.info.preprocessing, all_faces)
        except ImageRefused as refused:
            yield RefusedFile(name, str(refused))
        if len(waiting) >= _BATCH:
            yield from _classified(waiting, classifier)
            waiting = []
    if waiting:
        yield from _classified(waiting, classifier)


def _crops(
    name: str, path: Path, detector: FaceDetector, spec: Preprocessing, all_faces: bool
) -> list[tuple[str, int, Face | None, NDArray[np.uint8]]]:
    pixels = read_image(path).pixels
    found = detector.detect(pixels)
    main = main_face(found, pixels.shape[:2])
    if main is None:
        return [(name, 0, None, prepare(pixels, None, spec))]
    wanted = found if all_faces else [main]
    return [(name, n, face, prepare(pixels, face, spec)) for n, face in enumerate(wanted, 1)]


def _classified(
    waiting: list[tuple[str, int, Face | None, NDArray[np.uint8]]], classifier: Classifier
) -> Iterator[Still]:
    probabilities = classifier.probabilities(np.stack([crop for *_, crop in waiting]))
    for (name, number, face, _), row in zip(waiting, probabilities, strict=True):
        yield Still(name, number, face, row)
