"""A model's file: what goes in comes out, and hostile or foreign files are refused in words."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.networks.saved_model import (
    ModelInfo,
    ModelNotSaved,
    ModelRefused,
    load_keras,
    read_info,
    save_model,
)
from networks.fakes import some_info


def rewritten(saved: Path, folder: Path, **members: bytes | None) -> Path:
    """A copy of a model's file with some members replaced (None: left out)."""
    named = {name.replace("__", "."): data for name, data in members.items()}
    path = folder / "model.keras"
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(path, "w") as copy:
        for name in {*source.namelist(), *named}:
            data = named[name] if name in named else source.read(name)
            if data is not None:
                copy.writestr(name, data)
    return path


def json_of(saved: Path, member: str) -> Any:
    with zipfile.ZipFile(saved) as archive:
        return json.loads(archive.read(member))


@given(
    classes=st.lists(st.text(min_size=1), min_size=2, max_size=9, unique=True),
    mirror=st.booleans(),
    temperature=st.floats(0.01, 100),
    unsure_below=st.floats(0, 1),
    text=st.text(),
)
def test_info_survives_json(
    classes: list[str], mirror: bool, temperature: float, unsure_below: float, text: str
) -> None:
    info = some_info(
        classes=tuple(classes),
        mirror=mirror,
        temperature=temperature,
        unsure_below=unsure_below,
        trained_on=text,
    )
    assert ModelInfo.from_json(json.loads(json.dumps(info.to_json()))) == info


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("classes", ["sad"]),
        ("classes", ["sad", "sad"]),
        ("classes", "sad"),
        ("classes", ["sad", 3]),
        ("mirror", 1),
        ("temperature", 0),
        ("temperature", float("nan")),
        ("temperature", True),
        ("unsure_below", 1.1),
        ("task", None),
        ("preprocessing", {"size": 64}),
        ("preprocessing", None),
        ("format", 2),
        ("surprise", 1),
    ],
)
def test_info_names_the_field_that_is_wrong(field: str, value: object) -> None:
    data = json.loads(json.dumps(some_info().to_json()))
    with pytest.raises(ModelRefused, match=field):
        ModelInfo.from_json({**data, field: value})


def test_info_refuses_a_missing_field() -> None:
    data = some_info().to_json()
    del data["mirror"]
    with pytest.raises(ModelRefused, match="mirror"):
        ModelInfo.from_json(data)


def test_a_saved_model_answers_as_before(
    saved: Path, make_model: Callable[[int], Any], crops: np.ndarray
) -> None:
    images = crops.astype(np.float32)
    loaded = load_keras(saved)
    np.testing.assert_allclose(loaded(images), make_model(0)(images), atol=1e-6)
    assert read_info(saved) == read_info(saved.parent) == some_info()


def test_reading_info_loads_no_framework(saved: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from faceapp.networks.saved_model import read_info;"
        f"print(read_info(Path({str(saved)!r})).task);"
        "assert not {'keras', 'tensorflow', 'openvino', 'h5py'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "expression"), done.stderr


def test_a_failed_save_leaves_the_old_model(
    saved: Path, make_model: Callable[[int], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(saved.read_bytes())
    monkeypatch.setattr(zipfile.ZipFile, "writestr", fail_as_a_full_disk)
    with pytest.raises(ModelNotSaved, match=r"model\.keras"):
        save_model(make_model(1), some_info(), path)
    assert path.read_bytes() == saved.read_bytes()
    assert [left.name for left in tmp_path.iterdir()] == ["model.keras"]


def fail_as_a_full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_files_that_are_no_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="no model"):
        read_info(tmp_path / "model.keras")
    for number, data in enumerate([b"", b"GIF89a", os.urandom(2000), b"PK\x03\x04" + b"\0" * 200]):
        path = tmp_path / f"{number}.keras"
        path.write_bytes(data)
        with pytest.raises(ModelRefused, match=f"{number}.keras is no model"):
            read_info(path)


def test_a_keras_file_of_somebody_else_is_refused(saved: Path, tmp_path: Path) -> None:
    path = rewritten(saved, tmp_path, faceapp__json=None)
    with pytest.raises(ModelRefused, match="not saved by faceapp"):
        load_keras(path)


@pytest.mark.parametrize("name", ["../evil.txt", "/tmp/evil.txt", "assets/evil.txt", "evil.py"])
def test_other_members_are_refused(saved: Path, tmp_path: Path, name: str) -> None:
    path = rewritten(saved, tmp_path, **{name: b"evil"})
    with pytest.raises(ModelRefused, match="other files"):
        load_keras(path)


def test_a_member_twice_is_refused(saved: Path, tmp_path: Path) -> None:
    path = rewritten(saved, tmp_path)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("config.json", "{}")
    with pytest.raises(ModelRefused, match="other files"):
        load_keras(path)


def test_a_description_that_unpacks_to_too_much_is_refused(saved: Path, tmp_path: Path) -> None:
    path = rewritten(saved, tmp_path)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            copy.writestr(name, b" " * 2**25 if name == "faceapp.json" else source.read(name))
    with pytest.raises(ModelRefused, match="33554432 bytes"):
        read_info(path)


@pytest.mark.parametrize("damage", [b"{", b"[1, 2]", b"\xff\xfe", b'{"format": 1}'])
def test_a_damaged_description_is_refused(saved: Path, tmp_path: Path, damage: bytes) -> None:
    with pytest.raises(ModelRefused):
        read_info(rewritten(saved, tmp_path, faceapp__json=damage))


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("Lambda", "keras.layers"),
        ("TFSMLayer", "keras.layers"),
        ("Dense", "os"),
        ("function", "builtins"),
    ],
)
def test_layers_that_could_run_code_are_refused(
    saved: Path, tmp_path: Path, name: str, module: str
) -> None:
    config = json_of(saved, "config.json")
    layer = config["config"]["layers"][-1]
    layer["config"]["activation"] = {"class_name": name, "module": module, "config": "x"}
    path = rewritten(saved, tmp_path, config__json=json.dumps(config).encode())
    with pytest.raises(ModelRefused, match=name):
        load_keras(path)


def test_a_layer_that_would_fill_the_memory_is_refused(saved: Path, tmp_path: Path) -> None:
    config = json_of(saved, "config.json")
    config["config"]["layers"][-1]["config"]["units"] = 10**9
    path = rewritten(saved, tmp_path, config__json=json.dumps(config).encode())
    with pytest.raises(ModelRefused, match="Dense of 1000000000 outputs"):
        load_keras(path)


@pytest.mark.parametrize("config", [[], {}, {"class_name": ["a"]}, {"class_name": "Functional"}])
def test_a_graph_that_is_none_is_refused(saved: Path, tmp_path: Path, config: object) -> None:
    path = rewritten(saved, tmp_path, config__json=json.dumps(config).encode())
    with pytest.raises(ModelRefused):
        load_keras(path)


def hostile_weights(saved: Path, change: Callable[[h5py.File], None]) -> bytes:
    with zipfile.ZipFile(saved) as archive:
        data = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(data, "r+") as weights:
        change(weights)
    return data.getvalue()


def test_weights_that_lead_out_of_the_file_are_refused(saved: Path, tmp_path: Path) -> None:
    def link(weights: h5py.File) -> None:
        del weights["layers/dense/vars/1"]
        weights["layers/dense/vars/1"] = h5py.ExternalLink("/etc/passwd", "/")

    def outside(weights: h5py.File) -> None:
        del weights["layers/dense/vars/1"]
        weights.create_dataset("layers/dense/vars/1", (3,), "f4", external=[("/etc/passwd", 0, 12)])

    def enormous(weights: h5py.File) -> None:
        del weights["layers/dense/vars/1"]
        weights.create_dataset("layers/dense/vars/1", (10**12,), "f4", chunks=(1024,))

    for change in (link, outside, enormous):
        data = hostile_weights(saved, change)
        with pytest.raises(ModelRefused, match="elsewhere or are too large"):
            load_keras(rewritten(saved, tmp_path, **{"model.weights.h5": data}))


def test_weights_of_another_shape_are_refused(saved: Path, tmp_path: Path) -> None:
    def widen(weights: h5py.File) -> None:
        del weights["layers/dense/vars/1"]
        weights["layers/dense/vars/1"] = np.zeros(4, np.float32)

    data = hostile_weights(saved, widen)
    with pytest.raises(ModelRefused, match="cannot be loaded"):
        load_keras(rewritten(saved, tmp_path, **{"model.weights.h5": data}))


def test_a_description_unlike_the_graph_is_refused(saved: Path, tmp_path: Path) -> None:
    info = some_info(classes=("sad", "happy"))
    path = rewritten(saved, tmp_path, faceapp__json=json.dumps(info.to_json()).encode())
    with pytest.raises(ModelRefused, match="unlike its description"):
        load_keras(path)
    larger = replace(some_info(), preprocessing=replace(some_info().preprocessing, size=96))
    path = rewritten(saved, tmp_path, faceapp__json=json.dumps(larger.to_json()).encode())
    with pytest.raises(ModelRefused, match="unlike its description"):
        load_keras(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_half_a_file_is_refused(saved: Path, tmp_path: Path, share: float) -> None:
    path = tmp_path / "model.keras"
    data = saved.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ModelRefused, match="damaged"):
        load_keras(path)


def test_flipped_bytes_are_refused_or_harmless(saved: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    data = bytearray(saved.read_bytes())
    path = tmp_path / "model.keras"
    for position in rng.integers(0, len(data), 10):
        changed = data.copy()
        changed[position] ^= 0xFF
        path.write_bytes(changed)
        try:
            load_keras(path)
        except ModelRefused:
            continue
        pytest.fail(f"byte {position} was not missed")
