"""A person searches for faces through the dialog, reviews them and labels them: real clicks."""

from __future__ import annotations

import csv
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

import faceapp.services
from faceapp.dataset import Dataset, Query
from faceapp.gui.label.page import LabelPage
from faceapp.gui.main_window import MainWindow
from faceapp.gui.scrape.phrase_model import Column
from faceapp.gui.scrape.run import Stage
from faceapp.scraping.credits import credits_of
from faceapp.scraping.phrases import shipped_phrases
from fake_web import fake_web
from image_sites import ImageSites
from label_page import PageDriver
from main_program import run_main
from scrape_dialog import DialogDriver

pytestmark = pytest.mark.gui

WORDS = {
    "neutral": "neutral",
    "happy": "happiness",
    "sad": "sadness",
    "angry": "anger",
    "surprised": "surprise",
}
LANGUAGES = ("en", "es", "fr", "de")
GOAL = 8  # images a class
A_QUERY = 4


def phrases_by_class() -> dict[str, list[str]]:
    """The first phrase of every class in every language."""
    found: dict[tuple[str, str], str] = {}
    for phrase in shipped_phrases():
        found.setdefault((phrase.class_name, phrase.language), phrase.text)
    return {name: [found[name, language] for language in LANGUAGES] for name in WORDS}


@pytest.fixture
def sites(face_data: Path) -> Iterator[ImageSites]:
    """Yahoo answers every phrase with real faces of its class, and with junk among them."""
    faces: dict[str, list[str]] = defaultdict(list)
    with (face_data / "labels.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            faces[row["emotion"].lower()].append(row["image"])
    with fake_web() as web:
        made = ImageSites(web)
        for name, phrases in phrases_by_class().items():
            files = iter(faces[WORDS[name]])
            for number, phrase in enumerate(phrases):
                images = [(face_data / "images" / next(files)).read_bytes() for _ in range(A_QUERY)]
                images += [b"<html>not here</html>", images[0], images[1][:2000]]
                urls = made.put_images(f"host{number}.test", images, f"{name}{number}")
                private = "http://private.test/inside.jpg"
                made.answer("yahoo", phrase, [*urls, private])
        yield made


class Searcher:
    """Somebody at the running program who wants more faces."""

    def __init__(self, window: MainWindow, qtbot: Any) -> None:
        self.window = window
        self.qtbot = qtbot

    @property
    def dataset(self) -> Dataset:
        assert self.window.session is not None
        return self.window.session.dataset

    def open_dialog(self) -> DialogDriver:
        """File > Find images..., by its key."""
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)
        QTest.keyClick(self.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        assert self.window.pages is not None
        dialog = self.window.pages.finding
        assert dialog is not None
        self.qtbot.waitUntil(dialog.isVisible)
        return DialogDriver(dialog, self.qtbot)

    def offered_by_empty_pages(self) -> list[str]:
        """What Overview and Label offer while there is no image."""
        assert self.window.pages is not None
        self.window.show_page("overview")
        overview: Any = self.window.pages.current
        self.qtbot.waitUntil(lambda: overview.idle)
        self.window.show_page("label")
        label: Any = self.window.pages.current
        self.qtbot.waitUntil(lambda: label.idle)
        empty = (overview.empty, label.browser.empty)
        return [button.text() for each in empty for button in each.buttons]

    def search(self) -> None:
        """Five classes by four languages; closed on the way and opened again."""
        driver = self.open_dialog()
        driver.tick_classes(*WORDS)
        driver.tick_languages(*LANGUAGES)
        driver.set_goal(GOAL)
        driver.keep_phrases(*(text for each in phrases_by_class().values() for text in each))
        assert driver.set_up.summary.text() == (
            f"20 queries for 5 classes: up to {5 * GOAL} images, the smallest class first."
        )
        driver.start()
        run = driver.dialog.run
        assert run is not None
        driver.wait(lambda: run.kept >= 3)
        driver.dialog.close()
        assert [row.title.text() for row in self.window.strip.rows] == [
            "Finding images: expression"
        ]
        driver = self.open_dialog()
        driver.wait(lambda: not run.running)
        assert run.stage is Stage.DONE
        assert driver.tray.pace.text() == f"{5 * GOAL} of {5 * GOAL} kept"
        assert set(driver.tray.model.outcomes) >= {"not_image", "duplicate_bytes"}
        self.set_one_aside(driver)
        driver.click(driver.tray.review)

    def set_one_aside(self, driver: DialogDriver) -> None:
        view = driver.tray.view
        place = view.visualRect(driver.tray.model.index(2)).center()
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place
        )
        driver.click(driver.tray.aside)
        assert driver.tray.review.text() == f"Review {5 * GOAL - 1}"

    def review(self) -> dict[str, int]:
        """Accept most proposals, correct one, refuse one; how many each class has then."""
        assert self.window.pages is not None
        label = self.window.pages.current
        assert isinstance(label, LabelPage)
        page = PageDriver(label, self.window.pages.session, self.qtbot)
        page.settle()
        listed = list(label.model.ids)
        assert len(listed) == 5 * GOAL - 1
        proposed = {each.sample: each.answer for each in self.dataset.proposals("expression")}
        expected = Counter(proposed[sample] for sample in listed)
        page.press("2")  # that one is happy
        page.press(Qt.Key.Key_Backspace)
        for _ in listed[2:]:
            page.press(Qt.Key.Key_Space)
        expected.subtract([proposed[listed[0]], proposed[listed[1]]])
        expected["happy"] += 1
        return dict(expected)


@pytest.mark.faces
def test_five_classes_by_four_languages(
    sites: ImageSites, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faceapp.services, "Scraper", sites.scraper)
    folder = tmp_path / "faces"
    Dataset.create(folder).close()
    done: dict[str, int] = {}

    def search_and_review(window: MainWindow) -> None:
        person = Searcher(window, qtbot)
        assert person.offered_by_empty_pages() == ["Import images...", "Find images..."] * 2
        person.search()
        done.update(person.review())
        driver = person.open_dialog()
        driver.click(driver.tray.back)
        driver.wait(lambda: driver.dialog.stack.currentWidget() is driver.set_up)
        driver.tick_classes(*WORDS)  # those with enough are not ticked by themselves
        model = driver.set_up.table.model
        accepted = sum(
            int(model.data(model.index(line, Column.ACCEPTED)) or 0)
            for line in range(model.rowCount())
        )
        assert accepted == 5 * GOAL - 3

    run_main(search_and_review, str(folder))
    with Dataset.open(folder) as dataset:
        counts = dataset.class_counts("expression").counts
        assert {name: counts[name] for name in WORDS} == done
        assert dataset.count(Query(quarantined=True)) == 1
        samples = dataset.samples(Query(quarantined=None))
        assert len({each.sha256 for each in samples}) == len(samples) == 5 * GOAL
        assert {each.provenance["language"] for each in samples} <= set(LANGUAGES)
        assert len(credits_of(dataset)) == len(samples)
    assert set(sites.web.dialled) == {"127.0.0.1"}


def test_a_small_class_on_the_overview_leads_to_the_dialog(
    tmp_path: Path, drawn_dataset: Path, qtbot: Any
) -> None:
    def follow_the_step(window: MainWindow) -> None:
        assert window.pages is not None
        window.show_page("overview")
        page: Any = window.pages.current
        qtbot.waitUntil(lambda: page.idle)
        button = next(each for each in page.steps.buttons if each.text() == "Find images...")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        dialog = window.pages.finding
        assert dialog is not None
        driver = DialogDriver(dialog, qtbot)
        assert driver.set_up.task.currentText() in {"expression", "sex"}
        assert driver.set_up.classes.chosen
        window.close_dataset()
        assert not dialog.isVisible()

    copy = Path(shutil.copytree(drawn_dataset, tmp_path / "drawn"))
    run_main(follow_the_step, str(copy))
