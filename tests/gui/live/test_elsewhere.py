"""Models made elsewhere on the Live page: asked about once, in plain words, then read with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from faceapp.dataset import Dataset
from faceapp.gui.live.describe_dialog import DescribeDialog
from faceapp.live.devices import CameraChoice
from faceapp.networks.foreign import description_file, description_of
from gui.live.conftest import OpenPage
from live_page import LivePageUnderTest, choose
from networks.elsewhere import CLASSES, SIZE, keras_file, onnx_file

pytestmark = pytest.mark.gui


def asked_about(page: LivePageUnderTest, model: Path) -> DescribeDialog:
    """Choose a model file; the question that then stands there."""
    page.page.sources.model.emit(model)  # as the file dialog does
    page.wait(lambda: page.page.describing.dialog is not None)
    dialog = page.page.describing.dialog
    assert dialog is not None
    return dialog


def press(dialog: DescribeDialog) -> None:
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("name", "make"), [("calm.onnx", onnx_file), ("calm.keras", lambda path: keras_file(path, 1))]
)
def test_it_is_asked_about_once_and_then_reads(
    name: str,
    make: Callable[[Path], object],
    open_page: OpenPage,
    with_run: Dataset,
    face_camera: CameraChoice,
    tmp_path: Path,
) -> None:
    file = tmp_path / name
    make(file)
    page = open_page(with_run, [face_camera])
    page.watch(face_camera.name)
    dialog = asked_about(page, file)
    assert not dialog.ok.isEnabled()
    assert not dialog.size_box.isVisible()  # the file says that it is 40
    grey = dialog.colours.currentData() == "grey"
    assert grey == (name == "calm.keras")
    dialog.classes.setText(", ".join(CLASSES))
    dialog.values.setCurrentIndex(dialog.values.findData("0..1"))
    press(dialog)
    page.wait(lambda: page.page.side.model.full == name and page.page.idle)
    page.wait(lambda: len(page.page.side.readout.bars.shown) == 3)
    assert page.page.models.model is not None
    assert page.page.models.model.info.classes == CLASSES
    kept = description_of(file)
    assert (kept.size, kept.scaling, kept.channels == "grey") == (SIZE, "0..1", grey)
    again = open_page(with_run)
    again.page.models.choose(file)
    again.settle()
    assert again.page.describing.dialog is None
    assert again.page.side.model.full == name


def test_what_was_said_can_be_said_again(
    open_page: OpenPage, with_run: Dataset, tmp_path: Path
) -> None:
    file = tmp_path / "calm.onnx"
    onnx_file(file)
    page = open_page(with_run)
    dialog = asked_about(page, file)
    dialog.classes.setText("a, b, c")
    press(dialog)
    page.wait(lambda: page.page.side.model.full == file.name and page.page.idle)
    choose(page.page.side.model, "What this model takes...")
    page.wait(lambda: page.page.describing.dialog is not None)
    dialog = page.page.describing.dialog
    assert dialog is not None
    assert dialog.classes.text() == "a, b, c"
    dialog.classes.setText("a, c, b")
    dialog.colours.setCurrentIndex(dialog.colours.findData("bgr"))
    press(dialog)
    page.wait(lambda: page.page.models.model is not None and page.page.idle)
    page.wait(lambda: page.page.models.model.info.classes == ("a", "c", "b"))
    assert description_of(file).channels == "bgr"


def test_only_names_that_fit_can_be_said(
    open_page: OpenPage, with_run: Dataset, tmp_path: Path
) -> None:
    file = tmp_path / "calm.onnx"
    onnx_file(file)
    page = open_page(with_run)
    before = page.page.models.model
    dialog = asked_about(page, file)
    for words in ("one, two", "one, one, two", "a, b, c, d", ""):
        dialog.classes.setText(words)
        assert not dialog.ok.isEnabled(), words
    dialog.classes.setText(" a , b, c,")
    assert dialog.ok.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    page.wait(lambda: page.page.describing.dialog is None)
    assert page.page.models.model is before
    assert page.page.side.model.full.startswith("expression-quick")
    assert not description_file(file).exists()


def test_what_cannot_be_is_said_in_the_question(
    open_page: OpenPage, with_run: Dataset, tmp_path: Path
) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    file = folder / "calm.onnx"
    onnx_file(file)
    page = open_page(with_run)
    dialog = asked_about(page, file)
    dialog.classes.setText("a, b, c")
    file.write_bytes(b"\xff\xff no model any more")
    press(dialog)
    page.wait(dialog.problem.isVisible)
    assert "no ONNX model" in dialog.problem.text()
    onnx_file(file)  # and when it is whole again it is tried again
    assert dialog.ok.isEnabled()
    press(dialog)
    page.wait(lambda: page.page.side.model.full == file.name and page.page.idle)


def test_a_file_that_is_no_classifier_is_refused_before_any_question(
    open_page: OpenPage, with_run: Dataset, tmp_path: Path
) -> None:
    file = tmp_path / "broken.onnx"
    file.write_bytes(b"\xff\xff no")
    page = open_page(with_run)
    page.page.models.choose(file)
    page.wait(lambda: bool(page.words))
    assert "broken.onnx" in page.words[0]
    assert page.page.describing.dialog is None
    assert page.page.side.model.full.startswith("expression-quick")
