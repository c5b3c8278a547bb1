"""A dataset of drawn faces with planted faults and flipped labels, checked once by the core."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cleaning_faults import FAULTS, plant
from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.gui.clean.cleaner import Cleaner
from faceapp.jobs import Job
from faceapp.training.recipes import recipe_named

FLIPPED = 8


@pytest.fixture(scope="session")
def cleaner() -> Cleaner:
    """The real one; labels are judged by a small recipe, so that it takes seconds."""
    from faceapp.services.cleaning import make_cleaner

    return make_cleaner(recipe_named("quick").with_settings({"size": "64", "epochs": "60"}))


@pytest.fixture(scope="session")
def unchecked_faults(drawn_faces: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighty faces with labels, and fourteen made faulty that have none."""
    images = tmp_path_factory.mktemp("images")
    for image in drawn_faces.iterdir():
        shutil.copy(image, images / image.name)
    firsts = sorted(drawn_faces.glob("*_001.jpg"))
    for number, name in enumerate(FAULTS):
        plant(firsts[number % len(firsts)], images, name)
    (images / "broken.jpg").write_bytes(b"no image")
    folder = tmp_path_factory.mktemp("faults") / "dataset"
    options = ImportOptions(
        task="expression",
        csv=images / "labels.csv",
        label_column="expression",
        group_column="person",
        group_pattern=None,
    )
    with Dataset.create(folder) as dataset:
        import_images(dataset, images, options)
    return folder


@pytest.fixture(scope="session")
def checked_faults(
    unchecked_faults: Path, cleaner: Cleaner, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The same after all checks of images and copies."""
    folder = tmp_path_factory.mktemp("checked") / "dataset"
    shutil.copytree(unchecked_faults, folder)
    kinds = [
        kind
        for kind, check in cleaner.recall(folder, Job()).checks.items()
        if "evidence" not in check.needs
    ]
    cleaner.check(folder, kinds, Job())
    return folder


@pytest.fixture
def build(qtbot: object, cleaner: Cleaner, tmp_path: Path) -> Iterator[Callable[..., object]]:
    """Builds the page on a copy of a dataset's folder; closes everything afterwards."""
    from clean_page import CleanUnderTest

    made: list[CleanUnderTest] = []

    def build_page(folder: Path, **replaced: object) -> CleanUnderTest:
        from dataclasses import replace

        copy = tmp_path / f"copy {len(made)}"
        shutil.copytree(folder, copy)
        dataset = Dataset.open(copy)
        used = replace(cleaner, **replaced) if replaced else cleaner  # type: ignore[arg-type]
        made.append(CleanUnderTest(dataset, used, qtbot))
        return made[-1]

    yield build_page
    for each in made:
        each.close()
        each.dataset.close()
