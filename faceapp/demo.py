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
DATASET = "demo"  # folder of the dataset: its name is what the window shows
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
    identities: int = 60,
    seed: int = 0,
    job: Job = Job(),
    log: Callable[[str], None] = lambda _line: None,
) -> Demo:
    """Draw faces (or take the person's own), import them, train, and judge.

    The dataset lies in `out/demo`, drawn faces beside it in `out/drawn-faces`. Running it again
    trains once more on the same dataset. The same seed gives the same figures.

    Raises:
        WorldError: a folder cannot be used, or weights are missing; the message says what to do.
        Cancelled: the person stopped it.

    """
    drawn = faces is None
    source = faces or _draw(out / "drawn-faces", identities, seed, job.part(0, _DRAWN))
    with Dataset.open_or_create(out / DATASET) as dataset:
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


def _draw(folder: Path, identities: int, seed: int, job: Job) -> DemoFaces:
    draw_demo_faces(folder, identities=identities, seed=seed, job=job)
    return DemoFaces(folder, folder / "labels.csv")


def _import_sex(dataset: Dataset, source: DemoFaces, job: Job) -> None:
    """The drawn faces' second task, on the samples that are there already."""
    options = ImportOptions(task="sex", csv=source.csv, label_column="sex", source_kind="drawn")
    import_images(dataset, source.folder, options, job.part(_IMPORTED, _IMPORTED))
