"""How accuracy and time grow with the samples, with a cold and a warm cache: a table and a plot.

    python tests/benchmarks/bench_growth.py FACES [--sizes 250 1000 3000] [--seeds 0 1 2]
        [--results FILE] [--plot PNG] [--set KEY=VALUE]

FACES holds images/ and labels.csv; the person is the file name less its number. With each seed some
people are put aside as a test that no training touches; each size is a dataset of whole other
people, every class with its share, and the smaller sizes lie within the larger. `faceapp train`
then runs in a process of its own, twice: on a dataset that nobody looked at yet (cold: finding
faces, caching activations, fitting, judging its own test part) and again (warm, first seed only);
`faceapp evaluate` judges that model on the people put aside. Times are of the whole command. A
file of results is added to, so that sizes and seeds can be measured one by one. About six minutes a
seed on two idle cores.
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
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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
COLUMNS = ("image", "label", "person")
_COLD, _WARM, _FIGURE = "#D55E00", "#0072B2", "#009E73"  # Okabe & Ito, told apart by everybody


@dataclass(frozen=True)
class Row:
    """One size with one seed; times in seconds, accuracies and interval 0..1 on the people aside.

    `learned` images are those that the head learned from; the others of `images` were the
    training's own test. `warm` is None where it was not measured.
    """

    size: int
    seed: int
    images: int
    people: int
    learned: int
    cold: float
    warm: float | None
    balanced: float
    plain: float
    interval: tuple[float, float]
    aside: int
    people_aside: int


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
    folder.mkdir(parents=True)
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


def measured(
    where: Path, table: Path, aside: Path, key: tuple[int, int], settings: Sequence[str], warm: bool
) -> Row:
    """Train on the images beside a CSV, and judge on those beside another one."""
    size, seed = key
    folder = where / "dataset"
    options = ImportOptions(task=TASK, csv=table, label_column="label", group_column="person")
    with Dataset.create(folder) as dataset:
        import_images(dataset, table.with_suffix(""), options)
    words = ["train", folder, "--task", TASK, "--classes", ",".join(FIVE), "--recipe", DEFAULT]
    words += ["--seed", seed]
    for setting in settings:
        words += ["--set", setting]
    trained, cold = faceapp(*words)
    again = faceapp(*words)[1] if warm else None
    columns = ("--label-column", "label", "--group-column", "person")
    run = trained["run"]
    told, _ = faceapp("evaluate", run, aside.with_suffix(""), "--labels", aside, *columns)
    split = trained["split"]
    people = _people(table)
    return Row(
        size=size,
        seed=seed,
        images=len(people),
        people=len(set(people)),
        learned=split["train"]["images"] + split["validation"]["images"],
        cold=cold,
        warm=again,
        balanced=told["balanced_accuracy"],
        plain=told["accuracy"],
        interval=(told["interval"][0], told["interval"][1]),
        aside=told["n"],
        people_aside=len(set(_people(aside))),
    )


def _people(table: Path) -> list[str]:
    """The person of each image."""
    with table.open(encoding="utf-8", newline="") as file:
        return [row["person"] for row in csv.DictReader(file)]


def kept(file: Path | None) -> dict[tuple[int, int], Row]:
    """The rows that a file holds, by size and seed."""
    if file is None or not file.exists():
        return {}
    found = [Row(**each) for each in json.loads(file.read_text(encoding="utf-8"))]
    return {(row.size, row.seed): row for row in found}


def table_of(rows: Sequence[Row]) -> str:
    """Markdown, a line a size: times of the first seed, accuracies of all."""
    names = "samples | people | learned from | cold cache, s | warm cache, s | balanced % | plain %"
    lines = [f"| {names} |", "| ---: | ---: | ---: | ---: | ---: | --- | --- |"]
    for size, some in by_size(rows).items():
        first = some[0]
        low, high = (100 * end for end in first.interval)
        cells = (
            f"{size:,}",
            f"{first.people:,}",
            f"{first.learned:,}",
            f"{first.cold:.0f}",
            "" if first.warm is None else f"{first.warm:.0f}",
            f"{_several([row.balanced for row in some])} ({low:.1f} to {high:.1f})",
            _several([row.plain for row in some]),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _several(shares: Sequence[float]) -> str:
    """Their mean, then each, in percent."""
    words = [f"{100 * share:.1f}" for share in shares]
    return f"{100 * sum(shares) / len(shares):.1f}: {', '.join(words)}" if words[1:] else words[0]


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
    sizes = list(by_size(rows))
    means = [sum(r.balanced for r in some) / len(some) for some in by_size(rows).values()]
    left.plot(sizes, [100 * mean for mean in means], color=_FIGURE, label="mean of the seeds")
    left.scatter(
        [row.size for row in rows], [100 * row.balanced for row in rows], s=18, color=_FIGURE
    )
    for size, some in by_size(rows).items():
        left.plot([size, size], [100 * end for end in some[0].interval], color=_FIGURE, alpha=0.4)
    left.axhline(100 / len(FIVE), color="grey", linestyle=":", label="chance")
    left.set_title("Balanced accuracy on people put aside, %", loc="left", fontsize=10)
    left.set_ylim(0, 100)
    firsts = [some[0] for some in by_size(rows).values()]
    right.plot(sizes, [row.cold for row in firsts], "o-", color=_COLD, label="cold cache")
    warm = [row for row in firsts if row.warm is not None]
    right.plot(
        [row.size for row in warm],
        [row.warm or 0 for row in warm],
        "o--",
        color=_WARM,
        label="warm cache",
    )
    right.set_title("One training, seconds", loc="left", fontsize=10)
    right.set_ylim(bottom=0)
    for axes in (left, right):
        axes.set_xlabel("samples")
        axes.set_xlim(left=0)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
        axes.legend(frameon=False, loc="lower right" if axes is left else "upper left")
    return png_of(figure)


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Measure what is asked for, and show all that is known by then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="to be measured")
    parser.add_argument("--of", type=int, nargs="+", help="all sizes, if some are measured alone")
    parser.add_argument("--seeds", type=int, nargs="*", default=(0, 1, 2))
    parser.add_argument("--results", type=Path, help="JSON file of rows, which is added to")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    args = parser.parse_args(arguments)
    rows = kept(args.results)
    with tempfile.TemporaryDirectory() as scratch:
        wanted = [(size, seed) for seed in args.seeds for size in args.sizes]
        for (size, seed), row in _rows(args, Path(scratch), wanted):
            rows[size, seed] = row
            print(json.dumps(asdict(row)), file=sys.stderr, flush=True)
            if args.results:
                text = json.dumps([asdict(each) for each in rows.values()], indent=1)
                args.results.write_text(text, encoding="utf-8")
    found = list(rows.values())
    print(table_of(found))
    if args.plot:
        args.plot.write_bytes(plotted(found))
    return found


def _rows(args: argparse.Namespace, scratch: Path, wanted: Sequence[tuple[int, int]]) -> Any:
    """Each wanted size and seed with what was measured of it."""
    if not wanted:
        return
    with imported(scratch / "all", args.faces) as dataset:
        material = gather(dataset, TrainConfig(TASK, recipe_named(DEFAULT), FIVE))
        for size, seed in wanted:
            where = scratch / f"{size}-{seed}"
            aside, chosen = subsets(material, args.of or args.sizes, seed)
            tables = [
                written(dataset, material, ids, where / name)
                for name, ids in (("learned", chosen[size]), ("aside", aside))
            ]
            warm = seed == min(args.seeds)
            row = measured(where, *tables, (size, seed), args.set, warm)
            shutil.rmtree(where)
            yield (size, seed), row


if __name__ == "__main__":
    main()
