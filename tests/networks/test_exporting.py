"""Every format answers as the Keras model does, and what does not is not left behind."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from faceapp.networks import exporting
from faceapp.networks.exporting import FORMATS, ExportRefused, export_model
from faceapp.networks.saved_model import ModelRefused, load_keras, read_info
from networks.fakes import some_info


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_answers_as_the_model(
    saved: Path, crops: np.ndarray, tmp_path: Path, form: str
) -> None:
    done = export_model(saved, tmp_path / "new" / "faces", form, crops)
    assert done.file == tmp_path / "new" / f"faces{FORMATS[form].suffix}"
    assert (done.checked, done.same_class) == (len(crops), len(crops))
    assert done.max_difference < 1e-4
    wanted = np.asarray(load_keras(saved)(crops.astype(np.float32)))
    np.testing.assert_allclose(FORMATS[form].ask(done.file, crops), wanted, atol=1e-4)
    assert json.loads(json.dumps(done.to_json()))["file"] == str(done.file)
    if form == "keras":
        assert read_info(done.file) == some_info()
    else:
        beside = json.loads(done.file.with_suffix(".json").read_text("utf-8"))
        assert beside["classes"] == ["sad", "happy", "angry"]
    with pytest.raises(ExportRefused, match="there already"):
        export_model(saved, done.file, form, crops)


@pytest.mark.parametrize("form", FORMATS)
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
    with pytest.raises(ExportRefused, match="keras, openvino"):
        export_model(saved, tmp_path / "x", "pickle", crops)
    with pytest.raises(ModelRefused):
        export_model(tmp_path, tmp_path / "x", "keras", crops)
    (tmp_path / "file").touch()
    with pytest.raises(ExportRefused, match="cannot be written"):
        export_model(saved, tmp_path / "file" / "x", "keras", crops)
