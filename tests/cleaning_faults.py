"""Faults planted in good images, for tests and benchmarks of cleaning: `FAULTS` by name.

Each takes RGB pixels and a random generator, and returns pixels to be saved.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from faceapp._cv import cv2
from faceapp.faces import Face
from faceapp.imaging import read_image

Pixels = NDArray[np.uint8]
Fault = Callable[[Pixels, np.random.Generator], Pixels]


def blurred(pixels: Pixels, random: np.random.Generator) -> Pixels:
    width = random.uniform(0.025, 0.04) * min(pixels.shape[:2])
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), width), np.uint8)


def dark(pixels: Pixels, random: np.random.Generator) -> Pixels:
    return (pixels * random.uniform(0.12, 0.3)).astype(np.uint8)


def bright(pixels: Pixels, random: np.random.Generator) -> Pixels:
    return (255 - (255 - pixels.astype(float)) * random.uniform(0.12, 0.3)).astype(np.uint8)


def low_contrast(pixels: Pixels, random: np.random.Generator) -> Pixels:
    middle = random.uniform(100, 150)
    return (middle + (pixels.astype(float) - middle) * random.uniform(0.1, 0.2)).astype(np.uint8)


def tiny(pixels: Pixels, random: np.random.Generator) -> Pixels:
    side = int(random.integers(28, 40))
    return np.asarray(cv2.resize(pixels, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def rescaled(pixels: Pixels, random: np.random.Generator) -> Pixels:
    scale = random.uniform(0.5, 0.8)
    return np.asarray(
        cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )


def recompressed(pixels: Pixels, random: np.random.Generator) -> Pixels:
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "JPEG", quality=int(random.integers(30, 60)))
    return np.array(Image.open(target))


def grey(pixels: Pixels, _random: np.random.Generator) -> Pixels:
    return np.repeat(np.array(Image.fromarray(pixels).convert("L"))[..., None], 3, axis=2)


def mirrored(pixels: Pixels, _random: np.random.Generator) -> Pixels:
    return np.ascontiguousarray(pixels[:, ::-1])


def cropped(pixels: Pixels, random: np.random.Generator) -> Pixels:
    height, width = pixels.shape[:2]
    top, bottom, left, right = random.uniform(0.03, 0.15, 4)
    return pixels[
        int(top * height) : height - int(bottom * height),
        int(left * width) : width - int(right * width),
    ]


def no_face(pixels: Pixels, random: np.random.Generator) -> Pixels:
    rough = random.integers(0, 255, (9, 9, 3), np.uint8)
    return np.asarray(cv2.resize(rough, pixels.shape[1::-1]), np.uint8)


def beside_itself(pixels: Pixels, _random: np.random.Generator) -> Pixels:
    return np.hstack([pixels, pixels[:, ::-1]])


def cut_at_the_mouth(pixels: Pixels, _random: np.random.Generator) -> Pixels:
    return pixels[: int(0.58 * len(pixels))]


def banner(pixels: Pixels, _random: np.random.Generator) -> Pixels:
    side = np.full((len(pixels), 2 * pixels.shape[1], 3), 120, np.uint8)
    return np.hstack([pixels, side])


def a_moment_later(pixels: Pixels, face: Face) -> Pixels:
    """The next frame of the same shot: what is around the mouth is stretched, all else the same."""
    middle = np.array(face.landmarks[3:]).mean(0)
    width = np.linalg.norm(np.subtract(face.landmarks[3], face.landmarks[4]))
    y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]].astype(np.float32)
    near = np.exp(-(((x - middle[0]) / width) ** 2 + ((y - middle[1]) / width) ** 2) * 2)
    down = (y - (y - middle[1]) * 0.6 * near).astype(np.float32)
    return np.asarray(cv2.remap(pixels, x, down, cv2.INTER_LINEAR), np.uint8)


FAULTS: Mapping[str, Fault] = {
    each.__name__: each
    for each in (
        blurred, dark, bright, low_contrast, tiny, rescaled, recompressed, grey, mirrored, cropped,
        no_face, beside_itself, cut_at_the_mouth, banner,
    )
}  # fmt: skip
DUPLICATES = ("rescaled", "recompressed", "grey", "mirrored", "cropped")


def plant(image: Path, folder: Path, fault: str, seed: int = 0) -> Path:
    """Save a faulty version of an image beside others as "NAME-FAULT.jpg"."""
    pixels = FAULTS[fault](read_image(image).pixels, np.random.default_rng(seed))
    target = folder / f"{image.stem}-{fault}.jpg"
    Image.fromarray(pixels).save(target, quality=92)
    return target
