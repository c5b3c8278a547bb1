"""The script that rebuilds the starter, on drawn faces: a head that works, and its card."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks import build_starter
from benchmarks.bench_accuracy import FIVE
from benchmarks.build_starter import RECIPE, build, prove_head
from faceapp.dataset import Dataset
from faceapp.networks.classifier import Classifier
from faceapp.networks.starter import starter_model
from faceapp.networks.weights import WeightsMissing, find_weights


@pytest.mark.slow
def test_head_and_card_are_made(
    drawn_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    shutil.copytree(drawn_dataset, tmp_path / "dataset")
    recipe = RECIPE.with_settings({"size": "64", "epochs": "40"})
    monkeypatch.setattr(build_starter, "reduced_precisions", lambda: ("bf16",))
    with Dataset.open(tmp_path / "dataset") as dataset:
        run = build(dataset, recipe, 2, tmp_path / "out")
        before = np.load(tmp_path / "out" / "head.npz")["kernel"]
        for _ in range(2):
            strange, learned = prove_head(dataset, tmp_path / "out") or ()
        answers = dataset.answers("expression").values()
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
    assert card.count("## Arithmetic") == 1
    assert f"of the {learned.crops:,} others" in card
    assert "Recipe `quick` with" in card
