"""Runs the steps one after the other, each timed, in a folder of their own without a screen."""

from __future__ import annotations

import os
import platform
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from faceapp import __version__
from faceapp.app import PLATFORM_VARIABLE
from faceapp.paths import BASE_DIR_VARIABLE
from faceapp.selftest.steps import STEPS, Step
from faceapp.selftest.trial import Trial, expect


@dataclass(frozen=True)
class Outcome:
    """How a step went: `saw` is what it saw, or why it failed or was left out."""

    name: str
    passed: bool
    seconds: float
    saw: str
    details: str = ""


@dataclass(frozen=True)
class Report:
    """How a self-test went; `figures` compare a shipped program with its source."""

    outcomes: tuple[Outcome, ...]
    figures: dict[str, Any]

    @property
    def passed(self) -> bool:
        """Whether every step did."""
        return all(each.passed for each in self.outcomes)

    def to_json(self) -> dict[str, Any]:
        """The report under the names that scripts rely on."""
        return {
            "passed": self.passed,
            "version": __version__,
            "system": platform.platform(),
            "seconds": round(sum(each.seconds for each in self.outcomes), 2),
            "steps": [asdict(each) for each in self.outcomes],
            "figures": self.figures,
        }


def self_test(
    steps: Sequence[Step] = STEPS, tell: Callable[[Outcome], None] = lambda _outcome: None
) -> Report:
    """Try every step; one whose needs failed is left out, which is a failure too."""
    scratch = tempfile.TemporaryDirectory(prefix="faceapp-self-test-")
    with scratch as folder, _alone_in(Path(folder)):
        return _try_all(steps, Trial(Path(folder)), tell)


def _try_all(steps: Sequence[Step], trial: Trial, tell: Callable[[Outcome], None]) -> Report:
    outcomes: list[Outcome] = []
    try:
        for step in steps:
            passed = {each.name for each in outcomes if each.passed}
            lacking = [need for need in step.needs if need not in passed]
            outcome = (
                Outcome(step.name, False, 0.0, f"left out, as {lacking[0]} did not pass")
                if lacking
                else _try(step, trial)
            )
            outcomes.append(outcome)
            tell(outcome)
    finally:
        trial.close()
    return Report(tuple(outcomes), dict(trial.figures))


def _try(step: Step, trial: Trial) -> Outcome:
    began = time.monotonic()
    before = trial.problems()
    try:
        saw = step.run(trial)
        new = [each for each in trial.problems() if each not in before]
        expect(not new, f"The window complains: {new}")
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is what was asked for
        seconds = round(time.monotonic() - began, 2)
        words = str(error) or type(error).__name__
        return Outcome(step.name, False, seconds, words, traceback.format_exc())
    return Outcome(step.name, True, round(time.monotonic() - began, 2), saw)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let user folders lie in `folder`, and Qt draw without a screen, for as long as it lasts."""
    ours = {BASE_DIR_VARIABLE: str(folder / "user"), PLATFORM_VARIABLE: "offscreen"}
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
