"""What the Train page is handed: the engine of training as callables, and what passes between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from faceapp.dataset import GroupedBy, Source
from faceapp.gui.train.tuning_offers import TuningServices
from faceapp.jobs import Job
from faceapp.training.filters import EVERYTHING, Filters

if TYPE_CHECKING:  # for the types alone: these modules load NumPy and OpenCV
    from faceapp.gui.train.figures import Compared, ExportDone, HeatPicture, RunDetails, Seen
    from faceapp.training.checking import Problem
    from faceapp.training.estimating import Estimate
    from faceapp.training.events import OnEvent
    from faceapp.training.recipes import Recipe
    from faceapp.training.records import RunRecord

Scraped = Literal["as_others", "train_only", "leave_out"]


@dataclass(frozen=True)
class SetUp:
    """A training as it is set up on the page; `classes` in the order of the task.

    `exemplars` and what follows as in `training.material.TrainConfig`.
    """

    task: str
    classes: tuple[str, ...]
    recipe: Recipe
    folds: int = 0
    seed: int = 0
    ratios: tuple[float, float, float] = (0.6, 0.2, 0.2)
    weights: Path | None = None
    exemplars: float = 1.0
    scraped: Scraped = "as_others"
    samples: Filters = EVERYTHING
    split_by: GroupedBy = "person"


@dataclass(frozen=True)
class Order:
    """A training to be done: a new one, or an unfinished run to go on with."""

    task: str
    recipe: str
    setup: SetUp | None = None
    resume: Path | None = None


@dataclass(frozen=True)
class Checked:
    """What stands against a set-up, and how many samples of a class each side of the split gets.

    `sides` holds for every class the counts of train, validation and test; with folds each sample
    is tested once, and the counts are those of the first fold. Empty where no split can be made.
    Of `labelled` images of the classes `taken` are taken, and `only_judge` of these are not learned
    from. `rated` names what raters told of: "intensity", "agreement"; `sources` come with how many
    of the labelled images each gave.
    """

    problems: tuple[Problem, ...]
    sides: Mapping[str, tuple[int, int, int]]
    taken: int = 0
    labelled: int = 0
    only_judge: int = 0
    rated: frozenset[str] = frozenset()
    sources: tuple[tuple[Source, int], ...] = ()

    @property
    def can_start(self) -> bool:
        """Whether nothing makes the training impossible."""
        return not any(problem.blocking for problem in self.problems)


@dataclass(frozen=True)
class BackboneChoices:
    """Where a backbone can be cut, and the stages that can be unfrozen, from the image on."""

    cuts: tuple[str, ...]
    stages: tuple[str, ...]


@dataclass(frozen=True)
class RecipeBook:
    """The recipes that there are, the one to begin with first, and what a backbone allows.

    `formats` are those that a model can be exported to, with the ending of the file;
    `weight_endings` are of the files that a network's weights can be read from.
    """

    recipes: tuple[Recipe, ...]
    backbones: Mapping[str, BackboneChoices]
    formats: Mapping[str, str]
    weight_endings: Sequence[str]


@dataclass(frozen=True)
class Unfinished:
    """A run that was left and can be gone on with."""

    folder: Path
    name: str
    task: str
    recipe: str
    tunes: bool


@dataclass(frozen=True)
class RunList:
    """Every run of a dataset: finished ones newest first, unfinished ones, and what is damaged."""

    records: tuple[RunRecord, ...] = ()
    unfinished: tuple[Unfinished, ...] = ()
    problems: tuple[str, ...] = ()
    notes: Mapping[Path, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wishes:
    """What the person wants of a training under way; looked at from its thread."""

    enough: Callable[[], bool]
    discard: Callable[[], bool]


@dataclass(frozen=True)
class TrainingServices:
    """The engine of training; every callable is for a job's thread and opens the dataset itself.

    Attributes:
        book: the recipes; it takes a moment, as libraries are loaded.
        check: everything that stands against a set-up.
        preview: nine samples as the network would get them.
        estimate: seconds of each phase, from a timed batch in a process of its own.
        train: trains in a process of its own and returns the folder of the run. A job that is
            cancelled leaves its run to be resumed; a wish to discard removes it.
        runs: the runs of a dataset.
        unfinished: those of them that were left and can be gone on with; asked as it opens.
        details: everything that is shown of one run.
        delete: removes a finished or an unfinished run for good.
        note: keeps a note of the person's with a run.
        compare: compares runs on the test images that they have in common.
        heat: where the run's model looked in samples, each with the class that was answered.
        export: writes the run's model in a format to a file, in a process of its own.
        tuning: the engine of tuning; None hides it.

    """

    book: Callable[[], RecipeBook]
    check: Callable[[Path, SetUp], Checked]
    estimate: Callable[[Path, SetUp, Job], Estimate] | None
    preview: Callable[[Path, SetUp, Job], Sequence[Seen]]
    train: Callable[[Path, Order, Job, OnEvent, Wishes], Path]
    runs: Callable[[Path], RunList]
    unfinished: Callable[[Path], Sequence[Unfinished]]
    details: Callable[[Path, Path, Job], RunDetails]
    delete: Callable[[Sequence[Path]], None]
    note: Callable[[Path, str], None]
    compare: Callable[[Path, Sequence[Path], Job], Compared]
    heat: Callable[[Path, Path, Sequence[tuple[int, str]], Job], Sequence[HeatPicture]]
    export: Callable[[Path, Path, str, Path, Job], ExportDone]
    tuning: TuningServices | None = None
