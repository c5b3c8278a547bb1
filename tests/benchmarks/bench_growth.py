"""How accuracy and time grow with the samples, with a cold and a warm cache: a table and a plot.

    python tests/benchmarks/bench_growth.py FACES [--sizes 250 1000 3000] [--seeds 0 1 2]
        [--work DIR] [--step prepare|cold|warm|judge ...] [--plot PNG] [--set KEY=VALUE]

FACES holds images/ and labels.csv; the person is the file name less its number. With each seed some
people are put aside as a test that no training touches; each size is a dataset of whole other
people, every class with its share, and the smaller sizes lie within the larger. `faceapp train`
then runs in a process of its own, twice: on a dataset that nobody looked at yet (cold: finding
faces, caching activations, fitting, judging its own test part) and again (warm, first seed only);
`faceapp evaluate` judges that model on the people put aside. Times are of the whole command.

A folder to work in (--work) is kept, so that sizes, seeds and steps can be done one by one, the
timed ones on a machine that does nothing else. About six minutes a seed on two idle cores.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_accuracy import FIVE, imported
from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.dataset.splits import split_by_group
from faceapp.training.material import Material, TrainConfig, gather
from faceapp.training.plots import figure_of, png_of
from faceapp.training.recipes import DEFAULT, recipe_named

TASK = "expression"
SIZES = (250, 1000, 3000)
STEPS = ("prepare", "cold", "warm", "judge")
COLUMNS = ("image", "label", "person")
_COLD, _WARM, _FIGURE = "#D55E00", "#0072B2", "#009E73"  # Okabe & Ito, told apart by everybody


@dataclass(frozen=True)
class Row:
    """One size with one seed; times in seconds, accuracies and interval 0..1 on the people aside.

    `learned` images are those that the head learned from; the others of `images` were the
    training's own test. What is None was not measured yet.
    """

    size: int
    seed: int
    images: int = 0
    people: int = 0
    learned: int = 0
    run: str = ""
    cold: float | None = None
    warm: float | None = None
    balanced: float | None = None
    plain: float | None = None
    interval: Sequence[float] = ()
    aside: int = 0


def subsets(
    material: Material, sizes: Sequence[int], seed: int
) -> tuple[tuple[int, ...], dict[int, tuple[int, ...]]]:
    """Samples of the people put aside, and those of each size, of whole people each.

    The largest size decides how many are put aside: whatever it leaves.
    """
    left = material.ids
    aside: tuple[int, ...] = ()
    found: dict[int, tuple[int, ...]] = {}
    for size in sorted(sizes, reverse=True):
        answers = {i: material.classes[material.truth[i]] for i in left}
        ratios = (float(size), 0.0, float(len(left) - size))
        split = split_by_group(answers, material.groups, ratios=ratios, seed=seed)
        aside = aside or split.test
        found[size] = left = split.train
    return aside, found


def written(dataset: Dataset, material: Material, ids: Sequence[int], folder: Path) -> Path:
    """The images of some samples in a folder, and beside it the CSV of their labels and people."""
    folder.mkdir(parents=True, exist_ok=True)
    table = folder.with_suffix(".csv")
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for sample in dataset.by_ids(ids):
            name = f"{sample.id}{Path(sample.name).suffix}"
            shutil.copyfile(dataset.folder / sample.path, folder / name)
            truth = material.classes[material.truth[sample.id]]
            rows.writerow((name, truth, material.groups[sample.id]))
    return table


def faceapp(*words: object) -> tuple[dict[str, Any], float]:
    """What a command of faceapp prints, and the seconds that it took."""
    started = time.monotonic()
    command = [sys.executable, "-m", "faceapp", *map(str, words), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer, time.monotonic() - started


class Piece:
    """One size with one seed, a step after the other, in a folder of its own."""

    def __init__(self, work: Path, size: int, seed: int, settings: Sequence[str]) -> None:
        self.folder = work / f"{size}-{seed}"
        self._settings = settings
        self._file = self.folder / "row.json"
        self.row = Row(size, seed)
        if self._file.exists():
            self.row = Row(**json.loads(self._file.read_text(encoding="utf-8")))

    def do(self, step: str) -> None:
        """Do a step, and keep what it found."""
        steps: dict[str, Callable[[], dict[str, Any]]] = {
            "cold": self._cold,
            "warm": self._warm,
            "judge": self._judge,
        }
        self._keep(**steps[step]())

    def _keep(self, **found: Any) -> None:
        self.row = replace(self.row, **found)
        self._file.write_text(json.dumps(asdict(self.row)), encoding="utf-8")
        print(json.dumps(asdict(self.row)), file=sys.stderr, flush=True)

    def prepare(self, everything: Dataset, material: Material, sizes: Sequence[int]) -> None:
        """Put the samples into a dataset, and those aside beside it."""
        aside, chosen = subsets(material, sizes, self.row.seed)
        written(everything, material, aside, self.folder / "aside")
        mine = chosen[self.row.size]
        table = written(everything, material, mine, self.folder / "learned")
        options = ImportOptions(task=TASK, csv=table, label_column="label", group_column="person")
        with Dataset.create(self.folder / "dataset") as dataset:
            import_images(dataset, table.with_suffix(""), options)
        self._keep(images=len(mine), people=len({material.groups[i] for i in mine}))

    def _train(self) -> tuple[dict[str, Any], float]:
        words = ["train", self.folder / "dataset", "--task", TASK, "--classes", ",".join(FIVE)]
        words += ["--recipe", DEFAULT, "--seed", self.row.seed]
        for setting in self._settings:
            words += ["--set", setting]
        return faceapp(*words)

    def _cold(self) -> dict[str, Any]:
        trained, seconds = self._train()
        split = trained["split"]
        learned = split["train"]["images"] + split["validation"]["images"]
        return {"cold": seconds, "run": Path(trained["run"]).name, "learned": learned}

    def _warm(self) -> dict[str, Any]:
        return {"warm": self._train()[1]}

    def _judge(self) -> dict[str, Any]:
        run, aside = self.folder / "dataset" / "runs" / self.row.run, self.folder / "aside"
        labels = ("--labels", aside.with_suffix(".csv"), "--label-column", "label")
        told, _ = faceapp("evaluate", run, aside, *labels, "--group-column", "person")
        return {
            "balanced": told["balanced_accuracy"],
            "plain": told["accuracy"],
            "interval": told["interval"],
            "aside": told["n"],
        }


def table_of(rows: Sequence[Row]) -> str:
    """Markdown, a line a size: times of the first seed, accuracies of all."""
    names = "samples | people | learned from | cold cache, s | warm cache, s | balanced % | plain %"
    lines = [f"| {names} |", "| ---: | ---: | ---: | ---: | ---: | --- | --- |"]
    for size, some in by_size(rows).items():
        first = some[0]
        ends = " to ".join(f"{100 * end:.1f}" for end in first.interval)
        cells = (
            f"{size:,}",
            f"{first.people:,}",
            f"{first.learned:,}",
            "" if first.cold is None else f"{first.cold:.0f}",
            "" if first.warm is None else f"{first.warm:.0f}",
            f"{_several([row.balanced for row in some])} ({ends})" if ends else "",
            _several([row.plain for row in some]),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _several(shares: Sequence[float | None]) -> str:
    """Their mean, then each, in percent."""
    known = [100 * share for share in shares if share is not None]
    words = [f"{share:.1f}" for share in known]
    return f"{sum(known) / len(known):.1f}: {', '.join(words)}" if words[1:] else "".join(words)


def by_size(rows: Sequence[Row]) -> Mapping[int, list[Row]]:
    """The rows of each size, smallest first, each by seed."""
    found: dict[int, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (row.size, row.seed)):
        found.setdefault(row.size, []).append(row)
    return found


def plotted(rows: Sequence[Row]) -> bytes:
    """Accuracy with each seed as a dot, and times, over the number of samples, as PNG."""
    figure = figure_of(9, 3.6)
    left, right = figure.subplots(1, 2)
    judged = by_size([row for row in rows if row.balanced is not None])
    for size, some in judged.items():
        shares = [100 * (row.balanced or 0) for row in some]
        left.scatter([size] * len(some), shares, s=18, color=_FIGURE)
        left.plot([size, size], [100 * end for end in some[0].interval], color=_FIGURE, alpha=0.4)
    means = [sum(100 * (r.balanced or 0) for r in some) / len(some) for some in judged.values()]
    left.plot(list(judged), means, color=_FIGURE, label="mean of the seeds")
    left.axhline(100 / len(FIVE), color="grey", linestyle=":", label="chance")
    left.set_title("Balanced accuracy on people put aside, %", loc="left", fontsize=10)
    left.set_ylim(0, 100)
    firsts = [some[0] for some in by_size(rows).values()]
    for kind, style, color in (("cold", "o-", _COLD), ("warm", "o--", _WARM)):
        known = [(row.size, getattr(row, kind)) for row in firsts if getattr(row, kind)]
        right.plot(*zip(*known, strict=True), style, color=color, label=f"{kind} cache")
    right.set_title("One training, seconds", loc="left", fontsize=10)
    right.set_ylim(bottom=0)
    for axes in (left, right):
        axes.set_xlabel("samples")
        axes.set_xlim(left=0)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
        axes.legend(frameon=False, loc="lower right" if axes is left else "upper left")
    return png_of(figure)


def prepare(work: Path, faces: Path, pieces: Sequence[Piece], sizes: Sequence[int]) -> None:
    """Everything that is not timed: a dataset for each piece that has none."""
    lacking = [piece for piece in pieces if not piece.row.images]
    if not lacking:
        return
    with imported(work / "all", faces) as dataset:
        material = gather(dataset, TrainConfig(TASK, recipe_named(DEFAULT), FIVE))
        for piece in lacking:
            shutil.rmtree(piece.folder, ignore_errors=True)
            piece.prepare(dataset, material, sizes)


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Do the steps that are asked for, and show all that is known by then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--only", type=int, nargs="+", help="of these sizes alone")
    parser.add_argument("--seeds", type=int, nargs="+", default=(0, 1, 2))
    parser.add_argument("--step", action="append", choices=STEPS)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    args = parser.parse_args(arguments)
    with ExitStack() as stack:
        work = args.work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        wanted = [(size, seed) for seed in args.seeds for size in args.only or args.sizes]
        pieces = [Piece(work, size, seed, args.set) for size, seed in wanted]
        steps = args.step or STEPS
        if "prepare" in steps:
            prepare(work, args.faces, pieces, args.sizes)
        for piece in pieces:
            for step in STEPS[1:]:
                if step in steps and (step != "warm" or piece.row.seed == min(args.seeds)):
                    piece.do(step)
        every = [json.loads(file.read_text(encoding="utf-8")) for file in work.glob("*/row.json")]
    rows = [Row(**each) for each in every]
    print(table_of(rows))
    if args.plot:
        args.plot.write_bytes(plotted(rows))
    return rows


if __name__ == "__main__":
    main()
