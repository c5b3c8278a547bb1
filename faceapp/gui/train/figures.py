"""What is shown of a finished run: plain values, read from its folder in a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faceapp.dataset import GroupedBy
    from faceapp.training.comparing import Comparison
    from faceapp.training.epochs import Epoch
    from faceapp.training.records import RunRecord

Interval = tuple[float, float]


@dataclass(frozen=True)
class Tested:
    """One test image: the class it shows, the one the saved model said, and how sure it was.

    `sample` is None where the image has left the dataset since.
    """

    sample: int | None
    name: str
    truth: str
    predicted: str
    sure: float

    @property
    def right(self) -> bool:
        """Whether the answer is the truth."""
        return self.truth == self.predicted


@dataclass(frozen=True)
class ClassResult:
    """How a class fared; shares are 0..1."""

    name: str
    count: int
    precision: float
    recall: float


@dataclass(frozen=True)
class PartResult:
    """How a part of the test images fared, such as those of one sex or one source."""

    name: str
    count: int
    accuracy: float


@dataclass(frozen=True)
class SureBin:
    """Answers about as sure as one another: mean certainty, share right, and how many."""

    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True)
class RunDetails:
    """Everything that the page shows of one run. Shares are 0..1, intervals 95% ones.

    `confusion` has true classes as rows. `parts` are the test images divided by the other tasks
    and by source, under a heading each.
    """

    record: RunRecord
    groups: int
    accuracy_interval: Interval
    majority: float
    chance: float
    train: float
    validation: float
    best_epoch: int
    per_class: tuple[ClassResult, ...]
    confusion: tuple[tuple[int, ...], ...]
    reliability: tuple[SureBin, ...]
    calibration_error: float
    parts: tuple[tuple[str, tuple[PartResult, ...]], ...]
    curve: tuple[Epoch, ...]
    tested: tuple[Tested, ...]
    notes: tuple[str, ...]
    has_report: bool
    split_by: GroupedBy = "person"

    def of_cell(self, truth: str, predicted: str) -> list[int]:
        """Samples of the true class that got that answer, most sure first."""
        found = [t for t in self.tested if (t.truth, t.predicted) == (truth, predicted)]
        found.sort(key=lambda each: -each.sure)
        return [each.sample for each in found if each.sample is not None]

    @property
    def errors(self) -> tuple[Tested, ...]:
        """Wrong answers, most sure first."""
        return tuple(sorted((t for t in self.tested if not t.right), key=lambda t: -t.sure))


@dataclass(frozen=True)
class HeatPicture:
    """A crop of a sample with the places in warm colours that spoke for a class.

    `rgb` holds side x side pixels of three bytes; `exact` as in `networks.heat`.
    """

    sample: int
    side: int
    rgb: bytes
    exact: bool


@dataclass(frozen=True)
class Compared:
    """Runs compared; curves and recipes by the name of the run, samples whose answer changed."""

    comparison: Comparison
    curves: Mapping[str, Sequence[Epoch]]
    recipes: Mapping[str, str]
    changed: tuple[int, ...]


@dataclass(frozen=True)
class ExportDone:
    """A model written elsewhere: of `checked` crops `same` got the same class."""

    file: Path
    checked: int
    same: int
    difference: float


@dataclass(frozen=True)
class Seen:
    """A sample as the network gets it: side x side pixels of three bytes."""

    sample: int
    side: int
    rgb: bytes
