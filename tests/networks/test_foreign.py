"""Classifiers made elsewhere are asked as they are said to be, and what is odd is refused."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest

from faceapp.networks.classifier import Classifier
from faceapp.networks.foreign import (
    Description,
    Outline,
    Undescribed,
    describe,
    description_file,
    outline_of,
)
from faceapp.networks.frameworks import keras_module
from faceapp.networks.heat import HeatMapper
from faceapp.networks.saved_model import ModelRefused
from networks.elsewhere import CLASSES, SIZE, keras_file, onnx_file, softmax

TORCH_MEAN, TORCH_DEVIATION = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)


@pytest.fixture
def faces() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (4, SIZE, SIZE, 3), np.uint8)


@pytest.mark.parametrize("last", ["softmax", None])
def test_a_keras_classifier_in_grey(tmp_path: Path, faces: np.ndarray, last: str | None) -> None:
    file = tmp_path / "elsewhere.keras"
    model = keras_file(file, 1, last)
    said = describe(file, Description(CLASSES, channels="grey", scaling="0..1", task="mood"))
    assert (said.size, said.scores, said.one_by_one) == (SIZE, last is None, False)
    asked = Classifier(file, threads=1)
    assert (asked.info.classes, asked.info.task) == (CLASSES, "mood")
    grey = faces @ np.array([0.299, 0.587, 0.114])
    wanted = np.asarray(model(grey[..., None] / 255))
    wanted = softmax(wanted) if last is None else wanted
    np.testing.assert_allclose(asked.probabilities(faces), wanted, atol=1e-3)
    assert HeatMapper(file, threads=1).heat(faces[0], 1).shape == (8, 8)


@pytest.mark.parametrize("count", ["batch", 1])
def test_an_onnx_classifier_in_the_order_of_torch(
    tmp_path: Path, faces: np.ndarray, count: str | int
) -> None:
    file = tmp_path / "elsewhere.onnx"
    kernel = onnx_file(file, count)
    said = describe(file, Description(CLASSES, channels="bgr", scaling="torch"))
    assert (said.scores, said.one_by_one) == (True, count == 1)
    scaled = (faces - np.array(TORCH_MEAN)) / np.array(TORCH_DEVIATION)
    flat = scaled[..., ::-1].transpose(0, 3, 1, 2).reshape(len(faces), -1)
    asked = Classifier(file, threads=1)
    np.testing.assert_allclose(asked.probabilities(faces), softmax(flat @ kernel), atol=1e-3)
    # Another description makes another network, whatever was kept of the first.
    describe(file, Description(CLASSES, scaling="torch"))
    other = Classifier(file, threads=1).probabilities(faces)
    straight = scaled.transpose(0, 3, 1, 2).reshape(len(faces), -1)
    np.testing.assert_allclose(other, softmax(straight @ kernel), atol=1e-3)


def test_an_openvino_classifier(saved: Path, crops: np.ndarray, tmp_path: Path) -> None:
    from faceapp.networks.exporting import export_model

    file = export_model(saved, tmp_path / "faces", "openvino", crops).file
    describe(file, Description(CLASSES))
    np.testing.assert_allclose(
        Classifier(file, threads=1).probabilities(crops),
        Classifier(saved, threads=1).probabilities(crops),
        atol=1e-4,
    )


def test_what_nobody_described_is_asked_for(tmp_path: Path) -> None:
    onnx_file(tmp_path / "elsewhere.onnx")
    with pytest.raises(Undescribed, match="--classes"):
        Classifier(tmp_path / "elsewhere.onnx")
    description_file(tmp_path / "elsewhere.onnx").write_text('{"format": 1}')
    with pytest.raises(ModelRefused, match="say it again"):
        Classifier(tmp_path / "elsewhere.onnx")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Description(CLASSES[:2]), "2 classes were said"),
        (Description(CLASSES, size=64), "takes 40 x 40 pixels, not 64"),
        (Description(CLASSES, channels="grey"), "does not take grey images"),
        (Description(CLASSES, channels="grey", scaling="torch"), "three channels"),
        (Description(("one", "one", "two")), "different names"),
        (Description(CLASSES, unsure_below=2), "unsure_below"),
    ],
)
def test_what_does_not_fit_is_said(tmp_path: Path, said: Description, words: str) -> None:
    file = tmp_path / "elsewhere.onnx"
    onnx_file(file)
    with pytest.raises(ModelRefused, match=words) as refused:
        describe(file, said)
    assert str(file) in str(refused.value)
    assert not description_file(file).exists()


def lambda_layer(path: Path) -> None:
    keras_file(path, 3, "softmax", keras_module().layers.Lambda(lambda x: x))


def changed_config(path: Path) -> None:
    """A layer of a module that is not Keras's."""
    keras_file(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    config["config"]["layers"][1].update(module="os", class_name="system")
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def weights_elsewhere(path: Path) -> None:
    onnx_file(path)
    model = onnx.load(path)
    onnx.save(model, path, save_as_external_data=True, location="other.bin", size_threshold=0)


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("a.keras", lambda_layer, "Lambda"),
        ("a.keras", changed_config, r"os\.system"),
        ("a.keras", lambda path: path.write_bytes(b"PK no zip"), "damaged"),
        ("a.onnx", weights_elsewhere, "in other files"),
        ("a.onnx", lambda path: path.write_bytes(b"\xff\xff no"), "no ONNX model"),
        ("a.xml", lambda path: path.write_text("<net"), "no model that OpenVINO reads"),
        ("a.h5", lambda path: path.write_bytes(b"old"), r"\.h5"),
        ("a.onnx", lambda path: None, "There is no model"),
    ],
)
def test_files_are_opened_with_distrust(
    tmp_path: Path, name: str, make: Callable[[Path], object], words: str
) -> None:
    make(tmp_path / name)
    with pytest.raises(ModelRefused, match=words):
        describe(tmp_path / name, Description(CLASSES))


def test_what_faceapp_saved_needs_no_words(saved: Path) -> None:
    with pytest.raises(ModelRefused, match="says itself"):
        describe(saved, Description(CLASSES))


def one_number(path: Path) -> None:
    layers = keras_module().layers
    model = keras_module().Sequential(
        [layers.Input((SIZE, SIZE, 1)), layers.Flatten(), layers.Dense(1, activation="sigmoid")]
    )
    model.save(path)


def test_a_file_says_what_it_can_of_itself(tmp_path: Path) -> None:
    onnx_file(tmp_path / "a.onnx")
    assert outline_of(tmp_path / "a.onnx") == Outline(SIZE, 3, 3)
    keras_file(tmp_path / "a.keras", 1)
    assert outline_of(tmp_path / "a.keras") == Outline(SIZE, 1, 3)
    one_number(tmp_path / "b.keras")
    with pytest.raises(ModelRefused, match="softmax"):
        outline_of(tmp_path / "b.keras")
