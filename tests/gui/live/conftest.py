"""The Live page on a dataset with a small run, in front of cameras that are doubles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from faceapp.dataset import Dataset
from faceapp.live.devices import CameraChoice, played_video
from held_work import wait_for_jobs
from live.conftest import moving_faces, small_run
from live_page import LivePageUnderTest, Noisy, put_run, wait_for_live_threads

__all__ = ["moving_faces", "small_run"]

OpenPage = Callable[..., LivePageUnderTest]


@pytest.fixture
def tasked(dataset: Dataset) -> Dataset:
    """A dataset with a task and no sample."""
    dataset.add_task("expression", ["neutral", "happy", "sad"])
    return dataset


@pytest.fixture
def with_run(tasked: Dataset, small_run: Path) -> Dataset:
    """The same with a finished run."""
    put_run(tasked, small_run, "20260101-120000-expression-quick")
    return tasked


@pytest.fixture
def open_page(qtbot: Any) -> Iterator[OpenPage]:
    """Opens the page on a dataset, settled; closes everything afterwards."""
    made: list[LivePageUnderTest] = []

    def build(
        dataset: Dataset, cameras: Sequence[CameraChoice] = (), **changed: Any
    ) -> LivePageUnderTest:
        made.append(LivePageUnderTest(dataset, qtbot, cameras, **changed))
        made[-1].settle()
        return made[-1]

    yield build
    for each in made:
        each.close()
    wait_for_jobs()
    wait_for_live_threads()


@pytest.fixture
def face_camera(moving_faces: Path) -> CameraChoice:
    """A camera before which a drawn face moves."""
    film = played_video(moving_faces)
    return CameraChoice("Camera", lambda: Noisy(film))
