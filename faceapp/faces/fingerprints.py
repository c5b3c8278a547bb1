"""Fingerprints: what tells that two images show one picture, whatever was done to it.

A fingerprint sees an image twice: whole, stretched to a square, and the main face alone, aligned
by its landmarks. Rescaling, re-encoding and greying change neither; mirroring flips both; cropping
leaves the face. Each view is kept as a small grey picture, and as a descriptor to search by. In
both, only edges of middle size count: blurs of two widths are subtracted (Marr & Hildreth, "Theory
of Edge Detection", 1980), as light and colour say little and the finest detail does not survive.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.faces.face import Face
from faceapp.faces.preprocessing import Preprocessing, prepare

# Raised whenever the same image may give another fingerprint, or be like others: what is stored is
# then made again.
VERSION: Final = 2
SIDE: Final = 48
LENGTH: Final = 144
_CELLS = 12
_ROOT = np.float16(0.5**0.5)
# Widths in pixels of the two blurs, for descriptors and for the pictures themselves.
_COARSE = (1.5, 6.0)
_FINE = (0.8, 3.5)
# Between eyes and mouth of an aligned face, and how far around it a descriptor looks, in pixels.
# Of 80 crops the image they are of is among the three nearest of 260 for 97%, without for 88%.
_WINDOW_ROW, _WINDOW = 30.0, 10.0
# Degrees, scale, and pixels down. Of 168 crops 77% are then nearer to their image than all but one
# in a thousand others, without probes 61%.
_PROBES = ((6, 1, 0), (-6, 1, 0), (0, 0.92, 0), (0, 1.08, 0), (0, 1, 2), (0, 1, -2))
_CUT = Preprocessing(size=SIDE, border="constant")
# Registration: at most so many steps (more change nothing), or until it rises by less.
_STEPS, _RISE, _SMOOTHING = 8, 1e-4, 3
_INNER = (slice(6, SIDE - 6), slice(6, SIDE - 6))  # beyond it little of a face is to be seen
_LEAST_OVERLAP = 0.4
_STRICTER = 3.0
# Size of one place of a face, a mouth or an eye, and how much more it may differ than the whole.
_PLACE, _PLACE_MAY = (17, 17), 0.1
_NOTHING = cv2.BORDER_CONSTANT

Picture = NDArray[np.uint8]
Descriptors = NDArray[np.float16]
Real = TypeVar("Real", bound=np.floating[Any])


class Fingerprint(NamedTuple):
    """One image's fingerprint.

    Attributes:
        descriptor: float16 (2, 144), whole then face, each of length 1, or 0 where there is no
            face or nothing but an even surface.
        pictures: uint8 (2, 48, 48), grey; of the face, 0 is what the image does not show.

    """

    descriptor: Descriptors
    pictures: Picture


def fingerprint(rgb: NDArray[np.uint8], face: Face | None) -> Fingerprint:
    """The fingerprint of an image (H, W, 3) RGB of 0..255 and its main face."""
    pictures = np.zeros((2, SIDE, SIDE), np.uint8)
    descriptors = np.zeros((2, LENGTH), np.float16)
    pictures[0] = _grey(_squared(rgb))
    descriptors[0] = _descriptor(_edges(pictures[0], _COARSE))
    if face is not None:
        inside = prepare(np.full_like(rgb, 255), face, _CUT)[:, :, 0] == 255
        pictures[1] = np.where(inside, np.maximum(_grey(prepare(rgb, face, _CUT)), 1), 0)
        descriptors[1] = _face_descriptor(pictures[1])
    return Fingerprint(descriptors, pictures)


def probes(face: Picture) -> Descriptors:
    """Descriptors (6, 144) of a face (48, 48) as it might have been aligned as well.

    Landmarks of a crop are some pixels off: turned, scaled and moved a little, a face is far more
    often near to the one that it is a crop of.
    """
    if not face.any():
        return np.zeros((len(_PROBES), LENGTH), np.float16)
    found = []
    for turn, scale, down in _PROBES:
        matrix = cv2.getRotationMatrix2D(((SIDE - 1) / 2, _WINDOW_ROW), turn, scale)
        matrix[1, 2] += down
        moved = cv2.warpAffine(face, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
        found.append(_face_descriptor(np.asarray(moved, dtype=np.uint8)))
    return np.stack(found)


def halves(descriptors: NDArray[Real]) -> tuple[NDArray[Real], NDArray[Real]]:
    """What mirroring keeps of descriptors (..., 144), and what it turns round, each (..., 72).

    The product of two descriptors is the sum of those of their halves, and the product of one with
    the other's mirror image is the difference: so both are had for the price of one.
    """
    cells = descriptors.reshape(*descriptors.shape[:-1], _CELLS, _CELLS)
    left, right = cells[..., : _CELLS // 2], cells[..., : _CELLS // 2 - 1 : -1]
    shape = (*descriptors.shape[:-1], LENGTH // 2)
    kept, turned = (left + right) * _ROOT, (left - right) * _ROOT
    return kept.reshape(shape), turned.reshape(shape)


def alike_whole(one: Picture, other: Picture) -> float:
    """How alike two whole views (48, 48) are as they lie, at most 1.

    Copies correlate by 0.99 and more, other pictures of the same make by up to 0.86, where faces
    that were laid on one another come to less: what is missing to 1 counts three times, so that
    one threshold serves both.
    """
    return 1 - _STRICTER * (1 - _correlation(_edges(one, _FINE), _edges(other, _FINE)))


def alike_face(one: Picture, other: Picture) -> float:
    """How alike two faces (48, 48) are, laid on one another and compared where both show, <= 1.

    It is their correlation, but less where they differ much in one place: another mouth is another
    picture. Crops of one picture mostly reach 0.9, different pictures of one person hardly 0.85;
    frames of one shot do, and are told apart by `registering` alone.

    The affine map that lays one on the other maximises the enhanced correlation coefficient
    (Evangelidis & Psarakis, PAMI 2008): landmarks of a crop are some pixels off, and so is what
    they align.
    """
    if np.count_nonzero(one) < np.count_nonzero(other):
        one, other = other, one  # only what is laid on the other can be masked
    first, seen = _filled(one)
    second, mask = _filled(other)
    start = np.eye(2, 3, dtype=np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _STEPS, _RISE)
    try:
        _, matrix = cv2.findTransformECC(
            first, second, start, cv2.MOTION_AFFINE, criteria, mask, _SMOOTHING
        )
    except cv2.error:  # it did not converge: these are two pictures
        return 0.0
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = np.asarray(cv2.warpAffine(second, matrix, (SIDE, SIDE), flags=flags), dtype=np.uint8)
    shown = cv2.warpAffine(mask, matrix, (SIDE, SIDE), flags=flags)
    margin = np.ones((5, 5), np.uint8)
    both = np.asarray(cv2.erode(np.minimum(shown, seen), margin), dtype=np.uint8)[_INNER] > 0
    if both.mean() < _LEAST_OVERLAP:
        return 0.0
    return _agreement(_edges(first, _FINE)[_INNER], _edges(laid, _FINE)[_INNER], both)


def _filled(picture: Picture) -> tuple[Picture, Picture]:
    """The picture with its mean where it shows nothing, and 1 where it shows something, else 0."""
    seen = (picture > 0).astype(np.uint8)
    mean = picture.sum() // max(1, seen.sum())
    return np.where(seen, picture, mean).astype(np.uint8), seen


def _agreement(
    one: NDArray[np.float32], other: NDArray[np.float32], both: NDArray[np.bool_]
) -> float:
    """The correlation where `both` show, or what the worst place allows, if that is less."""
    first, second = (each - each[both].mean() for each in (one, other))
    first, second = (each / (each[both].std() + 0.1) for each in (first, second))
    # The mean of this over all places is 1 minus the correlation.
    apart = np.where(both, (first - second) ** 2 / 2, 0).astype(np.float32)
    places = both.astype(np.float32)
    difference, shown = (
        np.asarray(cv2.boxFilter(each, -1, _PLACE, normalize=False, borderType=_NOTHING))
        for each in (apart, places)
    )
    full = shown >= 0.8 * _PLACE[0] * _PLACE[1]
    worst = float((difference[full] / shown[full]).max(initial=0.0))
    return min(1 - float(apart[both].mean()), 1 - worst + _PLACE_MAY)


def _grey(rgb: NDArray[np.uint8]) -> Picture:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _squared(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    shrinks = min(rgb.shape[:2]) > SIDE
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, (SIDE, SIDE), interpolation=way), dtype=np.uint8)


def _edges(picture: Picture, widths: tuple[float, float]) -> NDArray[np.float32]:
    grey = picture.astype(np.float32)
    narrow, wide = (cv2.GaussianBlur(grey, (0, 0), width) for width in widths)
    return np.asarray(narrow - wide, dtype=np.float32)


def _face_descriptor(picture: Picture) -> Descriptors:
    """The descriptor of a face: what lies around its middle counts most, as crops show it too."""
    filled, seen = _filled(picture)
    y, x = np.ogrid[:SIDE, :SIDE]
    across, down = (x - (SIDE - 1) / 2) / _WINDOW, (y - _WINDOW_ROW) / _WINDOW
    window = np.exp(-(across**2 + down**2) / 2) * cv2.erode(seen, np.ones((3, 3), np.uint8))
    return _descriptor((_edges(filled, _COARSE) * window).astype(np.float32))


def _descriptor(edges: NDArray[np.float32]) -> Descriptors:
    cells = cv2.resize(edges, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA)
    values = np.asarray(cells, np.float32).ravel()
    values -= values.mean()
    length = float(np.linalg.norm(values))
    return (values / length if length > 1 else np.zeros_like(values)).astype(np.float16)


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Pearson's correlation of two arrays of one shape; 0 where one is even."""
    a, b = one.ravel() - one.mean(), other.ravel() - other.mean()
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / lengths if lengths > 1 else 0.0
