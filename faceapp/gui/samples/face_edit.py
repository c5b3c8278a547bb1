"""Correcting a face's box and landmarks with the mouse: geometry in pixels of the upright image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from faceapp.dataset import StoredFace
from faceapp.dataset.model import Box, Point

SMALLEST_SIDE = 4.0  # image px: a smaller box was a slip of the mouse
# Where landmarks stand in the box of an upright face, as shares of it.
_EYE_LEFT, _EYE_RIGHT, _NOSE = (0.31, 0.40), (0.69, 0.40), (0.50, 0.60)
_MOUTH_LEFT, _MOUTH_RIGHT = (0.35, 0.78), (0.65, 0.78)


class Grip(StrEnum):
    """What can be held of a face."""

    BOX = "box"
    CORNER = "corner"
    LANDMARK = "landmark"


@dataclass(frozen=True)
class Hold:
    """One part of one face: `face` is its place in the list.

    `index` says which corner (0..3: top left, top right, bottom left, bottom right) or which
    landmark (0..4, in the order of `StoredFace.landmarks`).
    """

    face: int
    grip: Grip
    index: int = 0


def corners(box: Box) -> tuple[Point, Point, Point, Point]:
    """Top left, top right, bottom left, bottom right."""
    x, y, width, height = box
    return (x, y), (x + width, y), (x, y + height), (x + width, y + height)


def hold_at(point: Point, faces: Sequence[StoredFace], reach: float) -> Hold | None:
    """What lies within `reach` of a point: landmarks before corners before the box's inside."""
    near: list[tuple[float, Hold]] = []
    for place, face in enumerate(faces):
        for grip, points in ((Grip.LANDMARK, face.landmarks), (Grip.CORNER, corners(face.box))):
            for index, each in enumerate(points):
                distance = math.dist(point, each)
                if distance <= reach:
                    bias = 0.0 if grip is Grip.LANDMARK else reach
                    near.append((distance + bias, Hold(place, grip, index)))
    if near:
        return min(near, key=lambda found: found[0])[1]
    for place, face in enumerate(faces):
        x, y, width, height = face.box
        if x <= point[0] <= x + width and y <= point[1] <= y + height:
            return Hold(place, Grip.BOX)
    return None


def dragged(face: StoredFace, hold: Hold, by: Point, size: tuple[int, int]) -> StoredFace:
    """The face after that part of it was moved `by` pixels, inside an image of (width, height).

    The box takes its landmarks along; a corner or a landmark moves alone.
    """
    if hold.grip is Grip.LANDMARK:
        points = list(face.landmarks)
        points[hold.index] = _inside(_moved(points[hold.index], by), size)
        return _by_person(replace(face, landmarks=_five(points)))
    if hold.grip is Grip.CORNER:
        held = _inside(_moved(corners(face.box)[hold.index], by), size)
        return _by_person(replace(face, box=box_between(held, corners(face.box)[3 - hold.index])))
    step = _step_inside(face.box, by, size)
    x, y, width, height = face.box
    points = [_moved(each, step) for each in face.landmarks]
    moved = replace(face, box=(x + step[0], y + step[1], width, height), landmarks=_five(points))
    return _by_person(moved)


def face_in(box: Box) -> StoredFace:
    """A face that a person drew, with landmarks where an upright face has them."""
    x, y, width, height = box
    shares = (_EYE_LEFT, _EYE_RIGHT, _NOSE, _MOUTH_LEFT, _MOUTH_RIGHT)
    points = [(x + across * width, y + down * height) for across, down in shares]
    return StoredFace(box=box, landmarks=_five(points), score=1.0, origin="person")


def box_between(one: Point, other: Point) -> Box:
    """The box that has these two points as opposite corners."""
    left, right = sorted((one[0], other[0]))
    top, bottom = sorted((one[1], other[1]))
    return left, top, right - left, bottom - top


def large_enough(box: Box) -> bool:
    """Whether a box was meant, and is no slip of the mouse."""
    return min(box[2:]) >= SMALLEST_SIDE


def _by_person(face: StoredFace) -> StoredFace:
    return replace(face, score=1.0, origin="person")


def _moved(point: Point, by: Point) -> Point:
    return point[0] + by[0], point[1] + by[1]


def _inside(point: Point, size: tuple[int, int]) -> Point:
    return min(max(point[0], 0.0), float(size[0])), min(max(point[1], 0.0), float(size[1]))


def _step_inside(box: Box, by: Point, size: tuple[int, int]) -> Point:
    """As much of the step as leaves the box's middle inside the image."""
    middle = (box[0] + box[2] / 2, box[1] + box[3] / 2)
    there = _inside(_moved(middle, by), size)
    return there[0] - middle[0], there[1] - middle[1]


def _five(points: Sequence[Point]) -> tuple[Point, Point, Point, Point, Point]:
    one, two, three, four, five = points
    return one, two, three, four, five
