"""The command that finds what is wrong with a dataset: clean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from faceapp.cleaning.checks import CHECKS
from faceapp.cleaning.cleaning import Cleaning, NoEvidence
from faceapp.cleaning.cleaning import clean as run_checks
from faceapp.cleaning.model import Evidence
from faceapp.cleaning.report import write_report
from faceapp.cli.console import err, out, print_json, running_job, table
from faceapp.cli.datasets import AsJson, DatasetDir
from faceapp.dataset import Dataset, SplitImpossible
from faceapp.errors import WorldError
from faceapp.jobs import Job
from faceapp.networks.weights import WeightsMissing
from faceapp.training.material import TrainingProblem
from faceapp.training.recipes import DEFAULT, RECIPES, Recipe, recipe_named

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
            evidence=lambda part: evidence_of(dataset, chosen, weights, part),
            job=job,
        )
        page = write_report(report, cleaning) if report else None
    if as_json:
        print_json(cleaning.to_json())
        return
    _print(cleaning)
    if page:
        out.print(f"Report: {page}", highlight=False, soft_wrap=True)


def evidence_of(dataset: Dataset, recipe: Recipe, weights: Path | None, job: Job) -> list[Evidence]:
    """Out-of-fold probabilities for every task that has labels and people enough.

    Raises:
        NoEvidence: no task has, or the network has no weights; the message says which and why.

    """
    from faceapp.training.out_of_fold import out_of_fold

    tasks = [task.name for task in dataset.tasks()]
    found: list[Evidence] = []
    problems: list[WorldError] = []
    for number, task in enumerate(tasks):
        part = job.part(number / len(tasks), (number + 1) / len(tasks))
        try:
            each = out_of_fold(dataset, task, recipe, weights=weights, job=part)
        except (TrainingProblem, SplitImpossible, WeightsMissing) as problem:
            problems.append(problem)
            err.print(f"{task}: {problem}", style="dim", highlight=False, markup=False)
            continue
        found.append(
            Evidence(each.task, each.classes, each.ids, each.truth, each.probabilities,
                     each.features)
        )  # fmt: skip
    if not found:
        raise NoEvidence(str(problems[0]) if problems else "the dataset has no task yet")
    return found


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
    return files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
