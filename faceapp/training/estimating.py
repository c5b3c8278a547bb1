"""How long a training will take: each kind of its work is timed once, and counted."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from faceapp.dataset import Dataset
from faceapp.faces import FaceDetector
from faceapp.jobs import Job
from faceapp.networks.activations import BATCH, FeatureExtractor
from faceapp.networks.adapters import map_shapes
from faceapp.networks.backbones import Head, TrunkSpec, trunk
from faceapp.networks.crops import Crops, ensure_faces
from faceapp.networks.tails import tail_of
from faceapp.networks.weights import Weights, find_weights
from faceapp.training import adapting
from faceapp.training.features import plain_views
from faceapp.training.material import Parts, TrainConfig, gather, parts_of
from faceapp.training.needs import needs_of
from faceapp.training.recipes import Recipe
from faceapp.training.tuned import TunedNetwork
from faceapp.words import Words

# Of the time of a step, its way forward: the gradient costs about twice as much.
_FORWARD = 1 / 3
_SAMPLES = 4
_ROWS_OF_A_PRODUCT = 256


@dataclass(frozen=True)
class Estimate:
    """Seconds of each phase, on this machine as busy as it was when it was timed.

    Early stopping is not foreseen: `learning` is at most that.
    """

    faces: float
    caching: float
    learning: float
    judging: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.faces + self.caching + self.learning + self.judging


def estimate(config: TrainConfig, dataset: Dataset, job: Job = Job()) -> Estimate:
    """Time a detection, a batch of activations and a batch of learning, and count them.

    Takes some seconds, as the networks must be built. Faces that it finds are kept. Raises what
    `train` does before it begins.
    """
    recipe = config.recipe
    material = gather(dataset, config)
    weights = find_weights(recipe.backbone, config.weights)
    parts = parts_of(material, config)
    faces, crop = _faces_and_crop(dataset, recipe, material.ids, job)
    train = sorted({i for part in parts for i in part.train})
    other = sorted({i for part in parts for i in part.validation} - set(train))
    needs = needs_of(dataset, recipe, weights, train, other)
    spec = recipe.trunk(has_top=weights.has_top)
    job.step(Words("Timing a batch"), 1, 3)
    kept = recipe.maps(has_top=weights.has_top) if recipe.tunes else spec
    row = _seconds_a_row(kept, weights)
    views = len(plain_views(recipe))
    job.step(Words("Timing a batch"), 2, 3)
    step = _seconds_a_step(recipe, weights, len(material.classes)) if recipe.tunes else 0.0
    forward = _FORWARD * step / recipe.tune_batch
    learning = sum(
        _learning(recipe, part, spec, step, len(material.classes))
        + _crossing(recipe, part, spec, len(material.classes))
        for part in parts
    )
    tested = sum(len(part.test) for part in parts)
    return Estimate(
        faces=faces,
        caching=needs.rows * (row + crop / views),
        learning=learning,
        judging=tested * (crop + views * (row + forward)),
    )


def _faces_and_crop(
    dataset: Dataset, recipe: Recipe, ids: Sequence[int], job: Job
) -> tuple[float, float]:
    """Seconds for the faces that nobody has looked for, and for one crop."""
    faces = 0.0
    if recipe.alignment == "aligned":
        detector = FaceDetector()
        looked_at = dataset.faces(ids, detector.name)
        waiting = [i for i in ids if i not in looked_at]
        few = waiting[:_SAMPLES]
        spent = _seconds(lambda: ensure_faces(dataset, few, detector, job))
        faces = spent / max(1, len(few)) * (len(waiting) - len(few))
    few = list(ids[:_SAMPLES])
    crops = Crops(dataset, few, recipe.preprocessing)
    wanted = [item.id for item in crops.items]
    return faces, _seconds(lambda: list(crops(wanted))) / max(1, len(wanted))


def _seconds_a_row(spec: TrunkSpec, weights: Weights) -> float:
    """Of the frozen part, for one view of one image."""
    extract = FeatureExtractor(spec, weights)
    crops = np.zeros((BATCH, spec.size, spec.size, 3), np.uint8)
    extract(crops)  # builds the network
    return _seconds(lambda: extract(crops)) / BATCH


def _seconds_a_step(recipe: Recipe, weights: Weights, classes: int) -> float:
    """Of fine-tuning, for one batch."""
    spec = recipe.trunk(has_top=weights.has_top)
    kept = recipe.maps(has_top=weights.has_top)
    tail = tail_of(trunk(spec, weights), kept.cut)
    head = Head(np.zeros((spec.width, classes)), np.zeros(classes))
    features = np.ones((1, spec.width), np.float16)
    network = TunedNetwork(tail, head, features, channels=spec.map_shape[-1], recipe=recipe, seed=0)
    maps = np.ones((recipe.tune_batch, kept.width), np.float32)
    targets = np.full((recipe.tune_batch, classes), 1 / classes, np.float32)

    def step() -> None:
        network.step(maps, targets, (0.0, 0.0), lambda: None)

    step()  # traces the functions
    return _seconds(step)


def _crossing(recipe: Recipe, part: Parts, spec: TrunkSpec, classes: int) -> float:
    """Seconds of the heads that inner folds decide."""
    if not recipe.inner_folds or recipe.tunes:
        return 0.0
    samples = len(part.train) + len(part.validation)
    some = np.ones((_ROWS_OF_A_PRODUCT, spec.width), np.float32)
    products = _seconds(lambda: some @ some.T) * (samples / _ROWS_OF_A_PRODUCT) ** 2
    if not recipe.adapts:
        return products
    steps = adapting.steps_of(samples * len(plain_views(recipe)))
    side = min(shape[0] for shape in map_shapes(spec))
    training = adapting.AdapterTraining((side, side, adapting.CHANNELS), classes, recipe, seed=0)
    maps = np.ones((adapting.BATCH, side, side, adapting.CHANNELS), np.float32)
    targets = np.full((adapting.BATCH, classes), 1 / classes, np.float32)
    training.step(maps, targets, 0.0)  # traces the functions
    step = _seconds(lambda: training.step(maps, targets, 0.0))
    return products + (recipe.inner_folds + 1) * steps * step


def _learning(recipe: Recipe, part: Parts, spec: TrunkSpec, step: float, classes: int) -> float:
    """Seconds of learning from one part, without early stopping."""
    train, validation = len(part.train), len(part.validation)
    rows = train * max(1, recipe.views)
    features = np.ones((_ROWS_OF_A_PRODUCT, spec.width), np.float32)
    kernel = np.ones((spec.width, classes), np.float32)
    product = _seconds(lambda: features @ kernel) / _ROWS_OF_A_PRODUCT
    head = recipe.epochs * product * (2 * rows + validation)
    if not recipe.tunes:
        return head
    views = len(plain_views(recipe))
    forward = _FORWARD * step / recipe.tune_batch
    steps = math.ceil(train / recipe.tune_batch) * step
    around = 2 * (rows + validation) * views * forward  # for the head, and to judge the best
    return head + around + recipe.tune_epochs * (steps + validation * views * forward)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
