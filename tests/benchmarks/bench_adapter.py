"""What an adapter beside the ridge head brings: all tasks and seeds, folds pooled.

    python tests/benchmarks/bench_adapter.py FACES [--dataset DIR] [--seeds 0 1 2] [--task TASK ...]
        [--levels 0.5 0.75 1] [--set KEY=VALUE]

FACES holds images/, labels.csv and sex.csv; the person is the file name less its number. For each
task and seed the people are dealt into five folds. The recipe `faceapp` (with --set) learns from
the others of each fold as a training does: inner folds of those people set temperatures and class
biases, by the share that --levels says. Then it is asked about the fold, on the cached activations
that it learned from (a saved model reads the images again: see bench_accuracy.py). Intervals
resample people. A row a task, seed and level; `--set adapter=0` is the ridge head alone.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.bench_recipes import TASKS, imported
from faceapp.dataset import Dataset
from faceapp.faces import FaceDetector
from faceapp.networks.crops import ensure_faces
from faceapp.networks.weights import find_weights
from faceapp.training.calibration import softmax
from faceapp.training.crossing import Crossed, fit_crossed, level
from faceapp.training.evaluation import Judgement, judge
from faceapp.training.features import FeatureReader, TrainingFeatures
from faceapp.training.heads import HeadData, Looks
from faceapp.training.material import Material, TrainConfig, fold_parts, gather
from faceapp.training.recipes import Recipe, recipe_named

Array = NDArray[np.float32]
FOLDS = 5


@dataclass(frozen=True, eq=False)
class Asked:
    """Scores of the test samples of one fold, and by which levels they would be levelled."""

    ids: Sequence[int]
    scores: Array
    added: Array


def answered(crossed: Crossed, test: HeadData) -> Array:
    """(N, C) scores of samples that are the training ones of `test`: features, then the adapter's.

    Every view is asked, and the mean taken, as the saved model does.
    """
    if crossed.adapter is None:
        return crossed.head.scores(test.views[0])
    assert test.looks is not None
    adapter, shapes = crossed.adapter, test.looks.shapes
    found = [
        crossed.head.scores(np.concatenate([part, adapter.features(part, shapes)], axis=1))
        for view in test.looks.views
        for part in [view.astype(np.float32)]
    ]
    return np.mean(found, axis=0, dtype=np.float32)


def pooled(features: TrainingFeatures, material: Material, config: TrainConfig) -> list[Asked]:
    """What is said of each fold's people by a head that learned from the others."""
    found = []
    recipe: Recipe = config.recipe
    for part in fold_parts(material, config):
        data = features.head_data(material, part, recipe, config.seed)
        asked = replace(part, train=part.test, validation=())
        looks = Looks(features.apart.of(asked.train), features.shapes) if features.apart else None
        test = HeadData(
            views=(features.plain(asked.train),),
            truth=material.truths(asked.train),
            validation=data.validation[:0],
            validation_truth=data.validation_truth[:0],
            classes=data.classes,
            looks=looks,
        )
        crossed = fit_crossed(data, recipe, seed=config.seed)
        added = level(crossed.truth, crossed.scores)
        found.append(Asked(part.test, answered(crossed, test), added))
    return found


def judged(material: Material, asked: Sequence[Asked], share: float) -> Judgement:
    """All folds together, with class biases by that share."""
    ids = [i for each in asked for i in each.ids]
    scores = np.concatenate([each.scores + np.float32(share) * each.added for each in asked])
    groups = [material.groups[i] for i in ids]
    probabilities = softmax(scores).astype(np.float32)
    return judge(material.truths(ids), probabilities, groups, material.classes)


def rows(
    dataset: Dataset, recipe: Recipe, task: str, seed: int, levels: Sequence[float]
) -> Iterator[str]:
    """Lines of a table, a level each."""
    started = time.monotonic()
    name, classes = TASKS[task]
    config = TrainConfig(name, recipe, classes, folds=FOLDS, seed=seed)
    material = gather(dataset, config)
    ensure_faces(dataset, material.ids, FaceDetector())
    reader = FeatureReader(dataset, recipe, find_weights())
    features = reader.read(fold_parts(material, config))
    known = set(features.known(material.ids))
    material = material.without(i for i in material.ids if i not in known)
    found = pooled(features, material, config)
    seconds = time.monotonic() - started
    for share in levels:
        result = judged(material, found, share)
        low, high = 100 * result.interval.low, 100 * result.interval.high
        cells = (
            task,
            f"{seed}",
            f"{share:g}",
            f"{100 * result.balanced_accuracy:.1f} ({low:.1f} to {high:.1f})",
            f"{100 * result.accuracy:.1f}",
            f"{seconds:.0f}",
        )
        yield "| " + " | ".join(cells) + " |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--task", action="append", choices=list(TASKS))
    parser.add_argument("--levels", type=float, nargs="+", default=[0.5, 0.75, 1.0])
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    args = parser.parse_args(arguments)
    settings = dict(each.split("=", 1) for each in args.set)
    recipe = recipe_named("faceapp").with_settings({"adapter": "64", **settings})
    with ExitStack() as stack:
        folder = args.dataset or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "d"
        dataset = stack.enter_context(imported(folder, args.faces))
        print("| task | seed | level | balanced % | plain % | seconds |")
        print("| --- | --- | --- | --- | --- | --- |", flush=True)
        for seed in args.seeds:
            for task in args.task or TASKS:
                for row in rows(dataset, recipe, task, seed, args.levels):
                    print(row, flush=True)


if __name__ == "__main__":
    main()
