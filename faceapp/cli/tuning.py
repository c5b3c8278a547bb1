"""The command that tries settings of a recipe: tune."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from faceapp.cli.choosing import Choice, Settings, options_of, takes_choice
from faceapp.cli.console import err, out, print_json, running_job, table
from faceapp.cli.datasets import AsJson, DatasetDir
from faceapp.cli.training import parse_settings, print_run
from faceapp.dataset import Dataset
from faceapp.errors import WorldError
from faceapp.training.recipes import DEFAULT, RECIPES, recipe_named

if TYPE_CHECKING:
    from faceapp.training.trainer import Run
    from faceapp.training.trials.told import Trial, Tuning
    from faceapp.training.trials.tuning import TuneConfig

_SHOWN = 10


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(tune)


@takes_choice
def tune(
    folder: DatasetDir,
    *,
    task: Annotated[str, typer.Option(help="Which task to learn.")],
    trials: Annotated[int | None, typer.Option(min=1, help="How many trials to add.")] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0, help="After which no further trial begins.")
    ] = None,
    recipe: Annotated[str, typer.Option(help=f"One of {', '.join(RECIPES)}.")] = DEFAULT,
    vary: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=A..B or KEY=A|B", help="What may vary, and within what."),
    ] = None,
    settings: Settings = None,
    folds: Annotated[int, typer.Option(min=2, help="Inner folds that judge a trial.")] = 5,
    choice: Choice,
    storage: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Database of the study, shared by several machines."),
    ] = None,
    study: Annotated[str | None, typer.Option(help="Name of the study in its storage.")] = None,
    train_best: Annotated[
        bool, typer.Option("--train", help="Then train the best, judged by the test people.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Try settings of a recipe on DIR; the test people of its split are never looked at.

    Run it again, or on other machines with the same --storage, to add trials to the same study.
    """
    from faceapp.training.trials.space import parse_space, usual_space
    from faceapp.training.trials.tuning import TuneConfig

    if trials is None and minutes is None:
        raise WorldError("say how many --trials to add, or for how many --minutes")
    varied = recipe_named(recipe).with_settings(parse_settings(settings or ()))
    space = parse_space(parse_settings(vary), varied) if vary else usual_space(varied)
    train = choice.config(folder, task, varied)
    seconds = None if minutes is None else 60 * minutes
    config = TuneConfig(
        train, space, trials, folds=folds, storage=storage, name=study, seconds=seconds
    )
    found, run = _tuned(folder, config, train_best=train_best)
    if as_json:
        trained = run.result.to_json(run.folder) if run else None
        print_json({"dataset": str(folder.absolute()), **found.to_json(), "run": trained})
        return
    _print_tuning(found)
    if run is None:
        _print_command(folder, config, found)
    else:
        print_run(run)


def _tuned(folder: Path, config: TuneConfig, *, train_best: bool) -> tuple[Tuning, Run | None]:
    from faceapp.training.trainer import train
    from faceapp.training.trials.tuning import best_config, tune

    with Dataset.open(folder) as dataset, running_job() as job:
        found = tune(dataset, config, job, _say)
        if not train_best or found.best is None:
            return found, None
        return found, train(dataset, best_config(config.train, found.best), job)


def _say(trial: Trial) -> None:
    score = "pruned" if trial.score is None else f"{100 * trial.score:.1f}%"
    err.print(f"trial {trial.number}: {score}  {_words(trial)}", style="dim", highlight=False)


def _words(trial: Trial) -> str:
    return ", ".join(f"{name}={_short(value)}" for name, value in trial.settings.items())


def _short(value: str) -> str:
    try:
        return f"{float(value):.3g}"
    except ValueError:
        return value


def _print_tuning(found: Tuning) -> None:
    rows = [
        (
            str(trial.number),
            trial.state if trial.score is None else f"{100 * trial.score:.1f}%",
            _words(trial),
            f"{trial.seconds:.0f}",
        )
        for trial in found.trials[:_SHOWN]
    ]
    title = f"\n{found.study}: {len(found.trials)} trials, balanced accuracy in inner folds"
    table(title, ("trial", "balanced", "settings", "seconds"), rows)
    if found.importance:
        shares = [f"{name} {100 * share:.0f}%" for name, share in found.importance.items()]
        out.print(f"What made the difference: {', '.join(shares)}", highlight=False)


def _print_command(folder: Path, config: TuneConfig, found: Tuning) -> None:
    if found.best is None:
        return
    from faceapp.training.trials.tuning import changes

    train = config.train
    words = ["faceapp", "train", str(folder), *options_of(train), "--recipe", train.recipe.name]
    for key, value in changes(train.recipe, found.best).items():
        words += ["--set", f"{key}={value}"]
    out.print(f"Train with the best: {shlex.join(words)}", highlight=False, soft_wrap=True)
