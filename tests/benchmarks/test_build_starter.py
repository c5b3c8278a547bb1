"""The script that rebuilds the starter, on drawn faces: a head that works, and its card."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks.build_starter import RECIPE, build
from faceapp.dataset import Dataset
from faceapp.networks.classifier import Classifier
from faceapp.networks.starter import starter_model
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
    assert "Recipe `quick` with cut=block3_pool" in card
