"""`faceapp demo`: the whole way in one command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from faceapp.cli.console import err, out, print_json, running_job
from faceapp.cli.datasets import AsJson
from faceapp.cli.training import parse_settings, print_judgement
from faceapp.errors import WorldError
from faceapp.paths import data_folder
from faceapp.training.recipes import RECIPES, recipe_named

if TYPE_CHECKING:
    from faceapp.demo import Demo, DemoFaces


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(demo)


def demo(
    *,
    to: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where the demo's dataset lies.")
    ] = None,
    faces: Annotated[Path | None, typer.Option(metavar="DIR", help="Your own faces.")] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="What they show.")] = None,
    task: Annotated[
        str | None, typer.Option(help="What your labels answer; expression if not given.")
    ] = None,
    group_pattern: Annotated[
        str | None, typer.Option(help="Who your images show, as for `import`.")
    ] = None,
    recipe: Annotated[str, typer.Option(help=f"One of {', '.join(RECIPES)}.")] = "quick",
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a setting.")
    ] = None,
    identities: Annotated[
        int | None, typer.Option(min=4, help="How many people to draw; 60 if not given.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of drawing, split and training.")] = 0,
    headless: Annotated[bool, typer.Option("--headless", help="Never open a window.")] = False,
    as_json: AsJson = False,
) -> None:
    """Draw faces (or take your own), train a classifier on them, judge it, and open the window."""
    from faceapp.app import run_window, shows_windows
    from faceapp.demo import run_demo

    own = _own_faces(faces, csv, task, group_pattern)
    chosen = recipe_named(recipe).with_settings(parse_settings(settings or ()))
    with running_job() as job:
        done = run_demo(
            (to or data_folder() / "demo").absolute(),
            chosen,
            faces=own,
            identities=identities,
            seed=seed,
            job=job,
            log=lambda line: err.print(line, style="dim", highlight=False),
        )
    window = shows_windows() and not headless
    pictures = [] if window else _draw_pages(done)
    if as_json:
        print_json(
            done.run.result.to_json(done.run.folder)
            | {"pictures": [str(each) for each in pictures]}
        )
    else:
        _print_demo(done, pictures)
    if window:
        sys.stdout.flush()
        run_window(Path(done.run.result.dataset))


def _own_faces(
    folder: Path | None, csv: Path | None, task: str | None, group_pattern: str | None
) -> DemoFaces | None:
    """The person's own faces, None if faces are to be drawn; raises `WorldError`."""
    from faceapp.demo import TASK, DemoFaces

    said = {"--csv": csv, "--task": task, "--group-pattern": group_pattern}
    lone = [option for option, value in said.items() if value is not None]
    if folder is None and lone:
        raise WorldError(
            f"{' and '.join(lone)} can only be said of your own faces: name their folder with "
            "--faces, or leave it out to have faces drawn."
        )
    return DemoFaces(folder, csv, task or TASK, group_pattern) if folder else None


def _draw_pages(done: Demo) -> list[Path]:
    """Pictures of the window's pages on the demo's dataset; none where Qt does not load."""
    from faceapp.app import WindowUnavailable, draw_pages

    dataset = Path(done.run.result.dataset)
    try:
        return draw_pages(dataset, dataset.parent / "pages")
    except WindowUnavailable as problem:
        err.print(f"No pictures of the window: {problem}", highlight=False, soft_wrap=True)
        return []


def _print_demo(done: Demo, pictures: list[Path]) -> None:
    from faceapp.demo import DRAWN_NOTE

    result = done.run.result
    if done.drawn:
        out.print(f"[bold]{DRAWN_NOTE}[/]")
    out.print(f"The detector found a face in {done.found_share:.1%} of the images.")
    print_judgement(result.test, title=f"{result.task}, recipe {result.recipe.name}")
    out.print(f"\nDataset: {result.dataset}", highlight=False, soft_wrap=True)
    out.print(f"Report:  {done.run.folder / 'report.html'}", highlight=False, soft_wrap=True)
    out.print(f"Model:   {done.run.folder / 'model.keras'}", highlight=False, soft_wrap=True)
    for picture in pictures:
        out.print(f"Picture: {picture}", highlight=False, soft_wrap=True)
    out.print(f"{result.seconds:.0f} s of training and judging.")
