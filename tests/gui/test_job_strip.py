"""The strip: what runs, how far, how long still, and a way to stop it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from faceapp.gui.job_strip import JobStrip
from faceapp.gui.theme import Theme
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.jobs import Job, Progress
from held_work import HeldWork

pytestmark = pytest.mark.gui


@pytest.fixture
def strip(jobs: JobRunner, qtbot: Any) -> JobStrip:
    made = JobStrip(jobs)
    qtbot.addWidget(made)
    return made


def begin(jobs: JobRunner, title: str = "Importing faces") -> tuple[RunningJob, HeldWork]:
    work = HeldWork()
    return jobs.start(title, work, done=lambda _result: None), work


def tell(running: RunningJob, progress: Progress, elapsed: float = 0.0) -> None:
    """Progress as it comes from the work's thread, so long after the beginning."""
    running._started = time.monotonic() - elapsed
    running._note(progress)
    running._show_latest()


def test_it_is_absent_while_nothing_runs(strip: JobStrip, jobs: JobRunner, qtbot: Any) -> None:
    strip.hide()
    running, work = begin(jobs)
    assert strip.isVisible()
    with qtbot.waitSignal(running.ended):
        work.let_go()
    assert not strip.isVisible()
    assert strip.rows == ()


def test_jobs_that_run_already_are_shown(jobs: JobRunner, qtbot: Any) -> None:
    _running, work = begin(jobs)
    made = JobStrip(jobs)
    qtbot.addWidget(made)
    assert [row.title.text() for row in made.rows] == ["Importing faces"]
    work.let_go()


@pytest.mark.parametrize(
    ("progress", "elapsed", "words"),
    [
        (Progress("x", 1204, 3733), 0.0, "1,204 of 3,733"),
        (Progress("x", 1000, 4000), 20.0, "1,000 of 4,000, 1:00 left"),
        (Progress("x", 0.25, 1.0), 0.0, "25%"),
        (Progress("x", 0.5, 1.0), 7200.0, "50%, 2 h 00 left"),
        (Progress("x"), 50.0, ""),
    ],
)
def test_it_says_how_far_and_how_long_still(
    strip: JobStrip, jobs: JobRunner, progress: Progress, elapsed: float, words: str
) -> None:
    running, work = begin(jobs)
    tell(running, progress, elapsed)
    (row,) = strip.rows
    assert row.state.text() == words
    assert row.bar.value() == round(1000 * progress.share)
    busy = (row.bar.minimum(), row.bar.maximum()) == (0, 0)
    assert busy == (progress.total == 0)
    work.let_go()


def test_a_job_is_stopped_here(strip: JobStrip, jobs: JobRunner, qtbot: Any) -> None:
    running, work = begin(jobs)
    (row,) = strip.rows
    assert row.cancel_button.accessibleName() == "Cancel Importing faces"
    QTest.mouseClick(row.cancel_button, Qt.MouseButton.LeftButton)
    assert running.cancelling
    assert row.state.text() == "stopping..."
    assert not row.cancel_button.isEnabled()
    with qtbot.waitSignal(running.ended):
        work.let_go()


def test_of_several_the_oldest_is_shown_and_the_others_on_demand(
    strip: JobStrip, jobs: JobRunner, qtbot: Any
) -> None:
    first, work = begin(jobs, "first")
    _second, other = begin(jobs, "second")
    _third, another = begin(jobs, "third")
    strip.show()
    assert [row.isVisible() for row in strip.rows] == [True, False, False]
    assert strip.more_button.text() == "2 more jobs"
    QTest.mouseClick(strip.more_button, Qt.MouseButton.LeftButton)
    assert [row.isVisible() for row in strip.rows] == [True, True, True]
    QTest.mouseClick(strip.more_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(first.ended):
        work.let_go()
    assert [row.title.text() for row in strip.rows] == ["second", "third"]
    assert [row.isVisible() for row in strip.rows] == [True, False]
    assert strip.more_button.text() == "1 more job"
    other.let_go()
    another.let_go()


def test_quiet_jobs_are_absent(strip: JobStrip, jobs: JobRunner) -> None:
    work = HeldWork()
    jobs.start("quiet", work, done=lambda _result: None, quiet=True)
    assert strip.rows == ()
    work.let_go()


def test_a_long_title_leaves_the_window_narrow(
    strip: JobStrip, jobs: JobRunner, theme: Theme
) -> None:
    theme.set_zoom(2.0)
    running, work = begin(jobs, f"Importing {'a-folder-with-a-long-name-' * 8}")
    tell(running, Progress("x", 1204, 3733), 30.0)
    begin(jobs, "another")[1].let_go()
    assert strip.minimumSizeHint().width() <= 1024
    assert strip.rows[0].title.toolTip().startswith("Importing a-folder")
    work.let_go()


def test_a_title_is_never_taken_for_markup(strip: JobStrip, jobs: JobRunner) -> None:
    _running, work = begin(jobs, "Importing <b>bold</b>")
    assert strip.rows[0].title.textFormat() is Qt.TextFormat.PlainText
    work.let_go()


def test_work_that_ends_at_once_leaves_nothing(
    strip: JobStrip, jobs: JobRunner, qtbot: Any
) -> None:
    def quick(_job: Job) -> None:
        pass

    with qtbot.waitSignal(jobs.ended):
        jobs.start("quick", quick, done=lambda _result: None)
    assert strip.rows == ()
