"""A small saved model, and a video of drawn faces that move."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from faceapp.imaging import read_image
from live.doubles import make_small_run, write_video


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run with a small model of random weights; not to be changed."""
    return make_small_run(tmp_path_factory.mktemp("small") / "run")


@pytest.fixture(scope="session")
def moving_faces(drawn_faces: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of 320 x 240 at 12.5 a second: one drawn face that moves, then two, then none."""
    one, two = (read_image(path).pixels for path in sorted(drawn_faces.glob("*.jpg"))[:9:8])
    pictures = []
    for number in range(25):
        pixels = np.full((240, 320, 3), 128, np.uint8)
        if number < 20:
            pixels[40:200, 2 * number : 2 * number + 160] = one[:160, :160]
        if 10 <= number < 20:
            pixels[:120, 200:] = two[20:140, 20:140]
        pictures.append(pixels)
    return write_video(tmp_path_factory.mktemp("video") / "faces.avi", pictures, 12.5, "MJPG")
