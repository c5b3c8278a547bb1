"""A few faces of a dataset as one small picture, for the list of recent datasets."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from faceapp.dataset import Dataset, DatasetError
from faceapp.dataset.thumbnails import Thumbnails
from faceapp.imaging import ImageRefused
from faceapp.jobs import Job

SIDE = 128  # pixels; four faces, two by two
_FACES = 4


def make_mosaic(folder: Path, place: Path, job: Job = Job()) -> bool:
    """Write the picture of the dataset in `folder` as a PNG; False where it has no image."""
    with Dataset.open(folder) as dataset:
        images = _some_images(dataset, job)
    if not images:
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f".new-{place.name}")
    if not _drawn(images).save(str(unfinished)):
        return False
    unfinished.replace(place)
    return True


def _some_images(dataset: Dataset, job: Job) -> list[QImage]:
    """Up to four images from all over the dataset; those that cannot be read are passed over."""
    ids = dataset.sample_ids()
    spread = dict.fromkeys(ids[len(ids) * place // _FACES] for place in range(_FACES) if ids)
    thumbnails = Thumbnails(dataset.cache)
    images = []
    for sample in dataset.by_ids(spread):
        job.check()
        try:
            data = thumbnails.get(sample.sha256, dataset.image_path(sample))
        except (ImageRefused, DatasetError):
            continue
        images.append(QImage.fromData(data))
    return images


def _drawn(images: list[QImage]) -> QImage:
    whole = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    whole.fill(Qt.GlobalColor.gray)
    painter = QPainter(whole)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    cells = 2 if len(images) == _FACES else 1
    side = SIDE // cells
    for place, image in enumerate(images[: cells * cells]):
        corner = QPoint(side * (place % cells), side * (place // cells))
        painter.drawImage(QRect(corner, QSize(side, side)), image, _square_of(image))
    painter.end()
    return whole


def _square_of(image: QImage) -> QRect:
    """The largest square in the middle."""
    side = min(image.width(), image.height())
    return QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)
