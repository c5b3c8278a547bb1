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
Some look at other crops as well, whose products are averaged with the others' (another size, a
wider or a tighter margin), or learn from augmented views beside the plain one; "mean of 4 heads"
are heads that each saw three quarters of the people, whose mean is one linear head again; "softened
labels" are in part what heads said of people whom they had not seen. Other crops and views are only
computed for the people of the screening, unless they are among the best.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.dataset.splits import folds_by_group
from faceapp.faces import FaceDetector
from faceapp.jobs import Job
from faceapp.networks.activations import Crop, View
from faceapp.networks.crops import ensure_faces
from faceapp.networks.weights import find_weights
from faceapp.training.augmentation import Augmentation
from faceapp.training.calibration import fit_temperature, softmax
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
# Small changes: the landmarks have laid the face where it belongs.
GENTLE = Augmentation(rotation=6, shift=0.03, shear=0, zoom=0.06, channel=12)


@dataclass(frozen=True)
class Sight:
    """How a face is seen: pixels of a side (None takes --size), how large it is, and mirrored."""

    size: int | None = None
    scale: float = 2.1
    mirror: bool = True

    @property
    def name(self) -> str:
        """Words for the table."""
        words = [f"{self.size} px"] if self.size else []
        words += [f"scale {self.scale:g}"] if self.scale != Sight.scale else []
        words += [] if self.mirror else ["without the mirror image"]
        return " ".join(words) or "the usual crop"


USUAL = Sight()


@dataclass(frozen=True)
class Candidate:
    """Blocks of VGG16 whose kernels are averaged, and what is made of them.

    `sights` are the crops that it sees, `views` how many augmented ones it learns from besides;
    `heads` above 1 takes the mean of so many, each without a fold of the people; `softened` is the
    share 0..1 of a label that is what others' heads say.
    """

    blocks: str
    way: str = "linear"
    penalty: float = 1.0
    sharpness: float = 0.3
    balance: bool = True
    sights: tuple[Sight, ...] = (USUAL,)
    views: int = 0
    heads: int = 1
    softened: float = 0.0

    @property
    def name(self) -> str:
        """Words for the table."""
        words = [f"block {'+'.join(self.blocks)}", self.way, f"penalty {self.penalty:g}"]
        words += [f"sharpness {self.sharpness:g}"] if self.way != "linear" else []
        words += [] if self.balance else ["unbalanced"]
        if self.sights != (USUAL,):
            words.append(" and ".join(sight.name for sight in self.sights))
        words += [f"{self.views} augmented views"] if self.views else []
        words += [f"mean of {self.heads} heads"] if self.heads > 1 else []
        words += [f"labels softened by {self.softened:g}"] if self.softened else []
        return ", ".join(words)


CANDIDATES = (
    *(Candidate(blocks) for blocks in ("3", "4", "5", "34", "45", "345")),
    *(Candidate("34", penalty=penalty) for penalty in (0.3, 3.0)),
    Candidate("34", balance=False),
    *(Candidate(blocks, "smooth", 0.5) for blocks in ("4", "34", "345")),
    Candidate("4", "smooth", 0.5, balance=False),
    Candidate("34", "smooth", 0.2, 0.1),
    Candidate("34", "smooth", 0.5, 1.0),
    Candidate("34", "joined"),
    *(Candidate(blocks, sights=(Sight(mirror=False),)) for blocks in ("3", "4", "34")),
    Candidate("34", heads=4),
    *(Candidate("34", softened=share) for share in (0.3, 0.6)),
    *(Candidate("34", sights=(USUAL, Sight(scale=scale))) for scale in (1.6, 2.8)),
    Candidate("34", views=2),
    Candidate("34", sights=(Sight(224),)),
)


# What the recipe `faceapp` is, measured beside the best whichever they are.
OWN = Candidate("34")


class Kernels:
    """Products of all pairs of samples in each block, from the activation cache of a dataset.

    Those of the usual crop are of all samples; others are made when somebody asks, of the samples
    asked for.
    """

    def __init__(self, dataset: Dataset, ids: Sequence[int], size: int) -> None:
        self._dataset, self._size = dataset, size
        ensure_faces(dataset, ids, FaceDetector())
        usual = self._made(USUAL, ids, 0)
        self.ids = usual.ids
        self._known = {(USUAL, 0): usual}

    def of(self, candidate: Candidate, ids: Sequence[int]) -> list[Array]:
        """The kernels of a candidate between some samples; two, linear and smooth, if joined.

        With V augmented views (N (1 + V), N (1 + V)): plain ones, then every sample's first view,
        and so on.
        """
        parts = [
            self._between(sight, ids, candidate.views).of(block, ids)
            for sight in candidate.sights
            for block in candidate.blocks
        ]
        linear = np.mean(parts, axis=0, dtype=np.float32)
        if candidate.way == "linear":
            return [linear]
        own = np.diag(linear)
        distance = np.maximum(own[:, None] + own - 2 * linear, 0)
        smooth = np.exp(np.float32(-candidate.sharpness) * distance)
        return [smooth] if candidate.way == "smooth" else [linear, smooth]

    def _between(self, sight: Sight, ids: Sequence[int], views: int) -> _Between:
        known = self._known.get((sight, views))
        if known is None or not set(ids) <= set(known.ids):
            known = self._known[sight, views] = self._made(sight, ids, views)
        return known

    def _made(self, sight: Sight, ids: Sequence[int], views: int) -> _Between:
        settings = {"cut": "+".join(LAYERS), "pool": "mean7", "scale": str(sight.scale)}
        settings |= {"size": str(sight.size or self._size), "mirror": str(sight.mirror)}
        recipe = recipe_named("faceapp").with_settings(settings)
        reader = FeatureReader(self._dataset, recipe, find_weights())
        features = reader.read([Parts((), tuple(ids), ())])
        read = features.known(ids)
        whole = [features.plain(read)]
        if views:
            whole += reader._table(read, _augmented(views), Job()).of(read)
        ends = np.cumsum(features.widths)[:-1]
        blocks = {
            layer[5]: _products(np.concatenate([part[place] for part in split]))
            for place, layer in enumerate(LAYERS)
            for split in [[np.split(view, ends, axis=1) for view in whole]]
        }
        return _Between(read, blocks)


@dataclass(frozen=True, eq=False)
class _Between:
    """Products between samples, a matrix a block; further views come after all plain ones."""

    ids: list[int]
    blocks: dict[str, Array]

    def of(self, block: str, ids: Sequence[int]) -> Array:
        """A block's between some of them."""
        products, row = self.blocks[block], {each: place for place, each in enumerate(self.ids)}
        views = len(products) // len(self.ids)
        rows = [view * len(self.ids) + row[i] for view in range(views) for i in ids]
        return products[np.ix_(rows, rows)]


def _augmented(views: int) -> list[View]:
    return [View(f"gentle {GENTLE.key} number {n}", partial(_view, n)) for n in range(views)]


def _view(number: int, crop: Crop, content: str) -> NDArray[np.uint8]:
    return GENTLE.view(crop, sample=content, number=number)


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
        self._kernels, self._seed = kernels, seed
        self._folds = [
            (sorted((*part.train, *part.validation)), part.test)
            for part in fold_parts(self.material, config)
        ]

    def screened(self, candidate: Candidate) -> Judgement:
        """By inner folds of the people whom the first outer fold does not test."""
        rest, _ = self._folds[0]
        some = Some(self.material, rest, self._seed)
        scores, added = some.out_of_fold(self._kernels.of(candidate, rest), candidate)
        return some.judged(range(len(rest)), scores + added)

    def measured(self, candidate: Candidate) -> Judgement:
        """On the test people of every outer fold, pooled."""
        everybody = Some(self.material, self.material.ids, self._seed)
        kernels = self._kernels.of(candidate, everybody.ids)
        place = {each: row for row, each in enumerate(everybody.ids)}
        tested, scores = list[int](), list[Array]()
        for rest, test in self._folds:
            learned, asked = [place[i] for i in rest], [place[i] for i in test]
            _, added = everybody.out_of_fold(kernels, candidate, learned)
            scores.append(everybody.asked(kernels, candidate, learned, asked) + added)
            tested += asked
        return everybody.judged(tested, np.concatenate(scores))


class Some:
    """Some samples, which are rows of their kernels, and what heads say of them."""

    def __init__(self, material: Material, ids: Sequence[int], seed: int) -> None:
        self.ids = ids
        self._classes, self._seed = material.classes, seed
        self._truth = material.truths(ids)
        self._groups = [material.groups[i] for i in ids]

    def out_of_fold(
        self, kernels: list[Array], candidate: Candidate, rows: Sequence[int] | None = None
    ) -> tuple[Array, Array]:
        """Scores of the rows (None: all) by inner folds, and what levels the classes."""
        rows = range(len(self.ids)) if rows is None else rows
        place = {row: at for at, row in enumerate(rows)}
        scores = np.empty((len(rows), len(self._classes)), np.float32)
        for learned, held in self._folds_of(rows, INNER):
            scores[[place[row] for row in held]] = self.asked(kernels, candidate, learned, held)
        return scores, np.float32(LEVEL) * level(self._truth[list(rows)], scores)

    def asked(
        self,
        kernels: list[Array],
        candidate: Candidate,
        learned: Iterable[int],
        asked: Iterable[int],
    ) -> Array:
        """Scores of the rows `asked` by heads that learned from the rows `learned`."""
        learned, asked = list(learned), list(asked)
        if candidate.heads > 1:
            one = replace(candidate, heads=1)
            rests = [rest for rest, _ in self._folds_of(learned, candidate.heads)]
            found = [self.asked(kernels, one, rest, asked) for rest in rests]
            return np.mean(found, axis=0, dtype=np.float32)
        targets = self._targets(kernels, candidate, learned)
        weights = class_weights(self._truth[learned], len(self._classes), balance=candidate.balance)
        # The views of a sample lie as far apart as there are samples, and share its weight.
        starts = range(0, (1 + candidate.views) * len(self.ids), len(self.ids))
        rows = [start + row for start in starts for row in learned]
        found = [
            ridge_scores(
                kernel[np.ix_(rows, rows)],
                kernel[np.ix_(asked, rows)],
                np.tile(targets, (1 + candidate.views, 1)),
                np.tile(weights, 1 + candidate.views) / np.float32(1 + candidate.views),
                candidate.penalty,
            )
            for kernel in kernels
        ]
        return np.sum(found, axis=0, dtype=np.float32)

    def _targets(self, kernels: list[Array], candidate: Candidate, learned: list[int]) -> Array:
        """-1 and +1, or what is between where labels are softened."""
        classes = len(self._classes)
        truth = self._truth[learned]
        targets = np.where(truth[:, None] == np.arange(classes), 1.0, -1.0).astype(np.float32)
        if not candidate.softened:
            return targets
        hard, place = replace(candidate, softened=0.0), {row: n for n, row in enumerate(learned)}
        scores = np.empty_like(targets)
        for rest, held in self._folds_of(learned, INNER):
            scores[[place[row] for row in held]] = self.asked(kernels, hard, rest, held)
        said = 2 * softmax(scores / fit_temperature(truth, scores)) - 1
        share = np.float32(candidate.softened)
        return (1 - share) * targets + share * said.astype(np.float32)

    def _folds_of(
        self, rows: Sequence[int], folds: int
    ) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        answers = {row: self._classes[self._truth[row]] for row in rows}
        return folds_by_group(answers, {row: self._groups[row] for row in rows}, folds, self._seed)

    def judged(self, rows: Sequence[int], scores: Array) -> Judgement:
        """What the scores of some rows are worth."""
        groups = [self._groups[row] for row in rows]
        probabilities = softmax(scores).astype(np.float32)
        return judge(self._truth[list(rows)], probabilities, groups, self._classes)


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
