"""Held classes become samples, tapped ones proposals; recordings become files."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from faceapp.dataset import Dataset, Query
from faceapp.errors import WorldError
from faceapp.gui.live.keeping import TAP_SECONDS
from faceapp.gui.text import run_words
from faceapp.live.devices import CameraChoice
from faceapp.live.frames import VideoFile
from gui.live.conftest import OpenPage
from live_page import LivePageUnderTest

pytestmark = pytest.mark.gui


@pytest.fixture
def watched(open_page: OpenPage, with_run: Dataset, face_camera: CameraChoice) -> LivePageUnderTest:
    """A page that watches a face."""
    page = open_page(with_run, [face_camera])
    page.watch(face_camera.name)
    page.wait_for_reading()
    return page


def held_long(page: LivePageUnderTest, crops: int) -> None:
    """Wait until so many crops are gathered, and nobody would call it a tap."""
    engine = page.page.watching.engine
    assert engine is not None
    begun = time.monotonic()
    page.wait(lambda: engine.held >= crops and time.monotonic() - begun > 1.2 * TAP_SECONDS)


def hold(page: LivePageUnderTest, key: Qt.Key, crops: int = 3) -> None:
    """Hold a class's key until so many crops are gathered, and let go."""
    label = page.page.keeping.class_of(chr(key.value))
    QTest.keyPress(page.page, key)
    assert page.page.keeping.held == label
    held_long(page, crops)
    QTest.keyRelease(page.page, key)
    page.wait(lambda: not page.page.keeping.busy)


def test_a_held_key_records_a_take(watched: LivePageUnderTest) -> None:
    page, dataset = watched, watched.dataset
    hold(page, Qt.Key.Key_2)
    hold(page, Qt.Key.Key_2)
    answers = dataset.answers("expression")
    assert len(answers) >= 6
    assert {each.answer for each in answers.values()} == {"happy"}
    assert len(set(dataset.groups(sorted(answers)).values())) == 2
    button = page.page.strip.buttons["happy"]
    assert button.count == len(answers)
    assert "recorded" in page.words[-1]
    page.session.undo()
    page.wait(lambda: button.count < len(answers))
    assert button.count == len(dataset.answers("expression"))


def test_a_held_button_records_too(watched: LivePageUnderTest) -> None:
    page = watched
    button = page.page.strip.buttons["sad"]
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    held_long(page, 4)
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    page.wait(lambda: not page.page.keeping.busy)
    assert len(page.dataset.answers("expression")) == button.count


def test_a_tapped_key_says_that_was_wrong(watched: LivePageUnderTest) -> None:
    page, dataset = watched, watched.dataset
    page.wait(lambda: len(page.page.watching.engine.last_crops()) >= 3)  # type: ignore[union-attr]
    QTest.keyClick(page.page, Qt.Key.Key_3)
    page.wait(lambda: bool(dataset.count()))
    page.wait(lambda: not page.page.keeping.busy)
    waiting = dataset.sample_ids(Query("expression", proposed=True))
    assert len(waiting) == dataset.count() >= 3
    assert not dataset.answers("expression")
    assert "review as sad" in page.words[-1]


def test_what_is_held_when_the_page_goes_is_kept(watched: LivePageUnderTest) -> None:
    page = watched
    QTest.keyPress(page.page, Qt.Key.Key_1)
    held_long(page, 4)
    page.page.hide()
    page.wait(lambda: not page.page.keeping.busy)
    assert len(page.dataset.answers("expression")) >= 4


def test_without_a_camera_nothing_is_held(open_page: OpenPage, with_run: Dataset) -> None:
    page = open_page(with_run)
    QTest.keyClick(page.page, Qt.Key.Key_1)
    assert page.page.keeping.held is None
    assert "camera" in page.words[-1]
    assert not page.page.strip.record.isEnabled()


def test_a_dataset_without_a_task_can_begin_with_expressions(
    open_page: OpenPage, dataset: Dataset
) -> None:
    page = open_page(dataset, has_starter=lambda: False)
    page.click(page.page.strip.task)
    assert dataset.task("expression").names == tuple(page.page.strip.buttons)
    assert not page.page.strip.task.isVisible()


def test_a_dataset_without_a_task_takes_the_models(
    open_page: OpenPage, dataset: Dataset, small_run: Path
) -> None:
    page = open_page(dataset, has_starter=lambda: False)
    assert not page.page.strip.buttons
    page.page.models.choose(small_run)
    page.settle()
    page.click(page.page.strip.task)
    assert [each.name for each in dataset.tasks()] == [page.page.models.model.info.task]  # type: ignore[union-attr]
    assert list(page.page.strip.buttons) == ["neutral", "happy", "sad"]


def test_training_is_offered_when_there_are_takes_enough_and_its_model_reads(
    open_page: OpenPage, with_run: Dataset, small_run: Path, face_camera: CameraChoice
) -> None:
    asked: list[object] = []

    def train(folder: Path, task: str, classes: object, _job: object) -> Path:
        asked.append((folder, task, classes))
        from live_page import put_run

        return put_run(with_run, small_run, "20260303-120000-expression-quick")

    page = open_page(with_run, [face_camera], train=train)
    page.watch(face_camera.name)
    page.wait_for_reading()
    for key in (Qt.Key.Key_1, Qt.Key.Key_2):
        for _ in range(3):
            assert not page.page.strip.train.isEnabled()
            hold(page, key, crops=4)
    page.wait(page.page.strip.train.isEnabled)
    page.click(page.page.strip.train)
    page.wait(lambda: page.page.side.model.full == run_words("20260303-120000-expression-quick"))
    assert asked == [(with_run.folder, "expression", ["neutral", "happy"])]
    page.settle()
    page.wait_for_reading()


def test_a_training_that_fails_is_said_and_the_model_stays(
    open_page: OpenPage, with_run: Dataset, face_camera: CameraChoice
) -> None:
    def train(*_asked: object) -> Path:
        raise WorldError("too few people")

    takes = {"neutral": 3, "happy": 3, "sad": 0}
    page = open_page(with_run, train=train, takes=lambda *_asked: takes)
    page.wait(page.page.strip.train.isEnabled)
    before = page.page.models.chosen
    page.click(page.page.strip.train)
    page.wait(lambda: page.words == ["too few people"])
    assert page.page.strip.train.isEnabled()
    assert page.page.models.chosen == before


def test_a_recording_is_a_table_and_a_video(watched: LivePageUnderTest, tmp_path: Path) -> None:
    page = watched
    out = tmp_path / "out.csv"
    page.page.recording.begin(out, film=True)
    assert page.page.strip.stop.isVisible()
    engine = page.page.watching.engine
    before = page.page.side.readout.plot.points
    page.wait(lambda: page.page.side.readout.plot.points >= before + 3)
    QTest.keyClick(page.page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    points = page.page.side.readout.plot.points
    page.wait(lambda: page.page.side.readout.plot.points >= points + 3)
    assert not out.exists()  # whole files only
    page.click(page.page.strip.stop)
    assert engine is page.page.watching.engine
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert len(rows) >= 4
    marked = {(row["frame"], row["mark"]) for row in rows if row["mark"]}
    assert [mark for _, mark in marked] == ["mark 1"]
    assert VideoFile(out.with_suffix(".mp4")).count
    assert "recorded in" in page.words[-1]


def test_a_recording_that_cannot_be_written_is_said(
    watched: LivePageUnderTest, tmp_path: Path
) -> None:
    watched.page.recording.begin(tmp_path / "none" / "out.csv")
    assert not watched.page.recording.on
    assert "cannot be written" in watched.words[-1]


def test_a_recording_ends_whole_when_the_page_goes(
    watched: LivePageUnderTest, tmp_path: Path
) -> None:
    watched.page.recording.begin(tmp_path / "out.csv")
    watched.page.hide()
    assert (tmp_path / "out.csv").is_file()
    assert not watched.page.recording.on
