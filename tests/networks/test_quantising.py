"""Eight-bit integers: really computed so, exact or not used, proved on each model, kept with it."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faceapp.inference import openvino_module, reduced_precisions
from faceapp.networks import precision
from faceapp.networks.classifier import Classifier, converted
from faceapp.networks.precision import Proof, fastest, prove, shared_out
from faceapp.networks.quantising import (
    Ranges,
    UnfitRanges,
    quantised,
    seen_ranges,
    suits,
)
from faceapp.networks.saved_model import save_model
from faceapp.networks.weights import Weights
from networks.fakes import some_info

exact = pytest.mark.skipif(
    "int8" not in reduced_precisions(), reason="this processor loses sums of eight-bit products"
)


@pytest.fixture
def run(saved: Path, tmp_path: Path) -> Path:
    shutil.copy(saved, tmp_path / "model.keras")
    return tmp_path


@pytest.fixture(scope="session")
def many() -> np.ndarray:
    """220 crops of 64 pixels that differ as faces do: in light and in large shapes."""
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 256, (220, 8, 8, 3)).astype(np.float32)
    fine = rng.normal(0, 12, (220, 64, 64, 3))
    return np.clip(coarse.repeat(8, 1).repeat(8, 2) + fine, 0, 255).astype(np.uint8)


@pytest.fixture
def quick_integers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Integers, with a pace that no other work on this machine can turn round."""
    monkeypatch.setattr(precision, "reduced_precisions", lambda: ("int8",))
    monkeypatch.setattr(precision._Trial, "_pace", lambda *_: {"f32": 2.0, "int8": 1.0})


def kinds(model: Any) -> list[str]:
    """Of each convolution of a model, in order, what it is computed in here."""
    compiled = openvino_module().Core().compile_model(model, "CPU")
    nodes = [node.get_rt_info() for node in compiled.get_runtime_model().get_ordered_ops()]
    return [
        node["runtimePrecision"].astype(str)
        for node in nodes
        if node["layerType"].astype(str) == "Convolution"
    ]


@pytest.mark.skipif(
    platform.machine() not in {"x86_64", "AMD64"}, reason="of processors of Intel and AMD"
)
@pytest.mark.parametrize("able", ["AVX2", "AVX512_CORE"])
def test_a_processor_that_loses_sums_does_not_count_in_integers(able: str) -> None:
    """oneDNN plays one that has no VNNI, whatever this one has."""
    asked = "from faceapp.inference import reduced_precisions as r; print('int8' in r())"
    answer = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, "ONEDNN_MAX_CPU_ISA": able},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "False"


@exact
def test_all_but_the_first_layers_count_in_integers(saved: Path, crops: np.ndarray) -> None:
    model = converted(saved)
    before = kinds(model)
    assert set(before) == {"f32"}
    after = kinds(quantised(model, seen_ranges(model, crops)))
    # Normalising and the layer on three channels, of the image and of its mirror image.
    assert after.count("f32") == 4
    assert after.count("u8") == len(before) - 4 == 12
    assert kinds(model) == before


@exact
def test_it_says_nearly_the_same(saved: Path, many: np.ndarray) -> None:
    ranges = seen_ranges(converted(saved), many[:40])
    exactly = Classifier(saved, threads=1).probabilities(many[40:140])
    reduced = Classifier(saved, threads=1, precision="int8", ranges=ranges)
    off = np.log(reduced.probabilities(many[40:140])) - np.log(exactly)
    spread = np.log(exactly).std(axis=0).max()
    assert np.abs(off).max() > 0  # rounding shows
    assert off.std() < 0.1 * spread


def test_ranges_survive_their_file(saved: Path, crops: np.ndarray) -> None:
    ranges = seen_ranges(converted(saved), crops)
    assert Ranges.from_json(json.loads(json.dumps(ranges.to_json()))) == ranges


@pytest.mark.parametrize("data", [[[1.0, 0.0]], [[1.0, float("nan")]], [["far"]], [3], None])
def test_ranges_that_end_nowhere_are_refused(data: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        Ranges.from_json(data)


@pytest.mark.parametrize("highest", [(), ((1.0,) * 64,), ((1.0,) * 3,) * 12])
def test_ranges_of_another_model_are_refused(saved: Path, highest: Any) -> None:
    with pytest.raises(UnfitRanges):
        Classifier(saved, threads=1, precision="int8", ranges=Ranges(highest))


@pytest.mark.parametrize(
    ("count", "telling"), [(0, 0), (100, 0), (101, 1), (150, 50), (200, 100), (400, 100)]
)
def test_crops_tell_ranges_or_prove_never_both(count: int, telling: int) -> None:
    crops = np.zeros((count, 1, 1, 3), np.uint8)
    crops[:, 0, 0, 0], crops[:, 0, 0, 1] = np.divmod(np.arange(count), 256)
    tell, show = shared_out(crops)
    assert (len(tell), len(show)) == (telling, count - telling)
    assert len(np.unique(np.concatenate([tell, show]), axis=0)) == count


@exact
@pytest.mark.usefixtures("quick_integers")
def test_what_is_proved_is_used_and_kept(
    run: Path, many: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fastest(run, many, threads=1)
    assert first.precision == "int8"
    kept = json.loads((run / "precision.json").read_text())
    assert [(each["precision"], each["crops"]) for each in kept["proofs"]] == [("int8", 120)]
    monkeypatch.delattr(precision, "prove")
    monkeypatch.delattr(precision, "seen_ranges")
    again = fastest(run, threads=1)
    assert again.precision == "int8"
    np.testing.assert_allclose(
        again.probabilities(many[:20]), first.probabilities(many[:20]), atol=1e-4
    )


@exact
@pytest.mark.usefixtures("quick_integers")
def test_what_says_something_else_is_not_used(
    run: Path, many: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "prove", lambda *_: Proof("int8", 0.98, 120))
    assert fastest(run, many, threads=1).precision == "f32"
    monkeypatch.delattr(precision, "prove")
    assert fastest(run, many, threads=1).precision == "f32"  # nor tried again


@exact
@pytest.mark.usefixtures("quick_integers")
@pytest.mark.parametrize("part", ["whole", "ranges", "channels"])
def test_a_damaged_file_is_made_again(run: Path, many: np.ndarray, part: str) -> None:
    assert fastest(run, many, threads=1).precision == "int8"
    file = run / "precision.json"
    good = json.loads(file.read_text())
    broken = {
        "whole": "{",
        "ranges": json.dumps({**good, "ranges": [["far"]]}),
        "channels": json.dumps({**good, "ranges": good["ranges"][1:]}),
    }
    file.write_text(broken[part])
    assert fastest(run, many, threads=1).precision == "int8"
    assert json.loads(file.read_text())["ranges"] == good["ranges"]


@exact
def test_the_pace_is_measured_once_on_each_processor(
    run: Path, many: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "reduced_precisions", lambda: ("int8",))
    file = run / "precision.json"

    def measured() -> dict[str, Any]:
        used = fastest(run, many, threads=1).precision
        kept = json.loads(file.read_text())
        assert (used == "int8") == (kept["pace"]["int8"] < kept["pace"]["f32"])
        return kept

    first = measured()
    assert measured() == first
    file.write_text(json.dumps({**first, "processor": "another", "pace": {"f32": 1, "int8": 9}}))
    again = measured()
    assert again["processor"] == first["processor"]
    assert again["pace"] not in (first["pace"], {"f32": 1, "int8": 9})


@exact
@pytest.mark.usefixtures("quick_integers")
def test_what_another_model_kept_is_not_used(
    run: Path, many: np.ndarray, make_model: Callable[[int], Any]
) -> None:
    fastest(run, many, threads=1)
    save_model(make_model(1), some_info(), run / "model.keras")
    assert fastest(run, many[:100], threads=1).precision == "f32"


@exact
def test_what_is_no_faster_is_not_used(
    run: Path, many: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "reduced_precisions", lambda: ("int8", "bf16"))
    monkeypatch.delattr(precision, "prove")
    pace = {"f32": 1.0, "int8": 1.5, "bf16": 2.0}
    monkeypatch.setattr(precision._Trial, "_pace", lambda *_: pace)
    assert fastest(run, many, threads=1).precision == "f32"


@exact
def test_the_faster_of_two_is_tried_first(
    run: Path, many: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "reduced_precisions", lambda: ("int8", "bf16"))
    pace = {"f32": 3.0, "int8": 2.0, "bf16": 1.0}
    monkeypatch.setattr(precision._Trial, "_pace", lambda *_: pace)
    assert fastest(run, many, threads=1).precision == "bf16"
    pace["int8"] = 0.5
    assert fastest(run, many, threads=1).precision == "int8"
    precisions = {
        each["precision"] for each in json.loads((run / "precision.json").read_text())["proofs"]
    }
    assert precisions == {"int8", "bf16"}


def test_a_network_without_such_layers_stays_as_it_is() -> None:
    opset = openvino_module().opset13
    image = opset.parameter([1, 16, 4, 4], np.float32)
    kernel = opset.constant(np.ones((2, 16, 1, 1), np.float32))
    nothing = [0, 0]
    seen = opset.convolution(image, kernel, [1, 1], nothing, nothing, [1, 1])
    assert not suits(openvino_module().Model([seen.output(0)], [image]))


@exact
@pytest.mark.slow
@pytest.mark.parametrize(("cut", "size"), [("block3_pool", 112), ("block4_pool", 96)])
def test_real_faces_get_the_same_class(
    imagenet: Weights, face_data: Path, tmp_path: Path, cut: str, size: int
) -> None:
    """By a network that was trained on some of them; each figure is of people it never saw."""
    from faceapp.dataset import Dataset
    from faceapp.dataset.importing import ImportOptions, import_images
    from faceapp.training.material import TrainConfig
    from faceapp.training.recipes import recipe_named
    from faceapp.training.trainer import train

    del imagenet
    (tmp_path / "images").mkdir()
    for image in sorted((face_data / "images").iterdir())[::4]:
        shutil.copy(image, tmp_path / "images")
    options = ImportOptions(
        task="expression", csv=face_data / "labels.csv", group_pattern=r"^(.+)_\d+\."
    )
    recipe = recipe_named("quick").with_settings({"cut": cut, "size": str(size)})
    with Dataset.create(tmp_path / "dataset") as dataset:
        import_images(dataset, tmp_path / "images", options)
        run = train(dataset, TrainConfig("expression", recipe, ("neutral", "happy"))).folder
    plain = Classifier(run)
    crops = precision.validation_crops(run, plain.info.preprocessing)
    tell, show = crops[::2], crops[1::2]
    ranges = seen_ranges(converted(run / "model.keras"), tell)
    reduced = Classifier(run, precision="int8", ranges=ranges)
    proof = prove(plain, reduced, show)
    assert proof.crops >= 30
    assert proof.agreement >= 0.98
