"""Expressions as facial actions, after the action units (AU) of the Facial Action Coding System.

Ekman, Friesen & Hager (2002), Facial Action Coding System; which units make which expression
follows their table of emotion prototypes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

EXPRESSIONS = ("neutral", "happy", "sad", "angry", "surprised", "disgusted")


@dataclass(frozen=True)
class Actions:
    """How far each facial action is carried out: 0 at rest, 1 about as far as most people can."""

    inner_brow: float = 0.0  # AU1, inner ends of the brows up
    outer_brow: float = 0.0  # AU2, outer ends up
    brow_lower: float = 0.0  # AU4, brows down and together
    lid_raise: float = 0.0  # AU5, eyes wide
    cheek_raise: float = 0.0  # AU6
    lid_tight: float = 0.0  # AU7, lower lids up
    nose_wrinkle: float = 0.0  # AU9
    lip_raise: float = 0.0  # AU10, upper lip up
    corner_pull: float = 0.0  # AU12, corners of the mouth out and up
    corner_drop: float = 0.0  # AU15, corners down
    chin_raise: float = 0.0  # AU17, chin boss and lower lip up
    stretch: float = 0.0  # AU20, corners out
    press: float = 0.0  # AU24, lips pressed thin
    part: float = 0.0  # AU25, lips apart
    jaw: float = 0.0  # AU26 and AU27, jaw down
    droop: float = 0.0  # AU43, upper lids down


ACTION_NAMES = tuple(field.name for field in fields(Actions))

# Each expression is worn in one of several ways.
_WAYS: Mapping[str, tuple[Mapping[str, float], ...]] = {
    "neutral": ({},),
    "happy": (
        {"corner_pull": 1.0, "cheek_raise": 0.8, "lid_tight": 0.5},
        {"corner_pull": 0.9, "cheek_raise": 0.9, "lid_tight": 0.6, "part": 0.8, "lip_raise": 0.2},
        {"corner_pull": 0.9, "cheek_raise": 1.0, "lid_tight": 0.7, "part": 0.8, "jaw": 0.5},
        {"corner_pull": 0.8, "cheek_raise": 0.3, "inner_brow": 0.2, "outer_brow": 0.3, "part": 0.5},
    ),
    "sad": (
        {"inner_brow": 0.9, "brow_lower": 0.3, "corner_drop": 0.8, "droop": 0.4},
        {"inner_brow": 0.7, "corner_drop": 0.9, "chin_raise": 0.9, "droop": 0.2},
        {"inner_brow": 1.0, "brow_lower": 0.4, "corner_drop": 0.5, "part": 0.3, "droop": 0.5},
        {"corner_drop": 0.7, "droop": 0.8, "inner_brow": 0.4, "press": 0.3},
    ),
    "angry": (
        {"brow_lower": 1.0, "lid_tight": 0.6, "lid_raise": 0.3, "press": 0.9},
        {"brow_lower": 1.0, "lid_raise": 0.6, "lid_tight": 0.4, "part": 0.6, "lip_raise": 0.5,
         "stretch": 0.4, "jaw": 0.15},
        {"brow_lower": 0.9, "lid_raise": 0.5, "part": 0.9, "jaw": 0.5, "lip_raise": 0.5,
         "nose_wrinkle": 0.3},
        {"brow_lower": 0.8, "lid_tight": 0.5, "press": 0.6, "chin_raise": 0.5, "corner_drop": 0.3},
    ),
    "surprised": (
        {"inner_brow": 0.9, "outer_brow": 0.9, "lid_raise": 0.9, "jaw": 0.8, "part": 0.6},
        {"inner_brow": 1.0, "outer_brow": 1.0, "lid_raise": 0.7, "jaw": 0.35, "part": 0.5},
        {"inner_brow": 0.8, "outer_brow": 1.0, "lid_raise": 1.0, "jaw": 0.6, "part": 0.7,
         "corner_pull": 0.15},
        {"inner_brow": 0.8, "outer_brow": 0.8, "lid_raise": 0.6, "part": 0.3, "jaw": 0.1},
    ),
    "disgusted": (
        {"nose_wrinkle": 1.0, "lip_raise": 0.8, "brow_lower": 0.4, "lid_tight": 0.6},
        {"nose_wrinkle": 0.8, "lip_raise": 1.0, "brow_lower": 0.3, "lid_tight": 0.5, "part": 0.5},
        {"nose_wrinkle": 0.7, "lip_raise": 0.5, "chin_raise": 0.7, "corner_drop": 0.5,
         "lid_tight": 0.5},
        {"nose_wrinkle": 0.8, "lip_raise": 0.7, "jaw": 0.3, "part": 0.6, "lid_tight": 0.5,
         "cheek_raise": 0.4},
    ),
}  # fmt: skip

# Momentary movement that has nothing to do with the expression.
_FLICKER = 0.05


@dataclass(frozen=True)
class Manner:
    """How one person moves: where each action rests, and how strongly it answers (1 average)."""

    rest: Mapping[str, float]
    gain: Mapping[str, float]


def draw_manner(rng: np.random.Generator) -> Manner:
    """A person's own resting face and liveliness."""
    lively = rng.normal(1.0, 0.12)
    return Manner(
        rest={name: float(rng.normal(0.0, 0.07)) for name in ACTION_NAMES},
        gain={name: float(max(0.3, rng.normal(lively, 0.2))) for name in ACTION_NAMES},
    )


def ways_of(expression: str) -> int:
    """In how many ways `expression` is worn."""
    return len(_WAYS[expression])


def perform(
    expression: str, way: int, intensity: float, manner: Manner, rng: np.random.Generator
) -> Actions:
    """The actions of a face that wears `expression` at `intensity` (0 rest, 1 exaggerated)."""
    asked = _WAYS[expression][way]
    flicker = rng.normal(0.0, _FLICKER, len(ACTION_NAMES))
    return Actions(
        **{
            name: _limited(
                manner.rest[name] + manner.gain[name] * intensity * asked.get(name, 0.0) + moved
            )
            for name, moved in zip(ACTION_NAMES, flicker, strict=True)
        }
    )


def _limited(amount: float) -> float:
    return min(1.25, max(0.0, float(amount)))
