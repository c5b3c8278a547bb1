"""Whoever leaves the program in the middle of a training, or has it killed, finds it again."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from faceapp.gui.main_window import MainWindow
from faceapp.gui.messages import Message
from faceapp.gui.train.page import TrainPage
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.run_folders import unfinished_runs
from held_work import wait_for_jobs
from main_program import run_main
from train_page import TrainDriver, answer_question

pytestmark = [pytest.mark.gui, pytest.mark.slow]

VICTIM = Path(__file__).with_name("train_victim.py")


@pytest.fixture
def folder(drawn_dataset: Path, tmp_path: Path) -> Path:
    try:
        find_weights("vgg16")
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    return shutil.copytree(drawn_dataset, tmp_path / "faces")


def train_page(window: MainWindow, qtbot: Any) -> TrainDriver:
    assert window.pages is not None
    assert window.session is not None
    window.show_page("train")
    page = window.pages.current
    assert isinstance(page, TrainPage)
    driver = TrainDriver(page, window.session, qtbot)
    driver.settle()
    return driver


def resume_what_is_offered(window: MainWindow, qtbot: Any) -> TrainDriver:
    """Press the button of the message that the window begins with, then Resume."""

    def offers() -> list[Message]:
        return [said for said in window.messages.standing if "was left half done" in said.text]

    qtbot.waitUntil(lambda: len(offers()) == 1)
    (said,) = offers()
    assert said.action is not None
    said.action.run()
    train = train_page(window, qtbot)
    train.click(train.page.runs.resume_buttons[0])
    assert train.page.control.busy
    return train


def stop_and_keep(train: TrainDriver) -> Path:
    """Stop, keep what is learned, and see it."""
    progress = train.page.run_view.progress
    train.wait(lambda: len(progress.rows) > 2)
    train.click(train.page.run_view.keep_button)
    train.wait_for_end()
    assert train.page.upper.currentWidget() is train.page.results
    (run,) = train.runs.glob("[!.]*")
    return run


def test_closing_asks_while_it_trains_and_leaves_it_to_be_resumed(folder: Path, qtbot: Any) -> None:
    def leave(window: MainWindow) -> None:
        train = train_page(window, qtbot)
        train.preset("Happy vs angry")
        train.set_fields("quick", size="64", patience="0", epochs="100000", solver="gradient")
        train.start()
        progress = train.page.run_view.progress
        train.wait(lambda: len(progress.rows) > 1)
        asked = answer_question("Keep running")
        assert not window.close()
        assert "Training expression, quick" in asked[1]
        assert "can be resumed" in asked[1]
        assert window.isVisible()
        window.show_page("label")
        learned = len(progress.rows)
        train.wait(lambda: len(progress.rows) > learned)  # it goes on
        answer_question("Stop")
        assert window.close()

    def come_back(window: MainWindow) -> None:
        stop_and_keep(resume_what_is_offered(window, qtbot))

    run_main(leave, str(folder))
    wait_for_jobs()
    assert len(unfinished_runs(folder / "runs")) == 1
    run_main(come_back, str(folder))
    assert unfinished_runs(folder / "runs") == []


def test_a_killed_program_offers_to_go_on_where_its_training_was(folder: Path, qtbot: Any) -> None:
    paths = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])
    with subprocess.Popen(
        [sys.executable, str(VICTIM), str(folder)],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
    ) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "it learns\n"
        victim.kill()
    qtbot.waitUntil(lambda: len(unfinished_runs(folder / "runs")) == 1, timeout=60_000)  # it ended
    (left,) = unfinished_runs(folder / "runs")
    assert list(left.folder.glob("checkpoint-*"))
    runs = []

    def come_back(window: MainWindow) -> None:
        train = resume_what_is_offered(window, qtbot)
        progress = train.page.run_view.progress
        train.wait(lambda: progress.phase == "tuning" and bool(progress.rows))
        assert progress.rows[0].epoch > 1  # after the last whole one
        runs.append(stop_and_keep(train))

    run_main(come_back, str(folder))
    with (runs[0] / "curve.csv").open(encoding="utf-8", newline="") as file:
        epochs = [int(row["epoch"]) for row in csv.DictReader(file) if row["phase"] == "tuning"]
    assert epochs == list(range(1, len(epochs) + 1))
    assert runs[0].name == left.name
