"""What is around a face: the room, clothes, glasses, the lamp, and the camera with its faults."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from faceapp._cv import cv2
from faceapp.demo_faces.canvas import (
    Bytes,
    Canvas,
    Floats,
    View,
    both_sides,
    ribbon,
    smooth,
)
from faceapp.demo_faces.identity import Glasses, Identity
from faceapp.demo_faces.skin import Light

_ROOM_COLOURS = np.array(
    [(196, 204, 210), (222, 212, 196), (150, 172, 184), (176, 190, 160), (206, 176, 160),
     (120, 132, 150), (92, 98, 108), (230, 226, 218), (168, 150, 176), (200, 186, 140),
     (108, 138, 132), (66, 74, 92)], np.float32
)  # fmt: skip
_CLOTH_COLOURS = np.array(
    [(52, 70, 104), (148, 56, 58), (70, 104, 84), (210, 206, 198), (44, 46, 52), (188, 152, 84),
     (104, 82, 116), (96, 134, 158), (170, 110, 86), (120, 124, 128), (208, 150, 150)], np.float32
)  # fmt: skip

# From this brightness on, light is held back.
_SHOULDER = 200.0
# Share of pictures taken in grey.
_GREY_SHARE = 0.04


@dataclass(frozen=True)
class Scene:
    """One moment before the camera."""

    view: View
    light: Light
    gaze: tuple[float, float]
    glasses_on: bool


def draw_scene(side: int, rng: np.random.Generator) -> Scene:
    """Pose, lamp and gaze by chance, for a picture of `side` pixels."""
    yaw, pitch, roll = np.clip(rng.normal(0, (0.16, 0.08, 0.085)), -0.34, 0.34)
    view = View(
        centre=(side * (0.5 + rng.normal(0, 0.022)), side * (0.475 + rng.normal(0, 0.02))),
        scale=side * rng.uniform(0.19, 0.245),
        yaw=float(yaw),
        pitch=float(pitch),
        roll=float(roll),
    )
    gaze = rng.normal(0, (0.02, 0.008)) - (0.05 * yaw, 0)
    return Scene(
        view=view,
        light=_lamp(view, rng),
        gaze=(float(gaze[0]), float(gaze[1])),
        glasses_on=bool(rng.random() < 0.9),
    )


def _lamp(view: View, rng: np.random.Generator) -> Light:
    azimuth = rng.uniform(-1.15, 1.15) - view.yaw
    height = rng.uniform(-0.1, 0.95)
    x, y = math.sin(azimuth) * math.cos(height), -math.sin(height)
    cos, sin = math.cos(view.roll), math.sin(view.roll)
    warmth = rng.normal(0, 0.03)
    return Light(
        direction=(x * cos + y * sin, y * cos - x * sin, math.cos(azimuth) * math.cos(height)),
        ambient=float(rng.uniform(0.48, 0.86)),
        colour=(1.0 + warmth, 1.0, 1.0 - warmth),
    )


def paint_room(canvas: Canvas, light: Light, rng: np.random.Generator) -> None:
    """A blurred background: a wall with a gradient, and sometimes lights, a window or shelves."""
    small = 48
    first, second = _ROOM_COLOURS[rng.choice(len(_ROOM_COLOURS), 2, replace=False)]
    second = 0.55 * first + 0.45 * second
    y, x = np.mgrid[0:small, 0:small].astype(np.float32) / (small - 1)
    turn = rng.uniform(0, 2 * np.pi)
    share = np.clip(0.5 + (x - 0.5) * np.cos(turn) + (y - 0.5) * np.sin(turn), 0, 1)
    wall = first + share[:, :, None] * (second - first)
    kind = rng.choice(["plain", "lights", "window", "shelves"], p=[0.5, 0.2, 0.15, 0.15])
    if kind == "lights":
        for _ in range(int(rng.integers(5, 12))):
            spot, size = rng.integers(0, small, 2), int(rng.integers(2, 6))
            glow = (wall[spot[1], spot[0]] * 1.25 + 20).tolist()
            cv2.circle(wall, (int(spot[0]), int(spot[1])), size, glow, -1, cv2.LINE_AA)
    elif kind == "window":
        left, top = int(rng.integers(0, 30)), int(rng.integers(0, 14))
        cv2.rectangle(wall, (left, top), (left + 14, top + 22), (236, 240, 244), -1)
    elif kind == "shelves":
        for top in range(int(rng.integers(4, 10)), small, int(rng.integers(9, 14))):
            cv2.rectangle(wall, (0, top), (small, top + 2), (first * 0.62).tolist(), -1)
    wall = cv2.GaussianBlur(wall, (0, 0), float(rng.uniform(1.0, 2.4)))
    falloff = 1 + 0.22 * light.direction[0] * (x - 0.5) - 0.12 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)
    wall = wall * (falloff * (0.78 + 0.26 * light.ambient))[:, :, None] * light.colour
    for plane, colour in zip(canvas.planes, cv2.split(wall.astype(np.float32)), strict=True):
        plane[:] = cv2.resize(colour, (canvas.side, canvas.side))


def paint_clothes(canvas: Canvas, person: Identity, light: Light, rng: np.random.Generator) -> None:
    """Shoulders under a shirt, a jumper or a polo neck."""
    colour = _CLOTH_COLOURS[rng.integers(len(_CLOTH_COLOURS))] * rng.uniform(0.85, 1.1)
    kind = str(rng.choice(["round", "open", "collar", "polo"], p=[0.4, 0.25, 0.2, 0.15]))
    neck = person.head.neck
    dip = {"round": 2.24, "open": 2.6, "collar": 2.4, "polo": 1.74}[kind]
    inner = 1.9 if kind != "polo" else 1.7
    broad = 1.9 + 0.9 * (neck - 0.6)
    half = [(0.0, dip), (0.28, dip - (0.06 if kind == "round" else 0.3 * (dip - inner))),
            (neck + 0.06, inner), (neck + 0.3, inner + 0.2), (broad * 0.8, 2.3), (broad, 2.65),
            (broad + 0.2, 4.4), (0.0, 4.4)]  # fmt: skip
    shape = both_sides(half)
    front = light.tone(colour, (0.0, -0.1, 0.9))
    canvas.fill(shape, front, depth=0.0, soft=0.008)
    for x in (-1.0, 1.0):
        turned = light.tone(colour * 0.9, (x * 0.8, -0.3, 0.4))
        band = smooth([(x * broad * 0.75, 2.2), (x * broad, 2.8), (x * (broad + 0.2), 4.2)])
        canvas.fill(ribbon(band, 0.7), turned, opacity=0.7, soft=0.2, within=shape, depth=0.0)
    edge = np.concatenate([half[:3][::-1], [(-px, py) for px, py in half[1:3]]])
    rim = ribbon(smooth(edge), 0.09 if kind != "polo" else 0.05)
    canvas.fill(rim, front * 0.78, opacity=0.9, soft=0.012, within=shape, depth=0.0)
    if kind == "collar":
        _paint_collar(canvas, neck, dip, front)


def _paint_collar(canvas: Canvas, neck: float, dip: float, colour: Floats) -> None:
    for x in (-1.0, 1.0):
        flap = np.array([(x * (neck + 0.02), 1.8), (x * (neck + 0.3), 2.1), (x * 0.42, dip + 0.22),
                         (x * 0.02, dip)], np.float32)  # fmt: skip
        canvas.fill(flap + np.array([0, 0.05], np.float32), colour * 0.5, opacity=0.5, soft=0.04,
                    depth=0.02)  # fmt: skip
        canvas.fill(flap, colour * 1.12, soft=0.008, depth=0.02)


def paint_glasses(canvas: Canvas, person: Identity, glasses: Glasses, light: Light) -> None:
    """Frames before the eyes, with a little glare on the panes."""
    x, y, width = person.eyes.spacing + 0.015, 0.03, person.head.width
    rx, ry, power = {
        "round": (0.31, 0.3, 2.0),
        "square": (0.33, 0.25, 4.0),
        "wide": (0.36, 0.24, 2.8),
    }[glasses.shape]
    angle = np.linspace(0, 2 * np.pi, 41)
    round_x = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** (2 / power)
    round_y = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** (2 / power)
    colour = light.tone(glasses.colour, (0.0, 0.0, 1.0))
    bridge = smooth([(rx - x, y - 0.06), (0.0, y - 0.1), (x - rx, y - 0.06)])
    frames = [bridge]
    for side in (-1.0, 1.0):
        pane = np.stack([side * x + rx * round_x, y + ry * round_y], axis=1).astype(np.float32)
        canvas.fill(pane, (236, 244, 250), opacity=0.07)
        glare = np.array([(-0.2, -0.4), (-0.02, -0.4), (-0.2, 0.4), (-0.38, 0.4)], np.float32)
        canvas.fill(glare + np.array([side * x, y], np.float32), (255, 255, 255), opacity=0.13,
                    soft=0.02, within=pane)  # fmt: skip
        frames += [
            pane,
            np.array([(side * (x + rx), y - 0.05), (side * width, y - 0.06)], np.float32),
        ]
    shadow = [line + np.array([0, 0.035], np.float32) for line in frames]
    canvas.lines(shadow, np.asarray(person.skin) * 0.4, glasses.thickness, opacity=0.3)
    canvas.lines(frames, colour, glasses.thickness)


def photograph(canvas: Canvas, size: int, rng: np.random.Generator) -> Bytes:
    """What a camera of `size` by `size` pixels makes of the larger drawing."""
    planes = [cv2.resize(p, (size, size), interpolation=cv2.INTER_AREA) for p in canvas.planes]
    blur = float(rng.choice([0.0, 0.0, 0.6, 0.9, 1.3])) * size / 256
    if blur:
        planes = [cv2.GaussianBlur(plane, (0, 0), blur) for plane in planes]
    if rng.random() < _GREY_SHARE:
        planes = [0.299 * planes[0] + 0.587 * planes[1] + 0.114 * planes[2]] * 3
    contrast = rng.uniform(0.9, 1.1)
    gains = contrast * rng.uniform(0.9, 1.1) * rng.normal(1.0, 0.02, 3)
    grain = rng.standard_normal((size, size), np.float32) * np.float32(rng.uniform(0.5, 5.0))
    grain += np.float32(122 * (1 - contrast))
    exposed = np.stack(planes) * gains.astype(np.float32)[:, None, None]
    exposed = exposed * _held_back(exposed.max(axis=0)) + grain
    pixels: Bytes = np.clip(np.rint(exposed.transpose(1, 2, 0)), 0, 255).astype(np.uint8, order="C")
    return pixels


def _held_back(brightness: Floats) -> Floats:
    """Share of its light that each pixel keeps: bright ones give some up, as on film.

    All channels alike, so that pale skin keeps its hue.
    """
    above = np.maximum(0.0, brightness - _SHOULDER)
    room = 255 - _SHOULDER
    kept = brightness - above + room * above / (room + above)
    return np.asarray(kept / np.maximum(1.0, brightness), np.float32)
