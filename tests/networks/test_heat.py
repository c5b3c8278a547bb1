"""Heat maps: the terms add up to the score, and lie where the picture has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from faceapp.networks import heat
from faceapp.networks.adapters import Adapter, adapted
from faceapp.networks.backbones import Head, TrunkSpec, classification_model, trunk
from faceapp.networks.heat import HeatMapper
from faceapp.networks.saved_model import load_keras, save_model
from faceapp.networks.weights import Weights
from networks.fakes import SMALL, some_info


@pytest.fixture(
    params=[(False, 0, False), (True, 0.5, False), (False, 0.5, True), (True, 0.5, True)],
    ids=["plain, no bias", "mirror, bias", "adapter", "adapter, mirror"],
    scope="module",
)
def run(
    request: pytest.FixtureRequest, some_weights: Weights, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A run whose kernel differs from place to place, with and without the mirror image."""
    mirror, bias = request.param[0], np.array([0, 0, request.param[1]])
    random = np.random.default_rng(1)
    base = trunk(SMALL, some_weights)
    if request.param[2]:
        small = random.normal(size=(256, 5)).astype(np.float32) / 16
        base = adapted(base, SMALL, Adapter(small, np.ones(5, np.float32)))
    kernel = random.standard_normal((base.output_shape[-1], 3)) / 300
    model = classification_model(base, 3, mirror=mirror, head=Head(kernel, bias))
    folder = tmp_path_factory.mktemp("heat")
    save_model(model, some_info(mirror=mirror), folder / "model.keras")
    return folder


def test_the_terms_add_up_to_the_scores(run: Path, crops: np.ndarray) -> None:
    mapper = HeatMapper(run, threads=1)
    assert mapper.exact
    model = load_keras(run)
    bias = model.get_layer("predictions").get_weights()[1]
    wanted = np.log(model.predict(crops[:1].astype(np.float32), verbose=0)[0]) - bias
    sums = [mapper.heat(crops[0], chosen).sum() for chosen in range(3)]
    np.testing.assert_allclose(sums, wanted - wanted.mean(), atol=1e-4)


def test_terms_lie_where_the_picture_has_them(run: Path, crops: np.ndarray) -> None:
    mapper = HeatMapper(run, threads=1)
    before = mapper.heat(crops[0], 0)
    changed = crops[0].copy()
    changed[:8, :8] = 255  # the upper left corner
    moved = np.abs(mapper.heat(changed, 0) - before)
    assert moved.shape == (4, 4)
    assert moved[0, 0] > 0
    assert moved.sum() - moved[:2, :2].sum() == pytest.approx(0, abs=1e-5)


def test_a_model_that_sees_both_sides_alike_has_a_mirrored_map(
    run: Path, crops: np.ndarray
) -> None:
    mapper = HeatMapper(run, threads=1)
    if not mapper.info.mirror:
        pytest.skip("only the mean of image and mirror image is blind to sides")
    there = mapper.heat(crops[0], 1)
    back = mapper.heat(np.ascontiguousarray(crops[0][:, ::-1]), 1)
    np.testing.assert_allclose(there, back[:, ::-1], atol=1e-4)


def test_any_other_model_is_covered_piece_by_piece(
    run: Path, crops: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heat, "_linear_head", lambda _: None)
    mapper = HeatMapper(run, threads=1)
    assert not mapper.exact
    even = np.full((64, 64, 3), 128, np.uint8)  # covering it changes nothing
    np.testing.assert_allclose(mapper.heat(even, 0), np.zeros((7, 7)), atol=1e-5)
    cornered = even.copy()
    cornered[:9, :9] = crops[0][:9, :9]
    found = np.abs(mapper.heat(cornered, 0))
    assert np.unravel_index(found.argmax(), found.shape) == (0, 0)


def test_features_beyond_the_map_have_no_exact_one(some_weights: Weights, tmp_path: Path) -> None:
    import keras

    base = trunk(TrunkSpec(size=64, cut="block3_pool"), some_weights)
    narrow = keras.layers.Dense(4, "relu")(base.output)
    model = keras.Model(base.input, keras.layers.Dense(3, "softmax")(narrow))
    save_model(model, some_info(), tmp_path / "model.keras")
    assert not HeatMapper(tmp_path, threads=1).exact
