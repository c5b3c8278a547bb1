"""The 10k US Adult Faces Database as its owner ships it: images, and tables of raters beside them.

Its images may not be passed on: each person obtains them from the authors.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from faceapp.dataset.importing.entries import Arrangement, Entry, Layout, WordLabel, group_finder
from faceapp.dataset.importing.us10k_scores import TASKS, WORDS, Scores, read_scores, tables_in
from faceapp.dataset.importing.values import ImportOptions, ImportRefused, Refused
from faceapp.dataset.importing.walking import FoundFile, NotInSource, SourceFiles, storable
from faceapp.dataset.vocabulary import EXPRESSIONS, normal_word
from faceapp.words import Words

NAME = "us10k"
_FACES_FOLDER = "face images"
# In the order that faceapp knows them: those that the database has.
_CLASSES: Mapping[str, tuple[str, ...]] = {
    "expression": tuple(name for name in EXPRESSIONS if name in WORDS["expression"]),
    "sex": WORDS["sex"],
}


def _fits(files: SourceFiles, options: ImportOptions) -> bool:
    return options.csv is None and bool(files.files) and bool(tables_in(files.folder))


def _arrange(files: SourceFiles, options: ImportOptions) -> Arrangement:
    tables = read_scores(files.folder)
    if not tables.used and not tables.refused:
        raise ImportRefused(
            Words(
                "{folder} holds no demographic-others-labels.xlsx, nor its Final Values as "
                "CSV: choose the folder that holds the database's images and its attribute scores.",
                folder=files.folder,
            )
        )
    faces, others = _faces(files)
    refused = [
        *tables.refused,
        *(Refused(each.name, Words("not among the faces")) for each in others),
    ]
    scores: dict[str, Scores] = {}
    for name, each in tables.scores.items():
        try:
            scores[faces.named(name).name] = each
        except NotInSource as absent:
            refused.append(Refused(storable(name), str(absent)))
    find_group = group_finder(options.group_pattern)
    entries = tuple(
        _entry(file, scores.get(file.name, Scores()), find_group(file.name)) for file in faces.files
    )
    tasks = [task for task in TASKS if any(v[0] == task for s in scores.values() for v in s.votes)]
    used = [path.relative_to(files.folder).as_posix() for path in tables.used]
    return Arrangement(
        "database",
        entries,
        {task: _CLASSES[task] for task in tasks},
        tuple(refused),
        {"database": "10k US Adult Faces Database", "tables": [storable(each) for each in used]},
    )


def _faces(files: SourceFiles) -> tuple[SourceFiles, list[FoundFile]]:
    """The images in the folder of faces, and those elsewhere; all, where no folder is called so."""
    inside = [file for file in files.files if _in_faces_folder(file)]
    if not inside:
        return files, []
    chosen = set(inside)
    others = [file for file in files.files if file not in chosen]
    return SourceFiles(files.folder, tuple(inside), files.refused), others


def _in_faces_folder(file: FoundFile) -> bool:
    folders = PurePosixPath(file.name).parts[:-1]
    return any(normal_word(folder) == _FACES_FOLDER for folder in folders)


def _entry(file: FoundFile, scores: Scores, group: str | None) -> Entry:
    labels = tuple(WordLabel(task, word, rater) for task, word, rater in scores.votes)
    return Entry(file, file.name, labels, group, provenance=_provenance(scores))


def _provenance(scores: Scores) -> dict[str, Any]:
    """What the dataset keeps of an image beyond its labels; see `faceapp.dataset.strength`."""
    told: dict[str, Any] = {}
    if scores.number is not None:
        told["us10k_number"] = scores.number
    if scores.amount is not None:
        told["emotion_amount"] = round(scores.amount, 4)
    if scores.agreement:
        told["agreement"] = {task: round(share, 4) for task, share in scores.agreement.items()}
    if scores.failed:
        told["failed_catch"] = scores.failed
    return told


US10K = Layout(NAME, _fits, _arrange)
