"""ResNet50, MobileNetV2 and EfficientNetB0: right layers from right files, cut and scaled right."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from faceapp.faces import Preprocessing
from faceapp.inference import reduced_precisions
from faceapp.networks.architectures import BACKBONES
from faceapp.networks.backbones import Head, InvalidTrunk, TrunkSpec, classification_model, trunk
from faceapp.networks.classifier import Classifier, converted
from faceapp.networks.frameworks import keras_module
from faceapp.networks.quantising import seen_ranges, suits
from faceapp.networks.saved_model import load_keras, save_model
from faceapp.networks.tails import frozen_cut, tail_of
from faceapp.networks.weight_files import WeightsRefused
from faceapp.networks.weights import Weights, WeightsMissing, find_weights, survey
from networks.fakes import some_info, write_random_weights

pytestmark = pytest.mark.slow  # each network takes seconds to build

OTHERS = ("resnet50", "mobilenetv2", "efficientnetb0")
SIZE = 75  # odd: strides round up
# Keras's own description of what each was trained on; an EfficientNet normalises inside.
_PREPARE = {"resnet50": "resnet", "mobilenetv2": "mobilenet_v2"}


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Path]]:
    """Each network with random weights, and a file of them as Keras publishes its own."""
    folder = tmp_path_factory.mktemp("networks")
    return {name: write_random_weights(name, folder / f"{name}.h5") for name in OTHERS}


@pytest.fixture(scope="module")
def all_weights(networks: dict[str, tuple[Any, Path]]) -> dict[str, Weights]:
    return {name: find_weights(name, file) for name, (_, file) in networks.items()}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("suffix", [".h5", ".weights.h5", ".keras"])
def test_files_that_keras_writes_are_read(
    networks: dict[str, tuple[Any, Path]], tmp_path: Path, name: str, suffix: str
) -> None:
    network, file = networks[name]
    if suffix == ".weights.h5":
        file = tmp_path / f"{name}{suffix}"
        network.save_weights(file)
    elif suffix == ".keras":
        file = tmp_path / f"{name}{suffix}"
        network.save(file)
    found = find_weights(name, file)
    assert not found.verified
    assert not found.has_top
    learned = [
        layer.name for layer in network.layers if layer.weights and layer.name != "normalization"
    ]
    assert list(found.layers) == learned
    for layer, arrays in found.layers.items():
        for mine, wanted in zip(arrays, network.get_layer(layer).get_weights(), strict=True):
            np.testing.assert_array_equal(mine, wanted)


@pytest.mark.parametrize("name", OTHERS)
def test_each_is_scaled_as_it_was_trained(
    networks: dict[str, tuple[Any, Path]], all_weights: dict[str, Weights], name: str
) -> None:
    keras = keras_module()
    image = np.random.default_rng(0).integers(0, 256, (2, SIZE, SIZE, 3)).astype(np.float32)
    cut = BACKBONES[name].stages[1].end
    build = getattr(keras.applications, BACKBONES[name].application)
    reference = build(weights=None, include_top=False, input_shape=(SIZE, SIZE, 3))
    reference.set_weights(networks[name][0].get_weights())
    if name in _PREPARE:
        prepared = getattr(keras.applications, _PREPARE[name]).preprocess_input(image.copy())
    else:
        mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
        # What it normalises itself is neutral in our random weights, but for the division by 255.
        prepared = 255 * ((image / 255 - mean) / deviation).astype(np.float32)
    wanted = keras.Model(reference.input, reference.get_layer(cut).output)(prepared)
    spec = TrunkSpec(name, SIZE, cut, normalisation="own")
    found = trunk(spec, all_weights[name])(image)
    scale = float(np.abs(wanted).max())
    np.testing.assert_allclose(found, np.reshape(wanted, (2, -1)), atol=2e-3 * scale)


@pytest.mark.parametrize("name", OTHERS)
def test_every_stage_can_be_cut_and_learned_from(
    all_weights: dict[str, Weights], name: str
) -> None:
    image = np.random.default_rng(1).integers(0, 256, (1, SIZE, SIZE, 3)).astype(np.float32)
    backbone = BACKBONES[name]
    whole = TrunkSpec(name, SIZE, backbone.stages[-1].end, "mean", normalisation="own")
    for stage in backbone.stages[1:3]:
        cut = frozen_cut(whole, stage.name)
        frozen = trunk(replace(whole, cut=cut, pool="none"), all_weights[name])
        spec = replace(whole, cut=cut, pool="none")
        assert frozen.output_shape == (None, spec.width)
        base = trunk(whole, all_weights[name])
        wanted = np.asarray(base(image))
        tail = tail_of(base, cut).model
        maps = np.reshape(frozen(image), (1, *spec.map_shape))
        np.testing.assert_allclose(tail(maps), wanted, rtol=1e-3, atol=1e-3 * wanted.max())
        learning = {variable.path for variable in tail.trainable_variables}
        assert learning
        assert not [path for path in learning if "bn" in path.lower().split("/")[-2].split("_")]


@pytest.mark.parametrize("name", OTHERS)
def test_a_model_of_each_loads_in_safe_mode_and_runs_in_openvino(
    all_weights: dict[str, Weights], tmp_path: Path, name: str
) -> None:
    spec = TrunkSpec(name, 64, BACKBONES[name].stages[-1].end, "mean", normalisation="own")
    base = trunk(spec, all_weights[name])
    kernel = np.random.default_rng(0).normal(size=(spec.width, 3)) / 100
    model = classification_model(base, 3, mirror=True, head=Head(kernel, np.zeros(3)))
    path = tmp_path / "model.keras"
    save_model(model, some_info(preprocessing=Preprocessing(size=64), backbone=name), path)
    crops = np.random.default_rng(2).integers(0, 256, (3, 64, 64, 3), np.uint8)
    wanted = np.asarray(model(crops.astype(np.float32)))
    np.testing.assert_allclose(load_keras(path)(crops.astype(np.float32)), wanted, atol=1e-5)
    np.testing.assert_allclose(Classifier(path).probabilities(crops), wanted, atol=1e-3)


@pytest.mark.parametrize("name", OTHERS)
def test_a_model_of_each_counts_in_integers_where_its_graph_suits(
    all_weights: dict[str, Weights], tmp_path: Path, name: str
) -> None:
    spec = TrunkSpec(name, 64, BACKBONES[name].stages[1].end, "mean", normalisation="own")
    base = trunk(spec, all_weights[name])
    kernel = np.random.default_rng(0).normal(size=(spec.width, 3)) / 100
    model = classification_model(base, 3, mirror=False, head=Head(kernel, np.zeros(3)))
    path = tmp_path / "model.keras"
    save_model(model, some_info(preprocessing=Preprocessing(size=64), backbone=name), path)
    crops = np.random.default_rng(2).integers(0, 256, (4, 64, 64, 3), np.uint8)
    graph = converted(path)
    assert suits(graph) == (name != "efficientnetb0")  # which has no ReLU
    if not suits(graph):
        return
    ranges = seen_ranges(graph, crops)
    found = Classifier(path, precision="int8", ranges=ranges).probabilities(crops)
    wanted = Classifier(path).probabilities(crops)
    if "int8" in reduced_precisions():
        np.testing.assert_allclose(found, wanted, atol=0.05)


def test_a_file_of_another_network_is_refused(networks: dict[str, tuple[Any, Path]]) -> None:
    for wanted in OTHERS:
        for other in OTHERS:
            if wanted != other:
                with pytest.raises(WeightsRefused, match=rf"{other}.h5 does not hold"):
                    find_weights(wanted, networks[other][1])
    with pytest.raises(WeightsRefused, match=r"mobilenetv2.h5 does not hold VGG16"):
        find_weights("vgg16", networks["mobilenetv2"][1])


def _lose(file: h5py.File, group: str) -> None:
    del file[group]


def _narrow(file: h5py.File, group: str) -> None:
    path = f"{group}/{next(iter(file[group]))}"
    while not isinstance(file[path], h5py.Dataset):
        path = f"{path}/{next(iter(file[path]))}"
    array = file[path][...]
    del file[path]
    file[path] = array[..., :-1]


def _grow(file: h5py.File, group: str) -> None:
    file[f"{group.rpartition('/')[0]}/conv9_conv/kernel:0"] = np.zeros((3, 3, 8, 8), "f4")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (_lose, "layer block_3_expand is missing"),
        (_narrow, r"the kernel of layer block_3_expand has the shape \(1, 1, 24, 143\), not"),
        (_grow, r"1 convolution\(s\) more, such as conv9_conv"),
    ],
)
def test_a_file_that_differs_names_the_layer(
    networks: dict[str, tuple[Any, Path]],
    tmp_path: Path,
    change: Callable[[h5py.File, str], None],
    complaint: str,
) -> None:
    path = tmp_path / "changed.h5"
    shutil.copy(networks["mobilenetv2"][1], path)
    with h5py.File(path, "a") as file:
        change(file, "model_weights/block_3_expand")
    with pytest.raises(WeightsRefused, match=complaint):
        find_weights("mobilenetv2", path)


@pytest.mark.parametrize("name", OTHERS)
def test_without_a_file_the_ways_out_are_named(name: str) -> None:
    title = BACKBONES[name].title
    with pytest.raises(WeightsMissing, match=rf"weights of {title} are not here.*name a file"):
        find_weights(name)
    assert not any(place.found for place in survey(name))


def test_a_stage_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidTrunk, match="stem, conv2, conv3, conv4"):
        frozen_cut(TrunkSpec("resnet50", 64, "conv4_block6_out"), "conv5")
