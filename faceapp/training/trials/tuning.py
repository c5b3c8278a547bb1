"""Runs the trials of a tuning: each trains on inner folds and is judged by people left out of it.

The test people of the configuration's split are in no trial, so that the recipe that is chosen can
be judged by them. Searching is Optuna's: tree-structured Parzen estimators (Bergstra et al. 2011),
trials that fall behind the median after a fold are pruned.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faceapp.dataset import Dataset
from faceapp.jobs import Job
from faceapp.networks.weights import Weights, find_weights
from faceapp.training.exemplars import most_extreme
from faceapp.training.features import MOST_CROSSED
from faceapp.training.learning import learner_of
from faceapp.training.material import (
    Material,
    Parts,
    TrainConfig,
    all_parts,
    gather,
    inner_parts,
    split_parts,
)
from faceapp.training.readable import readable
from faceapp.training.recipes import Recipe, settings_of
from faceapp.training.trials.reading import ASKED, told_study, told_trial
from faceapp.training.trials.space import OneOf, Space, Span, parse_space
from faceapp.training.trials.storage import digest_of, open_study, storage_url
from faceapp.training.trials.told import OnStudy, OnTrial, Trial, Tuning

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
        seconds: after which no further trial begins; one of the two must be given.
        folds: inner folds, over which a trial's score is pooled.
        storage: URL of a database, or None for a file in the dataset.
        name: of the study; None makes one of task, classes and recipe.
        heartbeat: seconds between the signs of life of a trial.

    """

    train: TrainConfig
    space: Space
    trials: int | None
    folds: int = 5
    storage: str | None = None
    name: str | None = None
    heartbeat: int = _HEARTBEAT_SECONDS
    seconds: float | None = None

    @property
    def study_name(self) -> str:
        """What the study is called in its storage."""
        classes = ",".join(self.train.classes or ())
        usual = (self.train.task, classes, self.train.recipe.name, f"seed {self.train.seed}")
        return self.name or " ".join(part for part in usual if part)

    def to_json(self) -> dict[str, Any]:
        """What began the study, as JSON values; `from_json` makes the same but for the storage."""
        train = replace(self.train, weights=None)  # which lie elsewhere on other machines
        return {
            "train": train.to_json(),
            "space": {name: str(domain) for name, domain in self.space.items()},
            "folds": self.folds,
            "name": self.study_name,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, trials: int | None) -> TuneConfig:
        """What `to_json` wrote, for so many trials more."""
        train = TrainConfig.from_json(data["train"])
        space = parse_space(data["space"], train.recipe)
        return cls(train, space, trials, folds=data["folds"], name=data["name"])


def tune(
    dataset: Dataset,
    config: TuneConfig,
    job: Job = Job(),
    on_trial: OnTrial = lambda _trial: None,
    on_study: OnStudy | None = None,
) -> Tuning:
    """Make trials in the study, as many or as long as asked, and return all that it then holds.

    `on_trial` hears of each finished trial, `on_study` of the whole whenever one begins or ends. A
    killed process loses the trial it was in, which another one takes up; what was finished stays.

    Raises:
        StorageProblem: the storage cannot be used, or its study is of something else.
        TrainingProblem: the task has too few classes or samples.
        SplitImpossible: a class has too few groups for the split and the inner folds.
        WeightsMissing: the network has no weights to start from.
        Cancelled: the person stopped it; finished trials stay.

    """
    if config.trials is None and config.seconds is None:
        raise ValueError("a tuning needs a number of trials, or a time")
    started = time.monotonic()
    train = config.train
    weights = find_weights(train.recipe.backbone, train.weights)
    usable = readable(dataset, gather(dataset, train), train.recipe, job.part(0, 0.1))
    material = untested(usable, split_parts(usable, train))
    url = storage_url(dataset.folder, config.storage)
    described = _described(dataset, material, config) | {"weights": weights.digest}
    seed = train.seed if config.storage is None else None  # two that draw alike would try the same
    objective = _Objective(dataset, material, weights, config, job.part(0.1, 1))
    with open_study(
        url, config.study_name, described, seed=seed, heartbeat=config.heartbeat
    ) as study:
        if ASKED not in study.user_attrs:
            study.set_user_attr(ASKED, config.to_json())
        _optimize(study, objective, config, on_trial, _Telling(study, url, on_study))
        return told_study(study, url, seconds=time.monotonic() - started)


def untested(material: Material, split: Parts) -> Material:
    """The samples of everybody who is not for testing.

    What is for training only is on no side of a split, and may yet show somebody who is tested.
    """
    hidden = {material.groups[i] for i in split.test}
    return material.without(i for i in material.ids if material.groups[i] in hidden)


class _Telling:
    """Tells what a study holds as trials begin and end."""

    def __init__(self, study: optuna.Study, url: str, on_study: OnStudy | None) -> None:
        self._study, self._url, self._on_study = study, url, on_study
        self._importance: Mapping[str, float] = {}

    def __call__(self, *, ended: bool) -> None:
        if self._on_study is None:
            return
        found = told_study(self._study, self._url, importance=ended)
        if ended:
            self._importance = found.importance
        self._on_study(replace(found, importance=self._importance))


def _optimize(
    study: optuna.Study,
    objective: _Objective,
    config: TuneConfig,
    on_trial: OnTrial,
    tell: _Telling,
) -> None:
    def begin(trial: optuna.Trial) -> float:
        objective.choose(trial)
        tell(ended=False)
        return objective(trial)

    def end(_study: optuna.Study, found: optuna.trial.FrozenTrial) -> None:
        trial = told_trial(found)
        if trial is not None:
            on_trial(trial)
        tell(ended=True)

    study.optimize(begin, n_trials=config.trials, timeout=config.seconds, callbacks=[end])


class _Objective:
    """Trains a trial's recipe on folds of the people, and gives its balanced accuracy.

    A recipe that inner folds decide makes folds of its own: it learns once, and is scored by them.
    """

    def __init__(
        self, dataset: Dataset, material: Material, weights: Weights, config: TuneConfig, job: Job
    ) -> None:
        self._dataset, self._material, self._weights = dataset, material, weights
        self._config, self._job = config, job
        self._dealt: dict[bool, list[Parts]] = {}
        self._done, self._reached, self._started = 0, 0.0, time.monotonic()

    def choose(self, trial: optuna.Trial) -> None:
        """Draw the settings of a trial."""
        settings = {name: _drawn(trial, name, self._config.space) for name in self._config.space}
        trial.set_user_attr("settings", settings)

    def __call__(self, trial: optuna.Trial) -> float:
        """Score the settings that were drawn."""
        recipe = self._config.train.recipe.with_settings(trial.user_attrs["settings"])
        job = self._job.part(*self._share())
        self._done += 1
        return self._score(trial, recipe, job)

    def _share(self) -> tuple[float, float]:
        """The part of the whole, 0..1, that the next trial fills: by number, or by time."""
        trials, seconds = self._config.trials, self._config.seconds
        begin, size = self._reached, 0.0
        if trials is not None:
            begin, size = max(begin, self._done / trials), 1 / trials
        if seconds is not None:
            spent = time.monotonic() - self._started
            begin = max(begin, min(1.0, spent / seconds))
            size = max(size, spent / max(self._done, 1) / seconds)
        self._reached = min(1.0, begin + size)
        return begin, self._reached

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
        parts = self._parts(recipe)
        learner.prepare(parts, job.part(0, 0.5))
        scores: list[float] = []
        for fold, part in enumerate(parts):
            begin, end = (0.5 + 0.5 * each / len(parts) for each in (fold, fold + 1))
            step = job.part(begin, end)
            with tempfile.TemporaryDirectory() as scratch:
                learned = learner.learn(self._material, part, Path(scratch) / "fold", step)
            scores.append(learned.fitted.balanced_accuracy)
            score = sum(scores) / len(scores)
            trial.report(score, fold)
            if fold + 1 < len(parts) and trial.should_prune():
                raise optuna.TrialPruned
        return score

    def _parts(self, recipe: Recipe) -> list[Parts]:
        """What a trial learns from and decides by, in turn; dealt when first asked for."""
        whole = recipe.crosses and len(self._material.ids) <= MOST_CROSSED
        if whole not in self._dealt:
            material, train = self._material, self._config.train
            parts = (
                [all_parts(material, train)]
                if whole
                else inner_parts(material, self._config.folds, train.seed)
            )
            self._dealt[whole] = [self._extreme(each) for each in parts]
        return self._dealt[whole]

    def _extreme(self, part: Parts) -> Parts:
        train = self._config.train
        if train.exemplars >= 1:
            return part
        data, quiet = (self._dataset, self._material), self._job.part(0, 0)
        return most_extreme(*data, part, train, self._weights, job=quiet).parts


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
    told = {
        "data": digest_of(rows),
        "folds": config.folds,
        "recipe": config.train.recipe.to_json(),
        "space": {name: str(domain) for name, domain in config.space.items()},
    }
    return told | _described_samples(dataset, material, config.train)


def _described_samples(dataset: Dataset, material: Material, train: TrainConfig) -> dict[str, Any]:
    """Which of the samples are learned from; nothing where all are, as in earlier studies."""
    some = {*material.only_judge, *material.train_only}
    if not some and train.exemplars >= 1:
        return {}
    rows = (
        (each.sha256, str(each.id in material.only_judge)) for each in dataset.by_ids(sorted(some))
    )
    return {"samples": digest_of(rows), "exemplars": train.exemplars}


def best_config(config: TrainConfig, trial: Trial) -> TrainConfig:
    """The training that a trial tried: its recipe, with the configuration's own split."""
    return replace(config, recipe=config.recipe.with_settings(trial.settings))


def changes(recipe: Recipe, trial: Trial) -> dict[str, str]:
    """Everything by which a trial's recipe differs from the one of that name, as text."""
    return settings_of(recipe.with_settings(trial.settings))
