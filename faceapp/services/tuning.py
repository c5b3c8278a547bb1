"""What stands behind the tuning panel: trials made and studies read in a process of their own.

In a process, as trials train networks and as Optuna's importances load scikit-learn.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faceapp.dataset import Dataset
from faceapp.gui.train.tuning_offers import TuneOrder, TuningServices
from faceapp.jobs import Job
from faceapp.services.configs import config_of
from faceapp.training.trials.told import OnStudy, Tuning

if TYPE_CHECKING:
    from faceapp.training.child import TrainingRequest
    from faceapp.training.events import OnEvent, TrainingEvent
    from faceapp.training.recipes import Recipe
    from faceapp.training.trials.tuning import TuneConfig

_READING_PATIENCE_SECONDS = 120.0
# A step of fine-tuning on a busy machine may take long before it tells anything.
_TRIAL_PATIENCE_SECONDS = 1800.0
# To say of the trial under way that it was given up; one that does not is taken up by the next.
_GRACE_SECONDS = 0.4


def tuning_services() -> TuningServices:
    """The engine of tuning for the window; loads nothing of it yet."""
    return TuningServices(usual=usual, refusal=refusal, studies=studies, tune=tune)


def usual(recipe: Recipe) -> Mapping[str, str]:
    """See `trials.space.usual_space`; as text."""
    from faceapp.training.trials.space import usual_space

    return {name: str(domain) for name, domain in usual_space(recipe).items()}


def refusal(recipe: Recipe, space: Mapping[str, str]) -> str:
    """Why a space does not fit a recipe; "" where it does."""
    from faceapp.training.recipes import RecipeError
    from faceapp.training.trials.space import parse_space

    try:
        parse_space(space, recipe)
    except RecipeError as error:
        return str(error)
    return ""


def studies(folder: Path, storage: str | None, job: Job) -> Sequence[Tuning]:
    """The studies of the dataset, or of the storage at a URL, newest first."""
    from faceapp.training.child import TrainingRequest
    from faceapp.training.supervising import new_log, supervise
    from faceapp.training.trials.storage import FILE_NAME

    if storage is None and not (folder / FILE_NAME).is_file():
        return ()
    found: list[Tuning] = []
    request = TrainingRequest(folder, new_log(), notes=(storage or "",))
    supervise(
        request,
        job,
        _hearing(found.append),
        work=read,
        patience_seconds=_READING_PATIENCE_SECONDS,
    )
    return tuple(found)


def read(request: TrainingRequest, _job: Job, on_event: OnEvent) -> Path:
    """Work of the process that reads: tells each study."""
    from faceapp.training.trials.reading import read_studies

    (storage,) = request.notes
    for study in read_studies(request.dataset, storage or None):
        on_event(study)
    return request.dataset


def tune(folder: Path, order: TuneOrder, job: Job, on_study: OnStudy) -> None:
    """Make trials; what the study holds is told whenever one begins or ends."""
    from faceapp.training.child import TrainingRequest
    from faceapp.training.supervising import new_log, supervise

    config = config_of(order.setup) if order.setup is not None else None
    asked = {
        "study": order.study,
        "trials": order.trials,
        "seconds": order.seconds,
        "storage": order.storage,
        "space": dict(order.space or {}),
    }
    request = TrainingRequest(folder, new_log(), config, notes=(json.dumps(asked),))
    supervise(
        request,
        job,
        _hearing(on_study),
        work=make_trials,
        patience_seconds=_TRIAL_PATIENCE_SECONDS,
        grace_seconds=_GRACE_SECONDS,
    )


def make_trials(request: TrainingRequest, job: Job, on_event: OnEvent) -> Path:
    """Work of the process that tunes."""
    from faceapp.training.trials.tuning import tune as make

    asked: dict[str, Any] = json.loads(request.notes[0])
    with Dataset.open(request.dataset) as dataset:
        make(dataset, _config(request, asked), job, on_study=on_event)
    return request.dataset


def _config(request: TrainingRequest, asked: Mapping[str, Any]) -> TuneConfig:
    """What to do: of a study that there is, what it was begun for."""
    from faceapp.training.trials.reading import asked_of
    from faceapp.training.trials.space import parse_space
    from faceapp.training.trials.tuning import TuneConfig

    storage, trials, name = asked["storage"], asked["trials"], asked["study"]
    if request.config is None:
        begun = asked_of(request.dataset, storage, name)
        config = TuneConfig.from_json(begun, trials=trials)
    else:
        space = parse_space(asked["space"], request.config.recipe)
        config = TuneConfig(request.config, space, trials, name=name)
    return replace(config, storage=storage, seconds=asked["seconds"])


def _hearing(on_study: OnStudy) -> OnEvent:
    def hear(event: TrainingEvent) -> None:
        if isinstance(event, Tuning):
            on_study(event)

    return hear
