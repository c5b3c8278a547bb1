"""Rebuild the starter model that ships: resources/starter/head.npz and its card.

    python tests/benchmarks/build_starter.py FACES [--out resources/starter] [--dataset DIR]

FACES holds images/, labels.csv and sex.csv of muxspace/facial_expressions (Apache-2.0). It is
`faceapp train --recipe quick --folds 5` with the settings below: the figures of the card pool five
models, each asked about people it never saw; the head that ships was then trained on everybody.
Minutes on two idle cores.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_accuracy import FIVE, imported
from faceapp.dataset import Dataset
from faceapp.networks.starter import save_head
from faceapp.networks.weights import find_weights
from faceapp.training.cards import CardWords, model_card
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import Recipe, recipe_named
from faceapp.training.trainer import Run, train

# Block 3 alone is two thirds of the work of block 4 and no worse, and with one map the Live page
# shows exactly where the head looks; inner folds level the classes as in the default recipe.
RECIPE = recipe_named("quick").with_settings(
    {"cut": "block3_pool", "pool": "mean7", "inner_folds": "4", "level": "0.75"}
)
NAME = "facial_expressions"  # of the dataset, which the model names
RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "starter"
WORDS = CardWords(
    title="The starter model",
    data=(
        "muxspace/facial_expressions (Apache-2.0): posed and press photographs of "
        "mostly adult, often famous people. Of these images only the numbers of the head are "
        "shipped"
    ),
    limits=(
        "Few raters labelled its images, and they often disagree.",
        "Classes and sexes are unevenly many, and sex is known of a part of the images.",
        "It was never judged on films, on children, or on faces turned far aside or half covered.",
        "Train a model of your own for anything that matters.",
    ),
)


def build(dataset: Dataset, recipe: Recipe, folds: int, to: Path) -> Run:
    """Train, and write head and card into the folder `to`."""
    config = TrainConfig(task="expression", classes=FIVE, recipe=recipe, folds=folds)
    run = train(dataset, config, log=print)
    spec = recipe.trunk(has_top=find_weights(recipe.backbone).has_top)
    to.mkdir(parents=True, exist_ok=True)
    save_head(run.folder, spec, to / "head.npz")
    (to / "card.md").write_text(model_card(run.folder, WORDS), encoding="utf-8")
    return run


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--out", type=Path, default=RESOURCES)
    parser.add_argument("--dataset", type=Path, help="Keep the dataset, with activations, here.")
    chosen = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = chosen.dataset or Path(stack.enter_context(tempfile.TemporaryDirectory())) / NAME
        dataset = stack.enter_context(imported(folder, chosen.faces))
        run = build(dataset, RECIPE, 5, chosen.out)
        size = (chosen.out / "head.npz").stat().st_size
        print(json.dumps({"run": str(run.folder), "head_bytes": size}))


if __name__ == "__main__":
    main()
