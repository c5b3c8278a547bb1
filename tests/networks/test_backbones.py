"""What trunks compute, against Keras's own network and arithmetic by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.networks.backbones import (
    Head,
    InvalidTrunk,
    TrunkSpec,
    classification_model,
    feature_digest,
    trunk,
)
from faceapp.networks.frameworks import keras_module
from faceapp.networks.weights import Weights
from networks.fakes import random_layers


@pytest.fixture(scope="module")
def faces() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (2, 64, 64, 3)).astype(np.float32)


def keras_map(weights: Weights, cut: str, image: np.ndarray) -> np.ndarray:
    """The map at a layer of keras.applications' own VGG16 for an already normalised image."""
    keras = keras_module()
    network = keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, 3))
    for name, arrays in weights.layers.items():
        network.get_layer(name).set_weights(arrays)
    part = keras.Model(network.input, network.get_layer(cut).output)
    return np.asarray(part(image))


def test_caffe_normalisation_is_keras_own(some_weights: Weights, faces: np.ndarray) -> None:
    prepared = keras_module().applications.vgg16.preprocess_input(faces.copy())
    wanted = keras_map(some_weights, "block3_pool", prepared).reshape(2, -1)
    features = trunk(TrunkSpec(size=64, cut="block3_pool"), some_weights)(faces)
    np.testing.assert_allclose(features, wanted, rtol=1e-4, atol=1e-2)


def test_raw_normalisation_feeds_the_image_as_it_is(
    some_weights: Weights, faces: np.ndarray
) -> None:
    wanted = keras_map(some_weights, "block2_pool", faces).reshape(2, -1)
    spec = TrunkSpec(size=64, cut="block2_pool", normalisation="raw")
    np.testing.assert_allclose(trunk(spec, some_weights)(faces), wanted, rtol=1e-4, atol=1e-2)


def test_grey_sees_no_colour(some_weights: Weights, faces: np.ndarray) -> None:
    grey = np.repeat(faces @ np.array([[0.299], [0.587], [0.114]], np.float32), 3, axis=3)
    spec = TrunkSpec(size=64, cut="block2_pool", grey=True)
    model = trunk(spec, some_weights)
    np.testing.assert_allclose(model(faces), model(grey), rtol=1e-3, atol=0.05)
    plain = trunk(replace(spec, grey=False), some_weights)
    np.testing.assert_allclose(model(faces), plain(grey), rtol=1e-3, atol=0.05)


def test_a_joined_cut_gives_the_features_of_each_layer(
    some_weights: Weights, faces: np.ndarray
) -> None:
    spec = TrunkSpec(size=64, cut="block2_pool+block3_pool", pool="mean7")
    joined = np.asarray(trunk(spec, some_weights)(faces))
    parts = [
        np.asarray(trunk(replace(spec, cut=each), some_weights)(faces)) for each in spec.layers
    ]
    assert spec.widths == tuple(part.shape[1] for part in parts)
    assert spec.width == joined.shape[1]
    np.testing.assert_allclose(joined, np.concatenate(parts, axis=1), rtol=1e-5, atol=1e-4)


def test_mean7_makes_finer_maps_seven_wide() -> None:
    spec = TrunkSpec(size=112, cut="block3_pool", pool="mean7")
    assert spec.width == replace(spec, size=224).width == 7 * 7 * 256
    assert replace(spec, cut="block5_pool").width == 3 * 3 * 512


@pytest.mark.parametrize(
    "cut", ["block4_pool+block3_pool", "block3_pool+block3_pool", "block3_pool+fc1", "x+y", "+"]
)
def test_layers_are_joined_in_order_and_from_the_base(cut: str) -> None:
    with pytest.raises(InvalidTrunk, match="cut"):
        TrunkSpec(cut=cut)


def test_mean2_averages_cells_of_the_map(some_weights: Weights, faces: np.ndarray) -> None:
    spec = TrunkSpec(size=64, cut="block3_pool")
    full = np.asarray(trunk(spec, some_weights)(faces)).reshape(2, 8, 8, 256)
    wanted = full.reshape(2, 4, 2, 4, 2, 256).mean((2, 4)).reshape(2, -1)
    pooled = trunk(replace(spec, pool="mean2"), some_weights)(faces)
    np.testing.assert_allclose(pooled, wanted, rtol=1e-4, atol=1e-3)


def test_nothing_in_a_trunk_learns(some_weights: Weights) -> None:
    model = trunk(TrunkSpec(size=64, cut="block2_pool"), some_weights)
    assert model.trainable_weights == []
    assert model.layers[1].name == "normalise"


@given(
    network=st.sampled_from(["vgg16", "vgg19"]),
    size=st.integers(32, 512),
    block=st.integers(1, 5),
    pool=st.sampled_from(["none", "mean2"]),
)
def test_width_is_that_of_keras_pooling(network: str, size: int, block: int, pool: str) -> None:
    channels = (64, 128, 256, 512, 512)[block - 1]
    side = size
    for _ in range(block + (pool == "mean2")):
        side //= 2
    if side == 0:
        with pytest.raises(InvalidTrunk, match="size"):
            TrunkSpec(network, size, f"block{block}_pool", pool)
    else:
        assert TrunkSpec(network, size, f"block{block}_pool", pool).width == side**2 * channels


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cut": "block6_pool"}, "cut"),
        ({"pool": "max"}, "pool"),
        ({"normalisation": "torch"}, "normalisation"),
        ({"size": 31}, "size"),
        ({"cut": "fc2", "size": 112}, "size"),
        ({"cut": "fc1", "pool": "mean2"}, "pool"),
    ],
)
def test_a_spec_that_cannot_be_names_the_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidTrunk, match=f"^{field} "):
        TrunkSpec(**changes)


def test_weights_of_another_network_are_refused(some_weights: Weights) -> None:
    with pytest.raises(InvalidTrunk, match="vgg16's, not vgg19's"):
        trunk(TrunkSpec("vgg19", 64), some_weights)


def test_a_cut_in_the_top_needs_weights_with_a_top(some_weights: Weights) -> None:
    with pytest.raises(InvalidTrunk, match="full ImageNet file"):
        trunk(TrunkSpec(cut="fc2"), some_weights)


def test_fc2_keeps_both_dense_layers_of_the_top(some_weights: Weights) -> None:
    rng = np.random.default_rng(3)
    top = {
        "fc1": (np.zeros((25088, 4096), np.float32), np.ones(4096, np.float32)),
        "fc2": (np.zeros((4096, 4096), np.float32), np.ones(4096, np.float32)),
    }
    for kernel, _ in top.values():
        kernel[::7, :50] = rng.standard_normal((len(kernel[::7]), 50)) / 50
    weights = replace(some_weights, layers={**some_weights.layers, **top}, has_top=True)
    model = trunk(TrunkSpec(cut="fc2"), weights)
    image = rng.integers(0, 256, (1, 224, 224, 3)).astype(np.float32)
    base = np.asarray(trunk(TrunkSpec(cut="block5_pool"), some_weights)(image))
    hidden = np.maximum(base @ top["fc1"][0] + 1, 0)
    wanted = np.maximum(hidden @ top["fc2"][0] + 1, 0)
    np.testing.assert_allclose(model(image), wanted, rtol=1e-3, atol=1e-2)
    assert model.output_shape == (None, TrunkSpec(cut="fc2").width)


def test_the_digest_of_features_knows_the_layers_in_use(some_weights: Weights) -> None:
    def with_top(fc1: float, fc2: float) -> Weights:
        top = {
            name: (np.full((2, 2), value, np.float32), np.zeros(2, np.float32))
            for name, value in (("fc1", fc1), ("fc2", fc2))
        }
        return replace(some_weights, layers={**some_weights.layers, **top}, has_top=True)

    base, fc1 = TrunkSpec(cut="block5_pool"), TrunkSpec(cut="fc1")
    assert feature_digest(with_top(1, 1), base) == feature_digest(some_weights, base)
    assert feature_digest(with_top(1, 1), fc1) == feature_digest(with_top(1, 2), fc1)
    assert feature_digest(with_top(1, 1), fc1) != feature_digest(with_top(2, 1), fc1)
    assert feature_digest(with_top(1, 1), fc1) != feature_digest(with_top(1, 1), base)


def test_vgg19_has_its_extra_layers(faces: np.ndarray) -> None:
    layers = random_layers("vgg19")
    weights = Weights("vgg19", "random", layers, "", verified=False, has_top=False)
    model = trunk(TrunkSpec("vgg19", 64, "block3_pool"), weights)
    np.testing.assert_array_equal(
        model.get_layer("block3_conv4").get_weights()[1], layers["block3_conv4"][1]
    )
    assert model(faces).shape == (2, 8 * 8 * 256)


def test_the_head_folds_to_the_same_logits() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(5, 3, (20, 12))
    head = Head(
        rng.normal(size=(12, 4)),
        rng.normal(size=4),
        shift=features.mean(0),
        scale=features.std(0) + 0.1,
        temperature=2.5,
    )
    wanted = ((features - head.shift) / head.scale @ head.kernel + head.bias) / 2.5
    kernel, bias = head.folded()
    np.testing.assert_allclose(features @ kernel + bias, wanted, rtol=1e-4, atol=1e-4)


def test_mirror_averages_features_of_both_images(some_weights: Weights, faces: np.ndarray) -> None:
    base = trunk(TrunkSpec(size=64, cut="block3_pool", pool="mean2"), some_weights)
    kernel = np.random.default_rng(0).normal(size=(base.output_shape[-1], 3)) / 300
    head = Head(kernel, np.array([0.0, 0.1, -0.1]))
    model = classification_model(base, 3, mirror=True, head=head)
    features = (np.asarray(base(faces)) + np.asarray(base(faces[:, :, ::-1]))) / 2
    logits = features @ kernel + head.bias
    wanted = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    np.testing.assert_allclose(model(faces), wanted, atol=1e-4)
    np.testing.assert_allclose(model(faces), model(faces[:, :, ::-1]), atol=1e-5)


@pytest.mark.parametrize("mirror", [False, True])
def test_only_predictions_can_learn(some_weights: Weights, mirror: bool) -> None:
    base = trunk(TrunkSpec(size=64, cut="block2_pool"), some_weights)
    head = Head(np.zeros((base.output_shape[-1], 2)), np.zeros(2))
    model = classification_model(base, 2, mirror=mirror, head=head)
    assert [weight.path for weight in model.trainable_weights] == [
        "predictions/kernel",
        "predictions/bias",
    ]
    assert model.layers[-1].name == "predictions"


def test_a_head_of_the_wrong_size_is_our_mistake(some_weights: Weights) -> None:
    base = trunk(TrunkSpec(size=64, cut="block2_pool"), some_weights)
    with pytest.raises(ValueError, match="head"):
        classification_model(base, 3, mirror=False, head=Head(np.zeros((5, 3)), np.zeros(3)))
