"""What a face is to us: a box, five landmarks, a score; and which face an image is about."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Landmarks = tuple[Point, Point, Point, Point, Point]

# A face in a corner counts as half its size: enough to prefer the sitter to a slightly larger
# passer-by, too little to prefer a distant face that happens to stand in the middle.
_CORNER_WEIGHT = 0.5


@dataclass(frozen=True)
class Face:
    """One face in one image; all lengths in pixels of that image, from its upper left corner.

    Attributes:
        box: x and y of the upper left corner, width, height; within the image.
        landmarks: image-left eye, image-right eye, nose, image-left and image-right mouth corner;
            points of a face cut by the border may lie outside the image.
        score: how sure the detector is, 0..1.

    """

    box: Box
    landmarks: Landmarks
    score: float

    @property
    def area(self) -> float:
        """Area of the box in square pixels."""
        return self.box[2] * self.box[3]

    @property
    def centre(self) -> Point:
        """Centre of the box."""
        x, y, width, height = self.box
        return x + width / 2, y + height / 2


def main_face(faces: Sequence[Face], size: tuple[int, int]) -> Face | None:
    """The face an image of `size` (height, width) is about; None where there are no faces.

    It is the largest, with a mild preference for the centre: areas are weighted from 1 in the
    middle down to 0.5 in a corner, in proportion to the distance. Of equals the first is taken.
    """
    height, width = size

    def weight(face: Face) -> float:
        x, y = face.centre
        off_centre = math.hypot(x - width / 2, y - height / 2) / math.hypot(width / 2, height / 2)
        return face.area * (1 - (1 - _CORNER_WEIGHT) * off_centre)

    return max(faces, key=weight, default=None)


def face_geometry_key(face: Face | None) -> str:
    """Stable text of where a face lies, for the keys of caches: "whole" where there is none.

    Only the landmarks are in it, to 1/100 pixel, as only they decide what `prepare` makes.
    """
    if face is None:
        return "whole"
    return ";".join(f"{x:.2f},{y:.2f}" for x, y in face.landmarks)
