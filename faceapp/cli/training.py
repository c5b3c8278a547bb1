"""Commands that train and judge: train, evaluate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from faceapp.cli.checking import check_training
from faceapp.cli.choosing import Choice, Settings, takes_choice
from faceapp.cli.console import err, out, print_json, running_job, table
from faceapp.cli.datasets import AsJson, DatasetDir
from faceapp.dataset import Dataset
from faceapp.errors import WorldError
from faceapp.jobs import Job
from faceapp.training.evaluation import Judgement
from faceapp.training.recipes import DEFAULT, RECIPES, RecipeError, recipe_named

if TYPE_CHECKING:
    from faceapp.training.material import TrainConfig
    from faceapp.training.trainer import Run

RunPath = Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder, as `train` prints.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(train)
    app.command()(evaluate)


@takes_choice
def train(
    folder: DatasetDir,
    *,
    task: Annotated[str | None, typer.Option(help="Which task to learn.")] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with an unfinished run instead.")
    ] = None,
    recipe: Annotated[str, typer.Option(help=f"One of {', '.join(RECIPES)}.")] = DEFAULT,
    folds: Annotated[int, typer.Option(min=0, help="Judge by K-fold cross-validation.")] = 0,
    choice: Choice,
    settings: Settings = None,
    only_check: Annotated[
        bool,
        typer.Option("--check", help="Only say what stands against it, and the time it takes."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Train a classifier on DIR, and judge it on people it never saw.

    A run that was killed goes on with --resume.
    """
    if only_check and task is None:
        raise WorldError("say what would be learned: --check goes with --task")
    if (task is None) == (resume is None):
        raise WorldError("say either what to learn with --task, or what to go on with: --resume")
    varied = recipe_named(recipe).with_settings(parse_settings(settings or ()))
    config = choice.config(folder, task or "", varied, folds)
    if only_check:
        check_training(folder, config, as_json=as_json)
        return
    with Dataset.open(folder) as dataset, running_job() as job:
        run = _trained(dataset, config, job) if resume is None else _resumed(dataset, resume, job)
    if as_json:
        print_json(run.result.to_json(run.folder))
    else:
        print_run(run)


def _resumed(dataset: Dataset, named: str, job: Job) -> Run:
    from faceapp.training.run_folders import unfinished_run
    from faceapp.training.trainer import resume

    return resume(dataset, unfinished_run(dataset.runs, named), job, log=_log)


def _trained(dataset: Dataset, config: TrainConfig, job: Job) -> Run:
    from faceapp.training.trainer import train

    return train(dataset, config, job, log=_log)


def _log(line: str) -> None:
    err.print(line, style="dim")


def print_run(run: Run) -> None:
    """What came of a training."""
    print_judgement(run.result.test, title=f"{run.result.task}, recipe {run.result.recipe.name}")
    out.print(f"Train minus validation: {100 * run.result.fit.gap:+.1f} points")
    out.print(f"Report: {run.folder / 'report.html'}")


def parse_settings(pairs: Sequence[str]) -> dict[str, str]:
    """`key=value` texts as a mapping."""
    settings = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise RecipeError(f"--set {pair}: write it as KEY=VALUE")
        settings[key.strip()] = value.strip()
    return settings


def print_judgement(test: Judgement, *, title: str) -> None:
    """The results table: figures with intervals, then a line a class."""

    def row(name: str, share: float, ends: Any) -> tuple[str, str, str]:
        return name, f"{100 * share:.1f}%", f"{100 * ends.low:.1f} to {100 * ends.high:.1f}%"

    table(
        f"\n{title}: {test.n} test images of {test.groups} groups",
        ("", "value", "95% interval"),
        [
            row("balanced accuracy", test.balanced_accuracy, test.interval),
            row("accuracy", test.accuracy, test.accuracy_interval),
            row("macro-F1", test.macro_f1, test.macro_f1_interval),
            ("chance (balanced)", f"{100 * test.chance:.1f}%", ""),
            ("always the commonest class", f"{100 * test.majority:.1f}%", ""),
        ],
    )
    confusion = [
        (name, *(str(cell) for cell in cells), f"{100 * figures.recall:.0f}%")
        for name, cells, figures in zip(test.classes, test.confusion, test.per_class, strict=True)
    ]
    table("\ntrue class by answer", ("", *test.classes, "recall"), confusion)


def evaluate(
    run: RunPath,
    images: Annotated[Path, typer.Argument(metavar="IMAGES", help="Folder of images.")],
    *,
    labels: Annotated[Path, typer.Option(help="CSV that says what they show.")],
    image_column: Annotated[str | None, typer.Option(help="Column of file names.")] = None,
    label_column: Annotated[str | None, typer.Option(help="Column of labels.")] = None,
    rater_column: Annotated[str | None, typer.Option(help="Column of who labelled.")] = None,
    group_column: Annotated[str | None, typer.Option(help="Column of the person shown.")] = None,
    group_pattern: Annotated[str | None, typer.Option(help="As for `import`.")] = None,
    as_json: AsJson = False,
) -> None:
    """Judge a finished RUN on other labelled images."""
    from faceapp.training.evaluate import Columns
    from faceapp.training.evaluate import evaluate as evaluate_run

    columns = Columns(image_column, label_column, rater_column, group_column, group_pattern)
    with running_job() as job:
        outcome = evaluate_run(run, images, labels, columns, job)
    if as_json:
        print_json(outcome.to_json())
        return
    print_judgement(outcome.test, title="evaluation")
    _print_counts("Left out, as the run does not know their class", outcome.left_out)
    _print_counts("Not read", outcome.unreadable)
    if outcome.no_face:
        out.print(f"{outcome.no_face} images without a found face were judged whole")


def _print_counts(what: str, counts: Mapping[str, object]) -> None:
    if counts:
        out.print(f"{what}: " + ", ".join(f"{k} ({v})" for k, v in counts.items()))
