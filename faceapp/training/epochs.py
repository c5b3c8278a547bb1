"""A row of the learning curves: a plain value, so that whoever shows it loads no library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Epoch:
    """One row of the learning curves; accuracies are plain, balanced ones named so.

    `phase` is "head" or, with another loss, "tuning"; each counts its epochs from 1.
    """

    epoch: int
    loss: float
    accuracy: float
    balanced_accuracy: float
    validation_loss: float
    validation_accuracy: float
    validation_balanced_accuracy: float
    phase: Literal["head", "tuning"] = "head"
