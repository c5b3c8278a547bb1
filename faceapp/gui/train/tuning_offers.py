"""What the tuning panel is handed: the engine of tuning as callables, and what passes between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from faceapp.jobs import Job
from faceapp.training.trials.told import OnStudy, Tuning

if TYPE_CHECKING:  # for the types alone: these modules load NumPy and OpenCV
    from faceapp.gui.train.offers import SetUp
    from faceapp.training.recipes import Recipe


@dataclass(frozen=True)
class TuneOrder:
    """Trials to be made: in a new study of a set-up, or in one that there is (`setup` None).

    `space` says what varies and within what, as `faceapp tune --vary` takes it. Trials or seconds
    may be None, which sets no end. `storage` is a database's URL, None a file in the dataset.
    """

    study: str
    trials: int | None
    seconds: float | None
    storage: str | None = None
    setup: SetUp | None = None
    space: Mapping[str, str] | None = None


@dataclass(frozen=True)
class TuningServices:
    """The engine of tuning.

    Attributes:
        usual: what to vary in a recipe where the person does not say; quick.
        refusal: why a space does not fit a recipe, in words; "" where it does; quick.
        studies: the studies of a dataset or of a storage, newest first; for a job's thread.
        tune: makes trials in a process of its own, and tells what the study holds as it grows. A
            job that is cancelled ends within two seconds; finished trials stay.

    """

    usual: Callable[[Recipe], Mapping[str, str]]
    refusal: Callable[[Recipe, Mapping[str, str]], str]
    studies: Callable[[Path, str | None, Job], Sequence[Tuning]]
    tune: Callable[[Path, TuneOrder, Job, OnStudy], None]
