"""Datasets out of the program: a folder a class for other tools, or CSVs that hold everything.

Both write `samples.csv` and `tasks.csv` (see `faceapp.dataset.importing.exported`), so that
importing an export gives back every sample under its own name. An export of CSVs also restores the
labels that stand: of those that a rater replaced or a person undid it keeps a record, no more.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from faceapp.dataset.errors import DatasetError
from faceapp.dataset.importing.exported import (
    LABELS_COLUMNS,
    LABELS_FILE,
    SAMPLES_COLUMNS,
    SAMPLES_FILE,
    TASKS_COLUMNS,
    TASKS_FILE,
    UNLABELLED_FOLDER,
    YES,
)
from faceapp.dataset.importing.values import Refused
from faceapp.dataset.model import Query, Sample, Task
from faceapp.dataset.store import Dataset
from faceapp.dataset.vocabulary import UNSURE
from faceapp.imaging import ImageRefused, extension_for, read_bytes
from faceapp.jobs import Job
from faceapp.words import Words

IMAGES_FOLDER = "images"
_WHAT = Words("Exporting images")
_NAME_LENGTH = 60  # letters of up to four bytes, of the 255 that systems allow
# Names that Windows keeps for devices, whatever their extension.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\w .()+,=@-]")


class ExportRefused(DatasetError):
    """An export that cannot be written where it was asked for."""


@dataclass(frozen=True)
class ExportReport:
    """How many samples were exported, and which were not because their image is gone."""

    exported: int
    refused: tuple[Refused, ...]

    def to_json(self) -> dict[str, object]:
        """The report as JSON values."""
        refused = [{"file": each.file, "reason": each.reason} for each in self.refused]
        return {"exported": self.exported, "refused": refused}


def export_folders(dataset: Dataset, out: Path, task: str, job: Job = Job()) -> ExportReport:
    """Write a folder for every class of a task, with copies of the images so answered.

    Samples without an answer go to `unlabelled/`, those answered unsure to `unsure/`; quarantined
    ones stay out.

    Args:
        dataset: what to export.
        out: a folder that does not exist yet, or is empty.
        task: whose answers name the folders.
        job: reports progress, and may cancel; nothing is then left behind.

    Raises:
        ExportRefused: `out` is not empty or cannot be written.
        UnknownTask: the dataset has no such task.

    """
    found = dataset.task(task)
    folders = SafeNames([UNSURE, UNLABELLED_FOLDER])
    folder_of = {name: folders.make(name) for name in found.names}
    answers = dataset.answers(found.name)

    def place(sample: Sample) -> str:
        if sample.id not in answers:
            return UNLABELLED_FOLDER
        answer = answers[sample.id].answer
        return UNSURE if answer is None else folder_of[answer]

    with _written_beside(dataset, out) as folder:
        for name in (*folder_of.values(), UNSURE, UNLABELLED_FOLDER):
            (folder / name).mkdir()
        samples = dataset.samples(Query(quarantined=False))
        report, paths = _copy_images(dataset, samples, folder, place, job)
        _write_samples(dataset, folder, samples, paths)
        _write_tasks(folder, [found], folder_of)
    return report


def export_csv(dataset: Dataset, out: Path, job: Job = Job()) -> ExportReport:
    """Write everything: all images, and CSVs of samples, tasks and labels.

    `samples.csv` has a row a sample: name, path, content, group, quarantine, source, and the answer
    to every task ("unsure" among them) in a column named after it. `labels.csv` has a row for every
    label ever given, with rater, origin, time and whether it was undone.

    Args:
        dataset: what to export.
        out: a folder that does not exist yet, or is empty.
        job: reports progress, and may cancel; nothing is then left behind.

    Raises:
        ExportRefused: `out` is not empty or cannot be written.

    """
    samples = dataset.samples(Query(quarantined=None))
    with _written_beside(dataset, out) as folder:
        (folder / IMAGES_FOLDER).mkdir()
        report, paths = _copy_images(dataset, samples, folder, lambda _: IMAGES_FOLDER, job)
        _write_samples(dataset, folder, samples, paths)
        _write_tasks(folder, dataset.tasks(), {})
        _write_labels(dataset, folder, samples)
    return report


class SafeNames:
    """File names that every system takes, each given out once, whatever the case."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}
        self._next: dict[str, int] = {}

    def make(self, wish: str, extension: str = "") -> str:
        """A name like `wish` that nobody has, ending in `extension`."""
        plain = (
            _UNSAFE.sub("_", unicodedata.normalize("NFC", wish))
            .strip(" .")[:_NAME_LENGTH]
            .strip(" .")
            or "_"
        )
        stem = f"_{plain}" if _DEVICES.fullmatch(plain) or plain.startswith("-") else plain
        name = f"{stem}{extension}"
        while name.casefold() in self._taken:
            self._next[stem] = self._next.get(stem, 1) + 1
            name = f"{stem}-{self._next[stem]}{extension}"
        self._taken.add(name.casefold())
        return name


@contextmanager
def _written_beside(dataset: Dataset, out: Path) -> Iterator[Path]:
    """A folder to be filled, which becomes `out` when all went well and vanishes otherwise."""
    target = out.absolute()
    if target.resolve().is_relative_to(dataset.folder.resolve()):
        raise ExportRefused(
            Words("{out} lies inside the dataset: choose a folder outside it.", out=out)
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ExportRefused(Words("{out} is not empty: choose a new or empty folder.", out=out))
    unfinished = target.parent / f".{target.name}.{os.getpid()}"
    try:
        unfinished.mkdir(parents=True)
        yield unfinished
        if target.exists():
            target.rmdir()  # Windows replaces no folder, not even an empty one
        unfinished.replace(target)
    except OSError as error:
        raise ExportRefused(
            Words("{out} cannot be written ({error}): choose another folder.", out=out, error=error)
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _copy_images(
    dataset: Dataset,
    samples: Sequence[Sample],
    folder: Path,
    place: Callable[[Sample], str],
    job: Job,
) -> tuple[ExportReport, dict[int, str]]:
    """Copy every image into `folder`; return its path there by sample."""
    names = SafeNames()
    paths: dict[int, str] = {}
    refused: list[Refused] = []
    for sample in job.track(samples, _WHAT):
        wish = PurePosixPath(sample.name).stem
        try:
            data = read_bytes(dataset.image_path(sample))
        except ImageRefused as refusal:
            refused.append(Refused(sample.name, f"{refusal.reason}: {refusal.detail}"))
            continue
        if hashlib.sha256(data).hexdigest() != sample.sha256:
            refused.append(Refused(sample.name, "changed: no longer the file that was imported"))
            continue
        path = f"{place(sample)}/{names.make(wish, extension_for(sample.format))}"
        (folder / path).write_bytes(data)
        paths[sample.id] = path
    return ExportReport(len(paths), tuple(refused)), paths


def _write_samples(
    dataset: Dataset, folder: Path, samples: Sequence[Sample], paths: Mapping[int, str]
) -> None:
    sources = {source.id: source for source in dataset.sources()}
    reasons = dataset.quarantine_reasons()
    tasks = dataset.tasks()
    answers = [dataset.answers(task.name, quarantined=None) for task in tasks]
    rows = []
    for sample in (each for each in samples if each.id in paths):
        source = sources[sample.source]
        given = [some.get(sample.id) for some in answers]
        rows.append(
            [
                sample.name,
                paths[sample.id],
                sample.sha256,
                sample.group or "",
                YES if sample.quarantined else "",
                reasons.get(sample.id, ""),
                source.kind,
                source.location,
                _json(source.details),
                _json(sample.provenance),
                *("" if answer is None else answer.answer or UNSURE for answer in given),
            ]
        )
    headers = [_task_column(task.name) for task in tasks]
    _write_table(folder / SAMPLES_FILE, (*SAMPLES_COLUMNS, *headers), rows)


def _task_column(task: str) -> str:
    """The header of a task's answers, told from the other columns."""
    return f"{task} (task)" if task.casefold() in SAMPLES_COLUMNS else task


def _write_tasks(folder: Path, tasks: Iterable[Task], folder_of: Mapping[str, str]) -> None:
    rows = [
        [task.name, each.name, each.colour, each.key, folder_of.get(each.name, "")]
        for task in tasks
        for each in task.classes
    ]
    _write_table(folder / TASKS_FILE, TASKS_COLUMNS, rows)


def _write_labels(dataset: Dataset, folder: Path, samples: Iterable[Sample]) -> None:
    by_id = {sample.id: sample for sample in samples}
    rows = [
        [
            by_id[label.sample].name,
            by_id[label.sample].sha256,
            label.task,
            label.answer or UNSURE,
            label.origin.value,
            label.rater,
            label.time,
            YES if label.undone else "",
        ]
        for task in dataset.tasks()
        for label in dataset.labels(task.name)
    ]
    _write_table(folder / LABELS_FILE, LABELS_COLUMNS, rows)


def _write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        writer.writerows(rows)


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(dict(value), ensure_ascii=False, sort_keys=True) if value else ""
