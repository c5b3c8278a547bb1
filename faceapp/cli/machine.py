"""Commands about the program and its machine: self-test, check."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from faceapp.cli.console import out, print_json, running_job
from faceapp.cli.datasets import AsJson

if TYPE_CHECKING:
    from faceapp.selftest.runner import Outcome


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("self-test")(self_test)
    app.command()(check)


def self_test(*, as_json: AsJson = False) -> None:
    """Try the whole program on drawn faces, without a screen or a network; about a minute."""
    from faceapp.selftest.runner import self_test as run_steps

    report = run_steps(tell=(lambda _outcome: None) if as_json else _print_step)
    if as_json:
        print_json(report.to_json())
    elif report.passed:
        out.print(f"All {len(report.outcomes)} steps passed.")
    if not report.passed:
        raise typer.Exit(1)


def check(*, as_json: AsJson = False) -> None:
    """Say what this computer has that faceapp needs: processor, memory, weights, folders, ..."""
    from faceapp.computer import check as look

    with running_job() as job:
        facts = look(job)
    attention = [fact.name for fact in facts if not fact.fine]
    if as_json:
        print_json({"facts": [asdict(fact) for fact in facts], "attention": attention})
        return
    width = max(len(fact.name) for fact in facts)
    for fact in facts:
        mark = " " if fact.fine else "!"
        line = f"{mark} {fact.name:<{width}}  {fact.value}"
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def _print_step(outcome: Outcome) -> None:
    word = "passed" if outcome.passed else "FAILED"
    line = f"{outcome.name:<10} {word}  {outcome.seconds:6.1f} s  {outcome.saw}"
    out.print(line, markup=False, highlight=False, soft_wrap=True)
    if outcome.details:
        out.print(outcome.details, markup=False, highlight=False, soft_wrap=True)
