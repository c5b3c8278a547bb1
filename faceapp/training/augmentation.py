"""The study's augmentation: random views of a crop, the same for the same seed and sample."""

from __future__ import annotations

import zlib
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from faceapp._cv import cv2


@dataclass(frozen=True)
class Augmentation:
    """How far a view may differ from its crop. The defaults are the study's.

    `rotation` and `shear` are in degrees (as in Keras's ImageDataGenerator, which the study used:
    its shear of 0.15 is 0.15 degrees), `shift` and `zoom` are shares of the side, `channel` is in
    grey levels of 0..255. Each is drawn evenly from -x..x; half the views are mirrored.
    """

    rotation: float = 10.0
    shift: float = 0.1
    shear: float = 0.15
    zoom: float = 0.1
    channel: float = 10.0
    mirror: bool = True

    @property
    def key(self) -> str:
        """Stable text that tells two settings apart, for cache keys."""
        return ",".join(f"{name}={value}" for name, value in asdict(self).items())

    def view(self, crop: NDArray[np.uint8], *, sample: str, number: int) -> NDArray[np.uint8]:
        """View `number` of a crop (S, S, 3); `sample` is a stable text that names its content."""
        random = np.random.default_rng([zlib.crc32(sample.encode()), number])
        side = crop.shape[0]
        matrix = self._matrix(random, side)
        warped = cv2.warpAffine(
            crop, matrix[:2], (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        if self.mirror and random.random() < 0.5:
            warped = warped[:, ::-1]
        shifted = warped + random.uniform(-self.channel, self.channel, 3)
        return np.clip(np.rint(shifted), 0, 255).astype(np.uint8)

    def _matrix(self, random: np.random.Generator, side: int) -> NDArray[np.float64]:
        """3x3 matrix about the centre: rotate, shear, zoom each axis, then shift."""
        angle, shear = np.radians(random.uniform(-1, 1, 2) * (self.rotation, self.shear))
        zoom_x, zoom_y = 1 + random.uniform(-self.zoom, self.zoom, 2)
        shift = random.uniform(-self.shift, self.shift, 2) * side
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        slant = np.array([[1.0, -np.sin(shear)], [0.0, np.cos(shear)]])
        linear = turn @ slant @ np.diag([zoom_x, zoom_y])
        centre = np.full(2, (side - 1) / 2)
        matrix = np.eye(3)
        matrix[:2, :2] = linear
        matrix[:2, 2] = centre + shift - linear @ centre
        return matrix
