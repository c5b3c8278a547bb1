"""Finished runs read back from disk: their figures, and what each said of its test images."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from faceapp.dataset.runs import METRICS
from faceapp.errors import WorldError
from faceapp.words import Words

PREDICTIONS = "predictions.csv"


class RunUnreadable(WorldError):
    """A folder that is no finished run, or whose files are damaged."""


@dataclass(frozen=True)
class RunRecord:
    """What a finished run found. Shares are 0..1; `interval` is the 95% one of `balanced`.

    `learned_from` images trained the saved model, `n` others tested it (with folds, each model).
    """

    folder: Path
    task: str
    recipe: str
    backbone: str
    classes: tuple[str, ...]
    seed: int
    folds: int
    learned_from: int
    n: int
    accuracy: float
    balanced: float
    interval: tuple[float, float]
    train_minus_validation: float
    seconds: float

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    def to_json(self) -> dict[str, Any]:
        """All of it; `run` is the absolute path of the folder."""
        figures = asdict(self)
        del figures["folder"]
        return {"run": str(self.folder.absolute()), "name": self.name, **figures}


@dataclass(frozen=True)
class Answered:
    """One test image: what it shows, and what the saved model said.

    `probabilities` are in the order of the run's classes.
    """

    truth: str
    predicted: str
    group: str
    probabilities: tuple[float, ...]


def read_run(folder: Path) -> RunRecord:
    """The figures of a finished run. Raises `RunUnreadable`."""
    path = folder / METRICS
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        test = data["test"]
        low, high = test["interval"]
        return RunRecord(
            folder=folder,
            task=str(data["task"]),
            recipe=str(data["recipe"]),
            backbone=str(data["backbone"]),
            classes=tuple(test["classes"]),
            seed=int(data["seed"]),
            folds=int(data["folds"]),
            learned_from=int(data["split"]["train"]["images"]),
            n=int(test["n"]),
            accuracy=float(test["accuracy"]),
            balanced=float(test["balanced_accuracy"]),
            interval=(float(low), float(high)),
            train_minus_validation=float(data["fit"]["gap"]),
            seconds=float(data["seconds"]),
        )
    except FileNotFoundError:
        raise RunUnreadable(
            Words(
                "{folder} is no finished run: there is no {metrics}.",
                folder=folder,
                metrics=METRICS,
            )
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunUnreadable(
            Words("{path} is damaged ({error}): train again.", path=path, error=error)
        ) from error


def run_records(runs: Path) -> tuple[list[RunRecord], list[str]]:
    """Every finished run, oldest first; and a sentence on each folder that cannot be read."""
    records, problems = [], []
    for folder in sorted(runs.glob("[!.]*/")):
        try:
            records.append(read_run(folder))
        except RunUnreadable as error:
            problems.append(str(error))
    return records, problems


def read_predictions(folder: Path) -> Mapping[str, Answered]:
    """What a run said of each test image, by name. Raises `RunUnreadable`."""
    path = folder / PREDICTIONS
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {
                row["image"]: Answered(
                    row["truth"],
                    row["predicted"],
                    row["group"],
                    tuple(float(p) for name, p in row.items() if name.startswith("p_")),
                )
                for row in csv.DictReader(file)
            }
    except (OSError, KeyError, ValueError, TypeError, csv.Error) as error:
        raise RunUnreadable(
            Words("{path} cannot be read ({error}): train again.", path=path, error=error)
        ) from error
