"""The Clean page on planted faults: found, filtered, mended, taken back and remembered."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from clean_page import CleanUnderTest
from faceapp.dataset import Dataset, NewLabel, Query
from faceapp.gui.clean.cleaner import Cleaner
from faceapp.jobs import Job
from held_work import HeldWork

pytestmark = [pytest.mark.gui, pytest.mark.usefixtures("own_home")]

Build = Callable[..., CleanUnderTest]
CTRL = Qt.KeyboardModifier.ControlModifier


def names(page: CleanUnderTest) -> list[str]:
    return [each.files[0] for each in page.shown]


def test_an_empty_dataset_asks_for_images(build: Build, tmp_path: Path) -> None:
    Dataset.create(tmp_path / "empty").close()
    page = build(tmp_path / "empty")
    page.click(page.page.empty.buttons[0])
    assert page.imports == [None]


def test_checks_are_run_from_the_empty_page(build: Build, unchecked_faults: Path) -> None:
    page = build(unchecked_faults)
    assert page.counts == {}
    assert page.page.empty.isVisible()
    check, some = page.page.empty.buttons
    assert check.text() == "Check now"
    assert page.page.focusWidget() is check
    page.click(some)
    dialog = page.page.dialog
    assert dialog is not None
    assert not dialog.run.isEnabled()
    dialog.boxes["blurred"].setChecked(True)
    dialog.boxes["exact_duplicate"].setChecked(True)
    page.click(dialog.run)
    page.settle()
    assert set(page.page.findings.counts) == {"blurred", "exact_duplicate"}
    assert any("blurred" in name for name in names(page))
    assert not page.page.empty.isVisible()
    assert page.page.focusWidget() is page.page.grid
    page.choose("dark")  # not among those that ran
    assert page.page.pane.nothing.isVisible()


def test_enter_pressed_twice_does_not_cancel(
    build: Build, unchecked_faults: Path, cleaner: Cleaner
) -> None:
    held = HeldWork()

    def check(folder: Path, _kinds: Any, job: Job) -> Any:
        held(job)
        return cleaner.check(folder, ["exact_duplicate"], job)

    page = build(unchecked_faults, check=check)
    for _ in range(2):
        focused = page.page.window().focusWidget()
        assert focused is not None
        page.press(Qt.Key.Key_Space, widget=focused)
    assert page.page.findings.running is not None
    held.let_go()
    page.settle()
    assert page.words == ["0 new findings."]


def test_what_was_found_is_there_again_without_looking(build: Build, checked_faults: Path) -> None:
    def never(_folder: Path, _kinds: object, _job: Job) -> Any:
        raise AssertionError("images were opened")

    page = build(checked_faults, check=never)
    assert {"blurred", "dark", "near_duplicate", "unreadable", "no_face"} <= set(page.counts)
    for kind, count in page.counts.items():
        page.choose(kind)
        assert len(page.shown) == count == len(page.page.listing.model.ids)
        assert page.page.shown.found == page.shown[0]


def test_the_reason_tells_value_and_threshold(build: Build, checked_faults: Path) -> None:
    page = build(checked_faults)
    page.choose("dark")
    found = page.shown[0]
    assert f"{found.value:.0%}" in page.page.pane.reason.text() == found.reason
    assert f"{found.threshold:.0%}" in page.page.listing.measured.text()
    assert "22%" in page.page.listing.threshold.accessibleDescription()
    page.choose("unreadable")
    assert page.page.pane.pictures.canvases == []
    assert page.page.pane.remedies.buttons == []  # a file that was refused is no sample


def test_a_class_without_any_image_is_shown_by_its_name(build: Build, checked_faults: Path) -> None:
    page = build(checked_faults)
    page.dataset.add_task("mood", ["glad", "glum"])
    page.dataset.label(page.dataset.sample_ids(), "mood", "glad")
    page.page.findings.check(["small_class"])
    page.settle()
    page.choose("small_class")
    (place,) = [n for n, each in enumerate(page.shown) if each.detail["class"] == "glum"]
    assert page.page.listing.model.file(place) == "glum"
    page.page.grid.select([place], place)
    assert page.page.shown.found == page.shown[place]
    assert page.page.pane.remedies.buttons == []  # of no sample a verdict could be kept


def test_the_slider_filters_at_once_and_is_remembered(build: Build, checked_faults: Path) -> None:
    page = build(checked_faults)
    page.choose("low_contrast")
    few = len(page.shown)
    page.slide_to(0.4)
    more = len(page.shown)
    assert more > few
    assert page.counts["low_contrast"] == more
    assert page.page.listing.usual.isVisible()
    assert all(found.value < found.threshold for found in page.shown)
    page.qtbot.waitUntil(lambda: len(page.dataset.findings("low_contrast")) == more)
    (kept,) = page.dataset.thresholds().values()
    assert kept == page.page.listing.threshold.threshold
    again = build(page.dataset.folder)
    again.choose("low_contrast")
    assert len(again.shown) == more
    again.press(Qt.Key.Key_Home, widget=again.page.listing.threshold)
    assert len(again.shown) == few
    again.qtbot.waitUntil(lambda: again.dataset.thresholds() == {})


def test_quarantine_one_a_selection_and_all(build: Build, checked_faults: Path) -> None:
    page = build(checked_faults)
    page.choose("low_contrast")
    page.slide_to(0.4)
    all_of_them = page.shown
    assert len(all_of_them) > 4
    page.press(Qt.Key.Key_Home)
    page.press("q")
    assert page.dataset.sample_ids(Query(quarantined=True)) == [all_of_them[0].samples[0]]
    assert page.shown == all_of_them[1:]
    assert page.page.shown.found == all_of_them[1]
    page.press(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert page.page.pane.remedies.buttons[-1].text() == "Quarantine: 2"
    page.press("q")
    assert page.shown == all_of_them[3:]
    page.press("a", CTRL)
    page.press("q")
    assert page.shown == []
    assert page.page.pane.nothing.isVisible()
    assert page.dataset.count(Query(quarantined=True)) == len(all_of_them)
    page.session.undo()
    assert page.shown == all_of_them[3:]
    page.session.undo()
    assert page.shown == all_of_them[1:]
    assert page.page.shown.selected() == all_of_them[1:3]  # what came back is seen
    page.session.undo()
    assert page.shown == all_of_them
    assert page.dataset.count(Query(quarantined=True)) == 0


def test_what_is_in_quarantine_is_no_finding_of_any_kind(
    build: Build, checked_faults: Path
) -> None:
    page = build(checked_faults)
    page.choose("no_face")
    before = page.counts
    (sample,) = page.shown[0].samples
    page.dataset.quarantine([sample])
    page.session.reload()
    assert sample not in [each for found in page.shown for each in found.samples]
    assert page.counts["no_face"] == before["no_face"] - 1
    page.dataset.restore([sample])
    page.session.reload()
    assert page.counts == before


def test_no_fault_is_remembered_for_ever(build: Build, checked_faults: Path) -> None:
    page = build(checked_faults)
    page.choose("dark")
    first, *rest = page.shown
    page.press("1")
    assert page.shown == rest
    page.check("dark")
    assert page.shown == rest
    assert first.samples[0] in page.dataset.sample_ids()
    page.session.undo()
    assert page.shown == [first, *rest]


def test_the_best_of_a_family_is_kept(build: Build, checked_faults: Path) -> None:
    page = build(checked_faults)
    page.choose("near_duplicate")
    family = page.shown[0]
    assert len(page.page.pane.pictures.canvases) == min(len(family.samples), 5)
    assert page.page.pane.pictures.canvases[0].sample.id == family.samples[0]  # type: ignore[union-attr]
    page.press("2")
    assert page.dataset.sample_ids(Query(quarantined=True)) == sorted(family.samples[1:])
    assert family not in page.shown
    page.session.undo()
    assert family in page.shown
    page.press("1")
    assert family not in page.shown
    assert page.dataset.count(Query(quarantined=True)) == 0


def test_raters_who_contradict_are_decided_by_a_key(build: Build, checked_faults: Path) -> None:
    page = build(checked_faults)
    answers = page.dataset.answers("expression")
    sample, given = next(iter(answers.items()))
    other = "sad" if given.answer != "sad" else "happy"
    labels = [NewLabel(sample, other, rater) for rater in ("a", "b")]
    page.dataset.add_labels("expression", labels)
    page.check("contradicting_raters")
    page.choose("contradicting_raters")
    (found,) = page.shown
    assert found.samples == (sample,)
    keep, first, second, *_ = page.page.pane.remedies.buttons
    assert (keep.text(), first.text()) == ("No fault", other)
    assert second.text() == given.answer
    page.press("3")
    assert page.dataset.answers("expression")[sample].answer == given.answer
    assert page.shown == []
    page.session.undo()
    assert page.shown == [found]
    page.dataset.label([sample], "expression", other)
    page.session.reload()
    assert page.shown == []  # decided elsewhere


def test_faces_are_cropped_and_split(build: Build, checked_faults: Path) -> None:
    page = build(checked_faults)
    page.choose("several_faces")
    (found,) = page.shown[:1]
    before = page.dataset.count()
    page.press("3")
    page.qtbot.waitUntil(lambda: found not in page.shown)
    page.settle()
    assert page.dataset.count() == before + 1
    assert "2 images came in since" in page.page.kinds.state.text()
    page.session.undo()
    assert page.shown[0] == found
    page.choose("aspect")
    banner = page.shown[0]
    page.press("2")
    page.qtbot.waitUntil(lambda: banner not in page.shown)
    (whole,) = page.dataset.sample_ids(Query(quarantined=True))
    assert whole == banner.samples[0]


def test_findings_lead_to_the_label_page(build: Build, checked_faults: Path) -> None:
    page = build(checked_faults)
    page.choose("near_duplicate")
    family = page.shown[0]
    page.press("l")
    page.press("a", CTRL)
    page.click(page.page.pane.to_label)
    (one, words), (every, _) = page.wanted
    assert one == list(family.samples)
    assert words == "Near-duplicates"
    assert set(every) == {sample for found in page.shown for sample in found.samples}


def test_checking_again_tells_what_changed(build: Build, checked_faults: Path) -> None:
    page = build(checked_faults)
    page.choose("unreadable")
    sample = page.dataset.sample(page.dataset.sample_ids()[0])
    path = page.dataset.image_path(sample)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    page.press(Qt.Key.Key_F5, CTRL)
    page.settle()
    assert sample.name in names(page)
    (words,) = page.words
    assert words.startswith("1 new finding.")


def test_checks_that_fail_say_so_and_can_be_tried_again(
    build: Build, unchecked_faults: Path, cleaner: Cleaner
) -> None:
    tries: list[None] = []

    def check(folder: Path, kinds: Any, job: Job) -> Any:
        tries.append(None)
        if len(tries) == 1:
            raise OSError("The disk is full.")
        return cleaner.check(folder, ["exact_duplicate"], job)

    page = build(unchecked_faults, check=check)
    page.press(Qt.Key.Key_F5, widget=page.page)
    page.settle()
    assert page.words == ["The disk is full."]
    (again,) = page.page.empty.buttons
    page.click(again)
    page.settle()
    assert page.words == ["0 new findings."]
    assert page.page.findings.counts == {"exact_duplicate": 0}


def test_checks_can_be_cancelled(build: Build, unchecked_faults: Path) -> None:
    def check(_folder: Path, _kinds: Any, job: Job) -> Any:
        while True:
            job.step("Measuring images", 1, 4)

    page = build(unchecked_faults, check=check)
    page.click(page.page.kinds.check)
    page.qtbot.waitUntil(lambda: "25%" in page.page.kinds.working.words.text())
    page.click(page.page.kinds.working.cancel)
    page.settle()
    assert page.page.findings.running is None
    assert page.page.empty.buttons[0].text() == "Check now"


def test_the_report_is_written_where_one_says(
    build: Build, checked_faults: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faceapp.gui.clean.reporting.choose_folder", lambda *_: tmp_path / "out")
    page = build(checked_faults)
    page.choose("dark")
    page.press("q")
    page.press("r", CTRL | Qt.KeyboardModifier.ShiftModifier)
    page.qtbot.waitUntil(lambda: bool(page.words))
    assert (tmp_path / "out" / "cleaning.html").is_file()
    text = (tmp_path / "out" / "cleaning.json").read_text(encoding="utf-8")
    assert '"acted": 1' in text
    shutil.rmtree(tmp_path / "out")


def test_keys_walk_through_the_kinds(build: Build, checked_faults: Path) -> None:
    page = build(checked_faults)
    first = page.page.findings.kind
    page.press(Qt.Key.Key_PageDown, CTRL)
    page.press(Qt.Key.Key_PageUp, CTRL)
    assert page.page.findings.kind == first
    assert {"Q", "L", "1", "2", "3", "U"} <= {key for key, _ in page.page.page_keys()}
