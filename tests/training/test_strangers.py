"""Judged by strangers: nobody's own label judges them, and wrong ones are not learned as right."""

from __future__ import annotations

import numpy as np
import pytest

from faceapp.training.heads import HeadData
from faceapp.training.recipes import Recipe
from faceapp.training.strangers import Fold, believed, judged_by_strangers

CLASSES, SAMPLES = 3, 240
RIDGE = Recipe("test")


def points(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Features around one corner a class, and the classes; rows in turn."""
    random = np.random.default_rng(seed)
    truth = np.arange(SAMPLES) % CLASSES
    features = np.eye(8)[truth] * 3 + random.normal(size=(SAMPLES, 8))
    return features.astype(np.float16), truth.astype(np.int64)


def flipped(truth: np.ndarray, share: float) -> np.ndarray:
    chance = np.random.default_rng(3).random(len(truth)) < share
    return np.where(chance, (truth + 1) % CLASSES, truth)


def dealt(outer: int = 4, inner: int = 3) -> list[Fold]:
    fold = np.arange(SAMPLES) // CLASSES % outer
    rest = [np.flatnonzero(fold != each) for each in range(outer)]
    return [
        Fold(np.flatnonzero(fold == each), rows, np.arange(len(rows)) // CLASSES % inner)
        for each, rows in enumerate(rest)
    ]


def judged(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    data = HeadData((features,), labels, features[:0], labels[:0], CLASSES)
    return judged_by_strangers(data, dealt(), RIDGE)


def test_probabilities_are_right_more_often_than_the_labels_they_were_learned_from() -> None:
    features, truth = points()
    labels = flipped(truth, 0.3)
    found = judged(features, labels)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found.argmax(axis=1) == truth).mean() > (labels == truth).mean() + 0.05


def test_wrong_labels_are_believed_least() -> None:
    features, truth = points(1)
    labels = flipped(truth, 0.15)
    own = judged(features, labels)[np.arange(SAMPLES), labels]
    assert own[labels != truth].mean() < own[labels == truth].mean() / 2


def test_nobodys_own_label_judges_them() -> None:
    features, truth = points(2)
    before = judged(features, truth)
    labels = truth.copy()
    fold = dealt()[1]
    labels[fold.judged] = (labels[fold.judged] + 1) % CLASSES
    after = judged(features, labels)
    np.testing.assert_allclose(after[fold.judged], before[fold.judged], atol=1e-6)
    assert not np.allclose(after[fold.learned], before[fold.learned], atol=1e-2)


def test_a_label_is_believed_as_far_as_strangers_agree() -> None:
    said = np.array([[0.8, 0.1, 0.1], [0.01, 0.98, 0.01]])
    found = believed(said, np.array([0, 0]))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert found[0, 0] > 0.95
    assert found[1].argmax() == 1
    assert found[1, 0] == pytest.approx(0.01 * 0.9 / (0.01 * 0.9 + 0.99 * 0.05))
