"""One training from a dataset to a finished run: split, learning, saved model, judgement."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from faceapp import __version__
from faceapp.dataset import Dataset
from faceapp.errors import Cancelled
from faceapp.faces import FaceDetector
from faceapp.jobs import Job
from faceapp.networks.backbones import classification_model
from faceapp.networks.crops import Unreadable, ensure_faces
from faceapp.networks.saved_model import MODEL_NAME, ModelInfo, save_model
from faceapp.networks.weights import Weights, find_weights
from faceapp.training.evaluation import judge
from faceapp.training.events import LogLine, OnEvent, Phase, PhaseStarted, RunStarted, ignore
from faceapp.training.exemplars import most_extreme
from faceapp.training.judging import Judged, ask
from faceapp.training.learning import Learned, NothingLearned, learner_of, trainable_layers
from faceapp.training.material import Material, Parts, TrainConfig, gather, parts_of
from faceapp.training.plans import NotResumable, Plan
from faceapp.training.report import write_run
from faceapp.training.run_folders import RunFolder, run_name
from faceapp.training.runs import Fit, RunResult, Share, predictions_of
from faceapp.words import Words

Log = Callable[[str], None]

_OF_A_FOLD = "fold.keras"


@dataclass(frozen=True)
class _Shares:
    """Shares of the whole that end with faces and with caching; of a part, that of learning."""

    faces: float
    cached: float
    learned: float


_HEAD_ONLY = _Shares(0.1, 0.65, 1 / 3)
_FINE_TUNED = _Shares(0.05, 0.3, 0.85)


@dataclass(frozen=True)
class Run:
    """A finished training: its folder and what it found."""

    folder: Path
    result: RunResult


def train(
    dataset: Dataset,
    config: TrainConfig,
    job: Job = Job(),
    log: Log = lambda _line: None,
    *,
    notes: Sequence[str] = (),
    on_event: OnEvent = ignore,
) -> Run:
    """Train and judge a classifier, and leave the run in the dataset's `runs/`.

    `notes` are what a reader of the report must know of the data; `on_event` hears what
    `training.events` lists, log lines included. A cancelled training leaves no run, one that was
    killed or broke down can be resumed; the faces and activations that it found stay cached.
    `job.enough` ends the learning at once with the best that it has, which is then judged; before
    it has learned anything that cancels it.

    Raises:
        TrainingProblem: the task has too few classes or samples.
        SplitImpossible: a class has too few groups.
        InvalidTrunk: the recipe cuts or unfreezes what its backbone does not have.
        WeightsMissing: the network has no weights to start from.
        WeightsRefused: the file named for them is not theirs.
        Cancelled: the person stopped it.

    """
    started = time.monotonic()
    material = gather(dataset, config)
    weights = find_weights(config.recipe.backbone, config.weights)
    plan = Plan(config, material, tuple(notes), weights.digest)
    with RunFolder(dataset.runs, run_name(config.recipe.name, config.task)) as folder:
        plan.write(folder.path)
        return _Training(
            dataset, plan, weights, folder, job=job, log=log, on_event=on_event
        ).finish(started)


def resume(
    dataset: Dataset,
    run: Path,
    job: Job = Job(),
    log: Log = lambda _line: None,
    *,
    on_event: OnEvent = ignore,
) -> Run:
    """Go on with an unfinished run of the dataset (see `run_folders`), to the same end.

    It keeps the samples, labels and split that it began with; its fine-tuning goes on after the
    last whole epoch. Raises what `train` does, and `NotResumable` where `run` is no such folder
    or the weights are no longer the ones it began with.
    """
    started = time.monotonic()
    with RunFolder.reopened(run) as folder:
        plan = Plan.read(folder.path)
        weights = find_weights(plan.config.recipe.backbone, plan.config.weights)
        if weights.digest != plan.weights_digest:
            raise NotResumable(
                Words(
                    "{run} began with other weights than those from {origin}: put them back, "
                    "or train again.",
                    run=run,
                    origin=weights.origin,
                )
            )
        return _Training(
            dataset, plan, weights, folder, job=job, log=log, on_event=on_event
        ).finish(started)


class _Training:
    """The steps of one training, which share a dataset, a plan, weights and a folder."""

    def __init__(
        self,
        dataset: Dataset,
        plan: Plan,
        weights: Weights,
        folder: RunFolder,
        *,
        job: Job,
        log: Log,
        on_event: OnEvent,
    ) -> None:
        self._dataset, self._plan, self._weights, self._folder = dataset, plan, weights, folder
        self._job, self._tell, self._on_event = job, log, on_event
        self._config, self._recipe = plan.config, plan.config.recipe
        self._shares = _FINE_TUNED if self._recipe.tunes else _HEAD_ONLY
        self._part, self._parts, self._done = 1, 1, 0
        self._at: tuple[Phase, int] | None = None
        self._stopped = ""
        self._unreadable: list[Unreadable] = []
        self._exemplars = ""
        # Enough of nothing is nothing: until something is learned it stops for good.
        self._unlearned = replace(job, cancelled=lambda: job.cancelled() or job.enough())

    def finish(self, started: float) -> Run:
        """Do it all, and give the run its name."""
        self._on_event(RunStarted(self._folder.path))
        result = self._run(started)
        write_run(self._folder.path, result, as_run=self._folder.final)
        return Run(self._folder.finish(), result)

    def _run(self, started: float) -> RunResult:
        """Everything from the samples to the judgement."""
        material = self._plan.material
        self._log(f"{len(material.ids)} samples of {', '.join(material.classes)}")
        self._log(f"weights: {self._weights.origin}")
        material, faces = self._find_faces(material)
        parts = self._most_extreme(material, parts_of(material, self._config))
        judged, learned, kept = self._learn_and_judge(material, parts)
        fitted = learned.fitted
        truth = material.truths(judged.ids)
        groups = [material.groups[i] for i in judged.ids]
        names = {sample.id: sample.name for sample in self._dataset.by_ids(judged.ids)}
        return RunResult(
            dataset=self._dataset.folder,
            task=self._config.task,
            recipe=self._recipe,
            seed=self._config.seed,
            folds=self._config.folds,
            parts=kept,
            split=_sizes(material, kept, judged.ids),
            test=judge(truth, judged.probabilities, groups, material.classes),
            fit=fitted.fit,
            curve=fitted.head.curve,
            predictions=predictions_of(
                truth, [names[i] for i in judged.ids], groups, judged.probabilities
            ),
            faces=faces,
            notes=(*self._plan.notes, *self._notes(fitted.fit)),
            backbone=self._weights.network,
            weights=self._weights.origin,
            seconds=time.monotonic() - started,
            exemplars=self._config.exemplars,
            scraped=self._config.scraped,
            samples=self._config.samples,
            split_by=self._config.split_by,
        )

    def _log(self, line: str) -> None:
        self._tell(line)
        self._on_event(LogLine(line))
        with (self._folder.path / "log.txt").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def _enter(self, phase: Phase) -> None:
        if (phase, self._part) != self._at:
            self._at = phase, self._part
            self._on_event(PhaseStarted(phase, self._part, self._parts))

    def _find_faces(self, material: Material) -> tuple[Material, Mapping[str, int]]:
        """Look for faces where nobody has yet; samples that cannot be read are left out."""
        if self._recipe.alignment == "whole":
            return material, {"found": 0, "whole": len(material.ids)}
        self._enter("faces")
        job = self._unlearned.part(0, self._shares.faces)
        unreadable = ensure_faces(self._dataset, material.ids, FaceDetector(), job)
        self._unreadable += unreadable
        material = material.without(each.sample for each in unreadable)
        faces = self._dataset.faces(material.ids)
        found = {i for i in material.ids if faces[i]}
        counts = {"found": len(found), "whole": len(material.ids) - len(found)}
        if self._recipe.no_face == "leave_out":
            counts = {"found": len(found), "whole": 0, "left_out": counts["whole"]}
            material = material.without(i for i in material.ids if i not in found)
        self._log("faces: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
        return material, counts

    def _most_extreme(self, material: Material, parts: Sequence[Parts]) -> Sequence[Parts]:
        """The parts with less to train on, where that was asked for; tests stay what they are."""
        if self._config.exemplars >= 1:
            return parts
        self._enter("caching")
        middle = (self._shares.faces + self._shares.cached) / 2
        job = self._unlearned.part(self._shares.faces, middle)
        self._shares = replace(self._shares, faces=middle)
        chosen = [
            most_extreme(self._dataset, material, part, self._config, self._weights, job=job)
            for part in parts
        ]
        self._exemplars = chosen[-1].words
        self._log(self._exemplars)
        return [each.parts for each in chosen]

    def _learn_and_judge(
        self, material: Material, parts: Sequence[Parts]
    ) -> tuple[Judged, Learned, Parts]:
        """Learn from each part, save its model, and ask that file about the part's test images.

        Returns the answers, and what the kept model has learned from which part.
        """
        self._parts = len(parts)
        learner = learner_of(
            self._dataset,
            self._recipe,
            self._weights,
            self._config.seed,
            enter=self._enter,
            tell=self._on_event,
        )
        self._enter("caching")
        learner.prepare(parts, self._unlearned.part(self._shares.faces, self._shares.cached))
        judged: Judged | None = None
        for self._part, part in enumerate(parts, start=1):
            learning, judging = self._jobs()
            checkpoint = self._folder.checkpoint(self._part)
            try:
                learned = learner.learn(material, part, checkpoint, learning)
            except NothingLearned:
                break  # what the parts before have learned is kept
            self._done = self._part
            self._enter("judging")  # seen at once by whoever has had enough
            self._note_stop(learned)
            model = self._folder.path / (MODEL_NAME if part is parts[-1] else _OF_A_FOLD)
            self._save(learned, material, model)
            if part.test:
                found = ask(self._dataset, model, part.test, judging)
                judged = found if judged is None else judged.joined(found)
            if self._job.enough():
                break
        if judged is None:
            raise Cancelled
        model.replace(self._folder.path / MODEL_NAME)
        for left in self._folder.path.glob("fold*"):
            left.unlink()
        self._unreadable += [*learner.unreadable, *judged.unreadable]
        return judged, learned, parts[self._done - 1]

    def _note_stop(self, learned: Learned) -> None:
        """Remember that the person has had enough, and where that was."""
        if self._job.enough():
            rows = learned.fitted.head.curve
            phase = "fine-tuning" if rows and rows[-1].phase == "tuning" else "the head"
            after = f" after epoch {rows[-1].epoch} of {phase}" if rows else ""
            self._stopped = f"Stopped by hand{after}: the best until then was kept."
            self._log(self._stopped)

    def _jobs(self) -> tuple[Job, Job]:
        """The job of learning from the present part, and that of judging what came of it."""
        step = (1 - self._shares.cached) / self._parts
        start = self._shares.cached + (self._part - 1) * step
        middle = start + step * self._shares.learned
        return self._job.part(start, middle), self._job.part(middle, start + step)

    def _save(self, learned: Learned, material: Material, path: Path) -> None:
        fitted = learned.fitted
        model = classification_model(
            learned.base, len(material.classes), mirror=self._recipe.mirror, head=fitted.layer
        )
        trainable = trainable_layers(learned.base)
        layers = len(learned.base.layers) + 1
        names = ", ".join([*trainable, "predictions"])
        self._log(f"trainable: {names}, {len(trainable) + 1} of {layers} layers")
        info = ModelInfo(
            task=self._config.task,
            classes=material.classes,
            preprocessing=self._recipe.preprocessing,
            mirror=self._recipe.mirror,
            temperature=fitted.temperature,
            unsure_below=fitted.unsure_below,
            backbone=self._recipe.backbone,
            recipe=self._recipe.name,
            weights_digest=self._weights.digest,
            trained_on=f"{len(material.ids)} samples of {self._dataset.folder.name}",
            faceapp_version=__version__,
        )
        save_model(model, info, path)

    def _notes(self, fit: Fit) -> tuple[str, ...]:
        notes = list(self._config.samples.words(self._dataset.sources()))
        if self._config.split_by == "family":
            notes.append(
                "Split by family of near-duplicates: a person may stand on both sides, so that "
                "figures may be too good for people it never saw."
            )
        if self._recipe.cut == "top" and not self._weights.has_top:
            notes.append(
                "The study kept fc1 and fc2 of the ImageNet network. These weights end at the "
                "convolutional base, so the new layer stands on its last pooling layer; name the "
                "full ImageNet file with --weights to do as the study did (faceapp weights "
                "--download vgg16 --full fetches it)."
            )
        notes += [each for each in (self._exemplars, self._stopped) if each]
        if self._recipe.tunes and fit.best_epoch == 0:
            notes.append("Fine-tuning did not better the head in validation: the head was kept.")
        if self._config.folds:
            notes.append(self._note_on_folds())
        reasons = {each.file: each.reason for each in self._unreadable}
        notes += [f"Not read: {file}: {reason}" for file, reason in reasons.items()]
        return tuple(notes)

    @property
    def _whom(self) -> str:
        return "people" if self._config.split_by == "person" else "families"

    def _note_on_folds(self) -> str:
        if self._done < self._parts:
            return (
                f"Stopped early: test figures pool {self._done} of {self._config.folds} models, "
                f"each asked about {self._whom} it never saw; the saved model is the last of them."
            )
        return (
            f"Test figures pool {self._config.folds} models, each asked about {self._whom} it "
            "never saw; the saved model was then trained on everything."
        )


def _sizes(material: Material, kept: Parts, tested: Sequence[int]) -> Mapping[str, Share]:
    return {
        "train": Share(*material.count(kept.train)),
        "validation": Share(*material.count(kept.validation)),
        "test": Share(*material.count(tested)),
    }
