"""How often the faces of the benchmark's video are read as they are labelled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.bench_accuracy import FIVE, share
from benchmarks.build_starter import RECIPE
from benchmarks.live_scene import Actor, placed
from faceapp.dataset import Dataset
from faceapp.dataset.runs import finished_runs
from faceapp.training.evaluation import Judgement, judge
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import Recipe
from faceapp.training.records import read_predictions, read_run
from faceapp.training.trainer import train

# Of each frame, the faces that were found: their box, and the score of each class.
Seen = Sequence[Sequence[tuple[Sequence[float], Mapping[str, float]]]]


@dataclass(frozen=True)
class Read:
    """What a model or a program saw in the frames, from the first on."""

    name: str
    seen: Seen


def twin_without(
    dataset: Dataset, actors: Sequence[Actor], recipe: Recipe | None = None, folds: int = 5
) -> Path:
    """A model made as the starter is, of everybody but these people; one that is there serves."""
    aside = {actor.group for actor in actors}
    for run in finished_runs(dataset.runs, "expression"):
        groups = {each.group for each in read_predictions(run).values()}
        if not groups & aside and set(read_run(run).classes) == set(FIVE):
            return run
    groups_of = dataset.groups()
    theirs = [sample for sample, group in groups_of.items() if group in aside]
    dataset.quarantine(theirs, "in the benchmark's video")
    config = TrainConfig("expression", recipe or RECIPE, FIVE, folds=folds)
    return train(dataset, config).folder


def report_accuracy(
    reads: Sequence[Read], actors: Sequence[Actor], stretch: float
) -> Iterator[str]:
    """Rows for the frames that all of them read."""
    frames = min(len(each.seen) for each in reads)
    people = len({s.actor.group for n in range(frames) for s in placed(actors, n, stretch)})
    yield f"| on {frames} frames, {people} people | found | balanced %, found | balanced %, all |"
    yield "| --- | ---: | --- | --- |"
    for each in reads:
        found, missed, everything = judged(each.seen[:frames], actors, stretch)
        yield (
            f"| {each.name} | {1 - missed:.1%} | {share(found.balanced_accuracy, found.interval)} "
            f"| {share(everything.balanced_accuracy, everything.interval)} |"
        )


def judged(
    seen: Seen, actors: Sequence[Actor], stretch: float
) -> tuple[Judgement, float, Judgement]:
    """Of the faces found, the share of those missed, and of all, where a missed one is wrong."""
    truth, rows, groups = [], [], []
    for number, faces in enumerate(seen):
        for shown in placed(actors, number, stretch):
            scores = next((said for box, said in faces if shown.holds(box)), None)
            row = [scores.get(name, 0.0) for name in FIVE] if scores else [0.0] * len(FIVE)
            rows.append([*row, 0.0 if scores else 1.0])
            truth.append(FIVE.index(shown.actor.label))
            groups.append(shown.actor.group)
    table = np.array(rows, np.float32)
    there = np.flatnonzero(table[:, -1] == 0)
    found = judge([truth[n] for n in there], table[there, :-1], [groups[n] for n in there], FIVE)
    everything = judge(truth, table, groups, (*FIVE, "missed"))
    return found, 1 - len(there) / len(rows), everything
