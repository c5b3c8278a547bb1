"""The Train page on a copy of the drawn faces, and on one that has a run."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from faceapp.dataset import Dataset
from faceapp.gui.settings import Settings
from held_work import wait_for_jobs
from train_page import TrainPageUnderTest


@pytest.fixture
def open_page(qtbot: Any, tmp_path: Path) -> Iterator[Callable[..., TrainPageUnderTest]]:
    """Opens the page on a copy of a dataset's folder, read; closes everything afterwards."""
    made: list[TrainPageUnderTest] = []
    opened: list[Dataset] = []
    settings = Settings(tmp_path / "settings.json")

    def build(folder: Path, **changed: Any) -> TrainPageUnderTest:
        copy = tmp_path / f"dataset-{len(made)}"
        shutil.copytree(folder, copy)
        opened.append(Dataset.open(copy))
        made.append(TrainPageUnderTest(opened[-1], qtbot, settings, **changed))
        made[-1].settle()
        return made[-1]

    yield build
    for each in made:
        each.close()
    wait_for_jobs()
    for dataset in opened:
        dataset.close()
