"""The drawing board: shapes in face units are turned with the head and laid softly on a picture.

Face units: half the width of an average face is 1, the origin lies between the eyes, x grows to
the right of the picture and y downwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from faceapp._cv import cv2

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_SUBPIXEL_BITS = 4
# A blur wider than so many pixels is made on a picture so many times smaller.
_SHRINK_FROM = ((5.0, 4), (2.4, 2))


def smooth(points: ArrayLike, *, closed: bool = False, steps: int = 6) -> Floats:
    """Catmull-Rom curve through `points` (N, 2), `steps` points a span, as (M, 2)."""
    start = np.asarray(points, np.float32)
    if closed:
        before, after, later = (np.roll(start, by, axis=0) for by in (1, -1, -2))
    else:
        padded = np.concatenate([start[:1], start, start[-1:]])
        before, start, after, later = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = (np.arange(steps, dtype=np.float32) / steps)[None, :, None]
    a, b, c, d = (part[:, None, :] for part in (before, start, after, later))
    curve = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    flat = curve.reshape(-1, 2)
    return flat if closed else np.concatenate([flat, after[-1:]])


def ribbon(line: Floats, width: ArrayLike) -> Floats:
    """Outline of a band along `line` (N, 2); `width` is one number or one for each point."""
    along = np.empty_like(line)
    along[1:-1] = line[2:] - line[:-2]
    along[0], along[-1] = line[1] - line[0], line[-1] - line[-2]
    reach = np.asarray(width, np.float32) / 2 / np.maximum(np.hypot(*along.T), 1e-6)
    half = along[:, ::-1] * np.array([-1, 1], np.float32) * reach[:, None]
    return np.concatenate([line + half, (line - half)[::-1]])


def ellipse(centre: tuple[float, float], rx: float, ry: float, points: int = 28) -> Floats:
    """Outline of an upright ellipse as (points, 2)."""
    return _circle(points) * np.array([rx, ry], np.float32) + np.array(centre, np.float32)


@lru_cache
def _circle(points: int) -> Floats:
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)


def mirrored(points: ArrayLike) -> Floats:
    """`points` (N, 2) with left and right exchanged."""
    return np.asarray(points, np.float32) * np.array([-1, 1], np.float32)


def both_sides(half: ArrayLike) -> Floats:
    """Closed outline from its right half (x >= 0), listed from top to bottom."""
    right = np.asarray(half, np.float32)
    left = mirrored(right)[::-1]
    inner = left[(left[:, 0] != 0)]
    return np.concatenate([right, inner])


def hump(t: Floats, power: float = 1.0) -> Floats:
    """A rise from 0 at t = 0 to 1 in the middle and back; a small `power` makes it blunt."""
    return np.asarray(np.maximum(0.0, np.sin(np.pi * np.clip(t, 0, 1))) ** power, np.float32)


def surface_depth(x: Floats, y: Floats) -> Floats:
    """How far the head's surface stands out towards the viewer at (x, y), in face units."""
    depth = 0.85 * (1 - (x / 1.15) ** 2 - ((y - 0.1) / 1.8) ** 2)
    return np.asarray(np.maximum(depth, -0.4), np.float32)


@dataclass(frozen=True)
class View:
    """Where the head stands in the picture: `centre` in pixels, `scale` pixels a face unit.

    Angles are in radians: `yaw` > 0 turns the face to the right of the picture, `pitch` > 0
    downwards, `roll` > 0 clockwise.
    """

    centre: tuple[float, float]
    scale: float
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0

    def project(self, points: ArrayLike, depth: float | None = None, lift: float = 0.0) -> Floats:
        """Pixels (N, 2) of face points (N, 2), at one `depth` or on the face, raised by `lift`."""
        shape = np.asarray(points, np.float32)
        x, y = shape[:, 0], shape[:, 1]
        z = surface_depth(x, y) + lift if depth is None else np.float32(depth)
        cos, sin = math.cos(self.yaw), math.sin(self.yaw)
        across, inward = x * cos + z * sin, z * cos - x * sin
        down = y * math.cos(self.pitch) + inward * math.sin(self.pitch)
        cos, sin = self.scale * math.cos(self.roll), self.scale * math.sin(self.roll)
        placed = np.empty_like(shape)
        placed[:, 0] = self.centre[0] + across * cos - down * sin
        placed[:, 1] = self.centre[1] + across * sin + down * cos
        return placed

    def unproject(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Face coordinates of the points of the face's surface seen at pixels `x`, `y`."""
        dx, dy = (x - self.centre[0]) / self.scale, (y - self.centre[1]) / self.scale
        cos, sin = math.cos(self.roll), math.sin(self.roll)
        across, down = dx * cos + dy * sin, dy * cos - dx * sin
        face_x, face_y = across, down
        for _ in range(4):  # the depth is flat enough for this to settle
            z = surface_depth(face_x, face_y)
            face_x = (across - z * math.sin(self.yaw)) / math.cos(self.yaw)
            inward = z * math.cos(self.yaw) - face_x * math.sin(self.yaw)
            face_y = (down - inward * math.sin(self.pitch)) / math.cos(self.pitch)
        return np.asarray(face_x, np.float32), np.asarray(face_y, np.float32)


@dataclass(frozen=True)
class Stencil:
    """Part of a picture (`rows`, `columns`) and how much of each of its pixels is covered, 0..1."""

    rows: slice
    columns: slice
    cover: Floats


class Canvas:
    """A square picture, and the view through which shapes come onto it.

    `planes` are red, green and blue apart as (3, side, side), 0..255: one plane after the other is
    laid over several times faster than pixels of three.
    """

    def __init__(self, side: int, view: View) -> None:
        self.side = side
        self.planes: Floats = np.zeros((3, side, side), np.float32)
        self.view = view

    def fill(
        self,
        shape: Floats,
        colour: ArrayLike,
        *,
        opacity: float = 1.0,
        soft: float = 0.0,
        within: Floats | None = None,
        depth: float | None = None,
    ) -> None:
        """Lay a filled outline (N, 2) down; `soft` is the blur in face units, `within` a clip."""
        outline = self.view.project(shape, depth)
        stencil = self._stencil(outline, soft * self.view.scale)
        if stencil is None or opacity <= 0.004:
            return
        if within is not None:
            stencil = self._clipped(stencil, self.view.project(within, depth))
        self._blend(stencil, np.asarray(colour, np.float32), opacity)

    def lines(
        self,
        lines: Sequence[Floats],
        colour: ArrayLike,
        width: float,
        *,
        opacity: float = 1.0,
        within: Floats | None = None,
        depth: float | None = None,
    ) -> None:
        """Draw open lines, each (N, 2), `width` face units thick (at least one pixel)."""
        joined = self.view.project(np.concatenate(lines), depth)
        window = self._window(joined, 4.0)
        if window is None:
            return
        rows, columns = window
        mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
        origin = np.array([columns.start, rows.start], np.float32)
        thickness = max(1, round(width * self.view.scale))
        ends = np.cumsum([len(line) for line in lines])[:-1]
        fixed = np.split(_fixed(joined - origin), ends)
        cv2.polylines(mask, fixed, False, (255,), thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
        stencil = Stencil(rows, columns, np.divide(mask, 255, dtype=np.float32))
        if within is not None:
            stencil = self._clipped(stencil, self.view.project(within, depth))
        self._blend(stencil, np.asarray(colour, np.float32), opacity)

    def wrap(
        self, texture: Sequence[Floats], origin: tuple[float, float], texels: float, shape: Floats
    ) -> None:
        """Lay `texture`, three planes (rows, columns), on the face within the outline `shape`.

        `origin` are the face coordinates of its first texel, of which `texels` make a face unit.
        """
        stencil = self._stencil(self.view.project(shape), 0.006 * self.view.scale)
        if stencil is None:
            return
        height, width = stencil.cover.shape
        x = np.linspace(stencil.columns.start, stencil.columns.stop - 1, width // 4 + 2)
        y = np.linspace(stencil.rows.start, stencil.rows.stop - 1, height // 4 + 2)
        grid_x, grid_y = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
        face_x, face_y = self.view.unproject(grid_x, grid_y)
        map_x = cv2.resize((face_x - origin[0]) * texels, (width, height))
        map_y = cv2.resize((face_y - origin[1]) * texels, (width, height))
        seen = [cv2.remap(plane, map_x, map_y, cv2.INTER_LINEAR) for plane in texture]
        self._blend(stencil, np.asarray(seen, np.float32), 1.0)

    def _window(self, outline: Floats, margin: float) -> tuple[slice, slice] | None:
        """Rows and columns that the outline and its blur touch; None outside the picture."""
        left, top = (max(0, math.floor(low - margin)) for low in outline.min(axis=0).tolist())
        right, bottom = (
            min(self.side, math.ceil(high + margin)) for high in outline.max(axis=0).tolist()
        )
        if right - left < 2 or bottom - top < 2:
            return None
        return slice(top, bottom), slice(left, right)

    def _stencil(self, outline: Floats, soft: float) -> Stencil | None:
        window = self._window(outline, 2 + 3 * soft)
        if window is None:
            return None
        rows, columns = window
        size = (rows.stop - rows.start, columns.stop - columns.start)
        inside = outline - np.array([columns.start, rows.start], np.float32)
        return Stencil(rows, columns, _cover(inside, size, soft))

    def _clipped(self, stencil: Stencil, clip: Floats) -> Stencil:
        origin = np.array([stencil.columns.start, stencil.rows.start], np.float32)
        height, width = stencil.cover.shape
        cover = stencil.cover * _cover(clip - origin, (height, width), 0.0)
        return Stencil(stencil.rows, stencil.columns, cover)

    def _blend(self, stencil: Stencil, colour: Floats, opacity: float) -> None:
        """Mix `colour`, three numbers or three planes of the stencil's size, into the picture."""
        cover = stencil.cover * np.float32(opacity)
        for plane, tint in zip(self.planes, colour, strict=True):
            part = plane[stencil.rows, stencil.columns]
            part += cover * (tint - part)


def _fixed(points: Floats) -> NDArray[np.int32]:
    return np.round(points * (1 << _SUBPIXEL_BITS)).astype(np.int32)


def _cover(outline: Floats, size: tuple[int, int], soft: float) -> Floats:
    """How much of each pixel of a picture of `size` (rows, columns) the outline covers, 0..1."""
    shrink = next((times for wide, times in _SHRINK_FROM if soft > wide), 1)
    small = (max(2, size[0] // shrink), max(2, size[1] // shrink))
    mask = np.zeros(small, np.uint8)
    ratio = np.array([small[1] / size[1], small[0] / size[0]], np.float32)
    cv2.fillPoly(mask, [_fixed(outline * ratio)], (255,), cv2.LINE_AA, _SUBPIXEL_BITS)
    if soft > 0.3:
        mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), soft / shrink), np.uint8)
    if shrink > 1:
        mask = np.asarray(cv2.resize(mask, (size[1], size[0])), np.uint8)
    return np.divide(mask, 255, dtype=np.float32)
