"""`faceapp train --check`: what stands against a training, and how long it would take."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from faceapp.cli.console import out, print_json, running_job, table
from faceapp.dataset import Dataset

if TYPE_CHECKING:
    from faceapp.training.checking import Problem, Remaining
    from faceapp.training.estimating import Estimate
    from faceapp.training.material import TrainConfig


def check_training(folder: Path, config: TrainConfig, *, as_json: bool) -> None:
    """Print every problem and, where nothing stops the training, the time it would take.

    Raises `typer.Exit` with 1 where something does.
    """
    from faceapp.training.checking import check, remaining
    from faceapp.training.estimating import estimate

    with Dataset.open(folder) as dataset, running_job() as job:
        problems = check(config, dataset)
        left = remaining(config, dataset)
        stopped = any(problem.blocking for problem in problems)
        time = None if stopped else estimate(config, dataset, job)
    if as_json:
        print_json({**_json(problems, time), "sides": _sides(left)})
    else:
        _print(problems, time)
        _print_sides(left)
    if stopped:
        raise typer.Exit(1)


def _json(problems: list[Problem], time: Estimate | None) -> dict[str, Any]:
    seconds = None if time is None else {**asdict(time), "seconds": time.seconds}
    return {
        "can_start": time is not None,
        "problems": [asdict(problem) for problem in problems],
        "estimate": seconds and {phase: round(float(spent), 1) for phase, spent in seconds.items()},
    }


def _sides(left: Remaining) -> dict[str, dict[str, int]]:
    names = ("train", "validation", "test")
    return {name: dict(zip(names, counts, strict=True)) for name, counts in left.sides.items()}


def _print_sides(left: Remaining) -> None:
    if left.sides:
        rows = [(name, *(str(n) for n in counts)) for name, counts in left.sides.items()]
        title = f"\n{left.taken} of {left.labelled} labelled images"
        table(title, ("class", "train", "validation", "test"), rows)


def _print(problems: list[Problem], time: Estimate | None) -> None:
    for problem in problems:
        word = "Stops it" if problem.blocking else "Mind"
        out.print(f"{word}: {problem.text}", highlight=False, soft_wrap=True)
    if not problems:
        out.print("Nothing stands against it.")
    if time is not None:
        out.print(
            f"About {_minutes(time.seconds)} as busy as this machine is now: faces "
            f"{_minutes(time.faces)}, caching {_minutes(time.caching)}, learning at most "
            f"{_minutes(time.learning)}, judging {_minutes(time.judging)}.",
            highlight=False,
            soft_wrap=True,
        )


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
