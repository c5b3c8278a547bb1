"""`classify` with a model that faceapp did not make, and with the one that ships."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from faceapp.cli import classify
from faceapp.errors import WorldError
from faceapp.networks.weights import WeightsMissing, find_weights
from networks.elsewhere import CLASSES, onnx_file

Run = Callable[..., Any]


@pytest.fixture
def run() -> Run:
    app = typer.Typer()
    classify.register(app)

    def invoke(*arguments: object) -> Any:
        done = CliRunner().invoke(app, [*map(str, arguments), "--json"])
        if done.exception is not None:
            raise done.exception
        return json.loads(done.stdout)

    return invoke


def test_it_is_described_once(run: Run, drawn_faces: Path, tmp_path: Path) -> None:
    model, picture = tmp_path / "elsewhere.onnx", min(drawn_faces.glob("*.jpg"))
    onnx_file(model)
    with pytest.raises(WorldError, match="--classes"):
        run(picture, "--model", model)
    with pytest.raises(WorldError, match="--classes"):
        run(picture, "--model", model, "--channels", "bgr")
    said = run(
        picture, "--model", model, "--classes", ", ".join(CLASSES), "--channels", "bgr",
        "--scaling", "torch",
    )  # fmt: skip
    (reading,) = said["readings"]
    assert tuple(reading["raw"]) == CLASSES
    assert sum(reading["raw"].values()) == pytest.approx(1, abs=1e-3)
    assert run(picture, "--model", model)["readings"] == said["readings"]


def test_the_starter_reads_before_there_is_a_run(run: Run, drawn_faces: Path) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    said = run(min(drawn_faces.glob("*.jpg")), "--model", "starter")
    (reading,) = said["readings"]
    assert tuple(reading["raw"]) == ("neutral", "happy", "sad", "angry", "surprised")
    assert said["faces"] == 1
