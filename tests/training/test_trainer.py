"""Whole trainings through the public door, with the real network, detector and saved model."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from faceapp.dataset import Dataset
from faceapp.errors import Cancelled
from faceapp.faces import FaceDetector
from faceapp.jobs import Job, Progress
from faceapp.networks.saved_model import load_keras, read_info
from faceapp.training.evaluate import Columns, evaluate
from faceapp.training.judging import ask
from faceapp.training.material import TrainConfig, TrainingProblem
from faceapp.training.recipes import Recipe, recipe_named
from faceapp.training.trainer import Run, train

pytestmark = pytest.mark.usefixtures("imagenet")


@pytest.fixture(scope="module")
def finished(
    drawn_dataset: Path, small: Recipe, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Dataset, Run, list[str]]:
    import shutil

    folder = tmp_path_factory.mktemp("finished") / "dataset"
    shutil.copytree(drawn_dataset, folder)
    dataset = Dataset.open(folder)
    lines: list[str] = []
    run = train(dataset, TrainConfig("expression", small), log=lines.append)
    return dataset, run, lines


def test_a_run_is_judged_on_people_it_never_saw(finished: tuple[Dataset, Run, list[str]]) -> None:
    dataset, run, _ = finished
    parts = run.result.parts
    groups = dataset.groups()
    seen = {groups[i] for i in (*parts.train, *parts.validation)}
    assert not seen & {groups[i] for i in parts.test}
    assert run.result.test.n == len(parts.test)
    assert len(parts.train) + len(parts.validation) + len(parts.test) == 80


def test_a_run_learns_something(finished: tuple[Dataset, Run, list[str]]) -> None:
    fit = finished[1].result.fit
    assert fit.train_balanced_accuracy > 0.6  # of six classes
    assert fit.gap == pytest.approx(fit.train_balanced_accuracy - fit.validation_balanced_accuracy)


def test_a_run_leaves_everything_a_person_needs(finished: tuple[Dataset, Run, list[str]]) -> None:
    _, run, _ = finished
    names = {path.name for path in run.folder.iterdir()}
    wanted = {
        "config.json", "split.json", "metrics.json", "metrics.csv", "curve.csv",
        "predictions.csv", "curves.png", "confusion.png", "reliability.png", "report.html",
        "model.keras",
    }  # fmt: skip
    assert wanted <= names
    metrics = json.loads((run.folder / "metrics.json").read_text())
    assert metrics["run"] == str(run.folder)
    assert metrics["test"]["interval"] == [
        run.result.test.interval.low,
        run.result.test.interval.high,
    ]
    report = (run.folder / "report.html").read_text(encoding="utf-8")
    assert f"{100 * run.result.test.balanced_accuracy:.1f}%" in report
    assert 'src="http' not in report  # self-contained


def test_the_figures_are_there_as_a_table(finished: tuple[Dataset, Run, list[str]]) -> None:
    _, run, _ = finished
    test = run.result.test
    with (run.folder / "metrics.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["class", "precision", "recall", "f1", "count"]
    assert [row["class"] for row in rows] == [*test.classes, "mean of classes", "all samples"]
    for row, figures in zip(rows, test.per_class, strict=False):
        shares = [float(row[name]) for name in ("precision", "recall", "f1")]
        assert shares == [figures.precision, figures.recall, figures.f1]
        assert int(row["count"]) == figures.support
    mean, everything = rows[-2:]
    assert float(mean["recall"]) == test.balanced_accuracy
    assert float(mean["f1"]) == test.macro_f1
    assert float(everything["recall"]) == test.accuracy
    assert int(mean["count"]) == int(everything["count"]) == test.n


def test_reported_figures_are_those_of_the_saved_model(
    finished: tuple[Dataset, Run, list[str]],
) -> None:
    dataset, run, _ = finished
    asked = ask(dataset, run.folder / "model.keras", run.result.parts.test)
    reported = np.array([p.probabilities for p in run.result.predictions])
    np.testing.assert_allclose(asked.probabilities, reported, atol=1e-5)
    with (run.folder / "predictions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    right = sum(row["truth"] == row["predicted"] for row in rows)
    assert right / len(rows) == pytest.approx(run.result.test.accuracy)


def test_the_saved_model_carries_its_meaning(finished: tuple[Dataset, Run, list[str]]) -> None:
    info = read_info(finished[1].folder)
    assert info.task == "expression"
    assert info.classes == ("neutral", "happy", "sad", "angry", "surprised", "disgusted")
    assert info.preprocessing.size == 64
    assert 0 <= info.unsure_below <= 0.9


def test_evaluate_on_the_test_images_repeats_the_figures(
    finished: tuple[Dataset, Run, list[str]], drawn_faces: Path, tmp_path: Path
) -> None:
    _, run, _ = finished
    tested = {p.name for p in run.result.predictions}
    labels = tmp_path / "labels.csv"
    with (drawn_faces / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["image"] in tested]
    extra = {"image": rows[0]["image"], "expression": "bored"}
    with labels.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "emotion", "who"])
        writer.writerows([r["image"], r["expression"].upper(), r["person"]] for r in rows[1:])
        writer.writerow([extra["image"], extra["expression"], "x"])
        writer.writerow(["nowhere.jpg", "happy", "x"])

    outcome = evaluate(run.folder, drawn_faces, labels, Columns(group="who"))

    assert outcome.test.n == len(rows) - 1
    assert outcome.left_out == {"bored": 1}
    assert list(outcome.unreadable) == ["nowhere.jpg"]
    right = {p.name: int(np.argmax(p.probabilities)) == p.truth for p in run.result.predictions}
    expected = np.mean([right[row["image"]] for row in rows[1:]])
    assert outcome.test.accuracy == pytest.approx(expected)
    assert outcome.to_json()["left_out"] == {"bored": 1}


def test_evaluate_gives_each_named_rater_one_vote(
    finished: tuple[Dataset, Run, list[str]], drawn_faces: Path, tmp_path: Path
) -> None:
    _, run, _ = finished
    first, second, third = sorted(path.name for path in drawn_faces.glob("*.jpg"))[:3]
    votes = [
        # r1's second thought replaces the first: one to one is a tie, and two to one is not.
        (first, "happy", "r1"), (first, "happy", "r1"), (first, "sad", "r2"),
        (second, "happy", "r1"), (second, "sad", "r1"), (second, "Sad", "r2"),
        (second, "happy", "r3"),
        (third, "happy", ""), (third, "happy", ""), (third, "sad", "r2"),
    ]  # fmt: skip
    labels = tmp_path / "labels.csv"
    with labels.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("image", "emotion", "rater"), *votes])

    outcome = evaluate(run.folder, drawn_faces, labels)

    assert outcome.left_out == {"unsure": 1}
    counts = {figures.name: figures.support for figures in outcome.test.per_class}
    assert (outcome.test.n, counts["sad"], counts["happy"]) == (2, 1, 1)


def test_the_same_seed_gives_the_same_figures(
    finished: tuple[Dataset, Run, list[str]], small: Recipe
) -> None:
    dataset, first, _ = finished
    again = train(dataset, TrainConfig("expression", small))
    assert again.result.test == first.result.test
    assert again.folder != first.folder


def test_the_study_trains_one_new_layer_only(dataset: Dataset) -> None:
    study = recipe_named("study").with_settings({"size": "64", "views": "2", "epochs": "4"})
    lines: list[str] = []
    run = train(dataset, TrainConfig("sex", study), log=lines.append)
    assert any(line.startswith("trainable: predictions, 1 of ") for line in lines)
    model = load_keras(run.folder)
    trainable = [layer.name for layer in model.layers if layer.trainable_weights]
    assert trainable == ["predictions"]
    assert [row.epoch for row in run.result.curve] == [1, 2, 3, 4]
    assert any("fc1 and fc2" in note for note in run.result.notes)


@pytest.mark.slow
def test_cross_validation_asks_about_every_sample_once(dataset: Dataset, small: Recipe) -> None:
    closed = small.with_settings({"solver": "closed_form", "mirror": "true"})
    run = train(dataset, TrainConfig("sex", closed, folds=3))
    names = [p.name for p in run.result.predictions]
    assert len(names) == len(set(names)) == 80
    assert run.result.test.n == run.result.split["test"].images == 80
    assert read_info(run.folder).mirror
    assert not list(run.folder.glob("fold*"))


def test_chosen_classes_alone_are_learned(dataset: Dataset, small: Recipe) -> None:
    run = train(dataset, TrainConfig("expression", small, classes=("angry", "happy")))
    assert run.result.test.classes == ("happy", "angry")  # the task's order


@pytest.mark.parametrize(
    ("classes", "complaint"), [(("happy", "bored"), "bored"), (("happy",), "two classes")]
)
def test_what_cannot_be_learned_is_said(
    dataset: Dataset, small: Recipe, classes: tuple[str, ...], complaint: str
) -> None:
    with pytest.raises(TrainingProblem, match=complaint):
        train(dataset, TrainConfig("expression", small, classes=classes))


def stopping_at(step: str) -> Callable[[], tuple[Job, list[str]]]:
    def make() -> tuple[Job, list[str]]:
        seen: list[str] = []

        def report(progress: Progress) -> None:
            seen.append(progress.what)

        return Job(report, lambda: step in seen), seen

    return make


@pytest.mark.parametrize("step", ["Finding faces", "Computing features", "Training the head"])
def test_a_cancelled_training_leaves_no_run(dataset: Dataset, small: Recipe, step: str) -> None:
    job, _ = stopping_at(step)()
    with pytest.raises(Cancelled):
        train(dataset, TrainConfig("expression", small), job)
    assert list(dataset.runs.iterdir()) == []


def test_an_image_that_is_gone_is_left_out_by_name(dataset: Dataset, small: Recipe) -> None:
    lost = dataset.samples()[0]
    dataset.image_path(lost).unlink()
    run = train(dataset, TrainConfig("sex", small))
    assert any(lost.name in note for note in run.result.notes)
    total = sum(share.images for share in run.result.split.values())
    assert total == 79


def test_images_without_a_face_are_used_whole_or_left_out(dataset: Dataset, small: Recipe) -> None:
    ids = dataset.sample_ids()
    dataset.store_faces(dict.fromkeys(ids[:10], ()), FaceDetector().name)
    whole = train(dataset, TrainConfig("sex", small)).result
    assert whole.faces["whole"] >= 10
    without = train(dataset, TrainConfig("sex", replace(small, no_face="leave_out"))).result
    assert without.faces["left_out"] == whole.faces["whole"]
    used = sum(share.images for share in without.split.values())
    assert used == 80 - without.faces["left_out"]
