"""How fast frames are read: frames a second, and the latency that half and 95% of them keep."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class PaceFigures:
    """Frames a second, and milliseconds from capture to the end that was measured.

    Half of the frames kept `p50`, 95% of them `p95`. All are 0 before there are two frames.
    """

    fps: float
    p50: float
    p95: float


def pace_figures(latencies: Sequence[float], seconds: float) -> PaceFigures:
    """Figures of frames with these latencies (seconds), read within `seconds`."""
    if not latencies or seconds <= 0:
        return PaceFigures(0.0, 0.0, 0.0)
    p50, p95 = np.percentile(latencies, [50, 95]) * 1000
    return PaceFigures(len(latencies) / seconds, float(p50), float(p95))


class Pace:
    """Keeps the frames of the last `window` seconds; not for two threads at a time."""

    def __init__(self, window: float = 5.0) -> None:
        self._window = window
        self._frames: deque[tuple[float, float]] = deque()

    def add(self, captured: float, finished: float) -> PaceFigures:
        """A frame captured then is finished now; the figures with it."""
        self._frames.append((finished, finished - captured))
        while finished - self._frames[0][0] > self._window:
            self._frames.popleft()
        # From the first frame's end to the last one's there is one frame less than there are.
        span = finished - self._frames[0][0]
        latencies = [latency for _, latency in self._frames]
        figures = pace_figures(latencies, span)
        return replace(figures, fps=figures.fps * (len(latencies) - 1) / len(latencies))
