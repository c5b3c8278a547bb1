"""From a dataset's samples to the crops that networks see: faces found once, files read in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import BadName, Dataset, Sample, StoredFace
from faceapp.faces import Face, FaceDetector, Preprocessing, face_geometry_key, main_face, prepare
from faceapp.imaging import ImageRefused, read_image
from faceapp.jobs import Job
from faceapp.networks.activations import Item
from faceapp.words import Words

# How many images' faces are stored at a time: so many are looked at again after a kill.
_STORE_EVERY = 32


@dataclass(frozen=True)
class Unreadable:
    """A sample whose file cannot be read (any more), and why."""

    sample: int
    file: str
    reason: str


def ensure_faces(
    dataset: Dataset, ids: Sequence[int], detector: FaceDetector, job: Job = Job()
) -> list[Unreadable]:
    """Find and store the faces of samples where this detector has not looked yet.

    Returns the samples whose file cannot be read: they have no faces stored. What was found
    before a cancellation is kept.
    """
    looked_at = dataset.faces(ids, detector.name)
    waiting = dataset.by_ids([each for each in ids if each not in looked_at])
    found: dict[int, list[StoredFace]] = {}
    unreadable = []
    try:
        for sample in job.track(waiting, Words("Finding faces")):
            try:
                faces = detector.detect(_pixels(dataset, sample))
            except (ImageRefused, BadName) as error:
                unreadable.append(Unreadable(sample.id, sample.name, str(error)))
                continue
            found[sample.id] = [StoredFace(face.box, face.landmarks, face.score) for face in faces]
            if len(found) >= _STORE_EVERY:
                dataset.store_faces(found, detector.name)
                found = {}
    finally:
        if found:
            dataset.store_faces(found, detector.name)
    return unreadable


def counting_faces(stored: Sequence[StoredFace]) -> list[Face]:
    """The faces that a sample is taken to show: those that a person drew, else those found."""
    drawn = [face for face in stored if face.origin == "person"]
    return [Face(face.box, face.landmarks, face.score) for face in drawn or stored]


class Crops:
    """The crops of some samples of a dataset, made by one preprocessing.

    An aligned crop follows the main face; a face that a person drew goes before those found.
    Samples without a face are used whole. `ensure_faces` must have run for them, as a sample
    that was not looked at counts as unreadable.
    """

    def __init__(self, dataset: Dataset, ids: Sequence[int], spec: Preprocessing) -> None:
        self._dataset = dataset
        self._spec = spec
        self._samples = {sample.id: sample for sample in dataset.by_ids(ids)}
        self._faces: dict[int, Face | None] = dict.fromkeys(self._samples)
        self.unreadable: list[Unreadable] = []
        if spec.alignment == "aligned":
            stored = dataset.faces(ids)
            for sample in self._samples.values():
                if sample.id in stored:
                    self._faces[sample.id] = _main_face(sample, stored[sample.id])
                else:
                    self._refuse(sample, "no faces were looked for")

    @property
    def items(self) -> list[Item]:
        """What names the crops in the cache: the image's digest, and where its face lies."""
        return [
            Item(sample.id, f"{sample.sha256}:{face_geometry_key(self._faces[sample.id])}")
            for sample in self._samples.values()
            if sample.id in self._faces
        ]

    def __call__(self, ids: Sequence[int]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Crops (size, size, 3) of some of the samples, one after another.

        A sample whose file cannot be read has none, and joins `unreadable`.
        """
        for each in ids:
            sample = self._samples[each]
            try:
                pixels = _pixels(self._dataset, sample)
            except (ImageRefused, BadName) as error:
                self._refuse(sample, str(error))
                continue
            yield each, prepare(pixels, self._faces[each], self._spec)

    def _refuse(self, sample: Sample, reason: str) -> None:
        self._faces.pop(sample.id, None)
        self.unreadable.append(Unreadable(sample.id, sample.name, reason))


def _pixels(dataset: Dataset, sample: Sample) -> NDArray[np.uint8]:
    return read_image(dataset.image_path(sample)).pixels


def _main_face(sample: Sample, stored: Sequence[StoredFace]) -> Face | None:
    return main_face(counting_faces(stored), (sample.height, sample.width))
