"""What is done with runs that are there: looked into, compared, noted, exported."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from faceapp.dataset import Dataset
from faceapp.gui.train.run_columns import COLUMNS
from faceapp.training.comparing import compare
from faceapp.training.records import read_predictions
from train_page import TrainPageUnderTest

pytestmark = pytest.mark.gui

OpenPage = Callable[..., TrainPageUnderTest]


@pytest.fixture
def two_runs(learned: Path) -> Path:
    """A dataset with two runs, of which the later answers some images otherwise."""
    (run,) = (learned / "runs").glob("[!.]*")
    later = run.with_name("2" + run.name[1:3] + "9" + run.name[4:])
    shutil.copytree(run, later)
    table = later / "predictions.csv"
    with table.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    for row in rows[:4]:
        row[header.index("predicted")] = row[header.index("truth")]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return learned


def test_every_figure_is_that_of_the_files(open_page: OpenPage, learned_dataset: Path) -> None:
    page = open_page(learned_dataset)
    (run,) = page.runs.glob("[!.]*")
    results, details = page.page.results, page.page.results.details
    assert details is not None
    said = read_predictions(run)
    for line in results.per_class.lines:
        of = [a for a in said.values() if a.truth == line.name]
        assert line.share == pytest.approx(sum(a.predicted == line.name for a in of) / len(of))
    parts = dict(details.parts)
    assert set(parts) == {"sex", "source"}
    assert sum(part.count for part in parts["sex"]) == len(said)
    assert sum(part.count for part in parts["source"]) == len(said)
    wrong = {name for name, a in said.items() if a.truth != a.predicted}
    shown = [picture.tested for picture in results.gallery.pictures]
    assert {each.name for each in shown} <= wrong
    assert len(shown) == min(12, len(wrong))
    assert [each.sure for each in shown] == sorted((e.sure for e in shown), reverse=True)


def test_an_error_leads_to_its_image_and_shows_where_the_model_looked(
    open_page: OpenPage, learned_dataset: Path
) -> None:
    page = open_page(learned_dataset)
    gallery = page.page.results.gallery
    first = gallery.pictures[0]
    first.click()
    assert page.samples == [([first.tested.sample], page.samples[0][1])]
    page.click(gallery.heat_button)
    page.wait(lambda: not any(picture.heat.isNull() for picture in gallery.pictures))
    assert page.said == []


def test_two_runs_are_compared_on_the_same_images(open_page: OpenPage, two_runs: Path) -> None:
    page = open_page(two_runs)
    runs = sorted(page.runs.glob("[!.]*"))
    page.page.runs.select(runs)
    view = page.page.compare_view
    page.wait(lambda: page.page.upper.currentWidget() is view)
    page.settle()
    found = compare(runs)
    assert str(found.n) in view.title.text()
    assert view.changed.rowCount() == len(found.changed)
    assert [len(panel.lines) for panel in view.plot.panels] == [2, 2]
    page.click(view.see_button)
    ((ids, _words),) = page.samples
    names = {sample.name for sample in page.session.dataset.by_ids(ids)}
    assert names == {change.image for change in found.changed}

    third = shutil.copytree(runs[0], runs[0].with_name("99990101-000000-third"))
    page.page.read_runs()
    page.settle()
    page.page.runs.select([*runs, third])
    page.wait(lambda: len(view.plot.panels[0].lines) == 3)
    page.settle()
    assert view.changed.rowCount() == len(compare([*runs, third]).changed)


def test_runs_are_filtered_and_sorted_and_noted(open_page: OpenPage, two_runs: Path) -> None:
    page = open_page(two_runs)
    runs = page.page.runs
    newest = runs.runs.records[0].folder
    table = runs.table
    note = table.columnCount() - 1
    row = next(r for r in range(2) if table.item(r, 0).data(Qt.ItemDataRole.UserRole) == newest)
    table.item(row, note).setText("more people")
    page.wait((newest / "note.txt").is_file)
    page.page.read_runs()
    page.settle()
    shown = [table.item(row, column).text() for column in range(table.columnCount())]
    split = json.loads((newest / "split.json").read_text("utf-8"))
    assert str(len(split["train"])) in shown
    QTest.keyClick(page.page, Qt.Key.Key_Slash)
    assert runs.filter.hasFocus()
    QTest.keyClicks(runs.filter, "more PEOPLE")
    shown = [r for r in range(table.rowCount()) if not table.isRowHidden(r)]
    assert [table.item(r, 0).data(Qt.ItemDataRole.UserRole) for r in shown] == [newest]
    runs.filter.clear()
    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert table.item(1, 0).data(Qt.ItemDataRole.UserRole) == newest


def test_every_column_is_seen_at_1440_and_the_figures_at_1024(
    open_page: OpenPage, two_runs: Path
) -> None:
    run, _ = sorted((two_runs / "runs").glob("[!.]*"))
    metrics = json.loads((run / "metrics.json").read_text("utf-8"))
    assert metrics["recipe"] == "quick"
    metrics["recipe"] = "a recipe of mine with a long name"
    (run / "metrics.json").write_text(json.dumps(metrics), "utf-8")
    page = open_page(two_runs)
    table = page.page.runs.table
    page.page.resize(1440, 800)
    page.wait(lambda: table.width() > 900)
    page.settle()
    assert table.horizontalScrollBar().maximum() == 0
    page.page.resize(1024, 560)
    page.wait(lambda: table.width() < 800)
    names = [column.name for column in COLUMNS]
    for name in ("when", "recipe", "balanced", "interval", "plain", "gap"):
        place = names.index(name)
        assert table.columnViewportPosition(place) + table.columnWidth(place) <= table.width()


def test_columns_are_hidden_for_good(open_page: OpenPage, learned_dataset: Path) -> None:
    page = open_page(learned_dataset)
    runs = page.page.runs
    menu = runs.columns_button.menu()
    assert menu.actions() == runs.table.horizontalHeader().actions()
    action = next(each for each in menu.actions() if each.text() == "Classes")
    assert action.isChecked()
    action.trigger()
    place = [column.name for column in COLUMNS].index("classes")
    assert runs.table.isColumnHidden(place)
    again = open_page(learned_dataset).page.runs
    assert again.table.isColumnHidden(place)
    assert [a.text() for a in again.columns_button.menu().actions() if not a.isChecked()] == [
        "Classes"
    ]


def test_a_sample_that_has_left_is_not_looked_for(open_page: OpenPage, learned: Path) -> None:
    with Dataset.open(learned) as dataset:
        dataset.quarantine(dataset.sample_ids())
    page = open_page(learned)
    assert page.page.stack.currentWidget() is page.page.empty


@pytest.mark.slow
def test_a_model_is_exported_and_checked(
    open_page: OpenPage, learned_dataset: Path, tmp_path: Path
) -> None:
    page = open_page(learned_dataset)
    page.click(page.page.runs.export_button)
    dialog = page.page.work.dialog
    assert dialog is not None
    dialog.folder.setText(str(tmp_path))
    for form in ("keras", "openvino"):
        dialog.format.setCurrentText(form)
        file = dialog.file
        assert dialog.export_button.isEnabled()
        dialog.export_button.click()
        page.wait(lambda written=file: any(str(written) in said for said in page.said))
        assert file.is_file()
    dialog.format.setCurrentText("keras")
    assert not dialog.export_button.isEnabled()  # it is there already
