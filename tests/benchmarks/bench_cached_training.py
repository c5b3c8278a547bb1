"""Cached training against re-running the frozen base every epoch, as the study did.

    python tests/benchmarks/bench_cached_training.py [FACES] [--images 48] [--epochs 50]

Both sides train the same softmax head with Adam on the same four augmented views, epoch e on view
e mod 4, from the same start in the same order; both are judged on the same test images. The cached
side computes each view once (OpenVINO) and then trains the head alone (Keras); its time holds the
caching. The other side runs Keras's frozen VGG16 on every image in every epoch. With 50 epochs over
4 views counting alone allows 12.5x; a faster engine adds to it. Without FACES (a folder with
images/ and sex.csv) drawn faces are used.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.demo_faces import draw_demo_faces
from faceapp.networks.activations import ActivationCache, FeatureExtractor
from faceapp.networks.backbones import trunk
from faceapp.networks.crops import Crops
from faceapp.networks.frameworks import keras_module
from faceapp.networks.weights import find_weights
from faceapp.training.features import augmented_views
from faceapp.training.heads import FittedHead, HeadData, accuracies
from faceapp.training.recipes import Recipe, recipe_named
from faceapp.training.softmax import fit_softmax

VIEWS = 4


def dataset_of(faces: Path | None, folder: Path, images: int) -> Dataset:
    dataset = Dataset.create(folder / "dataset")
    if faces is None:
        faces = draw_demo_faces(folder / "drawn", identities=max(6, images // 7)).folder
        options = ImportOptions(task="sex", csv=faces / "labels.csv", label_column="sex")
        import_images(dataset, faces, options)
    else:
        options = ImportOptions(task="sex", csv=faces / "sex.csv")
        import_images(dataset, faces / "images", options)
    return dataset


def train_on_images(
    base: Any, crops: np.ndarray, contents: list[str], truth: np.ndarray, recipe: Recipe
) -> FittedHead:
    """The study's way: every step runs the frozen base on the images, then trains the new layer."""
    keras = keras_module()
    keras.utils.set_random_seed(0)
    layer = keras.layers.Dense(2, name="predictions")
    model = keras.Model(base.input, layer(base.output))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(recipe.learning_rate), loss=loss)
    random = np.random.default_rng(0)
    views = augmented_views(VIEWS)
    for epoch in range(recipe.epochs):
        view, order = views[epoch % VIEWS], random.permutation(len(crops))
        for start in range(0, len(order), recipe.batch):
            rows = order[start : start + recipe.batch]
            images = np.stack([view.of(crops[row], contents[row]) for row in rows])
            model.train_on_batch(images.astype(np.float32), truth[rows])
    return FittedHead(*layer.get_weights(), (), recipe.epochs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path, nargs="?")
    parser.add_argument("--images", type=int, default=48)
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--size", type=int, default=224)
    args = parser.parse_args()
    changes = {"size": str(args.size), "epochs": str(args.epochs), "views": str(VIEWS)}
    recipe = recipe_named("study").with_settings(changes)
    with (
        tempfile.TemporaryDirectory() as folder,
        dataset_of(args.faces, Path(folder), args.images) as dataset,
    ):
        compare(dataset, recipe, args.images)


def compare(dataset: Dataset, recipe: Recipe, images: int) -> None:
    weights = find_weights()
    spec = recipe.trunk(has_top=weights.has_top)
    answers = {i: a.answer for i, a in dataset.answers("sex").items() if a.answer}
    half = images // 2
    chosen = [
        i for sex in ("female", "male") for i in [i for i in answers if answers[i] == sex][:images]
    ]
    train = chosen[:half] + chosen[images : images + half]
    test = chosen[half:images] + chosen[images + half :]
    truth = {i: int(answers[i] == "male") for i in chosen}
    crops = Crops(dataset, chosen, recipe.preprocessing)
    contents = {item.id: item.content for item in crops.items}
    pixels = dict(crops(chosen))
    views = augmented_views(VIEWS)
    model = trunk(spec, weights)
    model.predict_on_batch(np.stack([pixels[train[0]]] * 4).astype(np.float32))  # built and warm
    judged = model.predict(np.stack([pixels[i] for i in test]).astype(np.float32), verbose=0)

    def data(features: tuple) -> HeadData:
        empty = np.zeros((0, spec.width), np.float16)
        none = np.zeros(0, np.int64)
        return HeadData(features, np.array([truth[i] for i in train]), empty, none, 2)

    def balanced(head: FittedHead) -> float:
        return accuracies(np.array([truth[i] for i in test]), head.scores(judged))[1]

    started = time.perf_counter()
    extract = FeatureExtractor(spec, weights)
    items = [item for item in crops.items if item.id in set(train)]
    cache = ActivationCache(dataset.cache / "activations")
    found = cache.features(
        extract.features_of(recipe.preprocessing), items, views=views, crops=crops, extract=extract
    )
    order = [found.ids.index(i) for i in train]
    caching = time.perf_counter() - started
    cached_head = fit_softmax(data(tuple(view[order] for view in found.views)), recipe)
    cached = time.perf_counter() - started

    array = np.stack([pixels[i] for i in train])
    names = [contents[i] for i in train]
    started = time.perf_counter()
    slow_head = train_on_images(model, array, names, np.array([truth[i] for i in train]), recipe)
    rerun = time.perf_counter() - started

    print(
        f"{len(train)} training images, {recipe.epochs} epochs over {VIEWS} views, "
        f"{recipe.size} px, head on {spec.cut}\n"
    )
    print("| way | engine of the base | seconds | balanced accuracy on the same test images |")
    print("| --- | --- | --- | --- |")
    print(f"| base re-run every epoch | Keras | {rerun:.1f} | {balanced(slow_head):.3f} |")
    print(
        f"| activations cached | OpenVINO | {cached:.1f} ({caching:.1f} of it caching) "
        f"| {balanced(cached_head):.3f} |"
    )
    print(f"\ncached training is {rerun / cached:.1f}x as fast")


if __name__ == "__main__":
    main()
