"""Numbers for faces: a face that is found again keeps its own, a new one gets the next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from faceapp.faces import Face
from faceapp.faces.face import Box

# Between two looks a face moves by less than its own size, and does not halve or double.
_REACH = 1.0
_MOST_GROWTH = 2.0


@dataclass
class _Known:
    box: Box
    seen: float


class FaceNumbers:
    """Tells which of the found faces are those of before, by place and size alone.

    A number is of a face being followed, not of a person: one who leaves for longer than `memory`
    seconds gets another, and two who cross behind one another may exchange theirs.
    """

    def __init__(self, memory: float = 1.0) -> None:
        self._memory = memory
        self._known: dict[int, _Known] = {}
        self._last = 0

    def assign(self, faces: Sequence[Face], time: float) -> list[int]:
        """A number for each face found at `time` seconds; no two the same, each from 1."""
        self._known = {
            number: known
            for number, known in self._known.items()
            if time - known.seen <= self._memory
        }
        numbers = self._matched(faces)
        for index, face in enumerate(faces):
            if index not in numbers:
                self._last += 1
                numbers[index] = self._last
            self._known[numbers[index]] = _Known(face.box, time)
        return [numbers[index] for index in range(len(faces))]

    def moved(self, number: int, face: Face, time: float) -> None:
        """A face was followed to where it is at `time`."""
        self._known[number] = _Known(face.box, time)

    def rescale(self, factor_x: float, factor_y: float) -> None:
        """The picture's size changed: whatever is known lies elsewhere now."""
        for known in self._known.values():
            x, y, width, height = known.box
            known.box = (x * factor_x, y * factor_y, width * factor_x, height * factor_y)

    def _matched(self, faces: Sequence[Face]) -> dict[int, int]:
        """Known numbers by the index of a face, the closest pairs first."""
        pairs = sorted(
            (distance, number, index)
            for number, known in self._known.items()
            for index, face in enumerate(faces)
            if (distance := _distance(known.box, face.box)) < _REACH
        )
        matched: dict[int, int] = {}
        for _, number, index in pairs:
            if index not in matched and number not in matched.values():
                matched[index] = number
        return matched


def _distance(one: Box, other: Box) -> float:
    """How far apart two boxes are, in their own sizes; infinite where the sizes do not fit."""
    size, other_size = math.sqrt(one[2] * one[3]), math.sqrt(other[2] * other[3])
    if max(size, other_size) > _MOST_GROWTH * min(size, other_size):
        return math.inf
    across = one[0] + one[2] / 2 - other[0] - other[2] / 2
    down = one[1] + one[3] / 2 - other[1] - other[3] / 2
    return math.hypot(across, down) / max(size, other_size)
