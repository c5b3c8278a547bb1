"""Options of the commands that learn: which samples, divided by what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from faceapp.dataset import Dataset
from faceapp.errors import WorldError

Classes = Annotated[str | None, typer.Option(help="Some of its classes: happy,angry")]
Seed = Annotated[int, typer.Option(help="Of the split and of all chance.")]
Weights = Annotated[Path | None, typer.Option(help="File of the network's weights.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a setting.")
]
Exemplars = Annotated[
    float,
    typer.Option(min=0.01, max=1, help="Train on this share of each class only, the most extreme."),
]
ScrapedAs = Annotated[
    Literal["as_others", "train_only", "leave_out"],
    typer.Option(help="What becomes of images that a search found."),
]
SourceNames = Annotated[
    list[str] | None,
    typer.Option("--source", help="Only images of this source: number, kind or place; repeatable."),
]
Reviewed = Annotated[
    bool, typer.Option("--reviewed", help="Only labels that a person gave or accepted.")
]
Intensity = Annotated[
    float,
    typer.Option(min=0, max=1, help="Train on rated faces only from this part of the scale on."),
]
Agreement = Annotated[
    float,
    typer.Option(min=0, max=1, help="Train on rated faces only if so many raters agree."),
]
SplitBy = Annotated[
    Literal["person", "family"],
    typer.Option(help="What never stands on two sides: a person, or only near-duplicates."),
]


def names_of(classes: str | None) -> tuple[str, ...] | None:
    """Classes as they are written after --classes."""
    return tuple(c.strip() for c in classes.split(",")) if classes else None


def source_ids(folder: Path, names: Sequence[str] | None) -> tuple[int, ...] | None:
    """Ids of the sources of DIR that are named by number, kind or place; None where none is."""
    if not names:
        return None
    with Dataset.open(folder) as dataset:
        sources = dataset.sources()
    found: set[int] = set()
    for name in names:
        ids = {s.id for s in sources if name in (str(s.id), s.kind, s.location)}
        if not ids:
            raise WorldError(f"--source {name}: there is none; `faceapp info` lists the sources")
        found |= ids
    return tuple(sorted(found))
