"""What is read: one face in one frame, and all faces of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from faceapp.faces import Face
from faceapp.faces.face import Box


class State(StrEnum):
    """Whether a face got a class."""

    READ = "read"
    UNSURE = "unsure"  # the surest class is less probable than the model's threshold
    TOO_SMALL = "too small"  # not shown to the model at all


NO_FACE = "no face"


@dataclass(frozen=True)
class Reading:
    """What the model says of one face in one frame.

    Attributes:
        number: the face's number, from 1, the same for as long as the face is followed; 0 is an
            image without a found face, read whole.
        face: where it is; None where the image was read whole.
        state: whether it got a class.
        label: the name of the class, or the state where there is none.
        raw: the model's probability of each class, in order, adding up to 1; empty where the
            model was not asked.
        smoothed: the same, corrected for a calibrated person and smoothed over time; empty where
            nothing is smoothed.
        detected: whether the detector found the face in this very frame; otherwise it was
            followed from an earlier one.
        calibrated: whether this face's resting expression is known, corrected for or not.

    """

    number: int
    face: Face | None
    state: State
    label: str
    raw: tuple[float, ...]
    smoothed: tuple[float, ...] = ()
    detected: bool = True
    calibrated: bool = False

    @property
    def box(self) -> Box | None:
        """x, y, width and height of the face, in pixels of the upright frame."""
        return self.face.box if self.face else None

    @property
    def shown(self) -> tuple[float, ...]:
        """The probabilities that the label follows from."""
        return self.smoothed or self.raw

    @property
    def confidence(self) -> float:
        """Probability of the surest class, 0..1; 0 where the model was not asked."""
        return max(self.shown, default=0.0)


@dataclass(frozen=True)
class Spent:
    """Seconds that a frame took: finding faces, the classifier's network, and everything."""

    detection: float = 0.0
    network: float = 0.0
    total: float = 0.0

    @property
    def rest(self) -> float:
        """Following, cropping, smoothing: everything but the two networks."""
        return self.total - self.detection - self.network


@dataclass(frozen=True)
class FrameReading:
    """What is read in one frame; no readings where it shows no face.

    Attributes:
        file: the file or camera that the frame comes from.
        number: of the frame, from 0; None for an image.
        time: seconds from the beginning of the source; None for an image.
        classes: what the probabilities are of, in order.
        readings: one a face, the largest first.
        captured: when the frame came in, on the clock of whoever read it.
        finished: when it was read.
        spent: where the time went.
        problem: why the frame could not be read; empty where it could.

    """

    file: str
    number: int | None
    time: float | None
    classes: tuple[str, ...]
    readings: tuple[Reading, ...]
    captured: float = 0.0
    finished: float = 0.0
    spent: Spent = Spent()
    problem: str = ""

    @property
    def latency(self) -> float:
        """Seconds from capture to reading."""
        return self.finished - self.captured
