"""Drawn faces with planted faults, imported and measured once; tests change copies of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaning_faults import FAULTS, plant
from cleaning_helpers import files_by_kind
from faceapp.cleaning import clean
from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images


@pytest.fixture(scope="session")
def faulty_images(drawn_faces: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One neutral-ish face of each of ten people, and a fault of each kind made of some."""
    folder = tmp_path_factory.mktemp("faulty")
    for number, image in enumerate(sorted(drawn_faces.glob("*_001.jpg"))):
        shutil.copy(image, folder / image.name)
        for name in [each for place, each in enumerate(FAULTS) if place % 10 == number]:
            plant(image, folder, name)
    return folder


@pytest.fixture(scope="session")
def measured(
    faulty_images: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, set[tuple[str, ...]]]]:
    """A dataset of the planted faults after its first cleaning, and what that found."""
    folder = tmp_path_factory.mktemp("measured") / "dataset"
    with Dataset.create(folder) as dataset:
        import_images(dataset, faulty_images, ImportOptions(group_pattern="^(person[0-9]+)"))
        return folder, files_by_kind(clean(dataset))


@pytest.fixture
def dataset(measured: tuple[Path, object], tmp_path: Path) -> Iterator[Dataset]:
    """A copy of the measured dataset, open."""
    folder = tmp_path / "dataset"
    shutil.copytree(measured[0], folder)
    with Dataset.open(folder) as opened:
        yield opened
