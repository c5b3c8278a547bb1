"""What a training tells while it runs, for plots and logs: plain values, fit to cross a pipe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from faceapp.training.epochs import Epoch
from faceapp.training.trials.told import Tuning

Phase = Literal["faces", "caching", "head", "tuning", "judging"]
PHASES: tuple[Phase, ...] = ("faces", "caching", "head", "tuning", "judging")


@dataclass(frozen=True)
class RunStarted:
    """The training began to write; `folder` is hidden, and has another name once it is whole."""

    folder: Path


@dataclass(frozen=True)
class PhaseStarted:
    """A step of the training began. With folds it is that of part `part` (from 1) of `parts`."""

    phase: Phase
    part: int = 1
    parts: int = 1


@dataclass(frozen=True)
class BatchDone:
    """One step of fine-tuning: batch `batch` (from 1) of `batches` in an epoch (from 1).

    `loss` and `accuracy` (0..1) are those of the batch, before the step; `images` is how many it
    held and `seconds` how long it took.
    """

    epoch: int
    epochs: int
    batch: int
    batches: int
    loss: float
    accuracy: float
    images: int
    seconds: float


@dataclass(frozen=True)
class EpochDone:
    """A row of the learning curves, as `curve.csv` will hold it; `epochs` is how many at most."""

    row: Epoch
    epochs: int


@dataclass(frozen=True)
class ValidationConfusion:
    """How validation samples are answered after an epoch.

    True classes are rows, in the order of `classes`; `best` says that this epoch is the best yet.
    """

    epoch: int
    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    best: bool


@dataclass(frozen=True)
class LogLine:
    """A line for the person, as log.txt has it."""

    text: str


# A tuning tells of its whole study whenever a trial begins or ends.
TrainingEvent = (
    RunStarted | PhaseStarted | BatchDone | EpochDone | ValidationConfusion | LogLine | Tuning
)
OnEvent = Callable[[TrainingEvent], None]


def ignore(_event: TrainingEvent) -> None:
    """Tell nobody."""
