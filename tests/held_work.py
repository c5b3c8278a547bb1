"""Work for jobs that goes on when the test says so, and the threads that work runs in."""

from __future__ import annotations

import threading

from faceapp.jobs import Job, Progress

PATIENCE = 20.0


class HeldWork:
    """Waits until it is let go, then looks for a stop if it is a polite one, and returns."""

    def __init__(self, result: object = "result", *, polite: bool = False) -> None:
        self.result = result
        self.polite = polite
        self.begun = threading.Event()
        self._go = threading.Event()

    def __call__(self, job: Job) -> object:
        job.report(Progress("held", 1, 4))
        self.begun.set()
        assert self._go.wait(PATIENCE)
        if self.polite:
            job.check()
        return self.result

    def let_go(self) -> None:
        self._go.set()


def job_threads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name.startswith("job: ")]


def wait_for_jobs() -> None:
    """Wait for every job's thread to end; what they sent is not looked at meanwhile."""
    for thread in job_threads():
        thread.join(PATIENCE)
        assert not thread.is_alive(), f"{thread.name} goes on"
