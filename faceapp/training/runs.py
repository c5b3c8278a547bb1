"""Runs on disk: what a finished training leaves in `runs/NAME/`.

A run folder holds config.json, split.json, metrics.json, metrics.csv, curve.csv, predictions.csv,
curves.png, confusion.png, reliability.png, report.html and model.keras.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import GroupedBy
from faceapp.dataset.runs import CONFIG, METRICS
from faceapp.training.epochs import Epoch
from faceapp.training.evaluation import Judgement
from faceapp.training.filters import EVERYTHING, Filters
from faceapp.training.material import Parts
from faceapp.training.recipes import Recipe

REPORT = "report.html"


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
    exemplars: float = 1.0
    scraped: str = "as_others"
    samples: Filters = EVERYTHING
    split_by: GroupedBy = "person"

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
            "exemplars": self.exemplars,
            "scraped": self.scraped,
            "samples": self.samples.to_json(),
            "split_by": self.split_by,
            "split": {side: asdict(share) for side, share in self.split.items()},
            "test": self.test.to_json(),
            "fit": {**asdict(self.fit), "gap": self.fit.gap},
            "faces": dict(self.faces),
            "notes": list(self.notes),
            "seconds": round(self.seconds, 1),
        }


def write_figures(folder: Path, result: RunResult, *, as_run: Path) -> None:
    """Write metrics, config and split as JSON, metrics, curve and predictions as CSV.

    `as_run` is the path the run will have when it is finished, which metrics.json names.
    """
    _write_json(folder / METRICS, result.to_json(as_run))
    _write_rows(
        folder / "metrics.csv",
        ["class", "precision", "recall", "f1", "count"],
        _metric_rows(result.test),
    )
    config = {
        "task": result.task,
        "seed": result.seed,
        "folds": result.folds,
        "exemplars": result.exemplars,
        "scraped": result.scraped,
        "samples": result.samples.to_json(),
        "split_by": result.split_by,
    }
    _write_json(folder / CONFIG, {**config, "recipe": result.recipe.to_json()})
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


def _metric_rows(test: Judgement) -> list[list[Any]]:
    """A row a class, then the totals; of all samples alike all three figures are the accuracy."""
    rows = [[c.name, c.precision, c.recall, c.f1, c.support] for c in test.per_class]
    present = [c.precision for c in test.per_class if c.support]
    precision = sum(present) / len(present)
    return [
        *rows,
        ["mean of classes", precision, test.balanced_accuracy, test.macro_f1, test.n],
        ["all samples", *[test.accuracy] * 3, test.n],
    ]


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
