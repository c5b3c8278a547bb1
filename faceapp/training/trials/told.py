"""What a tuning tells: trials and what they come to, plain values fit to cross a pipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["complete", "pruned", "running"]


@dataclass(frozen=True)
class Trial:
    """One trial: balanced accuracy (0..1) in the inner folds; None where pruned or not yet done.

    A running one may run on another machine, or have been left by a process that was ended.
    """

    number: int
    settings: Mapping[str, str]
    score: float | None
    seconds: float
    state: State = "complete"

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold."""
        return {
            "number": self.number,
            "settings": dict(self.settings),
            "score": self.score,
            "seconds": round(self.seconds, 3),
            "state": self.state,
        }


@dataclass(frozen=True)
class Tuning:
    """What a study holds: its trials, whoever made them, the best first.

    `importance` says which part of the differences in score each setting explains (0..1, adding up
    to 1; Hutter et al. 2014); empty while there are too few trials. `asked` is the `TuneConfig`
    that began the study, as JSON; None where an earlier program did.
    """

    study: str
    storage: str
    trials: tuple[Trial, ...]
    importance: Mapping[str, float]
    seconds: float
    asked: Mapping[str, Any] | None = None

    @property
    def best(self) -> Trial | None:
        """The trial of the highest score."""
        return next((trial for trial in self.trials if trial.score is not None), None)

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold."""
        best = self.best
        return {
            "study": self.study,
            "storage": self.storage,
            "trials": [trial.to_json() for trial in self.trials],
            "best": best.to_json() if best else None,
            "importance": dict(self.importance),
            "seconds": round(self.seconds, 3),
        }


OnTrial = Callable[[Trial], None]
OnStudy = Callable[[Tuning], None]
