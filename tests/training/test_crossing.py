"""Inner folds decide as honest folds would, and no class is favoured afterwards."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from faceapp.dataset import Dataset
from faceapp.errors import Cancelled
from faceapp.faces import FaceDetector
from faceapp.jobs import Job, Progress
from faceapp.networks.crops import ensure_faces
from faceapp.networks.saved_model import MODEL_NAME
from faceapp.networks.weights import find_weights
from faceapp.training.crossing import fit_crossed, level
from faceapp.training.features import FeatureReader
from faceapp.training.fitting import fit_head
from faceapp.training.heads import HeadData, accuracies, fit_ridge
from faceapp.training.judging import ask
from faceapp.training.material import TrainConfig, gather, split_parts
from faceapp.training.recipes import DEFAULT, Recipe, recipe_named
from faceapp.training.trainer import train

CLASSES = 3
RECIPE = Recipe("r", solver="closed_form", inner_folds=3)
WIDTHS = (30, 10)


def problem(samples: int = 90) -> HeadData:
    """Three unequal classes that overlap, features of two layers on different scales."""
    random = np.random.default_rng(3)
    centres = random.normal(size=(CLASSES, sum(WIDTHS)))
    truth = random.choice(CLASSES, size=samples + 30, p=[0.6, 0.3, 0.1])
    features = centres[truth] * 0.6 + random.normal(size=(samples + 30, sum(WIDTHS))) * 3 + 5
    features[:, WIDTHS[0] :] *= 50
    features = features.astype(np.float16)
    return HeadData(
        views=(features[:samples],),
        truth=truth[:samples],
        validation=features[samples:],
        validation_truth=truth[samples:],
        classes=CLASSES,
        widths=WIDTHS,
        inner=np.arange(samples + 30) % 3,
    )


def everybody(data: HeadData) -> tuple[np.ndarray, np.ndarray]:
    return (
        np.concatenate([data.views[0], data.validation]),
        np.concatenate([data.truth, data.validation_truth]),
    )


def test_the_kept_head_is_that_of_everybody() -> None:
    data = problem()
    features, truth = everybody(data)
    wanted = fit_ridge(replace(data, views=(features,), truth=truth, inner=None), RECIPE)
    found = fit_crossed(data, RECIPE).head
    np.testing.assert_allclose(found.scores(features), wanted.scores(features), atol=1e-4)


def test_nobody_is_scored_by_a_head_that_learned_from_their_label() -> None:
    data = problem()
    assert data.inner is not None
    crossed = fit_crossed(data, RECIPE)
    held = np.flatnonzero(data.inner[: len(data.truth)] == 0)
    changed = data.truth.copy()
    changed[held] = (changed[held] + 1) % CLASSES
    again = fit_crossed(replace(data, truth=changed), RECIPE)
    np.testing.assert_allclose(crossed.scores[held], again.scores[held], atol=1e-3)
    assert not np.allclose(crossed.scores, again.scores, atol=1e-2)


def test_a_fold_is_the_ridge_head_of_the_others() -> None:
    data = problem()
    assert data.inner is not None
    features, truth = everybody(data)
    rest, held = data.inner != 1, data.inner == 1
    # One class weight and one scale for both ways: only the folds are compared.
    plain = replace(RECIPE, balance=False)
    wanted = fit_ridge(replace(data, views=(features[rest],), truth=truth[rest], inner=None), plain)
    found = fit_crossed(data, plain).scores[held]
    assert np.corrcoef(found.ravel(), wanted.scores(features[held]).ravel())[0, 1] > 0.99


def test_what_is_for_training_only_is_learned_from_and_decides_nothing() -> None:
    data = problem()
    assert data.inner is not None
    inner = data.inner.copy()
    inner[:9] = -1 - inner[:9]
    whole, found = fit_crossed(data, RECIPE), fit_crossed(replace(data, inner=inner), RECIPE)
    np.testing.assert_array_equal(found.head.kernel, whole.head.kernel)
    np.testing.assert_array_equal(found.truth, whole.truth[9:])
    np.testing.assert_allclose(found.scores, whole.scores[9:], atol=1e-5)


def test_layers_count_alike_whatever_their_scale() -> None:
    data = problem()
    louder = np.float16([1] * WIDTHS[0] + [8] * WIDTHS[1])
    scaled = replace(data, views=(data.views[0] * louder,), validation=data.validation * louder)
    one, other = (fit_crossed(each, RECIPE).scores for each in (data, scaled))
    np.testing.assert_allclose(one, other, atol=0.02)


def test_levelling_lifts_balanced_accuracy_where_a_class_is_slighted() -> None:
    random = np.random.default_rng(0)
    truth = random.choice(CLASSES, size=600, p=[0.7, 0.25, 0.05])
    scores = (np.eye(CLASSES)[truth] + random.normal(size=(600, CLASSES)) * 0.6).astype(np.float32)
    scores += np.float32([1.0, 0.3, 0.0])
    added = level(truth, scores)
    assert accuracies(truth, scores + added)[1] > accuracies(truth, scores)[1] + 0.1
    assert added.argmax() == 2
    assert level(truth[:0], scores[:0]).tolist() == [0, 0, 0]


def test_fitting_keeps_the_head_of_everybody_and_the_curve_of_the_first() -> None:
    data = problem()
    recipe = replace(RECIPE, solver="gradient", epochs=20, level=1.0)
    found = fit_head(data, recipe, 0)
    crossed = fit_crossed(data, recipe)
    np.testing.assert_array_equal(found.head.kernel, crossed.head.kernel)
    added = level(crossed.truth, crossed.scores)
    np.testing.assert_allclose(found.head.bias, crossed.head.bias + added, rtol=1e-6)
    assert len(found.head.curve) == 20
    decided = accuracies(crossed.truth, crossed.scores + added)
    assert found.balanced_accuracy == pytest.approx(decided[1])
    assert found.balanced_accuracy > fit_head(data, replace(recipe, level=0.0), 0).balanced_accuracy
    plain = fit_head(replace(data, inner=None), replace(recipe, level=0.0), 0)
    assert found.fit == plain.fit


def test_who_has_had_enough_waits_for_no_inner_folds() -> None:
    data = problem()
    told: list[Progress] = []
    recipe = replace(RECIPE, solver="gradient", epochs=500, level=0.5)
    job = Job(report=told.append, enough=lambda: len(told) > 20)
    found = fit_head(data, recipe, 0, job)
    assert 20 <= len(found.head.curve) < 30
    assert not any("inner folds" in each.what for each in told)
    plain = fit_head(replace(data, inner=None), replace(recipe, epochs=len(found.head.curve)), 0)
    np.testing.assert_array_equal(found.layer.kernel, plain.layer.kernel)


def test_without_inner_folds_validation_levels() -> None:
    data = replace(problem(), inner=None)
    plain, levelled = (fit_head(data, replace(RECIPE, level=share), 0) for share in (0.0, 0.5))
    added = level(data.validation_truth, plain.head.scores(data.validation))
    np.testing.assert_allclose(levelled.head.bias, plain.head.bias + 0.5 * added, rtol=1e-5)


def test_it_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        fit_crossed(problem(), RECIPE, Job(cancelled=lambda: True))


@pytest.mark.usefixtures("imagenet")
@pytest.mark.parametrize("adapter", ["0", "8"])
def test_the_default_recipe_keeps_a_whole_model_that_any_part_can_ask(
    dataset: Dataset, adapter: str
) -> None:
    settings = {"size": "64", "epochs": "20", "adapter": adapter}
    run = train(dataset, TrainConfig("sex", recipe_named(DEFAULT).with_settings(settings)))
    assert run.result.curve
    log = (run.folder / "log.txt").read_text("utf-8")
    assert ("trainable: adapter, predictions" in log) is (adapter == "8")
    assert run.result.test.balanced_accuracy > 0.6
    found = ask(dataset, run.folder / MODEL_NAME, run.result.parts.test)
    assert found.probabilities.shape == (run.result.test.n, 2)


@pytest.mark.usefixtures("imagenet")
def test_inner_folds_keep_people_together(dataset: Dataset, small: Recipe) -> None:
    recipe = replace(small, inner_folds=3)
    config = TrainConfig("sex", recipe)
    material = gather(dataset, config)
    ensure_faces(dataset, material.ids, FaceDetector())
    parts = split_parts(material, config)
    reader = FeatureReader(dataset, recipe, find_weights())
    features = reader.read([parts])
    data = features.head_data(material, parts, recipe, 0)
    assert data.inner is not None
    folds: dict[str, set[int]] = {}
    for each, fold in zip([*parts.train, *parts.validation], data.inner, strict=True):
        folds.setdefault(material.groups[each], set()).add(int(fold))
    assert all(len(found) == 1 for found in folds.values())
    assert set(data.inner.tolist()) == {0, 1, 2}
    for without in (replace(recipe, inner_folds=0), replace(recipe, head="softmax")):
        assert features.head_data(material, parts, without, 0).inner is None
