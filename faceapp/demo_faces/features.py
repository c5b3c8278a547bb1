"""Eyes, brows, nostrils and mouth, painted over the skin; ears and neck, painted under it."""

from __future__ import annotations

import numpy as np

from faceapp.demo_faces.actions import Actions
from faceapp.demo_faces.anatomy import SIDES, Anatomy, BrowShape, EyeShape
from faceapp.demo_faces.canvas import Canvas, Floats, both_sides, ellipse, ribbon, smooth
from faceapp.demo_faces.identity import Identity, mixed
from faceapp.demo_faces.skin import Light

_TEETH = (240, 234, 222)


def paint_neck(canvas: Canvas, person: Identity, anatomy: Anatomy, light: Light) -> None:
    """The neck, and the shadow that the chin throws on it."""
    half = person.head.neck
    chin = float(anatomy.outline[:, 1].max())
    neck = both_sides([(0.0, 0.6), (half, 0.7), (half * 0.97, 1.6), (half * 1.2, 2.1),
                       (1.1, 2.4), (1.2, 3.4), (0.0, 3.4)])  # fmt: skip
    neck = smooth(neck, closed=True)
    lit = light.tone(person.skin, (0.0, 0.35, 0.94))
    canvas.fill(neck, lit, depth=-0.1)
    for side in SIDES:
        edge = light.tone(np.asarray(person.skin) * 0.85, (side * 0.9, 0.2, 0.3))
        band = smooth([(side * half, 0.9), (side * half * 0.98, 1.6), (side * half * 1.25, 2.2)])
        canvas.fill(ribbon(band, 0.35), edge, opacity=0.8, soft=0.12, within=neck, depth=-0.1)
    shadow = anatomy.outline + np.array([-0.12 * light.direction[0], 0.2], np.float32)
    canvas.fill(shadow, lit * 0.5, opacity=0.62, soft=0.09, within=neck, depth=-0.1)
    cords = smooth([(-0.14, chin + 0.4), (-0.05, 2.3), (0.05, 2.3), (0.14, chin + 0.4)])
    canvas.fill(ribbon(cords, 0.03), lit * 0.7, opacity=0.25, soft=0.03, depth=-0.1)


def paint_ears(canvas: Canvas, person: Identity, light: Light) -> None:
    """Ears, with the rim lighter than the hollow."""
    size = person.head.ears
    edge = 1.0 * person.head.width
    for side in SIDES:
        lit = light.tone(np.asarray(person.skin) * (1.0, 0.93, 0.9), (side * 0.5, 0.0, 0.8))
        rim = smooth(
            [(side * (edge - 0.08), -0.16), (side * (edge + 0.1 * size), -0.2 * size),
             (side * (edge + 0.17 * size), 0.02), (side * (edge + 0.1 * size), 0.3 * size),
             (side * (edge - 0.02), 0.46 * size), (side * (edge - 0.1), 0.4)], closed=True
        )  # fmt: skip
        canvas.fill(rim, lit, depth=0.0)
        hollow = ellipse((side * (edge + 0.035), 0.09), 0.07 * size, 0.2 * size)
        canvas.fill(hollow, lit * 0.62, opacity=0.6, soft=0.03, within=rim, depth=0.0)


def paint_earrings(canvas: Canvas, person: Identity) -> None:
    """A small round earring on each lobe."""
    for side in SIDES:
        x, y = side * (person.head.width + 0.03), 0.5 * person.head.ears
        canvas.fill(ellipse((x, y), 0.045, 0.045, 16), (206, 170, 96), depth=0.05)
        canvas.fill(ellipse((x - 0.012, y - 0.015), 0.015, 0.015, 10), (255, 244, 214), depth=0.05)


def paint_eye(canvas: Canvas, person: Identity, eye: EyeShape, light: Light) -> None:
    """One eye: white, iris, lids and lashes."""
    opening = smooth(eye.opening, closed=True, steps=2)
    white = light.tone((226, 221, 216), (0.0, -0.05, 0.9))
    canvas.fill(opening, white)
    corner = eye.upper[0]
    pink = mixed(person.skin, (196, 96, 92), 0.45)
    canvas.fill(ellipse((corner[0] + eye.side * 0.02, corner[1]), 0.035, 0.025, 12), pink,
                opacity=0.8, soft=0.012, within=opening)  # fmt: skip
    _paint_iris(canvas, person, eye, opening)
    shade = ribbon(eye.upper + np.array([0, 0.022], np.float32), 0.06)
    canvas.fill(shade, (44, 30, 30), opacity=0.5, soft=0.014, within=opening)
    _paint_lids(canvas, person, eye)


def _paint_iris(canvas: Canvas, person: Identity, eye: EyeShape, opening: Floats) -> None:
    x, y = eye.iris
    radius = person.eyes.iris
    colour = np.asarray(person.eyes.colour, np.float32)
    canvas.fill(ellipse((x, y), radius, radius), colour * 0.42, soft=0.006, within=opening)
    canvas.fill(ellipse((x, y), radius * 0.86, radius * 0.86), colour, soft=0.008, within=opening)
    glow = ellipse((x, y + radius * 0.4), radius * 0.62, radius * 0.4)
    canvas.fill(glow, colour * 1.45, opacity=0.55, soft=0.018, within=opening)
    canvas.fill(ellipse((x, y), radius * 0.42, radius * 0.42, 18), (14, 10, 10), within=opening)
    glint = ellipse((x - radius * 0.32, y - radius * 0.34), radius * 0.2, radius * 0.2, 12)
    canvas.fill(glint, (255, 255, 252), opacity=0.92, within=opening)


def _paint_lids(canvas: Canvas, person: Identity, eye: EyeShape) -> None:
    eyes = person.eyes
    dark = mixed(np.asarray(person.skin) * 0.28, (28, 20, 20), 0.5)
    t = np.linspace(0, 1, len(eye.upper), dtype=np.float32)
    lash = 0.018 + 0.026 * eyes.lashes
    wing = eye.upper[-1] + np.array([eye.side * 0.035, -0.02], np.float32) * eyes.lashes
    upper = np.concatenate([eye.upper, wing[None]])
    widths = np.append(lash * (0.45 + 0.75 * t), 0.006)
    canvas.fill(ribbon(upper, widths), dark, opacity=0.92, soft=0.004)
    canvas.fill(ribbon(eye.lower, 0.014 + 0.008 * eyes.lashes * t), dark, opacity=0.42, soft=0.006)
    rise = eyes.crease * np.sin(np.pi * np.clip(0.12 + 0.8 * t, 0, 1))
    fold = eye.upper - np.stack([np.zeros_like(t), rise + 0.012], axis=1).astype(np.float32)
    depth = min(1.0, eyes.crease / 0.03)
    canvas.fill(ribbon(fold[1:], 0.022), np.asarray(person.skin) * 0.45, opacity=0.55 * depth,
                soft=0.008)  # fmt: skip


def paint_brow(canvas: Canvas, person: Identity, brow: BrowShape, rng: np.random.Generator) -> None:
    """One brow: a soft bed under single hairs."""
    colour = np.asarray(person.hair.brow_colour, np.float32)
    dense = person.brows.dense
    bed = ribbon(smooth(brow.line, steps=2), np.repeat(brow.widths, 2)[:-1])
    canvas.fill(bed, colour, opacity=0.62 * dense, soft=0.018)
    count = int(30 + 34 * dense)
    at = np.sort(rng.uniform(0, len(brow.line) - 1.01, count))
    low = at.astype(int)
    share = (at - low)[:, None]
    root = brow.line[low] * (1 - share) + brow.line[low + 1] * share
    width = brow.widths[low]
    root[:, 1] += width * rng.uniform(-0.3, 0.5, count)
    place = at / len(brow.line)
    lean = np.stack([brow.side * (0.35 + 0.9 * place), -1.0 + 1.15 * place], axis=1)
    ends = root + lean * (0.75 * width + 0.012)[:, None] * rng.uniform(0.7, 1.1, (count, 1))
    hairs = [np.stack([a, b]).astype(np.float32) for a, b in zip(root, ends, strict=True)]
    canvas.lines(hairs, colour * 0.85, 0.009, opacity=0.35 + 0.4 * dense)


def paint_nostrils(canvas: Canvas, person: Identity, anatomy: Anatomy, actions: Actions) -> None:
    """Nostrils and the edges of the wings; the nose itself is relief."""
    tip_x, tip_y = anatomy.nose_tip
    width = person.nose.width
    dark = mixed(np.asarray(person.skin) * 0.3, (60, 20, 18), 0.4)
    flare = 1 + 0.25 * actions.nose_wrinkle
    for side in SIDES:
        x = tip_x + side * 0.088 * width
        y = tip_y + 0.085
        hole = smooth(
            [(x - side * 0.045, y + 0.006), (x, y - 0.02 * flare), (x + side * 0.05, y - 0.004),
             (x + side * 0.02, y + 0.014)], closed=True
        )  # fmt: skip
        canvas.fill(hole, dark, opacity=0.78, soft=0.01)
        wing_x = tip_x + side * 0.215 * width * (1 + 0.08 * actions.nose_wrinkle)
        edge = smooth([(wing_x - side * 0.01, tip_y - 0.05), (wing_x, tip_y + 0.02),
                       (wing_x - side * 0.04, tip_y + 0.08)])  # fmt: skip
        canvas.fill(ribbon(edge, [0.004] + [0.024] * (len(edge) - 2) + [0.004]), dark,
                    opacity=0.34, soft=0.012)  # fmt: skip


def paint_mouth(canvas: Canvas, person: Identity, anatomy: Anatomy, actions: Actions) -> None:
    """Lips, and what shows between them."""
    mouth, shape = person.mouth, anatomy.mouth
    skin = np.asarray(person.skin, np.float32)
    natural = mixed(skin * 0.82, (168, 66, 70), 0.42 - 0.12 * person.darkness)
    colour = mixed(natural, mouth.lipstick_colour, 0.8 * mouth.lipstick)
    edge = 0.012 - 0.006 * mouth.lipstick
    if shape.gap > 0.008:
        _paint_inside(canvas, anatomy, actions)
    canvas.fill(shape.upper_lip, colour * 0.84, opacity=0.92, soft=edge)
    canvas.fill(shape.lower_lip, colour, opacity=0.9, soft=edge)
    seam = ribbon(shape.upper_inner, 0.008 + 0.016 * np.sin(np.linspace(0.2, np.pi - 0.2, 25)))
    canvas.fill(seam, colour * 0.3, opacity=0.75, soft=0.006)
    middle = shape.lower_inner[9:16] * 0.45 + shape.lower_outer[9:16] * 0.55
    shine = 0.18 + 0.3 * mouth.lipstick
    canvas.fill(
        ribbon(middle, 0.03), mixed(colour, (255, 240, 236), 0.7), opacity=shine, soft=0.018
    )
    for end in (0, -1):
        corner = shape.upper_inner[end]
        canvas.fill(ellipse((corner[0], corner[1]), 0.03, 0.022, 12), skin * 0.38, opacity=0.4,
                    soft=0.016)  # fmt: skip


def _paint_inside(canvas: Canvas, anatomy: Anatomy, actions: Actions) -> None:
    shape = anatomy.mouth
    opening = shape.opening
    canvas.fill(opening, (58, 18, 20))
    gap = shape.gap
    if gap > 0.16:
        low = shape.lower_inner[12]
        tongue = ellipse((low[0], low[1]), 0.2, 0.42 * gap)
        canvas.fill(tongue, (186, 84, 84), opacity=0.9, soft=0.03, within=opening)
    shown = min(0.125, gap * (0.5 if actions.jaw > 0.35 else 0.9))
    bared = min(1.0, 0.35 + actions.corner_pull + actions.lip_raise + actions.stretch)
    _paint_teeth(canvas, shape.upper_inner, shown * bared, opening)
    if actions.lip_raise + actions.stretch > 0.5 and actions.brow_lower > 0.3:
        _paint_teeth(canvas, shape.lower_inner, -0.36 * gap, opening)


def _paint_teeth(canvas: Canvas, edge: Floats, height: float, opening: Floats) -> None:
    """A row of teeth that hangs from (height > 0) or stands on `edge`."""
    inner = edge[2:-2]
    t = np.linspace(-1, 1, len(inner))
    depth = height * (1 - 0.3 * t**4)
    ends = inner + np.stack([np.zeros_like(t), depth], axis=1).astype(np.float32)
    row = np.concatenate([inner, ends[::-1]])
    canvas.fill(row, _TEETH, soft=0.006, within=opening)
    sides = [row[[k, -1 - k]] for k in range(1, len(inner) - 1, 3)]
    canvas.lines(sides, (150, 132, 122), 0.006, opacity=0.4, within=opening)
    shade = ribbon(inner, 0.04)
    canvas.fill(shade, (70, 24, 24), opacity=0.4, soft=0.015, within=opening)
