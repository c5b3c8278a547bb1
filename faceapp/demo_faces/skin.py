"""Skin as a relief under a lamp: hills, hollows and creases of the face, their colour and shade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from faceapp._cv import cv2
from faceapp.demo_faces.actions import Actions
from faceapp.demo_faces.anatomy import Anatomy
from faceapp.demo_faces.canvas import Floats, mirrored, smooth, surface_depth
from faceapp.demo_faces.identity import Identity, mixed

TEXELS = 64.0  # of the skin texture, a face unit
ORIGIN = (-1.3, -1.65)
_SHAPE = (int(3.75 * TEXELS), int(2.6 * TEXELS))
_X = (ORIGIN[0] + np.arange(_SHAPE[1], dtype=np.float32) / TEXELS)[None, :]
_Y = (ORIGIN[1] + np.arange(_SHAPE[0], dtype=np.float32) / TEXELS)[:, None]
_BALL = surface_depth(_X, _Y)


@dataclass(frozen=True)
class Light:
    """A lamp and the room: `direction` points from the face to the lamp, in the head's frame."""

    direction: tuple[float, float, float]
    ambient: float
    colour: tuple[float, float, float]

    def shade(self, x: Floats, y: Floats, z: Floats) -> Floats:
        """Brightness (about 0.5 to 1.1) of surfaces whose unit normals are (x, y, z)."""
        lamp = self.direction
        facing = lamp[0] * x + lamp[1] * y + lamp[2] * z
        wrapped = np.maximum(0.0, (facing + 0.35) / 1.35)
        return np.asarray(self.ambient + (1.08 - self.ambient) * wrapped, np.float32)

    def tone(self, colour: ArrayLike, normal: tuple[float, float, float]) -> Floats:
        """`colour` on a flat surface that looks along `normal`."""
        x, y, z = (np.asarray(part, np.float32) for part in normal)
        return np.asarray(colour, np.float32) * np.array(self.tints(self.shade(x, y, z)))

    def tints(self, shade: Floats) -> list[Floats]:
        """Red, green and blue under `shade`: shadows keep more red than blue."""
        powers = (shade**0.86, shade, shade**1.08)
        pairs = zip(powers, self.colour, strict=True)
        return [np.asarray(plane * lamp, np.float32) for plane, lamp in pairs]


@dataclass(frozen=True)
class Crease:
    """A fold in the skin along a curve through `points` (N, 2); `depth` 0..1."""

    points: ArrayLike
    depth: float


def paint_skin(
    person: Identity, anatomy: Anatomy, actions: Actions, light: Light, rng: np.random.Generator
) -> list[Floats]:
    """The lit skin as three planes (rows, columns), for `Canvas.wrap`."""
    creases = _crease_map(_creases(person, anatomy, actions))
    height = _relief(person, anatomy, actions) - 0.045 * creases
    dz_dy, dz_dx = np.gradient(height, 1 / TEXELS)
    length = np.sqrt(dz_dx**2 + dz_dy**2 + 1)
    normal = (-dz_dx / length, -dz_dy / length, 1 / length)
    shade = light.shade(*normal) * (1 - 0.3 * creases) * _hollow_shadow(anatomy)
    gloss = _gloss(light, normal) * (255 * (0.16 + 0.1 * person.darkness))
    planes = zip(_albedo(person, anatomy, actions, rng), light.tints(shade), strict=True)
    return [np.asarray(colour * tint + gloss, np.float32) for colour, tint in planes]


def _hill(x: float, y: float, width: float, height: float) -> Floats:
    across = np.exp(-(((_X - x) / width) ** 2) / 2)
    return np.asarray(across * np.exp(-(((_Y - y) / height) ** 2) / 2), np.float32)


def _pair(x: float, y: float, width: float, height: float) -> Floats:
    across = np.exp(-(((np.abs(_X) - x) / width) ** 2) / 2)
    return np.asarray(across * np.exp(-(((_Y - y) / height) ** 2) / 2), np.float32)


def _relief(person: Identity, anatomy: Anatomy, actions: Actions) -> Floats:
    eyes, head = person.eyes, person.head
    mouth_y = person.mouth.height
    chin_y = 1.42 * head.chin_length + 0.75 * anatomy.jaw_drop
    cheek_y = 0.44 - 0.1 * actions.cheek_raise
    hooded = head.brow_ridge + 0.03 * actions.brow_lower
    parts = [
        _BALL,
        hooded * _pair(0.4, -0.2 + 0.06 * actions.brow_lower, 0.26, 0.08),
        -0.1 * _pair(eyes.spacing, -0.02, 0.2, 0.11),
        -0.07 * _pair(0.19, 0.0, 0.06, 0.09),
        0.06 * _pair(eyes.spacing, 0.0, 0.15, 0.07),
        (0.05 + 0.07 * actions.cheek_raise) * _pair(0.56, cheek_y, 0.2, 0.17),
        0.05 * actions.corner_pull * _pair(0.5, 0.62, 0.13, 0.14),
        -0.05 * _pair(0.93, -0.35, 0.12, 0.25),
        -0.03 * (1 + person.age) * _pair(0.6, 0.85, 0.14, 0.2),
        0.05 * _hill(0, mouth_y, person.mouth.width * 0.9, 0.16),
        -0.05 * _hill(0, mouth_y + 0.21 + anatomy.jaw_drop, 0.2, 0.05),
        (0.07 + 0.03 * actions.chin_raise) * _hill(0, chin_y, 0.2 * head.chin, 0.13),
        -0.022 * _hill(0, 0.82, 0.025, 0.07),
    ]
    return np.asarray(sum(parts) + _nose_relief(person, anatomy, actions), np.float32)


def _nose_relief(person: Identity, anatomy: Anatomy, actions: Actions) -> Floats:
    nose = person.nose
    tip_x, tip_y = anatomy.nose_tip
    wing_y = tip_y + 0.05
    along = np.clip((_Y + 0.2) / (tip_y + 0.2), 0, 1)
    below = np.exp(-((np.maximum(0.0, _Y - tip_y) / 0.07) ** 2))
    bridge_width = 0.075 + 0.035 * along
    ridge = (0.05 + 0.23 * nose.bridge * along**1.3) * below * (_Y > -0.4)
    ridge = ridge + 0.05 * nose.hook * np.exp(-(((_Y - 0.2) / 0.12) ** 2))
    bridge = ridge * np.exp(-(((_X - tip_x * along) / bridge_width) ** 2) / 2)
    wing_x = 0.17 * nose.width * (1 + 0.1 * actions.nose_wrinkle + 0.05 * actions.corner_pull)
    return np.asarray(
        bridge
        + 0.1 * nose.tip * _hill(tip_x, tip_y - 0.01, 0.085 * nose.width, 0.075)
        + 0.11 * _pair(wing_x, wing_y - 0.02, 0.06, 0.06)
        - 0.04 * _pair(wing_x + 0.13, wing_y + 0.02, 0.05, 0.08),
        np.float32,
    )


def _creases(person: Identity, anatomy: Anatomy, actions: Actions) -> list[Crease]:
    folds = _side_folds(person, anatomy, actions)
    age = person.age
    frown = min(1.0, 0.95 * max(0.0, actions.brow_lower - 0.12) + 0.15 * age**2)
    pairs = [Crease(mirrored(fold.points), fold.depth) for fold in folds]
    middle = [
        Crease([(0.1 - 0.03 * frown, -0.17), (0.07, -0.27), (0.085, -0.36)], 0.55 * frown),
        Crease([(-0.1, -0.16), (-0.08, -0.26), (-0.095, -0.34)], 0.4 * frown),
    ]
    raised = 0.5 * (actions.inner_brow + actions.outer_brow)
    furrow = min(1.0, 0.35 * age**1.5 + 0.75 * max(0.0, raised - 0.25))
    for level in (-0.58, -0.72, -0.86):
        top = level - 0.04 * raised
        wave = [
            (-0.55, top + 0.05),
            (-0.25, top),
            (0.0, top + 0.02),
            (0.3, top),
            (0.56, top + 0.05),
        ]
        middle.append(Crease(wave, furrow * (0.7 if level == -0.86 else 1.0)))
    return folds + pairs + middle


def _side_folds(person: Identity, anatomy: Anatomy, actions: Actions) -> list[Crease]:
    """Folds of the image-right half; the other half mirrors them."""
    age, eyes, wrinkle = person.age, person.eyes, actions.nose_wrinkle
    corner = anatomy.mouth.upper_outer[-1]
    corner_x, corner_y = float(corner[0]), float(corner[1])
    smile = min(
        1.0, 0.2 * age + 0.55 * actions.corner_pull + 0.55 * actions.lip_raise + 0.3 * wrinkle
    )
    wing, tip_y = 0.2 * person.nose.width, anatomy.nose_tip[1]
    outer = eyes.spacing + eyes.width
    crow = min(1.0, 0.35 * age**1.5 + 0.5 * actions.cheek_raise)
    bag = min(1.0, 0.6 * eyes.bags + 0.25 * actions.cheek_raise + 0.25 * actions.lid_tight)
    sag = min(1.0, 0.35 * age**2 + 0.35 * actions.corner_drop)
    under = 0.17 - 0.03 * actions.cheek_raise
    lines = [
        ([(wing + 0.02, tip_y - 0.06), (0.55 * (wing + corner_x) + 0.04, 0.5 * (tip_y + corner_y)),
          (corner_x + 0.12, corner_y - 0.01), (corner_x + 0.11, corner_y + 0.1)], 0.75 * smile),
        ([(0.26, 0.1), (0.36, under), (eyes.spacing + 0.06, under + 0.015), (0.64, under - 0.05)],
         0.55 * bag),
        ([(outer + 0.06, -0.02), (outer + 0.2, -0.09)], 0.7 * crow),
        ([(outer + 0.07, 0.04), (outer + 0.22, 0.05)], 0.7 * crow),
        ([(outer + 0.05, 0.1), (outer + 0.17, 0.18)], 0.6 * crow),
        ([(0.06, 0.02), (0.13, 0.1), (0.2, 0.13)], 0.75 * wrinkle),
        ([(0.05, 0.12), (0.12, 0.2), (0.19, 0.22)], 0.75 * wrinkle),
        ([(corner_x + 0.03, corner_y + 0.04), (corner_x + 0.07, corner_y + 0.17)], 0.7 * sag),
    ]  # fmt: skip
    return [Crease(points, depth) for points, depth in lines]


def _crease_map(creases: list[Crease]) -> Floats:
    """Depth of all creases over the texture, 0..1, blurred as folds are."""
    fine = np.zeros(_SHAPE, np.float32)
    for crease in creases:
        if crease.depth > 0.03:
            line = smooth(crease.points) - np.array(ORIGIN)
            texels = np.round(line * TEXELS * 16).astype(np.int32)
            mask = np.zeros(_SHAPE, np.uint8)
            cv2.polylines(mask, [texels], False, (255,), 2, cv2.LINE_AA, 4)
            np.maximum(fine, mask.astype(np.float32) * (crease.depth / 255), out=fine)
    broad = np.asarray(cv2.GaussianBlur(fine, (0, 0), 2.2), np.float32)
    narrow = np.asarray(cv2.GaussianBlur(fine, (0, 0), 0.8), np.float32)
    return np.minimum(1.0, 0.75 * narrow + 0.9 * broad)


def _hollow_shadow(anatomy: Anatomy) -> Floats:
    """Light that never reaches a hollow, whatever the lamp: sockets, under the nose and lip."""
    tip_y = anatomy.nose_tip[1]
    lip_y = float(anatomy.mouth.lower_outer[:, 1].max())
    dark = 0.2 * _pair(0.3, -0.06, 0.12, 0.09) + 0.12 * _pair(0.45, 0.0, 0.24, 0.12)
    dark = dark + 0.24 * _hill(anatomy.nose_tip[0], tip_y + 0.13, 0.16, 0.035)
    dark = dark + 0.16 * _hill(0, lip_y + 0.05, 0.2, 0.035)
    return np.asarray(1 - dark, np.float32)


def _gloss(light: Light, normal: tuple[Floats, Floats, Floats]) -> Floats:
    half = np.array(light.direction) + np.array([0, 0, 1.0])
    half /= np.linalg.norm(half)
    facing = half[0] * normal[0] + half[1] * normal[1] + half[2] * normal[2]
    shine = np.maximum(0.0, facing)
    for _ in range(5):  # its 32nd power
        shine *= shine
    return np.asarray(shine * (1 - light.ambient), np.float32)


def _albedo(
    person: Identity, anatomy: Anatomy, actions: Actions, rng: np.random.Generator
) -> list[Floats]:
    """Colour of the skin in even light, as three planes."""
    skin = np.asarray(person.skin, np.float32)
    eyes = person.eyes
    rosy = mixed(skin * 0.93, (206, 84, 74), 0.32 - 0.18 * person.darkness)
    powder = mixed(skin * 0.6, person.mouth.lipstick_colour, 0.3)
    tired = mixed(skin * 0.72, (96, 66, 92), 0.2)
    cheeks = (0.6 * person.blush + 0.2 * actions.corner_pull) * _pair(0.56, 0.42, 0.2, 0.15)
    tip = 0.3 * _hill(*anatomy.nose_tip, 0.11, 0.09)
    flush = np.minimum(1.0, cheeks + tip)
    lids = 0.75 * eyes.shadow * _pair(eyes.spacing + 0.03, -0.1, 0.17, 0.055)
    bags = 0.5 * eyes.bags * _pair(eyes.spacing - 0.05, 0.13, 0.15, 0.05)
    mottled = _mottled(person, rng)
    planes = []
    for channel in range(3):
        plane = skin[channel] + flush * (rosy[channel] - skin[channel])
        plane += lids * (powder[channel] - plane)
        plane += bags * (tired[channel] - plane)
        planes.append(plane * mottled)
    return planes


def _mottled(person: Identity, rng: np.random.Generator) -> Floats:
    """Unevenness of the skin: pores, patches and, where the person has them, freckles."""
    still = np.random.default_rng(person.strand_seed)  # freckles stay where they are
    coarse = still.normal(0, 0.02, (24, 18)).astype(np.float32)
    patches = cv2.resize(coarse, (_SHAPE[1], _SHAPE[0]), interpolation=cv2.INTER_CUBIC)
    pores = rng.standard_normal(_SHAPE, np.float32) * (0.012 + 0.012 * person.age)
    mottled = 1 + patches + pores
    if person.freckles:
        spots = (still.random(_SHAPE) < 0.04 * person.freckles).astype(np.float32)
        where = _pair(0.45, 0.35, 0.3, 0.2) + _hill(0, 0.3, 0.2, 0.2)
        mottled -= 0.6 * cv2.GaussianBlur(spots * np.minimum(1.0, where), (0, 0), 0.7)
    return np.asarray(mottled, np.float32)
