"""A person cleans a dataset in the running program: the store holds exactly what was done."""

from __future__ import annotations

import random
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clean_page import CleanDriver
from cleaning_faults import FAULTS, plant
from faceapp import services
from faceapp.dataset import Dataset, Query
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.gui.clean.page import CleanPage
from faceapp.gui.main_window import MainWindow
from faceapp.services.cleaning import make_cleaner
from faceapp.training.recipes import recipe_named
from main_program import run_main

pytestmark = [pytest.mark.gui, pytest.mark.slow]

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
REVIEWED, FLIPPED = 20, 35


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """Drawn people, 35 of their labels flipped, and a fault of each kind."""
    from faceapp.demo_faces import draw_demo_faces

    faces = draw_demo_faces(tmp_path / "drawn", identities=14, size=160).folder
    for number, image in enumerate(sorted(faces.glob("*_001.jpg"))):
        if number < len(FAULTS):
            plant(image, faces, list(FAULTS)[number])
    folder = tmp_path / "dataset"
    options = ImportOptions(
        task="expression",
        csv=faces / "labels.csv",
        label_column="expression",
        group_column="person",
    )
    with Dataset.create(folder) as dataset:
        import_images(dataset, faces, options)
        answers = {s: a.answer for s, a in dataset.answers("expression").items()}
        chance = random.Random(0)
        names = sorted({answer for answer in answers.values() if answer})
        for sample in chance.sample(sorted(answers), FLIPPED):
            others = [name for name in names if name != answers[sample]]
            dataset.label([sample], "expression", chance.choice(others))
    return folder


class Cleaner(CleanDriver):
    """Somebody at the Clean page of the running program."""

    def __init__(self, window: MainWindow, qtbot: Any) -> None:
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        QTest.keyClick(window, Qt.Key.Key_3, ALT)
        assert window.pages is not None
        page = window.pages.current
        assert isinstance(page, CleanPage)
        self.window = window
        super().__init__(page, window.pages.session, qtbot)

    def undo(self) -> None:
        QTest.keyClick(self.window, Qt.Key.Key_Z, CTRL)

    def answer(self, sample: int) -> str | None:
        return self.dataset.answers("expression", quarantined=None)[sample].answer


def slide_and_quarantine(person: Cleaner) -> None:
    """More under a moved threshold; all of it set aside, and taken back."""
    person.choose("low_contrast")
    few = person.shown
    person.slide_to(0.3)
    more = person.shown
    assert len(more) > len(few) > 0
    person.press("a", CTRL)
    person.press("q")
    assert person.shown == []
    gone = {sample for found in more for sample in found.samples}
    assert set(person.dataset.sample_ids(Query(quarantined=True))) == gone
    person.undo()
    assert person.shown == more
    assert person.dataset.count(Query(quarantined=True)) == 0


def review(person: Cleaner) -> dict[int, str | None]:
    """Twenty suspected labels by one key each; returns what each sample must now be answered."""
    person.choose("wrong_label")
    expected: dict[int, str | None] = {}
    waiting = len(person.shown)
    assert waiting >= REVIEWED
    for number in range(REVIEWED):
        found = person.page.shown.found
        assert found is not None
        assert found.value <= person.shown[-1].value  # the worst first
        now, suggested, *_ = person.page.pane.doubt.lines
        assert now.name == person.answer(found.samples[0]) == found.detail["label"]
        assert suggested.share == found.detail["confidence"]
        key = "122uq"[number % 5]
        outcome = {"1": now.name, "2": suggested.name, "u": None, "q": now.name}
        expected[found.samples[0]] = outcome[key]
        person.press(key)
        assert len(person.shown) == waiting - number - 1
    return expected


def test_a_dataset_is_cleaned_by_keys(
    faulty: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = recipe_named("quick").with_settings({"size": "64", "epochs": "60"})
    monkeypatch.setattr(services, "make_cleaner", partial(make_cleaner, quick))
    done: dict[str, Any] = {}

    def first_day(window: MainWindow) -> None:
        person = Cleaner(window, qtbot)
        assert person.page.empty.buttons[0].text() == "Check now"
        QTest.keyClick(person.page.empty.buttons[0], Qt.Key.Key_Space)
        assert person.page.findings.running is not None
        person.settle()
        assert {"near_duplicate", "no_face", "wrong_label"} <= set(person.counts)
        slide_and_quarantine(person)
        done["expected"] = review(person)
        done["aside"] = person.dataset.sample_ids(Query(quarantined=True))
        assert len(done["aside"]) == REVIEWED // 5

    def second_day(window: MainWindow) -> None:
        person = Cleaner(window, qtbot)
        assert {s: person.answer(s) for s in done["expected"]} == done["expected"]
        before = {found.samples for found in person.shown}
        person.press(Qt.Key.Key_F5)
        person.settle()
        person.choose("wrong_label")
        again = {found.samples[0] for found in person.shown}
        kept = [s for s, answer in done["expected"].items() if person.answer(s) == answer]
        right = set(kept[0::5]) | set(done["aside"])  # "the label is right", and set aside
        assert not again & right
        assert before
        assert any("new finding" in words for words in person.words)

    run_main(first_day, str(faulty))
    run_main(second_day, str(faulty))
    shutil.rmtree(faulty)
