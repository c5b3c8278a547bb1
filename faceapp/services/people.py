"""What stands behind the grouping of people, in the window and in the command."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from faceapp.dataset import Changes, Dataset
from faceapp.gui.people.work import PeopleWork
from faceapp.jobs import Job

if TYPE_CHECKING:
    from faceapp.people import ProposedPeople


def find_families(dataset: Dataset, job: Job) -> None:
    """Look for near-duplicates where nobody looked yet."""
    from faceapp.cleaning import clean
    from faceapp.cleaning.copies import NEAR

    clean(dataset, [NEAR], job=job)


def propose(
    dataset: Dataset, *, threshold: float | None = None, everyone: bool = False, job: Job = Job()
) -> ProposedPeople:
    """See `people.propose_people`."""
    from faceapp.people import DEFAULT_THRESHOLD, propose_people

    return propose_people(
        dataset,
        find_families,
        threshold=DEFAULT_THRESHOLD if threshold is None else threshold,
        everyone=everyone,
        job=job,
    )


def people_work() -> PeopleWork:
    """What the dialog stands on; nothing of it is loaded yet."""
    return PeopleWork(propose=_propose, apply=_apply, missing=_missing)


def _propose(folder: Path, strictness: float, everyone: bool, job: Job) -> ProposedPeople:
    from faceapp.people import DEFAULT_THRESHOLD

    with Dataset.open(folder) as dataset:
        threshold = strictness * DEFAULT_THRESHOLD
        return propose(dataset, threshold=threshold, everyone=everyone, job=job)


def _apply(dataset: Dataset, groups: Mapping[int, str]) -> Changes:
    from faceapp.people import apply_groups

    return apply_groups(dataset, groups)


def _missing() -> str:
    from faceapp.faces.embedding import missing_words

    return missing_words()
