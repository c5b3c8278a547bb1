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


@dataclass(frozen=True, eq=False)
class Looked:
    """A frame whose faces are found and cropped, and with which model they are to be read.

    Attributes:
        frame: the frame.
        model, settings: as they stood when it was looked at.
        tracked: its faces, the largest first.
        crops: (N, size, size, 3) of those that are large enough, in that order.
        detection, total: seconds spent on finding faces, and on everything up to here.

    """

    frame: Frame
    model: Model
    settings: Settings
    tracked: tuple[Tracked, ...]
    crops: NDArray[np.uint8]
    detection: float
    total: float


@dataclass(frozen=True, eq=False)
class Answers:
    """Probabilities (N, C) of the crops of a frame, and the seconds that the model took."""

    rows: NDArray[np.float32]
    network: float


class FrameReader:
    """Reads the frames of one source in order; only one thread at a time may call `read`.

    `read` is `look`, `ask` and `tell`. Called apart, each of `look` and `tell` wants all frames in
    order, each on one thread at a time; they share nothing. `ask` keeps nothing, and stands as many
    threads as the model does.

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
        self._next = self._told = model
        self._detect = detect
        self._clock = clock
        self._tracker = Tracker(self._timed_detect)
        self._smoothers: dict[int, Smoother] = {}
        self._calibrations: dict[int, NeutralCalibration] = {}
        self._detection = 0.0

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
        looked = self.look(frame)
        return self.tell(looked, self.ask(looked))

    def look(self, frame: Frame) -> Looked:
        """Find or follow the faces of the next frame, and cut out those that are large enough."""
        began = self._clock.now()
        self._detection = 0.0
        model, settings = self._next, self.settings
        self._tracker.every = settings.detect_every
        tracked = sorted(self._tracker.follow(frame), key=lambda each: -each.face.area)
        spec = model.info.preprocessing
        large = [each.face for each in tracked if _is_large(each, settings)]
        crops = np.zeros((len(large), spec.size, spec.size, 3), np.uint8)
        for place, face in enumerate(large):
            crops[place] = prepare(frame.pixels, face, spec)
        total = self._clock.now() - began
        return Looked(frame, model, settings, tuple(tracked), crops, self._detection, total)

    def ask(self, looked: Looked) -> Answers:
        """The model's answers to all faces of a frame at once."""
        began = self._clock.now()
        if not len(looked.crops):
            return Answers(np.zeros((0, len(looked.model.info.classes)), np.float32), 0.0)
        rows = looked.model.probabilities(looked.crops)
        return Answers(rows, self._clock.now() - began)

    def tell(self, looked: Looked, answers: Answers) -> FrameReading:
        """What the answers to the next frame come to, smoothed over those before it."""
        began = self._clock.now()
        self._heed_model(looked.model)
        frame = looked.frame
        self._forget(frame.time or 0.0)
        rows = iter(answers.rows)
        readings = tuple(
            self._reading(looked, each, next(rows))
            if _is_large(each, looked.settings)
            else _small(each)
            for each in looked.tracked
        )
        finished = self._clock.now()
        total = looked.total + answers.network + finished - began
        return FrameReading(
            file=frame.file,
            number=None if frame.time is None else frame.number,
            time=frame.time,
            classes=looked.model.info.classes,
            readings=readings,
            captured=frame.captured,
            finished=finished,
            spent=Spent(looked.detection, answers.network, total),
        )

    def _heed_model(self, model: Model) -> None:
        if model is not self._told:
            self._told = model
            self._smoothers, self._calibrations = {}, {}

    def _forget(self, time: float) -> None:
        self._smoothers = {
            number: smoother
            for number, smoother in self._smoothers.items()
            if 0 <= time - smoother.time <= _FORGET_SECONDS
        }

    def _timed_detect(self, pixels: NDArray[np.uint8]) -> Sequence[Face]:
        began = self._clock.now()
        faces = self._detect(pixels)
        self._detection += self._clock.now() - began
        return faces

    def _reading(self, looked: Looked, tracked: Tracked, row: NDArray[np.float32]) -> Reading:
        raw = tuple(float(p) for p in row)
        smoothed = self._smoothed(looked, tracked.number, raw)
        shown = smoothed or raw
        info = looked.model.info
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

    def _smoothed(self, looked: Looked, number: int, raw: tuple[float, ...]) -> tuple[float, ...]:
        """Calm values; none of a picture without a time."""
        if looked.frame.time is None:
            return ()
        calibration = self._calibrations.get(number) if looked.settings.neutral else None
        corrected = calibration.apply(raw) if calibration else raw
        smoother = self._smoothers.setdefault(number, Smoother())
        return smoother.add(corrected, looked.frame.time, looked.settings.smoothing)


def _is_large(tracked: Tracked, settings: Settings) -> bool:
    return min(tracked.face.box[2:]) >= settings.least_face


def _small(tracked: Tracked) -> Reading:
    return Reading(
        number=tracked.number,
        face=tracked.face,
        state=State.TOO_SMALL,
        label=State.TOO_SMALL.value,
        raw=(),
        detected=tracked.detected,
    )
