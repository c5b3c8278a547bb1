"""Measuring a dataset's images: each opened once for all checks, and only what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import BadName, Dataset, Fingerprint, Measures, Query, Sample, StoredFace
from faceapp.faces import Face, fingerprint, main_face, measure
from faceapp.faces import fingerprints as prints
from faceapp.faces import measures as values
from faceapp.imaging import ImageRefused, decode, read_bytes
from faceapp.jobs import Job
from faceapp.networks.crops import counting_faces
from faceapp.words import Words

_BATCH = 32  # so many images are decoded ahead, and measured again after a kill
_THREADS = 2
_GONE = "gone"


class Detector(Protocol):
    """What finds faces; `name` changes whenever it may find others."""

    name: str

    def detect(self, rgb: NDArray[np.uint8]) -> list[Face]:
        """Faces of an RGB image (H, W, 3) of 0..255."""
        ...


def measure_samples(dataset: Dataset, detector: Detector, job: Job = Job()) -> dict[int, Measures]:
    """Measure the samples whose file or faces changed, and return the measures of all.

    Samples in quarantine are left out. Faces are looked for where this detector has not looked
    yet. What was measured before a cancellation is kept.
    """
    samples = dataset.samples(Query(quarantined=False))
    faces = dataset.faces(detector=detector.name)
    known = dataset.measures()
    stale = [
        sample
        for sample in samples
        if sample.id not in known
        or known[sample.id].key != _key(_stamp(dataset, sample), detector.name, faces, sample.id)
    ]
    _Measuring(dataset, detector, faces).run(stale, job)
    fresh = dataset.measures() if stale else known
    return {sample.id: fresh[sample.id] for sample in samples}


def _key(stamp: str, detector: str, faces: Mapping[int, Sequence[StoredFace]], sample: int) -> str:
    """All that the values depend on; none is like it where no faces were looked for."""
    found = faces.get(sample)
    drawn = repr([(each.box, each.landmarks) for each in found]) if found is not None else "?"
    digest = hashlib.sha256(drawn.encode()).hexdigest()[:16]
    return json.dumps([values.VERSION, prints.VERSION, detector, stamp, digest])


def _stamp(dataset: Dataset, sample: Sample) -> str:
    """What changes when the file does, without reading it."""
    try:
        status = dataset.image_path(sample).stat()
    except (OSError, ValueError, BadName):
        return _GONE
    return f"{status.st_size}-{status.st_mtime_ns}"


@dataclass(frozen=True)
class _Opened:
    """A file as it is now: its pixels, or why there are none."""

    sample: Sample
    stamp: str
    pixels: NDArray[np.uint8] | None = None
    length: int = 0
    problem: str = ""


@dataclass
class _Measuring:
    """One pass over the samples that are to be measured."""

    dataset: Dataset
    detector: Detector
    faces: dict[int, tuple[StoredFace, ...]]
    _found: dict[int, list[StoredFace]] = field(default_factory=dict)
    _measures: dict[int, Measures] = field(default_factory=dict)
    _prints: dict[int, Fingerprint] = field(default_factory=dict)

    def run(self, samples: Sequence[Sample], job: Job) -> None:
        try:
            for done, opened in enumerate(self._opened(samples)):
                job.step(Words("Measuring images"), done, len(samples))
                self._take(opened)
                if len(self._measures) >= _BATCH:
                    self._write()
        finally:
            self._write()
        job.step(Words("Measuring images"), len(samples), len(samples))

    def _opened(self, samples: Sequence[Sample]) -> Iterator[_Opened]:
        """Files, decoded a batch ahead in other threads."""
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="measure") as pool:
            for start in range(0, len(samples), _BATCH):
                batch = samples[start : start + _BATCH]
                yield from pool.map(_open, [self._path(each) for each in batch], batch)

    def _path(self, sample: Sample) -> Path | None:
        return None if _stamp(self.dataset, sample) == _GONE else self.dataset.image_path(sample)

    def _take(self, opened: _Opened) -> None:
        sample = opened.sample
        if opened.pixels is None:
            key = _key(opened.stamp, self.detector.name, self.faces, sample.id)
            self._measures[sample.id] = Measures(key, problem=opened.problem)
            return
        if sample.id not in self.faces:
            found = self.detector.detect(opened.pixels)
            self._found[sample.id] = [StoredFace(f.box, f.landmarks, f.score) for f in found]
            self.faces[sample.id] = tuple(self._found[sample.id])
        faces = counting_faces(self.faces[sample.id])
        key = _key(opened.stamp, self.detector.name, self.faces, sample.id)
        taken = {**measure(opened.pixels, faces), "bytes": float(opened.length)}
        self._measures[sample.id] = Measures(key, taken)
        made = fingerprint(opened.pixels, main_face(faces, opened.pixels.shape[:2]))
        self._prints[sample.id] = Fingerprint(made.descriptor.tobytes(), made.pictures.tobytes())

    def _write(self) -> None:
        if self._found:
            self.dataset.store_faces(self._found, self.detector.name)
        if self._measures:
            self.dataset.store_measures(self._measures, self._prints)
        self._found, self._measures, self._prints = {}, {}, {}


def _open(path: Path | None, sample: Sample) -> _Opened:
    """Read a sample's file; runs in another thread and touches no database."""
    if path is None:
        return _Opened(sample, _GONE, problem="its file is gone")
    try:
        status = path.stat()
        stamp = f"{status.st_size}-{status.st_mtime_ns}"
    except OSError as error:
        return _Opened(sample, _GONE, problem=f"its file is gone ({error.strerror})")
    try:
        data = read_bytes(path)
        pixels = decode(data, path.name).pixels
    except ImageRefused as refusal:
        return _Opened(sample, stamp, problem=f"{refusal.reason}: {refusal.detail}")
    if hashlib.sha256(data).hexdigest() != sample.sha256:
        return _Opened(sample, stamp, problem="its content is not what was imported")
    return _Opened(sample, stamp, pixels, len(data))
