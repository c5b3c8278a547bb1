"""What stands behind the grouping of people, in the window and in the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceapp.dataset import Dataset
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
