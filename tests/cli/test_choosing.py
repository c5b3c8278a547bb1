"""Which samples are taken and how they are divided: the same options for train and tune."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from faceapp.cli import training, tuning
from faceapp.cli.choosing import Choice, options_of
from faceapp.dataset import Dataset
from faceapp.errors import WorldError
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.filters import Filters
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import recipe_named
from faceapp.training.trials.reading import asked_of

CHOSEN = [
    *("--classes", "happy,angry", "--split-by", "family", "--seed", "3", "--reviewed"),
    *("--min-intensity", "0.25", "--min-agreement", "0.5", "--exemplars", "0.5"),
    *("--scraped", "train_only"),
]
FILTERS = Filters(None, reviewed=True, min_intensity=0.25, min_agreement=0.5)
CONFIG = TrainConfig(
    "expression",
    recipe_named("quick"),
    ("happy", "angry"),
    seed=3,
    exemplars=0.5,
    scraped="train_only",
    samples=FILTERS,
    split_by="family",
)


class Stop(Exception):
    """Ends a command where its set-up is known."""


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    training.register(app)
    tuning.register(app)
    return app


def asked(app: typer.Typer, monkeypatch: pytest.MonkeyPatch, *words: object) -> TrainConfig:
    """The training that a command line asks for."""
    found: list[TrainConfig] = []

    def take(_folder: Path, config: Any, **_more: Any) -> None:
        found.append(config if isinstance(config, TrainConfig) else config.train)
        raise Stop

    monkeypatch.setattr(training, "check_training", take)
    monkeypatch.setattr(tuning, "_tuned", take)
    done = CliRunner().invoke(app, [str(word) for word in words])
    if not isinstance(done.exception, Stop):
        raise done.exception or AssertionError(done.stdout)
    return found[0]


def command(name: str) -> tuple[str, ...]:
    return {"train": ("train", "--check"), "tune": ("tune", "--trials", "1")}[name]


@pytest.mark.parametrize("name", ["train", "tune"])
def test_both_commands_take_the_same_choice(
    app: typer.Typer, monkeypatch: pytest.MonkeyPatch, drawn_dataset: Path, name: str
) -> None:
    line = (*command(name), drawn_dataset, "--task", "expression", "--recipe", "quick")
    assert asked(app, monkeypatch, *line, *CHOSEN) == CONFIG
    assert asked(app, monkeypatch, *line) == TrainConfig("expression", recipe_named("quick"))
    with Dataset.open(drawn_dataset) as dataset:
        source = dataset.sources()[0]
    found = asked(app, monkeypatch, *line, "--source", source.id)
    assert found.samples == Filters((source.id,))
    with pytest.raises(WorldError, match="--source nowhere: there is none"):
        asked(app, monkeypatch, *line, "--source", "nowhere")


def test_every_field_of_the_choice_is_an_option_of_both(app: typer.Typer) -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for name in ("train", "tune"):
        options = {parameter.name for parameter in commands[name].params}
        assert set(Choice.__dataclass_fields__) <= options
        assert "choice" not in options


def test_a_choice_is_written_as_the_options_that_make_it(
    app: typer.Typer, monkeypatch: pytest.MonkeyPatch, drawn_dataset: Path
) -> None:
    with Dataset.open(drawn_dataset) as dataset:
        source = dataset.sources()[0]
    whole = replace(
        CONFIG, samples=replace(FILTERS, sources=(source.id,)), weights=Path("some file.h5")
    )
    for config in (whole, CONFIG, TrainConfig("sex", recipe_named("quick"))):
        line = ("train", drawn_dataset, "--check", "--recipe", "quick", *options_of(config))
        assert asked(app, monkeypatch, *line) == config


@pytest.mark.slow
def test_tuning_learns_from_the_chosen_and_says_how_to_train_alike(
    app: typer.Typer, monkeypatch: pytest.MonkeyPatch, drawn_dataset: Path, tmp_path: Path
) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    folder = shutil.copytree(drawn_dataset, tmp_path / "data set")
    line = ["tune", str(folder), "--task", "sex", "--trials", "1", "--folds", "2"]
    line += ["--recipe", "quick", "--set", "size=64", "--set", "epochs=40", "--study", "mine"]
    line += ["--vary", "penalty=0.1..10", "--split-by", "family", "--exemplars", "0.5"]
    done = CliRunner().invoke(app, line)
    assert done.exit_code == 0, done.output
    begun = TrainConfig.from_json(asked_of(folder, None, "mine")["train"])
    assert (begun.exemplars, begun.split_by) == (0.5, "family")
    (said,) = [each for each in done.output.splitlines() if each.startswith("Train with the best")]
    words = shlex.split(said.partition(": ")[2])
    assert words[0] == "faceapp"
    found = asked(app, monkeypatch, *words[1:], "--check")
    assert replace(found, recipe=begun.recipe) == begun
    assert found.recipe.size == 64
