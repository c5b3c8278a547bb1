"""What may vary is read from text, and what does not fit is refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.training.recipes import RECIPES, RecipeError, recipe_named
from faceapp.training.trials.space import OneOf, Span, parse_space, usual_space

QUICK = recipe_named("quick")


def test_ranges_and_choices() -> None:
    given = {"penalty": "0.1..10", "patience": "5..20", "scale": "1.8|2.1|1.8"}
    space = parse_space(given, QUICK)
    assert space == {
        "penalty": Span(0.1, 10.0),
        "patience": Span(5, 20, whole=True),
        "scale": OneOf(("1.8", "2.1")),
    }


@pytest.mark.parametrize(
    ("setting", "text", "said"),
    [
        ("beauty", "1..2", "no setting 'beauty'"),
        ("penalty", "3", "range"),
        ("penalty", "5..1", "rise"),
        ("penalty", "-1..1", "negative"),
        ("penalty", "low..high", "float"),
        ("head", "ridge..softmax", "choices"),
        ("balance", "false..true", "choices"),
        ("head", "ridge|tree", "softmax"),
        ("dropout", "0.1..1", "share"),
        ("name", "a|b", "no setting 'name'"),
    ],
)
def test_what_does_not_fit_is_named(setting: str, text: str, said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        parse_space({setting: text}, QUICK)


@pytest.mark.parametrize("name", RECIPES)
def test_what_is_usual_fits_its_recipe(name: str) -> None:
    recipe = recipe_named(name)
    space = usual_space(recipe)
    assert parse_space({key: str(domain) for key, domain in space.items()}, recipe) == space


@given(
    st.floats(1e-6, 1e3, allow_nan=False),
    st.floats(1.01, 1e4, allow_nan=False),
)
def test_a_range_is_read_as_it_is_written(low: float, ratio: float) -> None:
    span = Span(float(f"{low:g}"), float(f"{low * ratio:g}"))
    if span.low < span.high:
        assert parse_space({"penalty": str(span)}, QUICK) == {"penalty": span}


def test_what_spans_a_decade_is_drawn_by_ratio() -> None:
    assert Span(0.1, 1.0).logarithmic
    assert not Span(0.5, 1.0).logarithmic
    assert not Span(0.0, 1.0).logarithmic
