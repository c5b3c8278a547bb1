"""The small picture of a dataset: four faces, or one, never half a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from faceapp.dataset import Dataset
from faceapp.errors import Cancelled
from faceapp.gui.welcome.mosaic import SIDE, make_mosaic
from faceapp.jobs import Job

pytestmark = [pytest.mark.gui, pytest.mark.usefixtures("qapp")]


def corners(picture: QImage) -> list[str]:
    quarter, rest = SIDE // 4, 3 * SIDE // 4
    places = [(quarter, quarter), (rest, quarter), (quarter, rest), (rest, rest)]
    return [picture.pixelColor(x, y).name() for x, y in places]


def test_four_faces_from_all_over_the_dataset(
    dataset: Dataset, faces: list[int], tmp_path: Path
) -> None:
    place = tmp_path / "deep" / "picture.png"
    assert make_mosaic(dataset.folder, place)
    picture = QImage(str(place))
    assert (picture.width(), picture.height()) == (SIDE, SIDE)
    assert len(set(corners(picture))) == 4
    assert [path.name for path in place.parent.iterdir()] == ["picture.png"]


def test_images_that_cannot_be_read_are_passed_over(
    dataset: Dataset, faces: list[int], tmp_path: Path
) -> None:
    first = dataset.sample(faces[0])
    dataset.image_path(first).write_bytes(b"rubbish")
    assert make_mosaic(dataset.folder, tmp_path / "picture.png")
    assert len(set(corners(QImage(str(tmp_path / "picture.png"))))) == 1  # three make no square


def test_an_empty_dataset_has_no_picture(dataset: Dataset, tmp_path: Path) -> None:
    assert not make_mosaic(dataset.folder, tmp_path / "picture.png")
    assert not (tmp_path / "picture.png").exists()


def test_it_can_be_stopped(dataset: Dataset, faces: list[int], tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        make_mosaic(dataset.folder, tmp_path / "picture.png", Job(cancelled=lambda: True))
