"""The demo: faces in, a trained and judged classifier out, in one go and without the internet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, ImportReport, import_images
from faceapp.demo_faces import draw_demo_faces
from faceapp.jobs import Job
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import Recipe
from faceapp.training.trainer import Run, train

TASK = "expression"
# Folders of the dataset: their name is what the window shows.
DATASET = "demo"
OWN_DATASET = "own-faces"
PEOPLE = 60
DRAWN_NOTE = "These faces are drawn: the figures say that the program works, nothing about people."

# Shares of the whole that end with drawing and importing.
_DRAWN, _IMPORTED = 0.1, 0.2


@dataclass(frozen=True)
class DemoFaces:
    """The person's own faces for the demo: a folder, and maybe a CSV that labels them."""

    folder: Path
    csv: Path | None = None
    task: str = TASK
    group_pattern: str | None = None


@dataclass(frozen=True)
class Demo:
    """What a demo did."""

    imported: ImportReport
    run: Run
    drawn: bool

    @property
    def found_share(self) -> float:
        """Share of the images in which the detector found a face, 0..1."""
        faces = self.run.result.faces
        return faces["found"] / max(1, faces["found"] + faces["whole"])


def run_demo(
    out: Path,
    recipe: Recipe,
    *,
    faces: DemoFaces | None = None,
    identities: int | None = None,
    seed: int = 0,
    job: Job = Job(),
    log: Callable[[str], None] = lambda _line: None,
) -> Demo:
    """Draw faces (or take the person's own), import them, train, and judge.

    The dataset lies in `out/demo`, drawn faces beside it in `out/drawn-faces`; another seed or
    number of people (`PEOPLE` where None) has folders of its own, and so have the person's own
    faces: `out/own-faces`. Running it again trains once more on the same dataset. The same seed
    gives the same figures, whatever ran before.

    Raises:
        WorldError: a folder cannot be used, or weights are missing; the message says what to do.
        Cancelled: the person stopped it.

    """
    drawn = faces is None
    people = PEOPLE if identities is None else identities
    other = _other_than_usual(people, seed)
    source = faces or _draw(out / f"drawn-faces{other}", people, seed, job.part(0, _DRAWN))
    with Dataset.open_or_create(out / (DATASET + other if drawn else OWN_DATASET)) as dataset:
        options = ImportOptions(
            task=source.task,
            csv=source.csv,
            group_column="person" if drawn else None,
            group_pattern=source.group_pattern,
            source_kind="drawn" if drawn else None,
        )
        imported = import_images(dataset, source.folder, options, job.part(_DRAWN, _IMPORTED))
        if drawn:
            _import_sex(dataset, source, job)
        config = TrainConfig(task=source.task, recipe=recipe, seed=seed)
        notes = (DRAWN_NOTE,) if drawn else ()
        run = train(dataset, config, job.part(_IMPORTED, 1), log, notes=notes)
    return Demo(imported, run, drawn)


def _other_than_usual(people: int, seed: int) -> str:
    """What tells the folders of this drawing from those of the usual one: else they would mix."""
    words = [f"{people}-people"] if people != PEOPLE else []
    words += [f"seed-{seed}"] if seed else []
    return "".join(f"-{word}" for word in words)


def _draw(folder: Path, identities: int, seed: int, job: Job) -> DemoFaces:
    draw_demo_faces(folder, identities=identities, seed=seed, job=job)
    return DemoFaces(folder, folder / "labels.csv")


def _import_sex(dataset: Dataset, source: DemoFaces, job: Job) -> None:
    """The drawn faces' second task, on the samples that are there already."""
    options = ImportOptions(task="sex", csv=source.csv, label_column="sex", source_kind="drawn")
    import_images(dataset, source.folder, options, job.part(_IMPORTED, _IMPORTED))
