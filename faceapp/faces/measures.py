"""What can be measured of one image and its faces: size, sharpness, light, pose. No thresholds.

Light and sharpness are measured on the face, or on the whole image where there is none, after it
was brought to one size, so that resolution alone changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.faces.alignment import ARCFACE_TEMPLATE, similarity
from faceapp.faces.face import Face, Landmarks, main_face

# Raised whenever the same image may give other values: stored ones are then measured again.
VERSION: Final = 1
# Side in pixels that a face is brought to. At 64 a blur of 2% of the face is told from none with
# an AUC of 0.975, at 96 with 0.952, at 128 with 0.931: enlarging small faces blurs them.
_SIDE = 64
# From the brows to the chin, in the 112-pixel template that faces are aligned to: x, y.
_FACE_FROM, _FACE_TO = (20.0, 28.0), (92.0, 108.0)
_GRID = 16
_COLOUR_STEP = 4  # every so many pixels are enough to tell colour from grey
# How far the tip of the nose stands before the plane of eyes and mouth, in eye distances.
_NOSE_DEPTH = 0.5


def measure(rgb: NDArray[np.uint8], faces: Sequence[Face]) -> dict[str, float]:
    """Measure an image (H, W, 3) RGB of 0..255 and the faces found in it.

    Returns, by name; those of the face speak of the main face and are missing without one:
        aspect: long side by short side, 1 or more.
        faces: how many there are.
        second_face: area of the second largest face by that of the largest, 0..1.
        face_pixels: the mean of the face's width and height (geometric), in pixels of the file.
        outside: share of the face, from brows to chin, that lies outside the image, 0..1.
        turned: degrees the head is turned left or right, 0..90, by the nose's place between eyes
            and mouth.
        sharpness: variance of the Laplacian by the variance of the grey values, 0 or more (the
            focus measure of Pech-Pacheco et al., ICPR 2000, made independent of contrast).
        lightest: 90th percentile of the luma (ITU-R BT.601), 0..1; low in a dark image.
        darkest: 10th percentile of the luma, 0..1; high in an overexposed image.
        colour: mean distance of the largest from the least of red, green and blue, 0..1; 0 is grey.
        contrast: 95th minus 5th percentile of the luma, 0..1 (of Peli, JOSA A 1990, the measure
            by extremes, made robust).

    """
    height, width = rgb.shape[:2]
    face = main_face(faces, (height, width))
    values = {
        "aspect": max(height, width) / min(height, width),
        "faces": float(len(faces)),
        "second_face": _second_share(faces),
        **_light(_patch(rgb, face)),
        "colour": float(np.ptp(rgb[::_COLOUR_STEP, ::_COLOUR_STEP], axis=2).mean()) / 255,
    }
    if face is not None:
        values["face_pixels"] = math.sqrt(face.area)
        values["outside"] = share_outside(face.landmarks, (height, width))
        values["turned"] = degrees_turned(face.landmarks)
    return values


def share_outside(landmarks: Landmarks, size: tuple[int, int]) -> float:
    """Share (0..1) of a face, from brows to chin, that an image of `size` (H, W) does not show."""
    steps = (np.arange(_GRID) + 0.5) / _GRID
    x, y = np.meshgrid(
        _FACE_FROM[0] + steps * (_FACE_TO[0] - _FACE_FROM[0]),
        _FACE_FROM[1] + steps * (_FACE_TO[1] - _FACE_FROM[1]),
    )
    back = similarity(ARCFACE_TEMPLATE, landmarks)
    points = np.column_stack([x.ravel(), y.ravel()]) @ back[:, :2].T + back[:, 2]
    inside = (points >= 0).all(1) & (points < size[::-1]).all(1)
    return float(1 - inside.mean())


def degrees_turned(landmarks: Landmarks) -> float:
    """How far a head is turned to either side, 0 (frontal) to 90 degrees (profile).

    The nose of a head turned by d degrees stands off the middle line between eyes and mouth by
    its depth times tan d, in eye distances as they are seen. Tilting the head changes nothing.
    """
    left, right, nose, mouth_left, mouth_right = (np.array(point) for point in landmarks)
    across = right - left
    distance = float(np.hypot(*across))
    if distance == 0:
        return 90.0
    middle = (left + right + mouth_left + mouth_right) / 4
    off = abs(float((nose - middle) @ across)) / distance**2
    return math.degrees(math.atan(off / _NOSE_DEPTH))


def _second_share(faces: Sequence[Face]) -> float:
    areas = sorted((face.area for face in faces), reverse=True)
    return areas[1] / areas[0] if len(areas) > 1 else 0.0


def _patch(rgb: NDArray[np.uint8], face: Face | None) -> NDArray[np.float32]:
    """Grey values 0..255 of the face, or of the image, at most `_SIDE` pixels wide and high."""
    if face is not None:
        x, y, width, height = face.box
        rows = slice(math.floor(y), max(math.floor(y) + 1, math.ceil(y + height)))
        columns = slice(math.floor(x), max(math.floor(x) + 1, math.ceil(x + width)))
        rgb = rgb[rows, columns]
    # Rounded again after shrinking, an image of little contrast would be sharp by its rounding.
    grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY), np.float32)
    scale = _SIDE / math.sqrt(grey.shape[0] * grey.shape[1])
    if scale >= 1:
        return grey
    size = [max(3, round(side * scale)) for side in grey.shape[::-1]]
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return np.clip(np.asarray(small, dtype=np.float32), 0, 255)


def _light(grey: NDArray[np.float32]) -> dict[str, float]:
    """Sharpness of a patch, and the light in its ellipse: its corners are often background."""
    height, width = grey.shape
    y, x = np.ogrid[:height, :width]
    ellipse = ((2 * x + 1) / width - 1) ** 2 + ((2 * y + 1) / height - 1) ** 2 <= 1
    levels = np.percentile(grey[ellipse].astype(np.float64), (5, 10, 90, 95)) / 255
    edges = cv2.Laplacian(grey, cv2.CV_32F)[1:-1, 1:-1]
    # One grey level of noise more, or an even patch would be sharp by its rounding, too.
    sharpness = float(edges.var()) / (float(grey.var()) + 1) if edges.size else 0.0
    return {
        "sharpness": sharpness,
        "lightest": float(levels[2]),
        "darkest": float(levels[1]),
        "contrast": float(levels[3] - levels[0]),
    }
