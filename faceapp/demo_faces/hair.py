"""Hair and beards: an outline for each style, filled with strands that run from the parting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from faceapp.demo_faces.anatomy import Anatomy
from faceapp.demo_faces.canvas import Canvas, Floats, both_sides, ellipse, hump, mirrored, smooth
from faceapp.demo_faces.identity import Identity, mixed
from faceapp.demo_faces.skin import Light

_Half = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class HairStyle:
    """Outlines in face units, for a parting on the image-right side.

    `outer` is the right half of the silhouette from its lower end to the crown, `hairline` the
    edge on the face from left to right, `behind` the right half of what hangs behind the neck.
    """

    outer: _Half
    hairline: _Half
    behind: _Half = ()
    wave: float = 0.0
    waves: float = 0.0
    curly: bool = False
    bun: bool = False
    opacity: float = 1.0


_SHORT = ((0.97, 0.02), (1.06, -0.4), (1.03, -0.9), (0.74, -1.4), (0.34, -1.6), (0.0, -1.64))
_SHORT_LINE = (
    (-0.95, 0.02), (-0.9, -0.42), (-0.8, -0.74), (-0.5, -0.95), (0.0, -1.0), (0.5, -0.95),
    (0.8, -0.74), (0.9, -0.42), (0.95, 0.02),
)  # fmt: skip
_LONG = (
    (0.62, 2.35), (1.16, 2.2), (1.24, 1.2), (1.16, 0.2), (1.14, -0.6), (0.92, -1.3), (0.42, -1.66),
    (0.0, -1.72),
)  # fmt: skip
_LONG_BEHIND = ((0.0, -1.2), (0.7, -1.0), (1.05, 0.2), (1.2, 2.3), (0.0, 2.5))
_BOB = (
    (0.8, 1.32), (1.12, 1.28), (1.26, 0.8), (1.19, 0.1), (1.13, -0.6), (0.92, -1.3), (0.42, -1.64),
    (0.0, -1.7),
)  # fmt: skip
_BOB_BEHIND = ((0.0, -1.2), (0.7, -1.0), (1.05, 0.2), (1.1, 1.3), (0.0, 1.45))

_STYLES: Mapping[str, HairStyle | None] = {
    "bald": None,
    "crop": HairStyle(_SHORT, _SHORT_LINE),
    "buzz": HairStyle(
        ((0.96, 0.0), (1.02, -0.4), (0.98, -0.9), (0.68, -1.36), (0.32, -1.52), (0.0, -1.55)),
        _SHORT_LINE,
        opacity=0.78,
    ),
    "side part": HairStyle(
        ((0.97, 0.1), (1.09, -0.4), (1.08, -0.95), (0.8, -1.45), (0.4, -1.68), (0.0, -1.72)),
        ((-0.96, 0.1), (-0.91, -0.42), (-0.76, -0.7), (-0.4, -0.84), (0.05, -0.92), (0.42, -1.14),
         (0.64, -0.96), (0.83, -0.7), (0.92, -0.4), (0.96, 0.1)),
    ),
    "quiff": HairStyle(
        ((0.96, 0.0), (1.04, -0.4), (1.02, -1.0), (0.84, -1.54), (0.45, -1.78), (0.0, -1.8)),
        ((-0.95, 0.0), (-0.9, -0.45), (-0.82, -0.78), (-0.6, -1.02), (-0.1, -1.1), (0.45, -1.0),
         (0.8, -0.78), (0.9, -0.45), (0.95, 0.0)),
    ),
    "receding": HairStyle(
        _SHORT,
        ((-0.95, 0.02), (-0.91, -0.45), (-0.84, -0.86), (-0.58, -1.26), (-0.3, -1.3), (0.0, -1.16),
         (0.3, -1.3), (0.58, -1.26), (0.84, -0.86), (0.91, -0.45), (0.95, 0.02)),
    ),
    "pixie": HairStyle(
        ((0.9, 0.42), (1.08, 0.2), (1.1, -0.4), (1.06, -0.95), (0.8, -1.42), (0.4, -1.66),
         (0.0, -1.7)),
        ((-0.9, 0.42), (-0.92, -0.15), (-0.8, -0.45), (-0.4, -0.55), (0.05, -0.72), (0.45, -1.04),
         (0.76, -0.78), (0.92, -0.35), (0.9, 0.42)),
    ),
    "curls": HairStyle(
        ((0.98, 0.45), (1.26, 0.2), (1.36, -0.5), (1.2, -1.25), (0.75, -1.75), (0.0, -1.95)),
        ((-0.98, 0.45), (-0.92, -0.3), (-0.82, -0.66), (-0.5, -0.88), (0.0, -0.94), (0.5, -0.88),
         (0.82, -0.66), (0.92, -0.3), (0.98, 0.45)),
        wave=0.055, waves=13, curly=True,
    ),
    "long straight": HairStyle(
        _LONG,
        ((-0.62, 2.35), (-0.9, 1.5), (-0.97, 0.7), (-0.92, 0.0), (-0.8, -0.5), (-0.42, -0.9),
         (0.0, -1.16), (0.42, -0.92), (0.8, -0.5), (0.92, 0.0), (0.97, 0.7), (0.9, 1.5),
         (0.62, 2.35)),
        _LONG_BEHIND,
    ),
    "long waves": HairStyle(
        _LONG,
        ((-0.62, 2.35), (-0.95, 1.5), (-0.93, 0.7), (-0.9, 0.0), (-0.74, -0.46), (-0.3, -0.74),
         (0.15, -0.95), (0.42, -1.2), (0.74, -0.74), (0.93, -0.1), (0.98, 0.7), (0.92, 1.5),
         (0.62, 2.35)),
        _LONG_BEHIND,
        wave=0.07, waves=8,
    ),
    "bob": HairStyle(
        _BOB,
        ((-0.8, 1.32), (-0.94, 0.7), (-0.92, 0.0), (-0.78, -0.48), (-0.3, -0.8), (0.2, -1.02),
         (0.4, -1.18), (0.74, -0.78), (0.93, -0.1), (0.95, 0.7), (0.8, 1.32)),
        _BOB_BEHIND,
    ),
    "fringe": HairStyle(
        _BOB,
        ((-0.8, 1.32), (-0.96, 0.7), (-0.93, 0.0), (-0.84, -0.34), (-0.42, -0.45), (0.0, -0.47),
         (0.42, -0.45), (0.84, -0.34), (0.93, 0.0), (0.96, 0.7), (0.8, 1.32)),
        _BOB_BEHIND,
    ),
    "bun": HairStyle(
        ((0.95, 0.1), (1.04, -0.35), (1.01, -0.9), (0.72, -1.38), (0.34, -1.56), (0.0, -1.6)),
        ((-0.95, 0.1), (-0.9, -0.4), (-0.78, -0.74), (-0.48, -0.98), (0.0, -1.04), (0.48, -0.98),
         (0.78, -0.74), (0.9, -0.4), (0.95, 0.1)),
        bun=True,
    ),
}  # fmt: skip


def paint_hair_behind(canvas: Canvas, person: Identity, light: Light) -> None:
    """What of the hair lies behind head and neck."""
    style = _STYLES[person.hair.style]
    if style is None:
        return
    colour = light.tone(np.asarray(person.hair.colour) * 0.68, (0.0, 0.0, 0.8))
    if style.bun:
        bun = ellipse((0.0, -1.84), 0.44 * person.hair.volume, 0.36 * person.hair.volume)
        canvas.fill(bun, colour * 1.3, depth=-0.3)
        lines = [ellipse((0.0, -1.8), size, size * 0.8)[14:] for size in (0.12, 0.2, 0.28, 0.35)]
        canvas.lines(lines, colour * 0.85, 0.014, opacity=0.7, depth=-0.3)
    if style.behind:
        canvas.fill(smooth(both_sides(style.behind), closed=True), colour, depth=-0.25)


def paint_hair(canvas: Canvas, person: Identity, anatomy: Anatomy, light: Light) -> None:
    """The hair round the face, and its shadow on the forehead."""
    style = _STYLES[person.hair.style]
    if style is None:
        return
    rng = np.random.default_rng(person.strand_seed)
    outline = _outline(style, person, rng)
    skin_shadow = np.asarray(person.skin, np.float32) * 0.4
    canvas.fill(outline + np.array([0, 0.07], np.float32), skin_shadow, opacity=0.42, soft=0.05,
                within=anatomy.outline)  # fmt: skip
    base = np.asarray(person.hair.colour, np.float32)
    edge = 0.012 if style.opacity == 1 else 0.035
    canvas.fill(outline, light.tone(base, (0.0, -0.3, 0.8)), opacity=style.opacity, soft=edge)
    _shade(canvas, outline, base, light, style.opacity)
    strands = _curls(outline, rng) if style.curly else _strands(outline, person, style, rng)
    half = len(strands) // 2
    strength = 0.5 if style.opacity == 1 else 0.25
    canvas.lines(strands[:half], light.tone(base * 0.68, (0, 0, 1)), 0.012, opacity=strength,
                 within=outline)  # fmt: skip
    canvas.lines(strands[half:], light.tone(mixed(base, (255, 236, 205), 0.2), (0, 0, 1)), 0.01,
                 opacity=strength * 0.8, within=outline)  # fmt: skip


def _outline(style: HairStyle, person: Identity, rng: np.random.Generator) -> Floats:
    side = 1.0 if person.hair.part > 0 else -1.0
    width, volume = person.head.width, person.hair.volume
    right = np.asarray(style.outer, np.float32) * np.array([1, person.head.length], np.float32)
    right[:, 0] = width * (
        1 + (right[:, 0] - 1) * volume * (right[:, 0] > 1) + (right[:, 0] - 1) * (right[:, 0] <= 1)
    )
    line = np.asarray(style.hairline, np.float32) * np.array([width, 1], np.float32)
    middle = np.exp(-((line[:, 0] / 0.7) ** 2))
    line[:, 1] -= person.hair.hairline * middle
    if side < 0:
        line = mirrored(line)[::-1]
    left = mirrored(right)[::-1][1:]
    outer = smooth(np.concatenate([right, left]))
    if style.wave:
        outer = _wavy(outer, style, rng)
    return np.concatenate([outer, smooth(line)])


def _wavy(outer: Floats, style: HairStyle, rng: np.random.Generator) -> Floats:
    t = np.linspace(0, 1, len(outer), dtype=np.float32)
    swell = style.wave * np.sin(2 * np.pi * style.waves * t + rng.uniform(0, 6.3))
    swell = swell + 0.4 * style.wave * rng.normal(0, 1, len(outer))
    centre = np.array([0, -0.3], np.float32)
    away: Floats = outer - centre
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    # Curls stand up all over; waves begin below the temples.
    where = hump(t, 0.3) if style.curly else np.clip((outer[:, 1] + 0.7) / 0.8, 0, 1)
    swollen: Floats = (outer + away * (swell * where)[:, None]).astype(np.float32)
    return swollen


def _shade(canvas: Canvas, outline: Floats, base: Floats, light: Light, opacity: float) -> None:
    """Dark where the hair turns away, a soft sheen where it faces the lamp."""
    lamp_x = light.direction[0]
    shadow = smooth([(1.12, 1.6), (1.1, -0.3), (0.85, -1.2)]) * np.array(
        [-1.0 if lamp_x > 0 else 1.0, 1.0], np.float32
    )
    dark = base * 0.4
    for line, strength in ((shadow, 0.35 + 0.25 * abs(lamp_x)), (mirrored(shadow), 0.2)):
        band = np.concatenate([line, (line * np.array([1.5, 1.1], np.float32))[::-1]])
        canvas.fill(band, dark, opacity=strength * opacity, soft=0.14, within=outline)
    sheen = ellipse((0.55 * lamp_x, -1.3), 0.5, 0.13)
    bright = mixed(base, (255, 244, 226), 0.38)
    canvas.fill(sheen, bright, opacity=0.36 * opacity, soft=0.1, within=outline)


def _strands(
    outline: Floats, person: Identity, style: HairStyle, rng: np.random.Generator
) -> list[Floats]:
    """Curves from the parting to points of the outline, bowed as hair falls."""
    count = 150
    part = person.hair.part if style.hairline != _SHORT_LINE else 0.0
    roots = np.stack([part + rng.normal(0, 0.16, count), rng.normal(-1.42, 0.06, count)], axis=1)
    ends = outline[rng.integers(len(outline), size=count)] * rng.uniform(0.85, 1.03, (count, 1))
    side = np.where(ends[:, 0] < part, -1.0, 1.0)
    reach = np.abs(ends[:, 0]) * 0.55 + 0.3 + 0.25 * (ends[:, 1] > 0.2)
    bend = np.stack([side * reach, np.minimum(-0.9, 0.4 * ends[:, 1] - 1.0)], axis=1)
    t = np.linspace(0, 1, 9)[None, :, None]
    curve = (1 - t) ** 2 * roots[:, None] + 2 * t * (1 - t) * bend[:, None] + t**2 * ends[:, None]
    if style.wave:
        curve[:, :, 0] += 0.05 * np.sin(9 * t[:, :, 0] + rng.uniform(0, 6.3, (count, 1)))
    return list(curve.astype(np.float32))


def _curls(outline: Floats, rng: np.random.Generator) -> list[Floats]:
    """Short arcs all over the outline's box; the outline clips them."""
    count = 330
    low, high = outline.min(axis=0), outline.max(axis=0)
    centres = rng.uniform(low, high, (count, 2))
    start = rng.uniform(0, 2 * np.pi, (count, 1))
    angle = start + np.linspace(0, 3.6, 8)[None, :]
    size = rng.uniform(0.04, 0.085, (count, 1))
    x = centres[:, :1] + size * np.cos(angle)
    y = centres[:, 1:] + size * np.sin(angle)
    return list(np.stack([x, y], axis=2).astype(np.float32))


def paint_beard(canvas: Canvas, person: Identity, anatomy: Anatomy, light: Light) -> None:
    """Beard, moustache or the shadow of a shave; the lips are painted over it."""
    hair = person.hair
    colour = light.tone(mixed(hair.brow_colour, hair.colour, 0.5), (0.0, 0.2, 0.9))
    region = _jaw_region(anatomy)
    if hair.stubble:
        shade = mixed(np.asarray(person.skin) * 0.55, hair.brow_colour, 0.5)
        canvas.fill(region, shade, opacity=min(0.42, 0.7 * hair.stubble), soft=0.1,
                    within=anatomy.outline)  # fmt: skip
    rng = np.random.default_rng(person.strand_seed + 1)
    moustache = _moustache(anatomy)
    if hair.beard == "full":
        longer = region + np.array([0, 0.06], np.float32) * (region[:, 1:] > 1.2)
        _fill_beard(canvas, longer, colour, 0.9, rng)
    elif hair.beard == "short":
        _fill_beard(canvas, region, colour, 0.55, rng)
    elif hair.beard == "goatee":
        _fill_beard(canvas, _goatee(anatomy), colour, 0.8, rng)
    if hair.beard in ("moustache", "full", "goatee"):
        _fill_beard(canvas, moustache, colour, 0.88, rng)


def _fill_beard(
    canvas: Canvas, region: Floats, colour: Floats, opacity: float, rng: np.random.Generator
) -> None:
    canvas.fill(region, colour, opacity=opacity * 0.85, soft=0.035)
    low, high = region.min(axis=0), region.max(axis=0)
    area = float((high - low).prod())
    roots = rng.uniform(low, high, (int(60 + 190 * area), 2))
    lean = np.stack([0.05 * roots[:, 0], np.full(len(roots), 0.07)], axis=1)
    ends = roots + lean + rng.normal(0, 0.018, roots.shape)
    hairs = list(np.stack([roots, ends], axis=1).astype(np.float32))
    half = len(hairs) // 2
    canvas.lines(hairs[:half], colour * 0.6, 0.01, opacity=0.55, within=region)
    canvas.lines(hairs[half:], mixed(colour, (255, 240, 220), 0.22), 0.008, opacity=0.4,
                 within=region)  # fmt: skip


def _jaw_region(anatomy: Anatomy) -> Floats:
    """Where a full beard grows: the jaw's outline below the ears, up to cheeks and upper lip."""
    jaw = anatomy.outline[anatomy.outline[:, 1] > -0.04]
    corner = anatomy.mouth.upper_outer[-1]
    top = float(anatomy.mouth.upper_outer[:, 1].min())
    x, y = float(corner[0]), float(corner[1])
    right = [(0.0, top - 0.07), (0.14, top - 0.09), (x + 0.02, y - 0.12), (x + 0.14, y - 0.02),
             (0.68, 0.78), (0.82, 0.4), (0.89, -0.04)]  # fmt: skip
    upper = np.concatenate([mirrored(right)[::-1], np.asarray(right[1:], np.float32)])
    return np.concatenate([jaw, smooth(upper)])


def _moustache(anatomy: Anatomy) -> Floats:
    lip = anatomy.mouth.upper_outer
    left, right = lip[0], lip[-1]
    middle = lip[len(lip) // 2]
    upper = [(right[0] + 0.06, right[1] + 0.05), (right[0] - 0.05, right[1] - 0.11),
             (0.12, middle[1] - 0.13), (0.0, middle[1] - 0.1), (-0.12, middle[1] - 0.13),
             (left[0] + 0.05, left[1] - 0.11), (left[0] - 0.06, left[1] + 0.05)]  # fmt: skip
    return np.concatenate([smooth(upper), lip])


def _goatee(anatomy: Anatomy) -> Floats:
    left, right = anatomy.mouth.lower_outer[0], anatomy.mouth.lower_outer[-1]
    low = float(anatomy.mouth.lower_outer[:, 1].max())
    chin = float(anatomy.outline[:, 1].max())
    return smooth(
        [(left[0] - 0.06, left[1]), (left[0] + 0.04, low - 0.02), (-0.12, low + 0.05),
         (0.0, low + 0.03),
         (0.12, low + 0.05), (right[0] - 0.04, low - 0.02), (right[0] + 0.06, right[1]),
         (right[0] + 0.02, low + 0.2), (0.22, chin + 0.02), (0.0, chin + 0.07),
         (-0.22, chin + 0.02),
         (left[0] - 0.02, low + 0.2)], closed=True
    )  # fmt: skip
