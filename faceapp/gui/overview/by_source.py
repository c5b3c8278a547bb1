"""Scraped images beside the originals: size, quality, and how strongly they show their class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Source = TypeVar("Source", bound=Hashable)

# Measures of cleaning that speak of quality.
SHARPNESS, CONTRAST = "sharpness", "contrast"


@dataclass(frozen=True)
class Spread:
    """Values by their quarters, and how many there are."""

    low: float
    median: float
    high: float
    count: int


@dataclass(frozen=True)
class SourceFigures:
    """What is known of the samples of one kind of source; None where nothing is.

    Attributes:
        samples: how many there are.
        image_side: shorter side of the image, in pixels.
        face_side: shorter side of the main face, in pixels.
        sharpness: see `faces.measures.measure`; known where cleaning measured.
        contrast: likewise, 0..1.
        strength: probability of the label by a model that did not learn from the sample, 0..1.

    """

    samples: int
    image_side: Spread | None
    face_side: Spread | None
    sharpness: Spread | None
    contrast: Spread | None
    strength: Spread | None


def spread(values: list[float]) -> Spread | None:
    """Median and quarters; None of no values."""
    if not values:
        return None
    ordered = sorted(values)
    last = len(ordered) - 1
    low, median, high = (ordered[round(part * last)] for part in (0.25, 0.5, 0.75))
    return Spread(low, median, high, len(ordered))


def by_source(
    kinds: Mapping[int, Source],
    *,
    image_sides: Mapping[int, float],
    face_sides: Mapping[int, float],
    measures: Mapping[int, Mapping[str, float]],
    strengths: Mapping[int, float],
) -> dict[Source, SourceFigures]:
    """The figures of every kind of source, from values by sample."""
    samples: defaultdict[Source, list[int]] = defaultdict(list)
    for sample, kind in kinds.items():
        samples[kind].append(sample)

    def of(ids: list[int], values: Mapping[int, float]) -> Spread | None:
        return spread([values[each] for each in ids if each in values])

    sharpness = {s: found[SHARPNESS] for s, found in measures.items() if SHARPNESS in found}
    contrast = {s: found[CONTRAST] for s, found in measures.items() if CONTRAST in found}
    return {
        kind: SourceFigures(
            len(ids),
            of(ids, image_sides),
            of(ids, face_sides),
            of(ids, sharpness),
            of(ids, contrast),
            of(ids, strengths),
        )
        for kind, ids in samples.items()
    }
