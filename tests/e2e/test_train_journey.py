"""A person trains on real faces in the program, labels meanwhile, looks, mends and compares."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.dataset.vocabulary import canonical_word
from faceapp.gui.label.page import LabelPage
from faceapp.gui.main_window import MainWindow
from faceapp.gui.pages import PAGES
from faceapp.gui.train.page import TrainPage
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.comparing import compare
from faceapp.training.records import read_predictions, read_run
from label_page import PageDriver
from main_program import run_main
from train_page import TrainDriver

pytestmark = [pytest.mark.gui, pytest.mark.faces, pytest.mark.slow]

ALT = Qt.KeyboardModifier.AltModifier
CLASSES = ("neutral", "happy", "angry")
PER_CLASS = 40


@pytest.fixture
def real_faces(face_data: Path, tmp_path: Path) -> Path:
    """A dataset of real faces, a person each, and some without a label."""
    try:
        find_weights("vgg16")
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    source = tmp_path / "source"
    source.mkdir()
    with (face_data / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted((r["image"], canonical_word(r["emotion"])) for r in csv.DictReader(file))
    counts, people, chosen = dict.fromkeys(CLASSES, 0), set(), []
    for image, word in rows:
        person = re.sub(r"_\d+\..*$", "", image)
        if counts.get(word, PER_CLASS) < PER_CLASS and person not in people:
            people.add(person)
            counts[word] += 1
            chosen.append((image, word if counts[word] < PER_CLASS - 2 else ""))
            (source / image).write_bytes((face_data / "images" / image).read_bytes())
    labels = tmp_path / "labels.csv"
    with labels.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("image", "emotion"), *(c for c in chosen if c[1])])
    with Dataset.create(tmp_path / "faces") as dataset:
        options = ImportOptions(task="expression", csv=labels, group_pattern=r"^(.+)_\d+\.")
        import_images(dataset, source, options)
    return tmp_path / "faces"


class Person:
    """Somebody at the window of the running program."""

    def __init__(self, window: MainWindow, qtbot: Any) -> None:
        self.window, self.qtbot = window, qtbot

    def _go(self, name: str) -> Any:
        """Go to a page by its key."""
        place = [page.name for page in PAGES].index(name)
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)
        QTest.keyClick(self.window, Qt.Key(Qt.Key.Key_1.value + place), ALT)
        assert self.window.pages is not None
        return self.window.pages.current

    def train_page(self) -> TrainDriver:
        page = self._go("train")
        assert isinstance(page, TrainPage)
        assert self.window.session is not None
        driver = TrainDriver(page, self.window.session, self.qtbot)
        driver.settle()
        return driver

    def label_page(self) -> PageDriver:
        page = self._go("label")
        assert isinstance(page, LabelPage)
        assert self.window.session is not None
        return PageDriver(page, self.window.session, self.qtbot)


def start_and_label_meanwhile(person: Person) -> None:
    """Train from a preset, watch the plot, label during it, and stop it early."""
    train = person.train_page()
    train.preset("Happy vs angry")
    train.set_fields("quick", size="64", patience="0", epochs="100000")
    train.start()
    view = train.page.run_view
    train.wait(lambda: len(view.progress.rows) > 3)
    seen = [len(view.plot.panels[0].lines[0].x)]
    train.wait(lambda: len(view.plot.panels[0].lines[0].x) > seen[0] and view.plot.redraws > 2)
    assert view.phases.accessibleName() == "Step: Head"

    label = person.label_page()
    waiting = label.dataset.sample_ids()
    label.press(Qt.Key.Key_Home)
    label.press("2")
    labelled = label.page.model.ids[0]
    assert label.dataset.answers("expression")[labelled].answer == "happy"
    assert labelled in waiting
    assert train.page.control.busy

    person.train_page()
    train.click(view.keep_button)
    train.wait_for_end()
    (run,) = train.runs.glob("[!.]*")
    assert train.page.upper.currentWidget() is train.page.results
    assert train.page.results.figure.text() == f"{100 * read_run(run).balanced:.1f}%"


def train_to_the_end(person: Person) -> Path:
    """One run that ends by itself."""
    train = person.train_page()
    before = set(train.runs.glob("[!.]*"))
    train.preset("Happy vs angry")
    train.set_fields("quick", size="64", patience="5", epochs="60")
    train.start()
    train.wait_for_end()
    (run,) = set(train.runs.glob("[!.]*")) - before
    assert train.page.upper.currentWidget() is train.page.results
    return run


def telling_cell(confusion: Sequence[Sequence[int]]) -> tuple[int, int]:
    """The largest cell beside the diagonal that holds two images, else the largest of all."""
    cells = [(n, r, c) for r, row in enumerate(confusion) for c, n in enumerate(row)]
    errors = [cell for cell in cells if cell[1] != cell[2] and cell[0] > 1]
    _, row, column = max(errors or cells)
    return row, column


def relabel_from_a_cell(person: Person, run: Path) -> set[int]:
    """Click a cell, land on exactly its images, and relabel two of them."""
    train = person.train_page()
    results = train.page.results
    assert results.details is not None
    assert results.details.record.folder == run
    classes = results.details.record.classes
    row, column = telling_cell(results.details.confusion)
    rect = results.confusion.cell_rect(row, column)
    QTest.mouseClick(results.confusion, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    assert person.window.pages is not None
    assert person.window.pages.shown == "label"
    assert person.window.session is not None
    page = person.window.pages.current
    assert isinstance(page, LabelPage)
    label = PageDriver(page, person.window.session, person.qtbot)
    said = read_predictions(run)
    wanted = {
        name
        for name, each in said.items()
        if (each.truth, each.predicted) == (classes[row], classes[column])
    }
    listed = list(label.page.model.ids)
    assert {sample.name for sample in label.dataset.by_ids(listed)} == wanted
    before = answers_of(label.dataset)
    label.press(Qt.Key.Key_Home)
    label.press("11")
    after = answers_of(label.dataset)
    changed = {each for each in listed if before[each] != after[each]}
    assert changed == set(listed[:2])
    assert {after[each] for each in changed} == {"neutral"}
    return changed


def answers_of(dataset: Dataset) -> dict[int, str | None]:
    return {sample: each.answer for sample, each in dataset.answers("expression").items()}


def samples_of(run: Path) -> set[int]:
    """Everything that a run learned from, chose by or was judged on."""
    split = json.loads((run / "split.json").read_text(encoding="utf-8"))
    return {each for side in ("train", "validation", "test") for each in split[side]}


def look_side_by_side(person: Person, runs: list[Path]) -> None:
    """Compare the runs on the images that all were tested on."""
    train = person.train_page()
    train.page.runs.select(runs)
    train.wait(lambda: train.page.upper.currentWidget() is train.page.compare_view)
    train.settle()
    found = compare(runs)
    assert train.page.compare_view.changed.rowCount() == len(found.changed)
    assert str(found.n) in train.page.compare_view.title.text()


def export(person: Person, run: Path, folder: Path) -> None:
    """Write the model for use elsewhere."""
    train = person.train_page()
    train.page.runs.select([run])
    train.settle()
    train.click(train.page.runs.export_button)
    dialog = train.page.work.dialog
    assert dialog is not None
    dialog.folder.setText(str(folder))
    dialog.name.setText("mine")
    train.click(dialog.export_button)
    standing = person.window.messages
    train.wait(lambda: any("mine.keras" in message.text for message in standing.standing))
    assert (folder / "mine.keras").is_file()


def test_from_a_preset_to_an_exported_model(real_faces: Path, tmp_path: Path, qtbot: Any) -> None:
    def drive(window: MainWindow) -> None:
        person = Person(window, qtbot)
        start_and_label_meanwhile(person)
        whole = train_to_the_end(person)
        relabelled = relabel_from_a_cell(person, whole)
        again = train_to_the_end(person)
        assert relabelled <= samples_of(whole)
        assert samples_of(again) == samples_of(whole) - relabelled
        look_side_by_side(person, [whole, again])
        export(person, again, tmp_path)

    run_main(drive, str(real_faces))
