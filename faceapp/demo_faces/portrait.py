"""One picture: a person, an expression and a scene put together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from faceapp.demo_faces import features, hair, scene
from faceapp.demo_faces.actions import perform
from faceapp.demo_faces.anatomy import build_anatomy
from faceapp.demo_faces.canvas import Bytes, Canvas, Floats
from faceapp.demo_faces.identity import Identity
from faceapp.demo_faces.skin import ORIGIN, TEXELS, paint_skin

# The drawing is made this many times larger than the picture.
_OVERSIZE = 2


@dataclass(frozen=True)
class Portrait:
    """A drawn picture, and where its face lies.

    `pixels` is (size, size, 3) RGB; `landmarks` are both eyes, nose tip and corners of the mouth
    in pixels (5, 2), image-left before right; `mouth_gap` is the height between the lips, in
    pixels.
    """

    pixels: Bytes
    landmarks: Floats
    mouth_gap: float


def draw_portrait(
    person: Identity, expression: str, *, way: int, intensity: float, rng: np.random.Generator,
    size: int = 256,
) -> Portrait:  # fmt: skip
    """Draw `person` wearing `expression` in one of its ways, at `intensity` 0..1."""
    moment = scene.draw_scene(size * _OVERSIZE, rng)
    actions = perform(expression, way, intensity, person.manner, rng)
    anatomy = build_anatomy(person, actions, moment.gaze)
    canvas, light = Canvas(size * _OVERSIZE, moment.view), moment.light
    scene.paint_room(canvas, light, rng)
    hair.paint_hair_behind(canvas, person, light)
    features.paint_neck(canvas, person, anatomy, light)
    scene.paint_clothes(canvas, person, light, rng)
    features.paint_ears(canvas, person, light)
    if person.earrings:
        features.paint_earrings(canvas, person)
    texture = paint_skin(person, anatomy, actions, light, rng)
    canvas.wrap(texture, ORIGIN, TEXELS, anatomy.outline)
    features.paint_nostrils(canvas, person, anatomy, actions)
    hair.paint_beard(canvas, person, anatomy, light)
    features.paint_mouth(canvas, person, anatomy, actions)
    for eye, brow in zip(anatomy.eyes, anatomy.brows, strict=True):
        features.paint_eye(canvas, person, eye, light)
        features.paint_brow(canvas, person, brow, rng)
    hair.paint_hair(canvas, person, anatomy, light)
    if person.glasses and moment.glasses_on:
        scene.paint_glasses(canvas, person, person.glasses, light)
    return Portrait(
        pixels=scene.photograph(canvas, size, rng),
        landmarks=np.divide(moment.view.project(anatomy.landmarks), _OVERSIZE, dtype=np.float32),
        mouth_gap=anatomy.mouth.gap * moment.view.scale / _OVERSIZE,
    )
