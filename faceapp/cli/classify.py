"""`faceapp classify`: what a saved model says of images and videos."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from faceapp.cli.console import out, print_json, running_job, table
from faceapp.cli.datasets import AsJson
from faceapp.errors import WorldError

if TYPE_CHECKING:
    from faceapp.live.classifying import Classified

_ELSEWHERE = "A model made elsewhere"
Classes = Annotated[
    str | None,
    typer.Option(
        metavar="A,B,C",
        help="Classes of a model made elsewhere, in the order of its outputs; kept beside it.",
        rich_help_panel=_ELSEWHERE,
    ),
]
Size = Annotated[
    int,
    typer.Option(
        help="Side of the square it takes, where the file leaves that open.",
        rich_help_panel=_ELSEWHERE,
    ),
]
Channels = Annotated[
    Literal["rgb", "bgr", "grey"],
    typer.Option(help="Their order.", rich_help_panel=_ELSEWHERE),
]
Scaling = Annotated[
    Literal["0..255", "0..1", "-1..1", "caffe", "torch"],
    typer.Option(
        help="What it takes of 0..255; caffe and torch are ImageNet's means, without and with "
        "deviation.",
        rich_help_panel=_ELSEWHERE,
    ),
]
Shown = Annotated[
    Literal["aligned", "whole"],
    typer.Option(help="Faces laid on a template, or whole images.", rich_help_panel=_ELSEWHERE),
]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(classify)


def classify(
    source: Annotated[
        Path, typer.Argument(metavar="INPUT", help="An image, a folder of them, or a video.")
    ],
    *,
    model: Annotated[
        str,
        typer.Option(
            metavar="RUN|FILE|starter",
            help="A run's folder, a model file (.keras, .onnx, OpenVINO's .xml), or starter.",
        ),
    ],
    csv: Annotated[Path | None, typer.Option(help="Write one row a face to this file.")] = None,
    annotated: Annotated[
        Path | None,
        typer.Option(metavar="OUT.mp4", help="Write the video with boxes and names to this file."),
    ] = None,
    fast: Annotated[
        bool,
        typer.Option(
            "--fast",
            help="Read a video in the fastest arithmetic that is proved on this model, as the live "
            "view does; otherwise in f32.",
        ),
    ] = False,
    classes: Classes = None,
    size: Size = 0,
    channels: Channels = "rgb",
    scaling: Scaling = "0..255",
    shown: Shown = "aligned",
    as_json: AsJson = False,
) -> None:
    """Classify every face of INPUT with the model of a run, or with one made elsewhere."""
    from faceapp.live.classifying import Outputs
    from faceapp.live.classifying import classify as classify_input
    from faceapp.networks.foreign import Description, describe
    from faceapp.networks.starter import model_named

    asked = model_named(model)
    if classes is not None:
        names = tuple(name.strip() for name in classes.split(","))
        describe(asked, Description(names, size, channels, scaling, shown))
    elif (size, channels, scaling, shown) != (0, "rgb", "0..255", "aligned"):
        raise WorldError("say --classes with what else you say of a model made elsewhere")
    with running_job() as job:
        outcome = classify_input(source, asked, Outputs(csv, annotated), job=job, fast=fast)
    if as_json:
        print_json(outcome.to_json())
        return
    _print(outcome)
    for written in (csv, annotated):
        if written is not None:
            out.print(f"Written: {written}", highlight=False, soft_wrap=True)


def _print(outcome: Classified) -> None:
    figures = outcome.figures
    if outcome.images is not None:
        rows = [
            (
                image.file,
                "whole" if each.number == 0 else str(each.number),
                each.label,
                f"{each.confidence:.2f}",
            )
            for image in outcome.images
            for each in image.readings
        ]
        table(f"{len(rows)} faces", ("file", "face", "label", "probability"), rows)
    else:
        share = [(name, f"{part:.1%}") for name, part in figures["share"].items()]
        title = f"{figures['faces']} faces in {figures['frames']} frames"
        table(title, ("class", "share of faces"), share)
        out.print(f"{figures['fps']:.1f} frames a second, {figures['seconds']:.1f} s")
    for refused in outcome.refused:
        out.print(f"Not read: {refused.file}: {refused.reason}", highlight=False)
