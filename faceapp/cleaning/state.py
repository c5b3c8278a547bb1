"""How a dataset stands at one moment, for a report to compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from faceapp.dataset import Dataset, Query
from faceapp.dataset.history import now


@dataclass(frozen=True)
class State:
    """A dataset at one moment.

    Attributes:
        time: ISO-8601 in UTC.
        samples: that training may use.
        quarantined: that were set aside.
        classes: samples of each class, by task.

    """

    time: str
    samples: int
    quarantined: int
    classes: Mapping[str, Mapping[str, int]]

    def to_json(self) -> dict[str, Any]:
        """The state as JSON values."""
        return {
            "time": self.time,
            "samples": self.samples,
            "quarantined": self.quarantined,
            "classes": {task: dict(counts) for task, counts in self.classes.items()},
        }


def state_of(dataset: Dataset) -> State:
    """How the dataset stands now."""
    tasks = [task.name for task in dataset.tasks()]
    return State(
        now(),
        dataset.count(),
        dataset.count(Query(quarantined=True)),
        {task: dataset.class_counts(task).counts for task in tasks},
    )
