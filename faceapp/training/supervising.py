"""A training in a process of its own, seen from outside: started, watched, stopped, reported."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from faceapp.errors import Cancelled, ProgramError, WorldError
from faceapp.jobs import Job, Progress
from faceapp.paths import log_folder
from faceapp.training.child import (
    Command,
    Failed,
    Finished,
    Message,
    Stopped,
    TrainingRequest,
    Work,
    run_training,
    serve,
)
from faceapp.training.events import OnEvent, RunStarted, ignore
from faceapp.training.plans import NotResumable
from faceapp.training.run_folders import discard
from faceapp.words import Words

# How long a process that says nothing at all is waited for; a slow disk or import is not a hang.
PATIENCE_SECONDS = 300.0
# A process that is to be discarded may tidy up for so long.
GRACE_SECONDS = 1.0
_LOOK_SECONDS = 0.05
_KEPT_LOGS = 20


def _never() -> bool:
    return False


class TrainingFailed(WorldError):
    """The training could not be done; the message is the one that it ended with."""


class TrainingCrashed(ProgramError):
    """The process of the training ended before it was done, or met a mistake of ours."""


class TrainingHung(ProgramError):
    """The process of the training said nothing any more, and was ended."""


def new_log() -> Path:
    """A file for the next training's log; all but the newest logs go."""
    folder = log_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("training-*.log"))[: 1 - _KEPT_LOGS]:
        old.unlink(missing_ok=True)
    return folder / f"training-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.log"


def supervise(
    request: TrainingRequest,
    job: Job = Job(),
    on_event: OnEvent = ignore,
    *,
    work: Work = run_training,
    patience_seconds: float = PATIENCE_SECONDS,
    grace_seconds: float = GRACE_SECONDS,
    left: Callable[[], bool] = _never,
) -> Path:
    """Train in a spawned process of lower priority; return the folder of the finished run.

    Waits on the process's messages and on its death together. `on_event` and `job` are called
    from the calling thread. `job.cancelled` discards the run within two seconds, whatever the
    process is doing; of these it has `grace_seconds` to tidy up. `job.enough` lets it judge and
    save the best that it has; `left` ends the process at once, as when the program closes. A
    process that ends otherwise than by a discard leaves its run to be resumed.

    Raises:
        TrainingFailed: something outside the program is not as needed.
        TrainingCrashed: the process ended unexpectedly; the message names the log and the way on.
        TrainingHung: it said nothing for `patience_seconds`.
        Cancelled: the person stopped it.

    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, request, work), daemon=True)
    process.start()
    theirs.close()
    watch = _Watch(process, ours, request.log, job, on_event, grace_seconds=grace_seconds)
    try:
        return watch.until_the_end(patience_seconds, left)
    except Cancelled:
        watch.end()
        if job.cancelled() or not left():  # who wants it discarded and then leaves, wants both
            watch.discard_run()
        raise
    finally:
        watch.end()
        ours.close()
        process.close()


class _Watch:
    """One process under watch."""

    def __init__(
        self,
        process: SpawnProcess,
        connection: Connection,
        log: Path,
        job: Job,
        on_event: OnEvent,
        *,
        grace_seconds: float,
    ) -> None:
        self._process, self._connection, self._log = process, connection, log
        self._job, self._on_event, self._grace = job, on_event, grace_seconds
        self._told: dict[Command, float] = {}
        self._run: Path | None = None
        self._heard = time.monotonic()

    def until_the_end(self, patience_seconds: float, left: Callable[[], bool]) -> Path:
        """Pass on what it tells until it is finished."""
        while True:
            wait([self._connection, self._process.sentinel], _LOOK_SECONDS)
            has_ended = not self._process.is_alive()  # asked first: its last words come before
            for message in self._messages():
                if isinstance(message, Finished):
                    return message.folder
                self._hear(message)
            if has_ended:
                raise self._crashed()
            if left():
                raise Cancelled
            self._pass_on()
            if time.monotonic() - self._heard > patience_seconds:
                raise TrainingHung(
                    Words(
                        "The training has said nothing for {patience_seconds:.0f} seconds and was "
                        "ended; it can be resumed.",
                        patience_seconds=patience_seconds,
                    ),
                    self._log,
                )

    def _messages(self) -> list[Message]:
        """What has arrived."""
        found: list[Message] = []
        try:
            while self._connection.poll():
                found.append(self._connection.recv())
        except (EOFError, OSError):  # it has ended; its death is seen by itself
            pass
        return found

    def _hear(self, message: Message) -> None:
        self._heard = time.monotonic()
        if isinstance(message, Stopped):
            raise Cancelled
        if isinstance(message, Failed):
            if message.is_ours:
                raise TrainingCrashed(
                    Words(
                        "The training met a mistake of ours ({text}); it can be resumed.",
                        text=message.text,
                    ),
                    self._log,
                )
            raise TrainingFailed(message.text)
        if isinstance(message, Progress):
            self._job.report(message)
        elif not isinstance(message, Finished):
            if isinstance(message, RunStarted):
                self._run = message.folder
            self._on_event(message)

    def _pass_on(self) -> None:
        """Tell it what the person wants; end it where it does not listen."""
        if self._job.cancelled():
            self._send("cancel")
            if time.monotonic() - self._told["cancel"] > self._grace:
                raise Cancelled
        elif self._job.enough():
            self._send("enough")

    def _send(self, command: Command) -> None:
        if command in self._told:
            return
        self._told[command] = time.monotonic()
        with suppress(OSError):  # it has just ended, which the next look tells
            self._connection.send(command)

    def _crashed(self) -> TrainingCrashed:
        code = self._process.exitcode
        how = f"exit code {code}"
        if code is not None and code < 0:
            how = signal.Signals(-code).name
        return TrainingCrashed(
            Words("The training ended unexpectedly ({how}); it can be resumed.", how=how), self._log
        )

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.join()

    def discard_run(self) -> None:
        """Remove what a process left that had no time to tidy up."""
        if self._run is not None and self._run.is_dir():
            with suppress(NotResumable):  # another process resumed it in this very moment
                discard(self._run)
