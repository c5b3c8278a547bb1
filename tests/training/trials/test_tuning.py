"""Trials of real trainings: told, kept, shared between processes, taken up after a kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import optuna
import pytest

from faceapp.dataset import Dataset, NewLabel
from faceapp.errors import Cancelled
from faceapp.jobs import Job
from faceapp.training.filters import Filters
from faceapp.training.material import TrainConfig, gather, inner_parts, split_parts
from faceapp.training.recipes import Recipe
from faceapp.training.trials.reading import asked_of, read_studies
from faceapp.training.trials.space import OneOf, Span
from faceapp.training.trials.storage import FILE_NAME, StorageProblem
from faceapp.training.trials.told import Trial, Tuning
from faceapp.training.trials.tuning import (
    TuneConfig,
    best_config,
    changes,
    tune,
    untested,
)

pytestmark = pytest.mark.usefixtures("imagenet")

SPACE = {"penalty": Span(0.01, 100.0), "balance": OneOf(("true", "false"))}
Asked = Callable[..., TuneConfig]


@pytest.fixture
def asked(small: Recipe) -> Asked:
    def make(trials: int | None = 3, **changed: Any) -> TuneConfig:
        train = TrainConfig("sex", small)
        return TuneConfig(train, SPACE, trials, **{"folds": 3, **changed})

    return make


@pytest.mark.slow
def test_trials_are_told_kept_and_repeatable(
    dataset: Dataset, asked: Asked, tmp_path: Path
) -> None:
    told: list[Trial] = []
    found = tune(dataset, asked(), on_trial=told.append)
    assert len(found.trials) == 3
    assert {each.number for each in told} == {0, 1, 2}
    assert found.best is not None
    assert found.best.score == max(each.score or 0 for each in found.trials)
    assert 0.5 < found.best.score <= 1  # drawn men and women are told apart better than by chance
    assert sum(found.importance.values()) == pytest.approx(1) or not found.importance
    json.dumps(found.to_json())

    other = shutil.copytree(dataset.folder, tmp_path / "other")
    (other / FILE_NAME).unlink()
    with Dataset.open(other) as twin:
        again = tune(twin, asked())
    assert [(t.settings, t.score) for t in again.trials] == [
        (t.settings, t.score) for t in found.trials
    ]

    more = tune(dataset, asked(2))
    assert len(more.trials) == 5
    assert len({json.dumps(dict(t.settings)) for t in more.trials}) == 5


def test_a_study_is_told_as_it_grows_and_read_back(dataset: Dataset, asked: Asked) -> None:
    told: list[Tuning] = []
    assert read_studies(dataset.folder) == []
    config = asked(2, name="grown")
    found = tune(dataset, config, on_study=told.append)
    assert [[t.state == "running" for t in each.trials].count(True) for each in told] == [
        1,
        0,
        1,
        0,
    ]
    assert [len(each.trials) for each in told] == [1, 1, 2, 2]
    assert told[0].trials[0].settings  # drawn, and shown before it is scored
    assert told[-1].trials == found.trials
    (read,) = read_studies(dataset.folder)
    assert (read.study, read.trials) == ("grown", found.trials)
    assert read.importance == found.importance
    again = TuneConfig.from_json(asked_of(dataset.folder, None, "grown"), trials=1)
    assert again == asked(1, name="grown")
    assert len(tune(dataset, again).trials) == 3
    with pytest.raises(StorageProblem, match="no study"):
        asked_of(dataset.folder, None, "other")


def test_a_tuning_ends_after_its_time(dataset: Dataset, asked: Asked) -> None:
    shares: list[float] = []
    job = Job(lambda progress: shares.append(progress.share))
    found = tune(dataset, asked(None, seconds=0.5), job)
    assert len(found.trials) == 1  # the one that began within it
    assert shares == sorted(shares)
    with pytest.raises(ValueError, match="time"):
        tune(dataset, asked(None))


def test_a_recipe_of_inner_folds_learns_once_and_is_scored_by_them(
    dataset: Dataset, small: Recipe, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'study.sqlite'}"
    recipe = small.with_settings({"inner_folds": "3", "epochs": "5"})
    space = {"level": OneOf(("0", "1"))}
    config = TuneConfig(TrainConfig("sex", recipe), space, 1, storage=url, name="inner")
    (trial,) = tune(dataset, config).trials
    assert trial.score is not None
    assert trial.score > 0.5
    (kept,) = _trials(url, "inner")
    assert kept.intermediate_values == {0: trial.score}


def test_trials_learn_from_the_chosen_samples(
    dataset: Dataset, asked: Asked, small: Recipe
) -> None:
    ids = dataset.sample_ids()
    votes = [NewLabel(i, "male", f"rater {n}") for n in range(3) for i in ids[:10]]
    dataset.add_labels("sex", votes)
    train = TrainConfig("sex", small, samples=Filters(min_agreement=0.7), exemplars=0.5)
    tune(dataset, TuneConfig(train, SPACE, 1, folds=3, name="some"))
    whole = TrainConfig("sex", small)
    with pytest.raises(StorageProblem, match="samples"):
        tune(dataset, TuneConfig(whole, SPACE, 1, folds=3, name="some"))


def test_no_trial_sees_the_test_people(dataset: Dataset, asked: Asked) -> None:
    config = asked().train
    material = gather(dataset, config)
    split = split_parts(material, config)
    hidden = {material.groups[i] for i in split.test}
    parts = inner_parts(untested(material, split), 3, 0)
    seen = {material.groups[i] for part in parts for i in (*part.train, *part.validation)}
    assert seen
    assert not hidden & seen
    for part in parts:
        inside = {material.groups[i] for i in part.train}
        assert not inside & {material.groups[i] for i in part.validation}


def test_no_trial_learns_from_found_images_of_the_test_people(
    dataset: Dataset, asked: Asked
) -> None:
    config = asked().train
    whole = gather(dataset, config)
    first = {group: i for i, group in sorted(whole.groups.items(), reverse=True)}
    material = replace(whole, train_only=frozenset(first.values()))  # an image of each person
    split = split_parts(material, config)
    left = untested(material, split)
    assert left.train_only
    assert not {material.groups[i] for i in split.test} & {left.groups[i] for i in left.ids}


def test_the_best_trial_is_a_training(asked: Asked) -> None:
    config = asked().train
    best = Trial(4, {"penalty": "0.25", "balance": "false"}, 0.9, 1.0)
    recipe = best_config(config, best).recipe
    assert (recipe.penalty, recipe.balance, recipe.size) == (0.25, False, 64)
    assert changes(config.recipe, best) == {
        "penalty": "0.25",
        "balance": "false",
        "size": "64",
        "epochs": "60",
    }


@pytest.mark.slow
def test_a_study_of_something_else_is_refused(dataset: Dataset, asked: Asked) -> None:
    tune(dataset, asked(1))
    with pytest.raises(StorageProblem, match="another folds"):
        tune(dataset, asked(1, folds=2))
    sample = dataset.sample_ids()[0]
    dataset.label([sample], "sex", "male" if _is_female(dataset, sample) else "female")
    with pytest.raises(StorageProblem, match="another data"):
        tune(dataset, asked(1))
    assert len(tune(dataset, asked(1, name="after relabelling")).trials) == 1


def _is_female(dataset: Dataset, sample: int) -> bool:
    return dataset.answers("sex")[sample].answer == "female"


def test_a_storage_that_cannot_be_used_is_said_without_its_password(
    dataset: Dataset, asked: Asked
) -> None:
    for url, said in (
        ("nonsense", "cannot be read"),
        ("postgresql+pg8000://me:secret@127.0.0.1:1/none", "127.0.0.1"),
        ("sqlite:////no/such/folder/study.sqlite", "unable to open"),
        ("nosuch+driver://host/name", "cannot be read"),
    ):
        with pytest.raises(StorageProblem, match=said) as refused:
            tune(dataset, asked(1, storage=url))
        assert "secret" not in str(refused.value)


def test_stopping_keeps_what_was_finished(dataset: Dataset, asked: Asked) -> None:
    told: list[Trial] = []
    job = Job(cancelled=lambda: bool(told))
    with pytest.raises(Cancelled):
        tune(dataset, asked(5), job, told.append)
    assert len(told) == 1
    assert len(tune(dataset, asked(1)).trials) == 2


# -- several processes

SETTINGS = ["--task", "sex", "--recipe", "quick", "--set", "size=64", "--set", "epochs=60"]
VARY = [word for name, domain in SPACE.items() for word in ("--vary", f"{name}={domain}")]


def start(folder: Path, url: str, trials: int, study: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "faceapp", "tune", str(folder), *SETTINGS, *VARY]
    command += ["--folds", "3"]
    command += ["--trials", str(trials), "--storage", url, "--study", study, "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def two_processes_share(folder: Path, url: str, copy: Path) -> None:
    name = f"shared {uuid4().hex}"
    with start(folder, url, 3, name) as one, start(Path(copy), url, 3, name) as two:
        answers = [one.communicate(), two.communicate()]
        assert [one.returncode, two.returncode] == [0, 0], [problem for _, problem in answers]
    assert all(json.loads(answer)["best"] for answer, _ in answers)
    trials = _trials(url, name)
    assert [each.state.name for each in trials].count("FAIL") == 0
    assert len(trials) == 6  # none lost
    assert sorted(each.number for each in trials) == list(range(6))  # none doubled


def a_killed_trial_is_taken_up(dataset: Dataset, url: str, asked: Asked) -> None:
    name = f"killed {uuid4().hex}"
    config = asked(1, storage=url, name=name, heartbeat=1)
    tune(dataset, config)
    with start(dataset.folder, url, 50, name) as victim:
        while not any(_is_at_work(each) for each in _trials(url, name)):
            assert victim.poll() is None
            time.sleep(0.05)
        victim.send_signal(signal.SIGKILL)
    (broken,) = [each for each in _trials(url, name) if each.state.name == "RUNNING"]
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline:
        tune(dataset, config)
        taken = [t for t in _trials(url, name) if t.system_attrs.get("failed_trial") is not None]
        if taken and taken[0].state.is_finished():
            break
    assert taken[0].system_attrs["failed_trial"] == broken.number
    assert taken[0].params == broken.params
    assert taken[0].state.name in {"COMPLETE", "PRUNED"}


def _is_at_work(trial: optuna.trial.FrozenTrial) -> bool:
    """Whether it is in a later fold: it has given signs of life."""
    return trial.state.name == "RUNNING" and bool(trial.intermediate_values)


def _trials(url: str, name: str) -> list[optuna.trial.FrozenTrial]:
    storage = optuna.storages.RDBStorage(url)
    found = optuna.load_study(study_name=name, storage=storage).get_trials(deepcopy=False)
    storage.remove_session()
    storage.engine.dispose()
    return found


@pytest.mark.slow
def test_two_processes_share_a_file(dataset: Dataset, tmp_path: Path) -> None:
    copy = shutil.copytree(dataset.folder, tmp_path / "copy")
    two_processes_share(dataset.folder, f"sqlite:///{tmp_path / 'shared.sqlite'}", copy)


@pytest.mark.slow
def test_a_trial_killed_on_a_file_is_taken_up(
    dataset: Dataset, tmp_path: Path, asked: Asked
) -> None:
    a_killed_trial_is_taken_up(dataset, f"sqlite:///{tmp_path / 'shared.sqlite'}", asked)


@pytest.fixture
def postgres() -> str:
    """URL of a PostgreSQL database that .ci/run brings up."""
    url = os.environ.get("FACEAPP_TEST_POSTGRES")
    if not url:
        pytest.skip("no PostgreSQL server: name one with FACEAPP_TEST_POSTGRES")
    return url


@pytest.mark.slow
def test_two_processes_share_a_server(dataset: Dataset, tmp_path: Path, postgres: str) -> None:
    copy = shutil.copytree(dataset.folder, tmp_path / "copy")
    two_processes_share(dataset.folder, postgres, copy)


@pytest.mark.slow
def test_a_trial_killed_on_a_server_is_taken_up(
    dataset: Dataset, postgres: str, asked: Asked
) -> None:
    a_killed_trial_is_taken_up(dataset, postgres, asked)
