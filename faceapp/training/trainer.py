"""One training from a dataset to a finished run: split, features, head, saved model, judgement."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from faceapp import __version__
from faceapp.dataset import Dataset
from faceapp.faces import FaceDetector
from faceapp.jobs import Job
from faceapp.networks.backbones import classification_model, trunk
from faceapp.networks.crops import Unreadable, ensure_faces
from faceapp.networks.saved_model import MODEL_NAME, ModelInfo, save_model
from faceapp.networks.weights import Weights, find_weights
from faceapp.training.evaluation import judge
from faceapp.training.features import FeatureReader, TrainingFeatures
from faceapp.training.fitting import Fitted, fit_head
from faceapp.training.judging import Judged, ask
from faceapp.training.material import (
    Material,
    Parts,
    TrainConfig,
    all_parts,
    fold_parts,
    gather,
    split_parts,
)
from faceapp.training.report import write_run
from faceapp.training.runs import RunFolder, RunResult, Share, predictions_of, run_name

Log = Callable[[str], None]

# Shares of the whole that end with faces and activations; heads and judging take the rest.
_FACES, _FEATURES = 0.1, 0.65


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
) -> Run:
    """Train and judge a classifier, and leave the run in the dataset's `runs/`.

    `notes` are what a reader of the report must know of the data. A cancelled or failed training
    leaves no run; the faces and activations it found stay cached.

    Raises:
        TrainingProblem: the task has too few classes or samples.
        SplitImpossible: a class has too few groups.
        WeightsMissing: the network has no weights to start from.
        WeightsRefused: the file named for them is not theirs.
        Cancelled: the person stopped it.

    """
    started = time.monotonic()
    material = gather(dataset, config)
    weights = find_weights(config.recipe.backbone, config.weights, job=job)
    with RunFolder(dataset.runs, run_name(config.recipe.name, config.task)) as folder:
        training = _Training(dataset, config, weights, folder.path, job=job, log=log)
        result = training.run(material, started, notes)
        write_run(folder.path, result, as_run=folder.final)
        return Run(folder.finish(), result)


class _Training:
    """The steps of one training, which share a dataset, weights, a folder and a log."""

    def __init__(
        self,
        dataset: Dataset,
        config: TrainConfig,
        weights: Weights,
        folder: Path,
        *,
        job: Job,
        log: Log,
    ) -> None:
        self._dataset, self._config, self._weights = dataset, config, weights
        self._folder, self._job, self._tell = folder, job, log
        self._recipe = config.recipe
        self._unreadable: list[Unreadable] = []

    def run(self, material: Material, started: float, notes: Sequence[str]) -> RunResult:
        """Everything from the samples to the judgement."""
        self._log(f"{len(material.ids)} samples of {', '.join(material.classes)}")
        self._log(f"weights: {self._weights.origin}")
        material, faces = self._find_faces(material)
        parts = self._parts(material)
        reader = FeatureReader(self._dataset, self._recipe, self._weights)
        features = reader.read(parts, self._job.part(_FACES, _FEATURES))
        judged, fitted = self._fit_and_judge(material, features, parts)
        truth = material.truths(judged.ids)
        groups = [material.groups[i] for i in judged.ids]
        names = {sample.id: sample.name for sample in self._dataset.by_ids(judged.ids)}
        self._unreadable += [*reader.unreadable, *judged.unreadable]
        return RunResult(
            dataset=self._dataset.folder,
            task=self._config.task,
            recipe=self._recipe,
            seed=self._config.seed,
            folds=self._config.folds,
            parts=parts[-1],
            split=_shares(material, parts[-1], judged.ids),
            test=judge(truth, judged.probabilities, groups, material.classes),
            fit=fitted.fit,
            curve=fitted.head.curve,
            predictions=predictions_of(
                truth, [names[i] for i in judged.ids], groups, judged.probabilities
            ),
            faces=faces,
            notes=(*notes, *self._notes()),
            backbone=self._weights.network,
            weights=self._weights.origin,
            seconds=time.monotonic() - started,
        )

    def _log(self, line: str) -> None:
        self._tell(line)
        with (self._folder / "log.txt").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def _find_faces(self, material: Material) -> tuple[Material, Mapping[str, int]]:
        """Look for faces where nobody has yet; samples that cannot be read are left out."""
        if self._recipe.alignment == "whole":
            return material, {"found": 0, "whole": len(material.ids)}
        job = self._job.part(0, _FACES)
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

    def _parts(self, material: Material) -> list[Parts]:
        """What each training learns from; the last is that of the model that is kept."""
        if self._config.folds:
            return [*fold_parts(material, self._config), all_parts(material, self._config)]
        return [split_parts(material, self._config)]

    def _fit_and_judge(
        self, material: Material, features: TrainingFeatures, parts: Sequence[Parts]
    ) -> tuple[Judged, Fitted]:
        """Fit each part's head, save its model, and ask that file about the part's test images."""
        judged: Judged | None = None
        step = (1 - _FEATURES) / len(parts)
        for number, part in enumerate(parts):
            start = _FEATURES + number * step
            fitted = fit_head(
                features.head_data(material, part),
                self._recipe,
                self._config.seed,
                self._job.part(start, start + step / 3),
            )
            model = self._folder / (MODEL_NAME if part is parts[-1] else "fold.keras")
            self._save(fitted, material, model)
            if part.test:
                found = ask(
                    self._dataset, model, part.test, self._job.part(start + step / 3, start + step)
                )
                judged = found if judged is None else judged.joined(found)
        for left in self._folder.glob("fold*"):
            left.unlink()
        assert judged is not None
        return judged, fitted

    def _save(self, fitted: Fitted, material: Material, path: Path) -> None:
        spec = self._recipe.trunk(has_top=self._weights.has_top)
        base = trunk(spec, self._weights)
        model = classification_model(
            base, len(material.classes), mirror=self._recipe.mirror, head=fitted.layer
        )
        trainable = [layer.name for layer in model.layers if layer.trainable_weights]
        layers = len(base.layers) + 1
        self._log(f"trainable: {', '.join(trainable)}, {len(trainable)} of {layers} layers")
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

    def _notes(self) -> tuple[str, ...]:
        notes = []
        if self._recipe.cut == "top" and not self._weights.has_top:
            notes.append(
                "The study kept fc1 and fc2 of the ImageNet network. These weights end at the "
                "convolutional base, so the new layer stands on its last pooling layer; name the "
                "full ImageNet file with --weights to do as the study did."
            )
        if self._config.folds:
            notes.append(
                f"Test figures pool {self._config.folds} models, each asked about people it never "
                "saw; the saved model was then trained on everything."
            )
        reasons = {each.file: each.reason for each in self._unreadable}
        notes += [f"Not read: {file}: {reason}" for file, reason in reasons.items()]
        return tuple(notes)


def _shares(material: Material, kept: Parts, tested: Sequence[int]) -> Mapping[str, Share]:
    return {
        "train": Share(*material.count(kept.train)),
        "validation": Share(*material.count(kept.validation)),
        "test": Share(*material.count(tested)),
    }
