"""Studies read back: their trials, the best first, and what made the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faceapp.training.trials.storage import (
    FILE_NAME,
    StorageProblem,
    said_in_words,
    storage_url,
    without_password,
)
from faceapp.training.trials.told import State, Trial, Tuning
from faceapp.words import Words

if TYPE_CHECKING:
    import optuna

ASKED = "asked"  # the study's attribute that holds the TuneConfig that began it
_SETTINGS = "settings"


def told_study(
    study: optuna.Study, url: str, *, seconds: float = 0.0, importance: bool = True
) -> Tuning:
    """What a study holds now; without `importance` that part is left out, which takes a moment."""
    found = [told_trial(each) for each in study.get_trials(deepcopy=False)]
    trials = sorted((t for t in found if t is not None), key=lambda t: (-(t.score or 0), t.number))
    asked = study.user_attrs.get(ASKED)
    return Tuning(
        study.study_name,
        without_password(url),
        tuple(trials),
        _importance(study, trials) if importance else {},
        seconds,
        asked if isinstance(asked, dict) else None,
    )


def told_trial(found: optuna.trial.FrozenTrial) -> Trial | None:
    """A trial as it is told; None for one that was stopped or broke down."""
    from optuna.trial import TrialState

    states: Mapping[TrialState, State] = {
        TrialState.COMPLETE: "complete",
        TrialState.PRUNED: "pruned",
        TrialState.RUNNING: "running",
    }
    state = states.get(found.state)
    settings: Mapping[str, str] = found.user_attrs.get(_SETTINGS, {})
    if state is None:
        return None
    seconds = found.duration.total_seconds() if found.duration else 0.0
    return Trial(
        found.number, settings, found.value if state == "complete" else None, seconds, state
    )


def _importance(study: optuna.Study, trials: list[Trial]) -> Mapping[str, float]:
    import optuna

    scores = {trial.score for trial in trials if trial.score is not None}
    if len(scores) < 2:
        return {}
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
    return optuna.importance.get_param_importances(study, evaluator=evaluator)


def read_studies(dataset: Path, url: str | None = None) -> list[Tuning]:
    """Every study of a dataset, or of the storage at a URL, newest first.

    Raises `StorageProblem` where the storage cannot be reached.
    """
    if url is None and not (dataset / FILE_NAME).is_file():
        return []
    where = storage_url(dataset, url)
    with _opened(where) as storage:
        import optuna

        names = [each.study_name for each in optuna.get_all_study_summaries(storage)]
        loaded = [optuna.load_study(study_name=name, storage=storage) for name in reversed(names)]
        return [told_study(study, where) for study in loaded]


def asked_of(dataset: Path, url: str | None, name: str) -> Mapping[str, Any]:
    """The `TuneConfig`, as JSON, that began a study. Raises `StorageProblem` where none is told."""
    import optuna

    with _opened(storage_url(dataset, url)) as storage:
        try:
            found = optuna.load_study(study_name=name, storage=storage).user_attrs.get(ASKED)
        except KeyError:
            raise StorageProblem(
                Words("There is no study {name!r} in that storage.", name=name)
            ) from None
    if not isinstance(found, dict):
        raise StorageProblem(
            Words(
                "The study {name!r} does not say what it was begun for. Begin a new one.", name=name
            )
        )
    return found


@contextmanager
def _opened(url: str) -> Iterator[optuna.storages.RDBStorage]:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with said_in_words(url):
        storage = optuna.storages.RDBStorage(url, engine_kwargs={"pool_pre_ping": True})
        try:
            yield storage
        finally:
            storage.remove_session()
            storage.engine.dispose()
