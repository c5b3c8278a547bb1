"""What tests of cleaning share."""

from __future__ import annotations

import numpy as np

from faceapp.cleaning import Cleaning
from faceapp.dataset import Dataset, Query, Sample
from faceapp.faces import Face


class Blind:
    """A detector that must not be asked."""

    name = "centerface-2-320-0.5"

    def detect(self, rgb: np.ndarray) -> list[Face]:
        raise AssertionError("an image was opened again")


def only(dataset: Dataset, name: str) -> Sample:
    (found,) = dataset.samples(Query(text=name))
    return found


def files_by_kind(cleaning: Cleaning) -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {kind: set() for kind in cleaning.counts}
    for each in cleaning.findings:
        found[each.kind].add(tuple(sorted(each.files)))
    return found
