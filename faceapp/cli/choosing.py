"""Options of the commands that learn: which samples, divided by what."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import typer

from faceapp.dataset import Dataset
from faceapp.errors import WorldError
from faceapp.training.filters import Filters
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import Recipe

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


@dataclass(frozen=True)
class Choice:
    """Which samples a training takes and how they are divided; each field is an option."""

    classes: Classes = None
    split_by: SplitBy = "person"
    seed: Seed = 0
    source: SourceNames = None
    reviewed: Reviewed = False
    min_intensity: Intensity = 0.0
    min_agreement: Agreement = 0.0
    exemplars: Exemplars = 1.0
    scraped: ScrapedAs = "as_others"
    weights: Weights = None

    def config(self, folder: Path, task: str, recipe: Recipe, folds: int = 0) -> TrainConfig:
        """The training of DIR that is asked for. Raises `WorldError` for an unknown source."""
        sources = source_ids(folder, self.source)
        return TrainConfig(
            task=task,
            recipe=recipe,
            classes=names_of(self.classes),
            folds=folds,
            seed=self.seed,
            weights=self.weights,
            exemplars=self.exemplars,
            scraped=self.scraped,
            samples=Filters(sources, self.reviewed, self.min_intensity, self.min_agreement),
            split_by=self.split_by,
        )


def takes_choice(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options of `Choice` in place of its parameter `choice`."""
    hints = get_type_hints(command, include_extras=True)
    kinds = get_type_hints(Choice, include_extras=True)

    @wraps(command)
    def called(**given: Any) -> None:
        choice = Choice(**{each.name: given.pop(each.name) for each in dataclasses.fields(Choice)})
        command(**given, choice=choice)

    options = [
        inspect.Parameter(
            each.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=each.default,
            annotation=kinds[each.name],
        )
        for each in dataclasses.fields(Choice)
    ]
    parameters: list[inspect.Parameter] = []
    signature = inspect.signature(command)
    for name, parameter in signature.parameters.items():
        own = [parameter.replace(annotation=hints[name])]
        parameters += options if name == "choice" else own
    # typer reads the one and the other.
    shown = signature.replace(parameters=parameters, return_annotation=None)
    vars(called)["__signature__"] = shown
    called.__annotations__ = {each.name: each.annotation for each in parameters}
    return called


def options_of(config: TrainConfig) -> list[str]:
    """The words after a command's name that ask for the same samples and split."""
    return [word for option in _options_of(config) for word in option]


def _options_of(config: TrainConfig) -> Iterator[tuple[str, ...]]:
    plain, samples = TrainConfig(config.task, config.recipe), config.samples
    yield "--task", config.task
    yield "--seed", str(config.seed)
    if config.classes:
        yield "--classes", ",".join(config.classes)
    for source in samples.sources or ():
        yield "--source", str(source)
    if samples.reviewed:
        yield ("--reviewed",)
    values = (
        ("--split-by", config.split_by, plain.split_by),
        ("--min-intensity", samples.min_intensity, plain.samples.min_intensity),
        ("--min-agreement", samples.min_agreement, plain.samples.min_agreement),
        ("--exemplars", config.exemplars, plain.exemplars),
        ("--scraped", config.scraped, plain.scraped),
        ("--weights", config.weights, plain.weights),
    )
    for name, value, usual in values:
        if value != usual:
            yield name, str(value)


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
