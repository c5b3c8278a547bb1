"""The study, re-run on a dataset: its experiments, each by its recipe and by ours."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from faceapp.dataset import Dataset
from faceapp.dataset.runs import METRICS, read_object
from faceapp.errors import WorldError
from faceapp.jobs import Job
from faceapp.networks.weights import find_weights
from faceapp.training.checking import check
from faceapp.training.events import OnEvent, ignore
from faceapp.training.material import Material, Parts, TrainConfig, gather, split_parts
from faceapp.training.recipes import recipe_named
from faceapp.training.study_plan import EXPERIMENTS, Experiment, Way
from faceapp.training.trainer import train
from faceapp.words import Words

FOLDER, RESULTS, DONE = "study", "study.json", "runs.json"
PICTURE, PAGE = "study.png", "study.html"

Log = Callable[[str], None]


class UnknownExperiment(WorldError):
    """A name that no experiment has; the message lists those there are."""


@dataclass(frozen=True)
class WayResult:
    """What one way to train came to; the figures are those of its run's metrics.json."""

    name: str
    recipe: str
    run: Path
    reused: bool
    metrics: Mapping[str, Any]

    @property
    def accuracy(self) -> float:
        """Plain test accuracy, 0..1, as the study reports it."""
        return float(self.metrics["test"]["accuracy"])

    @property
    def accuracy_interval(self) -> tuple[float, float]:
        """95%, over people."""
        low, high = self.metrics["test"]["accuracy_interval"]
        return float(low), float(high)

    @property
    def balanced(self) -> float:
        """Balanced test accuracy, 0..1."""
        return float(self.metrics["test"]["balanced_accuracy"])

    @property
    def balanced_interval(self) -> tuple[float, float]:
        """95%, over people."""
        low, high = self.metrics["test"]["interval"]
        return float(low), float(high)

    @property
    def gap(self) -> float:
        """Training minus validation balanced accuracy: large means overfitting."""
        return float(self.metrics["fit"]["gap"])

    def to_json(self) -> dict[str, Any]:
        """The figures that scripts rely on."""
        test = self.metrics["test"]
        told = ("accuracy", "accuracy_interval", "balanced_accuracy", "interval", "n", "confusion")
        return {
            "way": self.name,
            "recipe": self.recipe,
            "run": str(self.run.absolute()),
            "reused": self.reused,
            **{key: test[key] for key in told},
            "train_minus_validation": self.gap,
            "split": self.metrics["split"],
        }


@dataclass(frozen=True)
class ExperimentResult:
    """One experiment: what each way came to, and why what is not here was not run.

    `shares` are images of each class on each side of the split; with both `ways` and a `reason`,
    the reason is why the other ways are missing.
    """

    experiment: Experiment
    ways: tuple[WayResult, ...] = ()
    shares: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """JSON values; `not_run` is the reason, or null."""
        asked = self.experiment
        return {
            "name": asked.name,
            "title": asked.title,
            "task": asked.task,
            "backbone": asked.backbone,
            "study": asdict(asked.reported) if asked.reported else None,
            "not_run": self.reason or None,
            "classes": {name: dict(sides) for name, sides in self.shares.items()},
            "results": [each.to_json() for each in self.ways],
        }


@dataclass(frozen=True)
class StudyResult:
    """All experiments that were asked for, and where their summary lies."""

    folder: Path
    dataset: str
    experiments: tuple[ExperimentResult, ...]
    seconds: float

    @property
    def picture(self) -> Path:
        """The summary as a picture."""
        return self.folder / PICTURE

    @property
    def page(self) -> Path:
        """The whole as one self-contained page."""
        return self.folder / PAGE

    def to_json(self) -> dict[str, Any]:
        """JSON values; paths are absolute."""
        return {
            "dataset": str(self.folder.parent.absolute()),
            "picture": str(self.picture.absolute()),
            "page": str(self.page.absolute()),
            "experiments": [each.to_json() for each in self.experiments],
            "seconds": round(self.seconds, 1),
        }


@dataclass(frozen=True)
class StudyOptions:
    """`only` names experiments (none: all); `settings` change a recipe, by its name; `weights`
    are files by network.
    """

    only: tuple[str, ...] = ()
    seed: int = 0
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    weights: Mapping[str, Path] = field(default_factory=dict)


def run_study(
    dataset: Dataset,
    options: StudyOptions = StudyOptions(),
    job: Job = Job(),
    log: Log = lambda _line: None,
    *,
    on_event: OnEvent = ignore,
) -> StudyResult:
    """Do the experiments, and leave picture, page and figures in the dataset's `study/`.

    Each training is a run like any other. One that was done before on the same images, labels and
    split, with the same settings and weights, is not done again. What lacks data or weights is
    listed with the reason.

    Raises:
        UnknownExperiment: `options.only` names one that there is not.
        Cancelled: the person stopped it; what is done stays done.

    """
    from faceapp.training.study_report import write_study

    started = time.monotonic()
    chosen = _chosen(options.only)
    folder = dataset.folder / FOLDER
    folder.mkdir(exist_ok=True)
    study = _Study(dataset, options, folder / DONE, log, on_event)
    steps = [(experiment, way) for experiment in chosen for way in experiment.ways]
    found = []
    for experiment in chosen:
        at = [place for place, (each, _way) in enumerate(steps) if each is experiment]
        part = job.part(at[0] / len(steps), (at[-1] + 1) / len(steps))
        found.append(study.result_of(experiment, part))
        if found[-1].reason:
            log(f"{experiment.title}: not run: {found[-1].reason}")
    seconds = time.monotonic() - started
    result = StudyResult(folder, dataset.folder.name, tuple(found), seconds)
    write_study(result)
    _write(folder / RESULTS, result.to_json())
    return result


def _chosen(names: Sequence[str]) -> tuple[Experiment, ...]:
    known = {experiment.name: experiment for experiment in EXPERIMENTS}
    for name in names:
        if name not in known:
            raise UnknownExperiment(
                Words(
                    "no experiment {name!r}; there are: {known}", name=name, known=", ".join(known)
                )
            )
    return tuple(each for each in EXPERIMENTS if not names or each.name in names)


def _write(path: Path, data: Mapping[str, Any]) -> None:
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)


class _Study:
    """Experiments on one dataset; `done` keeps which run answers which training."""

    def __init__(
        self, dataset: Dataset, options: StudyOptions, done: Path, log: Log, on_event: OnEvent
    ) -> None:
        self._dataset, self._options, self._done_file = dataset, options, done
        self._log, self._on_event = log, on_event
        self._done = {key: str(run) for key, run in read_object(done).items()}

    def result_of(self, experiment: Experiment, job: Job) -> ExperimentResult:
        """Do one experiment by every way that can be gone, and say why the others cannot."""
        reasons = self._blocked(experiment)
        ways = [way for way in experiment.ways if way.name not in reasons]
        if not ways:
            return ExperimentResult(experiment, reason=_told(experiment, reasons))
        try:
            material = self._material(experiment, ways[0])
            parts = split_parts(material, self._config(experiment, ways[0]))
        except WorldError as error:
            return ExperimentResult(experiment, reason=str(error))
        done = []
        for place, way in enumerate(ways):
            part = job.part(place / len(ways), (place + 1) / len(ways))
            try:
                done.append(self._way(experiment, way, part))
            except WorldError as error:  # what the other way came to stays
                reasons[way.name] = str(error)
        return ExperimentResult(
            experiment, tuple(done), _shares(material, parts), _told(experiment, reasons)
        )

    def _blocked(self, experiment: Experiment) -> dict[str, str]:
        """Why ways cannot be gone, by their names."""
        found: dict[str, str] = {}
        for way in experiment.ways:
            try:
                problems = check(self._config(experiment, way), self._dataset)
            except WorldError as error:
                found[way.name] = str(error)
                continue
            blocking = [problem.text for problem in problems if problem.blocking]
            if blocking:
                found[way.name] = blocking[0]
        return found

    def _material(self, experiment: Experiment, way: Way) -> Material:
        """What all ways of an experiment learn from and are judged by; raises `WorldError`."""
        material = gather(self._dataset, self._config(experiment, way))
        missing = [name for name in experiment.classes if name not in material.classes]
        if missing:
            raise WorldError(Words("no image is labelled {missing}", missing=" or ".join(missing)))
        if experiment.needs_scraped and not material.train_only:
            raise WorldError(
                Words("no image comes from a search: find some, or import them as found")
            )
        return material

    def _config(self, experiment: Experiment, way: Way) -> TrainConfig:
        settings = dict(self._options.settings.get(way.recipe, {}))
        if experiment.backbone != "vgg16":
            settings["backbone"] = experiment.backbone
        return TrainConfig(
            experiment.task,
            recipe_named(way.recipe).with_settings(settings),
            classes=experiment.classes,
            seed=self._options.seed,
            weights=self._options.weights.get(experiment.backbone),
            exemplars=way.exemplars,
            scraped=experiment.scraped,
        )

    def _way(self, experiment: Experiment, way: Way, job: Job) -> WayResult:
        config = self._config(experiment, way)
        key = self._key(config)
        run = self._dataset.runs / self._done.get(key, "-")
        metrics = read_object(run / METRICS)
        reused = bool(metrics)
        if not reused:
            self._log(f"{experiment.title}, {way.name}")
            note = f"The study, re-run: {experiment.title}, {way.name}."
            run = train(
                self._dataset, config, job, self._log, notes=(note,), on_event=self._on_event
            ).folder
            metrics = read_object(run / METRICS)
            self._done[key] = run.name
            _write(self._done_file, self._done)
        job.step(Words("{experiment}, {way}", experiment=experiment.title, way=way.name), 1, 1)
        return WayResult(way.name, way.recipe, run, reused, metrics)

    def _key(self, config: TrainConfig) -> str:
        """Changes with everything that a training's outcome depends on."""
        material = gather(self._dataset, config)
        faces = self._dataset.by_ids(material.ids)
        asked = {**config.to_json(), "weights": None}
        del asked["samples"], asked["split_by"]  # which the study leaves as they are
        told = {
            "config": asked,
            "base": find_weights(config.recipe.backbone, config.weights).digest,
            "classes": material.classes,
            "samples": [
                [each.sha256, material.truth[each.id], material.groups[each.id],
                 each.id in material.train_only, each.provenance if config.exemplars < 1 else {}]
                for each in faces
            ],
        }  # fmt: skip
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _told(experiment: Experiment, reasons: Mapping[str, str]) -> str:
    """Reasons by way as one text; ways are named unless none can be gone, for one reason."""
    texts = set(reasons.values())
    if len(texts) == 1 and len(reasons) == len(experiment.ways):
        return texts.pop()
    return " ".join(f"{name}: {text}" for name, text in reasons.items())


def _shares(material: Material, parts: Parts) -> dict[str, dict[str, int]]:
    sides: Mapping[str, Iterable[int]] = asdict(parts)
    return {
        name: {side: sum(material.truth[i] == index for i in ids) for side, ids in sides.items()}
        for index, name in enumerate(material.classes)
    }
