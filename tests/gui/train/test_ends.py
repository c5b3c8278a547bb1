"""However a training ends, the page says so, names the log, can be used, and offers to go on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from child_work import work
from faceapp.gui.train.offers import Order, Wishes
from faceapp.jobs import Job
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.services.configs import config_of
from faceapp.services.training import train as real_training
from faceapp.training.child import TrainingRequest
from faceapp.training.events import OnEvent
from faceapp.training.supervising import new_log, supervise
from held_work import wait_for_jobs
from train_page import TrainPageUnderTest, answer_question

pytestmark = pytest.mark.gui

OpenPage = Callable[..., TrainPageUnderTest]
TINY = {"size": "64", "epochs": "30", "tune_epochs": "2", "tune_batch": "8"}


@pytest.fixture
def weights() -> None:
    try:
        find_weights("vgg16")
    except WeightsMissing as missing:
        pytest.skip(str(missing))


def child_that(
    how: str, patience: float = 6
) -> Callable[[Path, Order, Job, OnEvent, Wishes], Path]:
    """A training whose process does that instead; it is resumed by the real one."""

    def train(folder: Path, order: Order, job: Job, on_event: OnEvent, wishes: Wishes) -> Path:
        if order.setup is None:
            return real_training(folder, order, job, on_event, wishes)
        request = TrainingRequest(folder, new_log(), config_of(order.setup), notes=(how,))
        wished = replace(job, cancelled=wishes.discard, enough=wishes.enough)
        return supervise(
            request, wished, on_event, work=work, patience_seconds=patience, left=job.cancelled
        )

    return train


def seconds_allowed() -> float:
    """Two, times how many want each core: a busy machine keeps no promise of an idle one."""
    return 2 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def begin(page: TrainPageUnderTest, recipe: str, **values: str) -> None:
    """Start a training of two classes."""
    page.preset("Happy vs angry")
    page.set_fields(recipe, **values)
    page.start()


@pytest.mark.parametrize(
    ("how", "words"),
    [("raise", "ZeroDivisionError"), ("die", "SIGKILL"), ("hang", "said nothing")],
)
def test_a_process_that_breaks_down_is_told_with_its_log_and_can_be_resumed(
    open_page: OpenPage, drawn_dataset: Path, how: str, words: str
) -> None:
    page = open_page(drawn_dataset, train=child_that(f"{how} with a plan"))
    page.start()
    page.wait_for_end()
    (said,) = page.said
    assert words in said
    log = Path(said.partition("The log is in ")[2].rstrip("."))
    assert log.is_file()
    assert page.page.upper.currentWidget() is page.page.hint
    assert [button.text() for button in page.page.hint.buttons] == ["Open the log"]
    assert page.page.setup.isVisible()
    assert page.page.setup.start_button.isEnabled()
    (resume,) = page.page.runs.resume_buttons
    assert resume.isVisible()
    assert resume.isEnabled()
    assert "20260102-120000" in resume.accessibleName()


def test_the_worlds_fault_comes_in_its_own_words(open_page: OpenPage, drawn_dataset: Path) -> None:
    page = open_page(drawn_dataset, train=child_that("fail"))
    page.start()
    page.wait_for_end()
    assert page.said == ["The disk is full: make room."]
    assert page.page.hint.buttons == []


@pytest.mark.slow
@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize(
    ("how", "words"),
    [("raise in judging", "ZeroDivisionError"), ("hang in tuning", "said nothing")],
)
def test_a_real_training_that_broke_down_is_resumed_to_the_end(
    open_page: OpenPage, drawn_dataset: Path, how: str, words: str
) -> None:
    page = open_page(drawn_dataset, train=child_that(how, patience=60))
    begin(page, "fine-tune", **TINY)
    page.wait_for_end()
    (said,) = page.said
    assert words in said
    assert page.page.setup.start_button.isEnabled()
    page.click(page.page.runs.resume_buttons[0])
    page.wait_for_end()
    assert page.page.upper.currentWidget() is page.page.results
    assert page.page.runs.resume_buttons == []


def test_who_discards_and_then_leaves_has_discarded(
    open_page: OpenPage, drawn_dataset: Path
) -> None:
    page = open_page(drawn_dataset, train=child_that("hang with a plan"))
    page.start()
    page.wait(lambda: page.page.run_view.progress.run is not None)
    worker = page.page.control.worker
    assert worker is not None
    assert worker.job is not None
    worker.discard()
    worker.job.cancel()
    page.wait_for_end()
    assert page.said == ["The training was discarded."]
    assert not list(page.runs.glob(".unfinished*"))


@pytest.mark.slow
@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize(
    ("recipe", "phase", "values"),
    [
        ("quick", "head", {"solver": "gradient", "epochs": "100000", "patience": "0"}),
        ("fine-tune", "tuning", {"epochs": "5", "tune_epochs": "200", "tune_patience": "0"}),
    ],
)
def test_learning_ends_two_seconds_after_stop_and_keep_the_best(
    open_page: OpenPage, drawn_dataset: Path, recipe: str, phase: str, values: dict[str, str]
) -> None:
    page = open_page(drawn_dataset)
    begin(page, recipe, size="112", **values)
    view = page.page.run_view
    page.wait(lambda: view.progress.phase == phase and len(view.progress.rows) > 1)
    allowed, asked = seconds_allowed(), time.monotonic()
    page.click(view.keep_button)
    assert "stopping, keeping the best" in view.line.text()
    page.wait(lambda: view.progress.phase == "judging")
    assert time.monotonic() - asked < allowed
    assert "stopped, judging the best" in view.line.text()
    page.wait_for_end()
    details = page.page.results.details
    assert details is not None
    assert any(note.startswith("Stopped by hand after epoch") for note in details.notes)


@pytest.mark.slow
@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize("phase", ["caching", "head", "tuning", "judging"])
def test_a_discarded_training_is_gone_after_two_seconds(
    open_page: OpenPage, drawn_dataset: Path, phase: str
) -> None:
    page = open_page(drawn_dataset)
    epochs = "100000" if phase == "head" else "5"  # or the head would be over before it is seen
    tuning = {"tune_epochs": "2", "tune_patience": "0"}
    begin(page, "fine-tune", size="112", epochs=epochs, patience="0", **tuning)
    view = page.page.run_view
    page.wait(lambda: view.progress.phase == phase)
    answer_question("Discard")
    view.discard_button.click()
    asked, allowed = time.monotonic(), seconds_allowed()  # the question is answered
    page.wait(lambda: not page.page.control.busy)
    assert time.monotonic() - asked < allowed
    page.settle()
    assert page.said == ["The training was discarded."]
    assert not list(page.runs.glob("*/"))


@pytest.mark.usefixtures("weights")
def test_a_program_that_closes_leaves_the_run_to_be_resumed(
    open_page: OpenPage, drawn_dataset: Path
) -> None:
    page = open_page(drawn_dataset)
    page.set_fields("quick", size="64")
    page.start()
    page.wait(lambda: page.page.run_view.progress.run is not None)
    assert [job.title for job in page.jobs.running] == ["Training expression, quick"]
    page.jobs.close()
    wait_for_jobs()
    again = open_page(page.session.folder)
    assert len(again.page.runs.resume_buttons) == 1
    assert again.page.runs.resume_buttons[0].isEnabled()


@pytest.mark.slow
@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize("phase", ["faces", "caching", "head", "tuning", "judging"])
def test_killed_in_any_phase_it_is_resumed_to_the_end(
    open_page: OpenPage, drawn_dataset: Path, phase: str
) -> None:
    page = open_page(drawn_dataset)
    begin(page, "fine-tune", **TINY)
    page.wait(lambda: phase in page.page.run_view.progress.phases)
    page.kill()
    page.wait_for_end()
    assert "SIGKILL" in page.said[0]
    page.click(page.page.runs.resume_buttons[0])
    page.wait_for_end()
    assert len(list(page.runs.glob("[!.]*"))) == 1
    assert page.page.upper.currentWidget() is page.page.results
