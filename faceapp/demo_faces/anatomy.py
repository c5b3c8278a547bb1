"""Where the parts of a face lie, in face units, for a person and the actions of the moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from faceapp.demo_faces.actions import Actions
from faceapp.demo_faces.canvas import Floats, both_sides, hump, smooth
from faceapp.demo_faces.identity import Identity

SIDES = (-1.0, 1.0)  # image-left, image-right
NOSE_TIP = 0.6
_JAW_DROP = 0.3


@dataclass(frozen=True)
class EyeShape:
    """One eye; lids run from the inner to the outer corner."""

    side: float
    upper: Floats
    lower: Floats
    iris: tuple[float, float]

    @property
    def opening(self) -> Floats:
        """Outline of what is seen of the eyeball."""
        return np.concatenate([self.upper, self.lower[-2:0:-1]])

    @property
    def centre(self) -> tuple[float, float]:
        """Middle between the corners."""
        return (
            float(self.upper[0, 0] + self.upper[-1, 0]) / 2,
            float(self.upper[0, 1] + self.upper[-1, 1]) / 2,
        )


@dataclass(frozen=True)
class BrowShape:
    """One brow, from its inner end outwards."""

    side: float
    line: Floats
    widths: Floats


@dataclass(frozen=True)
class MouthShape:
    """Four curves from the left to the right corner of the mouth, from top to bottom."""

    upper_outer: Floats
    upper_inner: Floats
    lower_inner: Floats
    lower_outer: Floats

    @property
    def opening(self) -> Floats:
        """Outline of what shows between the lips."""
        return np.concatenate([self.upper_inner, self.lower_inner[::-1]])

    @property
    def upper_lip(self) -> Floats:
        """Outline of the upper lip."""
        return np.concatenate([self.upper_outer, self.upper_inner[::-1]])

    @property
    def lower_lip(self) -> Floats:
        """Outline of the lower lip."""
        return np.concatenate([self.lower_inner, self.lower_outer[::-1]])

    @property
    def gap(self) -> float:
        """Height of the opening in its middle."""
        middle = len(self.upper_inner) // 2
        return float(self.lower_inner[middle, 1] - self.upper_inner[middle, 1])


@dataclass(frozen=True)
class Anatomy:
    """All parts of one face at one moment."""

    outline: Floats
    eyes: tuple[EyeShape, EyeShape]
    brows: tuple[BrowShape, BrowShape]
    nose_tip: tuple[float, float]
    mouth: MouthShape
    jaw_drop: float

    @property
    def landmarks(self) -> Floats:
        """Both eyes, nose tip and corners of the mouth as (5, 2), image-left before right."""
        left, right = self.eyes
        lips = self.mouth.upper_outer
        return np.array([left.centre, right.centre, self.nose_tip, lips[0], lips[-1]], np.float32)


def build_anatomy(
    person: Identity, actions: Actions, gaze: tuple[float, float] = (0.0, 0.0)
) -> Anatomy:
    """Place every part; `gaze` moves the irises, in face units."""
    drop = _JAW_DROP * actions.jaw
    tip = (person.head.asymmetry * 0.5, NOSE_TIP * person.nose.length - 0.03 * actions.nose_wrinkle)
    return Anatomy(
        outline=_outline(person, drop),
        eyes=(_eye(person, actions, SIDES[0], gaze), _eye(person, actions, SIDES[1], gaze)),
        brows=(_brow(person, actions, SIDES[0]), _brow(person, actions, SIDES[1])),
        nose_tip=tip,
        mouth=_mouth(person, actions, drop),
        jaw_drop=drop,
    )


def _outline(person: Identity, drop: float) -> Floats:
    head = person.head
    chin = 1.64 * head.chin_length * head.length + 0.75 * drop
    width = head.width
    half = [
        (0.0, -1.42 * head.length),
        (0.52 * width, -1.3 * head.length),
        (0.86 * width, -0.85 * head.length),
        (0.98 * width, -0.25),
        (0.97 * width * head.cheek, 0.32),
        (0.86 * width * head.jaw, 0.88 + 0.25 * drop),
        (0.64 * width * head.jaw, 1.28 * head.length + 0.55 * drop),
        (0.3 * width * head.chin, chin - 0.07),
        (0.0, chin),
    ]
    return smooth(both_sides(half), closed=True)


def _eye(person: Identity, actions: Actions, side: float, gaze: tuple[float, float]) -> EyeShape:
    eyes = person.eyes
    tight = 0.5 * actions.lid_tight + 0.5 * actions.cheek_raise + 0.35 * actions.nose_wrinkle
    open_up = 1 + 0.5 * actions.lid_raise - 0.42 * actions.droop - 0.12 * tight
    open_up -= 0.16 * actions.brow_lower - 0.08 * actions.inner_brow
    open_down = 1 + 0.3 * actions.lid_raise - 0.85 * tight
    t = np.linspace(0, 1, 15, dtype=np.float32)
    x = eyes.spacing + eyes.width * (2 * t - 1)
    tilt = eyes.tilt * eyes.width * (1 - 2 * t) + side * person.head.asymmetry * 0.5
    upper_arch = hump(t**0.9, 0.72)
    upper_arch *= 1 - 0.3 * actions.brow_lower * (1 - t) - 0.3 * actions.inner_brow * (t - 0.3)
    lower_arch = hump(t**1.15, 0.85)
    upper = tilt - eyes.height * max(0.18, open_up) * upper_arch
    lower = tilt + 0.62 * eyes.height * max(0.0, open_down) * lower_arch
    look = (side * eyes.spacing + gaze[0], -0.018 + gaze[1] + float(tilt[7]))
    return EyeShape(side, _joined(side * x, upper), _joined(side * x, lower), look)


def _brow(person: Identity, actions: Actions, side: float) -> BrowShape:
    brows = person.brows
    t = np.linspace(0, 1, 12, dtype=np.float32)
    squeeze = 0.055 * actions.brow_lower
    x = brows.gap - squeeze * (1 - t) + (0.56 + 0.02 * actions.outer_brow) * t
    y = -brows.height - brows.arch * hump(t**1.35) - brows.slope * t
    y = y + 0.07 * t**4
    inner, outer = (1 - t) ** 1.4, np.sin(np.pi / 2 * t) * (1 - 0.35 * t**3)
    y = y - 0.15 * actions.inner_brow * inner - 0.16 * actions.outer_brow * outer
    y = y + actions.brow_lower * (0.05 + 0.1 * inner) * (1 - 0.5 * min(1.0, actions.inner_brow))
    y = y + 0.03 * actions.nose_wrinkle * inner + side * person.head.asymmetry * 0.9
    taper = np.minimum(1.0, 0.62 + 1.6 * t) * (1 - 0.78 * t**2.2)
    return BrowShape(
        side,
        _joined((side * x).astype(np.float32), y.astype(np.float32)),
        (brows.thickness * taper).astype(np.float32),
    )


def _mouth(person: Identity, actions: Actions, drop: float) -> MouthShape:
    mouth = person.mouth
    pull, fall = actions.corner_pull, actions.corner_drop
    narrow = 0.07 * drop / _JAW_DROP * (1 - min(1.0, pull)) + 0.03 * actions.press
    half = mouth.width + 0.1 * pull + 0.06 * actions.stretch - narrow - 0.02 * actions.chin_raise
    s = np.linspace(-1, 1, 25, dtype=np.float32)
    bend = np.abs(s) ** 1.7
    corner = mouth.curve - 0.13 * pull + 0.1 * fall + 0.04 * actions.lip_raise + 0.3 * drop
    middle = 0.03 * pull - 0.05 * actions.chin_raise - 0.03 * actions.lip_raise
    skew = person.head.asymmetry * (0.6 + pull) * s
    base = mouth.height + middle + (corner - middle) * bend + skew
    open_up = 0.03 * actions.part + 0.07 * actions.lip_raise * actions.part + 0.02 * actions.jaw
    open_down = 0.05 * actions.part + 0.95 * drop
    round_open = np.sqrt(np.maximum(0.0, 1 - s**2))
    flat_open = np.maximum(0.0, 1 - s**4) ** 0.7
    squareness = min(1.0, 0.6 * actions.stretch + 0.5 * pull + 0.6 * actions.lip_raise)
    arch = (1 - squareness) * round_open + squareness * flat_open
    thin = 1 - 0.5 * actions.press - 0.18 * pull - 0.15 * actions.stretch
    lip = np.maximum(0.0, 1 - np.abs(s) ** 2.3) ** 0.8
    bow = mouth.bow * np.exp(-((s / 0.16) ** 2))
    lift = 0.05 * actions.lip_raise * (1 - s**2)
    upper_in = base - lift - open_up * arch
    upper_out = upper_in - (mouth.upper * thin * (1 - 0.2 * actions.lip_raise)) * lip + bow
    lower_in = base - lift * 0.3 + open_down * arch
    lower_in = np.maximum(lower_in, upper_in)
    pout = 1 + 0.2 * actions.chin_raise
    lower_out = lower_in + mouth.lower * thin * pout * np.maximum(0.0, 1 - np.abs(s) ** 2.6) ** 0.7
    x = half * s + person.head.asymmetry * 0.4
    return MouthShape(*(_joined(x, y) for y in (upper_out, upper_in, lower_in, lower_out)))


def _joined(x: Floats, y: Floats) -> Floats:
    return np.stack([x, y], axis=1).astype(np.float32)
