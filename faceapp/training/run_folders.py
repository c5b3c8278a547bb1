"""Folders of runs: hidden while they are written, and resumed where they were left."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from faceapp.dataset.runs import UNFINISHED
from faceapp.errors import Cancelled, WorldError
from faceapp.networks.locks import alone, in_use
from faceapp.training.plans import PLAN, NotResumable, Plan
from faceapp.words import Words

_CHECKPOINT = "checkpoint-"


class RunFolder:
    """A run being written: under a hidden name until `finish`, so that a killed run is no run.

    As a context it removes what was cancelled or could not be done. What was killed or failed
    otherwise stays, to be resumed, if it had left its plan; what had not goes when the next
    training starts.
    """

    def __init__(self, runs: Path, name: str) -> None:
        runs.mkdir(parents=True, exist_ok=True)
        _sweep(runs)
        self.final = _free_name(runs, name)
        self.path = runs / f"{UNFINISHED}{self.final.name}-{os.getpid()}"
        self._marks = ExitStack()

    @classmethod
    def reopened(cls, folder: Path) -> RunFolder:
        """An unfinished run, to be gone on with.

        Raises `NotResumable` where there is none.
        """
        name = _name_of(folder)
        if name is None or not (folder / PLAN).is_file():
            raise NotResumable(Words("{folder} is no unfinished run.", folder=folder))
        opened = cls(folder.parent, name)
        opened.path = folder
        return opened

    def __enter__(self) -> Self:
        if self.path.is_dir() and _is_alive(self.path):
            raise NotResumable(Words("{path} is being trained right now.", path=self.path))
        self._marks.enter_context(in_use(_mark(self.path)))
        self.path.mkdir(exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        kept = self._is_worth_keeping(kind)
        if not kept:
            shutil.rmtree(self.path, ignore_errors=True)
        self._marks.close()
        if not kept:
            _mark(self.path).unlink(missing_ok=True)

    def _is_worth_keeping(self, kind: type[BaseException] | None) -> bool:
        if kind is None or issubclass(kind, Cancelled) or not (self.path / PLAN).is_file():
            return False
        has_begun = any(self.path.glob(f"{_CHECKPOINT}*"))
        return has_begun or not issubclass(kind, WorldError)

    def checkpoint(self, part: int) -> Path:
        """Where the fine-tuning of a part keeps how far it is."""
        return self.path / f"{_CHECKPOINT}{part}.npz"

    def finish(self) -> Path:
        """Drop what was for resuming, give the folder its name and return it."""
        for left in [self.path / PLAN, *self.path.glob(f"{_CHECKPOINT}*")]:
            left.unlink(missing_ok=True)
        while True:
            try:
                return self.path.rename(self.final)
            except OSError:  # another process took the name meanwhile
                if not self.final.exists():
                    raise
                self.final = _free_name(self.final.parent, self.final.name)


@dataclass(frozen=True)
class UnfinishedRun:
    """A run that was killed or failed: `name` is the one it will have, `plan` what it is about."""

    folder: Path
    name: str
    plan: Plan


def unfinished_runs(runs: Path) -> list[UnfinishedRun]:
    """Runs that can be resumed, oldest first; not those that are being trained."""
    found = []
    for folder in sorted(runs.glob(f"{UNFINISHED}*")):
        name = _name_of(folder)
        if name is None or not folder.is_dir() or _is_alive(folder):
            continue
        try:
            found.append(UnfinishedRun(folder, name, Plan.read(folder)))
        except NotResumable:
            continue
    return found


def unfinished_run(runs: Path, named: str) -> Path:
    """The folder of an unfinished run that is given by its path, its name or its folder's name.

    Raises `NotResumable` listing those there are.
    """
    known = unfinished_runs(runs)
    for run in known:
        if named in {run.name, run.folder.name} or Path(named).absolute() == run.folder.absolute():
            return run.folder
    names = ", ".join(run.name for run in known) or "none"
    raise NotResumable(
        Words(
            "There is no unfinished run {named!r} in {runs}; there are: {names}.",
            named=named,
            runs=runs,
            names=names,
        )
    )


def discard(folder: Path) -> None:
    """Remove an unfinished run with all it has learned.

    Raises `NotResumable` for any other folder, and while it is being trained.
    """
    if _name_of(folder) is None:
        raise NotResumable(Words("{folder} is no unfinished run.", folder=folder))
    with alone(_mark(folder)) as free:
        if not free:
            raise NotResumable(Words("{folder} is being trained right now.", folder=folder))
        shutil.rmtree(folder, ignore_errors=True)
    _mark(folder).unlink(missing_ok=True)


def run_name(recipe: str, task: str) -> str:
    """A name that sorts by time and says what the run is: "20261124-131200-expression-quick"."""
    safe = "".join(c if c.isalnum() or c in "-_" else "_" for c in f"{task}-{recipe}")
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{safe}"


def _name_of(folder: Path) -> str | None:
    """The name that an unfinished run will have; None for any other folder."""
    hidden, _, name = folder.name.partition(UNFINISHED)
    name, _, process = name.rpartition("-")
    return name if not hidden and name and process.isdigit() else None


def _mark(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _is_alive(folder: Path) -> bool:
    """Whether some process writes this run."""
    with alone(_mark(folder)) as abandoned:
        return not abandoned


def _sweep(runs: Path) -> None:
    """Remove unfinished runs that no living training writes and that left no plan."""
    for folder in [path for path in runs.glob(f"{UNFINISHED}*") if path.is_dir()]:
        if (folder / PLAN).is_file():
            continue
        with alone(_mark(folder)) as abandoned:
            if abandoned:
                shutil.rmtree(folder, ignore_errors=True)
        if abandoned:
            _mark(folder).unlink(missing_ok=True)


def _free_name(runs: Path, name: str) -> Path:
    candidate = runs / name
    number = 2
    while candidate.exists():
        candidate = runs / f"{name}-{number}"
        number += 1
    return candidate
