"""THE preprocessing: one image and one face in, the crop that every network sees out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.errors import WorldError
from faceapp.faces.alignment import ARCFACE_TEMPLATE, similarity
from faceapp.faces.face import Face, Landmarks
from faceapp.words import Words

Alignment = Literal["aligned", "whole"]
Border = Literal["replicate", "reflect", "constant"]

_BORDERS: dict[Border, int] = {
    "replicate": cv2.BORDER_REPLICATE,
    "reflect": cv2.BORDER_REFLECT_101,
    "constant": cv2.BORDER_CONSTANT,
}
# The middle of the 112-pixel template, and where it comes to lie in a crop of 224 pixels.
_TEMPLATE_MIDDLE = 56.0
_CROP_MIDDLE = np.array([112.0, 116.0])
_REFERENCE_SIZE = 224
# Raised whenever the same image, face and settings would give another crop than before: what was
# cached of older crops, and models trained on them, then no longer count as the same.
VERSION = 2
# Beyond this the finely sampled crop would take hundreds of megabytes.
_MOST_SAMPLES = 16


class InvalidPreprocessing(WorldError):
    """A description of preprocessing that this version cannot follow."""


@dataclass(frozen=True)
class Preprocessing:
    """How an image becomes the crop that a network sees; it travels inside the saved model.

    Attributes:
        size: side of the square crop in pixels, 32..1024.
        alignment: "aligned" lays the face's five landmarks on a template; "whole" takes the image
            as it is, made square.
        scale: how large the face stands in an aligned crop, 0.5..5. The points of the 112-pixel
            ArcFace template stand at (x - 56) * scale + (112, 116) of a crop of 224 pixels.
        border: what lies outside the image: its edge drawn out ("replicate"), its mirror image
            ("reflect") or black ("constant"). Seen side by side, a mirror image puts half of a
            second face beside tight crops, and black draws a tilted frame that tells of the head's
            pose and the image's source; drawn-out edges show nothing to learn from.
        version: of the arithmetic behind these settings; only the present one can be followed.

    Raises:
        InvalidPreprocessing: a value is of another type or outside its range.

    """

    size: int = 224
    alignment: Alignment = "aligned"
    scale: float = 2.1
    border: Border = "replicate"
    version: int = VERSION

    def __post_init__(self) -> None:
        whole = isinstance(self.size, int) and not isinstance(self.size, bool)
        real = isinstance(self.scale, int | float) and not isinstance(self.scale, bool)
        if not (whole and 32 <= self.size <= 1024):
            raise _refusal("size", self.size, "a whole number from 32 to 1024")
        if not (real and 0.5 <= self.scale <= 5):
            raise _refusal("scale", self.scale, "a number from 0.5 to 5")
        if self.alignment not in get_args(Alignment):
            raise _refusal("alignment", self.alignment, "one of " + ", ".join(get_args(Alignment)))
        if self.border not in get_args(Border):
            raise _refusal("border", self.border, "one of " + ", ".join(get_args(Border)))
        if self.version != VERSION:
            raise _refusal("version", self.version, f"{VERSION}, the one this faceapp follows")

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold; `from_json` makes the same preprocessing of them."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote.

        Raises:
            InvalidPreprocessing: a key is missing or unknown, or a value is not valid.

        """
        names = {field.name for field in fields(cls)}
        if not isinstance(data, Mapping) or set(data) != names:
            given = sorted(map(str, data)) if isinstance(data, Mapping) else data
            raise InvalidPreprocessing(
                Words(
                    "Preprocessing needs exactly {names}, not {given}. "
                    "The file may come from another version of faceapp.",
                    names=sorted(names),
                    given=given,
                )
            )
        return cls(**data)


def prepare(rgb: NDArray[np.uint8], face: Face | None, spec: Preprocessing) -> NDArray[np.uint8]:
    """Crop an RGB image (H, W, 3) of 0..255 to uint8 RGB (size, size, 3), as `spec` says.

    The same input gives the same bytes, whoever asks. Without a face, or with "whole", the image
    keeps its proportions: it is fitted into the square, centred, and its short side filled up as
    `spec.border` says. That suits tight oval crops, whose even background then simply goes on.
    """
    if face is None or spec.alignment == "whole":
        return _whole(rgb, spec)
    return _aligned(rgb, face.landmarks, spec)


def mirror(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The crop (..., H, W, C) with left and right exchanged, as an array of its own."""
    return np.ascontiguousarray(crop[..., ::-1, :])


def _refusal(name: str, value: object, wanted: str) -> InvalidPreprocessing:
    return InvalidPreprocessing(
        Words(
            "Preprocessing: {name} must be {wanted}, not {value!r}.",
            name=name,
            wanted=wanted,
            value=value,
        )
    )


def _template(size: int, scale: float) -> NDArray[np.float64]:
    """Where the five landmarks (5, 2) belong in a crop of `size` pixels."""
    points = (np.array(ARCFACE_TEMPLATE) - _TEMPLATE_MIDDLE) * scale + _CROP_MIDDLE
    return np.asarray(points * (size / _REFERENCE_SIZE))


def _aligned(
    rgb: NDArray[np.uint8], landmarks: Landmarks, spec: Preprocessing
) -> NDArray[np.uint8]:
    template = _template(spec.size, spec.scale)
    zoom = math.hypot(*similarity(landmarks, template)[:, 0])
    # A warp reads four pixels for each it writes. One that shrinks would skip pixels and flicker,
    # so it writes a finer crop, of which areas are then averaged.
    samples = math.ceil(1 / max(zoom, 1 / _MOST_SAMPLES))
    # Landmarks are measured from the image's corner, warps from the middle of its first pixel.
    matrix = similarity(np.array(landmarks) - 0.5, template * samples - 0.5)
    crop = cv2.warpAffine(
        rgb,
        matrix,
        (spec.size * samples, spec.size * samples),
        flags=cv2.INTER_LINEAR,
        borderMode=_BORDERS[spec.border],
    )
    return _resized(_array(crop), spec.size, spec.size)


def _whole(rgb: NDArray[np.uint8], spec: Preprocessing) -> NDArray[np.uint8]:
    factor = spec.size / max(rgb.shape[:2])
    height, width = (max(1, round(side * factor)) for side in rgb.shape[:2])
    above, left = (spec.size - height) // 2, (spec.size - width) // 2
    return _array(
        cv2.copyMakeBorder(
            _resized(rgb, height, width),
            above,
            spec.size - height - above,
            left,
            spec.size - width - left,
            _BORDERS[spec.border],
        )
    )


def _resized(rgb: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    shrinks = height * width < rgb.shape[0] * rgb.shape[1]
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return _array(cv2.resize(rgb, (width, height), interpolation=way))


def _array(image: Any) -> NDArray[np.uint8]:
    return np.ascontiguousarray(image, dtype=np.uint8)
