"""Samples without images, for tests of the store."""

from __future__ import annotations

import hashlib
from typing import Any

from faceapp.dataset import Dataset, NewSample, Query


def new_sample(number: int, **changes: Any) -> NewSample:
    fields: dict[str, Any] = {
        "name": f"face_{number}.jpg",
        "path": f"images/face_{number}.jpg",
        "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
        "phash": (number * 0x9E3779B97F4A7C15) % 2**64,
        "width": 100 + number,
        "height": 120,
        "format": "jpeg",
    }
    return NewSample(**{**fields, **changes})


def fill(dataset: Dataset, count: int) -> list[int]:
    """Add samples 0 .. count-1 from one source, and return their ids."""
    source = dataset.add_source("folder", "/faces", {})
    return dataset.add_samples(source.id, [new_sample(number) for number in range(count)])[0]


def names(dataset: Dataset, query: Query) -> list[str]:
    """The query's samples without "face_" and ".jpg"."""
    return [sample.name[5:-4] for sample in dataset.samples(query)]
