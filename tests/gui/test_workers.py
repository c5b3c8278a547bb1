"""Jobs: work in a thread of its own; its end comes in the window's, once, or never once closed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from faceapp.errors import Cancelled, WorldError
from faceapp.gui.messages import Level, Messages
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.jobs import Job
from held_work import PATIENCE, HeldWork, job_threads, wait_for_jobs

pytestmark = pytest.mark.gui


class Heard:
    """Which of a job's ends was called, with what, and in which thread."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, object]] = []
        self.threads: set[int] = set()

    def hear(self, name: str) -> Callable[..., None]:
        def call(*values: object) -> None:
            self.calls.append((name, *values) if values else (name, None))
            self.threads.add(threading.get_ident())

        return call

    def start(self, jobs: JobRunner, work: Callable[[Job], object], **more: Any) -> RunningJob:
        ends = {name: self.hear(name) for name in ("done", "failed", "cancelled")}
        return jobs.start("work", work, **ends, **more)


def test_the_result_lands_in_the_windows_thread(jobs: JobRunner, qtbot: Any) -> None:
    heard = Heard()
    heard.start(jobs, lambda _job: threading.get_ident())
    qtbot.waitUntil(lambda: bool(heard.calls))
    ((name, worker),) = heard.calls
    assert name == "done"
    assert heard.threads == {threading.get_ident()}
    assert worker != threading.get_ident()


def refuse(_job: Job) -> object:
    raise WorldError("no disk")


def stop(_job: Job) -> object:
    raise Cancelled


@pytest.mark.parametrize(
    ("work", "end"), [(lambda _job: 5, "done"), (refuse, "failed"), (stop, "cancelled")]
)
def test_a_job_has_exactly_one_end(
    jobs: JobRunner, qtbot: Any, work: Callable[[Job], object], end: str
) -> None:
    heard = Heard()
    with qtbot.waitSignal(jobs.ended):
        heard.start(jobs, work)
    QApplication.processEvents()
    assert [name for name, _value in heard.calls] == [end]
    assert jobs.running == ()


@pytest.mark.parametrize("polite", [True, False])
def test_a_cancelled_jobs_late_result_never_lands(
    jobs: JobRunner, qtbot: Any, polite: bool
) -> None:
    heard, work = Heard(), HeldWork(polite=polite)
    running = heard.start(jobs, work)
    assert work.begun.wait(PATIENCE)
    running.cancel()
    assert running.cancelling
    assert heard.calls == []
    with qtbot.waitSignal(running.ended):
        work.let_go()
    assert heard.calls == [("cancelled", None)]


def test_a_result_that_is_on_its_way_does_not_land_after_cancel(jobs: JobRunner) -> None:
    heard = Heard()
    running = heard.start(jobs, lambda _job: 5)
    wait_for_jobs()
    running.cancel()
    QApplication.processEvents()
    assert heard.calls == [("cancelled", None)]


def test_closing_hears_nothing_more_and_leaves_no_thread(jobs: JobRunner) -> None:
    heard, held = Heard(), HeldWork()
    heard.start(jobs, held)
    heard.start(jobs, lambda _job: 5)
    assert held.begun.wait(PATIENCE)
    jobs.close()
    assert jobs.running == ()
    held.let_go()
    wait_for_jobs()
    QApplication.processEvents()
    assert heard.calls == []
    assert job_threads() == []


def test_closing_asks_work_to_stop(jobs: JobRunner) -> None:
    looked: list[bool] = []
    begun = threading.Event()

    def work(job: Job) -> None:
        begun.set()
        end = time.monotonic() + PATIENCE
        while not job.cancelled() and time.monotonic() < end:
            pass
        looked.append(job.cancelled())

    jobs.start("work", work, done=lambda _result: None)
    assert begun.wait(PATIENCE)
    jobs.close()
    wait_for_jobs()
    assert looked == [True]


def test_an_error_goes_to_the_message_bar(jobs: JobRunner, messages: Messages, qtbot: Any) -> None:
    jobs.start("work", refuse, done=lambda _result: None)
    qtbot.waitUntil(lambda: bool(messages.standing))
    (message,) = messages.standing
    assert (message.level, message.text) == (Level.PROBLEM, "no disk")


def test_an_error_that_is_looked_after_does_not(
    jobs: JobRunner, messages: Messages, qtbot: Any
) -> None:
    heard = Heard()
    with qtbot.waitSignal(jobs.ended):
        heard.start(jobs, refuse)
    assert messages.standing == ()
    assert isinstance(heard.calls[0][1], WorldError)


def test_quiet_jobs_do_not_show(jobs: JobRunner, messages: Messages, qtbot: Any) -> None:
    shown: list[RunningJob] = []
    jobs.started.connect(shown.append)
    jobs.ended.connect(shown.append)
    work = HeldWork()
    running = jobs.start("quiet", work, done=lambda _result: None, quiet=True)
    assert jobs.running == ()
    with qtbot.waitSignal(running.ended):
        work.let_go()
    jobs.start("quiet", refuse, done=lambda _result: None, quiet=True)
    qtbot.waitUntil(lambda: bool(messages.standing))
    assert shown == []


def test_jobs_are_listed_oldest_first(jobs: JobRunner) -> None:
    held = [HeldWork(), HeldWork()]
    started = [jobs.start(str(n), work, done=lambda _: None) for n, work in enumerate(held)]
    assert jobs.running == tuple(started)
    jobs.cancel_all()
    assert all(each.cancelling for each in started)
    for work in held:
        work.let_go()


def test_progress_arrives_now_and_then_and_the_last_always(jobs: JobRunner, qtbot: Any) -> None:
    heard: list[float] = []

    def work(job: Job) -> None:
        for number in job.track(range(5000), "counting"):
            del number

    running = jobs.start("work", work, done=lambda _result: None)
    running.changed.connect(lambda: heard.append(running.progress.done))
    with qtbot.waitSignal(running.ended):
        pass
    assert heard[-1] == 5000
    assert heard == sorted(heard)
    assert len(heard) < 100


def test_progress_comes_while_work_goes_on(jobs: JobRunner, qtbot: Any) -> None:
    work = HeldWork()
    running = jobs.start("work", work, done=lambda _result: None)
    qtbot.waitUntil(lambda: running.progress.what == "held")
    assert running.progress.share == 0.25
    work.let_go()


@pytest.mark.parametrize(
    ("elapsed", "left"), [(0.5, None), (10.0, pytest.approx(30, rel=0.1)), (400.0, 1200)]
)
def test_the_time_left_is_told_at_the_pace_so_far(
    jobs: JobRunner, qtbot: Any, elapsed: float, left: object
) -> None:
    work = HeldWork()
    running = jobs.start("work", work, done=lambda _result: None)
    qtbot.waitUntil(lambda: running.progress.share == 0.25)
    running._started = time.monotonic() - elapsed
    seconds = running.seconds_left
    assert seconds is None if left is None else seconds == pytest.approx(3 * elapsed, rel=0.1)
    work.let_go()


def test_the_time_left_is_a_guess_where_the_total_is_unknown(jobs: JobRunner) -> None:
    work = HeldWork()
    running = jobs.start("work", work, done=lambda _result: None)
    running._started -= 100
    assert running.seconds_left is None
    work.let_go()
