from __future__ import annotations

import math

import pytest

from faceapp.networks.architectures import BACKBONES
from faceapp.networks.backbones import IMAGE, InvalidTrunk
from faceapp.networks.weights import WeightsMissing
from faceapp.training.recipes import (
    DEFAULT,
    RECIPES,
    Recipe,
    RecipeError,
    recipe_named,
    settings_of,
)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))
def test_every_recipe_survives_being_stored(recipe: Recipe) -> None:
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert recipe_named(recipe.name) is recipe


def test_what_was_changed_can_be_told_and_changed_again() -> None:
    changed = recipe_named("quick").with_settings(
        {"size": "64", "mirror": "true", "penalty": "0.5", "level": "0.75"}
    )
    told = settings_of(changed)
    assert set(told) == {"size", "mirror", "penalty", "level"}
    assert recipe_named("quick").with_settings(told) == changed
    assert settings_of(recipe_named("study")) == {}
    with pytest.raises(RecipeError, match="no recipe 'mine'"):
        settings_of(Recipe("mine"))


def test_the_default_is_there() -> None:
    assert DEFAULT in RECIPES


def test_settings_are_read_by_their_type() -> None:
    changed = Recipe("r").with_settings(
        {"size": "112", "mirror": "false", "penalty": "0.5", "solver": "closed_form"}
    )
    assert (changed.size, changed.mirror, changed.penalty) == (112, False, 0.5)
    assert changed.solver == "closed_form"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("size", "big"),
        ("mirror", "perhaps"),
        ("solver", "magic"),
        ("nonsense", "1"),
        ("name", "x"),
        ("penalty", "-1"),
        ("penalty", "nan"),
        ("epochs", "1.5"),
        ("epochs", "0"),
        ("tune_batch", "0"),
        ("dropout", "1"),
        ("smoothing", "1.5"),
        ("schedule", "steps"),
        ("level", "1.1"),
        ("inner_folds", "some"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(setting: str, value: str) -> None:
    with pytest.raises(RecipeError, match=setting):
        Recipe("r").with_settings({setting: value})


def test_an_unknown_recipe_lists_the_known_ones() -> None:
    with pytest.raises(RecipeError, match="faceapp, quick, fine-tune, study"):
        recipe_named("magic")


def test_a_network_that_is_not_registered_is_refused_by_name() -> None:
    assert sorted(BACKBONES) == ["efficientnetb0", "mobilenetv2", "resnet50", "vgg16", "vgg19"]
    recipe = recipe_named("faceapp").with_settings({"backbone": "inceptionv3"})
    with pytest.raises(WeightsMissing, match="'inceptionv3' is no known network: use vgg16 or vgg"):
        recipe.trunk(has_top=False)


def test_another_backbone_brings_what_fits_it() -> None:
    plain = recipe_named("faceapp").with_settings({"backbone": "resnet50"})
    assert (plain.cut, plain.normalisation) == ("conv4_block6_out", "own")
    tuned = recipe_named("fine-tune").with_settings({"backbone": "mobilenetv2"})
    assert (tuned.cut, tuned.pool, tuned.unfreeze) == ("out_relu", "mean", "blocks13-16")
    assert tuned.maps(has_top=False).cut == "block_12_add"
    other_vgg = recipe_named("fine-tune").with_settings({"backbone": "vgg19"})
    assert other_vgg.cut == "block5_pool"
    given = recipe_named("faceapp").with_settings({"backbone": "resnet50", "cut": "pool1_pool"})
    assert given.cut == "pool1_pool"


@pytest.mark.parametrize(
    ("unfreeze", "cut"),
    [("block5", "block4_pool"), ("block4", "block3_pool"), ("block1", IMAGE), ("all", IMAGE)],
)
def test_what_is_frozen_ends_where_learning_begins(unfreeze: str, cut: str) -> None:
    recipe = recipe_named("fine-tune").with_settings({"unfreeze": unfreeze, "size": "64"})
    frozen = recipe.maps(has_top=False)
    assert (frozen.cut, frozen.pool) == (cut, "none")
    assert frozen.width == math.prod(frozen.map_shape)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"unfreeze": "block6"}, "block1, block2, block3, block4, block5; or use all or none"),
        ({"cut": "block4_pool"}, "block5.*up to block4_pool"),
        ({"cut": "fc2", "size": "224"}, "only the convolutional base"),
    ],
)
def test_what_cannot_be_unfrozen_is_said(settings: dict[str, str], complaint: str) -> None:
    recipe = recipe_named("fine-tune").with_settings(settings)
    with pytest.raises(InvalidTrunk, match=complaint):
        recipe.maps(has_top=True)
