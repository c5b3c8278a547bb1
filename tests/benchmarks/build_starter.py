"""Rebuild the starter model that ships: resources/starter/head.npz and its card.

    python tests/benchmarks/build_starter.py FACES [--out resources/starter] [--dataset DIR]

FACES holds images/, labels.csv and sex.csv of muxspace/facial_expressions (Apache-2.0). It is
`faceapp train --recipe quick --folds 5`: the figures of the card pool five models, each asked about
people it never saw; the head that ships was then trained on everybody. Minutes on two idle cores.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from benchmarks.bench_accuracy import FIVE, imported, share
from faceapp.dataset import Dataset
from faceapp.networks.saved_model import read_info
from faceapp.networks.starter import save_head
from faceapp.networks.weights import find_weights
from faceapp.training.evaluation import Judgement, judge
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import Recipe, recipe_named
from faceapp.training.runs import Prediction
from faceapp.training.trainer import Run, train

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "starter"
LIMITS = """\
## Limits

- It reads posed and press photographs of mostly adult, often famous faces, labelled by few raters
  who often disagree; it says what a face resembles there, not what a person feels.
- Classes and sexes are unevenly many: where a row above rests on few people, its interval says so.
- It was never judged on films, on children, or on faces turned far aside or half covered.
- Below the model's own threshold its answer is "unsure". Train your own for anything that matters.
"""


def sexes(dataset: Dataset) -> dict[str, str]:
    """Sex by the name of a sample, where it is known."""
    answers = dataset.answers("sex")
    names = {sample.id: sample.name for sample in dataset.by_ids(answers)}
    return {names[i]: each.answer for i, each in answers.items() if each.answer is not None}


def judged_apart(run: Run, sex_of: Mapping[str, str]) -> dict[str, Judgement]:
    """The pooled predictions judged for each sex alone."""
    by_sex: dict[str, list[Prediction]] = {}
    for prediction in run.result.predictions:
        if prediction.name in sex_of:
            by_sex.setdefault(sex_of[prediction.name], []).append(prediction)
    return {
        sex: judge(
            [p.truth for p in some],
            np.array([p.probabilities for p in some], np.float32),
            [p.group for p in some],
            run.result.test.classes,
        )
        for sex, some in sorted(by_sex.items())
    }


def card(run: Run, apart: Mapping[str, Judgement]) -> Iterator[str]:
    test, info = run.result.test, read_info(run.folder)
    yield "# The starter model\n"
    yield (
        f"Reads {', '.join(info.classes)} from faces. Recipe `{info.recipe}` on the ImageNet base "
        f"of {info.backbone.upper()} (the Oxford VGG group's weights, CC BY 4.0), trained on "
        "muxspace/facial_expressions (Apache-2.0): "
        f"{test.n:,} images of {test.groups:,} people. Only the head ships. Figures are of five "
        "models, each asked about people it never saw; brackets are 95% intervals over people.\n"
    )
    yield "| people | images | balanced accuracy % | accuracy % | macro-F1 % |"
    yield "| --- | ---: | --- | --- | --- |"
    for name, each in {"all": test, **apart}.items():
        yield (
            f"| {name} ({each.groups:,}) | {each.n:,} "
            f"| {share(each.balanced_accuracy, each.interval)} "
            f"| {share(each.accuracy, each.accuracy_interval)} "
            f"| {share(each.macro_f1, each.macro_f1_interval)} |"
        )
    yield "\n| class | images | precision % | recall % |"
    yield "| --- | ---: | ---: | ---: |"
    for row in test.per_class:
        yield (
            f"| {row.name} | {row.support:,} | {100 * row.precision:.1f} | {100 * row.recall:.1f} |"
        )
    yield (
        f"\nExpected calibration error {100 * test.calibration_error:.1f}%; unsure below "
        f"{info.unsure_below:.2f}; always the commonest class would be right in "
        f"{100 * test.majority:.1f}% of the images.\n"
    )
    yield LIMITS


def build(dataset: Dataset, recipe: Recipe, folds: int, to: Path) -> Run:
    """Train, and write head and card into the folder `to`."""
    config = TrainConfig(task="expression", classes=FIVE, recipe=recipe, folds=folds)
    run = train(dataset, config, log=print)
    spec = recipe.trunk(has_top=find_weights(recipe.backbone).has_top)
    to.mkdir(parents=True, exist_ok=True)
    save_head(run.folder, spec, to / "head.npz")
    text = "\n".join(card(run, judged_apart(run, sexes(dataset))))
    (to / "card.md").write_text(text, encoding="utf-8")
    return run


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--out", type=Path, default=RESOURCES)
    parser.add_argument("--dataset", type=Path, help="Keep the dataset, with activations, here.")
    chosen = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = chosen.dataset or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "d"
        dataset = stack.enter_context(imported(folder, chosen.faces))
        run = build(dataset, recipe_named("quick"), 5, chosen.out)
        size = (chosen.out / "head.npz").stat().st_size
        print(json.dumps({"run": str(run.folder), "head_bytes": size}))


if __name__ == "__main__":
    main()
