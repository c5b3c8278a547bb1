"""Reading one frame after another: found or followed faces, THE preprocessing, the model, calm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faceapp.faces import Face, prepare
from faceapp.live.clock import MONOTONIC, Clock
from faceapp.live.frames import Frame
from faceapp.live.readings import FrameReading, Reading, Spent, State
from faceapp.live.smoothing import NeutralCalibration, Smoother
from faceapp.live.tracking import Detect, Tracked, Tracker
from faceapp.networks.saved_model import ModelInfo

# A face away for so many seconds begins anew when it returns; it has another number then.
_FORGET_SECONDS = 2.0


class Model(Protocol):
    """What classifies crops: `networks.Classifier`, or a test's stand-in."""

    info: ModelInfo

    def probabilities(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probability of each class (N, C) of crops (N, size, size, 3) RGB."""
        ...


@dataclass(frozen=True)
class Settings:
    """What a person may turn while watching.

    Attributes:
        smoothing: seconds after which 63% of a change shows; 0 shows raw values.
        neutral: whether calibrated people are corrected.
        least_face: short side of a face in pixels, below which it is "too small". A face of 32
            pixels has its eyes some 13 apart; blown up to 112 there is little left to read.
        detect_every: seconds between two looks of the detector; 0 looks at every frame.

    """

    smoothing: float = 0.3
    neutral: bool = True
    least_face: float = 32.0
    detect_every: float = 0.1


DEFAULTS = Settings()


class FrameReader:
    """Reads the frames of one source in order; only one thread at a time may call `read`.

    `settings` may be replaced, and `use` and `calibrate` called, from any thread: they count from
    the next frame on.

    Args:
        model: classifies; its threshold decides what is "unsure".
        detect: finds faces; the same way everywhere, or crops would differ.
        settings: at the beginning.
        clock: measures where time goes; frames must be captured on the same.

    """

    def __init__(
        self, model: Model, detect: Detect, settings: Settings = DEFAULTS, clock: Clock = MONOTONIC
    ) -> None:
        self.settings = settings
        self._next = self._model = model
        self._detect = detect
        self._clock = clock
        self._tracker = Tracker(self._timed_detect)
        self._smoothers: dict[int, Smoother] = {}
        self._calibrations: dict[int, NeutralCalibration] = {}
        self._detection = self._network = 0.0

    @property
    def info(self) -> ModelInfo:
        """Of the model that reads the next frame."""
        return self._next.info

    def use(self, model: Model) -> None:
        """Read with another model from the next frame on; calibrations are forgotten."""
        self._next = model

    def calibrate(self, number: int, calibration: NeutralCalibration | None) -> None:
        """Correct the face of that number for as long as it keeps it; None corrects no more."""
        if calibration is None:
            self._calibrations.pop(number, None)
        else:
            self._calibrations[number] = calibration

    def reset(self) -> None:
        """Another source begins: numbers, smoothing and calibrations start anew."""
        self._tracker.reset()
        self._smoothers, self._calibrations = {}, {}

    def read(self, frame: Frame) -> FrameReading:
        """Read all faces of a frame, the largest first."""
        began = self._clock.now()
        self._detection = self._network = 0.0
        self._adopt_model()
        self._tracker.every = self.settings.detect_every
        tracked = sorted(self._tracker.follow(frame), key=lambda each: -each.face.area)
        self._forget(frame.time or 0.0)
        rows = iter(self._ask(frame, [each.face for each in tracked if self._is_large(each)]))
        readings = tuple(
            self._reading(each, next(rows), frame.time) if self._is_large(each) else _small(each)
            for each in tracked
        )
        finished = self._clock.now()
        return FrameReading(
            file=frame.file,
            number=None if frame.time is None else frame.number,
            time=frame.time,
            classes=self._model.info.classes,
            readings=readings,
            captured=frame.captured,
            finished=finished,
            spent=Spent(self._detection, self._network, finished - began),
        )

    def _adopt_model(self) -> None:
        if self._next is not self._model:
            self._model = self._next
            self._smoothers, self._calibrations = {}, {}

    def _forget(self, time: float) -> None:
        self._smoothers = {
            number: smoother
            for number, smoother in self._smoothers.items()
            if 0 <= time - smoother.time <= _FORGET_SECONDS
        }

    def _is_large(self, tracked: Tracked) -> bool:
        return min(tracked.face.box[2:]) >= self.settings.least_face

    def _timed_detect(self, pixels: NDArray[np.uint8]) -> Sequence[Face]:
        began = self._clock.now()
        faces = self._detect(pixels)
        self._detection += self._clock.now() - began
        return faces

    def _ask(self, frame: Frame, faces: Sequence[Face]) -> NDArray[np.float32]:
        """The model's answers (N, C) to all faces of the frame at once."""
        spec = self._model.info.preprocessing
        if not faces:
            return np.zeros((0, len(self._model.info.classes)), np.float32)
        crops = np.stack([prepare(frame.pixels, face, spec) for face in faces])
        began = self._clock.now()
        rows = self._model.probabilities(crops)
        self._network += self._clock.now() - began
        return rows

    def _reading(self, tracked: Tracked, row: NDArray[np.float32], time: float | None) -> Reading:
        raw = tuple(float(p) for p in row)
        smoothed = self._smoothed(tracked.number, raw, time) if time is not None else ()
        shown = smoothed or raw
        info = self._model.info
        unsure = max(shown) < info.unsure_below
        return Reading(
            number=tracked.number,
            face=tracked.face,
            state=State.UNSURE if unsure else State.READ,
            label=State.UNSURE.value if unsure else info.classes[shown.index(max(shown))],
            raw=raw,
            smoothed=smoothed,
            detected=tracked.detected,
            calibrated=tracked.number in self._calibrations,
        )

    def _smoothed(self, number: int, raw: tuple[float, ...], time: float) -> tuple[float, ...]:
        calibration = self._calibrations.get(number) if self.settings.neutral else None
        corrected = calibration.apply(raw) if calibration else raw
        smoother = self._smoothers.setdefault(number, Smoother())
        return smoother.add(corrected, time, self.settings.smoothing)


def _small(tracked: Tracked) -> Reading:
    return Reading(
        number=tracked.number,
        face=tracked.face,
        state=State.TOO_SMALL,
        label=State.TOO_SMALL.value,
        raw=(),
        detected=tracked.detected,
    )
