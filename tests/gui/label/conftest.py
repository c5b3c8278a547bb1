"""A dataset with real image files, and the Label page on it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faceapp.dataset import Dataset, NewSample
from faceapp.imaging import perceptual_hash


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[Dataset]:
    with Dataset.create(tmp_path / "dataset") as made:
        yield made


def add_images(dataset: Dataset, count: int, size: tuple[int, int] = (60, 80)) -> list[int]:
    """Add images of plain colours, each its own, and return their ids."""
    new = []
    for number in range(count):
        colour = (number * 37 % 256, number * 91 % 256, number * 13 % 256)
        path = dataset.images / f"face_{number:03}.png"
        Image.new("RGB", size, colour).save(path)
        data = path.read_bytes()
        new.append(
            NewSample(
                name=path.name,
                path=f"images/{path.name}",
                sha256=hashlib.sha256(data).hexdigest(),
                phash=perceptual_hash(np.asarray(Image.open(path))),
                width=size[0],
                height=size[1],
                format="png",
            )
        )
    source = dataset.add_source("folder", "/faces", {})
    return dataset.add_samples(source.id, new)[0]


@pytest.fixture
def faces(dataset: Dataset) -> list[int]:
    """Twelve samples and two tasks: expression by digits, sex by F and M."""
    ids = add_images(dataset, 12)
    dataset.add_task("expression", ["neutral", "happy", "sad"])
    dataset.add_task("sex", ["female", "male"])
    return ids


@pytest.fixture
def build_page(dataset: Dataset, qtbot: object) -> Iterator[Callable[..., object]]:
    """Builds the page on the dataset, shown and read; closes everything afterwards."""
    from label_page import PageUnderTest

    made: list[PageUnderTest] = []

    def build(**services: object) -> PageUnderTest:
        made.append(PageUnderTest(dataset, qtbot, **services))
        return made[-1]

    yield build
    for each in made:
        each.close()
