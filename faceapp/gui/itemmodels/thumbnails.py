"""Thumbnails and large pictures of samples, ready to paint."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from faceapp.dataset import BadName, Dataset, Sample
from faceapp.dataset.thumbnails import Thumbnails
from faceapp.gui.itemmodels.pictures import Pictures
from faceapp.gui.language import error_words
from faceapp.imaging import ImageRefused, read_image

_PAINTED = QImage.Format.Format_RGB32  # what Qt paints without converting
THUMBNAIL_BYTES = 96 * 2**20
LARGE_BYTES = 128 * 2**20
_MOST_THREADS = 4
SMALL_SIDE = 1024  # px of the longer side


def _threads() -> int:
    """As many as leave the window a core of its own."""
    return min(max((os.cpu_count() or 2) - 1, 1), _MOST_THREADS)


@dataclass(frozen=True)
class ThumbnailKey:
    """Content of a file, and the square in device pixels that its picture must fit into."""

    sha256: str
    side: int


class ThumbnailPictures:
    """Thumbnails of a dataset's samples; a null image stands for one that cannot be read."""

    def __init__(self, dataset: Dataset, arrived: Callable[[list[object]], None]) -> None:
        self._dataset = dataset
        self._made = Thumbnails(dataset.cache)
        self._pictures: Pictures[QImage] = Pictures(
            arrived, QImage.sizeInBytes, limit=THUMBNAIL_BYTES, threads=_threads()
        )
        self.new_screen = self._pictures.new_screen
        self.close = self._pictures.close

    def get(self, sample: Sample, side: int) -> QImage | None:
        """The sample's picture within `side` x `side` pixels; None while it is being made."""
        key = ThumbnailKey(sample.sha256, side)
        return self._pictures.get(key, lambda: self._make(sample, side))

    @property
    def idle(self) -> bool:
        """Whether nothing is being made."""
        return self._pictures.idle

    def _make(self, sample: Sample, side: int) -> QImage:
        try:
            data = self._made.get(sample.sha256, self._dataset.image_path(sample))
        except (ImageRefused, BadName):
            return QImage()
        return decoded(data, side)


@dataclass(frozen=True)
class LargePicture:
    """An image in all its pixels, and one of at most `SMALL_SIDE` for showing it smaller.

    `problem` says why there is none.
    """

    full: QImage
    small: QImage
    problem: str = ""

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        same = self.small.cacheKey() == self.full.cacheKey()
        return self.full.sizeInBytes() + (0 if same else self.small.sizeInBytes())


class LargePictures:
    """Whole images of a dataset's samples, a few of them at a time."""

    def __init__(self, dataset: Dataset, arrived: Callable[[list[object]], None]) -> None:
        self._dataset = dataset
        self._pictures: Pictures[LargePicture] = Pictures(
            arrived, lambda picture: picture.bytes, limit=LARGE_BYTES, threads=1, waiting=4
        )
        self.new_screen = self._pictures.new_screen
        self.close = self._pictures.close

    def get(self, sample: Sample) -> LargePicture | None:
        """The sample's image; None while it is being read."""
        return self._pictures.get(sample.id, lambda: self._read(sample))

    def _read(self, sample: Sample) -> LargePicture:
        try:
            return large_picture(self._dataset.image_path(sample))
        except (ImageRefused, BadName) as error:
            return LargePicture(QImage(), QImage(), error_words(error))


def large_picture(path: Path) -> LargePicture:
    """Read an image file; raises `ImageRefused`."""
    pixels = read_image(path).pixels
    height, width, _ = pixels.shape
    seen = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    full = seen.convertToFormat(_PAINTED)  # a copy: `seen` only borrows the pixels
    return LargePicture(full, shrunk(full))


def shrunk(image: QImage) -> QImage:
    """The image itself if it is small, else one of at most `SMALL_SIDE`."""
    if max(image.width(), image.height()) <= SMALL_SIDE:
        return image
    return image.scaled(
        QSize(SMALL_SIDE, SMALL_SIDE),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def decoded(data: bytes, side: int) -> QImage:
    """A JPEG as an image that fits into a square; small ones are not blown up."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"jpeg"))
    size = reader.size()
    if max(size.width(), size.height()) > side:
        reader.setScaledSize(size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return image if image.isNull() else image.convertToFormat(_PAINTED)
