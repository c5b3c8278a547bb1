"""Boxes and class names drawn into a frame, in the colour of the class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from faceapp._cv import cv2
from faceapp.dataset.vocabulary import default_classes
from faceapp.live.readings import FrameReading, Reading, State

Colour = tuple[int, int, int]

_NO_CLASS: Colour = (190, 190, 190)
_BLACK: Colour = (0, 0, 0)
_WHITE: Colour = (255, 255, 255)
_LEAST_TEXT, _TEXT_SHARE = 12, 0.035  # of the frame's height
_LINE_SHARE = 0.004


def class_colours(classes: Sequence[str]) -> dict[str, Colour]:
    """The colour (red, green, blue of 0..255) that each class begins with in a dataset."""
    return {each.name: rgb(each.colour) for each in default_classes(classes)}


def rgb(colour: str) -> Colour:
    """Red, green and blue of "#rrggbb"."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def annotated(
    pixels: NDArray[np.uint8], read: FrameReading, colours: Mapping[str, Colour]
) -> NDArray[np.uint8]:
    """A copy of the frame (H, W, 3) RGB with a box and a name for each face."""
    drawn = pixels.copy()
    height = pixels.shape[0]
    text = max(_LEAST_TEXT, round(height * _TEXT_SHARE))
    line = max(1, round(height * _LINE_SHARE))
    for each in read.readings:
        if each.box is None:
            continue
        colour = colours.get(each.label, _NO_CLASS)
        x, y, width, box_height = (round(value) for value in each.box)
        cv2.rectangle(drawn, (x, y), (x + width - 1, y + box_height - 1), colour, line)
        _lay(drawn, _name_plate(_words(each), colour, text), x, y)
    return drawn


def _words(reading: Reading) -> str:
    sure = f" {reading.confidence:.0%}" if reading.state is State.READ else ""
    return f"{reading.number}  {reading.label}{sure}"


@lru_cache(maxsize=512)
def _name_plate(words: str, ground: Colour, size: int) -> NDArray[np.uint8]:
    """The words on their ground, black or white by contrast."""
    font = ImageFont.load_default(size)
    plain = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    left, top, right, bottom = (round(value) for value in plain.textbbox((0, 0), words, font))
    margin = size // 4
    extent = (right - left + 2 * margin, bottom - top + 2 * margin)
    plate = Image.new("RGB", extent, ground)
    # Luma above the middle: dark text.
    light = 0.299 * ground[0] + 0.587 * ground[1] + 0.114 * ground[2] > 127
    place = (margin - left, margin - top)
    ImageDraw.Draw(plate).text(place, words, _BLACK if light else _WHITE, font)
    return np.asarray(plate)


def _lay(drawn: NDArray[np.uint8], plate: NDArray[np.uint8], x: int, y: int) -> None:
    """Put a plate above (x, y), or below the frame's edge where there is no room."""
    height, width = plate.shape[:2]
    top = y - height if y >= height else y
    left = max(0, min(x, drawn.shape[1] - width))
    part = drawn[top : top + height, left : left + width]
    part[:] = plate[: part.shape[0], : part.shape[1]]
