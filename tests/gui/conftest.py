"""What the parts of the window stand on: a dataset, messages, jobs, the theme."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from faceapp.dataset import Dataset, NewSample
from faceapp.gui.messages import Messages
from faceapp.gui.theme import Theme
from faceapp.gui.workers import JobRunner
from faceapp.imaging import perceptual_hash
from held_work import wait_for_jobs


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
def messages(qapp: QApplication) -> Messages:
    return Messages()


@pytest.fixture
def jobs(messages: Messages) -> Iterator[JobRunner]:
    """A runner that leaves no thread behind."""
    runner = JobRunner(messages)
    yield runner
    runner.close()
    wait_for_jobs()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The theme in force; afterwards the application looks as it did."""
    font, palette, sheet = qapp.font(), qapp.palette(), qapp.styleSheet()
    made = Theme(qapp)
    yield made
    made.deleteLater()
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setFont(font)
