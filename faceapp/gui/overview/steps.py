"""What to do next with a dataset, from its figures: most pressing first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from faceapp.gui.language import tr
from faceapp.gui.overview.figures import Figures, TaskFigures
from faceapp.gui.text import counted, number

FEW = 200  # images a class, below which more are worth gathering
_NAMED = 4


class Goal(StrEnum):
    """Where a step leads: a page's name, or something that the window can do."""

    IMPORT = "import"
    FIND_FACES = "find faces"
    LABEL = "label"
    GROUP_PEOPLE = "people"
    FIND_IMAGES = "scrape"
    CLEAN = "clean"
    TRAIN = "train"


@dataclass(frozen=True)
class Step:
    """Something worth doing: what stands, what its button says and leads to, and for which task."""

    text: str
    button: str
    goal: Goal
    task: str = ""


def next_steps(figures: Figures, offered: Collection[str]) -> list[Step]:
    """The steps whose goal is among those offered, most pressing first."""
    return [step for step in _steps(figures, offered) if step.goal in offered]


def _steps(figures: Figures, offered: Collection[str]) -> Iterator[Step]:
    if not figures.tasks:
        yield Step(
            tr("No task yet: say what the images are to be told apart by."),
            tr("Label"),
            Goal.LABEL,
        )
    for task in figures.tasks:
        yield from _labelling(task)
    if figures.looked_at < figures.samples:
        left = figures.samples - figures.looked_at
        text = counted(
            left,
            tr("1 image in which nobody looked for a face yet."),
            tr("{0} images in which nobody looked for faces yet."),
        )
        yield Step(text, tr("Find faces"), Goal.FIND_FACES)
    if 1 < figures.samples == figures.nameless:
        yield Step(
            tr("Nobody said whom the images show, so a model may be tested on people it knows."),
            tr("Group people..."),
            Goal.GROUP_PEOPLE,
        )
    for task in figures.tasks:
        yield from _gathering(task, offered)
    if figures.findings:
        text = counted(
            figures.findings,
            tr("Cleaning found something in 1 place."),
            tr("Cleaning found something in {0} places."),
        )
        yield Step(text, tr("Clean"), Goal.CLEAN)
    if not figures.models and any(task.answered for task in figures.tasks):
        yield Step(tr("No model is trained on these faces yet."), tr("Train"), Goal.TRAIN)


def _labelling(task: TaskFigures) -> Iterator[Step]:
    name = task.task.name
    if task.waiting:
        text = counted(
            task.waiting,
            tr("1 image with a suggested {1} waits for your yes or no."),
            tr("{0} images with a suggested {1} wait for your yes or no."),
            name,
        )
        yield Step(text, tr("Review"), Goal.LABEL)
    if task.counts.unlabelled:
        text = counted(
            task.counts.unlabelled,
            tr("1 image has no {1} yet."),
            tr("{0} images have no {1} yet."),
            name,
        )
        yield Step(text, tr("Label"), Goal.LABEL)


def _gathering(task: TaskFigures, offered: Collection[str]) -> Iterator[Step]:
    """Classes with few images: to be looked for on the web where that is offered."""
    few = {name: count for name, count in task.counts.counts.items() if count < FEW}
    if not few or not task.answered:
        return
    listed = [f"{name} {number(count)}" for name, count in few.items()]
    rest = len(listed) - _NAMED
    more = [counted(rest, tr("{0} more"), tr("{0} more"))] if rest > 0 else []
    named = ", ".join([*listed[:_NAMED], *more])
    text = counted(
        len(few),
        tr("1 class of {1} has fewer than {2} images: {3}."),
        tr("{0} classes of {1} have fewer than {2} images: {3}."),
        task.task.name,
        FEW,
        named,
    )
    if Goal.FIND_IMAGES in offered:
        yield Step(text, tr("Find images..."), Goal.FIND_IMAGES, task.task.name)
    else:
        yield Step(text, tr("Import more..."), Goal.IMPORT)
