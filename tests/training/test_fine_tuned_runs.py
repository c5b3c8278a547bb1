"""Whole fine-tunings through the public door: what they leave, however they end."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faceapp.dataset import Dataset
from faceapp.errors import Cancelled
from faceapp.jobs import Job
from faceapp.networks.formats import FORMATS
from faceapp.networks.saved_model import load_keras
from faceapp.networks.weights import find_weights
from faceapp.training.events import EpochDone, LogLine, PhaseStarted, TrainingEvent
from faceapp.training.exports import export_run
from faceapp.training.judging import ask
from faceapp.training.material import TrainConfig
from faceapp.training.plans import NotResumable
from faceapp.training.recipes import Recipe, recipe_named
from faceapp.training.run_folders import RunFolder, discard, unfinished_run, unfinished_runs
from faceapp.training.trainer import Run, resume, train
from networks.fakes import write_random_weights

pytestmark = pytest.mark.usefixtures("imagenet")

SETTINGS = {
    "size": "64", "epochs": "2", "tune_epochs": "3", "tune_patience": "0",
    "base_rate": "3e-4", "head_rate": "1e-3", "mixup": "0.2",
}  # fmt: skip


@pytest.fixture(scope="module")
def tiny() -> Recipe:
    return recipe_named("fine-tune").with_settings(SETTINGS)


@pytest.fixture(scope="module")
def finished(
    drawn_dataset: Path, tiny: Recipe, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Dataset, Run, list[TrainingEvent]]]:
    """A dataset with one uninterrupted fine-tuning, and what that told."""
    folder = tmp_path_factory.mktemp("tuned") / "dataset"
    shutil.copytree(drawn_dataset, folder)
    with Dataset.open(folder) as dataset:
        events: list[TrainingEvent] = []
        run = train(dataset, TrainConfig("sex", tiny), on_event=events.append)
        yield dataset, run, events


@pytest.fixture
def warm(finished: tuple[Dataset, Run, list[TrainingEvent]], tmp_path: Path) -> Iterator[Dataset]:
    """A copy of that dataset, which knows its faces and maps."""
    shutil.copytree(finished[0].folder, tmp_path / "dataset")
    with Dataset.open(tmp_path / "dataset") as dataset:
        yield dataset


def tuned_epochs(events: list[TrainingEvent]) -> list[int]:
    rows = [event.row for event in events if isinstance(event, EpochDone)]
    return [row.epoch for row in rows if row.phase == "tuning"]


def layer_of(model: Any, name: str) -> Any:
    for layer in model.layers:
        found = layer if layer.name == name else None
        if found is None and hasattr(layer, "layers"):
            found = layer_of(layer, name)
        if found is not None:
            return found
    return None


def test_phases_come_in_their_order(
    finished: tuple[Dataset, Run, list[TrainingEvent]],
) -> None:
    events = finished[2]
    phases = [event.phase for event in events if isinstance(event, PhaseStarted)]
    assert phases == ["faces", "caching", "head", "tuning", "judging"]
    assert tuned_epochs(events) == [1, 2, 3]
    lines = [event.text for event in events if isinstance(event, LogLine)]
    assert lines == (finished[1].folder / "log.txt").read_text("utf-8").splitlines()
    assert any("block5_conv1, block5_conv2, block5_conv3, predictions" in line for line in lines)


def test_the_saved_model_holds_what_was_learned(
    finished: tuple[Dataset, Run, list[TrainingEvent]],
) -> None:
    dataset, run, _ = finished
    assert run.result.fit.best_epoch > 0
    model, weights = load_keras(run.folder), find_weights().layers
    for name, learned in (("block4_conv3", False), ("block5_conv3", True)):
        moved = (layer_of(model, name).get_weights()[0] != weights[name][0]).any()
        assert moved == learned
    asked = ask(dataset, run.folder / "model.keras", run.result.parts.test)
    reported = np.array([p.probabilities for p in run.result.predictions])
    np.testing.assert_allclose(asked.probabilities, reported, atol=1e-5)
    judged = ask(dataset, run.folder / "model.keras", run.result.parts.validation)
    answers = dataset.answers("sex")
    truth = [run.result.test.classes.index(answers[i].answer or "") for i in judged.ids]
    right = (judged.probabilities.argmax(axis=1) == truth).mean()
    # From cached float16 maps, the same answers but for one on the edge.
    assert right == pytest.approx(run.result.fit.validation_accuracy, abs=1.1 / len(truth))


def test_a_finished_run_keeps_its_curve_and_nothing_to_resume(
    finished: tuple[Dataset, Run, list[TrainingEvent]],
) -> None:
    dataset, run, _ = finished
    names = {path.name for path in run.folder.iterdir()}
    assert not [name for name in names if "checkpoint" in name or "resume" in name]
    assert unfinished_runs(dataset.runs) == []
    with (run.folder / "curve.csv").open(encoding="utf-8", newline="") as file:
        phases = [row["phase"] for row in csv.DictReader(file)]
    assert phases[-3:] == ["tuning"] * 3
    assert set(phases[:-3]) == {"head"}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_what_fine_tuning_made_is_exported_as_every_format(
    finished: tuple[Dataset, Run, list[TrainingEvent]], tmp_path: Path, form: str
) -> None:
    run = finished[1]
    done = export_run(run.folder, tmp_path / "faces", form)
    assert done.checked == done.same_class == min(50, run.result.test.n)
    assert done.max_difference < 1e-3
    assert "fine-tune" in done.file.with_name(f"{done.file.name}.md").read_text("utf-8")


def breaking_when(is_it: Callable[[TrainingEvent], bool]) -> Callable[[TrainingEvent], None]:
    def on_event(event: TrainingEvent) -> None:
        if is_it(event):
            raise RuntimeError("the process ends here")

    return on_event


def after_epoch(number: int) -> Callable[[TrainingEvent], bool]:
    return lambda event: (
        isinstance(event, EpochDone) and event.row.phase == "tuning" and event.row.epoch == number
    )


@pytest.mark.slow
def test_a_broken_run_is_resumed_to_the_same_end(
    finished: tuple[Dataset, Run, list[TrainingEvent]], warm: Dataset, tiny: Recipe
) -> None:
    with pytest.raises(RuntimeError, match="ends here"):
        train(warm, TrainConfig("sex", tiny), on_event=breaking_when(after_epoch(2)))
    (left,) = unfinished_runs(warm.runs)
    assert (left.plan.config.task, left.plan.config.recipe) == ("sex", tiny)
    warm.label(list(left.plan.material.ids[:10]), "sex", None)  # changes nothing for this run
    events: list[TrainingEvent] = []
    run = resume(warm, unfinished_run(warm.runs, left.name), on_event=events.append)
    assert run.folder.name == left.name
    assert tuned_epochs(events) == [2, 3]
    whole = finished[1].result
    assert run.result.curve == whole.curve
    assert run.result.test == whole.test
    assert run.result.parts == whole.parts
    assert unfinished_runs(warm.runs) == []


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["caching", "head", "judging"])
def test_a_run_that_broke_in_any_phase_can_be_resumed_or_discarded(
    warm: Dataset, tiny: Recipe, phase: str
) -> None:
    def in_phase(event: TrainingEvent) -> bool:
        return isinstance(event, PhaseStarted) and event.phase == phase

    with pytest.raises(RuntimeError):
        train(warm, TrainConfig("sex", tiny), on_event=breaking_when(in_phase))
    (left,) = unfinished_runs(warm.runs)
    if phase == "judging":  # all is learned: only judging is left to do
        events: list[TrainingEvent] = []
        resume(warm, left.folder, on_event=events.append)
        assert tuned_epochs(events) == []
    else:
        discard(left.folder)
    assert unfinished_runs(warm.runs) == []
    assert not list(warm.runs.glob(".unfinished*"))


def test_enough_saves_and_judges_the_best_so_far(warm: Dataset, tiny: Recipe) -> None:
    events: list[TrainingEvent] = []

    def enough() -> bool:
        return any(after_epoch(1)(event) for event in events)

    run = train(warm, TrainConfig("sex", tiny), Job(enough=enough), on_event=events.append)
    assert tuned_epochs(events) == [1]
    assert run.result.test.n == len(run.result.parts.test)
    assert (run.folder / "model.keras").is_file()
    said = "Stopped by hand after epoch 1 of fine-tuning: the best until then was kept."
    assert said in run.result.notes
    assert said in (run.folder / "report.html").read_text("utf-8")


@pytest.mark.parametrize("how", ["cancelled", "enough of nothing", "enough before the head"])
def test_a_discarded_run_leaves_nothing(warm: Dataset, tiny: Recipe, how: str) -> None:
    before = set(warm.runs.iterdir())
    events: list[TrainingEvent] = []
    if how == "cancelled":
        job = Job(cancelled=lambda: any(after_epoch(1)(event) for event in events))
    elif how == "enough before the head":
        job = Job(enough=lambda: any(starts("caching")(event) for event in events))
    else:
        job = Job(enough=lambda: True)
    with pytest.raises(Cancelled):
        train(warm, TrainConfig("sex", tiny), job, on_event=events.append)
    assert set(warm.runs.iterdir()) == before


def test_what_cannot_be_resumed_is_said(warm: Dataset, tiny: Recipe) -> None:
    done = next(warm.runs.iterdir())
    with pytest.raises(NotResumable, match="no unfinished run"):
        resume(warm, done)
    with pytest.raises(NotResumable, match="there are: none"):
        unfinished_run(warm.runs, "yesterday")
    with pytest.raises(RuntimeError):
        train(warm, TrainConfig("sex", tiny), on_event=breaking_when(lambda _event: True))
    (left,) = unfinished_runs(warm.runs)
    with RunFolder.reopened(left.folder):
        assert unfinished_runs(warm.runs) == []  # it is alive
        with pytest.raises(NotResumable, match="being trained"):
            resume(warm, left.folder)


def starts(phase: str, part: int = 1) -> Callable[[TrainingEvent], bool]:
    return lambda event: (
        isinstance(event, PhaseStarted) and (event.phase, event.part) == (phase, part)
    )


@pytest.mark.slow
def test_folds_are_fine_tuned_one_by_one(warm: Dataset, tiny: Recipe) -> None:
    run = train(warm, TrainConfig("sex", tiny, folds=2))
    assert run.result.test.n == 80
    events: list[TrainingEvent] = []

    def enough() -> bool:
        return any(isinstance(e, PhaseStarted) and e.phase == "judging" for e in events)

    early = train(
        warm, TrainConfig("sex", tiny, folds=2), Job(enough=enough), on_event=events.append
    )
    assert early.result.test.n == len(early.result.parts.test) < 80
    assert any(
        note.startswith("Stopped early") and "about people it" in note
        for note in early.result.notes
    )
    assert not [note for note in early.result.notes if "{" in note]
    assert not list(early.folder.glob("fold*"))


@pytest.mark.slow
def test_enough_between_folds_keeps_those_before(warm: Dataset, tiny: Recipe) -> None:
    events: list[TrainingEvent] = []

    def enough() -> bool:
        return any(starts("caching", part=2)(event) for event in events)

    config = TrainConfig("sex", tiny, folds=3)
    run = train(warm, config, Job(enough=enough), on_event=events.append)
    assert not any(starts("head", part=2)(event) for event in events)
    assert any("pool 1 of 3 models" in note for note in run.result.notes)
    asked = ask(warm, run.folder, run.result.parts.test)
    reported = np.array([p.probabilities for p in run.result.predictions])
    np.testing.assert_allclose(asked.probabilities, reported, atol=1e-5)
    assert not list(run.folder.glob("fold*"))


@pytest.mark.slow
@pytest.mark.parametrize("network", ["vgg19", "mobilenetv2", "resnet50", "efficientnetb0"])
def test_any_backbone_is_fine_tuned_from_a_named_file(
    warm: Dataset, tiny: Recipe, tmp_path: Path, network: str
) -> None:
    file = write_random_weights(network, tmp_path / "weights.h5")[1]
    recipe = tiny.with_settings({"backbone": network, "mirror": "false", "tune_epochs": "1"})
    run = train(warm, TrainConfig("sex", recipe, weights=file))
    assert (run.result.backbone, run.result.weights) == (network, f"file {file}")
    asked = ask(warm, run.folder, run.result.parts.test)
    reported = np.array([p.probabilities for p in run.result.predictions])
    np.testing.assert_allclose(asked.probabilities, reported, atol=1e-5)
    assert run.result.curve[-1].phase == "tuning"
    assert np.isfinite(run.result.curve[-1].loss)
    for form in ("onnx", "litert"):  # converters that may lack an operation of a network
        assert export_run(run.folder, tmp_path / network, form).checked > 0
