"""The heat map beside the readings: the newest face only, now and then, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faceapp.faces import prepare
from faceapp.live.clock import MONOTONIC, Clock
from faceapp.live.frames import Frame
from faceapp.live.readings import FrameReading, Reading
from faceapp.live.slot import Newest
from faceapp.networks.saved_model import ModelInfo

_log = logging.getLogger(__name__)


class Mapper(Protocol):
    """What says where a model looks: `networks.heat.HeatMapper`, or a test's stand-in."""

    info: ModelInfo

    def heat(self, crop: NDArray[np.uint8], chosen: int) -> NDArray[np.float32]:
        """How much each place of a crop speaks for a class, (h, w)."""
        ...


@dataclass(frozen=True, eq=False)
class Look:
    """Where the model looked: the crop (size, size, 3) that it saw of the face `number`, and the
    `heat` (h, w) of the same square, above 0 for the class `name` and below 0 against it.
    """

    number: int
    name: str
    crop: NDArray[np.uint8]
    heat: NDArray[np.float32]


class Looker:
    """Maps the largest face of the newest frame offered, at most once in `every` seconds.

    `offer` returns at once and may be called with every frame; nothing queues up.

    Args:
        mapper: of the model that reads; another model needs another looker.
        on_look: gets each look, on the looker's thread.
        every: seconds from one look to the next.
        clock: the time.

    """

    def __init__(
        self,
        mapper: Mapper,
        on_look: Callable[[Look], None],
        every: float = 0.5,
        clock: Clock = MONOTONIC,
    ) -> None:
        self._mapper = mapper
        self._on_look = on_look
        self._every = every
        self._clock = clock
        self._due = clock.now()
        self._slot: Newest[tuple[Frame, Reading]] = Newest()
        self._thread = threading.Thread(target=self._run, name="map heat", daemon=True)
        self._thread.start()

    def offer(self, frame: Frame, read: FrameReading) -> None:
        """A frame was read; it is mapped if it is time, and if it has a face that was read."""
        faces = [each for each in read.readings if each.raw]
        now = self._clock.now()
        if faces and now >= self._due:
            self._due = now + self._every
            self._slot.put((frame, faces[0]))

    def stop(self) -> None:
        """Look no more; returns at once."""
        self._slot.close()

    def join(self, seconds: float | None = None) -> bool:
        """After `stop`: wait for the thread to end."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (taken := self._slot.take()) is not None:
            try:
                look = self._look(*taken)
            except Exception:  # noqa: BLE001 - the boundary of one frame
                _log.exception("Frame %d cannot be mapped", taken[0].number)
                continue
            self._on_look(look)

    def _look(self, frame: Frame, reading: Reading) -> Look:
        info = self._mapper.info
        chosen = reading.shown.index(max(reading.shown))
        crop = prepare(frame.pixels, reading.face, info.preprocessing)
        heat = self._mapper.heat(crop, chosen)
        return Look(reading.number, info.classes[chosen], crop, heat)
