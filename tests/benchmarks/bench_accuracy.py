"""How well the recipes read real faces: pooled person-disjoint cross-validation, one table.

    python tests/benchmarks/bench_accuracy.py FACES [--dataset DIR] [--folds 5] [--row ROW]

FACES holds images/, labels.csv and sex.csv; the person is the file name less its number. Every
figure comes from saved models run end to end on people they never saw; intervals resample people.
A dataset that is kept (--dataset) keeps its cached activations for the next time. About an hour on
two cores for all rows.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.training.evaluation import Interval
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import recipe_named
from faceapp.training.trainer import train

FIVE = ("neutral", "happy", "sad", "angry", "surprised")
# name: task, classes, recipe
ROWS = {
    "expression-faceapp": ("expression", FIVE, "faceapp"),
    "no-neutral-faceapp": ("expression", FIVE[1:], "faceapp"),
    "happy-angry-faceapp": ("expression", ("happy", "angry"), "faceapp"),
    "sex-faceapp": ("sex", None, "faceapp"),
    "expression-quick": ("expression", FIVE, "quick"),
    "expression-study": ("expression", FIVE, "study"),
}


def imported(folder: Path, faces: Path) -> Dataset:
    dataset = Dataset.open_or_create(folder)
    for task, csv in (("expression", "labels.csv"), ("sex", "sex.csv")):
        options = ImportOptions(task=task, csv=faces / csv, group_pattern=r"^(.+)_\d+\.")
        import_images(dataset, faces / "images", options)
    return dataset


def share(value: float, ends: Interval) -> str:
    return f"{100 * value:.1f} ({100 * ends.low:.1f} to {100 * ends.high:.1f})"


def settings_for(row: str, changes: list[str]) -> dict[str, str]:
    pairs = [change.removeprefix(f"{row}:") for change in changes if change.startswith(f"{row}:")]
    return dict(pair.split("=", 1) for pair in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--row", action="append", choices=ROWS, help="only this row (repeatable)")
    parser.add_argument("--set", action="append", default=[], metavar="ROW:KEY=VALUE")
    args = parser.parse_args()
    with ExitStack() as stack:
        folder = args.dataset or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "d"
        dataset = stack.enter_context(imported(folder, args.faces))
        print("| task | recipe | n | people | balanced % | plain % | macro-F1 % | seconds |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
        for row in args.row or ROWS:
            task, classes, recipe = ROWS[row]
            started = time.monotonic()
            changed = recipe_named(recipe).with_settings(settings_for(row, args.set))
            config = TrainConfig(task, changed, classes, folds=args.folds, seed=args.seed)
            test = train(dataset, config).result.test
            figures = (
                share(test.balanced_accuracy, test.interval),
                share(test.accuracy, test.accuracy_interval),
                share(test.macro_f1, test.macro_f1_interval),
            )
            seconds = time.monotonic() - started
            cells = (task, recipe, test.n, test.groups, *figures, f"{seconds:.0f}")
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    main()
