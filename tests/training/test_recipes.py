from __future__ import annotations

import pytest

from faceapp.training.recipes import DEFAULT, RECIPES, Recipe, RecipeError, recipe_named


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))
def test_every_recipe_survives_being_stored(recipe: Recipe) -> None:
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert recipe_named(recipe.name) is recipe


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
    ],
)
def test_a_wrong_setting_is_refused_by_name(setting: str, value: str) -> None:
    with pytest.raises(RecipeError, match=setting):
        Recipe("r").with_settings({setting: value})


def test_an_unknown_recipe_lists_the_known_ones() -> None:
    with pytest.raises(RecipeError, match="faceapp, quick, study"):
        recipe_named("magic")
