"""The script that rebuilds the starter, on drawn faces: a head that works, and its card."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks.bench_accuracy import FIVE
from benchmarks.build_starter import RECIPE, build, prove_head, with_arithmetic
from faceapp.dataset import Dataset
from faceapp.networks.classifier import Classifier
from faceapp.networks.precision import Proof
from faceapp.networks.starter import proofs_of, starter_model
from faceapp.networks.weights import WeightsMissing, find_weights


@pytest.mark.slow
def test_head_and_card_are_made(drawn_dataset: Path, tmp_path: Path) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    shutil.copytree(drawn_dataset, tmp_path / "dataset")
    recipe = RECIPE.with_settings({"size": "64", "epochs": "40"})
    with Dataset.open(tmp_path / "dataset") as dataset:
        run = build(dataset, recipe, 2, tmp_path / "out")
        before = np.load(tmp_path / "out" / "head.npz")["kernel"]
        for _ in range(2):
            # Without VNNI the integers are wrong, and the card says so.
            (strange, learned), bfloat = prove_head(dataset, tmp_path / "out", ("int8", "bf16"))
        answers = dataset.answers("expression").values()
    assert (strange.precision, bfloat[0].precision) == ("int8", "bf16")
    assert (tmp_path / "out" / "head.npz").stat().st_size < 2**20
    assert proofs_of(tmp_path / "out" / "head.npz") == (strange, bfloat[0])
    assert learned.crops == sum(each.answer in FIVE for each in answers)
    assert strange.crops == len(answers) - learned.crops
    assert np.array_equal(np.load(tmp_path / "out" / "head.npz")["kernel"], before)
    crops = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), np.uint8)
    np.testing.assert_allclose(
        Classifier(starter_model(tmp_path / "out" / "head.npz")).probabilities(crops),
        Classifier(run.folder).probabilities(crops),
        atol=1e-4,
    )
    card = (tmp_path / "out" / "card.md").read_text(encoding="utf-8")
    assert "| sex: female |" in card
    assert "| sex: male |" in card
    assert all(f"| {name} |" in card for name in run.result.test.classes)
    assert "Limits" in card
    assert card.count("## Arithmetic") == card.count("All figures above are of f32.") == 1
    assert card.count("Asked in ") == 2
    assert f"of the {learned.crops:,} others" in card
    assert "Recipe `quick` with" in card


def test_a_card_keeps_what_another_processor_proved() -> None:
    first, second = (Proof(each, 0.995, 200) for each in ("bf16", "int8"))
    card = with_arithmetic("# Card\n", [(first, first)], {"bf16"})
    both = with_arithmetic(card, [(second, second)], {"bf16", "int8"})
    assert both.startswith(card[: card.index("All figures")].rstrip())
    assert with_arithmetic(both, [(second, second)], {"bf16", "int8"}) == both
    assert "bf16" not in with_arithmetic(both, [(second, second)], {"int8"})
    assert with_arithmetic(both, [], set()) == "# Card\n"
