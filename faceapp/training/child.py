"""The training's own process, seen from inside: it tells through a pipe, and listens to it.

A process of its own, because TensorFlow in a thread would hold the window up for a second at a
time, and a crash of native code would take the window with it.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Literal

from faceapp.dataset import Dataset
from faceapp.errors import Cancelled, WorldError
from faceapp.jobs import Job, Progress
from faceapp.training.events import OnEvent, TrainingEvent
from faceapp.training.material import TrainConfig

Command = Literal["cancel", "enough"]

# So often at most progress is told: more would be painted by nobody.
_PROGRESS_SECONDS = 0.05
_NICE = 10


@dataclass(frozen=True)
class TrainingRequest:
    """A training for a process of its own.

    It goes on with the unfinished run `resume` where that is given, and else does what `config`
    says. `log` is the file that takes whatever the process prints.
    """

    dataset: Path
    log: Path
    config: TrainConfig | None = None
    resume: Path | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finished:
    """The run is whole and lies in `folder`."""

    folder: Path


@dataclass(frozen=True)
class Stopped:
    """It was cancelled."""


@dataclass(frozen=True)
class Failed:
    """It could not be done: the world's fault, in words for the person, or else ours."""

    text: str
    is_ours: bool


Message = TrainingEvent | Progress | Finished | Stopped | Failed
Work = Callable[[TrainingRequest, Job, OnEvent], Path]


class Orphaned(Exception):
    """Nobody listens any more to this process; the run stays, to be resumed."""


def run_training(request: TrainingRequest, job: Job, on_event: OnEvent) -> Path:
    """Do what is asked, and return the folder of the finished run."""
    from faceapp.training.trainer import resume, train

    with Dataset.open(request.dataset) as dataset:
        if request.resume is not None:
            return resume(dataset, request.resume, job, on_event=on_event).folder
        if request.config is None:
            raise ValueError("a request needs a config or a run to resume")
        return train(dataset, request.config, job, notes=request.notes, on_event=on_event).folder


def serve(connection: Connection, request: TrainingRequest, work: Work) -> None:
    """First function of the process: do the work, and tell how it ended as the last message."""
    _print_into(request.log)
    _end_with_the_program()
    _step_back()
    line = _Line(connection)
    job = Job(line.report, line.is_cancelled, line.is_enough)
    try:
        line.tell(Finished(work(request, job, line.tell)))
    except Cancelled:
        line.tell(Stopped())
    except Orphaned:
        traceback.print_exc()
    except WorldError as error:
        traceback.print_exc()
        line.tell(Failed(str(error), is_ours=False))
    except BaseException as error:  # noqa: BLE001 - the boundary of a process
        traceback.print_exc()
        line.tell(Failed(f"{type(error).__name__}: {error}", is_ours=True))


@dataclass
class _Line:
    """The pipe to the program: messages out, commands in."""

    connection: Connection
    _heard: set[Command] = field(default_factory=set)
    _reported: float = -1.0

    def tell(self, message: Message) -> None:
        try:
            self.connection.send(message)
        except OSError as error:
            raise Orphaned from error

    def report(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._reported >= _PROGRESS_SECONDS:
            self._reported = now
            self.tell(progress)

    def is_cancelled(self) -> bool:
        self._listen()
        return "cancel" in self._heard

    def is_enough(self) -> bool:
        self._listen()
        return "enough" in self._heard

    def _listen(self) -> None:
        try:
            while self.connection.poll():
                self._heard.add(self.connection.recv())
        except (EOFError, OSError) as error:
            raise Orphaned from error


def _print_into(log: Path) -> None:
    """Let everything that the process prints, from C too, go to the log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    file = log.open("a", encoding="utf-8", buffering=1)  # open to the end
    for descriptor in (1, 2):
        os.dup2(file.fileno(), descriptor)
    sys.stdout = sys.stderr = file
    faulthandler.enable(file)


def _end_with_the_program() -> None:
    """End this process as soon as the program that started it is gone, however that ended.

    At once, and not when the work looks next: importing TensorFlow or building a graph takes
    seconds, in which the run would still be taken and the next start could not offer to resume it.
    A run outlives a kill at any moment, so nothing is tidied up.
    """
    parent = multiprocessing.parent_process()
    if parent is None:  # called in the program itself
        return

    def watch() -> None:
        wait([parent.sentinel])
        print("Orphaned: the program is gone; the run can be resumed.", flush=True)  # noqa: T201
        os._exit(1)

    threading.Thread(target=watch, name="watch the program", daemon=True).start()


def _step_back() -> None:
    """Leave the processor to the window: training takes what is left over."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), 0x4000)  # below normal
    else:
        os.nice(_NICE)
