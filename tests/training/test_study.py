"""The study, re-run on drawn faces: what can run runs; the rest says why."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from faceapp.cli import run
from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.errors import Cancelled, WorldError
from faceapp.jobs import Job
from faceapp.training.events import RunStarted, TrainingEvent
from faceapp.training.study import StudyOptions, StudyResult, UnknownExperiment, run_study
from faceapp.training.study_plan import EXPERIMENTS
from faceapp.training.study_report import result_rows
from networks.fakes import write_random_weights

pytestmark = pytest.mark.timeout(900)  # several trainings each

SMALL = {
    "study": {"size": "64", "views": "1", "epochs": "4"},
    "faceapp": {"size": "64", "epochs": "30"},
}


def small(*only: str) -> StudyOptions:
    return StudyOptions(only, settings=SMALL)


@pytest.fixture(scope="module")
def mixed_dataset(drawn_faces: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawn faces, of which the people 8 to 10 were found by a search."""
    base = tmp_path_factory.mktemp("mixed")
    table = base / "labels.csv"
    shutil.copy(drawn_faces / "labels.csv", table)
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    image = next(column for column in rows[0] if rows[0][column].endswith((".jpg", ".png")))
    for row in rows:
        late = row[image].rsplit("/", 1)[-1].startswith(("person008", "person009", "person010"))
        target = base / ("found" if late else "own") / row[image]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(drawn_faces / row[image], target)
    with Dataset.create(base / "dataset") as dataset:
        for folder, kind in (("own", None), ("found", "search")):
            for task in ("expression", "sex"):
                options = ImportOptions(
                    task=task, csv=table, label_column=task, group_column="person",
                    source_kind=kind,
                )  # fmt: skip
                import_images(dataset, base / folder, options)
    return base / "dataset"


@pytest.fixture
def mixed(mixed_dataset: Path, tmp_path: Path, imagenet: None) -> Iterator[Dataset]:
    folder = shutil.copytree(mixed_dataset, tmp_path / "mixed")
    with Dataset.open(folder) as dataset:
        yield dataset


def told(result: StudyResult) -> dict[str, Any]:
    return {each["name"]: each for each in result.to_json()["experiments"]}


def images_of(run: str) -> list[str]:
    lines = (Path(run) / "predictions.csv").read_text(encoding="utf-8").splitlines()[1:]
    return [line.split(",")[0] for line in lines]


def test_the_six_experiments_and_more_are_there() -> None:
    names = [experiment.name for experiment in EXPERIMENTS]
    assert names == [
        "sex", "five", "five-scraped", "four", "four-vgg19", "happy-angry", "six", "extreme",
    ]  # fmt: skip
    reported = [each.reported.accuracy for each in EXPERIMENTS if each.reported]
    assert reported == [0.900, 0.357, 0.386, 0.569, 0.534, 0.768]


@pytest.mark.slow
def test_scraped_images_train_and_the_test_faces_are_the_same(mixed: Dataset) -> None:
    result = run_study(mixed, small("five", "five-scraped"))
    plain, scraped = told(result)["five"], told(result)["five-scraped"]
    runs = [each["run"] for each in (*plain["results"], *scraped["results"])]
    assert len(set(runs)) == 4
    assert len({tuple(sorted(images_of(run))) for run in runs}) == 1
    sizes = [each["results"][0]["split"] for each in (plain, scraped)]
    assert sizes[0]["test"] == sizes[1]["test"]
    assert sizes[1]["train"]["groups"] == sizes[0]["train"]["groups"] + 3
    for each in (plain, scraped):
        assert (
            sum(sides["test"] for sides in each["classes"].values()) == sizes[0]["test"]["images"]
        )
        assert [way["recipe"] for way in each["results"]] == ["study", "faceapp"]


@pytest.mark.slow
def test_what_was_done_is_not_done_again_until_a_label_changes(mixed: Dataset) -> None:
    first, again = (told(run_study(mixed, small("happy-angry")))["happy-angry"] for _ in range(2))
    assert [each["reused"] for each in first["results"]] == [False, False]
    assert [each["reused"] for each in again["results"]] == [True, True]
    assert [each["run"] for each in first["results"]] == [each["run"] for each in again["results"]]
    happy = next(i for i, a in mixed.answers("expression").items() if a.answer == "happy")
    mixed.label([happy], "expression", "angry")
    changed = told(run_study(mixed, small("happy-angry")))["happy-angry"]
    assert [each["reused"] for each in changed["results"]] == [False, False]


def test_extreme_exemplars_are_judged_on_the_same_faces(mixed: Dataset) -> None:
    (extreme,) = told(run_study(mixed, small("extreme"))).values()
    all_of_them, some = extreme["results"]
    assert some["split"]["train"]["images"] < all_of_them["split"]["train"]["images"]
    assert some["split"]["test"] == all_of_them["split"]["test"]
    assert images_of(some["run"]) == images_of(all_of_them["run"])


def test_what_cannot_run_says_why_and_the_page_stands(dataset: Dataset, imagenet: None) -> None:
    dataset.remove_class("expression", "disgusted")
    result = run_study(dataset, small("five-scraped", "four-vgg19", "happy-angry", "six"))
    reasons = {name: each["not_run"] for name, each in told(result).items()}
    assert "no image comes from a search" in reasons["five-scraped"]
    assert "vgg19" in reasons["four-vgg19"].lower()
    assert "disgusted" in reasons["six"]
    assert reasons["happy-angry"] is None
    with Image.open(result.picture) as picture:
        assert picture.width > 1000
    page = result.page.read_text(encoding="utf-8")
    assert "not of the study&#x27;s" in page
    assert page.count("Not run:") == 3
    sources = re.findall(r'src="([^"]{0,30})', page)
    assert len(sources) >= 4
    assert all(each.startswith("data:image/png;base64,") for each in sources)
    rows = list(result_rows(result))
    assert len(rows) == 5
    assert {len(row) for row in rows} == {9}
    assert json.loads((result.folder / "study.json").read_text()) == result.to_json()


def test_what_one_way_came_to_stays_where_the_other_fails(mixed: Dataset) -> None:
    begun: list[Path] = []

    def fill_the_disk(event: TrainingEvent) -> None:
        if isinstance(event, RunStarted):
            begun.append(event.folder)
            if len(begun) == 2:
                raise WorldError("The disk is full: make room.")

    result = run_study(mixed, small("happy-angry"), on_event=fill_the_disk)
    (first,) = told(result).values()
    assert [each["recipe"] for each in first["results"]] == ["study"]
    assert first["not_run"] == "faceapp: The disk is full: make room."
    page = result.page.read_text(encoding="utf-8")
    assert "Not run: faceapp: The disk is full" in page
    assert page.count("<h3>") == 1
    assert [row[1] for row in result_rows(result)] == [
        "not run: faceapp: The disk is full: make room.", "study",
    ]  # fmt: skip

    settings = {**SMALL, "faceapp": {**SMALL["faceapp"], "backbone": "vgg19"}}
    again = run_study(mixed, StudyOptions(("happy-angry",), settings=settings))
    (second,) = told(again).values()
    assert [each["reused"] for each in second["results"]] == [True]
    assert second["not_run"].startswith("faceapp: ")
    assert "vgg19" in second["not_run"].lower()


@pytest.mark.slow
def test_it_can_be_stopped_and_keeps_what_is_done(mixed: Dataset) -> None:
    said: list[str] = []

    def stop_at_the_second(line: str) -> None:
        said.append(line)

    job = Job(cancelled=lambda: any("faceapp" in line for line in said if "Sex" in line))
    with pytest.raises(Cancelled):
        run_study(mixed, small("sex"), job, stop_at_the_second)
    (sex,) = told(run_study(mixed, small("sex"))).values()
    assert [each["reused"] for each in sex["results"]] == [True, False]


def test_the_command_tells_the_same(
    mixed: Dataset, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = [f"--set={recipe}:{k}={v}" for recipe, own in SMALL.items() for k, v in own.items()]
    arguments = ["faceapp", "study", str(mixed.folder), "--only", "four-vgg19", "--json", *settings]
    monkeypatch.setattr(sys, "argv", arguments)
    assert run() == 0
    answer = json.loads(capfd.readouterr().out)
    assert [each["name"] for each in answer["experiments"]] == ["four-vgg19"]
    assert Path(answer["page"]).is_file()
    assert Path(answer["picture"]).is_file()


@pytest.mark.slow
def test_the_vgg19_experiment_runs_from_a_named_file(
    mixed: Dataset,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    file = write_random_weights("vgg19", tmp_path / "vgg19.h5")[1]
    settings = [f"--set={recipe}:{k}={v}" for recipe, own in SMALL.items() for k, v in own.items()]
    arguments = [
        "faceapp", "study", str(mixed.folder), "--only", "four-vgg19", "--weights",
        f"vgg19={file}", "--json", *settings,
    ]  # fmt: skip
    monkeypatch.setattr(sys, "argv", arguments)
    assert run() == 0
    (found,) = json.loads(capfd.readouterr().out)["experiments"]
    assert found["not_run"] is None
    assert [each["recipe"] for each in found["results"]] == ["study", "faceapp"]
    for each in found["results"]:
        metrics = json.loads((Path(each["run"]) / "metrics.json").read_text(encoding="utf-8"))
        assert metrics["backbone"] == "vgg19"
        assert str(file) in metrics["weights"]
        assert each["n"] == each["split"]["test"]["images"]


def test_an_unknown_experiment_is_named(dataset: Dataset) -> None:
    with pytest.raises(UnknownExperiment, match="happy-angry"):
        run_study(dataset, small("seven"))
