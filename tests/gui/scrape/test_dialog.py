"""Finding images through the dialog: the real scraper against image sites on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine_answers import CONSENT, UNKNOWN
from faceapp.dataset import Dataset, Query
from faceapp.faces import FaceDetector
from faceapp.gui.messages import Messages
from faceapp.gui.scrape.dialog import ScrapeDialog
from faceapp.gui.scrape.phrase_model import Column
from faceapp.gui.scrape.run import Stage
from faceapp.gui.session import DatasetSession
from faceapp.gui.workers import JobRunner
from faceapp.scraping.phrases import own_table, read_phrases
from faceapp.services.scraping import Scraper
from fake_web import FakeWeb, Say, fake_web
from held_work import wait_for_jobs
from image_sites import ImageSites
from portraits import count_faces, portrait
from scrape_dialog import DialogDriver, let_go

pytestmark = pytest.mark.gui

Open = Callable[..., DialogDriver]


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with fake_web() as running:
        yield running


@pytest.fixture
def sites(web: FakeWeb) -> ImageSites:
    return ImageSites(web)


@pytest.fixture(autouse=True)
def drawn_stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawn pictures' faces are counted, not detected; tests/e2e has real ones."""
    monkeypatch.setattr(FaceDetector, "detect", lambda _self, pixels: count_faces(pixels))


@pytest.fixture
def heard() -> list[tuple[str, object]]:
    return []


@pytest.fixture
def open_dialog(
    dataset: Dataset,
    jobs: JobRunner,
    sites: ImageSites,
    qtbot: Any,
    heard: list[tuple[str, object]],
) -> Iterator[Open]:
    """Opens the dialog on the dataset; it is taken down afterwards."""
    made: list[ScrapeDialog] = []

    def make(scraper: Scraper | None = None) -> DialogDriver:
        session = DatasetSession(dataset)
        dialog = ScrapeDialog(session, jobs, (scraper or sites.scraper()).work())
        session.setParent(dialog)
        dialog.review_wanted.connect(lambda task: heard.append(("review", task)))
        dialog.problem.connect(lambda error: heard.append(("problem", error)))
        made.append(dialog)
        dialog.show_task("")
        dialog.show()
        qtbot.waitExposed(dialog)
        return DialogDriver(dialog, qtbot)

    yield make
    jobs.close()
    wait_for_jobs()
    for dialog in made:
        let_go(dialog)


def sad_faces(sites: ImageSites, count: int, first: int = 0, host: str = "img.test") -> list[str]:
    return sites.put_images(host, [portrait(first + n) for n in range(count)], f"sad{first}")


def ask_for_sad(driver: DialogDriver, goal: int, *phrases: str) -> None:
    driver.tick_classes("sad")
    driver.set_goal(goal)
    driver.keep_phrases(*(phrases or ("sad face",)))


def test_it_begins_with_classes_phrases_and_a_plan(open_dialog: Open) -> None:
    driver = open_dialog()
    set_up = driver.set_up
    assert [set_up.task.itemText(n) for n in range(set_up.task.count())] == ["expression", "sex"]
    assert "queries for 8 classes" in set_up.summary.text()
    ask_for_sad(driver, 40)
    assert set_up.summary.text() == (
        "1 query for 1 class: up to 40 images, the smallest class first."
    )
    assert set_up.start.isEnabled()


def test_what_is_missing_is_said_and_nothing_starts(open_dialog: Open) -> None:
    driver = open_dialog()
    set_up = driver.set_up
    driver.tick_sites()
    assert set_up.summary.text() == "Tick at least one site."
    driver.tick_sites("yahoo")
    driver.click(set_up.table.none)
    assert set_up.summary.text() == "Tick at least one phrase."
    driver.click(set_up.table.all)
    driver.tick_classes()
    assert set_up.summary.text() == "Tick at least one class."
    assert set_up.table.empty.isVisible()
    driver.tick_classes("sad")
    set_up.conditions.licence.setCurrentIndex(1)
    assert set_up.summary.text().startswith("Yahoo Images cannot be asked")
    assert not set_up.start.isEnabled()


def test_what_is_found_comes_into_the_tray_and_waits_for_review(
    open_dialog: Open, sites: ImageSites, dataset: Dataset, heard: list[tuple[str, object]]
) -> None:
    urls = sad_faces(sites, 4)
    web = sites.web
    junk = [
        web.put("img.test", "/page.jpg", b"<html></html>"),
        web.put("img.test", "/crowd.jpg", portrait(50, faces=3)),
        web.put("img.test", "/again.jpg", portrait(0)),
    ]
    sites.answer("yahoo", "sad face", urls + junk)
    driver = open_dialog()
    ask_for_sad(driver, 40)
    driver.run_to_end()
    tray = driver.tray
    assert driver.dialog.run is not None
    assert driver.dialog.run.stage is Stage.DONE
    assert tray.headline.text() == "Done: expression"
    assert tray.pace.text() == "4 of 40 kept"
    assert tray.reasons.text() == "not an image 1, several faces 1, same file 1"
    assert tray.queries.data(tray.queries.index(0, 2)) == "4 of 7"
    assert tray.queries.data(tray.queries.index(0, 3)) == "no more results"
    assert [cell.judged.class_name for cell in tray.model.cells] == ["sad"] * 4
    assert {p.origin for p in dataset.proposals("expression")} == {"query"}
    driver.click(tray.refused)
    assert [cell.judged.outcome for cell in tray.model.cells] == [
        "not_image",
        "several_faces",
        "duplicate_bytes",
    ]
    assert tray.model.cells[1].judged.picture
    driver.wait(lambda: driver.dialog.idle)
    assert tray.review.text() == "Review 4"
    driver.click(tray.review)
    assert heard == [("review", "expression")]


def test_the_deselected_are_set_aside_and_can_be_kept_again(
    open_dialog: Open, sites: ImageSites, dataset: Dataset
) -> None:
    sites.answer("yahoo", "sad face", sad_faces(sites, 3))
    driver = open_dialog()
    ask_for_sad(driver, 3)
    driver.run_to_end()
    tray = driver.tray
    tray.view.setCurrentIndex(tray.model.index(1))
    QTest.keyClick(tray.view, Qt.Key.Key_Q)
    assert dataset.sample_ids(Query(quarantined=True)) == [tray.model.cells[1].sample]
    assert tray.review.text() == "Review 2"
    assert tray.aside.text() == "Keep again"
    driver.click(tray.aside)
    assert dataset.count(Query(quarantined=True)) == 0
    assert tray.review.text() == "Review 3"


def test_pause_holds_and_resume_goes_on(open_dialog: Open, sites: ImageSites) -> None:
    sites.answer("yahoo", "sad face", sad_faces(sites, 30))
    driver = open_dialog(replace(sites.scraper(), delay=0.1))
    ask_for_sad(driver, 30)
    driver.start()
    run = driver.dialog.run
    assert run is not None
    driver.wait(lambda: run.kept >= 1)
    driver.click(driver.tray.pause)
    assert run.stage is Stage.PAUSED
    assert driver.tray.pause.text() == "Resume"
    driver.click(driver.tray.pause)
    kept = run.kept
    driver.wait(lambda: run.kept > kept)
    driver.click(driver.tray.stop)
    driver.wait(lambda: not run.running)
    assert run.stage is Stage.STOPPED


def test_a_stopped_search_goes_on_where_it_was(
    open_dialog: Open, sites: ImageSites, dataset: Dataset
) -> None:
    sites.answer("yahoo", "sad face", sad_faces(sites, 12))
    driver = open_dialog(replace(sites.scraper(), delay=0.1))
    ask_for_sad(driver, 12)
    driver.start()
    run = driver.dialog.run
    assert run is not None
    driver.wait(lambda: run.kept >= 2)
    driver.click(driver.tray.stop)
    driver.wait(lambda: not run.running)
    assert 2 <= run.kept < 12

    again = open_dialog()  # as after a restart: everything it knows is in the dataset
    assert again.set_up.unfinished.isVisible()
    assert f"{run.kept} of 12 images kept" in again.set_up.resume_words.text()
    again.click(again.set_up.resume)
    again.wait(lambda: again.dialog.run is not None and not again.dialog.run.running)
    assert again.tray.pace.text() == "12 of 12 kept"
    assert again.tray.model.kept == 12
    assert dataset.count() == 12


def test_closing_stops_nothing_and_opening_again_shows_it(
    open_dialog: Open, sites: ImageSites, jobs: JobRunner
) -> None:
    sites.answer("yahoo", "sad face", sad_faces(sites, 6))
    driver = open_dialog(replace(sites.scraper(), delay=0.05))
    ask_for_sad(driver, 6)
    driver.start()
    run = driver.dialog.run
    assert run is not None
    driver.dialog.close()
    assert [each.title for each in jobs.running] == ["Finding images: expression"]
    driver.wait(lambda: not run.running)
    driver.dialog.show_task()
    driver.dialog.show()
    assert driver.tray.pace.text() == "6 of 6 kept"
    assert driver.tray.model.kept == 6


def test_trouble_is_said_in_words_and_other_sites_offered(
    open_dialog: Open, sites: ImageSites
) -> None:
    sites.answer("yahoo", "sad face", Say(UNKNOWN["yahoo"].encode()))
    sites.answer("bing", "sad face", Say(CONSENT["bing"].encode()))
    sites.answer("openverse", "sad face", sad_faces(sites, 2))
    driver = open_dialog()
    driver.tick_sites("yahoo", "bing")
    ask_for_sad(driver, 2)
    driver.run_to_end()
    tray = driver.tray
    states = [tray.queries.data(tray.queries.index(line, 3)) for line in range(2)]
    assert states == ["unknown layout", "asks for consent"]
    assert "The page is kept in" in tray.trouble_words.text()
    assert "asks a person to agree first" in tray.trouble_words.text()
    assert tray.empty.isVisible()
    driver.click(tray.elsewhere)
    ticked = {name for name, box in driver.set_up.places.boxes.items() if box.isChecked()}
    assert ticked == {"openverse", "commons"}
    assert [row.text for row in driver.set_up.table.model.chosen] == ["sad face"]
    driver.run_to_end()
    assert driver.tray.pace.text() == "2 of 2 kept"


def test_search_sites_are_agreed_to_once(
    open_dialog: Open, sites: ImageSites, tmp_path: Path
) -> None:
    driver = open_dialog(sites.scraper(at_home=True))
    ask_for_sad(driver, 2)
    assert driver.set_up.agreement.isVisible()
    assert "Yahoo Images is made for people" in driver.set_up.notice.text()
    assert not driver.set_up.start.isEnabled()
    driver.tick_sites("openverse")
    assert not driver.set_up.agreement.isVisible()
    driver.tick_sites("yahoo")
    driver.click(driver.set_up.agree)
    driver.run_to_end()
    assert sites.web.asked == []  # the names of the real sites lead nowhere in here
    assert driver.tray.queries.data(driver.tray.queries.index(0, 3)) == "did not answer"
    driver.click(driver.tray.back)
    driver.wait(lambda: driver.dialog.stack.currentWidget() is driver.set_up)
    assert not driver.set_up.agreement.isVisible()


def test_phrases_of_ones_own_are_kept(open_dialog: Open, sites: ImageSites) -> None:
    driver = open_dialog()
    driver.tick_classes("sad")
    table = driver.set_up.table
    QTest.keyClicks(table.new_text, "crying clown")
    QTest.keyClick(table.new_text, Qt.Key.Key_Return)
    (own,) = read_phrases(own_table())
    assert (own.task, own.class_name, own.language, own.text, own.gloss) == (
        "expression",
        "sad",
        "en",
        "crying clown",
        "crying clown",
    )
    again = open_dialog()
    again.tick_classes("sad")
    texts = [row.text for row in again.set_up.table.model.chosen]
    assert "crying clown" in texts
    view = again.set_up.table.view
    view.selectRow(texts.index("crying clown"))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert read_phrases(own_table()) == ()


def test_an_edited_phrase_becomes_ones_own(open_dialog: Open) -> None:
    driver = open_dialog()
    driver.tick_classes("sad")
    model = driver.set_up.table.model
    assert model.setData(model.index(0, Column.TEXT), "sad old face")
    assert [each.text for each in read_phrases(own_table())] == ["sad old face"]
    assert not model.setData(model.index(0, Column.TEXT), "  ")


def test_the_studys_queries_are_a_preset(open_dialog: Open) -> None:
    driver = open_dialog()
    for box in driver.set_up.classes.boxes.values():
        assert box.isChecked()
    driver.click(driver.set_up.table.study)
    chosen = driver.set_up.table.model.chosen
    assert chosen
    assert {row.preset for row in chosen} == {"study"}


def test_earlier_yields_stand_beside_the_phrases(
    open_dialog: Open, sites: ImageSites, dataset: Dataset
) -> None:
    urls = [*sad_faces(sites, 3), sites.web.put("img.test", "/x.jpg", b"nothing")]
    sites.answer("yahoo", "sad face", urls)
    driver = open_dialog()
    ask_for_sad(driver, 40)
    assert driver.set_up.table.view.isColumnHidden(Column.FOUND)
    driver.run_to_end()
    dataset.accept([each.id for each in dataset.proposals("expression")][:2])
    driver.click(driver.tray.back)
    driver.wait(lambda: driver.dialog.stack.currentWidget() is driver.set_up)
    model = driver.set_up.table.model
    line = next(n for n in range(model.rowCount()) if model.row_at(n).text == "sad face")
    shown = [model.data(model.index(line, column)) for column in tuple(Column)[Column.FOUND :]]
    assert shown == ["4", "3", "3", "2"]
    assert driver.set_up.classes.lacking("sad") == 37


def test_addresses_of_ones_own(open_dialog: Open, sites: ImageSites, dataset: Dataset) -> None:
    urls = sad_faces(sites, 3)
    driver = open_dialog()
    set_up = driver.set_up
    set_up.places.way.setCurrentIndex(set_up.places.way.findData("urls"))
    assert set_up.summary.text() == "Write at least one address."
    set_up.addresses.text.setPlainText("\n".join(urls))
    set_up.addresses.class_name.setCurrentText("angry")
    driver.run_to_end()
    assert driver.tray.model.kept == 3
    assert {each.answer for each in dataset.proposals("expression")} == {"angry"}


def test_a_broken_phrase_table_is_said_with_a_way_on(open_dialog: Open) -> None:
    own_table().parent.mkdir(parents=True, exist_ok=True)
    own_table().write_text("nonsense\n", encoding="utf-8")
    driver = open_dialog()
    assert driver.dialog.stack.currentWidget() is driver.dialog.empty
    own_table().unlink()
    (again,) = driver.dialog.empty.buttons
    driver.wait(again.isVisible)
    driver.click(again)
    driver.wait(lambda: driver.dialog.stack.currentWidget() is driver.set_up)


def test_everything_can_be_reached_and_has_a_name(open_dialog: Open, messages: Messages) -> None:
    driver = open_dialog()
    set_up = driver.set_up
    for widget in (
        set_up.task,
        set_up.goal,
        set_up.languages,
        set_up.table.view,
        set_up.table.new_text,
        set_up.places.way,
        set_up.addresses.text,
    ):
        assert widget.accessibleName(), widget
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert messages.standing == ()
