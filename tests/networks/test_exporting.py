"""Every format answers as the Keras model does, and what does not is not left behind."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from faceapp.networks import exporting
from faceapp.networks.exporting import ExportRefused, export_model
from faceapp.networks.formats import FORMATS, beside
from faceapp.networks.saved_model import ModelRefused, load_keras, read_info


def _described(file: Path) -> dict[str, Any]:
    """Classes and preprocessing as whoever uses the file elsewhere finds them."""
    if file.suffix == ".keras":
        return read_info(file).to_json()
    if file.suffix == ".onnx":
        session = onnxruntime.InferenceSession(file)
        return json.loads(session.get_modelmeta().custom_metadata_map["faceapp"])
    return json.loads(beside(file, ".json").read_text("utf-8"))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_answers_as_the_model(
    saved: Path, crops: np.ndarray, tmp_path: Path, form: str
) -> None:
    done = export_model(saved, tmp_path / "new" / "faces", form, crops, "# The card")
    assert done.file == tmp_path / "new" / f"faces{FORMATS[form].suffix}"
    assert (done.checked, done.same_class) == (len(crops), len(crops))
    assert done.max_difference < 1e-4
    wanted = np.asarray(load_keras(saved)(crops.astype(np.float32)))
    np.testing.assert_allclose(FORMATS[form].ask(done.file, crops), wanted, atol=1e-4)
    assert json.loads(json.dumps(done.to_json()))["file"] == str(done.file)
    assert list(_described(done.file)["classes"]) == ["sad", "happy", "angry"]
    card = beside(done.file, ".md").read_text("utf-8")
    assert card.startswith("# The card\n")
    assert "5 test images: 5 answers as the Keras model's" in card
    with pytest.raises(ExportRefused, match="there already"):
        export_model(saved, done.file, form, crops)


@pytest.mark.parametrize("form", ["keras", "openvino"])
def test_what_answers_otherwise_is_not_left(
    saved: Path, crops: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    def wrong(_file: Path, asked: np.ndarray) -> np.ndarray:
        return np.full((len(asked), 3), 1 / 3, np.float32)

    monkeypatch.setattr(exporting, "FORMATS", {form: replace(FORMATS[form], ask=wrong)})
    with pytest.raises(ExportRefused, match="answer otherwise"):
        export_model(saved, tmp_path / "faces", form, crops)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_exported_is_said(saved: Path, crops: np.ndarray, tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="keras, onnx, openvino, litert"):
        export_model(saved, tmp_path / "x", "pickle", crops)
    with pytest.raises(ModelRefused):
        export_model(tmp_path, tmp_path / "x", "keras", crops)
    (tmp_path / "file").touch()
    with pytest.raises(ExportRefused, match="cannot be written"):
        export_model(saved, tmp_path / "file" / "x", "keras", crops)
