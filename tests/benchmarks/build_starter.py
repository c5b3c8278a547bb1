"""Rebuild the starter model that ships: resources/starter/head.npz and its card.

    python tests/benchmarks/build_starter.py FACES [--out resources/starter] [--dataset DIR]
        [--only-proof] [--precision NAME ...]

FACES holds images/, labels.csv and sex.csv of muxspace/facial_expressions (Apache-2.0). It is
`faceapp train --recipe quick --folds 5` with the settings below: the figures of the card pool five
models, each asked about people it never saw; the head that ships was then trained on everybody.
Minutes on two idle cores.

Where the processor has bfloat16 or exact eight-bit integers, the head also gets the proof of each
(see `networks.precision`): made on the images whose label is none of the five, the only ones that
it did not learn from, and looked at again on the others, a hundred of which tell the ranges that
integers need. --only-proof does this to the head that is there; its weights stay, and so does what
another processor proved on it. --precision names what to prove instead: OpenVINO also computes in
bfloat16, slowly, on processors with AVX-512 that lack it, and where it does not, that is said.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_accuracy import FIVE, imported
from faceapp.dataset import Dataset
from faceapp.faces import FaceDetector
from faceapp.inference import Precision, reduced_precisions
from faceapp.networks.classifier import Classifier, converted
from faceapp.networks.crops import Crops, ensure_faces
from faceapp.networks.precision import LEAST_AGREEMENT, Proof, prove
from faceapp.networks.quantising import NO_RANGES, seen_ranges
from faceapp.networks.starter import add_proof, proofs_of, save_head, starter_model
from faceapp.networks.weights import find_weights
from faceapp.training.cards import CardWords, model_card
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import Recipe, recipe_named
from faceapp.training.trainer import Run, train

# Inner folds and an adapter as in the default recipe: here are people enough for them.
RECIPE = recipe_named("quick").with_settings({"inner_folds": "4", "level": "0.75", "adapter": "64"})
NAME = "facial_expressions"  # of the dataset, which the model names
ARITHMETIC = "\n\n## Arithmetic\n\n"
OF_F32 = "All figures above are of f32."
RANGING = 100  # images that tell how far the inputs of layers reach
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


def prove_head(
    dataset: Dataset, to: Path, precisions: Sequence[Precision]
) -> list[tuple[Proof, Proof]]:
    """Prove the head in the folder `to` in these, and say so in its card.

    Returns for each precision the proof on images that the head did not learn from, which is
    stored, and the one on all others.
    """
    head = to / "head.npz"
    answers = dataset.answers("expression")
    strange = sorted(each for each, found in answers.items() if found.answer not in FIVE)
    learned = sorted(set(answers) - set(strange))
    found = []
    for precision in precisions:
        model = starter_model(head)
        exact = Classifier(model)
        ensure_faces(dataset, list(answers), FaceDetector())
        shown, known = (crops_of(dataset, ids, exact) for ids in (strange, learned))
        ranges = None
        if precision == "int8":
            ranges = seen_ranges(converted(model), known[:: max(1, len(known) // RANGING)])
        reduced = Classifier(model, precision=precision, ranges=ranges or NO_RANGES)
        found.append((prove(exact, reduced, shown), prove(exact, reduced, known)))
        add_proof(head, found[-1][0], ranges)
    card = to / "card.md"
    standing = {each.precision for each in proofs_of(head)}
    card.write_text(with_arithmetic(card.read_text("utf-8"), found, standing), encoding="utf-8")
    return found


def is_computed(head: Path, precision: Precision) -> bool:
    """Whether it is no f32 under another name here."""
    model = starter_model(head)
    exact = Classifier(model)
    if precision == "int8":
        return precision in reduced_precisions()
    side = exact.info.preprocessing.size
    noise = np.random.default_rng(0).integers(0, 256, (4, side, side, 3), np.uint8)
    reduced = Classifier(model, precision=precision)
    return not np.array_equal(exact.probabilities(noise), reduced.probabilities(noise))


def crops_of(dataset: Dataset, ids: Sequence[int], model: Classifier) -> NDArray[np.uint8]:
    found = Crops(dataset, ids, model.info.preprocessing)(ids)
    side = model.info.preprocessing.size
    return np.stack([np.zeros((side, side, 3), np.uint8), *(crop for _, crop in found)])[1:]


def with_arithmetic(
    card: str, found: Sequence[tuple[Proof, Proof]], standing: Collection[str]
) -> str:
    """A card that tells what was found; of other precisions what it told, where that stands."""
    text, _, told = card.partition(ARITHMETIC)
    paragraphs = (each for each in told.strip().split("\n\n") if each.startswith("Asked in "))
    telling = {each.split()[2]: each.removesuffix(OF_F32).strip() for each in paragraphs}
    telling |= {proof.precision: arithmetic(proof, others) for proof, others in found}
    kept = [telling[precision] for precision in sorted(telling) if precision in standing]
    section = ARITHMETIC + "\n\n".join([*kept, OF_F32]) if kept else ""
    return text.rstrip("\n") + section + "\n"


def arithmetic(proof: Proof, others: Proof) -> str:
    """What a card says of one precision."""
    used = "may be used" if proof.holds and others.agreement >= LEAST_AGREEMENT else "is not used"
    elsewhere = (
        "adds up the same integers"
        if proof.precision == "int8"
        else "multiplies the same rounded numbers and adds up in another order"
    )
    return (
        f"Asked in {proof.precision} instead of f32 it named the same class for "
        f"{round(proof.agreement * proof.crops):,} of the {proof.crops:,} images whose label is "
        f"none of its classes, the only ones that it did not learn from, and for "
        f"{round(others.agreement * others.crops):,} of the {others.crops:,} others; so "
        f"{proof.precision} {used} by the live view. Another processor that has it {elsewhere}."
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--out", type=Path, default=RESOURCES)
    parser.add_argument("--dataset", type=Path, help="Keep the dataset, with activations, here.")
    parser.add_argument("--only-proof", action="store_true")
    parser.add_argument("--precision", action="append", choices=["bf16", "int8"])
    chosen = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = chosen.dataset or Path(stack.enter_context(tempfile.TemporaryDirectory())) / NAME
        dataset = stack.enter_context(imported(folder, chosen.faces))
        run = None if chosen.only_proof else str(build(dataset, RECIPE, 5, chosen.out).folder)
        head = chosen.out / "head.npz"
        precisions = chosen.precision or reduced_precisions()
        for each in precisions:
            if not is_computed(head, each):
                parser.error(f"this processor does not compute in {each}")
        pairs = prove_head(dataset, chosen.out, precisions)
        proofs = [vars(each) for pair in pairs for each in pair]
        size = head.stat().st_size
        print(json.dumps({"run": run, "head_bytes": size, "proofs": proofs}))


if __name__ == "__main__":
    main()
