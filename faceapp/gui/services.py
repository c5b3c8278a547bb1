"""What the window needs of packages that it must not know: handed over as callables by app.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from faceapp.dataset import Changes, StoredFace
from faceapp.gui.clean.cleaner import Cleaner
from faceapp.gui.live.service import LiveService
from faceapp.gui.people.work import PeopleWork
from faceapp.gui.scrape.work import ScrapeWork
from faceapp.gui.settings import Settings
from faceapp.gui.train.offers import TrainingServices
from faceapp.jobs import Job


@dataclass(frozen=True)
class Fact:
    """One thing that was looked at on this computer; `fine` False asks for attention."""

    name: str
    value: str
    fine: bool = True


@dataclass(frozen=True)
class Services:
    """Everything a page may ask for beyond the dataset; the window hides what is None.

    Every callable that takes a folder opens the dataset there for itself, so that it can run in a
    job's thread.

    Attributes:
        settings: what is remembered; pages keep rows of their own in it.
        make_demo: writes a dataset of drawn faces into a new folder, and returns that folder.
        detect_face: faces in one image file, largest first.
        find_faces: looks for faces in all samples of a dataset where nobody looked yet.
        suggest: fills proposals for everything unlabelled in a dataset from a run's model:
            (dataset folder, run folder).
        similar: ids of a dataset's samples, most similar to one of them first.
        disputed: ids of a dataset's samples that the newest run's model answers otherwise in a task
            than they are labelled.
        training: the engine of training; the Train page is not shown without it.
        useful: ids of a dataset's unlabelled samples in a task, most useful to label first.
        opinions: what the newest run of a task says of each sample that waits for review, as
            (class, probability); where it contradicts the proposal comes first.
        strengths: by sample, how sure the newest run of a task is of its label, where that was
            asked before.
        scraping: what "Find images" stands on.
        cleaner: everything that the Clean page does.
        live: what the Live page stands on.
        study: re-runs the study on a dataset, and returns the page that tells of it.
        people: groups people by how alike their faces are.
        check_computer: looks at what this computer has that the program needs.

    """

    settings: Settings
    make_demo: Callable[[Path, Job], Path] | None = None
    detect_face: Callable[[Path], Sequence[StoredFace]] | None = None
    find_faces: Callable[[Path, Job], Changes] | None = None
    suggest: Callable[[Path, Path, Job], Changes] | None = None
    similar: Callable[[Path, int, Job], Sequence[int]] | None = None
    useful: Callable[[Path, str, Job], Sequence[int]] | None = None
    disputed: Callable[[Path, str, Job], Sequence[int]] | None = None
    opinions: Callable[[Path, str, Job], Mapping[int, tuple[str, float]]] | None = None
    strengths: Callable[[Path, str, Job], Mapping[int, float]] | None = None
    scraping: ScrapeWork | None = None
    cleaner: Cleaner | None = None
    live: LiveService | None = None
    training: TrainingServices | None = None
    study: Callable[[Path, Job], Path] | None = None
    people: PeopleWork | None = None
    check_computer: Callable[[Job], Sequence[Fact]] | None = None


def only_reading(services: Services) -> Services:
    """The same without what writes into a dataset, for a window that may only read it."""
    return replace(
        services,
        find_faces=None,
        suggest=None,
        cleaner=None,
        training=None,
        scraping=None,
        opinions=None,  # as strengths
        strengths=None,  # whose memory is a folder of the dataset's cache
        study=None,
        people=None,
    )
