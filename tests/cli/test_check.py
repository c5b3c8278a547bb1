"""`train --check`: problems and a time, and no training."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from faceapp.cli import training
from faceapp.dataset import Dataset
from faceapp.errors import WorldError
from faceapp.networks.weights import WeightsMissing, find_weights

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    app = typer.Typer()
    app.callback()(lambda: None)
    training.register(app)
    return lambda *arguments: CliRunner().invoke(app, [*map(str, arguments)])


def test_problems_and_time_are_told_and_nothing_is_trained(
    run: Run, drawn_dataset: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(drawn_dataset, tmp_path / "dataset")
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    asked = ("train", folder, "--task", "sex", "--recipe", "quick", "--set", "size=64", "--check")
    done = run(*asked, "--json")
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    assert said["can_start"] is True
    assert set(said["estimate"]) == {"faces", "caching", "learning", "judging", "seconds"}
    assert said["estimate"]["seconds"] > 0
    assert all(not problem["blocking"] for problem in said["problems"])
    assert "About " in run(*asked).stdout
    assert list((folder / "runs").iterdir()) == []


def test_what_stops_it_exits_with_1(run: Run, drawn_dataset: Path) -> None:
    done = run(
        "train", drawn_dataset, "--task", "sex", "--classes", "male", "--check", "--json"
    )  # fmt: skip
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    assert (said["can_start"], said["estimate"]) == (False, None)
    assert said["problems"][0]["blocking"]
    stopped = run("train", drawn_dataset, "--task", "sex", "--classes", "male", "--check")
    assert "Stops it: " in stopped.stdout


def test_it_goes_with_a_task(run: Run, drawn_dataset: Path) -> None:
    done = run("train", drawn_dataset, "--resume", "x", "--check")
    assert isinstance(done.exception, WorldError)


def test_filters_of_the_command_are_those_of_the_page(
    run: Run, drawn_dataset: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(drawn_dataset, tmp_path / "dataset")
    asked = ("train", folder, "--task", "sex", "--check", "--json")
    done = run(*asked, "--reviewed")  # every label was imported
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert told["sides"] == {}
    assert any("among the chosen samples" in each["text"] for each in told["problems"])
    with Dataset.open(folder) as dataset:
        ids = dataset.sample_ids()
        dataset.label(ids[:1], "sex", "female")
        dataset.label(ids[1:2], "sex", "male")
    few = json.loads(run(*asked, "--reviewed", "--source", "csv").stdout)
    assert any("shows 1 person" in each["text"] for each in few["problems"])
    refused = run(*asked, "--source", "nowhere")
    assert isinstance(refused.exception, WorldError)
    assert "faceapp info" in str(refused.exception)
