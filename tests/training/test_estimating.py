from __future__ import annotations

from dataclasses import replace

import pytest

from faceapp.dataset import Dataset
from faceapp.training.estimating import estimate
from faceapp.training.material import TrainConfig
from faceapp.training.recipes import DEFAULT, Recipe, recipe_named
from faceapp.training.trainer import train

pytestmark = pytest.mark.usefixtures("imagenet")


@pytest.mark.slow
def test_what_is_done_already_takes_no_time(dataset: Dataset, small: Recipe) -> None:
    config = TrainConfig("sex", small)
    before = estimate(config, dataset)
    assert min(before.faces, before.caching, before.learning, before.judging) > 0
    assert before.seconds == pytest.approx(
        before.faces + before.caching + before.learning + before.judging
    )
    train(dataset, config)
    after = estimate(config, dataset)
    assert after.faces < before.faces / 10
    assert after.caching == 0
    assert min(after.learning, after.judging) > 0


def test_fine_tuning_is_counted_epoch_by_epoch(dataset: Dataset) -> None:
    recipe = recipe_named("fine-tune").with_settings({"size": "64", "tune_epochs": "2"})
    few = estimate(TrainConfig("sex", recipe), dataset)
    many = estimate(TrainConfig("sex", replace(recipe, tune_epochs=200)), dataset)
    assert many.learning > 10 * few.learning


def test_an_adapter_is_counted_once_a_fold_and_once_for_everybody(dataset: Dataset) -> None:
    recipe = recipe_named(DEFAULT).with_settings({"size": "64", "epochs": "1"})
    without = estimate(TrainConfig("sex", replace(recipe, adapter=0)), dataset)
    some = estimate(TrainConfig("sex", replace(recipe, adapter=8)), dataset)
    more = estimate(TrainConfig("sex", replace(recipe, adapter=8, inner_folds=40)), dataset)
    assert some.learning > without.learning
    assert more.learning > 3 * some.learning
