"""label, review and undo, as a person types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from faceapp.cli import labels
from faceapp.dataset import Dataset, NewProposal, Origin, UnknownClass, UnknownSample
from faceapp.errors import WorldError
from sample_rows import fill

Run = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Dataset.create(tmp_path / "d") as dataset:
        ids = fill(dataset, 4)
        dataset.add_task("expression", ["happy", "sad"])
        dataset.add_task("sex", ["female", "male"])
        offers = [
            NewProposal(ids[1], "sad", 0.4),
            NewProposal(ids[1], "happy", 0.6),
            NewProposal(ids[2], "sad", 0.9),
        ]
        dataset.propose("expression", offers, "model")
        dataset.propose("sex", [NewProposal(ids[1], "male")], "query")
    return tmp_path / "d"


@pytest.fixture
def run(folder: Path) -> Run:
    app = typer.Typer()
    labels.register(app)

    def call(command: str, *arguments: str) -> Any:
        answer = CliRunner().invoke(app, [command, str(folder), *arguments])
        if answer.exception is not None and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout) if "--json" in arguments else answer.stdout

    return call


def answers(folder: Path, task: str = "expression") -> dict[str, str | None]:
    with Dataset.open(folder) as dataset:
        found = dataset.answers(task)
        return {each.name: found[each.id].answer for each in dataset.by_ids(found)}


def test_label_answers_for_every_file_and_undo_takes_all_back(run: Run, folder: Path) -> None:
    arguments = ("--task", "expression", "--class", "happy", "face_0.jpg", "face_3.jpg", "--json")
    assert run("label", *arguments) == {
        "labelled": 2,
        "task": "expression",
        "class": "happy",
        "samples": ["face_0.jpg", "face_3.jpg"],
        "action": "Label 2 samples happy",
    }
    assert answers(folder) == {"face_0.jpg": "happy", "face_3.jpg": "happy"}
    assert run("undo", "--json")["undone"] == "Label 2 samples happy"
    assert answers(folder) == {}


def test_unsure_is_an_answer(run: Run, folder: Path) -> None:
    run("label", "--task", "expression", "--class", "unsure", "face_0.jpg")
    assert answers(folder) == {"face_0.jpg": None}


def test_one_unknown_file_and_nothing_is_labelled(run: Run, folder: Path) -> None:
    with pytest.raises(UnknownSample, match=r"face_9\.jpg"):
        run("label", "--task", "expression", "--class", "sad", "face_0.jpg", "face_9.jpg")
    with pytest.raises(UnknownClass, match="happy, sad"):
        run("label", "--task", "expression", "--class", "sadd", "face_0.jpg")
    with pytest.raises(WorldError, match="at least one FILE"):
        run("label", "--task", "expression", "--class", "sad")
    assert answers(folder) == {}


def test_review_lists_what_waits(run: Run) -> None:
    waiting = run("review", "--json")["waiting"]
    assert [(w["sample"], w["task"], w["class"], w["score"]) for w in waiting] == [
        ("face_2.jpg", "expression", "sad", 0.9),
        ("face_1.jpg", "expression", "happy", 0.6),
        ("face_1.jpg", "expression", "sad", 0.4),
        ("face_1.jpg", "sex", "male", 1.0),
    ]
    assert "4 suggestions" in run("review")


def test_accepting_takes_the_best_suggestion_of_every_task(run: Run, folder: Path) -> None:
    assert run("review", "--accept", "face_1.jpg", "--json")["accepted"] == 2
    assert answers(folder) == {"face_1.jpg": "happy"}
    assert answers(folder, "sex") == {"face_1.jpg": "male"}
    with Dataset.open(folder) as dataset:
        labelled = dataset.labels("expression")
        assert [each.origin for each in labelled] == [Origin.PROPOSAL]
    run("undo")
    assert answers(folder) == {}
    assert len(run("review", "--json")["waiting"]) == 4


def test_refusing_leaves_no_label_and_nothing_waiting(run: Run, folder: Path) -> None:
    outcome = run("review", "--refuse", "--task", "expression", "face_1.jpg", "--json")
    assert outcome["refused"] == 2
    assert answers(folder) == {}
    waiting = run("review", "--json")["waiting"]
    assert [(w["sample"], w["task"]) for w in waiting] == [
        ("face_2.jpg", "expression"),
        ("face_1.jpg", "sex"),
    ]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--accept", "--refuse", "face_1.jpg"), "not both"),
        (("--accept",), "at least one FILE"),
        (("--accept", "face_0.jpg"), "Nothing is suggested"),
    ],
)
def test_what_is_unclear_is_refused(run: Run, arguments: tuple[str, ...], problem: str) -> None:
    with pytest.raises(WorldError, match=problem):
        run("review", *arguments)


def test_undoing_everything_ends_with_nothing_to_undo(run: Run) -> None:
    steps = []
    while (step := run("undo", "--json"))["undone"]:
        steps.append(step["undone"])
    assert len(steps) == 6  # source, samples, two tasks, two proposals
    assert "nothing to undo" in run("undo")
