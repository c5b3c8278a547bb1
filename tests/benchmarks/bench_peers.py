"""faceapp beside FER 25.10.3 on the same faces: one table.

    python tests/benchmarks/bench_peers.py FACES [--fer PYTHON] [--dataset DIR] [--recipe quick]
        [--folds 5] [--run RUN ...] [--set KEY=VALUE ...] [--each]

FACES holds images/, labels.csv and sex.csv. Five expressions are trained and judged in folds by
people, so that faceapp never saw whom it is asked about; --run gives a finished run in place of
that. For fewer classes its probabilities are kept to those asked, as FER's seven scores are; with
--each, a model of just these classes is trained instead. FER, in the environment that --fer names
(see fer_peer.py), finds the face itself; where it finds none it is asked about the whole image.
"found" rows leave out the images in which FER found no face, for both.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_accuracy import FIVE, imported, share
from benchmarks.peers import FerFrame, ask_images, kept_to
from faceapp.dataset import Dataset
from faceapp.training.evaluation import Judgement, judge
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import Recipe, recipe_named
from faceapp.training.records import Answered, read_predictions, read_run
from faceapp.training.trainer import train

SETS = {
    "five expressions": FIVE,
    "four, without neutral": FIVE[1:],
    "happy or angry": ("happy", "angry"),
}


def judged(
    said: Mapping[str, Answered],
    known: Sequence[str],
    classes: Sequence[str],
    fer: Mapping[str, FerFrame] | None,
) -> Judgement:
    """faceapp's answers, of the classes `known`, judged on `classes`; or FER's in their place."""
    asked = {name: each for name, each in said.items() if each.truth in classes}
    rows = [
        fer[name].scores if fer else dict(zip(known, each.probabilities, strict=True))
        for name, each in asked.items()
    ]
    truth = [classes.index(each.truth) for each in asked.values()]
    groups = [each.group for each in asked.values()]
    return judge(truth, np.stack([kept_to(row, classes) for row in rows]), groups, classes)


def run_for(dataset: Dataset, classes: Sequence[str], recipe: Recipe, args: Namespace) -> Path:
    """A run that knows these classes: one that was given or made before, or a new one."""
    for run in args.run:
        known = set(read_run(run).classes)
        if known == set(classes) or (not args.each and known > set(classes)):
            return run
    config = TrainConfig("expression", recipe, tuple(classes), folds=args.folds)
    args.run.append(train(dataset, config).folder)
    return args.run[-1]


def table(
    name: str, run: Path, classes: Sequence[str], args: Namespace, known: dict[str, FerFrame]
) -> Iterator[str]:
    """The rows of one set of classes; what FER said is kept in `known`."""
    record, said = read_run(run), read_predictions(run)
    own = f"`{record.recipe}`"
    ways: list[tuple[str, Mapping[str, Answered], Mapping[str, FerFrame] | None]]
    ways = [(own, said, None)]
    if args.fer:
        new = [image for image in said if image not in known]
        answers = ask_images(args.fer, [args.faces / "images" / image for image in new])
        known.update(zip(new, answers, strict=True))
        found = {image: each for image, each in said.items() if known[image].faces}
        ways += [("FER", said, known), (f"{own}, found", found, None), ("FER, found", found, known)]
    for way, asked, answers_of in ways:
        test = judged(asked, record.classes, classes, answers_of)
        figures = (
            share(test.balanced_accuracy, test.interval),
            share(test.accuracy, test.accuracy_interval),
            share(test.macro_f1, test.macro_f1_interval),
        )
        yield "| " + " | ".join((name, way, str(test.n), str(test.groups), *figures)) + " |"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--fer", help="Interpreter of an environment with FER.")
    parser.add_argument("--dataset", type=Path, help="Keep the dataset, with activations, here.")
    parser.add_argument("--recipe", default="quick")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--run", type=Path, action="append", default=[])
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    args = parser.parse_args(arguments)
    recipe = recipe_named(args.recipe).with_settings(dict(s.split("=", 1) for s in args.set))
    known: dict[str, FerFrame] = {}
    with ExitStack() as stack:
        folder = args.dataset or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "d"
        dataset = stack.enter_context(imported(folder, args.faces))
        print("| classes | who | n | people | balanced % | plain % | macro-F1 % |")
        print("| --- | --- | ---: | ---: | --- | --- | --- |", flush=True)
        for name, classes in SETS.items():
            run = run_for(dataset, classes, recipe, args)
            for line in table(name, run, classes, args, known):
                print(line, flush=True)
    if known:
        missed = sum(not each.faces for each in known.values())
        seconds = np.median([each.seconds for each in known.values()])
        print(f"FER found no face in {missed} of {len(known)} images, {1000 * seconds:.0f} ms each")


if __name__ == "__main__":
    main()
