"""Which head on which frozen layers reads faces best: many screened, the best three measured.

    python tests/benchmarks/bench_recipes.py FACES [--dataset DIR] [--folds 5] [--seeds 3]
        [--best 3] [--size 112] [--only NAME]

FACES holds images/, labels.csv and sex.csv; the person is the file name less its number. Screening
takes five expressions, seed 0 and the people whom the first outer fold does not test. They are
dealt into four inner folds, and every candidate is judged by what it says of people from whom it
has not learned there. The best by balanced accuracy, and the recipe's own way, then learn from all
people of each outer fold and are asked about those it tests: all tasks, all seeds, folds pooled.
Intervals resample people.

A candidate is a kernel machine on activations of VGG16, averaged over image and mirror image, so
that a fold costs one linear solve: "linear" is the ridge head of the recipes, "smooth" is
exp(-sharpness d^2), which layers of random features would approach, "joined" the sum of both's
scores. Class biases are set three quarters of the way as the recipe `faceapp` does (`level`).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.dataset.splits import folds_by_group
from faceapp.faces import FaceDetector
from faceapp.networks.crops import ensure_faces
from faceapp.networks.weights import find_weights
from faceapp.training.calibration import softmax
from faceapp.training.crossing import level, ridge_scores
from faceapp.training.evaluation import Interval, Judgement, judge
from faceapp.training.features import FeatureReader
from faceapp.training.heads import class_weights
from faceapp.training.material import Material, Parts, TrainConfig, fold_parts, gather
from faceapp.training.recipes import recipe_named

Array = NDArray[np.float32]
Rows = NDArray[np.int64]

FIVE = ("neutral", "happy", "sad", "angry", "surprised")
TASKS: dict[str, tuple[str, tuple[str, ...] | None]] = {
    "five expressions": ("expression", FIVE),
    "no neutral": ("expression", FIVE[1:]),
    "happy or angry": ("expression", ("happy", "angry")),
    "sex": ("sex", None),
}
LAYERS = ("block3_pool", "block4_pool", "block5_pool")
INNER, LEVEL = 4, 0.75
# As the recipes do it: near-constant features are not blown up to the size of the telling ones.
SOFTENING = 0.1


@dataclass(frozen=True)
class Candidate:
    """Blocks of VGG16 whose kernels are averaged, and what is made of them."""

    blocks: str
    way: str = "linear"
    penalty: float = 1.0
    sharpness: float = 0.3
    balance: bool = True

    @property
    def name(self) -> str:
        """Words for the table."""
        sharp = f", sharpness {self.sharpness:g}" if self.way != "linear" else ""
        weights = "" if self.balance else ", unbalanced"
        blocks = "+".join(self.blocks)
        return f"block {blocks}, {self.way}, penalty {self.penalty:g}{sharp}{weights}"


CANDIDATES = (
    *(Candidate(blocks) for blocks in ("3", "4", "5", "34", "45", "345")),
    *(Candidate("34", penalty=penalty) for penalty in (0.3, 3.0)),
    Candidate("34", balance=False),
    *(Candidate(blocks, "smooth", 0.5) for blocks in ("4", "34", "345")),
    Candidate("4", "smooth", 0.5, balance=False),
    Candidate("34", "smooth", 0.2, 0.1),
    Candidate("34", "smooth", 0.5, 1.0),
    Candidate("34", "joined"),
)


# What the recipe `faceapp` is, measured beside the best whichever they are.
OWN = Candidate("34")


class Kernels:
    """Products of all pairs of samples in each block, from the activation cache of a dataset."""

    def __init__(self, dataset: Dataset, ids: Sequence[int], size: int) -> None:
        recipe = recipe_named("faceapp").with_settings(
            {"cut": "+".join(LAYERS), "pool": "mean7", "size": str(size)}
        )
        ensure_faces(dataset, ids, FaceDetector())
        reader = FeatureReader(dataset, recipe, find_weights())
        everybody = Parts((), tuple(ids), ())
        features = reader.read([everybody])
        self.ids = features.known(ids)
        self._row = {each: row for row, each in enumerate(self.ids)}
        whole = features.plain(self.ids)
        ends = np.cumsum(features.widths)[:-1]
        self._blocks = {
            layer[5]: _products(part)
            for layer, part in zip(LAYERS, np.split(whole, ends, axis=1), strict=True)
        }

    def of(self, candidate: Candidate, ids: Sequence[int]) -> list[Array]:
        """The kernels of a candidate between some samples; two, linear and smooth, if joined."""
        rows = [self._row[i] for i in ids]
        parts = [self._blocks[block][np.ix_(rows, rows)] for block in candidate.blocks]
        linear = np.mean(parts, axis=0, dtype=np.float32)
        if candidate.way == "linear":
            return [linear]
        own = np.diag(linear)
        distance = np.maximum(own[:, None] + own - 2 * linear, 0)
        smooth = np.exp(np.float32(-candidate.sharpness) * distance)
        return [smooth] if candidate.way == "smooth" else [linear, smooth]


def _products(features: NDArray[np.float16], columns: int = 2048) -> Array:
    """Products of all pairs (N, N), of a mean of 1 on the diagonal; no label is looked at."""
    total = np.zeros((len(features), len(features)), np.float32)
    spreads = [_chunk(features, start, columns).std(axis=0) for start in _starts(features, columns)]
    softening = np.float32(SOFTENING * np.concatenate(spreads).mean() + 1e-12)
    for start, spread in zip(_starts(features, columns), spreads, strict=True):
        part = _chunk(features, start, columns)
        part = (part - part.mean(axis=0)) / (spread + softening)
        total += part @ part.T
    return total / np.float32(np.trace(total) / len(total))


def _starts(features: NDArray[np.float16], columns: int) -> range:
    return range(0, features.shape[1], columns)


def _chunk(features: NDArray[np.float16], start: int, columns: int) -> Array:
    return features[:, start : start + columns].astype(np.float32)


class Trial:
    """One task with one seed: outer folds, and the samples they are of."""

    def __init__(
        self, dataset: Dataset, kernels: Kernels, task: str, seed: int, folds: int
    ) -> None:
        name, classes = TASKS[task]
        config = TrainConfig(name, recipe_named("faceapp"), classes, folds=folds, seed=seed)
        material = gather(dataset, config)
        known = set(kernels.ids)
        self.material: Material = material.without(i for i in material.ids if i not in known)
        self.ids = self.material.ids
        self.truth = self.material.truths(self.ids)
        self.groups = [self.material.groups[i] for i in self.ids]
        self._kernels, self._seed = kernels, seed
        row = {each: place for place, each in enumerate(self.ids)}
        self._folds = [
            (sorted(row[i] for i in (*part.train, *part.validation)), [row[i] for i in part.test])
            for part in fold_parts(self.material, config)
        ]

    def screened(self, candidate: Candidate) -> Judgement:
        """By inner folds of the people whom the first outer fold does not test."""
        kernels = self._kernels.of(candidate, self.ids)
        rest, _ = self._folds[0]
        scores, added = self._out_of_fold(kernels, candidate, rest)
        return self._judged(rest, scores + added)

    def measured(self, candidate: Candidate) -> Judgement:
        """On the test people of every outer fold, pooled."""
        kernels = self._kernels.of(candidate, self.ids)
        scores = []
        for rest, test in self._folds:
            _, added = self._out_of_fold(kernels, candidate, rest)
            scores.append(self._asked(kernels, candidate, rest, test) + added)
        return self._judged(
            [row for _, test in self._folds for row in test], np.concatenate(scores)
        )

    def _out_of_fold(
        self, kernels: list[Array], candidate: Candidate, rest: list[int]
    ) -> tuple[Array, Array]:
        """Scores of the samples `rest` by inner folds, and what levels the classes."""
        place = {row: at for at, row in enumerate(rest)}
        answers = {row: self.material.classes[self.truth[row]] for row in rest}
        groups = {row: self.groups[row] for row in rest}
        scores = np.empty((len(rest), len(self.material.classes)), np.float32)
        for learned, held in folds_by_group(answers, groups, INNER, self._seed):
            found = self._asked(kernels, candidate, learned, held)
            scores[[place[row] for row in held]] = found
        return scores, np.float32(LEVEL) * level(self.truth[rest], scores)

    def _asked(
        self,
        kernels: list[Array],
        candidate: Candidate,
        learned: Iterable[int],
        asked: Iterable[int],
    ) -> Array:
        learned, asked = list(learned), list(asked)
        classes = len(self.material.classes)
        targets = np.where(self.truth[learned][:, None] == np.arange(classes), 1.0, -1.0)
        weights = class_weights(self.truth[learned], classes, balance=candidate.balance)
        found = [
            ridge_scores(
                kernel[np.ix_(learned, learned)],
                kernel[np.ix_(asked, learned)],
                targets.astype(np.float32),
                weights,
                candidate.penalty,
            )
            for kernel in kernels
        ]
        return np.sum(found, axis=0, dtype=np.float32)

    def _judged(self, rows: Sequence[int], scores: Array) -> Judgement:
        groups = [self.groups[row] for row in rows]
        probabilities = softmax(scores).astype(np.float32)
        return judge(self.truth[list(rows)], probabilities, groups, self.material.classes)


def imported(folder: Path, faces: Path) -> Dataset:
    """The dataset of a folder, with the images and both tasks of FACES."""
    dataset = Dataset.open_or_create(folder)
    for task, csv in (("expression", "labels.csv"), ("sex", "sex.csv")):
        options = ImportOptions(task=task, csv=faces / csv, group_pattern=r"^(.+)_\d+\.")
        import_images(dataset, faces / "images", options)
    return dataset


def _share(value: float, ends: Interval) -> str:
    return f"{100 * value:.1f} ({100 * ends.low:.1f} to {100 * ends.high:.1f})"


def _row(first: Sequence[object], found: Judgement, seconds: float) -> str:
    cells = (
        *first,
        _share(found.balanced_accuracy, found.interval),
        _share(found.accuracy, found.accuracy_interval),
        f"{100 * found.macro_f1:.1f}",
        f"{seconds:.0f}",
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def _header(*first: str) -> str:
    names = (*first, "balanced %", "plain %", "macro-F1 %", "seconds")
    return f"| {' | '.join(names)} |\n|{' --- |' * len(names)}"


def screen(trial: Trial, candidates: Iterable[Candidate]) -> list[tuple[float, Candidate]]:
    """Print what inner folds say of each candidate; balanced accuracies, the best first."""
    print(_header("candidate, by inner folds"), flush=True)
    found = []
    for candidate in candidates:
        started = time.monotonic()
        judged = trial.screened(candidate)
        print(_row([candidate.name], judged, time.monotonic() - started), flush=True)
        found.append((judged.balanced_accuracy, candidate))
    return sorted(found, key=lambda each: -each[0])


def measure(
    dataset: Dataset, kernels: Kernels, best: Sequence[Candidate], seeds: int, folds: int
) -> None:
    """Print what test people say of the best, in every task and with every seed."""
    print(_header("task", "candidate", "seed"), flush=True)
    for seed in range(seeds):
        for task in TASKS:
            trial = Trial(dataset, kernels, task, seed, folds)
            for candidate in best:
                started = time.monotonic()
                judged = trial.measured(candidate)
                row = _row([task, candidate.name, seed], judged, time.monotonic() - started)
                print(row, flush=True)


def main(arguments: Sequence[str] | None = None) -> list[tuple[float, Candidate]]:
    """Screen, measure the best, and give the screening's order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--best", type=int, default=3)
    parser.add_argument("--size", type=int, default=112)
    parser.add_argument("--only", action="append", help="only candidates of this name (repeatable)")
    args = parser.parse_args(arguments)
    chosen = [each for each in CANDIDATES if not args.only or each.name in args.only]
    with ExitStack() as stack:
        folder = args.dataset or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "d"
        dataset = stack.enter_context(imported(folder, args.faces))
        ids = sorted({*dataset.answers("expression"), *dataset.answers("sex")})
        kernels = Kernels(dataset, ids, args.size)
        trial = Trial(dataset, kernels, "five expressions", 0, args.folds)
        found = screen(trial, chosen)
        best = dict.fromkeys([*(each for _, each in found[: args.best]), OWN])
        measure(dataset, kernels, list(best), args.seeds, args.folds)
    return found


if __name__ == "__main__":
    main()
