"""The Live page through its own widgets: what it watches, what it says, and that it lets go."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from faceapp.dataset import Dataset
from faceapp.gui.live.face_bars import bars_place
from faceapp.gui.live.video import VideoView
from faceapp.gui.text import run_words
from faceapp.live.devices import CameraChoice, CameraUnavailable
from faceapp.live.frames import Frame
from faceapp.live.readings import FrameReading, Reading, State
from gui.live.conftest import OpenPage
from live.doubles import FakeCamera, Socket, face
from live_page import drop_on, live_threads, put_run, wait_for_live_threads

pytestmark = pytest.mark.gui

CTRL = Qt.KeyboardModifier.ControlModifier


def named(camera: CameraChoice, name: str) -> CameraChoice:
    return CameraChoice(name, camera.open)


def test_without_a_camera_it_says_what_to_do(open_page: OpenPage, with_run: Dataset) -> None:
    page = open_page(with_run)
    assert page.page.empty.isVisible()
    again, file = page.page.empty.buttons
    assert "again" in again.text()
    assert file.text() == "Image or video..."
    page.cameras = [Socket().choice]
    page.click(again)
    page.wait(lambda: page.page.empty.buttons[0].text() == "Test camera")
    assert not live_threads()  # no camera is opened before somebody asks


def test_a_camera_is_read_and_shown(
    open_page: OpenPage, with_run: Dataset, face_camera: CameraChoice
) -> None:
    page = open_page(with_run, [face_camera])
    page.click(page.page.empty.buttons[0])
    page.wait_for_reading()
    bars = page.page.side.readout.bars
    assert sum(bars.shown) == pytest.approx(1, abs=1e-6)
    assert page.page.side.readout.plot.points
    assert page.large in {"neutral", "happy", "sad", "unsure"}
    assert not page.page.video.image.isNull()
    page.wait(lambda: page.page.video.figures.p95 > 0)
    page.wait(lambda: "ms" in page.page.side.pace.text())
    assert page.said == ""
    page.wait(lambda: page.large == "no face")  # the end of the film


def test_the_camera_that_is_watched_can_be_chosen_again(
    open_page: OpenPage, with_run: Dataset, face_camera: CameraChoice
) -> None:
    page = open_page(with_run, [face_camera])
    page.watch(face_camera.name)
    page.wait_for_reading()
    engine = page.page.watching.engine
    page.watch(face_camera.name)
    assert page.said == ""  # nothing is opened, so nothing must be waited for
    assert page.page.watching.engine is engine


def test_nothing_runs_while_the_page_is_hidden(
    open_page: OpenPage, with_run: Dataset, face_camera: CameraChoice
) -> None:
    page = open_page(with_run, [face_camera])
    page.watch(face_camera.name)
    page.wait_for_reading()
    page.page.hide()
    wait_for_live_threads()
    page.page.show()
    page.wait(lambda: page.page.watching.engine is not None)
    page.wait_for_reading()
    choose_off = [a for a in page.page.controls.source.choices.actions() if "off" in a.text()]
    choose_off[0].trigger()
    wait_for_live_threads()
    assert page.page.empty.isVisible()


def test_without_a_model_faces_are_found_and_it_says_what_to_do(
    open_page: OpenPage, tasked: Dataset, face_camera: CameraChoice
) -> None:
    page = open_page(tasked, [face_camera], has_starter=lambda: False)
    assert not page.page.side.readout.isVisible()
    assert not page.page.controls.heat.isEnabled()
    train, file = page.page.side.empty.buttons
    assert file.text() == "Choose a file..."
    page.click(train)
    assert page.wanted == ["train"]
    page.watch(face_camera.name)
    page.wait(lambda: "1" in page.page.video.accessibleDescription())
    assert page.page.side.readout.bars.shown == ()


def test_the_newest_run_reads_until_another_is_chosen(
    open_page: OpenPage, with_run: Dataset, small_run: Path, face_camera: CameraChoice
) -> None:
    page = open_page(with_run, [face_camera])
    old = page.page.models.chosen
    assert isinstance(old, Path)
    page.watch(face_camera.name)
    page.wait_for_reading()
    newest = put_run(with_run, small_run, "20260202-120000-expression-quick")
    page.page.activated()
    assert page.page.models.chosen == newest
    page.settle()
    page.page.use_run(old)
    page.settle()
    page.page.activated()
    assert page.page.models.chosen == old
    assert page.page.side.model.full == run_words(old.name)
    page.wait_for_reading()


def test_a_file_that_is_no_model_leaves_the_one_before(
    open_page: OpenPage, with_run: Dataset, tmp_path: Path
) -> None:
    page = open_page(with_run)
    before = page.page.models.model
    (tmp_path / "bad.keras").write_bytes(b"no model")
    page.page.models.choose(tmp_path / "bad.keras")
    page.wait(lambda: bool(page.words))
    page.settle()
    assert "bad.keras" in page.words[0]
    assert page.page.models.model is before
    assert page.page.side.model.full.startswith("expression-quick")


def test_an_image_dropped_on_the_page_is_read(
    open_page: OpenPage, with_run: Dataset, drawn_faces: Path, face_camera: CameraChoice
) -> None:
    page = open_page(with_run, [face_camera])
    page.watch(face_camera.name)
    page.wait_for_reading()
    image = min(drawn_faces.glob("*.jpg"))
    drop_on(page.page.stage, image)
    page.wait(lambda: page.page.controls.source.full == image.name)
    page.settle()
    wait_for_live_threads()  # the camera is let go of
    assert sum(page.page.side.readout.bars.shown) == pytest.approx(1, abs=1e-6)


def test_a_folder_is_leafed_through_by_keys(
    open_page: OpenPage, with_run: Dataset, drawn_faces: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "some"
    folder.mkdir()
    for image in sorted(drawn_faces.glob("*.jpg"))[:2]:
        shutil.copy(image, folder)
    (folder / "zz.jpg").write_bytes(b"no image")
    page = open_page(with_run)
    page.page.open_images(folder)
    page.wait(lambda: "(1 of 3)" in page.page.controls.source.full)
    page.settle()
    QTest.keyClick(page.page, Qt.Key.Key_Right)
    page.wait(lambda: "(2 of 3)" in page.page.controls.source.full)
    page.settle()
    QTest.keyClick(page.page, Qt.Key.Key_Right)
    page.wait(lambda: "zz.jpg" in page.said)
    QTest.keyClick(page.page, Qt.Key.Key_Left)
    page.wait(lambda: page.said == "")


def test_smoothing_is_turned_and_remembered(
    open_page: OpenPage, with_run: Dataset, face_camera: CameraChoice
) -> None:
    page = open_page(with_run, [face_camera])
    page.watch(face_camera.name)
    page.wait_for_reading()
    page.page.controls.slider.setValue(0)
    bars = page.page.side.readout.bars
    page.wait(lambda: bool(bars.shown) and bars.shown == pytest.approx(bars.raw))
    page.page.controls.slider.setValue(15)
    assert page.page.watching.engine is not None
    assert page.page.watching.engine.settings.smoothing == pytest.approx(1.5)
    again = open_page(with_run)
    assert again.page.controls.smoothing == pytest.approx(1.5)


def test_a_resting_face_is_calibrated_and_switched(
    open_page: OpenPage, with_run: Dataset, face_camera: CameraChoice
) -> None:
    page = open_page(with_run, [face_camera])
    controls = page.page.controls
    assert not controls.neutral.isEnabled()
    page.watch(face_camera.name)
    page.wait_for_reading()
    page.click(controls.neutral)
    assert controls.counting

    def is_calibrated() -> bool:
        """On a busy machine three seconds may show too little; the page says so, and one asks
        again."""
        if not controls.counting and not controls.corrected.isVisible():
            assert "read" in page.words[-1]
            controls.begin_neutral()
        return controls.corrected.isVisible()

    page.wait(is_calibrated)
    page.click(controls.corrected)
    assert page.page.watching.engine is not None
    assert page.page.watching.engine.settings.neutral is False


def test_a_calibrated_face_that_left_is_corrected_no_more(
    open_page: OpenPage, with_run: Dataset, face_camera: CameraChoice
) -> None:
    page = open_page(with_run, [face_camera])
    controls = page.page.controls
    page.watch(face_camera.name)
    page.wait_for_reading()
    engine = page.page.watching.engine
    assert engine is not None
    engine.begin_neutral()
    page.wait(lambda: len(engine._neutral or ()) > 6)
    controls.neutral_ended.emit()
    page.wait(controls.corrected.isVisible)
    page.wait(lambda: page.page.turning.calibrated)
    page.page.hide()  # nothing is kept of whoever was before the camera
    page.page.show()
    page.wait(lambda: not controls.corrected.isVisible())
    assert "once more" in page.words[-1]


def test_a_model_without_neutral_says_that_it_cannot_be_calibrated(
    open_page: OpenPage, with_run: Dataset, face_camera: CameraChoice
) -> None:
    page = open_page(with_run, [face_camera])
    page.watch(face_camera.name)
    page.wait(page.page.controls.neutral.isEnabled)
    model = page.page.models.model
    assert model is not None
    object.__setattr__(model.info, "classes", ("angry", "happy", "sad"))
    page.page.controls.set_reading(page.page.models, watching=True)
    assert not page.page.controls.neutral.isEnabled()
    assert "no neutral" in page.page.controls.neutral.toolTip()


def test_several_faces_have_bars_of_their_own(qtbot: Any) -> None:
    colours = {"neutral": "#ff0000", "happy": "#00ff00"}
    view = VideoView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.set_colours(colours)
    view.show_frame(Frame(np.full((300, 400, 3), 90, np.uint8), 0.0, 0, 0.0, "camera"))
    faces = [
        Reading(number, face(x, 100, 60), State.READ, "neutral", values)
        for number, x, values in ((1, 60, (0.8, 0.2)), (2, 230, (0.6, 0.4)))
    ]

    def lengths(readings: list[Reading], place: QRectF) -> list[int]:
        view.show_reading(FrameReading("camera", 0, 0.0, tuple(colours), tuple(readings)))
        shown = view.grab(place.toRect()).toImage().convertToFormat(QImage.Format.Format_RGB32)
        rows = [
            [shown.pixelColor(x, y) for x in range(shown.width())] for y in range(shown.height())
        ]
        return [max(row.count(QColor(each)) for row in rows) for each in colours.values()]

    for reading in faces:
        assert reading.box is not None
        place = bars_place(QRectF(*reading.box), QRectF(0, 0, 400, 300), 2)
        long, short = lengths(faces, place)
        assert long / short == pytest.approx(reading.raw[0] / reading.raw[1], rel=0.2)
        assert lengths([reading], place) == [0, 0]  # the readout has them


def test_bars_beside_a_face_stay_in_the_picture() -> None:
    room = QRectF(0, 0, 400, 300)
    for box in (QRectF(350, 280, 50, 20), QRectF(0, -5, 400, 300), QRectF(-20, 100, 60, 60)):
        assert room.contains(bars_place(box, room, 6))


def test_a_heat_map_says_where_the_model_looks(
    open_page: OpenPage, with_run: Dataset, face_camera: CameraChoice
) -> None:
    page = open_page(with_run, [face_camera])
    page.watch(face_camera.name)
    page.wait_for_reading()
    QTest.keyClick(page.page, Qt.Key.Key_H, CTRL)
    page.wait(lambda: page.page.video.inset_shown)
    QTest.keyClick(page.page, Qt.Key.Key_H, CTRL)
    assert not page.page.video.inset_shown


def noise(size: tuple[int, int], seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)


def test_a_camera_that_does_not_open_says_so_and_comes_back(
    open_page: OpenPage, with_run: Dataset
) -> None:
    camera = FakeCamera()
    socket = Socket(CameraUnavailable("busy"), camera)
    page = open_page(with_run, [socket.choice])
    page.watch("Test camera")
    page.wait(lambda: page.said == "Test camera cannot be used")
    assert "other programs" in page.page.video.said[1]
    camera.give(noise((64, 48), 1))
    page.wait(lambda: page.said == "")  # it was plugged in
    assert page.page.video.image.width() == 64
    camera.give(noise((80, 60), 2))
    page.wait(lambda: page.page.video.image.width() == 80)  # another resolution
    camera.give(RuntimeError("unplugged"))
    page.wait(lambda: page.said == "Test camera cannot be used")
    page.page.hide()


def test_a_choice_that_fails_restores_the_one_before(
    open_page: OpenPage, with_run: Dataset, face_camera: CameraChoice
) -> None:
    broken = named(Socket(CameraUnavailable("busy")).choice, "Broken")
    page = open_page(with_run, [face_camera, broken])
    page.watch(face_camera.name)
    page.wait_for_reading()
    page.watch("Broken")
    page.wait(lambda: bool(page.words))
    assert page.words[0].startswith("Broken cannot be used")
    assert page.page.controls.source.full == face_camera.name
    page.wait_for_reading()


def test_empty_pictures_are_said(open_page: OpenPage, with_run: Dataset) -> None:
    class Empty:
        def read(self) -> Any:
            return np.zeros((0, 0, 3), np.uint8)

        def release(self) -> None:
            pass

    page = open_page(with_run, [CameraChoice("Covered", Empty)])
    page.watch("Covered")
    page.wait(lambda: page.said == "Covered sends empty pictures")


def test_two_faces_and_a_small_one_are_told_apart(
    open_page: OpenPage, with_run: Dataset, drawn_faces: Path, tmp_path: Path
) -> None:
    small = Image.open(min(drawn_faces.glob("*.jpg"))).resize((40, 40))
    large = Image.new("RGB", (400, 300), "grey")
    large.paste(small, (200, 100))
    large.save(tmp_path / "far.png")
    page = open_page(with_run)
    page.page.open_file(tmp_path / "far.png")
    page.wait(lambda: page.large in {"too small", "no face"})


def test_every_control_has_a_name_and_every_key_is_told(
    open_page: OpenPage, with_run: Dataset
) -> None:
    page = open_page(with_run)
    assert page.page.controls.slider.accessibleName() == "Smoothing"
    keys = " ".join(key for key, _ in page.page.page_keys())
    for key in ("Ctrl+D", "Ctrl+Shift+O", "Ctrl+H", "Ctrl+E", "F5"):
        assert key in keys
    assert page.page.minimumSizeHint().width() <= 1024
    assert page.page.minimumSizeHint().height() <= 540
