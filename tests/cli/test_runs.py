"""runs, compare and --resume, as a script calls them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from faceapp.cli import runs, training
from faceapp.dataset import Dataset
from faceapp.errors import WorldError
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.events import PhaseStarted, TrainingEvent
from faceapp.training.material import TrainConfig
from faceapp.training.plans import NotResumable
from faceapp.training.recipes import recipe_named
from faceapp.training.run_folders import unfinished_runs
from faceapp.training.trainer import train

Run = Callable[..., Any]


@pytest.fixture
def run() -> Run:
    app = typer.Typer()
    runs.register(app)
    training.register(app)
    runner = CliRunner()

    def invoke(*arguments: object) -> Any:
        done = runner.invoke(app, [*map(str, arguments), "--json"])
        if done.exception is not None:
            raise done.exception
        return json.loads(done.stdout)

    return invoke


def breaks_at_the_head(event: TrainingEvent) -> None:
    if isinstance(event, PhaseStarted) and event.phase == "head":
        raise RuntimeError


def test_an_unfinished_run_is_listed_resumed_and_compared(
    run: Run, drawn_dataset: Path, tmp_path: Path
) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    folder = tmp_path / "dataset"
    shutil.copytree(drawn_dataset, folder)
    recipe = recipe_named("quick").with_settings({"size": "64", "epochs": "40"})
    with Dataset.open(folder) as dataset:
        with pytest.raises(RuntimeError):
            train(dataset, TrainConfig("sex", recipe), on_event=breaks_at_the_head)
        whole = train(dataset, TrainConfig("sex", recipe))
        (left,) = unfinished_runs(dataset.runs)
    listed = run("runs", folder)
    assert [each["run"] for each in listed["runs"]] == [str(whole.folder)]
    assert listed["runs"][0]["learned_from"] == len(whole.result.parts.train)
    assert listed["unfinished"] == [
        {"run": str(left.folder), "name": left.name, "task": "sex", "recipe": "quick"}
    ]
    resumed = run("train", folder, "--resume", left.name)
    assert Path(resumed["run"]).name == left.name
    assert resumed["test"]["confusion"] == [list(row) for row in whole.result.test.confusion]
    listed = run("runs", folder)
    assert (len(listed["runs"]), listed["unfinished"]) == (2, [])
    found = run("compare", whole.folder, resumed["run"])
    assert found["n"] == whole.result.test.n
    assert found["against"][0]["p"] == 1.0
    assert found["changed"] == []
    done = run("export-model", whole.folder, tmp_path / "faces", "--format", "openvino")
    assert done["file"] == str(tmp_path / "faces.xml")
    assert done["checked"] == done["same_class"] == min(50, whole.result.test.n)
    assert done["max_difference"] < 1e-3
    card = (tmp_path / "faces.xml.md").read_text("utf-8")
    assert f"| all | {whole.result.test.groups} | {whole.result.test.n} |" in card
    assert f"{100 * whole.result.test.balanced_accuracy:.1f} (" in card
    assert all(f"| {name} | " in card for name in whole.result.test.classes)
    assert "| expression: happy |" in card
    assert "balanced" in CliRunner().invoke(_app(), ["runs", str(folder)]).stdout


def _app() -> typer.Typer:
    app = typer.Typer()
    runs.register(app)
    return app


def test_what_is_asked_must_be_clear(run: Run, tmp_path: Path) -> None:
    Dataset.create(tmp_path / "d").close()
    with pytest.raises(WorldError, match="--task"):
        run("train", tmp_path / "d")
    with pytest.raises(WorldError, match="--resume"):
        run("train", tmp_path / "d", "--task", "sex", "--resume", "x")
    with pytest.raises(NotResumable, match="no unfinished run 'x'"):
        run("train", tmp_path / "d", "--resume", "x")
