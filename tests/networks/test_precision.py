"""A faster arithmetic is used only where it is proved to say the same class."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from faceapp.dataset import Dataset
from faceapp.networks import precision
from faceapp.networks.crops import Crops, ensure_faces
from faceapp.networks.precision import Proof, fastest, prove, validation_crops
from faceapp.networks.saved_model import read_info


class Saying:
    """Names the class that each crop's first pixel says, but for the first so many crops."""

    def __init__(self, wrong: int, precision: str = "f32") -> None:
        self.precision = precision
        self._wrong = wrong

    def probabilities(self, crops: np.ndarray, job: object = None) -> np.ndarray:
        chosen = crops[:, 0, 0, 0] % 3
        chosen[: self._wrong] = (chosen[: self._wrong] + 1) % 3
        return np.eye(3, dtype=np.float32)[chosen]


def numbered(count: int) -> np.ndarray:
    crops = np.zeros((count, 2, 2, 3), np.uint8)
    crops[:, 0, 0, 0] = np.arange(count) % 250
    return crops


@pytest.mark.parametrize(
    ("crops", "wrong", "holds"),
    [(200, 2, True), (200, 3, False), (100, 1, True), (99, 0, False), (0, 0, False)],
)
def test_99_in_100_of_enough_crops_is_a_proof(crops: int, wrong: int, holds: bool) -> None:
    proof = prove(Saying(0), Saying(wrong, "bf16"), numbered(crops))
    assert (proof.precision, proof.crops, proof.holds) == ("bf16", crops, holds)
    assert proof.agreement == (pytest.approx(1 - wrong / crops) if crops else 0)


@pytest.fixture
def run(saved: Path, tmp_path: Path) -> Path:
    shutil.copy(saved, tmp_path / "model.keras")
    return tmp_path


@pytest.fixture
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor that has bfloat16; without one, OpenVINO computes in f32 all the same."""
    monkeypatch.setattr(precision, "reduced_precisions", lambda: ("bf16",))


def many(crops: np.ndarray) -> np.ndarray:
    return np.tile(crops, (20, 1, 1, 1))


@pytest.mark.usefixtures("able")
def test_a_proved_precision_is_used_and_proved_once(
    run: Path, crops: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fastest(run, many(crops), threads=1).precision == "bf16"
    monkeypatch.delattr(precision, "prove")
    assert fastest(run, threads=1).precision == "bf16"


@pytest.mark.usefixtures("able")
def test_a_proof_is_of_one_file(run: Path, crops: np.ndarray) -> None:
    fastest(run, many(crops), threads=1)
    kept = json.loads((run / "precision.json").read_text())
    (run / "precision.json").write_text(json.dumps({**kept, "model": "of another"}))
    assert fastest(run, crops, threads=1).precision == "f32"  # five crops prove nothing


@pytest.mark.usefixtures("able")
def test_a_precision_that_says_something_else_is_not_used(
    run: Path, crops: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "prove", lambda *_: Proof("bf16", 0.98, 400))
    assert fastest(run, crops, threads=1).precision == "f32"
    assert json.loads((run / "precision.json").read_text())["proofs"][0]["agreement"] == 0.98


def test_where_the_processor_has_none_nothing_is_proved(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "reduced_precisions", tuple)
    monkeypatch.delattr(precision, "prove")
    assert fastest(run, threads=1).precision == "f32"


def test_validation_samples_are_those_of_the_runs_split(
    saved: Path, drawn_dataset: Path, tmp_path: Path
) -> None:
    from faceapp.faces import FaceDetector

    shutil.copytree(drawn_dataset, tmp_path / "dataset")
    run = tmp_path / "dataset" / "runs" / "one"
    run.mkdir()
    shutil.copy(saved, run / "model.keras")
    spec = read_info(run).preprocessing
    with Dataset.open(tmp_path / "dataset") as dataset:
        ids = [sample.id for sample in dataset.samples()][:6]
        ensure_faces(dataset, ids, FaceDetector(threads=1))
        wanted = [crop for _, crop in Crops(dataset, ids[2:5], spec)(ids[2:5])]
    split = {"train": ids[:2], "validation": ids[2:5], "test": ids[5:]}
    (run / "split.json").write_text(json.dumps(split))
    assert np.array_equal(validation_crops(run, spec), wanted)
    for broken in ("", "[]", '{"validation": "all"}', '{"validation": [99999]}'):
        (run / "split.json").write_text(broken)
        assert validation_crops(run, spec).shape == (0, 64, 64, 3)
