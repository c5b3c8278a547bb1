"""What a model suggests: whole, repeatable, and of no weight until a person accepts it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from faceapp.dataset import Dataset, NewProposal, Query, UnknownTask
from faceapp.dataset.runs import finished_runs
from faceapp.errors import Cancelled
from faceapp.jobs import Job, Progress
from faceapp.networks.saved_model import ModelRefused
from faceapp.training.judging import ask
from faceapp.training.material import TrainConfig, gather
from faceapp.training.recipes import Recipe
from faceapp.training.suggesting import suggest

UNLABELLED = 24  # three people of eight images
BATCH = 16

Offer = tuple[int, str, float, str]


@pytest.fixture
def dataset(learned: Path) -> Iterator[Dataset]:
    with Dataset.open(learned) as opened:
        yield opened


@pytest.fixture
def run(dataset: Dataset) -> Path:
    return finished_runs(dataset.runs, "expression")[0]


def offers(dataset: Dataset) -> set[Offer]:
    return {
        (each.sample, each.answer, each.score, json.dumps(dict(each.detail)))
        for each in dataset.proposals("expression")
        if each.origin == "model"
    }


def waiting(dataset: Dataset) -> list[int]:
    return dataset.sample_ids(Query(task="expression", unlabelled=True))


def change_info(run: Path, **changes: object) -> None:
    """Give the saved model another description."""
    model, changed = run / "model.keras", run / "changed.keras"
    with zipfile.ZipFile(model) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "faceapp.json":
                data = json.dumps({**json.loads(data), **changes}).encode()
            new.writestr(name, data)
    changed.replace(model)


def test_everything_unlabelled_gets_what_the_saved_model_says(dataset: Dataset, run: Path) -> None:
    unlabelled = waiting(dataset)
    assert len(unlabelled) == UNLABELLED

    suggested = suggest(dataset, run)

    assert sum(suggested.classes.values()) == UNLABELLED
    made = {each.sample: each for each in dataset.proposals("expression")}
    assert Counter(each.answer for each in made.values()) == +Counter(suggested.classes)
    assert suggested.changes.samples == set(made) == set(unlabelled)
    judged = ask(dataset, run / "model.keras", sorted(made))
    for sample, row in zip(judged.ids, judged.probabilities, strict=True):
        said = made[sample].detail["probabilities"]
        assert list(said.values()) == pytest.approx(row, abs=2e-6)
        assert made[sample].answer == list(said)[int(row.argmax())]
        assert made[sample].score == max(said.values())
        assert made[sample].detail["run"] == run.name
        assert made[sample].origin == "model"


def test_suggestions_count_for_nothing(dataset: Dataset, run: Path, small: Recipe) -> None:
    config = TrainConfig("expression", small)
    before = gather(dataset, config), dataset.class_counts("expression")
    facets = dataset.facets(Query(task="expression"))

    assert suggest(dataset, run).changes

    assert (gather(dataset, config), dataset.class_counts("expression")) == before
    after = dataset.facets(Query(task="expression"))
    assert after.answers == facets.answers
    assert after.unlabelled == facets.unlabelled == UNLABELLED
    assert after.origins == facets.origins


def test_suggesting_again_changes_nothing(dataset: Dataset, run: Path) -> None:
    first = suggest(dataset, run)
    made = offers(dataset)
    again = suggest(dataset, run)
    assert not again.changes
    assert again.classes == first.classes
    assert offers(dataset) == made
    assert dataset.undo_name == first.changes.what


def test_all_of_it_is_one_step_to_undo(dataset: Dataset, run: Path) -> None:
    before = dataset.undo_name
    assert suggest(dataset, run).changes
    dataset.undo()
    assert offers(dataset) == set()
    assert dataset.undo_name == before


def test_what_older_models_offered_is_replaced(dataset: Dataset, run: Path) -> None:
    ids = waiting(dataset)
    old = [NewProposal(each, name, 0.7) for each in ids for name in ("happy", "sad")]
    dataset.propose("expression", old, "model")
    dataset.propose("expression", [NewProposal(ids[0], "fearful")], "query")

    suggest(dataset, run)

    made = offers(dataset)
    assert {json.loads(detail)["run"] for *_, detail in made} == {run.name}
    assert len({sample for sample, *_ in made}) == len(made)
    asked = [each for each in dataset.proposals("expression") if each.origin == "query"]
    assert [(each.sample, each.answer) for each in asked] == [(ids[0], "fearful")]
    dataset.undo()
    assert len(offers(dataset)) == 2 * UNLABELLED


def test_a_newer_run_puts_its_name_to_it(dataset: Dataset, run: Path) -> None:
    suggest(dataset, run)
    newer = run.rename(run.with_name("29991231-000000-expression"))
    suggest(dataset, newer)
    assert {json.loads(detail)["run"] for *_, detail in offers(dataset)} == {newer.name}


def test_a_refusal_is_kept(dataset: Dataset, run: Path) -> None:
    suggest(dataset, run)
    best = dataset.proposals("expression")[0]
    dataset.refuse([best.id])

    again = suggest(dataset, run)

    assert again.settled == 1
    assert not again.changes
    assert best.sample not in {sample for sample, *_ in offers(dataset)}


def test_the_labelled_and_the_quarantined_are_passed_over(dataset: Dataset, run: Path) -> None:
    first, second, *others = waiting(dataset)
    dataset.label([first], "expression", None)
    dataset.quarantine([second])
    suggest(dataset, run)
    assert {sample for sample, *_ in offers(dataset)} == set(others)


def test_what_the_model_is_unsure_of_is_marked(dataset: Dataset, run: Path) -> None:
    suggest(dataset, run)
    scores = sorted(score for _, _, score, _ in offers(dataset))
    change_info(run, unsure_below=scores[10])

    suggested = suggest(dataset, run)

    marked = {sample for sample, _, _, detail in offers(dataset) if json.loads(detail)["unsure"]}
    assert marked == {sample for sample, _, score, _ in offers(dataset) if score < scores[10]}
    assert suggested.unsure == len(marked) == 10


def test_answers_that_the_task_does_not_have_are_left_out(dataset: Dataset, run: Path) -> None:
    common = max(suggest(dataset, run).classes.items(), key=lambda each: each[1])
    dataset.rename_class("expression", common[0], "something else")

    suggested = suggest(dataset, run)

    assert suggested.left_out == {common[0]: common[1]}
    assert sum(suggested.classes.values()) == UNLABELLED - common[1]


def test_images_that_are_gone_are_named(dataset: Dataset, run: Path) -> None:
    lost = dataset.sample(waiting(dataset)[0])
    dataset.image_path(lost).unlink()
    suggested = suggest(dataset, run)
    assert [each.file for each in suggested.unreadable] == [lost.name]
    assert lost.id not in {sample for sample, *_ in offers(dataset)}


def test_each_sample_is_asked_about_once(dataset: Dataset, run: Path) -> None:
    suggest(dataset, run)
    made = offers(dataset)
    dataset.undo()
    for each in dataset.by_ids(waiting(dataset)):
        dataset.image_path(each).unlink()
    suggest(dataset, run)
    assert offers(dataset) == made


def test_a_cancelled_suggestion_keeps_whole_batches(dataset: Dataset, run: Path) -> None:
    seen: list[Progress] = []
    job = Job(seen.append, lambda: seen[-1].what == "Asking the model" and len(asked(seen)) == 3)
    with pytest.raises(Cancelled):
        suggest(dataset, run, job)
    assert len(offers(dataset)) == BATCH
    suggest(dataset, run)
    assert len(offers(dataset)) == UNLABELLED


def asked(seen: list[Progress]) -> list[Progress]:
    return [each for each in seen if each.what == "Asking the model"]


KILLED = """
import os, signal, sys
from pathlib import Path
from faceapp.dataset import Dataset
from faceapp.jobs import Job
from faceapp.training.suggesting import suggest

steps = []

def report(progress):
    if progress.what == "Asking the model":
        steps.append(progress)
    if len(steps) == 3:  # before the first batch twice, then before the second
        os.kill(os.getpid(), signal.SIGKILL)

with Dataset.open(Path(sys.argv[1])) as dataset:
    suggest(dataset, Path(sys.argv[2]), Job(report))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no SIGKILL")
def test_a_killed_suggestion_keeps_whole_batches(dataset: Dataset, run: Path) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", KILLED, str(dataset.folder), str(run)],
        capture_output=True,
        check=False,
    )
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    kept = offers(dataset)
    assert len(kept) == BATCH
    suggest(dataset, run)
    assert kept < offers(dataset)
    assert len(offers(dataset)) == UNLABELLED


def test_no_model_and_no_task_are_said(dataset: Dataset, run: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="no model"):
        suggest(dataset, tmp_path / "nowhere")
    with (
        Dataset.create(tmp_path / "other") as other,
        pytest.raises(UnknownTask, match="'expression'"),
    ):
        suggest(other, run)
    assert offers(dataset) == set()
