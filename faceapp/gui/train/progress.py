"""A training as its events tell it: what is shown while it runs, without any widget."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path

from faceapp.training.epochs import Epoch
from faceapp.training.events import (
    BatchDone,
    EpochDone,
    LogLine,
    Phase,
    PhaseStarted,
    RunStarted,
    TrainingEvent,
    ValidationConfusion,
)

_PACE_BATCHES = 20
_LEARNING: frozenset[Phase] = frozenset({"head", "tuning", "judging"})


class TrainingProgress:
    """Everything heard of one training so far.

    Attributes:
        phases: those that began, in order, of the present part.
        part: which of `parts` models (folds) is learned.
        rows: the learning curve of the present phase and part.
        points: loss and accuracy of each batch since the phase began, at its place in epochs.
        confusion: how validation samples are answered now.
        run: the hidden folder that is written.
        has_learned: whether learning has begun, so that stopping now leaves something to keep.

    """

    def __init__(self) -> None:
        self.phases: list[Phase] = []
        self.part, self.parts = 1, 1
        self.rows: list[Epoch] = []
        self.points: list[tuple[float, float, float]] = []
        self.epochs = 0
        self.batch: BatchDone | None = None
        self.confusion: ValidationConfusion | None = None
        self.run: Path | None = None
        self.has_learned = False
        self._pace: deque[tuple[int, float]] = deque(maxlen=_PACE_BATCHES)

    @property
    def phase(self) -> Phase | None:
        """The step that it is at."""
        return self.phases[-1] if self.phases else None

    @property
    def epoch(self) -> int:
        """The epoch under way, or the last whole one; 0 before the first."""
        if self.batch is not None and self.phase == "tuning":
            return self.batch.epoch
        return self.rows[-1].epoch if self.rows else 0

    @property
    def images_a_second(self) -> float | None:
        """Pace of fine-tuning over the last batches; None where there is none."""
        seconds = sum(each for _, each in self._pace)
        return sum(images for images, _ in self._pace) / seconds if seconds > 0 else None

    def hear(self, events: Iterable[TrainingEvent]) -> None:
        """Take in what was told, in order."""
        for event in events:
            self._take(event)

    def _take(self, event: TrainingEvent) -> None:
        match event:
            case RunStarted():
                self.run = event.folder
            case PhaseStarted():
                self._enter(event)
            case BatchDone():
                self.batch, self.epochs = event, event.epochs
                place = event.epoch - 1 + event.batch / event.batches
                self.points.append((place, event.loss, event.accuracy))
                self._pace.append((event.images, event.seconds))
            case EpochDone():
                self.rows.append(event.row)
                self.epochs = event.epochs
            case ValidationConfusion():
                self.confusion = event
            case LogLine():  # shown as it comes
                pass

    def _enter(self, event: PhaseStarted) -> None:
        if event.part != self.part or event.phase in self.phases:
            before: list[Phase] = [each for each in self.phases if each in {"faces", "caching"}]
            self.phases = [each for each in before if each != event.phase]
        self.part, self.parts = event.part, event.parts
        self.has_learned = self.has_learned or event.phase in _LEARNING
        self.phases.append(event.phase)
        if event.phase in {"head", "tuning"}:
            self.rows, self.points, self.batch, self.epochs = [], [], None, 0
            self._pace.clear()
