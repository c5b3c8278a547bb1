"""Fine-tuning block 5 from cached maps against Keras's own model.fit on images.

    python tests/benchmarks/bench_finetune.py [FACES] [--images 400] [--epochs 3] [--size 224]

Both sides train the same layers (block 5 of VGG16 and the head on it) with the same rates, from
the same fitted head, on the same images, half of them mirrored in each epoch; both are judged on
the same test images, of people whom neither saw. The cached side's caching pass is counted apart
and printed. The other side is what one writes first: `model.fit` on a tf.data of images, with the
layers before block 5 frozen. Without FACES (a folder with images/ and sex.csv) drawn faces are
used.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.demo_faces import draw_demo_faces
from faceapp.faces import FaceDetector
from faceapp.jobs import Job
from faceapp.networks.backbones import Head, trunk
from faceapp.networks.crops import Crops, ensure_faces
from faceapp.networks.frameworks import keras_module
from faceapp.networks.tails import tail_of
from faceapp.networks.weights import Weights, find_weights
from faceapp.training.events import EpochDone, TrainingEvent
from faceapp.training.fitting import fit_head
from faceapp.training.heads import HeadData, accuracies
from faceapp.training.maps import MapReader, TuningData
from faceapp.training.material import Material, Parts, TrainConfig, gather, split_parts
from faceapp.training.recipes import Recipe, recipe_named
from faceapp.training.tuned import TailRunner, TunedNetwork
from faceapp.training.tuning import Tuner

TASK = "sex"
RATE = 3e-5


@dataclass(frozen=True)
class Side:
    """One way: seconds before the first epoch and of each epoch, and balanced accuracy."""

    caching: float
    epoch: float
    balanced: float


class Clock:
    """Seconds an epoch, without the first one (of several), which builds the graphs."""

    def __init__(self) -> None:
        self._ticks = [time.perf_counter()]

    def tick(self) -> None:
        self._ticks.append(time.perf_counter())

    @property
    def seconds_an_epoch(self) -> float:
        epochs = np.diff(self._ticks)
        return float(epochs[1:].mean() if len(epochs) > 1 else epochs.mean())


def dataset_of(faces: Path | None, folder: Path, images: int) -> Dataset:
    dataset = Dataset.create(folder / "dataset")
    if faces is None:
        faces = draw_demo_faces(folder / "drawn", identities=max(6, images // 7)).folder
        options = ImportOptions(
            task=TASK, csv=faces / "labels.csv", label_column=TASK, group_column="person"
        )
        import_images(dataset, faces, options)
    else:
        options = ImportOptions(task=TASK, csv=faces / "sex.csv", group_pattern=r"^(.+)_\d+\.")
        import_images(dataset, faces / "images", options)
    return dataset


def some_of(material: Material, images: int) -> Material:
    """About so many samples, whole groups at a time."""
    kept: set[int] = set()
    names = sorted(set(material.groups.values()))
    for group in np.random.default_rng(0).permutation(names):
        if len(kept) < images:
            kept |= {i for i in material.ids if material.groups[i] == group}
    return material.without(set(material.ids) - kept)


class Start:
    """The head that both sides start from, and what they are judged on."""

    def __init__(
        self, dataset: Dataset, recipe: Recipe, weights: Weights, material: Material, parts: Parts
    ) -> None:
        self.recipe, self.weights, self.material, self.parts = recipe, weights, material, parts
        self.spec = recipe.trunk(has_top=False)
        crops = Crops(dataset, material.ids, recipe.preprocessing)
        self.pixels = dict(crops(material.ids))
        self.head = Head(np.zeros((self.spec.width, 2)), np.zeros(2))

    def images(self, ids: tuple[int, ...]) -> np.ndarray:
        return np.stack([self.pixels[i] for i in ids])

    def balanced(self, base: Any, kernel: np.ndarray, bias: np.ndarray) -> float:
        """On the test images, both views averaged, by Keras on both sides."""
        images = self.images(self.parts.test).astype(np.float32)
        views = [base.predict(view, verbose=0) for view in (images, images[:, :, ::-1])]
        scores = np.mean(views, axis=0) @ kernel + bias
        return accuracies(self.material.truths(self.parts.test), scores)[1]


def from_cached_maps(dataset: Dataset, start: Start, folder: Path) -> Side:
    """Our way."""
    recipe = start.recipe
    began = time.perf_counter()
    maps = MapReader(dataset, recipe, start.weights).read([start.parts], Job())
    caching = time.perf_counter() - began
    data = maps.data(start.material, start.parts)
    base = trunk(start.spec, start.weights)
    tail = tail_of(base, recipe.maps(has_top=False).cut)
    features = _features(tail, data)
    start.head = fit_head(features, recipe, 0).layer
    network = TunedNetwork(tail, start.head, features.views[0], channels=512, recipe=recipe, seed=0)
    clock = Clock()

    def on_event(event: TrainingEvent) -> None:
        if isinstance(event, EpochDone):
            clock.tick()

    checkpoint = folder / "checkpoint.npz"
    Tuner(network, data, recipe, seed=0, checkpoint=checkpoint, on_event=on_event).run()
    return Side(caching, clock.seconds_an_epoch, start.balanced(base, *network.layer()))


def _features(tail: Any, data: TuningData) -> HeadData:
    run = TailRunner(tail)
    train = run.features(data.views, lambda: None)
    validation = run.features(data.validation, lambda: None)
    return HeadData((train,), data.truth, validation, data.validation_truth, 2)


def from_images(start: Start) -> Side:
    """Keras's way, with the same layers trainable."""
    import tensorflow as tf

    keras, recipe = keras_module(), start.recipe
    keras.utils.set_random_seed(0)
    base = trunk(start.spec, start.weights)
    tail_of(base, recipe.maps(has_top=False).cut)  # unfreezes block 5
    kernel, bias = start.head.folded()
    layer = keras.layers.Dense(2, name="predictions")
    features = keras.layers.Dropout(recipe.dropout, seed=0)(base.output)
    model = keras.Model(base.input, layer(features))
    layer.set_weights([kernel, bias])
    model.compile(
        keras.optimizers.AdamW(recipe.base_rate, weight_decay=recipe.weight_decay),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    trained = _pairs(start, start.parts.train).shuffle(4096, seed=0).batch(recipe.tune_batch)
    mirrored = trained.map(lambda image, truth: (tf.image.random_flip_left_right(image), truth))
    watched = _pairs(start, start.parts.validation).batch(recipe.tune_batch)
    clock = Clock()
    ticking = keras.callbacks.LambdaCallback(on_epoch_end=lambda _epoch, _logs: clock.tick())
    model.fit(
        mirrored,
        validation_data=watched,
        epochs=recipe.tune_epochs,
        callbacks=[ticking],
        shuffle=False,  # the dataset does
        verbose=0,
    )
    return Side(0.0, clock.seconds_an_epoch, start.balanced(base, *layer.get_weights()))


def _pairs(start: Start, ids: tuple[int, ...]) -> Any:
    import tensorflow as tf

    images, truth = start.images(ids), start.material.truths(ids)
    pairs = tf.data.Dataset.from_tensor_slices((images, truth))
    return pairs.map(lambda image, true: (tf.cast(image, tf.float32), true))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path, nargs="?")
    parser.add_argument("--images", type=int, default=400)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--size", type=int, default=224)
    args = parser.parse_args()
    # What model.fit can do as well: one constant rate, plain cross-entropy, a head of one layer.
    recipe = replace(
        recipe_named("fine-tune"),
        size=args.size,
        tune_epochs=args.epochs,
        tune_patience=0,
        head_rate=RATE,
        base_rate=RATE,
        schedule="constant",
        warm_up=0.0,
        smoothing=0.0,
        balance=False,
        batch_norm=False,
    )
    weights = find_weights()
    with (
        tempfile.TemporaryDirectory() as folder,
        dataset_of(args.faces, Path(folder), args.images) as dataset,
    ):
        config = TrainConfig(TASK, recipe)
        material = some_of(gather(dataset, config), args.images)
        ensure_faces(dataset, material.ids, FaceDetector())
        start = Start(dataset, recipe, weights, material, split_parts(material, config))
        cached = from_cached_maps(dataset, start, Path(folder))
        images = from_images(start)
    report(start, cached, images)


def report(start: Start, cached: Side, images: Side) -> None:
    print(
        f"{len(start.parts.train)} training and {len(start.parts.validation)} validation images, "
        f"{start.recipe.size} px, {start.recipe.tune_epochs} epochs, block 5 and the head learn\n"
    )
    print("| way | caching, s | s an epoch | balanced accuracy on the same test images |")
    print("| --- | ---: | ---: | ---: |")
    print(f"| Keras's model.fit on images | 0.0 | {images.epoch:.1f} | {images.balanced:.3f} |")
    print(f"| cached maps | {cached.caching:.1f} | {cached.epoch:.1f} | {cached.balanced:.3f} |")
    print(f"\nan epoch from cached maps is {images.epoch / cached.epoch:.1f}x as fast")


if __name__ == "__main__":
    main()
