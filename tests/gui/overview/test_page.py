"""The Overview: what is on the page is what is in the dataset, and its buttons lead on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea

from faceapp.dataset import Changes, Dataset, NewFinding, NewProposal, StoredFace
from faceapp.errors import WorldError
from faceapp.gui.messages import Messages
from faceapp.gui.overview import page as page_module
from faceapp.gui.overview.page import OverviewPage
from faceapp.gui.pages import PAGES
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import Settings
from faceapp.gui.text import number, percent
from faceapp.gui.theme import Theme
from faceapp.gui.widgets.charts import BarList, Chart, ShareRows
from faceapp.gui.workers import JobRunner
from faceapp.jobs import Job

pytestmark = pytest.mark.gui


class Overview:
    """The page in a window of its own."""

    def __init__(self, dataset: Dataset, jobs: JobRunner, qtbot: Any, **services: Any) -> None:
        self.qtbot = qtbot
        self.session = DatasetSession(dataset)
        self.messages = Messages()
        self.it = OverviewPage(self.session, jobs, self.messages, Services(Settings(), **services))
        qtbot.addWidget(self.it)
        self.pages: list[str] = []
        self.imports: list[None] = []
        self.it.page_wanted.connect(self.pages.append)
        self.it.import_wanted.connect(lambda: self.imports.append(None))

    def show(self, width: int = 1280, height: int = 800) -> Overview:
        self.it.resize(width, height)
        self.it.show()
        self.it.activateWindow()
        self.qtbot.waitUntil(self.it.isActiveWindow)
        self.it.activated()
        return self.settle()

    def settle(self) -> Overview:
        self.qtbot.waitUntil(lambda: self.it.idle and not self.it._settling.isActive())
        QApplication.processEvents()
        return self

    @property
    def described(self) -> dict[str, str]:
        """What each card's chart says, by the card's heading."""
        return {
            card.heading: card.content.accessibleDescription() for card in self.it.columns.cards
        }

    def note(self, heading: str) -> str:
        (card,) = [each for each in self.it.columns.cards if each.heading == heading]
        return "\n".join(each.text() for each in card.findChildren(QLabel))

    @property
    def summary(self) -> str:
        return self.it._summary.text()

    def step(self, button: str) -> QPushButton:
        return next(each for each in self.it.steps.buttons if each.text() == button)

    def click(self, button: QPushButton) -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


Build = Callable[..., Overview]


@pytest.fixture
def build(dataset: Dataset, jobs: JobRunner, qtbot: Any, theme: Theme) -> Build:
    return lambda **services: Overview(dataset, jobs, qtbot, **services)


def bars(counts: Mapping[str, int]) -> str:
    """Counts as the study words its shares: happy 35% (12)."""
    total = sum(counts.values())
    return ", ".join(
        f"{name} {percent(count / total if total else 0.0)} ({number(count)})"
        for name, count in counts.items()
    )


def test_shares_in_percent_are_those_of_the_store(
    build: Build, dataset: Dataset, faces: list[int]
) -> None:
    for answer, ids in (("happy", faces[:7]), ("sad", faces[7:9]), ("neutral", faces[9:10])):
        dataset.label(ids, "expression", answer)
    dataset.label(faces[:6], "sex", "male")
    dataset.label(faces[6:11], "sex", "female")
    page = build().show()
    for task in ("expression", "sex"):
        counts = dataset.class_counts(task).counts
        assert page.described[task.capitalize()] == bars(counts)
    assert page.described["Sex"] == "female 45% (5), male 55% (6)"
    assert "10 images labelled" in page.note("Expression")
    assert "2 unlabelled" in page.note("Expression")
    assert page.described["Expression by sex"] == (
        "female (4): neutral 25%, happy 25%, sad 50%; male (6): happy 100%"
    )
    assert (
        page.described["Expression by source"] == "originals (10): neutral 10%, happy 70%, sad 20%"
    )


def test_quarantine_and_proposals_do_not_count(
    build: Build, dataset: Dataset, faces: list[int]
) -> None:
    dataset.label(faces[:4], "expression", "happy")
    dataset.label(faces[4:8], "expression", "sad")
    dataset.quarantine(faces[4:6])
    dataset.propose("expression", [NewProposal(each, "happy") for each in faces[8:]], "model")
    page = build().show()
    assert page.described["Expression"] == "neutral 0% (0), happy 67% (4), sad 33% (2)"
    assert "4 suggestions wait and do not count" in page.note("Expression")
    assert "10 images" in page.summary
    assert "2 in quarantine" in page.summary


def test_an_empty_dataset_says_what_to_do(build: Build) -> None:
    page = build().show()
    (button,) = page.it.empty.buttons
    assert page.it.empty.isVisible()
    assert button.hasFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert page.imports == [None]


def test_a_dataset_that_is_all_in_quarantine_is_not_empty(
    build: Build, dataset: Dataset, faces: list[int]
) -> None:
    dataset.quarantine(faces)
    page = build().show()
    assert not page.it.empty.isVisible()
    assert "12 in quarantine" in page.summary


def test_what_others_change_is_counted_again(
    build: Build, dataset: Dataset, faces: list[int]
) -> None:
    page = build().show()
    page.session.do(None, lambda d: d.label(faces, "expression", "happy"))
    assert not page.it.idle
    page.settle()
    assert page.described["Expression"] == bars(dataset.class_counts("expression").counts)
    page.session.undo()
    page.settle()
    assert "happy 0% (0)" in page.described["Expression"]


def test_while_nobody_looks_nothing_is_counted(
    build: Build, dataset: Dataset, faces: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = build().show()
    counted: list[Dataset] = []
    count = page_module.count_figures

    def watched(dataset: Dataset, job: Job, strengths: Any) -> Any:
        counted.append(dataset)
        return count(dataset, job, strengths)

    monkeypatch.setattr(page_module, "count_figures", watched)
    page.it.hide()
    for each in faces:
        page.session.do(None, lambda d, s=each: d.label([s], "expression", "sad"))
    assert not page.it._settling.isActive()
    page.it.show()
    page.it.activated()
    page.settle()
    assert len(counted) == 1
    assert "sad 100% (12)" in page.described["Expression"]


def test_steps_lead_to_pages(build: Build, dataset: Dataset, faces: list[int]) -> None:
    dataset.label(faces[:5], "expression", "happy")
    page = build().show()
    page.click(page.step("Label"))
    assert page.pages == ["label"]
    assert set(page.pages) <= {entry.name for entry in PAGES}
    page.click(page.step("Import more..."))
    page.click(page.it._import)
    assert page.imports == [None, None]


def test_steps_to_pages_that_are_not_built_are_not_offered(
    build: Build, dataset: Dataset, faces: list[int]
) -> None:
    dataset.label(faces, "expression", "happy")
    dataset.record_findings("blurred", [NewFinding(faces[0], 1.0, 0.5)])
    page = build().show()
    built = {entry.name for entry in PAGES}
    words = [button.text() for button in page.it.steps.buttons]
    assert ("Clean" in words) == ("clean" in built)
    assert ("Train" in words) == ("train" in built)
    assert "Find faces" not in words


def test_faces_are_looked_for_from_here(build: Build, dataset: Dataset, faces: list[int]) -> None:
    def find(folder: Path, _job: Job) -> Changes:
        with Dataset.open(folder) as own:
            one = StoredFace((1, 1, 20, 25), ((1, 1),) * 5, 0.9)
            return own.store_faces({each: [one] for each in faces[:9]} | {faces[9]: []}, "some")

    page = build(find_faces=find).show()
    page.click(page.step("Find faces"))
    page.qtbot.waitUntil(lambda: "Face sizes (shorter side)" in page.described)
    assert "Looked for in 10 of 12 images" in page.note("Face sizes (shorter side)")
    assert "none found in 1" in page.note("Face sizes (shorter side)")
    assert page.described["Face sizes (shorter side)"] == "all 20 px"


def test_what_cannot_be_counted_is_said_and_tried_again(
    build: Build, dataset: Dataset, faces: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise WorldError("the stick is gone")

    page = build()
    with monkeypatch.context() as patch:
        patch.setattr(page_module, "count_figures", fail)
        page.it.show()
        page.it.activated()
        page.qtbot.waitUntil(lambda: bool(page.messages.standing))
    assert page.messages.standing[0].text == "the stick is gone"
    page.it.activated()
    page.settle()
    assert "12 images" in page.summary


def test_raters_have_a_card_where_there_are_several(
    build: Build, dataset: Dataset, faces: list[int]
) -> None:
    for number_, rater in enumerate("abcdefgh"):
        dataset.label(faces[: number_ + 1], "expression", "happy", rater=rater)
    page = build().show()
    assert page.described["Expression by rater"].startswith("h (8): happy 100%; g (7)")
    assert "2 more raters." in page.note("Expression by rater")


def test_the_keyboard_reaches_the_first_step(
    build: Build, dataset: Dataset, faces: list[int]
) -> None:
    page = build().show()
    for _ in range(10):
        if page.it.steps.buttons[0].hasFocus():
            break
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert page.it.steps.buttons[0].hasFocus()
    QTest.keyClick(page.it.steps.buttons[0], Qt.Key.Key_Space)
    assert page.pages == ["label"]


def test_every_chart_and_button_has_a_name(
    build: Build, dataset: Dataset, faces: list[int]
) -> None:
    dataset.label(faces, "expression", "happy")
    page = build().show()
    for card in page.it.columns.cards:
        assert card.content.accessibleDescription()
    charts = page.it.findChildren(Chart)
    assert len(charts) == 3  # images of one size have none
    for chart in charts:
        assert chart.accessibleName()
    for button in page.it.steps.buttons:
        assert button.accessibleName().startswith(f"{button.text()}: ")


@pytest.mark.parametrize("classes", [2, 40])
@pytest.mark.parametrize("zoom", [1.0, 2.0])
@pytest.mark.parametrize("size", [(1024, 640), (1440, 900)])
def test_nothing_is_cut_at_any_size(
    build: Build,
    dataset: Dataset,
    faces: list[int],
    theme: Theme,
    classes: int,
    zoom: float,
    size: tuple[int, int],
) -> None:
    names = [f"a class with a long name {n:02}" for n in range(classes)]
    dataset.add_task("kind of face", names)
    for number_, each in enumerate(faces):
        dataset.label([each], "kind of face", names[number_ % classes])
        dataset.label([each], "expression", "happy")
    theme.set_zoom(zoom)
    page = build().show(*size)
    assert (page.it.width(), page.it.height()) == size
    (scroll,) = page.it.findChildren(QScrollArea)
    content = scroll.widget()
    assert content.width() <= scroll.viewport().width()
    for button in (page.it._import, *page.it.steps.buttons):
        right = button.mapTo(content, QPoint(button.width(), 0)).x()
        assert right <= scroll.viewport().width()
        assert button.width() >= button.minimumSizeHint().width()
    for card in page.it.columns.cards:
        assert card.mapTo(content, QPoint(card.width(), 0)).x() <= scroll.viewport().width()
        if isinstance(card.content, ShareRows):
            assert card.content.height() >= card.content.heightForWidth(card.content.width())
        elif isinstance(card.content, BarList):
            assert card.content.height() >= card.content.sizeHint().height()


def test_cards_stand_in_one_column_where_text_is_large(
    build: Build, dataset: Dataset, faces: list[int], theme: Theme
) -> None:
    dataset.label(faces, "expression", "happy")
    page = build().show(1440, 900)
    assert len({card.x() for card in page.it.columns.cards}) == 2
    theme.set_zoom(2.0)
    page.it.resize(1024, 640)
    QApplication.processEvents()
    assert len({card.x() for card in page.it.columns.cards}) == 1


def test_the_theme_changes_what_is_shown(
    build: Build, dataset: Dataset, faces: list[int], theme: Theme
) -> None:
    theme.set_mode("light")
    page = build().show()
    light = page.it.grab().toImage()
    theme.set_mode("dark")
    QApplication.processEvents()
    assert page.it.grab().toImage() != light
    assert page.it.steps.buttons
