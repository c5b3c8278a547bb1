"""Following a face from one frame to the next by how its pixels move: far cheaper than finding it.

Points on the face are followed there and back again, and only those that return to where they
began are believed (Kalal, Mikolajczyk, Matas: "Forward-Backward Error: Automatic Detection of
Tracking Failures", ICPR 2010). The similarity transform that moves them best moves box and
landmarks.
"""

from __future__ import annotations

import math
from typing import cast

import numpy as np
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.faces import Face
from faceapp.faces.alignment import similarity
from faceapp.faces.face import Box, Landmarks

_SIDE = 320  # long side of the picture in which points are followed
_GRID = 6  # points across and down a face
_INNER = 0.8  # part of the box that shows no background
_MOST_RETURN_ERROR = 1.0  # pixels of the small picture
_LEAST_POINTS = _GRID * _GRID // 2
_MOST_GROWTH = 1.3


def small_grey(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture as `move` wants it: grey, at most 320 pixels on its long side."""
    factor = min(1.0, _SIDE / max(rgb.shape[:2]))
    if factor < 1:
        size = (max(1, round(rgb.shape[1] * factor)), max(1, round(rgb.shape[0] * factor)))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def move(
    before: NDArray[np.uint8], after: NDArray[np.uint8], face: Face, size: tuple[int, int]
) -> Face | None:
    """The face where it now is; None where it cannot be followed.

    Args:
        before: the earlier picture, by `small_grey`.
        after: the later one, of the same size.
        face: in pixels of the full picture.
        size: height and width of the full picture.

    """
    factor = np.array([before.shape[1] / size[1], before.shape[0] / size[0]])
    start = (_points(face.box) * factor).astype(np.float32)
    there, found = _followed(before, after, start)
    back, returned = _followed(after, before, there)
    error = np.hypot(*(back - start).T)
    good = found & returned & (error < _MOST_RETURN_ERROR)
    if good.sum() < _LEAST_POINTS:
        return None
    matrix = similarity(start[good] / factor, there[good] / factor)
    growth = math.hypot(matrix[0, 0], matrix[1, 0])
    if not 1 / _MOST_GROWTH < growth < _MOST_GROWTH:
        return None
    return _moved(face, matrix, growth, size)


def _points(box: Box) -> NDArray[np.float64]:
    """A grid of points (N, 2) inside a box."""
    x, y, width, height = box
    shares = np.linspace((1 - _INNER) / 2, (1 + _INNER) / 2, _GRID)
    across, down = np.meshgrid(x + width * shares, y + height * shares)
    return np.column_stack([across.ravel(), down.ravel()])


def _followed(
    before: NDArray[np.uint8], after: NDArray[np.uint8], points: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Where points (N, 2) went, and which were found at all (pyramidal Lucas-Kanade)."""
    there, status, _ = cv2.calcOpticalFlowPyrLK(
        before, after, points[:, None], np.zeros_like(points[:, None]), winSize=(15, 15), maxLevel=3
    )
    return np.asarray(there, np.float32).reshape(-1, 2), np.asarray(status).reshape(-1) == 1


def _moved(
    face: Face, matrix: NDArray[np.float64], growth: float, size: tuple[int, int]
) -> Face | None:
    """The face moved by a 2 x 3 matrix, its box kept upright and cut to the picture."""
    turn, shift = matrix[:, :2], matrix[:, 2]
    centre = turn @ face.centre + shift
    half = np.array(face.box[2:]) * growth / 2
    limit = np.array(size[::-1], np.float64)
    upper, lower = np.clip(centre - half, 0, limit), np.clip(centre + half, 0, limit)
    if np.any(lower - upper < half):  # more than half of it has left the picture
        return None
    box = (*np.round(upper, 2).tolist(), *np.round(lower - upper, 2).tolist())
    points = np.round(np.array(face.landmarks) @ turn.T + shift, 2).tolist()
    return Face(cast("Box", box), cast("Landmarks", tuple(map(tuple, points))), face.score)
