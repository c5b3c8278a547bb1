"""What a write did: enough for a view to refresh only what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """The parts of a dataset that a write can touch."""

    SAMPLES = "samples"
    SOURCES = "sources"
    TASKS = "tasks"
    LABELS = "labels"
    FACES = "faces"
    FINDINGS = "findings"
    PROPOSALS = "proposals"


@dataclass(frozen=True)
class Changes:
    """An account of one write; falsy when nothing changed.

    Attributes:
        action: the undo step it belongs to; 0 where there is none (derived data).
        what: the step in words: "Label 3 samples happy".
        samples: ids of the samples it touched, those it added or took away included.
        tasks: names of the tasks it touched.
        parts: which parts of the dataset it touched.

    """

    action: int = 0
    what: str = ""
    samples: frozenset[int] = frozenset()
    tasks: frozenset[str] = frozenset()
    parts: frozenset[Part] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __or__(self, other: Changes) -> Changes:
        """Both, as one account under the action and name of the later."""
        return Changes(
            action=other.action or self.action,
            what=other.what or self.what,
            samples=self.samples | other.samples,
            tasks=self.tasks | other.tasks,
            parts=self.parts | other.parts,
        )
