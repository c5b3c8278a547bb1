"""The model card: what a model reads, what it learned from, how well it does, and its limits.

After Mitchell et al., "Model Cards for Model Reporting" (2019).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from faceapp.dataset import Dataset
from faceapp.dataset.runs import CONFIG, METRICS, read_object
from faceapp.faces import Preprocessing
from faceapp.networks.architectures import BACKBONES
from faceapp.networks.saved_model import ModelInfo, read_info
from faceapp.training.evaluation import Interval, Judgement, judge
from faceapp.training.recipes import Recipe, RecipeError, settings_of
from faceapp.training.records import Answered, RunUnreadable, read_predictions
from faceapp.words import Words

# Of fewer people a row says nothing.
_FEWEST_GROUPS = 2
# A task of more answers makes no table that anybody reads.
_MOST_PARTS = 8
_CREDITS = dict.fromkeys(
    ("vgg16", "vgg19"), " (Visual Geometry Group, University of Oxford; CC BY 4.0)"
)
_SAID_ABOVE = "Test figures pool"  # a run's own note on its folds
_LIMITS = (
    "It names what those who labelled such images saw in them, not what a person feels or is.",
    "Other cameras, ages, light and poses: judge it on them first (`faceapp evaluate`).",
    "Where a row above rests on few people, its interval says so.",
)


@dataclass(frozen=True)
class CardWords:
    """What a card says that no file knows: title, the data and its licence, further limits."""

    title: str = ""
    data: str = ""
    limits: Sequence[str] = field(default=())


def model_card(run: Path, words: CardWords = CardWords()) -> str:
    """The card of a finished run, in Markdown.

    Figures are its test figures, with 95% intervals over groups: of everybody, by the answers of
    the dataset's other tasks (such as sex), and by class.

    Raises:
        RunUnreadable, ModelRefused: the run or its model cannot be read.

    """
    info, said = read_info(run), read_predictions(run)
    try:
        metrics: Any = json.loads((run / METRICS).read_text("utf-8"))
        sizes = {side: dict(share) for side, share in metrics["split"].items()}
        folds = int(metrics["folds"])
        notes = [note for note in metrics["notes"] if not note.startswith(_SAID_ABOVE)]
        settings = _settings(run)
        everybody = _judged(said, info.classes)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise RunUnreadable(
            Words("{run} is damaged ({error}): train again.", run=run, error=repr(error))
        ) from error
    parts = {
        name: _judged(some, info.classes) for name, some in _parts(run, info.task, said).items()
    }
    return "\n".join(
        [
            f"# {words.title or f'A model of {info.task}'}\n",
            *_about(info, words, sizes, folds, settings),
            *_figures(everybody, parts),
            *_preprocessing(info.preprocessing),
            *_limits(info, everybody, [*words.limits, *_LIMITS, *notes]),
        ]
    )


def _judged(said: Mapping[str, Answered], classes: Sequence[str]) -> Judgement:
    rows = list(said.values())
    return judge(
        [list(classes).index(row.truth) for row in rows],
        np.array([row.probabilities for row in rows], np.float32),
        [row.group for row in rows],
        classes,
    )


def _parts(run: Path, task: str, said: Mapping[str, Answered]) -> dict[str, dict[str, Answered]]:
    """The test images by the answers of other tasks, where these have few; none without them."""
    found: dict[str, dict[str, Answered]] = {}
    with Dataset.open(run.absolute().parent.parent) as dataset:
        others = [each for each in dataset.tasks() if each.name != task]
        for other in others:
            answers = dataset.answers(other.name)
            names = {sample.id: sample.name for sample in dataset.by_ids(answers)}
            parts: dict[str, dict[str, Answered]] = {}
            for i, answer in answers.items():
                if answer.answer is not None and names[i] in said:
                    part = parts.setdefault(f"{other.name}: {answer.answer}", {})
                    part[names[i]] = said[names[i]]
            if len(parts) <= _MOST_PARTS:
                found.update(sorted(parts.items()))
    return {
        name: part
        for name, part in found.items()
        if len({row.group for row in part.values()}) >= _FEWEST_GROUPS
    }


def _settings(run: Path) -> str:
    """By what a run's recipe differs from the one of its name; "" where that cannot be told."""
    stored = read_object(run / CONFIG).get("recipe")
    try:
        changed = settings_of(Recipe.from_json(stored)) if isinstance(stored, dict) else {}
    except RecipeError:  # a person's own, or of another version
        return ""
    return ", ".join(f"{key}={value}" for key, value in changed.items())


def _about(
    info: ModelInfo,
    words: CardWords,
    sizes: Mapping[str, Mapping[str, int]],
    folds: int,
    settings: str,
) -> Iterator[str]:
    title = BACKBONES[info.backbone].title if info.backbone in BACKBONES else info.backbone
    changed = f" with {settings}" if settings else ""
    yield (
        f"Reads {', '.join(info.classes)} from a face. Recipe `{info.recipe}`{changed} of faceapp "
        f"{info.faceapp_version} on ImageNet weights of {title}{_CREDITS.get(info.backbone, '')}.\n"
    )
    yield f"Data: {words.data or info.trained_on}.\n"
    test = sizes["test"]
    tested = f"{test['images']:,} images of {test['groups']:,} people or families"
    if folds:
        yield (
            f"Figures pool {folds} models, each asked about people it never saw ({tested}); the "
            "model itself then learned from everybody.\n"
        )
        return
    train, held = sizes["train"], sizes["validation"]
    yield (
        f"It learned from {train['images']:,} images of {train['groups']:,} people or families, "
        f"was tuned on {held['images']:,} of {held['groups']:,}, and judged on {tested}, whom it "
        "never saw.\n"
    )


def _figures(everybody: Judgement, parts: Mapping[str, Judgement]) -> Iterator[str]:
    yield "## How well it does\n"
    yield "In percent; brackets are 95% intervals over people.\n"
    yield "| test images of | people | images | balanced accuracy | accuracy | macro-F1 |"
    yield "| --- | ---: | ---: | --- | --- | --- |"
    for name, each in {"all": everybody, **parts}.items():
        yield (
            f"| {name} | {each.groups:,} | {each.n:,} "
            f"| {_share(each.balanced_accuracy, each.interval)} "
            f"| {_share(each.accuracy, each.accuracy_interval)} "
            f"| {_share(each.macro_f1, each.macro_f1_interval)} |"
        )
    yield "\n| class | images | recall | precision |"
    yield "| --- | ---: | --- | --- |"
    for row in everybody.per_class:
        yield (
            f"| {row.name} | {row.support:,} | {_share(row.recall, row.recall_interval)} "
            f"| {_share(row.precision, row.precision_interval)} |"
        )
    yield (
        f"\nAny answer that does not look gets {100 * everybody.chance:.1f} balanced; always the "
        f"commonest class {100 * everybody.majority:.1f} plain. Expected calibration error "
        f"{100 * everybody.calibration_error:.1f}.\n"
    )


def _share(value: float, ends: Interval) -> str:
    return f"{100 * value:.1f} ({100 * ends.low:.1f} to {100 * ends.high:.1f})"


def _preprocessing(spec: Preprocessing) -> Iterator[str]:
    yield "## What it takes\n"
    how = (
        f"the five landmarks of a face laid on a template, at scale {spec.scale:g} (README, "
        '"Use a model elsewhere")'
        if spec.alignment == "aligned"
        else "the whole image, fitted in and centred"
    )
    yield (
        f"Crops of {spec.size} x {spec.size} pixels, RGB, values 0 to 255: {how}; outside the "
        f"image: {spec.border}. Everything else (channel order, normalisation, mirror image, "
        "temperature) is inside the network. It gives one probability a class, in the order "
        "above.\n"
    )


def _limits(info: ModelInfo, test: Judgement, lines: Sequence[str]) -> Iterator[str]:
    yield "## Limits\n"
    yield f"- Below a probability of {info.unsure_below:.2f} its answer counts as unsure."
    for line in lines:
        yield f"- {line}"
    scarce = [row.name for row in test.per_class if row.support < 50]
    if scarce:
        yield f"- Judged on fewer than 50 images: {', '.join(scarce)}."
