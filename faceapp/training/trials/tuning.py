"""Runs the trials of a tuning: each trains on inner folds and is judged by people left out of it.

The test people of the configuration's split are in no trial, so that the recipe that is chosen can
be judged by them. Searching is Optuna's: tree-structured Parzen estimators (Bergstra et al. 2011),
trials that fall behind the median after a fold are pruned.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faceapp.dataset import Dataset
from faceapp.jobs import Job
from faceapp.networks.weights import Weights, find_weights
from faceapp.training.learning import learner_of
from faceapp.training.material import Material, TrainConfig, gather, inner_parts, split_parts
from faceapp.training.readable import readable
from faceapp.training.recipes import Recipe, recipe_named
from faceapp.training.trials.space import OneOf, Space, Span
from faceapp.training.trials.storage import digest_of, open_study, storage_url

if TYPE_CHECKING:
    import optuna

_HEARTBEAT_SECONDS = 60


@dataclass(frozen=True)
class TuneConfig:
    """A tuning, asked for.

    Attributes:
        train: task, classes, recipe to vary, seed and split; its test people stay unseen.
        space: which settings vary, and within what.
        trials: how many to make now; other processes may add theirs to the same study.
        folds: inner folds, over which a trial's score is pooled.
        storage: URL of a database, or None for a file in the dataset.
        name: of the study; None makes one of task, classes and recipe.
        heartbeat: seconds between the signs of life of a trial.

    """

    train: TrainConfig
    space: Space
    trials: int
    folds: int = 5
    storage: str | None = None
    name: str | None = None
    heartbeat: int = _HEARTBEAT_SECONDS

    @property
    def study_name(self) -> str:
        """What the study is called in its storage."""
        classes = ",".join(self.train.classes or ())
        usual = (self.train.task, classes, self.train.recipe.name, f"seed {self.train.seed}")
        return self.name or " ".join(part for part in usual if part)


@dataclass(frozen=True)
class Trial:
    """One finished trial: balanced accuracy (0..1) in the inner folds; None where pruned."""

    number: int
    settings: Mapping[str, str]
    score: float | None
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold."""
        return {
            "number": self.number,
            "settings": dict(self.settings),
            "score": self.score,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Tuning:
    """What a study holds: all its finished trials, whoever made them, the best first.

    `importance` says which part of the differences in score each setting explains (0..1, adding up
    to 1; Hutter et al. 2014); empty while there are too few trials.
    """

    study: str
    storage: str
    trials: tuple[Trial, ...]
    importance: Mapping[str, float]
    seconds: float

    @property
    def best(self) -> Trial | None:
        """The trial of the highest score."""
        return next((trial for trial in self.trials if trial.score is not None), None)

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold."""
        best = self.best
        return {
            "study": self.study,
            "storage": self.storage,
            "trials": [trial.to_json() for trial in self.trials],
            "best": best.to_json() if best else None,
            "importance": dict(self.importance),
            "seconds": round(self.seconds, 3),
        }


OnTrial = Callable[[Trial], None]


def tune(
    dataset: Dataset,
    config: TuneConfig,
    job: Job = Job(),
    on_trial: OnTrial = lambda _trial: None,
) -> Tuning:
    """Make `config.trials` trials in the study, and return all that the study then holds.

    A killed process loses the trial it was in, which another one takes up; what was finished stays.

    Raises:
        StorageProblem: the storage cannot be used, or its study is of something else.
        TrainingProblem: the task has too few classes or samples.
        SplitImpossible: a class has too few groups for the split and the inner folds.
        WeightsMissing: the network has no weights to start from.
        Cancelled: the person stopped it; finished trials stay.

    """
    started = time.monotonic()
    train = config.train
    weights = find_weights(train.recipe.backbone, train.weights, job=job)
    usable = readable(dataset, gather(dataset, train), train.recipe, job.part(0, 0.1))
    split = split_parts(usable, train)
    material = usable.without(split.test)
    url = storage_url(dataset.folder, config.storage)
    described = _described(dataset, material, config) | {"weights": weights.digest}
    seed = train.seed if config.storage is None else None  # two that draw alike would try the same
    objective = _Objective(dataset, material, weights, config, job.part(0.1, 1))
    with open_study(
        url, config.study_name, described, seed=seed, heartbeat=config.heartbeat
    ) as study:
        study.optimize(
            objective,
            n_trials=config.trials,
            callbacks=[lambda _study, trial: on_trial(_trial_of(trial))],
        )
        return _outcome(study, url, time.monotonic() - started)


class _Objective:
    """Trains a trial's recipe on the inner folds, and gives its balanced accuracy."""

    def __init__(
        self, dataset: Dataset, material: Material, weights: Weights, config: TuneConfig, job: Job
    ) -> None:
        self._dataset, self._material, self._weights = dataset, material, weights
        self._config, self._job = config, job
        self._parts = inner_parts(material, config.folds, config.train.seed)
        self._done = 0

    def __call__(self, trial: optuna.Trial) -> float:
        settings = {name: _drawn(trial, name, self._config.space) for name in self._config.space}
        trial.set_user_attr("settings", settings)
        recipe = self._config.train.recipe.with_settings(settings)
        share = 1 / self._config.trials
        job = self._job.part(self._done * share, (self._done + 1) * share)
        self._done += 1
        return self._score(trial, recipe, job)

    def _score(self, trial: optuna.Trial, recipe: Recipe, job: Job) -> float:
        import optuna

        learner = learner_of(
            self._dataset,
            recipe,
            self._weights,
            self._config.train.seed,
            enter=lambda _phase: job.check(),
            tell=lambda _event: job.check(),
        )
        learner.prepare(self._parts, job.part(0, 0.5))
        scores: list[float] = []
        for fold, part in enumerate(self._parts):
            step = job.part(0.5 + 0.5 * fold / len(self._parts), 1)
            with tempfile.TemporaryDirectory() as scratch:
                learned = learner.learn(self._material, part, Path(scratch) / "fold", step)
            scores.append(learned.fitted.fit.validation_balanced_accuracy)
            score = sum(scores) / len(scores)
            trial.report(score, fold)
            if fold + 1 < len(self._parts) and trial.should_prune():
                raise optuna.TrialPruned
        return score


def _drawn(trial: optuna.Trial, name: str, space: Space) -> str:
    """The value of a setting that the trial shall try, as text."""
    domain = space[name]
    if isinstance(domain, OneOf):
        return str(trial.suggest_categorical(name, domain.values))
    return repr(_number(trial, name, domain))


def _number(trial: optuna.Trial, name: str, span: Span) -> float:
    if span.whole:
        return trial.suggest_int(name, int(span.low), int(span.high), log=span.logarithmic)
    return trial.suggest_float(name, span.low, span.high, log=span.logarithmic)


def _described(dataset: Dataset, material: Material, config: TuneConfig) -> dict[str, Any]:
    """What makes scores of trials comparable: the same data, folds, recipe and space."""
    rows = (
        (each.sha256, material.classes[material.truth[each.id]], material.groups[each.id])
        for each in dataset.by_ids(material.ids)
    )
    return {
        "data": digest_of(rows),
        "folds": config.folds,
        "recipe": config.train.recipe.to_json(),
        "space": {name: str(domain) for name, domain in config.space.items()},
    }


def _trial_of(found: optuna.trial.FrozenTrial) -> Trial:
    import optuna

    complete = found.state is optuna.trial.TrialState.COMPLETE
    seconds = found.duration.total_seconds() if found.duration else 0.0
    settings = found.user_attrs.get("settings", {})
    return Trial(found.number, settings, found.value if complete else None, seconds)


def _outcome(study: optuna.Study, url: str, seconds: float) -> Tuning:
    import optuna
    from optuna.trial import TrialState
    from sqlalchemy.engine import make_url

    ended = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))
    trials = sorted((_trial_of(each) for each in ended), key=lambda t: -(t.score or 0))
    scores = {trial.score for trial in trials if trial.score is not None}
    importance = optuna.importance.get_param_importances(study) if len(scores) > 1 else {}
    return Tuning(
        study.study_name,
        make_url(url).render_as_string(hide_password=True),
        tuple(trials),
        importance,
        seconds,
    )


def best_config(config: TrainConfig, trial: Trial) -> TrainConfig:
    """The training that a trial tried: its recipe, with the configuration's own split."""
    return replace(config, recipe=config.recipe.with_settings(trial.settings))


def changes(recipe: Recipe, trial: Trial) -> dict[str, str]:
    """Everything by which a trial's recipe differs from the one of that name, as text."""
    named = recipe_named(recipe.name).to_json()
    tried = recipe.with_settings(trial.settings).to_json()
    return {key: _text(value) for key, value in tried.items() if value != named[key]}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
