"""`faceapp classify`: what a saved model says of images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from faceapp.cli.console import out, print_json, running_job, table
from faceapp.cli.datasets import AsJson


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(classify)


def classify(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="An image or a folder of them.")],
    *,
    model: Annotated[Path, typer.Option(help="A run's folder, or a model.keras.")],
    csv: Annotated[Path | None, typer.Option(help="Write one row a face to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Classify every face of INPUT with the model of a run."""
    from faceapp.live.images import classify_images, write_csv

    with running_job() as job:
        outcome = classify_images(source, model, job)
    if csv is not None:
        write_csv(csv, outcome)
    if as_json:
        print_json(outcome.to_json())
        return
    rows = [
        (r.file, "whole" if r.face == 0 else str(r.face), r.label, f"{r.confidence:.2f}")
        for r in outcome.readings
    ]
    table(f"{len(rows)} faces", ("file", "face", "label", "probability"), rows)
    for refused in outcome.refused:
        out.print(f"Not read: {refused.file}: {refused.reason}", highlight=False)
    if csv is not None:
        out.print(f"Written: {csv}")
