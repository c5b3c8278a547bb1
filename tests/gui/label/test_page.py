"""The Label page driven by keys and mouse: the dataset holds what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QTabBar,
)

from faceapp.dataset import Dataset, NewFinding, NewLabel, NewProposal, Query, StoredFace
from faceapp.gui.label import labelling
from faceapp.gui.label.filters import Choice, Facet, Sort
from faceapp.gui.samples.face_edit import face_in
from faceapp.gui.widgets.class_button import Standing
from label_page import PageUnderTest

pytestmark = pytest.mark.gui

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Build = Callable[..., PageUnderTest]


@pytest.fixture
def page(build_page: Build, faces: list[int]) -> PageUnderTest:
    return build_page()


# -- what another page names


def test_samples_that_another_page_names_are_listed_alone(page: PageUnderTest) -> None:
    named = [page.page.model.ids[place] for place in (4, 1, 2)]
    page.dataset.quarantine([named[0]])
    page.page.show_samples(named, "sad taken for happy")
    page.settle()
    assert page.page.model.ids == sorted(named)
    row = page.page.filters.row(Choice(Facet.GIVEN, "sad taken for happy"))
    assert row is not None
    assert row.isChecked()
    page.choose(Choice(Facet.CLASS, "happy"))
    assert page.page.model.ids == []
    page.choose(Choice(Facet.CLASS, "happy"))
    page.choose(Choice(Facet.GIVEN, "sad taken for happy"))
    assert len(page.page.model.ids) > len(named)


# -- labelling


def test_digits_label_and_go_on(page: PageUnderTest) -> None:
    page.press("123")
    assert page.answers("expression") == {0: "neutral", 1: "happy", 2: "sad"}
    assert page.selected == [3]


def test_letters_label_the_second_task_in_the_same_pass(page: PageUnderTest) -> None:
    page.press("f1m2")
    assert page.answers("expression") == {0: "neutral", 1: "happy"}
    assert page.answers("sex") == {0: "female", 1: "male"}


def test_u_is_unsure_in_either_task(page: PageUnderTest) -> None:
    page.press("u")
    page.press("u", SHIFT)
    assert page.answers("expression") == {0: None}
    assert page.answers("sex") == {1: None}
    assert page.selected == [1]


def test_a_bulk_label_is_one_step_to_undo(page: PageUnderTest) -> None:
    page.press(Qt.Key.Key_A, CTRL)
    page.press("2")
    assert page.answers("expression") == dict.fromkeys(range(12), "happy")
    page.session.undo()
    assert page.answers("expression") == {}


def test_undo_goes_back_to_what_it_undid(page: PageUnderTest) -> None:
    page.press("123")
    page.session.undo()
    assert page.selected == [2]
    page.press(Qt.Key.Key_End)
    page.session.undo()
    assert page.selected == [1]
    page.press("3")
    assert page.answers("expression") == {0: "neutral", 1: "sad"}


def test_thousands_are_labelled_by_a_job_and_are_one_step_too(
    page: PageUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labelling, "MANY", 10)
    page.press(Qt.Key.Key_A, CTRL)
    page.press("3")
    page.wait(lambda: not page.jobs.running)
    assert page.answers("expression") == dict.fromkeys(range(12), "sad")
    page.settle()
    assert page.page.model.row(4).answers["expression"].answer == "sad"
    page.session.undo()
    assert page.answers("expression") == {}


def test_shift_extends_and_ctrl_adds(page: PageUnderTest) -> None:
    page.press(Qt.Key.Key_Right, SHIFT)
    page.press(Qt.Key.Key_Right, SHIFT)
    assert page.selected == [0, 1, 2]
    page.click_sample(5, CTRL)
    assert page.selected == [0, 1, 2, 5]
    page.press("3")
    assert page.answers("expression") == dict.fromkeys((0, 1, 2, 5), "sad")
    assert page.selected == [6]


def test_a_rubber_band_selects(page: PageUnderTest) -> None:
    grid = page.page.grid
    first = grid.visualRect(page.page.model.index(0))
    second = grid.visualRect(page.page.model.index(1))
    page.drag(grid.viewport(), first.center(), second.center())
    assert page.selected == [0, 1]


def test_arrows_move(page: PageUnderTest) -> None:
    page.press(Qt.Key.Key_Right)
    page.press(Qt.Key.Key_Down)
    page.press(Qt.Key.Key_Left)
    columns = page.page.grid.viewport().width() // page.page.grid.gridSize().width()
    assert page.selected == [columns]


def test_at_the_end_of_the_list_one_stays(page: PageUnderTest) -> None:
    page.press(Qt.Key.Key_End)
    page.press("11")
    assert page.answers("expression") == {11: "neutral"}
    assert page.selected == [11]


def test_q_sets_aside_and_takes_back(page: PageUnderTest) -> None:
    page.press("q")
    assert page.dataset.count(Query(quarantined=True)) == 1
    page.press(Qt.Key.Key_Left)
    page.press("q")
    assert page.dataset.count(Query(quarantined=True)) == 0


def test_answer_buttons_do_what_their_keys_do(page: PageUnderTest) -> None:
    expression, sex = page.page.large.answers.groups
    page.click(sex.buttons["male"])
    page.click(expression.buttons["sad"])
    page.click(expression.buttons[None])
    assert page.answers("expression") == {0: "sad", 1: None}
    assert page.answers("sex") == {0: "male"}


def test_buttons_show_the_present_answer_and_the_suggestion(
    build_page: Build, dataset: Dataset, faces: list[int]
) -> None:
    dataset.label(faces[:1], "expression", "happy")
    dataset.propose("expression", [NewProposal(faces[1], "sad")], "model")
    page = build_page()
    expression, _ = page.page.large.answers.groups
    assert expression.buttons["happy"].standing is Standing.GIVEN
    page.press(Qt.Key.Key_Right)
    assert expression.buttons["happy"].standing is Standing.NONE
    assert expression.buttons["sad"].standing is Standing.SUGGESTED


def test_keys_work_wherever_the_focus_is(page: PageUnderTest) -> None:
    page.press("1", widget=page.page.large.canvas)
    page.press("2", widget=page.page.browser.zoom)
    assert page.answers("expression") == {0: "neutral", 1: "happy"}


def test_typing_in_the_search_field_labels_nothing(page: PageUnderTest) -> None:
    page.press("/")
    page.press("f1", widget=page.page.filters.search)
    assert page.page.filters.search.text() == "f1"
    assert page.answers("expression") == {}
    assert page.answers("sex") == {}


def test_the_end_of_a_typed_search_gives_the_keys_back(page: PageUnderTest) -> None:
    page.page.activateWindow()
    page.press("/")
    page.press("_003", widget=page.page.filters.search)
    page.press(Qt.Key.Key_Return, widget=page.page.filters.search)
    page.settle()
    assert len(page.page.model.ids) == 1
    page.press("2")
    assert page.answers("expression") == {3: "happy"}


def test_a_changed_key_works_at_once(page: PageUnderTest) -> None:
    expression, _ = page.page.large.answers.groups
    page.page.tasks.change_key("expression", "happy")
    dialog = page.page.tasks.dialog
    assert dialog is not None
    QTest.keyClick(dialog, "q")  # means something else
    QTest.keyClick(dialog, "1")  # is neutral's
    QTest.keyClick(dialog, "f")  # is female's, in the other task
    assert page.dataset.task("expression").classes[1].key == "2"
    QTest.keyClick(dialog, "h")
    page.press("h")
    assert page.answers("expression") == {0: "happy"}
    assert expression is not page.page.large.answers.groups[0]


# -- what is listed


def test_filters_narrow_and_count(build_page: Build, dataset: Dataset, faces: list[int]) -> None:
    dataset.label(faces[:4], "expression", "happy")
    dataset.label(faces[4:6], "expression", "sad")
    dataset.record_findings("blurred", [NewFinding(each, 1.0, 0.1) for each in faces[3:5]])
    page = build_page()
    happy, sad = Choice(Facet.CLASS, "happy"), Choice(Facet.CLASS, "sad")
    blurred = Choice(Facet.FINDING, "blurred")
    assert page.page.filters.row(happy).count == 4
    page.choose(happy)
    assert list(page.page.model.ids) == faces[:4]
    page.choose(sad)
    assert list(page.page.model.ids) == faces[:6]
    page.choose(blurred)
    assert list(page.page.model.ids) == faces[3:5]
    assert page.page.filters.row(happy).count == 1
    page.click(page.page.filters.everything)
    page.settle()
    assert list(page.page.model.ids) == faces


def test_what_is_labelled_stays_in_sight_until_one_refreshes(page: PageUnderTest) -> None:
    page.choose(Choice(Facet.UNLABELLED))
    page.press("1")
    page.settle()
    assert len(page.page.model.ids) == 12
    assert page.page.browser.stale.isVisible()
    page.press(Qt.Key.Key_F5)
    page.settle()
    assert len(page.page.model.ids) == 11
    assert not page.page.browser.stale.isVisible()


def test_a_bar_of_the_balance_filters(
    build_page: Build, dataset: Dataset, faces: list[int]
) -> None:
    dataset.label(faces[:4], "expression", "happy")
    page = build_page()
    bars = page.page.browser.balance.buttons
    assert [(each.bar.name, each.bar.count) for each in bars] == [
        ("neutral", 0), ("happy", 4), ("sad", 0),
    ]  # fmt: skip
    page.click(bars[1])
    page.settle()
    assert list(page.page.model.ids) == faces[:4]
    page.click(bars[1])
    page.settle()
    assert len(page.page.model.ids) == 12


def test_sorting(build_page: Build, dataset: Dataset, faces: list[int]) -> None:
    offers = [NewProposal(faces[2], "sad", 0.9), NewProposal(faces[7], "sad", 0.4)]
    dataset.propose("expression", offers, "model")
    page = build_page()
    browser = page.page.browser
    browser.sorted.emit(Sort.CONFIDENCE, False)
    page.settle()
    assert list(page.page.model.ids)[:2] == [faces[2], faces[7]]
    browser.sorted.emit(Sort.NAME, True)
    page.settle()
    assert list(page.page.model.ids) == faces[::-1]


def test_orders_that_need_a_service_are_offered_with_it(
    build_page: Build, faces: list[int]
) -> None:
    asked: list[int] = []

    def similar(folder: Path, sample: int, job: object) -> Sequence[int]:
        asked.append(sample)
        return [faces[5], faces[2]]

    plain, page = build_page(), build_page(similar=similar)
    assert plain.page.browser.sort.count() + 1 == page.page.browser.sort.count()
    page.page.grid.go_to(2)
    page.page.browser.sorted.emit(Sort.SIMILARITY, False)
    page.settle()
    assert asked == [faces[2]]
    assert list(page.page.model.ids)[:2] == [faces[5], faces[2]]


def test_the_current_sample_stays_current_when_the_list_changes(page: PageUnderTest) -> None:
    page.page.grid.go_to(7)
    page.page.browser.sorted.emit(Sort.TIME, True)
    page.settle()
    assert page.selected == [4]
    assert page.page.large.canvas.sample.name == "face_007.png"


def test_disputed_samples_can_be_listed(
    build_page: Build, dataset: Dataset, faces: list[int]
) -> None:
    votes = [NewLabel(faces[0], "happy", "a"), NewLabel(faces[0], "happy", "b"),
             NewLabel(faces[0], "sad", "c"), NewLabel(faces[1], "sad", "a")]  # fmt: skip
    dataset.add_labels("expression", votes)
    page = build_page()
    page.choose(Choice(Facet.DISAGREED))
    assert list(page.page.model.ids) == faces[:1]


def test_what_a_model_disputes_is_counted_once_it_is_asked_for(
    build_page: Build, faces: list[int]
) -> None:
    page = build_page(disputed=lambda _folder, _task, _job: faces[2:5])
    choice = Choice(Facet.MODEL_DISAGREES)
    row = page.page.filters.row(choice)
    assert row is not None
    assert row.count is None
    page.choose(choice)
    assert list(page.page.model.ids) == faces[2:5]
    page.wait(lambda: row.count == 3)
    page.choose(choice)
    page.wait(lambda: row.count is None)


def test_the_mouse_can_quarantine_and_take_back(page: PageUnderTest) -> None:
    first, second = page.page.large.answers.groups
    button = first.quarantine
    assert button is not None
    assert button.key == "q"
    assert second.quarantine is None
    page.page.grid.go_to(3)
    sample = page.page.model.ids[3]
    page.click(button)
    assert page.dataset.sample(sample).quarantined
    assert page.selected == [4]
    assert button.standing is Standing.NONE
    page.page.grid.go_to(3)
    page.wait(lambda: button.standing is Standing.GIVEN)
    page.click(button)
    assert not page.dataset.sample(sample).quarantined


def test_another_connections_samples_are_listed(page: PageUnderTest, dataset: Dataset) -> None:
    from faceapp.gui.session import EVERYTHING

    with Dataset.open(dataset.folder) as other:
        other.quarantine(page.page.model.ids[:2])
        other.label(page.page.model.ids[2:3], "expression", "sad")
    page.session.reload(EVERYTHING)
    page.settle()
    assert len(page.page.model.ids) == 10
    assert page.page.model.row(0).answers["expression"].answer == "sad"


# -- review


@pytest.fixture
def proposed(build_page: Build, dataset: Dataset, faces: list[int]) -> PageUnderTest:
    offers = [NewProposal(faces[n], name, score) for n, name, score in
              ((1, "happy", 0.9), (4, "sad", 0.8), (6, "happy", 0.7), (9, "sad", 0.6))]  # fmt: skip
    dataset.propose("expression", offers, "model")
    return build_page()


def test_review_accepts_corrects_and_refuses(proposed: PageUnderTest, faces: list[int]) -> None:
    page = proposed
    page.click(page.page.browser.review.review)
    page.settle()
    assert list(page.page.model.ids) == [faces[n] for n in (1, 4, 6, 9)]
    page.press(Qt.Key.Key_Space)  # accept
    page.press("1")  # correct
    page.press(Qt.Key.Key_Backspace)  # refuse
    assert page.answers("expression") == {1: "happy", 4: "neutral"}
    states = {p.sample: p.state for p in page.dataset.proposals("expression", state=None)}
    assert states == {faces[1]: "accepted", faces[4]: "refused", faces[6]: "refused",
                      faces[9]: "open"}  # fmt: skip
    page.settle()
    assert page.page.browser.review.progress.share == 0.75


def test_a_selection_is_accepted_in_one_step(proposed: PageUnderTest) -> None:
    proposed.press(Qt.Key.Key_A, CTRL)
    proposed.press(Qt.Key.Key_Space)
    assert proposed.answers("expression") == {1: "happy", 4: "sad", 6: "happy", 9: "sad"}
    proposed.session.undo()
    assert proposed.answers("expression") == {}


def test_next_goes_through_what_waits_and_begins_anew(proposed: PageUnderTest) -> None:
    visited = []
    for _ in range(5):
        proposed.press(".")
        visited += proposed.selected
    assert visited == [1, 4, 6, 9, 1]


def test_next_goes_to_the_unlabelled_where_nothing_is_proposed(page: PageUnderTest) -> None:
    page.press("11")
    page.press(Qt.Key.Key_Home)
    page.press(".")
    assert page.selected == [2]


def test_accepting_without_a_suggestion_says_so(page: PageUnderTest) -> None:
    page.press(Qt.Key.Key_Space)
    assert "No suggestion" in page.messages.standing[-1].text
    assert page.answers("expression") == {}


def test_a_run_suggests_and_what_it_says_waits_for_review(
    build_page: Build, dataset: Dataset, faces: list[int]
) -> None:
    run = dataset.runs / "20260101-expression"
    run.mkdir()
    (run / "metrics.json").write_text('{"task": "expression"}')

    def suggest(folder: Path, chosen: Path, job: object) -> object:
        assert chosen == run
        with Dataset.open(folder) as other:
            return other.propose("expression", [NewProposal(faces[3], "sad")], "model")

    page = build_page(suggest=suggest)
    page.page.suggesting.suggest(run)
    page.wait(lambda: bool(page.messages.standing))
    page.settle()
    assert page.page.filters.row(Choice(Facet.PROPOSED)).count == 1


# -- large view and faces


def test_enter_gives_the_image_the_page_and_arrows_still_move(page: PageUnderTest) -> None:
    page.press(Qt.Key.Key_Return)
    assert page.page.is_large
    page.press(Qt.Key.Key_Right, widget=page.page.large.canvas)
    page.press("2", widget=page.page.large.canvas)
    assert page.answers("expression") == {1: "happy"}
    page.press(Qt.Key.Key_Escape, widget=page.page.large.canvas)
    assert not page.page.is_large
    assert page.selected == [2]


def test_the_large_view_shows_the_image_of_the_current_sample(page: PageUnderTest) -> None:
    page.press(Qt.Key.Key_Right)
    canvas = page.page.large.canvas
    page.wait(lambda: canvas.complete)
    centre = canvas.grab().toImage().pixelColor(canvas.rect().center())
    assert (centre.red(), centre.green(), centre.blue()) == (37, 91, 13)


def test_a_box_is_corrected_by_mouse_and_can_be_undone(
    build_page: Build, dataset: Dataset, faces: list[int]
) -> None:
    face = face_in((10.0, 10.0, 40.0, 40.0))
    found = StoredFace(face.box, face.landmarks, 0.9)
    dataset.store_faces({faces[0]: [found]}, "detector")
    page = build_page()
    page.press(Qt.Key.Key_B, CTRL)
    canvas = page.page.large.canvas
    assert canvas.faces == (found,)
    start = canvas.to_widget(10, 10)
    by = QPointF(-5, -4) * canvas.scale
    page.drag(canvas, start.toPoint(), (start + by).toPoint())
    (stored,) = dataset.faces([faces[0]])[faces[0]]
    assert stored.box == pytest.approx((5, 6, 45, 44), abs=1)
    assert stored.origin == "person"
    page.session.undo()
    assert dataset.faces([faces[0]])[faces[0]] == (found,)
    assert canvas.faces == (found,)


def test_a_landmark_is_corrected_by_mouse(
    build_page: Build, dataset: Dataset, faces: list[int]
) -> None:
    face = face_in((10.0, 10.0, 40.0, 40.0))
    dataset.store_faces({faces[0]: [face]}, "detector")
    page = build_page()
    page.press(Qt.Key.Key_B, CTRL)
    canvas = page.page.large.canvas
    start = canvas.to_widget(*face.landmarks[2])
    page.drag(canvas, start.toPoint(), (start + QPointF(3, 0) * canvas.scale).toPoint())
    (stored,) = dataset.faces([faces[0]])[faces[0]]
    assert stored.landmarks[2] == pytest.approx((33, 34), abs=1)
    assert stored.box == face.box


def test_where_no_face_was_found_one_is_drawn(
    build_page: Build, dataset: Dataset, faces: list[int]
) -> None:
    dataset.store_faces({faces[0]: []}, "detector")
    page = build_page()
    page.press(Qt.Key.Key_B, CTRL)
    canvas = page.page.large.canvas
    page.drag(canvas, canvas.to_widget(10, 20).toPoint(), canvas.to_widget(50, 60).toPoint())
    (stored,) = dataset.faces([faces[0]])[faces[0]]
    assert stored.box == pytest.approx((10, 20, 40, 40), abs=1)


def test_where_nobody_looked_the_detector_is_asked(
    build_page: Build, dataset: Dataset, faces: list[int]
) -> None:
    face = face_in((10.0, 10.0, 40.0, 40.0))
    page = build_page(detect_face=lambda path: [face])
    page.press(Qt.Key.Key_B, CTRL)
    page.wait(lambda: page.page.large.canvas.faces == (face,))
    assert dataset.faces([faces[0]]) == {}


def test_double_click_changes_between_fit_and_pixels(page: PageUnderTest) -> None:
    canvas = page.page.large.canvas
    assert canvas.fits
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton)
    assert canvas.scale == 1.0
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton)
    assert canvas.fits


# -- pictures


def test_thumbnails_are_painted_and_kept_on_disk(page: PageUnderTest, dataset: Dataset) -> None:
    page.pictures()
    grid = page.page.grid
    rect = grid.visualRect(page.page.model.index(1))
    shot = grid.viewport().grab().toImage()
    colour = shot.pixelColor(rect.center().x(), rect.top() + grid.side // 2)
    assert abs(colour.red() - 37) < 8
    assert abs(colour.green() - 91) < 8
    assert len(list((dataset.cache / "thumbnails").rglob("*.jpg"))) == 12


def test_a_damaged_image_is_said_and_the_rest_goes_on(
    build_page: Build, dataset: Dataset, faces: list[int]
) -> None:
    (dataset.images / "face_000.png").write_bytes(b"rubbish")
    page = build_page()
    page.pictures()
    page.wait(lambda: page.page.large.canvas.complete)
    assert "face_000.png" in page.page.large.canvas.problem
    page.press("1")
    assert page.answers("expression") == {0: "neutral"}


def test_ctrl_and_wheel_and_keys_change_the_size(page: PageUnderTest) -> None:
    grid, zoom = page.page.grid, page.page.browser.zoom
    before = grid.side
    page.press("+")
    larger = grid.side
    assert larger > before
    at = QPointF(50, 50)
    event = QWheelEvent(at, grid.viewport().mapToGlobal(at), QPoint(), QPoint(0, -240),
                        Qt.MouseButton.NoButton, CTRL, Qt.ScrollPhase.NoScrollPhase,
                        False)  # fmt: skip
    QApplication.sendEvent(grid.viewport(), event)
    assert grid.side == 2 * before - larger
    zoom.setValue(zoom.maximum())
    assert grid.side == zoom.maximum()


# -- empty states


def test_an_empty_dataset_offers_to_import(build_page: Build) -> None:
    page = build_page()
    empty = page.page.browser.empty
    assert page.page.browser.is_empty
    with page.qtbot.waitSignal(page.page.import_wanted):
        page.click(empty.buttons[0])


def test_without_a_task_one_is_offered_and_keys_work_at_once(
    build_page: Build, dataset: Dataset, faces: list[int]
) -> None:
    dataset.undo()
    dataset.undo()
    page = build_page()
    page.press("1")
    page.click(page.page.large.answers.none.buttons[0])
    assert dataset.task("expression").names[:2] == ("neutral", "happy")
    focused = page.page.window().focusWidget()
    assert focused is page.page.grid  # the button that was pressed is gone
    page.press("2", widget=focused)
    assert page.answers("expression") == {0: "happy"}


def test_where_nothing_matches_everything_is_offered(page: PageUnderTest) -> None:
    page.choose(Choice(Facet.CLASS, "sad"))
    assert page.page.browser.is_empty
    page.click(page.page.browser.empty.buttons[0])
    page.settle()
    assert len(page.page.model.ids) == 12


# -- status, history


def test_the_status_says_how_many_are_left(page: PageUnderTest) -> None:
    page.press("123")
    page.settle()
    assert page.page.status.done.text() == "3 of 12 labelled in expression, 9 left"
    assert "labels a minute" in page.page.status.pace.text()


def test_history_and_provenance_are_shown(page: PageUnderTest) -> None:
    page.press("1")
    page.press(Qt.Key.Key_Left)
    details = page.page.large.details
    page.wait(
        lambda: bool(details.history.findItems("expression: neutral", Qt.MatchFlag.MatchExactly))
    )
    names = [details.provenance.topLevelItem(n).text(0)
             for n in range(details.provenance.topLevelItemCount())]  # fmt: skip
    assert names[:4] == ["name", "size", "source", "added"]


def test_every_key_of_the_page_is_listed(page: PageUnderTest) -> None:
    keys = [key for key, _ in page.page.page_keys()]
    assert {"1", "2", "3", "F", "M", "U", "Q", "Space", "Enter", "/", "."} <= set(keys)
    assert len(keys) == len(set(keys))


def test_every_control_has_a_name(page: PageUnderTest) -> None:
    kinds = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit)
    parts = (QScrollBar, QTabBar, QLineEdit)  # what Qt's own widgets are made of
    nameless = [
        widget
        for kind in kinds
        for widget in page.page.findChildren(kind)
        if not isinstance(widget, QScrollBar)
        and not isinstance(widget.parent(), parts)
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


def test_nothing_was_refused_behind_the_scenes(page: PageUnderTest) -> None:
    page.press("1f2mu")
    page.settle()
    assert page.refused == []
