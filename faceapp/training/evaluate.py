"""Judging a finished run on labelled images that belong to no dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from faceapp.dataset.importing.entries import group_finder
from faceapp.dataset.importing.tables import LabelRow, read_label_csv
from faceapp.dataset.importing.walking import FoundFile, NotInSource, find_files
from faceapp.dataset.vocabulary import canonical_word, match_class
from faceapp.jobs import Job
from faceapp.networks.classifier import Classifier
from faceapp.networks.saved_model import ModelInfo, model_file
from faceapp.networks.stills import RefusedFile, Still, read_stills
from faceapp.training.evaluation import Judgement, judge
from faceapp.training.material import TrainingProblem
from faceapp.words import Words


@dataclass(frozen=True)
class Columns:
    """Which columns of the label CSV hold what; None finds the image and label by itself.

    Groups, the unit of the intervals, come from a column, or from the first bracket of a regular
    expression on the file name; otherwise each image is its own.
    """

    image: str | None = None
    label: str | None = None
    rater: str | None = None
    group: str | None = None
    group_pattern: str | None = None


@dataclass(frozen=True)
class Evaluation:
    """Figures on labelled images, and what did not enter them.

    `left_out` counts images by a class that the run does not know ("unsure" where raters tie);
    `unreadable` gives the reason a file; `no_face` counts images that were judged whole.
    """

    model: str
    test: Judgement
    left_out: Mapping[str, int]
    unreadable: Mapping[str, str]
    no_face: int

    def to_json(self) -> dict[str, Any]:
        """The figures at top level, beside `left_out`, `no_face` and `unreadable`."""
        return {
            "model": self.model,
            **self.test.to_json(),
            "left_out": dict(self.left_out),
            "no_face": self.no_face,
            "unreadable": dict(self.unreadable),
        }


@dataclass
class _Asked:
    """What the CSV says: the files to judge with their class, and what is left out."""

    files: dict[str, Path] = field(default_factory=dict)
    truth: dict[str, int] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    unreadable: dict[str, str] = field(default_factory=dict)


def evaluate(
    run: Path, images: Path, labels: Path, columns: Columns = Columns(), job: Job = Job()
) -> Evaluation:
    """Run a saved model end to end on labelled images and judge it.

    Args:
        run: folder of the run, or its model file.
        images: folder that holds the images.
        labels: CSV that names each image and what it shows.
        columns: where in the CSV.
        job: reports and stops.

    Raises:
        WorldError: the model, the folder, the CSV or the group pattern cannot be used.
        TrainingProblem: no image is left to judge.

    """
    find_group = group_finder(columns.group_pattern)  # told before a model is loaded
    classifier = Classifier(model_file(run))
    classes = classifier.info.classes
    asked = _read_labels(images, labels, columns, classifier.info, find_group)
    stills: list[Still] = []
    for found in read_stills(list(asked.files.items()), classifier, job, all_faces=False):
        if isinstance(found, RefusedFile):
            asked.unreadable[found.file] = found.reason
        else:
            stills.append(found)
    if not stills:
        raise TrainingProblem(
            Words(
                "{labels} names no readable image of a class that the run knows "
                "({classes}); left out: {left_out}",
                labels=labels,
                classes=", ".join(classes),
                left_out=dict(asked.left_out) or "none",
            )
        )
    test = judge(
        [asked.truth[s.file] for s in stills],
        np.stack([s.probabilities for s in stills]),
        [asked.groups[s.file] for s in stills],
        classes,
    )
    no_face = sum(s.face is None for s in stills)
    return Evaluation(str(model_file(run)), test, dict(asked.left_out), asked.unreadable, no_face)


def _read_labels(
    images: Path,
    labels: Path,
    columns: Columns,
    info: ModelInfo,
    find_group: Callable[[str], str | None],
) -> _Asked:
    table = read_label_csv(
        labels,
        task=info.task,
        image_column=columns.image,
        label_column=columns.label,
        rater_column=columns.rater,
        group_column=columns.group,
    )
    asked = _Asked(unreadable={refused.file: refused.reason for refused in table.refused})
    source = find_files(images)
    rows_of: dict[FoundFile, list[LabelRow]] = {}
    for row in table.rows:
        try:
            rows_of.setdefault(source.named(row.image), []).append(row)
        except NotInSource as error:
            asked.unreadable[row.image] = str(error)
    for file, rows in rows_of.items():
        word = _majority(_last_words(rows))
        name = match_class(word, info.classes) if word else None
        if name is None:
            asked.left_out[word or "unsure"] += 1
            continue
        asked.files[file.name] = file.path
        asked.truth[file.name] = info.classes.index(name)
        asked.groups[file.name] = rows[0].group or find_group(file.name) or file.name
    return asked


def _last_words(rows: Iterable[LabelRow]) -> Iterable[str]:
    """Each named rater's last label, and every nameless one, as an import counts them."""
    return {row.rater or row.line: row.label for row in rows if row.label}.values()


def _majority(words: Iterable[str]) -> str | None:
    """The commonest word, in its canonical form; None for a tie or for no word at all."""
    ranked = Counter(canonical_word(word) for word in words).most_common(2)
    tie = len(ranked) == 2 and ranked[0][1] == ranked[1][1]
    return ranked[0][0] if ranked and not tie else None
