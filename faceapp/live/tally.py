"""What many readings come to: how many, how fast, and how often which class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from faceapp.live.pace import pace_figures
from faceapp.live.readings import FrameReading


class Tally:
    """Counts frame after frame."""

    def __init__(self, classes: Sequence[str], precision: str) -> None:
        self._classes = tuple(classes)
        self._precision = precision
        self._latencies: list[float] = []
        self._labels: Counter[str] = Counter()
        self.frames = 0
        self.faces = 0

    def add(self, read: FrameReading) -> None:
        """Count one frame."""
        self.frames += 1
        self.faces += len(read.readings)
        self._labels.update(each.label for each in read.readings)
        if read.time is not None:
            self._latencies.append(read.latency)

    @property
    def share(self) -> dict[str, float]:
        """Part of all read faces that each class is, 0..1; what is lacking to 1 got no class."""
        return {name: self._labels[name] / max(1, self.faces) for name in self._classes}

    def to_json(self, seconds: float) -> dict[str, Any]:
        """The figures of a work that took so many seconds.

        `latency_ms` holds None where frames have no time: images are read several at once.
        """
        pace = pace_figures(self._latencies, seconds)
        timed = bool(self._latencies)
        return {
            "frames": self.frames,
            "faces": self.faces,
            "seconds": round(seconds, 3),
            "fps": round(self.frames / seconds, 2) if seconds > 0 else 0.0,
            "latency_ms": {
                "p50": round(pace.p50, 2) if timed else None,
                "p95": round(pace.p95, 2) if timed else None,
            },
            "precision": self._precision,
            "share": self.share,
        }
