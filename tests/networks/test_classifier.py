"""The classifier: equal to Keras, equal from its kept conversion, never stale."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faceapp.errors import Cancelled
from faceapp.jobs import Job, Progress
from faceapp.networks import classifier
from faceapp.networks.backbones import Head, TrunkSpec, classification_model, trunk
from faceapp.networks.classifier import Classifier
from faceapp.networks.saved_model import ModelRefused, load_keras, save_model
from faceapp.networks.weights import Weights
from networks.fakes import some_info


@pytest.fixture
def run(saved: Path, tmp_path: Path) -> Path:
    """The folder of a run with nothing but a model in it."""
    shutil.copy(saved, tmp_path / "model.keras")
    return tmp_path


def kept(run: Path) -> list[str]:
    return sorted(path.name for path in run.iterdir() if path.name != "model.keras")


def test_it_answers_as_keras_does(run: Path, crops: np.ndarray) -> None:
    wanted = load_keras(run).predict(crops.astype(np.float32), verbose=0)
    found = Classifier(run).probabilities(crops)
    np.testing.assert_allclose(found, wanted, atol=1e-5)
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)
    assert found.dtype == np.float32


def test_the_real_weights_answer_alike_in_both_engines(
    imagenet: Weights, tmp_path: Path, crops: np.ndarray
) -> None:
    spec = TrunkSpec(size=64, pool="mean2", grey=True)
    kernel = np.random.default_rng(0).standard_normal((spec.width, 3)) / 2000
    head = Head(kernel, np.zeros(3))
    model = classification_model(trunk(spec, imagenet), 3, mirror=True, head=head)
    save_model(model, some_info(), tmp_path / "model.keras")
    found = Classifier(tmp_path, threads=1).probabilities(crops)
    np.testing.assert_allclose(found, model(crops.astype(np.float32)), atol=1e-5)
    assert found.std(0).max() > 1e-3  # it tells images apart


def test_the_second_time_it_needs_no_tensorflow(run: Path, crops: np.ndarray) -> None:
    first = Classifier(run).probabilities(crops)
    np.save(run / "crops.npy", crops)
    code = f"""
import sys
from pathlib import Path
import numpy as np
from faceapp.networks.classifier import Classifier
run = Path({str(run)!r})
np.save(run / "found.npy", Classifier(run).probabilities(np.load(run / "crops.npy")))
assert not {{"keras", "tensorflow"}} & set(sys.modules)
assert sys.modules["openvino_telemetry"] is None
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    np.testing.assert_allclose(np.load(run / "found.npy"), first, atol=1e-5)


def test_conversion_loads_no_telemetry(run: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from faceapp.networks.classifier import Classifier
Classifier(Path({str(run)!r}))
assert "openvino.tools.ovc" in sys.modules
loaded = [name for name, module in sys.modules.items() if module is not None]
assert not [name for name in loaded if name.startswith("openvino_telemetry")]
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_changed_model_is_never_served_stale(
    run: Path, make_model: Callable[[int], Any], crops: np.ndarray
) -> None:
    before = Classifier(run).probabilities(crops)
    names = kept(run)
    save_model(make_model(1), some_info(), run / "model.keras")
    after = Classifier(run).probabilities(crops)
    wanted = make_model(1)(crops.astype(np.float32))
    np.testing.assert_allclose(after, wanted, atol=1e-5)
    assert np.abs(after - before).max() > 0.01
    assert len(kept(run)) == len(names) == 2
    assert not set(kept(run)) & set(names)


@pytest.mark.parametrize("suffix", [".xml", ".bin"])
@pytest.mark.parametrize("share", [0, 0.7])
def test_a_damaged_conversion_is_made_anew(
    run: Path, crops: np.ndarray, suffix: str, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = Classifier(run).probabilities(crops)
    (damaged,) = run.glob(f"*{suffix}")
    data = damaged.read_bytes()
    damaged.write_bytes(data[: int(len(data) * share)])
    np.testing.assert_allclose(Classifier(run).probabilities(crops), wanted, atol=1e-5)
    monkeypatch.delattr(classifier, "convert")
    np.testing.assert_allclose(Classifier(run).probabilities(crops), wanted, atol=1e-5)


def test_a_folder_that_takes_no_files_does_no_harm(
    run: Path, crops: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    assert Classifier(run).probabilities(crops).shape == (5, 3)
    assert kept(run) == []


def test_batches_report_and_can_be_cancelled(
    run: Path, crops: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifier, "BATCH", 2)
    seen: list[Progress] = []
    model = Classifier(run)
    whole = model.probabilities(crops, Job(report=seen.append))
    assert [progress.done for progress in seen] == [0, 2, 4, 5]
    for index, crop in enumerate(crops):
        np.testing.assert_allclose(model.probabilities(crop[None])[0], whole[index], atol=1e-5)
    with pytest.raises(Cancelled):
        model.probabilities(crops, Job(report=seen.append, cancelled=lambda: len(seen) > 5))
    assert len(seen) == 6


def test_several_threads_may_ask_at_once(run: Path, crops: np.ndarray) -> None:
    alone = Classifier(run, threads=1).probabilities(crops)
    model = Classifier(run, threads=2, streams=2)
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(model.probabilities, [crops[n % 5 : n % 5 + 1] for n in range(40)]))
    for number, part in enumerate(parts):
        np.testing.assert_allclose(part[0], alone[number % 5], atol=1e-5)


def test_no_crops_give_no_rows(run: Path) -> None:
    assert Classifier(run).probabilities(np.zeros((0, 64, 64, 3), np.uint8)).shape == (0, 3)


def test_crops_that_do_not_fit_are_our_mistake(run: Path, crops: np.ndarray) -> None:
    model = Classifier(run)
    with pytest.raises(ValueError, match="uint8"):
        model.probabilities(crops.astype(np.float32))
    with pytest.raises(ValueError, match="side 64"):
        model.probabilities(crops[:, :32])


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.keras").write_text("no")
    with pytest.raises(ModelRefused):
        Classifier(tmp_path)
