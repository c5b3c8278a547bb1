"""The command that re-runs the study."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from faceapp.cli.console import err, out, print_json, running_job, table
from faceapp.cli.datasets import AsJson, DatasetDir
from faceapp.cli.training import parse_settings
from faceapp.dataset import Dataset
from faceapp.training.recipes import RECIPES, RecipeError
from faceapp.training.study_plan import EXPERIMENTS

_NAMES = ", ".join(experiment.name for experiment in EXPERIMENTS)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(study)


def study(
    folder: DatasetDir,
    *,
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help=f"Some of: {_NAMES}.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the splits and of all chance.")] = 0,
    weights: Annotated[
        list[str] | None,
        typer.Option(metavar="NETWORK=FILE", help="File of a network's weights: vgg19=..."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="[RECIPE:]KEY=VALUE", help="Change a recipe's setting."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Re-run the study that faceapp grew out of on DIR: its experiments, its recipe and ours.

    What was done before on the same data is not done again.
    """
    from faceapp.training.study import StudyOptions, run_study
    from faceapp.training.study_report import result_rows

    files = {name: Path(file) for name, file in parse_settings(weights or ()).items()}
    options = StudyOptions(tuple(only or ()), seed, _by_recipe(settings or ()), files)
    with Dataset.open(folder) as dataset, running_job() as job:
        result = run_study(dataset, options, job, lambda line: err.print(line, style="dim"))
    if as_json:
        print_json(result.to_json())
        return
    header = (
        "experiment", "way", "images", "study %", "accuracy %", "95%", "balanced %", "95%", "gap"
    )  # fmt: skip
    table(f"The study, re-run on {result.dataset}", header, list(result_rows(result)))
    out.print(f"Picture: {result.picture}", soft_wrap=True, highlight=False)
    out.print(f"Page: {result.page}", soft_wrap=True, highlight=False)


def _by_recipe(pairs: Sequence[str]) -> dict[str, dict[str, str]]:
    """`RECIPE:KEY=VALUE` texts by recipe; without a recipe the setting is for both."""
    found: dict[str, dict[str, str]] = {"study": {}, "faceapp": {}}
    for pair in pairs:
        recipe, colon, rest = pair.partition(":")
        if colon and recipe in RECIPES and recipe not in found:
            raise RecipeError(f"--set {pair}: the study trains with {' and '.join(found)} only")
        names = [recipe] if colon and recipe in found else list(found)
        for name in names:
            found[name] |= parse_settings([rest if colon and recipe in found else pair])
    return found
