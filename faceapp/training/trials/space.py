"""What a tuning may vary, and within what: domains of a recipe's settings, read from text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from faceapp.training.recipes import Recipe, RecipeError
from faceapp.words import Words

_DECADE = 10  # a range that spans as much is drawn on a logarithmic scale


@dataclass(frozen=True)
class Span:
    """Numbers from `low` to `high`, both included; whole ones only where `whole`."""

    low: float
    high: float
    whole: bool = False

    @property
    def logarithmic(self) -> bool:
        """Whether equal ratios, not equal differences, are equally likely."""
        return self.low > 0 and self.high / self.low >= _DECADE

    def __str__(self) -> str:
        return f"{_number(self.low)}..{_number(self.high)}"


@dataclass(frozen=True)
class OneOf:
    """One of some values, as text."""

    values: tuple[str, ...]

    def __str__(self) -> str:
        return "|".join(self.values)


Domain = Span | OneOf
Space = Mapping[str, Domain]

# What is varied where nobody says: what costs no new activations.
_OF_HEADS: dict[str, Domain] = {"penalty": Span(0.03, 30.0), "balance": OneOf(("true", "false"))}
_OF_SOFTMAX: dict[str, Domain] = {
    "learning_rate": Span(1e-5, 1e-2),
    "balance": OneOf(("true", "false")),
}
_OF_FINE_TUNING: dict[str, Domain] = {
    "base_rate": Span(3e-6, 3e-4),
    "head_rate": Span(1e-5, 1e-3),
    "smoothing": Span(0.0, 0.3),
    "dropout": Span(0.0, 0.7),
    "mixup": Span(0.0, 0.4),
}


def usual_space(recipe: Recipe) -> Space:
    """What to vary in a recipe where the person does not say."""
    if recipe.tunes:
        return _OF_FINE_TUNING
    return _OF_SOFTMAX if recipe.head == "softmax" else _OF_HEADS


def parse_space(pairs: Mapping[str, str], recipe: Recipe) -> Space:
    """Domains from text: `penalty` "0.1..10" is a range, `scale` "1.8|2.1" a choice.

    Raises:
        RecipeError: a setting that does not exist, or a value that does not fit it, by name.

    """
    return {setting: _domain(setting, text, recipe) for setting, text in pairs.items()}


def _domain(setting: str, text: str, recipe: Recipe) -> Domain:
    low, dots, high = text.partition("..")
    if dots:
        return _span(setting, low.strip(), high.strip(), recipe)
    values = tuple(dict.fromkeys(value.strip() for value in text.split("|")))
    if len(values) < 2:
        raise RecipeError(
            Words(
                "{setting}={text}: give a range (0.1..10) or choices (a|b)",
                setting=setting,
                text=text,
            )
        )
    _check(setting, values, recipe)
    return OneOf(values)


def _span(setting: str, low: str, high: str, recipe: Recipe) -> Span:
    _check(setting, (low, high), recipe)
    present = getattr(recipe, setting)
    if isinstance(present, bool) or not isinstance(present, int | float):
        raise RecipeError(
            Words(
                "{setting}={low}..{high}: it is no number; give choices (a|b)",
                setting=setting,
                low=low,
                high=high,
            )
        )
    span = Span(float(low), float(high), whole=isinstance(present, int))
    if not (math.isfinite(span.high) and span.low < span.high):
        raise RecipeError(
            Words(
                "{setting}={low}..{high}: the range must rise", setting=setting, low=low, high=high
            )
        )
    return span


def _check(setting: str, values: Sequence[str], recipe: Recipe) -> None:
    for value in values:
        recipe.with_settings({setting: value})


def _number(value: float) -> str:
    return f"{value:g}"
