"""What stands behind the Clean page and the command: evidence by strangers, checks, actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from faceapp.dataset import Changes, Dataset, SplitImpossible
from faceapp.errors import WorldError
from faceapp.gui.clean.cleaner import Cleaner, FaceMap, Recalled
from faceapp.jobs import Job
from faceapp.words import Words

if TYPE_CHECKING:
    from faceapp.cleaning import Cleaning, Evidence, Found
    from faceapp.training.recipes import Recipe

_CHECKED = 0.97  # share of a check's whole that ends with the checks


def evidence_of(
    dataset: Dataset,
    recipe: Recipe,
    weights: Path | None,
    job: Job,
    passed_over: Callable[[str, WorldError], object] = lambda _task, _problem: None,
) -> list[Evidence]:
    """Out-of-fold probabilities for every task that has labels and people enough.

    Args:
        dataset: whose labels are judged.
        recipe: whose activations judge them.
        weights: file of the network's weights; by default those that are installed.
        job: reports and stops.
        passed_over: is told of each task that cannot be judged, and why.

    Raises:
        NoEvidence: no task can be judged; the message says why.

    """
    from faceapp.cleaning import Evidence, NoEvidence
    from faceapp.networks.weights import WeightsMissing
    from faceapp.training.material import TrainingProblem
    from faceapp.training.out_of_fold import out_of_fold

    tasks = [task.name for task in dataset.tasks()]
    found: list[Evidence] = []
    problems: list[WorldError] = []
    for number, task in enumerate(tasks):
        part = job.part(number / len(tasks), (number + 1) / len(tasks))
        try:
            each = out_of_fold(dataset, task, recipe, weights=weights, job=part)
        except (TrainingProblem, SplitImpossible, WeightsMissing) as problem:
            problems.append(problem)
            passed_over(task, problem)
            continue
        found.append(
            Evidence(each.task, each.classes, each.ids, each.truth, each.probabilities,
                     each.features)
        )  # fmt: skip
    if not found:
        none = Words("the dataset has no task yet")
        raise NoEvidence(str(problems[0]) if problems else none)
    return found


def make_cleaner(recipe: Recipe | None = None) -> Cleaner:
    """Everything that the Clean page does; nothing of it is loaded yet.

    Labels are judged by the activations of a recipe, by default those that trainings use too.
    """
    return Cleaner(
        recall=recall,
        check=partial(check, recipe=recipe),
        keep_threshold=keep_threshold,
        dismiss=_dismiss,
        quarantine=_quarantine,
        keep_best=_keep_best,
        accept=_accept,
        relabel=_relabel,
        crop=_crop,
        split=_split,
        draw_map=draw_map,
        report=report,
    )


def recall(folder: Path, job: Job) -> Recalled:
    """What the checks said last time of the dataset in a folder."""
    from faceapp.cleaning import CHECKS
    from faceapp.cleaning.recalling import recall as read
    from faceapp.cleaning.recalling import times

    with Dataset.open(folder) as dataset:
        return Recalled(CHECKS, times(dataset), read(dataset, job))


def check(
    folder: Path, kinds: Iterable[str] | None, job: Job, recipe: Recipe | None = None
) -> Recalled:
    """Run checks on the dataset in a folder, and say what is known of all that ever ran."""
    from faceapp.cleaning import CHECKS, clean
    from faceapp.cleaning.recalling import recall as read
    from faceapp.cleaning.recalling import remember, times
    from faceapp.training.recipes import DEFAULT, recipe_named

    judge = recipe or recipe_named(DEFAULT)
    with Dataset.open(folder) as dataset:
        checks = job.part(0, _CHECKED)
        done = clean(
            dataset,
            kinds,
            evidence=lambda part: evidence_of(dataset, judge, None, part),
            job=checks,
        )
        remember(done)
        return Recalled(CHECKS, times(dataset), read(dataset, job.part(_CHECKED, 1)))


def keep_threshold(folder: Path, cleaning: Cleaning, kind: str, threshold: float) -> Changes:
    """Keep another threshold for a kind, and write down the findings under it."""
    from faceapp.dataset import Part

    with Dataset.open(folder) as dataset:
        found = cleaning.on(dataset).move_threshold(kind, threshold)
    samples = frozenset(sample for each in found for sample in each.samples)
    return Changes(what=kind, samples=samples, parts=frozenset({Part.FINDINGS}))


def draw_map(folder: Path, job: Job) -> FaceMap:
    """Where the samples of the dataset in a folder lie."""
    from faceapp.training.atlas import atlas

    with Dataset.open(folder) as dataset:
        ids, places = atlas(dataset, job)
    return FaceMap(ids, tuple((x, y) for x, y in places.tolist()))


def report(folder: Path, cleaning: Cleaning, out: Path) -> Path:
    """Write the cleaning report of the dataset in a folder as it stands now."""
    from dataclasses import replace

    from faceapp.cleaning.report import write_report
    from faceapp.cleaning.state import state_of

    with Dataset.open(folder) as dataset:
        now = replace(cleaning.on(dataset).with_findings(), state=state_of(dataset))
        return write_report(out, now)


def _dismiss(dataset: Dataset, found: Sequence[Found]) -> Changes:
    from faceapp.cleaning.actions import dismiss

    return dismiss(dataset, found)


def _quarantine(dataset: Dataset, found: Sequence[Found], samples: Iterable[int] | None) -> Changes:
    from faceapp.cleaning.actions import quarantine

    return quarantine(dataset, found, samples)


def _keep_best(dataset: Dataset, found: Sequence[Found]) -> Changes:
    from faceapp.cleaning.actions import keep_best

    return keep_best(dataset, found)


def _accept(dataset: Dataset, found: Sequence[Found]) -> Changes:
    from faceapp.cleaning.actions import accept_suggestions

    return accept_suggestions(dataset, found)


def _relabel(dataset: Dataset, found: Sequence[Found], task: str, answer: str | None) -> Changes:
    from faceapp.cleaning.actions import relabel

    return relabel(dataset, found, task, answer)


def _crop(dataset: Dataset, found: Sequence[Found]) -> Changes:
    from faceapp.cleaning.actions import crop_to_face

    return crop_to_face(dataset, _samples(found))


def _split(dataset: Dataset, found: Sequence[Found]) -> Changes:
    from faceapp.cleaning.actions import split_faces

    return split_faces(dataset, _samples(found))


def _samples(found: Sequence[Found]) -> list[int]:
    return list(dict.fromkeys(sample for each in found for sample in each.samples))
