"""What stands behind the Label page and the welcome: demo, faces, suggestions, likeness."""

from __future__ import annotations

import shutil
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from faceapp.dataset import Changes, Dataset, Part, StoredFace
from faceapp.dataset.database import FILE_NAME
from faceapp.dataset.runs import finished_runs
from faceapp.jobs import Job

if TYPE_CHECKING:
    from faceapp.faces import FaceDetector

_WAIT_SECONDS = 0.1


def make_demo(folder: Path, job: Job = Job()) -> Path:
    """Run the demo in `folder`, and return the folder of its dataset.

    Where a demo was finished there, its dataset is returned at once. What a cancelled or failed
    demo has made is removed, unless it was there before.

    Raises:
        WorldError: the folder cannot be used, or weights are missing.
        Cancelled: the person stopped it.

    """
    from faceapp.demo import DATASET, TASK, run_demo
    from faceapp.training.recipes import recipe_named

    made = folder / DATASET
    if (made / FILE_NAME).is_file() and finished_runs(made / "runs", TASK):
        return made
    new = [place for place in (folder, made) if not place.exists()]
    try:
        run_demo(folder, recipe_named("quick"), job=job)
    except BaseException:
        for place in new:
            shutil.rmtree(place, ignore_errors=True)
        raise
    return made


def find_faces(folder: Path, job: Job = Job()) -> Changes:
    """Look for faces in all samples of a dataset where this detector did not look yet.

    What was found before a cancellation is kept. Samples that cannot be read are passed over.
    """
    from faceapp.faces import FaceDetector
    from faceapp.networks.crops import ensure_faces

    detector = FaceDetector()
    with Dataset.open(folder) as dataset:
        ids = dataset.sample_ids()
        before = dataset.faces(ids, detector.name)
        ensure_faces(dataset, ids, detector, job)
        found = frozenset(dataset.faces(ids, detector.name)) - frozenset(before)
    parts = frozenset({Part.FACES}) if found else frozenset()
    return Changes(what="Find faces", samples=found, parts=parts)


class Detector:
    """One detector for all questions about single images, a thread at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    def faces(self, image: Path) -> Sequence[StoredFace]:
        """Faces in an image file, largest first; raises `ImageRefused`."""
        from faceapp.imaging import read_image

        pixels = read_image(image).pixels
        with self._turn:
            found = self._network.detect(pixels)
        return [StoredFace(face.box, face.landmarks, face.score) for face in found]

    @cached_property
    def _network(self) -> FaceDetector:
        from faceapp.faces import FaceDetector

        return FaceDetector()


class DatasetWork:
    """Work on a dataset that keeps what it computes.

    The window may ask for the same thing twice at a time. The second then waits until the first is
    done, and finds everything computed.
    """

    def __init__(self) -> None:
        self._turns: defaultdict[tuple[str, Path], threading.Lock] = defaultdict(threading.Lock)

    def suggest(self, folder: Path, run: Path, job: Job) -> Changes:
        """See `training.suggesting.suggest`."""
        from faceapp.training.suggesting import suggest

        with self._turn("suggest", folder, job), Dataset.open(folder) as dataset:
            return suggest(dataset, run, job).changes

    def similar(self, folder: Path, sample: int, job: Job) -> Sequence[int]:
        """See `training.likeness.similar`."""
        from faceapp.training.likeness import similar

        with self._turn("looks", folder, job), Dataset.open(folder) as dataset:
            return similar(dataset, sample, job)

    def useful(self, folder: Path, task: str, job: Job) -> Sequence[int]:
        """See `training.usefulness.useful`."""
        from faceapp.training.usefulness import useful

        with self._turn("looks", folder, job), Dataset.open(folder) as dataset:
            return useful(dataset, task, job)

    def disputed(self, folder: Path, task: str, job: Job) -> Sequence[int]:
        """See `training.disputing.disputed`."""
        from faceapp.training.disputing import disputed

        with self._turn("disputed", folder, job), Dataset.open(folder) as dataset:
            return disputed(dataset, task, job)

    def opinions(self, folder: Path, task: str, job: Job) -> Mapping[int, tuple[str, float]]:
        """See `training.opinions.opinions`."""
        from faceapp.training.opinions import opinions

        with self._turn("opinions", folder, job), Dataset.open(folder) as dataset:
            found = opinions(dataset, task, job)
        return {sample: (each.answer, each.probability) for sample, each in found.items()}

    def strengths(self, folder: Path, task: str, job: Job) -> Mapping[int, float]:
        """See `training.strength.strengths`."""
        from faceapp.training.strength import strengths

        with Dataset.open(folder) as dataset:
            return strengths(dataset, task, job)

    @contextmanager
    def _turn(self, what: str, folder: Path, job: Job) -> Iterator[None]:
        lock = self._turns[what, folder]
        while not lock.acquire(timeout=_WAIT_SECONDS):
            job.check()
        try:
            yield
        finally:
            lock.release()
