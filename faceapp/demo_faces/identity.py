"""Who is drawn: everything about a face that stays the same from picture to picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from faceapp.demo_faces.actions import Manner, draw_manner
from faceapp.demo_faces.canvas import Floats

SEXES = ("female", "male")

_SKIN = np.array(
    [
        (238, 203, 180), (233, 195, 169), (228, 186, 156), (223, 174, 142), (209, 157, 122),
        (194, 139, 104), (174, 119, 86), (152, 100, 71), (129, 83, 58), (106, 67, 47), (84, 53, 39),
    ],
    np.float32,
)  # fmt: skip
_HAIR_COLOURS: Mapping[str, tuple[int, int, int]] = {
    "black": (34, 29, 29), "dark brown": (62, 44, 34), "brown": (96, 66, 46),
    "chestnut": (112, 62, 38), "dark blond": (150, 114, 72), "blond": (204, 168, 112),
    "red": (160, 82, 42), "grey": (150, 146, 142), "white": (214, 210, 204),
    "plum": (110, 48, 74), "teal": (46, 104, 112),
}  # fmt: skip
_EYE_COLOURS: Mapping[str, tuple[int, int, int]] = {
    "dark brown": (62, 38, 24), "brown": (104, 66, 38), "hazel": (124, 98, 52),
    "green": (94, 122, 82), "blue": (88, 128, 166), "grey": (120, 134, 142),
}  # fmt: skip

# Odds of each hair style, by sex; `hair.py` says what they look like.
_STYLE_ODDS: Mapping[str, Mapping[str, float]] = {
    "female": {
        "long straight": 3, "long waves": 3, "bob": 2.4, "fringe": 2, "bun": 1.8, "pixie": 1.6,
        "curls": 1.8, "side part": 0.8, "crop": 0.4, "quiff": 0.2, "buzz": 0.2, "bald": 0.1,
    },
    "male": {
        "crop": 3, "side part": 2.4, "quiff": 2, "buzz": 1.8, "bald": 1.1, "receding": 1.3,
        "curls": 1.1, "pixie": 0.8, "long waves": 0.6, "bob": 0.4, "bun": 0.5,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Head:
    """Outline: each number scales one part of an average head (1)."""

    width: float
    length: float
    cheek: float
    jaw: float
    chin: float
    chin_length: float
    neck: float
    ears: float
    brow_ridge: float
    asymmetry: float


@dataclass(frozen=True)
class Eyes:
    """Shape in face units, and colours."""

    spacing: float
    width: float
    height: float
    tilt: float
    crease: float
    iris: float
    bags: float
    lashes: float
    shadow: float
    colour: tuple[float, float, float]


@dataclass(frozen=True)
class Brows:
    """Shape in face units; `dense` is how covered the skin is, 0..1."""

    height: float
    arch: float
    slope: float
    thickness: float
    dense: float
    gap: float


@dataclass(frozen=True)
class Nose:
    """Scales of an average nose (1); `hook` is a bump on the bridge."""

    width: float
    length: float
    bridge: float
    tip: float
    hook: float


@dataclass(frozen=True)
class Mouth:
    """Shape in face units; `curve` > 0 hangs the corners at rest."""

    width: float
    height: float
    upper: float
    lower: float
    bow: float
    curve: float
    lipstick: float
    lipstick_colour: tuple[float, float, float]


@dataclass(frozen=True)
class Hair:
    """Style and colour of the hair, and the beard that goes with it."""

    style: str
    colour: tuple[float, float, float]
    brow_colour: tuple[float, float, float]
    part: float
    volume: float
    hairline: float
    beard: str
    stubble: float


@dataclass(frozen=True)
class Glasses:
    """Frames: `shape` is "round", "square" or "wide"."""

    shape: str
    thickness: float
    colour: tuple[float, float, float]


@dataclass(frozen=True)
class Identity:
    """One drawn person. `age` is 0 (twenty or so) to 1 (seventy or so)."""

    sex: str
    age: float
    skin: tuple[float, float, float]
    darkness: float
    blush: float
    freckles: float
    head: Head
    eyes: Eyes
    brows: Brows
    nose: Nose
    mouth: Mouth
    hair: Hair
    glasses: Glasses | None
    earrings: bool
    manner: Manner
    strand_seed: int


class _Dice:
    """Chance, leaning towards one sex: cues overlap, and only a beard, which few wear, is sure."""

    def __init__(self, rng: np.random.Generator, sex: str) -> None:
        self.rng = rng
        self.sex = sex
        side = 1.0 if sex == "male" else -1.0
        # People differ in how typical they look; some lean the other way.
        self._lean = side * 0.8 + rng.normal(0.0, 0.35)

    def around(self, mean: float, spread: float, lean: float = 0.0) -> float:
        """A number near `mean`, moved by `lean` towards the male side or away from it."""
        return float(mean + lean * self._lean + self.rng.normal(0.0, spread))

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def chance(self, female: float, male: float) -> bool:
        return bool(self.rng.random() < (male if self.sex == "male" else female))

    def pick(self, odds: Mapping[str, float]) -> str:
        weights = np.array(list(odds.values()))
        return str(self.rng.choice(list(odds), p=weights / weights.sum()))


def draw_identity(sex: str, rng: np.random.Generator) -> Identity:
    """A person of `sex` ("female" or "male"), all else by chance."""
    dice = _Dice(rng, sex)
    age = float(rng.beta(1.3, 1.6))
    darkness = dice.between(0.0, 1.0)
    skin = _skin(darkness, rng)
    hair = _hair(dice, age, darkness)
    return Identity(
        sex=sex,
        age=age,
        skin=skin,
        darkness=darkness,
        blush=max(0.0, dice.around(0.45, 0.2, -0.12)),
        freckles=dice.between(0.4, 1.0) if darkness < 0.45 and rng.random() < 0.2 else 0.0,
        head=_head(dice),
        eyes=_eyes(dice, age, darkness),
        brows=_brows(dice),
        nose=_nose(dice, darkness),
        mouth=_mouth(dice, darkness),
        hair=hair,
        glasses=_glasses(dice, age),
        earrings=dice.chance(0.4, 0.05),
        manner=draw_manner(rng),
        strand_seed=int(rng.integers(2**31)),
    )


def _skin(darkness: float, rng: np.random.Generator) -> tuple[float, float, float]:
    place = darkness * (len(_SKIN) - 1)
    low = min(int(place), len(_SKIN) - 2)
    tone = _SKIN[low] + (place - low) * (_SKIN[low + 1] - _SKIN[low])
    return _triple(tone * rng.normal(1.0, 0.02, 3))


def _head(dice: _Dice) -> Head:
    return Head(
        width=dice.around(1.0, 0.04, 0.012),
        length=dice.around(1.0, 0.035, 0.015),
        cheek=dice.around(1.0, 0.03, -0.01),
        jaw=dice.around(0.99, 0.05, 0.05),
        chin=dice.around(1.0, 0.12, 0.14),
        chin_length=dice.around(1.0, 0.025, 0.015),
        neck=dice.around(0.62, 0.03, 0.07),
        ears=dice.around(1.0, 0.1, 0.06),
        brow_ridge=max(0.0, dice.around(0.05, 0.012, 0.014)),
        asymmetry=dice.around(0.0, 0.03),
    )


def _eyes(dice: _Dice, age: float, darkness: float) -> Eyes:
    light = max(0.0, 0.55 - darkness)
    colour = dice.pick(
        {"dark brown": 0.6 + darkness, "brown": 0.7, "hazel": light, "green": light * 0.8,
         "blue": light * 1.6, "grey": light * 0.7}
    )  # fmt: skip
    return Eyes(
        spacing=dice.around(0.45, 0.02),
        width=dice.around(0.242, 0.012),
        height=dice.around(0.11, 0.014, -0.006),
        tilt=dice.around(0.1, 0.07, -0.02),
        crease=max(0.0, dice.around(0.05, 0.025, -0.006)),
        iris=dice.around(0.108, 0.004),
        bags=min(1.0, max(0.0, dice.around(0.1 + 0.5 * age, 0.2))),
        lashes=min(1.0, max(0.0, dice.around(0.5, 0.24, -0.2))),
        shadow=dice.between(0.2, 0.8) if dice.chance(0.35, 0.02) else 0.0,
        colour=_EYE_COLOURS[colour],
    )


def _brows(dice: _Dice) -> Brows:
    return Brows(
        height=dice.around(0.32, 0.025, -0.02),
        arch=max(0.0, dice.around(0.07, 0.025, -0.018)),
        slope=dice.around(0.02, 0.03),
        thickness=min(0.15, max(0.045, dice.around(0.088, 0.016, 0.018))),
        dense=min(1.0, max(0.35, dice.around(0.72, 0.13, 0.1))),
        gap=dice.around(0.2, 0.02, -0.006),
    )


def _nose(dice: _Dice, darkness: float) -> Nose:
    return Nose(
        width=max(0.78, dice.around(0.95 + 0.22 * darkness, 0.09, 0.06)),
        length=dice.around(1.0, 0.05, 0.025),
        bridge=max(0.5, dice.around(1.05 - 0.3 * darkness, 0.15, 0.08)),
        tip=dice.around(1.0, 0.12, 0.05),
        hook=max(0.0, dice.around(-0.2, 0.4, 0.1)),
    )


def _mouth(dice: _Dice, darkness: float) -> Mouth:
    shades = {"rose": 1.0, "red": 0.7, "berry": 0.6, "nude": 0.8}
    colours = {
        "rose": (196, 92, 104), "red": (176, 42, 52), "berry": (134, 44, 74),
        "nude": (178, 112, 96),
    }  # fmt: skip
    worn = dice.between(0.25, 0.85) if dice.chance(0.45, 0.02) else 0.0
    return Mouth(
        width=dice.around(0.375, 0.025, 0.008),
        height=dice.around(0.98, 0.03, 0.01),
        upper=max(0.035, dice.around(0.07 + 0.025 * darkness, 0.013, -0.01)),
        lower=max(0.05, dice.around(0.098 + 0.025 * darkness, 0.016, -0.012)),
        bow=max(0.0, dice.around(0.022, 0.01, -0.004)),
        curve=dice.around(-0.03, 0.018),
        lipstick=worn,
        lipstick_colour=colours[dice.pick(shades)],
    )


def _hair(dice: _Dice, age: float, darkness: float) -> Hair:
    fair = max(0.02, 0.6 - darkness)
    odds = {"black": 0.3 + 1.6 * darkness, "dark brown": 1.0, "brown": 0.9 * fair + 0.1,
            "chestnut": 0.7 * fair, "dark blond": 0.9 * fair, "blond": 0.9 * fair,
            "red": 0.6 * fair, "plum": 0.06, "teal": 0.05}  # fmt: skip
    odds |= {"grey": 3.5 * max(0.0, age - 0.5), "white": 3.0 * max(0.0, age - 0.65)}
    colour = np.array(_HAIR_COLOURS[dice.pick(odds)], np.float32) * dice.between(0.88, 1.12)
    dyed_back = np.array(_HAIR_COLOURS["dark brown"], np.float32)
    beards = {"none": 5.0, "full": 1.6, "short": 1.6, "moustache": 0.7, "goatee": 0.9}
    return Hair(
        style=dice.pick(_STYLE_ODDS[dice.sex]),
        colour=_triple(colour),
        brow_colour=_triple(0.55 * colour + 0.3 * dyed_back),
        part=float(dice.rng.choice([-1.0, 1.0])) * dice.between(0.2, 0.5),
        volume=dice.around(1.0, 0.1),
        hairline=dice.around(0.0, 0.04) + 0.05 * age,
        beard=dice.pick(beards) if dice.sex == "male" else "none",
        stubble=max(0.0, dice.around(0.12, 0.16, 0.14)) if dice.sex == "male" else 0.0,
    )


def _glasses(dice: _Dice, age: float) -> Glasses | None:
    if dice.rng.random() > 0.16 + 0.2 * age:
        return None
    frames: Mapping[str, tuple[int, int, int]] = {
        "black": (32, 30, 32), "tortoise": (92, 58, 36), "steel": (120, 124, 130),
        "red": (138, 42, 46), "blue": (44, 66, 112),
    }  # fmt: skip
    colour = dice.pick({"black": 1.0, "tortoise": 0.8, "steel": 0.9, "red": 0.3, "blue": 0.4})
    return Glasses(
        shape=dice.pick({"round": 1.0, "square": 1.0, "wide": 0.8}),
        thickness=dice.between(0.018, 0.04),
        colour=frames[colour],
    )


def _triple(colour: ArrayLike) -> tuple[float, float, float]:
    red, green, blue = np.clip(np.asarray(colour, np.float32), 0, 255).tolist()
    return red, green, blue


def mixed(first: ArrayLike, second: ArrayLike, share: float) -> Floats:
    """The colour that lies `share` (0..1) of the way from `first` to `second`."""
    start = np.asarray(first, np.float32)
    return np.asarray(start + share * (np.asarray(second, np.float32) - start), np.float32)
