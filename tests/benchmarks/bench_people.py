"""How far groups of like faces are people: pairwise precision and recall against names of files.

    python tests/benchmarks/bench_people.py FOLDER [--dataset DIR] [--pattern '^(.+)_\\d+\\.']
        [--most N] [--seed 0]

FOLDER holds images whose names begin with the person's. The people are dealt into two halves. On
the first the largest threshold is chosen at which precision is at least 0.98, of pairs and by
image; both halves are printed for every threshold. A pair is two images in one group (precision),
or of one person (recall); people with many images have most pairs, so "by image" counts each image
once: the share of its group that shows its person, and of its person's images that are in its group
(B-cubed: Bagga & Baldwin 1998). With --dataset faces and vectors are kept there for the next time.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.faces.embedding import FaceEmbedder
from faceapp.people import DEFAULT_THRESHOLD
from faceapp.people.grouping import cluster
from faceapp.people.vectors import face_vectors

THRESHOLDS = (0.30, 0.35, 0.38, 0.40, 0.42, 0.44, 0.46, 0.48, 0.50, 0.52, 0.55, 0.60)
WANTED_PRECISION = 0.98
PATTERN = r"^(.+)_\d+\."


@dataclass(frozen=True)
class Score:
    """Pairwise and by-image precision and recall, 0..1, and how many groups of two or more."""

    precision: float
    recall: float
    image_precision: float
    image_recall: float
    groups: int


def vectors_of(
    folder: Path, dataset: Path, pattern: str, most: int | None
) -> tuple[NDArray[np.float32], list[str], float]:
    """Vectors of all images with a name and a face, their people, and seconds a face."""
    with Dataset.open_or_create(dataset) as opened:
        import_images(opened, folder, ImportOptions())
        named = {
            sample.id: found[1]
            for sample in opened.samples()
            if (found := re.match(pattern, Path(sample.name).name))
        }
        ids = sorted(named)[:most]
        network = FaceEmbedder()
        started = time.monotonic()
        vectors = face_vectors(opened, ids, network, network.name)
        seconds = time.monotonic() - started
    print(
        f"{len(vectors.ids):,} faces of {len(set(named.values())):,} people; "
        f"{len(vectors.faceless)} images without a face, {len(vectors.unreadable)} unreadable"
    )
    return vectors.rows, [named[each] for each in vectors.ids], seconds


def halves(people: Sequence[str], seed: int) -> tuple[set[str], set[str]]:
    """The people dealt into two halves; those with many images alternately."""
    counts = Counter(people)
    random.Random(seed).shuffle(ordered := sorted(counts))
    ordered.sort(key=lambda each: -counts[each])
    return set(ordered[::2]), set(ordered[1::2])


def score(clusters: Sequence[Sequence[int]], people: Sequence[str]) -> Score:
    """How well clusters of rows are people."""
    whole = Counter(people)
    right = joined = 0
    precise = found = 0.0
    for rows in clusters:
        inside = Counter(people[row] for row in rows)
        joined += _pairs(len(rows))
        right += sum(_pairs(number) for number in inside.values())
        precise += sum(number**2 / len(rows) for number in inside.values())
        found += sum(number**2 / whole[name] for name, number in inside.items())
    there = sum(_pairs(number) for number in whole.values())
    return Score(
        precision=right / joined if joined else 1.0,
        recall=right / there if there else 1.0,
        image_precision=precise / len(people),
        image_recall=found / len(people),
        groups=sum(len(rows) > 1 for rows in clusters),
    )


def _pairs(number: int) -> int:
    return number * (number - 1) // 2


def judge(
    rows: NDArray[np.float32], people: Sequence[str], thresholds: Sequence[float]
) -> dict[float, Score]:
    """The score of every threshold."""
    alone = list(range(len(rows)))
    nobody: list[str | None] = [None] * len(rows)
    return {
        each: score([found.rows for found in cluster(rows, each, alone, nobody)], people)
        for each in thresholds
    }


def chosen(scores: dict[float, Score]) -> float:
    """The largest threshold that is precise enough; the smallest where none is."""
    precise = [
        each
        for each, found in scores.items()
        if min(found.precision, found.image_precision) >= WANTED_PRECISION
    ]
    return max(precise, default=min(scores))


def main(arguments: Sequence[str] | None = None) -> tuple[float, dict[float, Score]]:
    """Run it; returns the threshold chosen on the first half, and the scores of the other."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--pattern", default=PATTERN)
    parser.add_argument("--most", type=int)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        place = asked.dataset or Path(scratch) / "dataset"
        rows, people, seconds = vectors_of(asked.folder, place, asked.pattern, asked.most)
    print(f"faces and vectors: {seconds:.1f} s; both are kept in the dataset")
    started = time.monotonic()
    alone: list[str | None] = [None] * len(rows)
    cluster(rows, DEFAULT_THRESHOLD, list(range(len(rows))), alone)
    print(f"grouping all of them: {time.monotonic() - started:.2f} s\n")
    sides = []
    for half in halves(people, asked.seed):
        of_half = [row for row, name in enumerate(people) if name in half]
        sides.append(judge(rows[of_half], [people[row] for row in of_half], THRESHOLDS))
    best = chosen(sides[0])
    _print(sides, best)
    return best, sides[1]


def _print(sides: Sequence[dict[float, Score]], best: float) -> None:
    title = "pairs P / R | images P / R | groups"
    print(f"| threshold | choosing half: {title} | other half: {title} |")
    print("| ---: |" + " ---: |" * 6)
    lines: dict[float, list[str]] = defaultdict(list)
    for scores in sides:
        for each, found in scores.items():
            lines[each] += [
                f"{found.precision:.3f} / {found.recall:.3f}",
                f"{found.image_precision:.3f} / {found.image_recall:.3f}",
                f"{found.groups}",
            ]
    for each, cells in lines.items():
        mark = " (chosen)" if each == best else ""
        print(f"| {each:.2f}{mark} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
