"""Runs on disk: what a finished training leaves in `runs/NAME/`, written whole or not at all.

A run folder holds config.json, split.json, metrics.json, curve.csv, predictions.csv, curves.png,
confusion.png, reliability.png, report.html and model.keras.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset.runs import METRICS
from faceapp.networks.locks import alone, in_use
from faceapp.training.evaluation import Judgement
from faceapp.training.heads import Epoch
from faceapp.training.material import Parts
from faceapp.training.recipes import Recipe

REPORT = "report.html"
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Share:
    """How large one side of a split is."""

    images: int
    groups: int


@dataclass(frozen=True)
class Fit:
    """How the head fits what it learned from, and what it was tuned on (0..1, nan if unknown)."""

    train_accuracy: float
    train_balanced_accuracy: float
    validation_accuracy: float
    validation_balanced_accuracy: float
    best_epoch: int

    @property
    def gap(self) -> float:
        """Train minus validation balanced accuracy: large means overfitting."""
        return self.train_balanced_accuracy - self.validation_balanced_accuracy


@dataclass(frozen=True)
class Prediction:
    """What the saved model said of one test image; probabilities in the order of the classes."""

    name: str
    group: str
    truth: int
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class RunResult:
    """Everything a finished run reports."""

    dataset: Path
    task: str
    recipe: Recipe
    seed: int
    folds: int
    parts: Parts
    split: Mapping[str, Share]
    test: Judgement
    fit: Fit
    curve: tuple[Epoch, ...]
    predictions: tuple[Prediction, ...]
    faces: Mapping[str, int]
    notes: tuple[str, ...]
    backbone: str
    weights: str
    seconds: float

    def to_json(self, folder: Path) -> dict[str, Any]:
        """The figures; `dataset`, `run`, `recipe`, `split`, `test`, `seconds` are public keys."""
        return {
            "dataset": str(self.dataset),
            "run": str(folder),
            "task": self.task,
            "recipe": self.recipe.name,
            "backbone": self.backbone,
            "weights": self.weights,
            "seed": self.seed,
            "folds": self.folds,
            "split": {side: asdict(share) for side, share in self.split.items()},
            "test": self.test.to_json(),
            "fit": {**asdict(self.fit), "gap": self.fit.gap},
            "faces": dict(self.faces),
            "notes": list(self.notes),
            "seconds": round(self.seconds, 1),
        }


class RunFolder:
    """A run being written: under a hidden name until `finish`, so that a killed run is no run.

    As a context it removes what it did not finish, and what trainings left that were killed.
    """

    def __init__(self, runs: Path, name: str) -> None:
        runs.mkdir(parents=True, exist_ok=True)
        _sweep(runs)
        self.final = _free_name(runs, name)
        self.path = runs / f"{_UNFINISHED}{self.final.name}-{os.getpid()}"
        self._marks = ExitStack()

    def __enter__(self) -> Self:
        self._marks.enter_context(in_use(_mark(self.path)))
        self.path.mkdir()
        return self

    def __exit__(self, *_error: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        self._marks.close()
        _mark(self.path).unlink(missing_ok=True)

    def finish(self) -> Path:
        """Give the folder its name and return it."""
        while True:
            try:
                return self.path.rename(self.final)
            except OSError:  # another process took the name meanwhile
                if not self.final.exists():
                    raise
                self.final = _free_name(self.final.parent, self.final.name)


def _mark(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _sweep(runs: Path) -> None:
    """Remove unfinished runs that no living training writes."""
    for folder in [path for path in runs.glob(f"{_UNFINISHED}*") if path.is_dir()]:
        with alone(_mark(folder)) as abandoned:
            if abandoned:
                shutil.rmtree(folder, ignore_errors=True)
        if abandoned:
            _mark(folder).unlink(missing_ok=True)


def run_name(recipe: str, task: str) -> str:
    """A name that sorts by time and says what the run is: "20261124-131200-expression-quick"."""
    safe = "".join(c if c.isalnum() or c in "-_" else "_" for c in f"{task}-{recipe}")
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{safe}"


def _free_name(runs: Path, name: str) -> Path:
    candidate = runs / name
    number = 2
    while candidate.exists():
        candidate = runs / f"{name}-{number}"
        number += 1
    return candidate


def write_figures(folder: Path, result: RunResult, *, as_run: Path) -> None:
    """Write metrics.json, config.json, split.json, curve.csv and predictions.csv into `folder`.

    `as_run` is the path the run will have when it is finished, which metrics.json names.
    """
    _write_json(folder / METRICS, result.to_json(as_run))
    config = {"task": result.task, "seed": result.seed, "folds": result.folds}
    _write_json(folder / "config.json", {**config, "recipe": result.recipe.to_json()})
    _write_json(folder / "split.json", {"seed": result.seed, **asdict(result.parts)})
    _write_rows(
        folder / "curve.csv",
        list(Epoch.__dataclass_fields__),
        [list(asdict(row).values()) for row in result.curve],
    )
    names = result.test.classes
    _write_rows(
        folder / "predictions.csv",
        ["image", "group", "truth", "predicted", *(f"p_{name}" for name in names)],
        [_prediction_row(p, names) for p in result.predictions],
    )


def _prediction_row(prediction: Prediction, names: Sequence[str]) -> list[Any]:
    best = names[int(np.argmax(prediction.probabilities))]
    shares = [f"{p:.6f}" for p in prediction.probabilities]
    return [prediction.name, prediction.group, names[prediction.truth], best, *shares]


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=2, allow_nan=True) + "\n", encoding="utf-8")


def _write_rows(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def predictions_of(
    truth: NDArray[np.int64],
    names: Sequence[str],
    groups: Sequence[str],
    probabilities: NDArray[np.float32],
) -> tuple[Prediction, ...]:
    """Rows for predictions.csv, in the given order."""
    return tuple(
        Prediction(name, group, int(t), tuple(float(p) for p in row))
        for t, name, group, row in zip(truth, names, groups, probabilities, strict=True)
    )
