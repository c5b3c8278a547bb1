"""The registry of steps, in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from faceapp.selftest import core_steps, scrape_step, window_steps
from faceapp.selftest.trial import Trial


@dataclass(frozen=True)
class Step:
    """One thing that must work: what it is, how it is tried, what must have worked before.

    `run` returns a few words on what it saw, and raises whatever goes wrong.
    """

    name: str
    run: Callable[[Trial], str]
    needs: tuple[str, ...] = ()


STEPS: tuple[Step, ...] = (
    Step("window", window_steps.window),
    Step("dataset", window_steps.dataset, ("window",)),
    Step("label", window_steps.label, ("dataset",)),
    Step("train", window_steps.train, ("dataset",)),
    Step("classify", core_steps.classify, ("train",)),
    Step("export", core_steps.export, ("train",)),
    Step("tune", core_steps.tune, ("export",)),
    Step("clean", core_steps.clean, ("export",)),
    Step("scrape", scrape_step.scrape, ("dataset",)),
)
