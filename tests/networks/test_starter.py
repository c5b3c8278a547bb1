"""The starter: head and base put together again answer as the model they were taken from."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faceapp.networks import precision
from faceapp.networks.adapters import Adapter, adapted
from faceapp.networks.backbones import Head, TrunkSpec, classification_model, trunk
from faceapp.networks.classifier import Classifier, converted
from faceapp.networks.heat import HeatMapper
from faceapp.networks.precision import Proof
from faceapp.networks.quantising import seen_ranges
from faceapp.networks.saved_model import load_keras, read_info, save_model
from faceapp.networks.starter import (
    StarterRefused,
    add_proof,
    model_named,
    proofs_of,
    save_head,
    starter_card,
    starter_model,
)
from faceapp.networks.weights import Weights
from faceapp.paths import resource_path
from networks.fakes import SMALL, some_info


@pytest.fixture(params=[False, True], ids=["head alone", "adapter"])
def model(
    request: pytest.FixtureRequest,
    make_model: Callable[[int], Any],
    some_weights: Weights,
    tmp_path: Path,
) -> Path:
    """A model that names its base's weights."""
    (tmp_path / "run").mkdir()
    info = some_info(weights_digest=some_weights.digest)
    made = make_adapted(some_weights) if request.param else make_model(0)
    save_model(made, info, tmp_path / "run" / "model.keras")
    return tmp_path / "run"


def make_adapted(weights: Weights) -> Any:
    random = np.random.default_rng(1)
    small = random.normal(size=(256, 5)).astype(np.float32) / 16
    base = adapted(trunk(SMALL, weights), SMALL, Adapter(small, np.ones(5, np.float32)))
    kernel = random.standard_normal((base.output_shape[-1], 3)) / 300
    return classification_model(base, 3, mirror=True, head=Head(kernel, np.zeros(3)))


@pytest.fixture
def head(model: Path, tmp_path: Path) -> Path:
    save_head(model, SMALL, tmp_path / "head.npz")
    return tmp_path / "head.npz"


def test_put_together_it_answers_alike(
    model: Path, head: Path, some_weights: Weights, crops: np.ndarray
) -> None:
    assert head.stat().st_size < 2**20
    made = starter_model(head, some_weights)
    assert read_info(made) == read_info(model)
    np.testing.assert_allclose(
        Classifier(made, threads=1).probabilities(crops),
        Classifier(model, threads=1).probabilities(crops),
        atol=1e-5,
    )
    before = made.stat().st_mtime_ns
    assert starter_model(head, some_weights) == made
    assert made.stat().st_mtime_ns == before
    made.write_bytes(b"cut off")
    assert read_info(starter_model(head, some_weights)) == read_info(model)


def test_a_proof_travels_with_the_head(
    head: Path, some_weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "reduced_precisions", lambda: ("bf16",))
    plain = starter_model(head, some_weights)
    assert precision.fastest(plain, threads=1).precision == "f32"  # nothing to prove it on
    add_proof(head, Proof("bf16", 0.995, 227))
    proved = starter_model(head, some_weights)
    monkeypatch.delattr(precision, "prove")
    assert precision.fastest(proved, threads=1).precision == "bf16"
    old, new = (load_keras(each).get_layer("predictions").get_weights() for each in (plain, proved))
    assert all(np.array_equal(*each) for each in zip(old, new, strict=True))
    add_proof(head, Proof("bf16", 0.98, 227))
    assert precision.fastest(starter_model(head, some_weights), threads=1).precision == "f32"


def test_ranges_travel_with_a_proof_of_integers(
    head: Path, some_weights: Weights, crops: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "reduced_precisions", lambda: ("int8",))
    monkeypatch.setattr(precision._Trial, "_pace", lambda *_: {"f32": 2.0, "int8": 1.0})
    plain = starter_model(head, some_weights)
    ranges = seen_ranges(converted(plain), crops)
    add_proof(head, Proof("int8", 0.995, 227), ranges)
    add_proof(head, Proof("bf16", 0.98, 227))
    assert head.stat().st_size < 2**20
    assert {each.precision for each in proofs_of(head)} == {"int8", "bf16"}
    monkeypatch.delattr(precision, "prove")
    monkeypatch.delattr(precision, "seen_ranges")
    made = precision.fastest(starter_model(head, some_weights), threads=1)
    assert made.precision == "int8"
    wanted = Classifier(plain, threads=1, precision="int8", ranges=ranges).probabilities(crops)
    np.testing.assert_allclose(made.probabilities(crops), wanted, atol=1e-4)
    add_proof(head, Proof("int8", 0.98, 227), ranges)
    assert precision.fastest(starter_model(head, some_weights), threads=1).precision == "f32"


def test_a_head_on_other_weights_is_refused(
    head: Path, some_weights: Weights, tmp_path: Path
) -> None:
    from dataclasses import replace

    with pytest.raises(StarterRefused, match="other weights"):
        starter_model(head, replace(some_weights, digest="1" * 64))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no more", b"\x80\x04N."])
def test_a_damaged_head_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "head.npz").write_bytes(content)
    with pytest.raises(StarterRefused, match="damaged"):
        starter_model(tmp_path / "head.npz")


def test_a_head_with_fields_missing_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "head.npz", about=np.frombuffer(b"{}", np.uint8))
    with pytest.raises(StarterRefused, match="damaged"):
        starter_model(tmp_path / "head.npz")


def test_a_head_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StarterRefused, match="train one of your own"):
        starter_model(tmp_path / "head.npz")


def test_only_a_head_on_that_base_is_saved(model: Path, tmp_path: Path) -> None:
    with pytest.raises(StarterRefused, match="block4_pool"):
        save_head(model, TrunkSpec(size=64), tmp_path / "head.npz")


def test_any_other_name_is_a_path() -> None:
    assert model_named("runs/7") == Path("runs/7")


def test_the_starter_that_ships_reads_faces(
    imagenet: Weights, drawn_faces: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was learned from photographs, so of drawn faces only the plainest is asked."""
    from faceapp.faces import FaceDetector, main_face, prepare
    from faceapp.imaging import read_image

    head = resource_path("starter", "head.npz")
    assert head.stat().st_size < 2**20
    model = Classifier(model_named("starter"), threads=1)
    assert model.info.classes == ("neutral", "happy", "sad", "angry", "surprised")
    assert model.info.weights_digest == imagenet.digest
    detector, crops = FaceDetector(threads=1), []
    with (drawn_faces / "labels.csv").open(encoding="utf-8", newline="") as file:
        happy = [row["image"] for row in csv.DictReader(file) if row["expression"] == "happy"]
    for picture in happy[:6]:
        pixels = read_image(drawn_faces / picture).pixels
        face = main_face(detector.detect(pixels), pixels.shape[:2])
        crops.append(prepare(pixels, face, model.info.preprocessing))
    found = model.probabilities(np.stack(crops))
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-3)
    assert model.info.classes[int(found.mean(axis=0).argmax())] == "happy"
    file = model_named("starter")
    assert file.stat().st_size < 8_000_000
    assert HeatMapper(file, threads=1).exact  # so that the Live page shows where it looks at once
    proofs = proofs_of(head)
    assert proofs
    monkeypatch.setattr(precision._Trial, "_pace", lambda *_: {"f32": 2.0, "int8": 1.0})
    for proof in proofs:
        monkeypatch.setattr(precision, "reduced_precisions", lambda able=proof.precision: (able,))
        assert precision.fastest(file, threads=1).precision == proof.precision


def test_its_card_says_what_it_is() -> None:
    card = starter_card().read_text("utf-8")
    assert "Apache-2.0" in card
    assert "## Limits" in card
    assert all(f"| {name} |" in card for name in ("happy", "sex: female", "sex: male"))
