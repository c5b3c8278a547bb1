"""Whether two images show one picture: laid on one another by a face, compared place by place.

A crop differs from its picture by nothing but noise, wherever both show. In the next frame of the
same shot most is the same too, but eyes, mouth or hair have moved: there, in that place, the two
differ as much as pictures do. So the worst place decides, and it must be seen at full size: in an
aligned face of some 50 pixels the next frame is as alike as a crop.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.faces.face import Face

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]
Matrix = NDArray[np.float64]

# Sizes of a face are the root mean square distance of its landmarks from their middle, in pixels:
# two thirds of the distance of its eyes. It is laid on coarsely, then finely.
_COARSE, _FINE = 12.0, 32.0
_AROUND = 8.0  # so many sizes around a face are compared, where there are
# Registration: at most so many steps, or until it rises by less; smoothed by so many pixels.
_STEPS, _RISE = 30, 1e-5
_SMOOTHING = {_COARSE: 5}
_LEAST_SIDE = 8  # pixels in common, in each direction
# Noise of compression is blurred away; a place is half a face's size.
_BLUR, _PLACE, _LEAST_PLACE = 1.0, 0.5, 5
_FILLED = 0.8  # share of a place that both must show
# Beyond this two coarse pictures are no crops of one: nothing is to be gained by a finer look.
_HOPELESS = 0.5
# How much a difference of the worst place, as a share of the picture's own variance, counts. Of 497
# pairs of a photo and its crop it was below 0.05 in all but three, and in 1,134 other pairs that
# look alike in small it was above 0.24, but for faces of some 25 pixels: little is left in them
# that could differ, so there it counts more, in proportion to their size.
_STRICTNESS = 4 / 3
_INVERSE = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


class Patch(NamedTuple):
    """What is compared of an image: a face (landmarks (5, 2), in pixels) and what is around it."""

    grey: Grey
    landmarks: Points


def patch(rgb: NDArray[np.uint8], face: Face) -> Patch:
    """The patch of a face in an image (H, W, 3) RGB of 0..255, no larger than it is compared."""
    landmarks = np.array(face.landmarks, dtype=np.float64)
    middle, reach = landmarks.mean(0), _AROUND * _size(landmarks)
    high, wide = rgb.shape[:2]
    left, top = np.maximum(0, np.floor(middle - reach)).astype(int)
    right, bottom = np.minimum((wide, high), np.ceil(middle + reach)).astype(int)
    grey = cv2.cvtColor(np.ascontiguousarray(rgb[top:bottom, left:right]), cv2.COLOR_RGB2GRAY)
    whole = Patch(np.asarray(grey, dtype=np.uint8), landmarks - (left, top))
    return _shrunk(whole, _FINE)


def mirrored(seen: Patch) -> Patch:
    """The mirror image of a patch."""
    landmarks = seen.landmarks[[1, 0, 2, 4, 3]] * (-1, 1) + (seen.grey.shape[1], 0)
    return Patch(np.ascontiguousarray(seen.grey[:, ::-1]), landmarks)


def one_picture(one: Patch, other: Patch) -> float:
    """How surely two patches show one picture, <= 1: crops of one reach 0.88, next frames do not.

    The affine map that lays one on the other maximises the enhanced correlation coefficient
    (Evangelidis & Psarakis, PAMI 2008), begun at the landmarks. Light and contrast are levelled.
    """
    fine = min(_size(one.landmarks), _size(other.landmarks), _FINE)
    matrix, before, worst = None, 1.0, 1.0
    for size in dict.fromkeys((min(fine, _COARSE), fine)):
        first, second = _shrunk(one, size), _shrunk(other, size)
        if matrix is None:
            matrix = np.eye(2, 3)
            matrix[:, 2] = second.landmarks.mean(0) - first.landmarks.mean(0)
        else:
            matrix[:, 2] *= size / before
        matrix = _registered(first.grey, second.grey, matrix, _SMOOTHING.get(size, 3))
        if matrix is None:
            return 0.0
        worst, before = _worst_place(first.grey, second.grey, matrix, size), size
        if worst > _HOPELESS:
            break
    return 1 - _STRICTNESS * max(1.0, _COARSE / fine) * worst


def _size(landmarks: Points) -> float:
    return max(1.0, math.sqrt(((landmarks - landmarks.mean(0)) ** 2).sum(1).mean()))


def _shrunk(seen: Patch, size: float) -> Patch:
    """The patch with a face of that size, or as it is where it is no larger."""
    scale = size / _size(seen.landmarks)
    if scale >= 1 or not seen.grey.size:
        return seen
    high, wide = seen.grey.shape
    target = max(1, round(wide * scale)), max(1, round(high * scale))
    grey = cv2.resize(seen.grey, target, interpolation=cv2.INTER_AREA)
    return Patch(
        np.asarray(grey, dtype=np.uint8), seen.landmarks * (np.array(target) / (wide, high))
    )


def _registered(one: Grey, other: Grey, matrix: Matrix, smoothing: int) -> Matrix | None:
    """A better matrix from places in one to places in the other; None where there is none.

    Matrices hold for places measured from the images' corners, those of OpenCV for such from the
    middle of the first pixel.
    """
    left, top, right, bottom = _common(one, other, matrix)
    if min(right - left, bottom - top) < _LEAST_SIDE:
        return None
    corner = np.array([left, top])
    start = _moved(matrix, corner + 0.5, -0.5).astype(np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _STEPS, _RISE)
    shown = np.ascontiguousarray(one[top:bottom, left:right])
    try:
        _, found = cv2.findTransformECC(
            shown, other, start, cv2.MOTION_AFFINE, criteria, np.ones_like(other), smoothing
        )
    except cv2.error:  # it did not converge: these are two pictures
        return None
    return _moved(np.asarray(found, dtype=np.float64), -corner - 0.5, 0.5)


def _moved(matrix: Matrix, before: Points, after: float) -> Matrix:
    """The matrix with a shift before it, and one after it in both directions."""
    moved = matrix.copy()
    moved[:, 2] += matrix[:, :2] @ before + after
    return moved


def _common(one: Grey, other: Grey, matrix: Matrix) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the part of one that the other shows too."""
    back = np.asarray(cv2.invertAffineTransform(matrix), dtype=np.float64)
    ends = np.array([(0, 0), other.shape[::-1]]) @ back[:, :2].T + back[:, 2]
    low = np.maximum(0, np.ceil(ends.min(0))).astype(int)
    high = np.minimum(one.shape[::-1], np.floor(ends.max(0))).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _worst_place(one: Grey, other: Grey, matrix: Matrix, size: float) -> float:
    """How much the two differ where they differ most, as a share of the variance of the one."""
    flat = _moved(matrix, np.array([0.5, 0.5]), -0.5)
    wide = one.shape[::-1]
    laid = cv2.warpAffine(other, flat, wide, flags=_INVERSE)
    shown = cv2.warpAffine(np.full_like(other, 255), flat, wide, flags=_INVERSE) == 255
    margin = np.ones((5, 5), np.uint8)
    kept = cv2.erode(
        shown.astype(np.uint8), margin, borderType=cv2.BORDER_CONSTANT, borderValue=0.0
    )
    both = np.asarray(kept) > 0
    if np.count_nonzero(both) < _LEAST_SIDE**2:
        return 1.0
    apart, variance = _apart(one, np.asarray(laid, dtype=np.uint8), both)
    side = max(_LEAST_PLACE, round(_PLACE * size) | 1)
    difference, seen = (
        np.asarray(
            cv2.boxFilter(each, -1, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)
        )
        for each in (apart, both.astype(np.float32))
    )
    full = seen >= _FILLED * side * side
    if variance < 1 or not full.any():
        return 1.0
    return float((difference[full] / seen[full]).max()) / variance


def _apart(one: Grey, laid: Grey, both: NDArray[np.bool_]) -> tuple[NDArray[np.float32], float]:
    """Squared differences after levelling, 0 where not both show, and the variance of the one."""
    first, second = (
        np.asarray(cv2.GaussianBlur(each.astype(np.float32), (0, 0), _BLUR)) for each in (one, laid)
    )
    first, second = (each - each[both].mean() for each in (first, second))
    gain = (first[both] * second[both]).mean() / max(1.0, float((second[both] ** 2).mean()))
    apart = np.where(both, (first - gain * second) ** 2, 0).astype(np.float32)
    return apart, float((first[both] ** 2).mean())
