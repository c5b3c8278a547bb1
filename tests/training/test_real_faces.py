"""Real faces, few enough for every CI run; all of them: tests/benchmarks/bench_accuracy.py."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.dataset.vocabulary import canonical_word
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import recipe_named
from faceapp.training.trainer import train

FIVE = ("neutral", "happy", "sad", "angry", "surprised")
PER_CLASS = 70
PERSON = r"^(.+)_\d+\."


@pytest.fixture(scope="module")
def real_dataset(face_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A few images of each class, at most two of a person, by links into the shared folder."""
    folder = tmp_path_factory.mktemp("real")
    source = folder / "source"
    source.mkdir()
    with (face_data / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(
            (row["image"], canonical_word(row["emotion"])) for row in csv.DictReader(file)
        )
    counts = dict.fromkeys(FIVE, 0)
    people: dict[str, int] = {}
    chosen = []
    for image, word in rows:
        person = re.sub(r"_\d+\..*$", "", image)
        if counts.get(word, PER_CLASS) < PER_CLASS and people.get(person, 0) < 2:
            counts[word] += 1
            people[person] = people.get(person, 0) + 1
            chosen.append((image, word))
            (source / image).write_bytes((face_data / "images" / image).read_bytes())
    labels = folder / "labels.csv"
    with labels.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("image", "emotion"), *chosen])
    dataset = Dataset.create(folder / "dataset")
    options = ImportOptions(task="expression", csv=labels, group_pattern=PERSON)
    import_images(dataset, source, options)
    return dataset


@pytest.mark.slow
@pytest.mark.faces
@pytest.mark.usefixtures("imagenet")
@pytest.mark.timeout(1200)
def test_strangers_faces_are_read_well_above_chance(real_dataset: Dataset) -> None:
    config = TrainConfig("expression", recipe_named("quick"), FIVE, folds=3)
    result = train(real_dataset, config).result
    assert result.test.n > 250
    assert result.faces["found"] > 0.97 * result.test.n
    assert result.test.interval.low > 1.5 * result.test.chance
    # Cached activations and the saved model end to end must tell the same story.
    gap = result.fit.validation_balanced_accuracy - result.test.balanced_accuracy
    assert abs(gap) < 0.15
