"""However a training ends, the page says so, names the log, can be used, and offers to go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from child_work import work
from faceapp.gui.train.offers import Order, Wishes
from faceapp.jobs import Job
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.child import TrainingRequest
from faceapp.training.events import OnEvent
from faceapp.training.supervising import new_log, supervise
from held_work import wait_for_jobs
from train_page import TrainPageUnderTest

pytestmark = pytest.mark.gui

OpenPage = Callable[..., TrainPageUnderTest]


@pytest.fixture
def weights() -> None:
    try:
        find_weights("vgg16")
    except WeightsMissing as missing:
        pytest.skip(str(missing))


def child_that(how: str) -> Callable[[Path, Order, Job, OnEvent, Wishes], Path]:
    """A training whose process does that instead."""

    def train(folder: Path, _order: Order, job: Job, on_event: OnEvent, wishes: Wishes) -> Path:
        request = TrainingRequest(folder, new_log(), notes=(how,))
        wished = replace(job, cancelled=wishes.discard, enough=wishes.enough)
        return supervise(
            request, wished, on_event, work=work, patience_seconds=6, left=job.cancelled
        )

    return train


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
    page.preset("Happy vs angry")
    page.set_fields("fine-tune", size="64", epochs="30", tune_epochs="2", tune_batch="8")
    page.start()
    page.wait(lambda: phase in page.page.run_view.progress.phases)
    page.kill()
    page.wait_for_end()
    assert "SIGKILL" in page.said[0]
    page.click(page.page.runs.resume_buttons[0])
    page.wait_for_end()
    assert len(list(page.runs.glob("[!.]*"))) == 1
    assert page.page.upper.currentWidget() is page.page.results
