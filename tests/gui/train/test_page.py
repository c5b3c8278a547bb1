"""The Train page through its own widgets, with the real engine behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from faceapp.dataset import Dataset, NewSample
from faceapp.gui.train import recipe_choice
from faceapp.networks.weight_files import ENDINGS
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.recipes import recipe_named
from faceapp.training.records import read_predictions, read_run
from networks.fakes import write_random_weights
from train_page import TrainPageUnderTest, answer_question

pytestmark = pytest.mark.gui

OpenPage = Callable[..., TrainPageUnderTest]
SMALL = {"size": "64", "epochs": "40"}
_TICK = QPoint(8, 12)


@pytest.fixture
def weights() -> None:
    try:
        find_weights("vgg16")
    except WeightsMissing as missing:
        pytest.skip(str(missing))


@pytest.mark.usefixtures("weights")
def test_a_training_from_a_preset_to_its_results(open_page: OpenPage, drawn_dataset: Path) -> None:
    page = open_page(drawn_dataset)
    page.preset("No neutral")
    assert "neutral" not in page.page.setup.classes.ticked
    page.set_fields("quick", **SMALL)
    page.start()
    view = page.page.run_view
    assert page.page.upper.currentWidget() is view
    page.wait(lambda: bool(view.progress.rows))
    page.wait(lambda: view.plot.redraws > 0 and bool(view.plot.panels[0].lines))
    page.wait_for_end()

    results = page.page.results
    assert page.page.upper.currentWidget() is results
    assert results.details is not None
    (run,) = page.runs.glob("[!.]*")
    record = read_run(run)
    assert results.figure.text() == f"{100 * record.balanced:.1f}%"
    assert f"{100 * record.interval[0]:.1f}" in results.meaning.text()
    assert "Chance" in results.baselines.text()
    assert page.page.runs.folders == [run]
    assert page.page.setup.isVisible()

    truth, predicted = _largest_cell(page)
    rect = results.confusion.cell_rect(record.classes.index(truth), record.classes.index(predicted))
    QTest.mouseClick(results.confusion, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    ((ids, words),) = page.samples
    said = read_predictions(run)
    wanted = {n for n, a in said.items() if (a.truth, a.predicted) == (truth, predicted)}
    assert {s.name for s in page.session.dataset.by_ids(ids)} == wanted
    assert len(ids) == len(wanted)
    assert truth in words
    page.click(results.live_button)
    assert page.live == [run]


def _largest_cell(page: TrainPageUnderTest) -> tuple[str, str]:
    details = page.page.results.details
    assert details is not None
    classes = details.record.classes
    cells = [(n, r, c) for r, row in enumerate(details.confusion) for c, n in enumerate(row)]
    _, row, column = max(cells)
    return classes[row], classes[column]


@pytest.mark.usefixtures("weights")
@pytest.mark.slow
def test_a_killed_training_is_told_and_resumed_and_kept(
    open_page: OpenPage, drawn_dataset: Path
) -> None:
    page = open_page(drawn_dataset)
    page.preset("Happy vs angry")
    page.set_fields("quick", size="64", patience="0", epochs="100000", solver="gradient")
    page.start()
    page.wait(lambda: page.page.run_view.progress.phase is not None)
    page.kill()
    page.wait_for_end()
    (said,) = page.said
    assert "SIGKILL" in said
    assert "training-" in said  # the log
    assert page.page.setup.isVisible()
    assert page.page.setup.start_button.isEnabled()
    assert list(page.runs.glob("[!.]*")) == []

    (resume,) = page.page.runs.resume_buttons
    page.click(resume)
    page.wait(lambda: len(page.page.run_view.progress.rows) > 2)
    page.click(page.page.run_view.keep_button)
    page.wait_for_end()
    (run,) = page.runs.glob("[!.]*")
    assert read_run(run).classes == ("happy", "angry")
    assert page.page.runs.resume_buttons == []


@pytest.mark.usefixtures("weights")
def test_nothing_can_be_kept_before_something_is_learned(
    open_page: OpenPage, drawn_dataset: Path
) -> None:
    page = open_page(drawn_dataset)
    page.preset("Happy vs angry")
    page.set_fields("quick", size="64", patience="0", epochs="100000", solver="gradient")
    page.page.activateWindow()
    page.wait(page.page.isActiveWindow)
    page.start()
    view = page.page.run_view
    page.wait(lambda: view.progress.phase in {"faces", "caching"})
    assert not view.keep_button.isEnabled()
    assert "Nothing is learned yet" in view.keep_button.toolTip()
    assert view.discard_button.hasFocus()
    QTest.keyClick(view.discard_button, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    worker = page.page.control.worker
    assert worker is not None
    assert not worker.stopping

    page.wait(lambda: view.progress.phase == "head")
    assert view.keep_button.isEnabled()
    assert "Ctrl+K" in view.keep_button.toolTip()
    QTest.keyClick(view.discard_button, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert worker.stopping
    assert not view.keep_button.isEnabled()
    page.wait_for_end()
    (run,) = page.runs.glob("[!.]*")
    assert read_run(run).classes == ("happy", "angry")
    assert page.said == []


@pytest.mark.usefixtures("weights")
def test_a_discarded_training_leaves_nothing(open_page: OpenPage, drawn_dataset: Path) -> None:
    page = open_page(drawn_dataset)
    page.set_fields("quick", **SMALL)
    page.start()
    page.wait(lambda: page.page.run_view.progress.run is not None)
    answer_question("Discard")
    page.page.run_view.discard_button.click()
    page.wait(lambda: not page.page.control.busy, timeout=4000)
    page.settle()
    assert page.said == ["The training was discarded."]
    assert not list(page.runs.glob("*/"))


def test_a_class_too_small_blocks_and_says_so(open_page: OpenPage, drawn_dataset: Path) -> None:
    page = open_page(drawn_dataset)
    page.page.setup.split.way.setCurrentIndex(3)  # ten folds of ten people
    page.settle()
    page.page.setup.classes.tick(("happy",))
    page.settle()
    assert page.page.setup.checks.summary == "Tick two classes or more."
    assert not page.page.setup.start_button.isEnabled()
    page.preset("All")
    assert page.page.setup.checks.texts


def test_a_value_that_does_not_fit_is_refused_in_words(
    open_page: OpenPage, drawn_dataset: Path
) -> None:
    page = open_page(drawn_dataset)
    page.set_fields("faceapp", size="many")
    assert "size=many" in page.page.setup.recipe._problem.text()
    recipe = page.page.setup.recipe.recipe
    assert recipe is not None
    assert recipe == recipe_named("faceapp")


def test_weights_are_taken_from_a_named_file(
    open_page: OpenPage, drawn_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(drawn_dataset)
    page.set_fields("quick", backbone="mobilenetv2", size="96")
    choice = page.page.setup.recipe
    assert not page.page.setup.start_button.isEnabled()  # nobody has these weights
    files: list[Path | None] = [
        write_random_weights("mobilenetv2", tmp_path / "mine.keras")[1],
        None,
    ]
    asked: list[str] = []

    def choose(_parent: object, _title: str, _start: Path, kinds: str) -> Path | None:
        asked.append(kinds)
        return files.pop(0)

    monkeypatch.setattr(recipe_choice, "choose_file", choose)
    page.click(choice.weights_button)
    page.settle()
    assert [kind for kind in ENDINGS if f"*{kind}" in asked[0]] == list(ENDINGS)
    assert ".npz" not in asked[0]
    assert page.page.setup.setup is not None
    assert page.page.setup.setup.weights == tmp_path / "mine.keras"
    assert page.page.setup.start_button.isEnabled()
    page.click(choice.weights_button)  # and cancelled
    page.settle()
    assert choice.weights == tmp_path / "mine.keras"
    assert "mine.keras" in choice.weights_button.text()

    wrong = tmp_path / "notes.keras"
    wrong.write_text("no weights", encoding="utf-8")
    files.append(wrong)
    page.click(choice.weights_button)
    page.settle()
    assert any("notes.keras" in text for text in page.page.setup.checks.texts)
    assert not page.page.setup.start_button.isEnabled()
    page.click(choice.find_weights_button)
    assert choice.weights is None
    assert choice.weights_button.text() == "Weights: found by themselves"


def test_a_recipe_of_ones_own_is_kept(open_page: OpenPage, drawn_dataset: Path) -> None:
    page = open_page(drawn_dataset)
    page.set_fields("quick", size="96")
    choice = page.page.setup.recipe
    field: QLineEdit = choice.new_name
    QTest.keyClicks(field, "mine")
    page.click(choice.save_button)
    again = open_page(drawn_dataset).page.setup.recipe
    again.choose("mine")
    assert again.recipe is not None
    assert (again.recipe.name, again.recipe.size) == ("mine", 96)
    QTest.keyClicks(again.new_name, "quick")
    QTest.mouseClick(again.save_button, Qt.MouseButton.LeftButton)
    assert again.names.currentText() == "mine"
    again.forget_button.click()
    assert again.names.findText("mine") < 0


def test_runs_are_listed_and_deleted(open_page: OpenPage, learned_dataset: Path) -> None:
    page = open_page(learned_dataset)
    (run,) = page.runs.glob("[!.]*")
    assert page.page.runs.folders == [run]
    assert page.page.upper.currentWidget() is page.page.results
    answer_question("Keep")
    page.page.runs.delete_button.click()
    assert run.is_dir()
    answer_question("Delete")
    page.page.runs.delete_button.click()
    page.settle()
    assert not run.exists()
    assert page.page.upper.currentWidget() is page.page.hint
    assert not page.page.runs.isVisible()


def test_an_empty_dataset_says_what_to_do(open_page: OpenPage, tmp_path: Path) -> None:
    Dataset.create(tmp_path / "empty").close()
    page = open_page(tmp_path / "empty")
    assert page.page.stack.currentWidget() is page.page.empty
    assert "Import" in page.page.empty.buttons[0].text()


def test_labels_that_change_meanwhile_are_counted(open_page: OpenPage, drawn_dataset: Path) -> None:
    page = open_page(drawn_dataset)
    before = page.page.setup.classes.boxes["happy"].text()
    some = page.session.dataset.sample_ids()[:3]
    page.session.do(None, lambda dataset: dataset.label(some, "expression", "happy"))
    page.settle()
    assert page.page.setup.classes.boxes["happy"].text() != before


def test_nine_samples_are_shown_as_the_recipe_has_them(
    open_page: OpenPage, drawn_dataset: Path
) -> None:
    page = open_page(drawn_dataset)
    grid = page.page.preview.grid
    assert grid.images == []
    page.set_fields("study", size="64", alignment="aligned")
    page.wait(lambda: page.page.preview.idle and len(grid.images) == 9)
    augmented = [image.copy() for image in grid.images]
    assert {image.width() for image in augmented} == {64}
    page.set_fields("study", size="64", alignment="aligned", views="0")
    page.wait(lambda: page.page.preview.idle and grid.images != augmented)
    box = page.page.setup.recipe.form.editors["grey"]
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=_TICK)
    page.wait(lambda: page.page.preview.idle and all(i.allGray() for i in grid.images))


def test_exemplars_and_found_images_are_part_of_what_is_set_up(
    open_page: OpenPage, drawn_dataset: Path
) -> None:
    page = open_page(drawn_dataset)
    samples = page.page.setup.samples
    assert not samples.scraped.isVisible()  # nothing was searched for
    samples.exemplars.setCurrentText("The most extreme 50%")
    page.settle()
    setup = page.page.setup.setup
    assert setup is not None
    assert (setup.exemplars, setup.scraped) == (0.5, "as_others")
    page.session.dataset.add_source("search", "https://example.org", {})
    page.page.refresh()
    page.settle()
    assert samples.scraped.isVisible()
    samples.scraped.setCurrentText("In training only")
    setup = page.page.setup.setup
    assert setup is not None
    assert setup.scraped == "train_only"


def test_samples_are_filtered_and_counted_on_screen(
    open_page: OpenPage, drawn_dataset: Path
) -> None:
    page = open_page(drawn_dataset)
    setup, samples = page.page.setup, page.page.setup.samples
    assert not samples.sources_button.isVisible()  # there is one source
    assert not samples.intensity.isVisible()  # and nobody rated anything
    dataset = page.session.dataset
    ids = dataset.sample_ids()
    other = dataset.add_source("camera", "desk").id
    made = [
        NewSample(f"{n}.png", f"images/{n}.png", f"{n:064x}", n, 9, 9, "png",
                  provenance={"emotion_amount": 1 + n, "agreement": {"expression": 0.2 * n}})
        for n in range(5)
    ]  # fmt: skip
    added, _ = dataset.add_samples(other, made)
    page.session.do(None, lambda dataset: dataset.label(added, "expression", "happy"))
    page.settle()
    train = setup.split.counts["happy"][0]
    assert samples.sources_button.isVisible()
    samples.intensity.setValue(60)
    page.settle()
    assert samples.agreement.isVisible()
    assert setup.split.counts["happy"][0] < train
    assert f"{len(ids) + 5} of {len(ids) + 5}" in samples.remain
    assert "below the minimum" in samples.remain

    page.click(samples.sources_button)
    samples.sources.setCurrentRow(1)
    QTest.keyClick(samples.sources, Qt.Key.Key_Space)
    page.settle()
    assert samples.sources_button.text() == "1 of 2"
    assert f"{len(ids)} of {len(ids) + 5}" in samples.remain
    assert setup.setup is not None
    assert setup.setup.samples.sources == (dataset.sources()[0].id,)

    QTest.mouseClick(samples.reviewed, Qt.MouseButton.LeftButton, pos=_TICK)
    page.settle()
    assert not setup.start_button.isEnabled()
    assert any("among the chosen samples" in text for text in setup.checks.texts)


def test_the_split_is_by_person_or_by_near_duplicates(
    open_page: OpenPage, drawn_dataset: Path
) -> None:
    page = open_page(drawn_dataset)
    split = page.page.setup.split
    by_person = dict(split.counts)
    assert split.note == "No person is on two sides."
    split.grouping.setCurrentIndex(1)
    page.settle()
    assert "a person may be" in split.note
    assert split.counts != by_person
    assert any("not by person" in text for text in page.page.setup.checks.texts)
