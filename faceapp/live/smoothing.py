"""Calm figures: probabilities smoothed over time, and corrected for one person's resting face."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset.vocabulary import match_class
from faceapp.errors import WorldError
from faceapp.words import Words

_NEUTRAL = "neutral"
_LEAST = 1e-6  # a probability of 0 says no more than this
_LEAST_READINGS = 5
# At rest neutral is to be at least so many times as probable as any other class.
_MARGIN = 3.0


class Smoother:
    """Exponential smoothing in time: after `seconds` of a change 63% of it shows, after 3 of
    them 95%, however many frames that took.

    The continuous first-order low-pass, stepped exactly: s += (1 - exp(-dt / seconds)) * (x - s).
    """

    def __init__(self) -> None:
        self.time = 0.0  # of the last values
        self._value: NDArray[np.float64] | None = None

    def add(self, values: Sequence[float], time: float, seconds: float) -> tuple[float, ...]:
        """Smoothed values (C,) at `time` seconds; `seconds` 0 smooths nothing.

        The first values, and those of a time before the last, begin anew. Convex: of values that
        add up to 1 the smoothed ones do as well.
        """
        new = np.asarray(values, np.float64)
        if self._value is None or time < self.time or seconds <= 0:
            self._value = new
        else:
            share = -math.expm1(-(time - self.time) / seconds)
            self._value = self._value + share * (new - self._value)
        self.time = time
        return tuple(self._value.tolist())


class NeutralImpossible(WorldError):
    """A person's resting face cannot be calibrated: no neutral is known, or too little was seen."""


@dataclass(frozen=True)
class NeutralCalibration:
    """What is taken off each class for one person, so that their resting face reads as neutral.

    Method: `offsets` (C,), none above 0, are added to the logarithms of the probabilities, which
    then again are made to add up to 1: a shift of the logits by class, as for class priors (Menon
    et al., "Long-tail learning via logit adjustment", ICLR 2021), except that here the prior is
    what this person's face shows at rest. With m the mean log probabilities while they looked
    neutral, a class is lowered only as far as it must be for neutral to be three times as probable
    at rest: offset = min(0, m[neutral] - ln 3 - m[class]). Neutral itself, and classes that their
    resting face does not resemble, keep what they had; so whoever already rests at neutral is not
    changed at all.
    """

    offsets: tuple[float, ...]

    @classmethod
    def of(cls, classes: Sequence[str], raw: Sequence[Sequence[float]]) -> Self:
        """Calibrate on raw probabilities (N, C) read while a person looked neutral.

        Raises:
            NeutralImpossible: no class means neutral, or there are fewer than five readings.

        """
        neutral = neutral_class(classes)
        if len(raw) < _LEAST_READINGS:
            raise NeutralImpossible(
                Words(
                    "The face was read {number} times only: stay in view and look neutral until "
                    "the count has ended.",
                    number=len(raw),
                )
            )
        mean = np.log(np.maximum(np.asarray(raw, np.float64), _LEAST)).mean(axis=0)
        offsets = np.minimum(0.0, mean[neutral] - math.log(_MARGIN) - mean)
        offsets[neutral] = 0.0
        return cls(tuple(offsets.tolist()))

    def apply(self, raw: Sequence[float]) -> tuple[float, ...]:
        """Corrected probabilities (C,), adding up to 1."""
        logits = np.log(np.maximum(np.asarray(raw, np.float64), _LEAST)) + self.offsets
        powers = np.exp(logits - logits.max())
        return tuple((powers / powers.sum()).tolist())


def neutral_class(classes: Sequence[str]) -> int:
    """Index of the class that means neutral; raises `NeutralImpossible` where there is none."""
    name = match_class(_NEUTRAL, classes)
    if name is None:
        raise NeutralImpossible(
            Words(
                "This model knows no neutral ({classes}), so there is nothing to calibrate.",
                classes=", ".join(classes),
            )
        )
    return list(classes).index(name)
