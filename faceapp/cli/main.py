"""`faceapp`: puts the groups of commands together and turns what goes wrong into exit codes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from typer.exceptions import TyperException

from faceapp import __version__
from faceapp.cli import (
    classify,
    cleaning,
    datasets,
    demo,
    labels,
    machine,
    people,
    runs,
    scraping,
    study,
    training,
    tuning,
)
from faceapp.cli.console import err
from faceapp.errors import Cancelled, FaceAppError, ProgramError
from faceapp.logs import log_mistake
from faceapp.paths import BASE_DIR_VARIABLE

FINE, PROBLEM, CANCELLED = 0, 1, 130

app = typer.Typer(
    name="faceapp",
    help="Build, clean, train and watch facial-expression classifiers on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for group in (
    demo,
    datasets,
    scraping,
    labels,
    cleaning,
    people,
    training,
    tuning,
    runs,
    study,
    classify,
    machine,
):
    group.register(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"faceapp {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say which.")
    ] = False,
    base_dir: Annotated[
        str,
        typer.Option(metavar="DIR", help="Keep settings, cache and log there; before a command."),
    ] = "",
) -> None:
    del version
    if base_dir:  # the program's first lines take it where it comes first
        os.environ[BASE_DIR_VARIABLE] = str(Path(base_dir).absolute())


def run() -> int:
    """Run the command in sys.argv; 0 is fine, 1 a problem named in plain words, 130 cancelled."""
    try:
        code = app(standalone_mode=False)
    except (Cancelled, KeyboardInterrupt, typer.Abort):
        err.print("Cancelled; what was finished is kept.")
        return CANCELLED
    except TyperException as refused:  # arguments that do not fit
        explain = getattr(refused, "format_message", refused.__str__)
        return _problem(f"{explain()} Try faceapp --help.")
    except (FaceAppError, OSError) as problem:  # OSError: a full disk, a forbidden folder, ...
        return _problem(str(problem))
    except Exception as mistake:  # noqa: BLE001 - the boundary: one line here, all of it in the log
        what = str(mistake) or type(mistake).__name__
        words = f"Something went wrong in faceapp itself: {what}."
        return _problem(str(ProgramError(words, log_mistake(mistake))))
    return code if isinstance(code, int) else FINE


def _problem(text: str) -> int:
    err.print(f"[bold red]Problem:[/] {escape(text)}", highlight=False, soft_wrap=True)
    return PROBLEM
