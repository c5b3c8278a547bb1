"""The command that finds what is wrong with a dataset: clean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from faceapp.cleaning.checks import CHECKS
from faceapp.cleaning.cleaning import Cleaning
from faceapp.cleaning.cleaning import clean as run_checks
from faceapp.cleaning.recalling import remember
from faceapp.cleaning.report import write_report
from faceapp.cli.console import err, out, print_json, running_job, table
from faceapp.cli.datasets import AsJson, DatasetDir
from faceapp.dataset import Dataset
from faceapp.errors import WorldError
from faceapp.services.cleaning import evidence_of
from faceapp.training.recipes import DEFAULT, RECIPES, recipe_named

_SHOWN = 20  # findings of a kind in the table


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(clean)


def clean(
    folder: DatasetDir,
    *,
    check: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help=f"Only these: {', '.join(CHECKS)}.")
    ] = None,
    recipe: Annotated[
        str, typer.Option(help=f"Whose activations judge the labels: {', '.join(RECIPES)}.")
    ] = DEFAULT,
    weights: Annotated[Path | None, typer.Option(help="File of the network's weights.")] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Write a report there; a second one tells what changed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find what is wrong with the images and labels of DIR; nothing is changed."""
    chosen = recipe_named(recipe)
    with Dataset.open(folder) as dataset, running_job() as job:
        cleaning = run_checks(
            dataset,
            check or None,
            evidence=lambda part: evidence_of(dataset, chosen, weights, part, passed_over=_say),
            job=job,
        )
        remember(cleaning)
        page = write_report(report, cleaning) if report else None
    if as_json:
        print_json(cleaning.to_json())
        return
    _print(cleaning)
    if page:
        out.print(f"Report: {page}", highlight=False, soft_wrap=True)


def _say(task: str, problem: WorldError) -> None:
    err.print(f"{task}: {problem}", style="dim", highlight=False, markup=False)


def _print(cleaning: Cleaning) -> None:
    out.print(f"{len(cleaning.findings)} findings in {cleaning.seconds:.1f} seconds")
    for kind in cleaning.counts:
        found = [each for each in cleaning.findings if each.kind == kind]
        if not found:
            continue
        rows = [(_named(each.files), each.reason) for each in found[:_SHOWN]]
        more = f", the worst {_SHOWN}" if len(found) > _SHOWN else ""
        table(f"\n{CHECKS[kind].title} ({len(found)}{more})", ("files", "what"), rows)
        out.print(found[0].suggestion, style="dim", highlight=False)
    for kind, reason in cleaning.skipped.items():
        out.print(f"{CHECKS[kind].title}: not checked, as {reason}", highlight=False)


def _named(files: tuple[str, ...]) -> str:
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return "".join(files[:1]) + more
