"""What an adapter adds to a trunk, against arithmetic on the trunk's own features."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from faceapp.networks.adapters import Adapter, adapted, joined_maps, map_shapes
from faceapp.networks.backbones import InvalidTrunk, TrunkSpec, trunk
from faceapp.networks.weights import Weights

JOINED = TrunkSpec(size=64, cut="block3_pool+block4_pool", pool="mean7", grey=True)


@pytest.fixture(scope="module")
def faces() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (2, 64, 64, 3)).astype(np.float32)


def some_adapter(channels: int, filters: int = 3) -> Adapter:
    random = np.random.default_rng(2)
    kernel = random.normal(size=(channels, filters)).astype(np.float32)
    kernel[:, 0] = np.abs(kernel[:, 0])  # maps are positive: something comes through
    return Adapter(kernel, random.normal(size=filters).astype(np.float32))


@pytest.mark.parametrize(
    "spec",
    [JOINED, replace(JOINED, cut="block4_pool"), replace(JOINED, cut="block3_pool", pool="mean")],
    ids=["two layers", "one layer", "one place"],
)
def test_the_features_come_first_and_then_the_adapters(
    some_weights: Weights, faces: np.ndarray, spec: TrunkSpec
) -> None:
    base = trunk(spec, some_weights)
    features, shapes = np.asarray(base(faces)), map_shapes(spec)
    adapter = some_adapter(sum(shape[2] for shape in shapes))
    found = np.asarray(adapted(base, spec, adapter)(faces))
    np.testing.assert_allclose(found[:, : spec.width], features, rtol=1e-4, atol=1e-3)
    wanted = adapter.features(features, shapes)
    np.testing.assert_allclose(found[:, spec.width :], wanted, rtol=1e-3, atol=1e-1)
    assert (wanted > 0).any()


def test_only_the_adapter_is_learned(some_weights: Weights) -> None:
    base = trunk(JOINED, some_weights)
    model = adapted(base, JOINED, some_adapter(256 + 512))
    assert [layer.name for layer in model.layers if layer.trainable_weights] == ["adapter"]


def test_finer_maps_become_as_coarse_as_the_coarsest() -> None:
    fine = np.arange(32, dtype=np.float32).reshape(1, 4, 4, 2)
    coarse = np.array([[[[7], [8]], [[9], [10]]]], np.float32)
    features = np.concatenate([fine.reshape(1, -1), coarse.reshape(1, -1)], axis=1)
    joined = joined_maps(features, ((4, 4, 2), (2, 2, 1)))
    assert joined.shape == (1, 2, 2, 3)
    np.testing.assert_allclose(joined[0, 0, 1, :2], fine[0, :2, 2:].mean(axis=(0, 1)))
    np.testing.assert_array_equal(joined[..., 2:], coarse)


def test_a_map_of_an_odd_side_loses_its_last_row_and_column() -> None:
    features = np.zeros((2, 5 * 5 + 2 * 2), np.float32)
    assert joined_maps(features, ((5, 5, 1), (2, 2, 1))).shape == (2, 2, 2, 2)


@pytest.mark.parametrize("cut", ["image", "fc2"])
def test_what_is_no_map_is_refused(cut: str) -> None:
    with pytest.raises(InvalidTrunk, match="adapter"):
        map_shapes(TrunkSpec(cut=cut))
