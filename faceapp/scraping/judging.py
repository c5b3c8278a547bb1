"""Whether bytes are an image of a face worth keeping: decided by decoding, never by a name."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from faceapp._cv import cv2
from faceapp.faces import Face
from faceapp.imaging import DecodedImage, ImageRefused, decode, perceptual_hash

Pixels = NDArray[np.uint8]
FindFaces = Callable[[Pixels], Sequence[Face]]
JudgeReason = Literal["not_image", "too_large", "too_small", "no_face", "several_faces", "blurred"]

_FACE_SIDE = 112  # sharpness is measured at this size, so that large faces are not thought sharper
_MARGIN = 0.5  # of the face's box, around it on each side, where each face becomes a sample


@dataclass(frozen=True)
class Rules:
    """What an image must be like.

    Attributes:
        image_side: least of its shorter side, in pixels.
        face_side: least of the shorter side of its face's box, in pixels.
        sharpness: least of its face; see `sharpness_of`. Of 414 real portraits 2% have less than 6;
            of the same after a Gaussian blur of 5 pixels a quarter, of 8 pixels three quarters.
        several: what comes of an image with several faces: refused, or a sample each.
        near: how many of the 64 bits of two perceptual hashes may differ in near-duplicates. No
            two of 415 real portraits differ in less than 9; copies at half size and quality 50
            differ in 6 or fewer in 99 of 100.

    """

    image_side: int = 80
    face_side: int = 40
    sharpness: float = 6.0
    several: Literal["refuse", "each"] = "refuse"
    near: int = 6


class NotWanted(Exception):
    """An image that is refused: `reason` in one word, whether it shows a face, and details."""

    def __init__(self, reason: JudgeReason, detail: str, *, face: bool = False) -> None:
        super().__init__(detail)
        self.reason = reason
        self.face = face


@dataclass(frozen=True)
class Loaded:
    """A decoded image: its bytes and their SHA-256, its pixels, its perceptual hashes.

    `mirrored` is the hash of the mirror image: a mirrored copy is a near-duplicate, too.
    """

    data: bytes
    sha256: str
    image: DecodedImage
    phash: int
    mirrored: int


@dataclass(frozen=True)
class Portrait:
    """What becomes a sample: an image file, decoded, with its faces in pixels of that image."""

    loaded: Loaded
    faces: tuple[Face, ...]


def load(data: bytes, rules: Rules) -> Loaded:
    """Decode within limits, look at the size, and hash.

    Raises:
        NotWanted: not an image, too large or too small.

    """
    try:
        image = decode(data)
    except ImageRefused as refused:
        reason: JudgeReason = "too_large" if refused.reason == "too_large" else "not_image"
        raise NotWanted(reason, refused.detail) from refused
    if min(image.width, image.height) < rules.image_side:
        raise NotWanted("too_small", f"{image.width} x {image.height} pixels")
    return _hashed(data, image)


def _hashed(data: bytes, image: DecodedImage) -> Loaded:
    return Loaded(
        data,
        hashlib.sha256(data).hexdigest(),
        image,
        perceptual_hash(image.pixels),
        perceptual_hash(np.ascontiguousarray(image.pixels[:, ::-1])),
    )


def judge(loaded: Loaded, find_faces: FindFaces, rules: Rules) -> list[Portrait]:
    """The portraits in an image: one, or one a face where the rules say so.

    Raises:
        NotWanted: no face, several, all too small or blurred.

    """
    pixels = loaded.image.pixels
    faces = tuple(find_faces(pixels))
    if not faces:
        raise NotWanted("no_face", "no face was found")
    if len(faces) > 1 and rules.several == "refuse":
        raise NotWanted("several_faces", f"{len(faces)} faces", face=True)
    wanted = [face for face in faces if min(face.box[2:]) >= rules.face_side]
    if not wanted:
        raise NotWanted("too_small", f"the face is {min(faces[0].box[2:]):.0f} pixels", face=True)
    sharp = [face for face in wanted if sharpness_of(pixels, face) >= rules.sharpness]
    if not sharp:
        value = sharpness_of(pixels, wanted[0])
        raise NotWanted("blurred", f"its sharpness is {value:.1f}", face=True)
    if len(faces) == 1:
        return [Portrait(loaded, faces)]
    return [_alone(pixels, face) for face in sharp]


def sharpness_of(pixels: Pixels, face: Face) -> float:
    """Variance of the Laplacian of the grey face at 112 x 112 pixels: 0 is flat, 60 usual.

    Args:
        pixels: uint8 (height, width, 3) RGB.
        face: one of its faces.

    Method: Pech-Pacheco, Cristobal, Chamorro-Martinez, Fernandez-Valdivia, "Diatom autofocusing in
    brightfield microscopy", ICPR 2000.

    """
    left, upper, right, lower = _cut(face, pixels.shape[:2], 0.0)
    grey = cv2.cvtColor(np.ascontiguousarray(pixels[upper:lower, left:right]), cv2.COLOR_RGB2GRAY)
    way = cv2.INTER_AREA if min(grey.shape) > _FACE_SIDE else cv2.INTER_LINEAR
    small = cv2.resize(grey, (_FACE_SIDE, _FACE_SIDE), interpolation=way)
    return float(cv2.Laplacian(small, cv2.CV_64F).var())


def _cut(face: Face, size: tuple[int, ...], margin: float) -> tuple[int, int, int, int]:
    """Left, upper, right and lower border of a face with a margin, in whole pixels, not empty."""
    x, y, width, height = face.box
    left = min(max(0, int(x - margin * width)), size[1] - 1)
    upper = min(max(0, int(y - margin * height)), size[0] - 1)
    right = min(size[1], max(left + 1, round(x + width * (1 + margin))))
    lower = min(size[0], max(upper + 1, round(y + height * (1 + margin))))
    return left, upper, right, lower


def _alone(pixels: Pixels, face: Face) -> Portrait:
    """A face cut out of an image of several, as a PNG of its own."""
    left, upper, right, lower = _cut(face, pixels.shape[:2], _MARGIN)
    part = np.ascontiguousarray(pixels[upper:lower, left:right])
    file = io.BytesIO()
    Image.fromarray(part).save(file, "PNG")
    x, y, width, height = face.box
    points = tuple((across - left, down - upper) for across, down in face.landmarks)
    moved = replace(
        face,
        box=(x - left, y - upper, width, height),
        landmarks=(points[0], points[1], points[2], points[3], points[4]),
    )
    return Portrait(_hashed(file.getvalue(), DecodedImage(part, "png")), (moved,))


class Hashes:
    """Perceptual hashes of the images that are there, and who is near to whom."""

    def __init__(self, known: Sequence[tuple[int, int]] = ()) -> None:
        """Begin with (hash, sample) of what is there."""
        self._hashes = np.array([each for each, _ in known], np.uint64)
        self._samples = [sample for _, sample in known]
        self._new: list[int] = []

    def add(self, phash: int, sample: int) -> None:
        """One image more is there."""
        self._new.append(phash)
        self._samples.append(sample)

    def nearest(self, loaded: Loaded, near: int) -> int | None:
        """The sample nearest to an image or its mirror image, where at most `near` bits differ."""
        if self._new:
            self._hashes = np.concatenate([self._hashes, np.array(self._new, np.uint64)])
            self._new = []
        if not len(self._hashes):
            return None
        differing = np.minimum(
            np.bitwise_count(self._hashes ^ np.uint64(loaded.phash)),
            np.bitwise_count(self._hashes ^ np.uint64(loaded.mirrored)),
        )
        best = int(differing.argmin())
        return self._samples[best] if differing[best] <= near else None
