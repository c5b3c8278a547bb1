"""Classifying image files: every face of every image, as rows that go into a CSV."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faceapp.dataset.importing.walking import find_files
from faceapp.jobs import Job
from faceapp.networks.classifier import Classifier
from faceapp.networks.saved_model import model_file
from faceapp.networks.stills import RefusedFile, Still, read_stills


@dataclass(frozen=True)
class Reading:
    """What the model says of one face of one image.

    `face` counts the faces of an image from 1; 0 is an image without a found face, read whole.
    `box` is x, y, width, height in pixels of the upright image; None where it was read whole.
    `raw` holds a probability for each class, in order.
    """

    file: str
    face: int
    box: tuple[float, float, float, float] | None
    label: str
    raw: tuple[float, ...]

    @property
    def confidence(self) -> float:
        """Probability of the label."""
        return max(self.raw)


@dataclass(frozen=True)
class Classified:
    """All readings of an input, and the files that could not be read."""

    model: str
    classes: tuple[str, ...]
    readings: tuple[Reading, ...]
    refused: tuple[RefusedFile, ...]

    def to_json(self) -> dict[str, Any]:
        """Readings, the share of each class among them, and refusals."""
        counts = Counter(reading.label for reading in self.readings)
        total = max(1, len(self.readings))
        return {
            "model": self.model,
            "faces": len(self.readings),
            "share": {name: counts[name] / total for name in self.classes},
            "readings": [
                {
                    "file": r.file,
                    "face": r.face,
                    "box": r.box,
                    "label": r.label,
                    "raw": dict(zip(self.classes, r.raw, strict=True)),
                }
                for r in self.readings
            ],
            "refused": [vars(refused) for refused in self.refused],
        }


def classify_images(source: Path, model: Path, job: Job = Job()) -> Classified:
    """Read every face of an image, or of a folder of images, with the model of a run.

    Raises:
        WorldError: there is nothing at `source`, or no usable model at `model`.

    """
    classifier = Classifier(model_file(model))
    readings: list[Reading] = []
    refused: list[RefusedFile] = []
    files = [(source.name, source)]
    if not source.is_file():
        found_files = find_files(source)
        files = [(file.name, file.path) for file in found_files.files]
        refused += [RefusedFile(each.file, each.reason) for each in found_files.refused]
    for found in read_stills(files, classifier, job, all_faces=True):
        if isinstance(found, RefusedFile):
            refused.append(found)
        else:
            readings.append(_reading(found, classifier.info.classes))
    return Classified(
        str(model_file(model)), classifier.info.classes, tuple(readings), tuple(refused)
    )


def _reading(still: Still, classes: tuple[str, ...]) -> Reading:
    raw = tuple(float(p) for p in still.probabilities)
    box = still.face.box if still.face else None
    return Reading(still.file, still.number, box, classes[raw.index(max(raw))], raw)


def write_csv(path: Path, outcome: Classified) -> None:
    """One row a face: file, face, x, y, w, h, label, raw_CLASS for each class, model."""
    header = ["file", "face", "x", "y", "w", "h", "label"]
    header += [f"raw_{name}" for name in outcome.classes] + ["model"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for r in outcome.readings:
            box = [f"{value:.1f}" for value in r.box] if r.box else [""] * 4
            raw = [f"{p:.6f}" for p in r.raw]
            writer.writerow([r.file, r.face, *box, r.label, *raw, outcome.model])
