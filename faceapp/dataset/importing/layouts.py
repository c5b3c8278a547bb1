"""The ways in which people keep labelled images, each turned into entries that can be imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from faceapp.dataset.importing.entries import (
    Arrangement,
    Entry,
    Layout,
    WordLabel,
    group_finder,
)
from faceapp.dataset.importing.exported import EXPORTED, UNLABELLED_FOLDER
from faceapp.dataset.importing.tables import LabelRow, LabelTable, read_label_csv
from faceapp.dataset.importing.us10k import US10K
from faceapp.dataset.importing.values import ImportOptions, ImportRefused, Refused, shown
from faceapp.dataset.importing.walking import FoundFile, NotInSource, SourceFiles, storable
from faceapp.dataset.vocabulary import (
    EXPRESSIONS,
    SEX,
    classes_for_task,
    match_class,
    normal_word,
)
from faceapp.words import Words

MAX_OWN_CLASSES = 200

# Tasks that faceapp knows by heart, and the classes of each.
_KNOWN_TASKS: Mapping[str, tuple[str, ...]] = {"expression": EXPRESSIONS, "sex": SEX}
# Columns whose very name tells the task.
_TASK_OF_COLUMN = {
    "emotion": "expression",
    "expression": "expression",
    "sex": "sex",
    "gender": "sex",
}


def task_of_words(words: Iterable[str]) -> str | None:
    """The known task of which most of the words are classes; None where no word is."""
    different = set(words)
    hits = {
        task: sum(match_class(word, classes) is not None for word in different)
        for task, classes in _KNOWN_TASKS.items()
    }
    best = max(hits, key=hits.__getitem__)
    return best if hits[best] else None


def starting_classes(task: str, words: Iterable[str]) -> tuple[str, ...]:
    """The classes that a new task begins with: the known ones, or the words in sorted order.

    Raises:
        ImportRefused: there are so many words that they can hardly be classes.

    """
    classes = classes_for_task(task, sorted(set(words)))
    if len(classes) > MAX_OWN_CLASSES:
        raise ImportRefused(
            Words(
                "The labels for task {task} are {number} different words: choose the "
                "column that holds the classes.",
                task=shown(task),
                number=len(classes),
            )
        )
    return classes


def _arrange_flat(files: SourceFiles, options: ImportOptions) -> Arrangement:
    find_group = group_finder(options.group_pattern)
    entries = tuple(Entry(file, file.name, group=find_group(file.name)) for file in files.files)
    return Arrangement("folder", entries, _tasks(options.task, ()))


def _tasks(task: str | None, words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The task with the classes to begin with; nothing where there are none to begin with."""
    classes = starting_classes(task, words) if task is not None else ()
    return {task: classes} if task is not None and classes else {}


def _fits_folders(files: SourceFiles, options: ImportOptions) -> bool:
    folders = {folder for file in files.files for folder in _folders(file)}
    return bool(folders) and (options.task is not None or task_of_words(folders) is not None)


def _folders(file: FoundFile) -> tuple[str, ...]:
    return PurePosixPath(file.name).parts[:-1]


def _arrange_folders(files: SourceFiles, options: ImportOptions) -> Arrangement:
    task = options.task or task_of_words(
        folder for file in files.files for folder in _folders(file)
    )
    assert task is not None  # or the layout would not have fitted
    known = classes_for_task(task, ())
    find_group = group_finder(options.group_pattern)
    entries = []
    for file in files.files:
        word = _class_folder(_folders(file), known)
        labels = (WordLabel(task, word),) if word else ()
        entries.append(Entry(file, file.name, labels, find_group(file.name)))
    words = {label.word for entry in entries for label in entry.labels}
    return Arrangement("folder", tuple(entries), _tasks(task, words))


def _class_folder(folders: tuple[str, ...], classes: tuple[str, ...]) -> str:
    """The folder that names the class: the outermost that is one, else the outermost ("": none).

    So `train/happy/1.jpg` is happy, while `happy/Anna/1.jpg` is so too.
    """
    named = (folder for folder in folders if match_class(folder, classes))
    word = next(named, folders[0] if folders else "")
    return "" if normal_word(word) == UNLABELLED_FOLDER else word


def _arrange_csv(files: SourceFiles, options: ImportOptions) -> Arrangement:
    assert options.csv is not None  # or the layout would not have fitted
    table = read_label_csv(
        options.csv,
        task=options.task,
        image_column=options.image_column,
        label_column=options.label_column,
        rater_column=options.rater_column,
        group_column=options.group_column,
        label_needed=options.task is not None or options.group_column is None,
    )
    task = _task_of_table(table, options)
    rows, refused = _rows_of_files(table, files)
    find_group = group_finder(options.group_pattern)
    entries = tuple(
        Entry(
            file,
            file.name,
            _row_labels(task, rows.get(file.name, ())) if task else (),
            next((row.group for row in rows.get(file.name, ()) if row.group), None)
            or find_group(file.name),
        )
        for file in files.files
    )
    words = {label.word for entry in entries for label in entry.labels}
    return Arrangement("csv", entries, _tasks(task, words), refused, _table_details(table))


def _task_of_table(table: LabelTable, options: ImportOptions) -> str | None:
    """The task that the caller names, or that the label column or the words in it tell."""
    if options.task is not None or table.label_column is None:
        return options.task
    task = _TASK_OF_COLUMN.get(normal_word(table.label_column)) or task_of_words(
        row.label for row in table.rows
    )
    if task is None:
        raise ImportRefused(
            Words(
                "Nothing in {path} says which task its column "
                "{label_column} answers: name the task.",
                path=table.path.name,
                label_column=shown(table.label_column),
            )
        )
    return task


def _rows_of_files(
    table: LabelTable, files: SourceFiles
) -> tuple[dict[str, list[LabelRow]], tuple[Refused, ...]]:
    """The rows that speak of each file, and the images named there that are not to be had."""
    rows: dict[str, list[LabelRow]] = {}
    refused = list(table.refused)
    reasons: dict[str, str] = {}
    for row in table.rows:
        try:
            file = files.named(row.image)
        except NotInSource as absent:
            reasons.setdefault(storable(row.image), str(absent))
        else:
            rows.setdefault(file.name, []).append(row)
    refused += [Refused(image, reason) for image, reason in reasons.items()]
    return rows, tuple(refused)


def _row_labels(task: str, rows: Iterable[LabelRow]) -> tuple[WordLabel, ...]:
    """The labels in the rows of one image; each nameless one is from a rater of its own."""
    labels = []
    nameless = 0
    for row in rows:
        rater = row.rater
        if row.label and not rater:
            nameless += 1
            rater = f"unnamed {nameless}" if nameless > 1 else ""
        if row.label:
            labels.append(WordLabel(task, row.label, rater))
    return tuple(labels)


def _table_details(table: LabelTable) -> dict[str, Any]:
    columns = {
        "image": table.image_column,
        "label": table.label_column,
        "rater": table.rater_column,
        "group": table.group_column,
    }
    used = {what: column for what, column in columns.items() if column is not None}
    return {"csv": storable(str(table.path.resolve())), "columns": used}


# Tried in this order; the last fits anything.
LAYOUTS = (
    Layout("csv", lambda _files, options: options.csv is not None, _arrange_csv),
    EXPORTED,
    US10K,
    Layout("folders", _fits_folders, _arrange_folders),
    Layout("flat", lambda _files, _options: True, _arrange_flat),
)


def layout_of(files: SourceFiles, options: ImportOptions) -> Layout:
    """The layout that the options name, else the first that fits the source."""
    return next(
        layout
        for layout in LAYOUTS
        if layout.name == options.layout or (options.layout is None and layout.fits(files, options))
    )
