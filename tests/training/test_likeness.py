"""Similarity: the right order, from whatever activations are there, computed once where not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from faceapp.dataset import Dataset, Query, UnknownSample
from faceapp.faces import Preprocessing
from faceapp.networks.activations import PLAIN, ActivationCache, FeatureSpec
from faceapp.networks.architectures import BACKBONES
from faceapp.networks.backbones import TrunkSpec
from faceapp.training.likeness import Looks, NotComparable, similar, sketches
from sample_rows import fill
from training.looks import SPEC, shelve

COUNT = 12


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Dataset]:
    """A dataset of samples without images."""
    with Dataset.create(tmp_path / "rows") as made:
        fill(made, COUNT)
        yield made


def some_vectors(seed: int, count: int = COUNT) -> dict[int, np.ndarray]:
    random = np.random.default_rng(seed)
    return {n: random.standard_normal(SPEC.trunk.width) for n in range(1, count + 1)}


def by_cosine(vectors: Mapping[int, np.ndarray], sample: int) -> list[int]:
    def cosine(other: int) -> float:
        one, two = vectors[sample], vectors[other]
        return float(one @ two / np.linalg.norm(one) / np.linalg.norm(two))

    return sorted(vectors, key=cosine, reverse=True)


def test_the_most_similar_come_first(rows: Dataset) -> None:
    vectors = some_vectors(1)
    shelve(rows, vectors)
    for sample in (1, 7):
        assert similar(rows, sample) == by_cosine(vectors, sample)


def test_length_counts_for_nothing_and_the_quarantined_are_left_out(rows: Dataset) -> None:
    vectors = some_vectors(2)
    shelve(rows, {each: vector * each for each, vector in vectors.items()})
    rows.quarantine([3, 4])
    expected = [each for each in by_cosine(vectors, 5) if each not in {3, 4}]
    assert similar(rows, 5) == expected
    assert similar(rows, 3) == [3, *(each for each in by_cosine(vectors, 3) if each not in {3, 4})]


def test_of_complete_kinds_the_one_used_last_counts(rows: Dataset) -> None:
    old, new = some_vectors(3), some_vectors(4)
    shelve(rows, old)
    shelve(rows, new, replace(SPEC, weights_digest="1" * 64))
    assert similar(rows, 1) == by_cosine(new, 1)
    shelve(rows, old)
    assert similar(rows, 1) == by_cosine(old, 1)


def test_a_complete_kind_goes_before_a_newer_one_with_gaps(rows: Dataset) -> None:
    whole, half = some_vectors(5), some_vectors(6, COUNT // 2)
    shelve(rows, whole)
    shelve(rows, half, replace(SPEC, weights_digest=BACKBONES["vgg16"].digest))
    assert similar(rows, 1) == by_cosine(whole, 1)


def test_the_kind_that_wants_the_least_work_is_completed(rows: Dataset) -> None:
    digest = BACKBONES["vgg16"].digest

    def spec(size: int) -> FeatureSpec:
        trunk = TrunkSpec(size=size, cut="block5_pool")
        return FeatureSpec(trunk, digest, Preprocessing(size=size, alignment="whole"))

    random = np.random.default_rng(7)
    for size, there in ((32, 6), (128, 11)):  # 6 x 32 x 32 are fewer pixels than 128 x 128
        wide = spec(size).trunk.width
        shelve(rows, {n: random.standard_normal(wide) for n in range(1, there + 1)}, spec(size))
    assert Looks(rows, rows.sample_ids()).spec == spec(32)


def test_sketches_keep_angles(rows: Dataset) -> None:
    wide = TrunkSpec(size=64, cut="block4_pool")  # 8192 numbers
    spec = FeatureSpec(wide, "0" * 64, Preprocessing(size=64, alignment="whole"))
    random = np.random.default_rng(8)
    common = random.standard_normal(wide.width)
    vectors = {n: common + n / 4 * random.standard_normal(wide.width) for n in range(1, 13)}
    shelve(rows, vectors, spec)
    looks = Looks(rows, rows.sample_ids())
    ids, short = sketches(looks)
    full = np.stack([vectors[each] / np.linalg.norm(vectors[each]) for each in ids])
    assert short.shape == (COUNT, 256)
    assert short @ short.T == pytest.approx(full @ full.T, abs=0.25)
    assert np.abs(short @ short.T - full @ full.T).mean() < 0.06


def test_samples_that_are_not_there_or_not_readable_are_said(rows: Dataset) -> None:
    with pytest.raises(UnknownSample):
        similar(rows, 99)
    with pytest.raises(NotComparable, match=r"face_0\.jpg"):
        similar(rows, 1)


@pytest.mark.usefixtures("imagenet")
def test_where_nothing_is_cached_the_quick_recipes_features_are_computed_once(
    dataset: Dataset,
) -> None:
    ids = dataset.sample_ids()
    few = ids[:10]
    dataset.quarantine(ids[10:])
    lost = dataset.sample(few[3])
    dataset.image_path(lost).unlink()

    order = similar(dataset, few[0])

    assert sorted(order) == [each for each in few if each != lost.id]
    assert order[0] == few[0]
    (kept,) = ActivationCache(dataset.cache / "activations").kept(PLAIN)
    assert kept.preprocessing.size == 112
    for each in dataset.samples(Query()):
        dataset.image_path(each).unlink(missing_ok=True)
    assert similar(dataset, few[0]) == order
