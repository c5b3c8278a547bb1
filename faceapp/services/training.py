"""What stands behind the Train page: recipes, checks, trainings in their own process, runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from faceapp.dataset import Dataset
from faceapp.dataset.runs import UNFINISHED
from faceapp.errors import WorldError
from faceapp.gui.train.figures import RunDetails, Seen
from faceapp.gui.train.offers import (
    BackboneChoices,
    Checked,
    Order,
    RecipeBook,
    RunList,
    SetUp,
    TrainingServices,
    Unfinished,
    Wishes,
)
from faceapp.jobs import Job
from faceapp.services.configs import config_of
from faceapp.services.run_work import compare, export, heat, keep_note, read_note
from faceapp.services.tuning import tuning_services
from faceapp.words import Words

if TYPE_CHECKING:
    from faceapp.training.child import TrainingRequest
    from faceapp.training.estimating import Estimate
    from faceapp.training.events import OnEvent

_ESTIMATE_PATIENCE_SECONDS = 120.0


class RunNotDeleted(WorldError):
    """A run's folder could not be removed; the message says why."""


def training_services() -> TrainingServices:
    """The engine of training for the window; loads nothing of it yet."""
    return TrainingServices(
        book=book,
        check=check,
        estimate=estimate,
        preview=preview,
        train=train,
        runs=runs,
        unfinished=unfinished,
        details=details,
        delete=delete,
        note=keep_note,
        compare=compare,
        heat=heat,
        export=export,
        tuning=tuning_services(),
    )


def book() -> RecipeBook:
    """The recipes that faceapp brings, and where each backbone can be cut."""
    from faceapp.networks.architectures import BACKBONES
    from faceapp.networks.backbones import joined_cuts
    from faceapp.networks.formats import FORMATS
    from faceapp.networks.weight_files import ENDINGS
    from faceapp.training.recipes import RECIPES

    backbones = {
        name: BackboneChoices(
            (*each.cuts, *joined_cuts(each)), tuple(stage.name for stage in each.stages)
        )
        for name, each in BACKBONES.items()
    }
    formats = {name: form.suffix for name, form in FORMATS.items()}
    return RecipeBook(tuple(RECIPES.values()), backbones, formats, ENDINGS)


def check(folder: Path, setup: SetUp) -> Checked:
    """See `training.checking.check`; and how many samples of each class every side gets."""
    from faceapp.training.checking import check as check_config
    from faceapp.training.checking import remaining

    config = config_of(setup)
    with Dataset.open(folder) as dataset:
        left = remaining(config, dataset)
        sources = tuple((s, left.sources[s.id]) for s in dataset.sources() if s.id in left.sources)
        return Checked(
            tuple(check_config(config, dataset)),
            left.sides,
            left.taken,
            left.labelled,
            left.only_judge,
            left.rated,
            sources,
        )


def estimate(folder: Path, setup: SetUp, job: Job) -> Estimate:
    """See `training.estimating.estimate`; in a process of its own, as it loads TensorFlow."""
    from faceapp.training.child import TrainingRequest
    from faceapp.training.estimating import Estimate
    from faceapp.training.supervising import new_log, supervise

    request = TrainingRequest(folder, new_log(), config_of(setup))
    file = _estimate_file(request)
    try:
        supervise(request, job, work=time_a_batch, patience_seconds=_ESTIMATE_PATIENCE_SECONDS)
        return Estimate(**json.loads(file.read_text(encoding="utf-8")))
    finally:
        file.unlink(missing_ok=True)


def preview(folder: Path, setup: SetUp, job: Job) -> Sequence[Seen]:
    """Nine samples as the network would get them."""
    from faceapp.services.preview import preview as look

    with Dataset.open(folder) as dataset:
        return look(dataset, config_of(setup), job)


def time_a_batch(request: TrainingRequest, job: Job, _on_event: OnEvent) -> Path:
    """Work of the process that estimates: leaves what it found beside its log."""
    from faceapp.training.estimating import estimate as time_and_count

    assert request.config is not None
    with Dataset.open(request.dataset) as dataset:
        found = time_and_count(request.config, dataset, job)
    file = _estimate_file(request)
    file.write_text(json.dumps(asdict(found)), encoding="utf-8")
    return file


def _estimate_file(request: TrainingRequest) -> Path:
    return request.log.with_suffix(".json")


def train(folder: Path, order: Order, job: Job, on_event: OnEvent, wishes: Wishes) -> Path:
    """Train in a process of its own; a job that is cancelled leaves its run to be resumed."""
    from faceapp.training.child import TrainingRequest
    from faceapp.training.supervising import new_log, supervise

    config = config_of(order.setup) if order.setup is not None else None
    request = TrainingRequest(folder, new_log(), config, order.resume)
    wished = replace(job, cancelled=wishes.discard, enough=wishes.enough)
    return supervise(request, wished, on_event, left=job.cancelled)


def runs(folder: Path) -> RunList:
    """The runs of a dataset, newest first."""
    from faceapp.training.records import run_records

    with Dataset.open(folder) as dataset:
        place = dataset.runs
    records, problems = run_records(place)
    records.sort(key=lambda record: record.name, reverse=True)
    notes = {each.folder: read_note(each.folder) for each in records}
    return RunList(tuple(records), unfinished(folder), tuple(problems), notes)


def unfinished(folder: Path) -> tuple[Unfinished, ...]:
    """The runs of a dataset that were left and can be resumed, oldest first."""
    with Dataset.open(folder) as dataset:
        place = dataset.runs
    if not any(place.glob(f"{UNFINISHED}*")):  # asked at every start: loads nothing for nothing
        return ()
    from faceapp.training.run_folders import unfinished_runs

    return tuple(
        Unfinished(each.folder, each.name, config.task, config.recipe.name, config.recipe.tunes)
        for each in unfinished_runs(place)
        for config in (each.plan.config,)
    )


def details(folder: Path, run: Path, job: Job) -> RunDetails:
    """Everything that is shown of a run."""
    from faceapp.services.run_reading import read_details

    with Dataset.open(folder) as dataset:
        return read_details(dataset, run, job)


def delete(folders: Sequence[Path]) -> None:
    """Remove runs for good, finished or not.

    Raises:
        RunNotDeleted: one could not be removed.
        NotResumable: an unfinished one is being trained.

    """
    from faceapp.training.run_folders import discard

    for folder in folders:
        if folder.name.startswith("."):
            discard(folder)
            continue
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise RunNotDeleted(
                Words("{folder} cannot be deleted: {error}.", folder=folder, error=error)
            ) from error
