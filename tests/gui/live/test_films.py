"""A video read to its end: timeline, moments, shares, frames to samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from faceapp.dataset import Dataset
from gui.live.conftest import OpenPage
from held_work import wait_for_jobs
from live_page import LivePageUnderTest, drop_on

pytestmark = pytest.mark.gui

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def read_film(open_page: OpenPage, with_run: Dataset, moving_faces: Path) -> LivePageUnderTest:
    """A page on which a video was dropped and read."""
    page = open_page(with_run)
    drop_on(page.page.stage, moving_faces)
    page.wait(lambda: page.page.films.film is not None)
    page.settle()
    return page


def test_a_video_becomes_a_timeline(read_film: LivePageUnderTest, moving_faces: Path) -> None:
    page, films = read_film, read_film.page.films
    assert films.timeline.isVisible()
    assert not page.page.side.readout.plot.isVisible()
    assert films.film is not None
    assert len(films.film.readings) == 25
    assert sum(films.film.share.values()) == pytest.approx(1)
    assert films.film.share["no face"] == pytest.approx(5 / 25)
    whole = page.page.side.readout.whole
    assert whole.isVisible()
    assert "no face 20%" in whole.accessibleDescription()
    assert page.page.controls.source.full == moving_faces.name
    assert page.large != "no face"
    page.page.turn_off()
    assert not whole.isVisible()
    assert page.page.minimumSizeHint().height() <= 540


def test_a_video_dropped_before_the_model_is_open_is_read_when_it_is(
    qtbot: Any, with_run: Dataset, moving_faces: Path
) -> None:
    page = LivePageUnderTest(with_run, qtbot)
    assert page.page.models.model is None
    drop_on(page.page.stage, moving_faces)
    page.wait(lambda: page.page.films.film is not None)
    page.settle()
    assert page.page.controls.source.full == moving_faces.name
    assert page.page.films.timeline.isVisible()
    page.close()
    wait_for_jobs()


def test_a_click_goes_to_its_frame(read_film: LivePageUnderTest) -> None:
    page, line = read_film, read_film.page.films.timeline
    first = page.page.video.image.copy()
    QTest.mouseClick(line, LEFT, NO_KEYS, QPoint(line.width() - 3, 20))
    page.wait(lambda: page.large == "no face")
    assert line.number >= 20
    assert page.page.video.image != first
    QTest.keyClick(line, Qt.Key.Key_Home)
    page.wait(lambda: page.page.video.image == first)
    QTest.keyClick(line, Qt.Key.Key_Right)
    page.settle()
    assert line.number == 12  # a second at 12.5 pictures a second
    QTest.keyClick(line, Qt.Key.Key_End)
    QTest.keyClick(line, Qt.Key.Key_Home)  # while the last is still being looked up
    page.wait(lambda: page.page.video.image == first)


def test_frames_become_samples(read_film: LivePageUnderTest) -> None:
    page, films = read_film, read_film.page.films
    films.every.setValue(0.5)
    page.click(films.keep)
    page.wait(films.keep.isEnabled)
    page.wait(lambda: bool(page.words))
    ids = page.dataset.sample_ids()
    assert len(ids) >= 4
    assert len(set(page.dataset.groups(ids).values())) == 1
    assert not page.dataset.answers("expression")
    assert "unlabelled" in page.words[-1]


def test_reading_can_be_cancelled(
    open_page: OpenPage, with_run: Dataset, moving_faces: Path
) -> None:
    page = open_page(with_run)
    page.page.open_file(moving_faces)
    (running,) = page.jobs.running
    assert moving_faces.name in running.title
    running.cancel()
    page.wait(page.page.empty.isVisible)
    assert page.page.films.film is None
    assert not page.page.films.isVisible()


def test_a_damaged_video_is_said(open_page: OpenPage, with_run: Dataset, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(200))
    page = open_page(with_run)
    page.page.open_file(broken)
    page.wait(lambda: bool(page.words))
    assert "broken.mp4" in page.words[0]
    page.wait(page.page.empty.isVisible)


def test_a_film_is_read_as_it_would_be_by_classify(
    read_film: LivePageUnderTest, moving_faces: Path
) -> None:
    from faceapp.live.classifying import classify

    films = read_film.page.films
    chosen = read_film.page.models.chosen
    assert films.film is not None
    assert isinstance(chosen, Path)
    figures = classify(moving_faces, chosen).figures
    assert figures["frames"] == len(films.film.readings)
    faces = sum(len(each.readings) for each in films.film.readings)
    assert figures["faces"] == faces
    raw = np.array([each.readings[0].raw for each in films.film.readings if each.readings])
    assert np.allclose(raw.sum(axis=1), 1, atol=1e-5)
