"""The map: alike samples lie together, whatever their number, and it is drawn once."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from faceapp.dataset import Dataset
from faceapp.errors import Cancelled
from faceapp.jobs import Job
from faceapp.training import atlas as module
from faceapp.training.atlas import atlas, laid_out


def islands(count: int, width: int = 64, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of length 1 around four directions, and which of them each belongs to."""
    random = np.random.default_rng(seed)
    island = np.arange(count) % 4
    vectors = np.eye(width, dtype=np.float32)[island] * 3
    vectors = vectors + random.normal(size=(count, width)).astype(np.float32) * 0.2
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), island


def share_beside_their_like(places: np.ndarray, island: np.ndarray) -> float:
    apart = ((places[:, None] - places[None]) ** 2).sum(-1)
    np.fill_diagonal(apart, np.inf)
    return float((island[apart.argmin(1)] == island).mean())


def test_islands_stay_islands() -> None:
    vectors, island = islands(200)
    places = laid_out(vectors)
    assert places.shape == (200, 2)
    assert places.min() >= 0
    assert places.max() <= 1
    assert share_beside_their_like(places, island) > 0.98
    assert np.array_equal(places, laid_out(vectors))


def test_of_many_the_rest_stand_beside_their_like(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LANDMARKS", 120)
    vectors, island = islands(600)
    places = laid_out(vectors)
    assert len(places) == 600
    assert share_beside_their_like(places, island) > 0.98


@pytest.mark.parametrize("count", [0, 1, 2, 9, 11])
def test_a_few_are_laid_out_too(count: int) -> None:
    places = laid_out(islands(count)[0])
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()


def test_a_map_is_kept_until_the_samples_are_others(
    learned_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Dataset.open(Path(shutil.copytree(learned_dataset, tmp_path / "learned"))) as dataset:
        ids, places = atlas(dataset)
        assert ids == tuple(sorted(dataset.sample_ids()))
        with monkeypatch.context() as patch:
            patch.setattr(module, "laid_out", None)
            again, kept = atlas(dataset)
        assert again == ids
        assert np.array_equal(places, kept)
        (dataset.cache / "atlas.npz").write_bytes(b"no archive")
        assert np.array_equal(atlas(dataset)[1], places)
        dataset.quarantine(ids[:10])
        assert atlas(dataset)[0] == ids[10:]
        with pytest.raises(Cancelled):
            atlas(dataset, Job(cancelled=lambda: True))
