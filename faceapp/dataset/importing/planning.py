"""Looking at a source before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from faceapp.dataset.importing.entries import Arrangement
from faceapp.dataset.importing.layouts import layout_of
from faceapp.dataset.importing.values import ImportOptions, ImportPlan, ImportRefused
from faceapp.dataset.importing.walking import SourceFiles, find_files
from faceapp.dataset.importing.wording import Wording
from faceapp.dataset.model import TaskClass
from faceapp.dataset.store import Dataset
from faceapp.dataset.vocabulary import normal_word
from faceapp.jobs import Job
from faceapp.words import Words


def plan_import(
    source: Path,
    options: ImportOptions = ImportOptions(),
    job: Job = Job(),
    *,
    dataset: Dataset | None = None,
) -> ImportPlan:
    """Look at a source without importing it.

    Args:
        source: the folder that holds the images.
        options: how it is to be understood.
        job: reports progress, and may cancel.
        dataset: the dataset whose classes count where it has the task already.

    Raises:
        ImportRefused: the source cannot be understood; the message says what to change.

    """
    files = files_of(source, dataset, job)
    layout = layout_of(files, options)
    arrangement = layout.arrange(files, options)
    job.check()
    classes = classes_by_task(arrangement, dataset)
    wording = Wording(classes)
    entries = arrangement.entries
    meanings = [
        (label.task, meaning.answer)
        for entry in entries
        for label, meaning in wording.answers(entry.labels).items()
    ]
    return ImportPlan(
        layout=layout.name,
        images=len(entries),
        classes=_tally(classes, meanings),
        unsure=sum(answer is None for _task, answer in meanings),
        unknown_labels=wording.unknown(entries),
        raters=tuple(sorted({label.rater for entry in entries for label in entry.labels} - {""})),
        groups=len({entry.group for entry in entries} - {None}),
        refused=(*files.refused, *arrangement.refused),
    )


def files_of(source: Path, dataset: Dataset | None, job: Job) -> SourceFiles:
    """The files of a source; raises `ImportRefused` where it is no folder or the dataset itself."""
    job.step(Words("Looking through the folder"), 0, 0)
    if dataset is None:
        return find_files(source)
    own = dataset.folder.resolve()
    if source.resolve().is_relative_to(own):
        raise ImportRefused(
            Words("{source} lies inside the dataset itself: choose another folder.", source=source)
        )
    return find_files(source, leave_out=own)


def classes_by_task(
    arrangement: Arrangement, dataset: Dataset | None
) -> dict[str, tuple[str, ...]]:
    """Classes of each task that the source labels: the dataset's, else those to begin with."""
    missing = tasks_missing(arrangement, dataset)
    return {
        task: tuple(each if isinstance(each, str) else each.name for each in missing[task])
        if task in missing or dataset is None
        else dataset.task(task).names
        for task in arrangement.tasks
    }


def tasks_missing(
    arrangement: Arrangement, dataset: Dataset | None
) -> dict[str, tuple[str, ...] | tuple[TaskClass, ...]]:
    """The tasks that the source labels and the dataset does not have, with their first classes."""
    here = {normal_word(task.name) for task in dataset.tasks()} if dataset is not None else set()
    return {
        task: classes
        for task, classes in arrangement.tasks.items()
        if normal_word(task) not in here
    }


def _tally(
    classes: Mapping[str, Sequence[str]], meanings: Iterable[tuple[str, str | None]]
) -> dict[str, dict[str, int]]:
    found = Counter(meanings)
    return {task: {name: found[task, name] for name in names} for task, names in classes.items()}
