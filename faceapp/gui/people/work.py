"""What the dialog needs of grouping people: made in `faceapp/services/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from faceapp.dataset import Changes, Dataset
from faceapp.jobs import Job

if TYPE_CHECKING:
    from faceapp.people import ProposedPeople


@dataclass(frozen=True)
class PeopleWork:
    """The work itself; `propose` opens the dataset for itself, in a job's thread.

    Attributes:
        propose: groups of a dataset, by (folder, strictness, everyone, job). Strictness is a share
            of the usual distance: 1 is as measured, less joins fewer faces.
        apply: writes names by sample ids, as one step to undo.
        missing: why faces cannot be compared here, or "".

    """

    propose: Callable[[Path, float, bool, Job], ProposedPeople]
    apply: Callable[[Dataset, Mapping[int, str]], Changes]
    missing: Callable[[], str]
