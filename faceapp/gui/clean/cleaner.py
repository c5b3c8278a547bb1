"""What the Clean page needs of cleaning and training, handed over as callables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from faceapp.dataset import Changes, Dataset
from faceapp.jobs import Job

if TYPE_CHECKING:  # for their names only: loading them loads OpenCV
    from faceapp.cleaning import Check, Cleaning, Found


@dataclass(frozen=True)
class Recalled:
    """Every check that there is, by kind, and what they said last time (None: never ran)."""

    checks: Mapping[str, Check]
    times: Mapping[str, str]
    cleaning: Cleaning | None


@dataclass(frozen=True)
class FaceMap:
    """Where samples lie in a plane, each near those that look alike: places in 0..1."""

    ids: tuple[int, ...]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Cleaner:
    """Checks and actions. Those that take a folder run in a job's thread and open it there.

    Attributes:
        recall: what stands in a dataset's folder; opens no image.
        check: runs the checks of these kinds (None: all) and returns what is known of all kinds.
        keep_threshold: moves a kind's threshold for good: (folder, cleaning, kind, threshold).
        dismiss: says of findings that they are no fault.
        quarantine: sets aside the samples of findings, or only those given.
        keep_best: sets aside all but the first of each family.
        accept: gives the samples of wrong labels what was suggested for each.
        relabel: answers a task for the samples of findings (None: unsure).
        crop: puts a crop around the main face in the place of each sample of findings.
        split: puts a sample a face in the place of each sample of findings.
        draw_map: where the samples of a dataset's folder lie.
        report: writes a report into a folder: (dataset's folder, cleaning, folder).

    """

    recall: Callable[[Path, Job], Recalled]
    check: Callable[[Path, Iterable[str] | None, Job], Recalled]
    keep_threshold: Callable[[Path, Cleaning, str, float], Changes]
    dismiss: Callable[[Dataset, Sequence[Found]], Changes]
    quarantine: Callable[[Dataset, Sequence[Found], Iterable[int] | None], Changes]
    keep_best: Callable[[Dataset, Sequence[Found]], Changes]
    accept: Callable[[Dataset, Sequence[Found]], Changes]
    relabel: Callable[[Dataset, Sequence[Found], str, str | None], Changes]
    crop: Callable[[Dataset, Sequence[Found]], Changes]
    split: Callable[[Dataset, Sequence[Found]], Changes]
    draw_map: Callable[[Path, Job], FaceMap]
    report: Callable[[Path, Cleaning, Path], Path]
