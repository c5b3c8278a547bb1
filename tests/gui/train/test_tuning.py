"""The tuning panel: what may vary, real trials in a process, stopping, the best as a recipe."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from faceapp.errors import Cancelled, WorldError
from faceapp.gui.train.tuning_control import TuningControl
from faceapp.gui.train.tuning_offers import TuneOrder
from faceapp.jobs import Job
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.services.configs import config_of
from faceapp.services.training import training_services
from faceapp.training.filters import Filters
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import recipe_named
from faceapp.training.trials.storage import FILE_NAME
from faceapp.training.trials.told import OnStudy, Trial, Tuning
from train_page import TrainPageUnderTest

pytestmark = pytest.mark.gui

OpenPage = Callable[..., TrainPageUnderTest]
ASKED = {
    "train": TrainConfig("sex", recipe_named("quick")).to_json(),
    "space": {"penalty": "0.1..10"},
    "folds": 5,
    "name": "sex quick",
}
TRIALS = (
    Trial(1, {"penalty": "2.5"}, 0.81, 3.0),
    Trial(0, {"penalty": "0.5"}, 0.72, 3.0),
    Trial(2, {"penalty": "9.5"}, None, 1.0, "pruned"),
    Trial(3, {"penalty": "1.25"}, None, 0.0, "running"),
)
STUDY = Tuning("sex quick", "sqlite", TRIALS, {"penalty": 1.0}, 9.0, ASKED)


class Engine:
    """Studies and trials as the engine tells them, one step after the other."""

    def __init__(self, *studies: Tuning) -> None:
        self.studies, self.orders = list(studies), list[TuneOrder]()
        self.told, self.broken = threading.Event(), ""

    def read(self, _folder: Path, storage: str | None, _job: Job) -> list[Tuning]:
        if storage is not None:
            raise WorldError("The storage me@nowhere: no route.")
        return list(self.studies)

    def tune(self, _folder: Path, order: TuneOrder, job: Job, on_study: OnStudy) -> None:
        self.orders.append(order)
        on_study(replace(STUDY, study=order.study))
        self.told.set()
        if self.broken:
            raise WorldError(self.broken)
        while not job.cancelled():
            time.sleep(0.01)
        raise Cancelled

    def services(self) -> object:
        tuning = training_services().tuning
        assert tuning is not None
        return replace(tuning, studies=self.read, tune=self.tune)


def opened(page: TrainPageUnderTest) -> TuningControl:
    """The panel, opened by its button."""
    page.click(page.page.setup.recipe.tune_button)
    page.settle()
    tuning = page.page.tuning
    assert tuning is not None
    assert page.page.upper.currentWidget() is tuning.view
    return tuning


def test_what_may_vary_is_checked_before_it_starts(
    open_page: OpenPage, drawn_dataset: Path
) -> None:
    page = open_page(drawn_dataset, tuning=Engine().services())
    tuning = opened(page)
    view = tuning.view
    assert view.chosen_study is None
    assert set(view.space.space) == {"penalty", "balance"}
    assert view.start_button.isEnabled()
    assert not view.results.isVisible()
    assert "No trials yet" in view.none_yet.text()
    high = view.space.rows["penalty"].high
    high.clear()
    QTest.keyClicks(high, "0.001")
    assert "must rise" in view.problem.text()
    assert not view.start_button.isEnabled()
    for row in view.space.rows.values():
        row.box.setChecked(False)
    assert "at least one" in view.problem.text()
    page.page.setup.recipe.choose("fine-tune")
    page.settle()
    assert "base_rate" in view.space.space
    assert view.start_button.isEnabled()
    view.trials.setValue(0)
    assert not view.start_button.isEnabled()
    view.minutes.setValue(5)
    assert view.start_button.isEnabled()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    page.settle()
    assert page.page.upper.currentWidget() is not view


def test_trials_are_of_the_chosen_samples_and_split(
    open_page: OpenPage, drawn_dataset: Path
) -> None:
    engine = Engine()
    page = open_page(drawn_dataset, tuning=engine.services())
    dataset, setup = page.session.dataset, page.page.setup
    dataset.add_source("search", "https://example.org", {})
    page.page.refresh()
    page.settle()
    setup.samples.reviewed.setChecked(True)
    setup.samples.exemplars.setCurrentIndex(1)
    setup.samples.scraped.setCurrentText("Leave out")
    setup.split.grouping.setCurrentIndex(1)
    page.settle()
    tuning = opened(page)
    page.click(tuning.view.start_button)
    page.wait(lambda: bool(engine.orders))
    (order,) = engine.orders
    assert order.setup is not None
    config = config_of(order.setup)
    assert config.samples == Filters(reviewed=True)
    assert (config.scraped, config.split_by) == ("leave_out", "family")
    assert config.exemplars < 1
    page.click(tuning.view.stop_button)
    page.wait(lambda: not tuning.busy)


def test_trials_are_followed_and_stopped_at_once(open_page: OpenPage, drawn_dataset: Path) -> None:
    engine = Engine()
    page = open_page(drawn_dataset, tuning=engine.services())
    tuning = opened(page)
    view = tuning.view
    view.trials.setValue(7)
    page.click(view.start_button)
    page.wait(lambda: view.tuning is not None)
    assert not page.page.setup.isVisible()
    assert [job.title for job in page.jobs.running] == ["Tuning expression faceapp"]
    (order,) = engine.orders
    assert (order.trials, order.seconds, order.storage) == (7, None, None)
    assert order.space == {"penalty": "0.03..30", "balance": "true|false"}
    assert view.table.rowCount() == 4
    assert view.table.item(0, 2).text() == "running"
    assert [line.name for line in view.importance.lines] == ["Penalty"]
    page.wait(lambda: view.plot.redraws > 0 and view.plot.idle)
    assert list(view.plot.panels[0].lines[1].y) == [72.0, 81.0]
    engine.studies = [replace(STUDY, study=order.study)]
    began = time.monotonic()
    page.click(view.stop_button)
    page.wait(lambda: not tuning.busy, timeout=2000)
    assert time.monotonic() - began < 2
    page.settle()
    assert page.page.setup.isVisible()
    assert view.chosen_study == order.study
    assert view.table.item(0, 2).text() == "unfinished"
    assert view.table.selected is None
    assert view.start_button.text() == "Add trials"
    page.click(view.start_button)
    page.wait(lambda: len(engine.orders) == 2)
    assert engine.orders[1].setup is None  # it goes on with what it began with
    page.click(view.stop_button)
    page.wait(lambda: not tuning.busy)


def test_what_goes_wrong_is_said(open_page: OpenPage, drawn_dataset: Path) -> None:
    engine = Engine()
    engine.broken = "The study was begun with another data."
    page = open_page(drawn_dataset, tuning=engine.services())
    tuning = opened(page)
    page.click(tuning.view.start_button)
    page.wait(lambda: engine.told.is_set() and not tuning.busy)
    page.settle()
    assert page.said == ["The study was begun with another data."]
    QTest.keyClicks(tuning.view.storage, "postgresql+pg8000://me@nowhere/x")
    QTest.keyClick(tuning.view.storage, Qt.Key.Key_Return)
    page.settle()
    assert "no route" in tuning.view.problem.text()
    assert not tuning.view.start_button.isEnabled()


def test_the_best_trial_becomes_a_recipe(open_page: OpenPage, drawn_dataset: Path) -> None:
    page = open_page(drawn_dataset, tuning=Engine(STUDY).services())
    tuning = opened(page)
    view = tuning.view
    assert not view.results.isVisible()  # of a new study
    view.choose_study("sex quick")
    page.settle()
    assert view.table.rowCount() == 4
    QTest.keyClicks(view.recipe_name, "quick")
    page.click(view.recipe_button)
    assert "take another name" in page.said[0]
    view.recipe_name.clear()
    page.click(view.recipe_button)
    recipe = page.page.setup.recipe.recipe
    assert recipe is not None
    assert (recipe.name, recipe.penalty, recipe.size) == ("quick, tuned", 2.5, 112)
    assert page.page.setup.recipe.names.currentText() == "quick, tuned"
    row = next(r for r in range(4) if view.table.item(r, 0).text() == "0")
    view.table.selectRow(row)
    QTest.keyClicks(view.recipe_name, "mine")
    page.click(view.recipe_button)
    recipe = page.page.setup.recipe.recipe
    assert recipe is not None
    assert (recipe.name, recipe.penalty) == ("mine", 0.5)


@pytest.mark.slow
def test_real_trials_are_made_gone_on_with_and_stopped(
    open_page: OpenPage, drawn_dataset: Path
) -> None:
    try:
        find_weights("vgg16")
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    page = open_page(drawn_dataset)
    page.preset("Happy vs angry")
    page.set_fields("quick", size="64", epochs="30")
    tuning = opened(page)
    view = tuning.view
    view.trials.setValue(2)
    page.click(view.start_button)
    page.wait(lambda: not tuning.busy)
    page.settle()
    assert page.said == []
    assert (page.session.folder / FILE_NAME).is_file()
    assert view.tuning is not None
    assert [trial.state for trial in view.tuning.trials] == ["complete", "complete"]
    assert view.chosen_study == "expression quick"

    view.trials.setValue(0)
    view.minutes.setValue(60)
    page.click(view.start_button)
    page.wait(lambda: view.tuning is not None and len(view.tuning.trials) > 2)
    began = time.monotonic()
    page.click(view.stop_button)
    page.wait(lambda: not tuning.busy)
    assert time.monotonic() - began < 2
    page.settle()
    finished = [t for t in view.tuning.trials if t.state != "running"]
    assert len(finished) >= 2
    best = view.tuning.best
    assert best is not None
    page.click(view.recipe_button)
    recipe = page.page.setup.recipe.recipe
    assert recipe is not None
    assert (recipe.name, recipe.size) == ("quick, tuned", 64)
    assert recipe.penalty == float(best.settings["penalty"])
    page.settle()
    page.click(view.close_button)
    page.start()
    page.wait_for_end()
    assert len(list(page.runs.glob("[!.]*"))) == 1
