"""The look before an import: what is shown is what the plan says, and what is then asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QWidget

import us10k_maker
from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images, plan_import
from faceapp.gui.session import DatasetSession
from faceapp.gui.theme import Theme
from faceapp.gui.welcome import import_dialog, import_form
from faceapp.gui.welcome.guesses import NAME_AND_NUMBER
from faceapp.gui.welcome.import_dialog import ImportDialog, ImportRequest
from faceapp.gui.widgets.charts import BarList
from faceapp.gui.workers import JobRunner
from held_work import wait_for_jobs

pytestmark = pytest.mark.gui

Fill = Callable[..., Path]
CSV = "name,emotion,rater,who\na.png,happiness,ann,p1\nb.png,sad,ben,p1\nc.png,blorp,ann,p2\n"


class Dialog:
    """A dialog on the screen, read and used as a person does."""

    def __init__(
        self,
        source: Path,
        jobs: JobRunner,
        qtbot: Any,
        *,
        csv: Path | None = None,
        into: DatasetSession | Path | None = None,
    ) -> None:
        self.qtbot = qtbot
        self.it = ImportDialog(source, csv, into or source.parent / "new", jobs)
        qtbot.addWidget(self.it)
        self.form = self.it.form
        self.agreed: list[ImportRequest] = []
        self.it.agreed.connect(self.agreed.append)
        self.it.open()
        self.it.activateWindow()
        self.settle()

    @property
    def settled(self) -> bool:
        return not self.it._settling.isActive() and self.it._looking is None

    def settle(self) -> Dialog:
        self.qtbot.waitUntil(lambda: self.settled)
        return self

    @property
    def words(self) -> str:
        return self.it.preview.words()

    @property
    def bars(self) -> list[str]:
        return [each.accessibleDescription() for each in self.it.preview.findChildren(BarList)]

    def choose(self, box: QComboBox, data: object) -> None:
        place = box.findData(data)
        assert place >= 0, data
        box.setCurrentIndex(place)
        self.settle()


@pytest.fixture
def build(jobs: JobRunner, qtbot: Any) -> Iterator[Callable[..., Dialog]]:
    made: list[Dialog] = []

    def make(source: Path, **more: Any) -> Dialog:
        made.append(Dialog(source, jobs, qtbot, **more))
        return made[-1]

    yield make
    for each in made:
        each.it.close()


@pytest.fixture
def by_class(fill: Fill) -> Path:
    return fill(
        {"happy/a.png": 1, "happy/b.png": 2, "sad/c.png": 3, "weird/d.png": 4, ".x/e.png": 5}
    )


@pytest.fixture
def with_csv(fill: Fill) -> Path:
    return fill({"a.png": 1, "b.png": 2, "c.png": 3, "answers.csv": CSV})


def test_folders_as_classes_are_shown_as_they_would_come_in(
    build: Callable[..., Dialog], by_class: Path
) -> None:
    dialog = build(by_class)
    plan = plan_import(by_class)
    assert plan.images == 4
    assert "4 images" in dialog.words
    (bars,) = dialog.bars
    assert "happy 67% (2)" in bars
    assert "sad 33% (1)" in bars
    assert "weird (1)" in dialog.words
    assert "1 refused" in dialog.words
    assert ".x: hidden" in dialog.words
    assert dialog.it.import_button.isEnabled()
    assert dialog.it.import_button.text() == "Import 4 images"


def test_a_table_in_the_folder_is_understood(build: Callable[..., Dialog], with_csv: Path) -> None:
    dialog = build(with_csv)
    assert dialog.form.csv == with_csv / "answers.csv"
    assert "Labels come from the table." in dialog.words
    assert "2 raters: ann, ben" in dialog.words
    assert "blorp (1)" in dialog.words
    assert "Nobody told apart" in dialog.words


def test_the_10k_faces_are_recognised(
    build: Callable[..., Dialog], fill: Fill, tmp_path: Path
) -> None:
    drawn = fill({f"{number}.png": number for number in range(7)}, "drawn")
    made = us10k_maker.make(tmp_path / "10k", lambda number: (drawn / f"{number}.png").read_bytes())
    us10k_maker.write_book(made)
    dialog = build(made.folder)
    assert dialog.form.csv is None
    assert "10k US Adult Faces Database" in dialog.words
    assert "7 images" in dialog.words
    assert "12 raters: rater 01, rater 02" in dialog.words
    assert len(dialog.bars) == 2
    assert dialog.it.import_button.text() == "Import 7 images"


def test_the_column_of_people_makes_groups(build: Callable[..., Dialog], with_csv: Path) -> None:
    dialog = build(with_csv)
    dialog.choose(dialog.form.columns["group"], "who")
    assert "2 people told apart." in dialog.words


def test_a_column_called_person_is_taken_at_once(build: Callable[..., Dialog], fill: Fill) -> None:
    table = "image,label,person\na.png,happy,one\nb.png,sad,two\nc.png,sad,one\n"
    dialog = build(fill({"a.png": 1, "b.png": 2, "c.png": 3, "answers.csv": table}))
    assert dialog.form.columns["group"].currentData() == "person"
    assert "2 people told apart." in dialog.words
    dialog.choose(dialog.form.columns["group"], None)
    assert "Nobody told apart" in dialog.words


def test_names_and_numbers_make_groups(build: Callable[..., Dialog], fill: Fill) -> None:
    files = {f"P{p}_{n}.png": 10 * p + n for p in range(5) for n in range(2)}
    dialog = build(fill(files))
    assert dialog.form.pattern.currentData() == NAME_AND_NUMBER
    assert "5 people told apart." in dialog.words
    dialog.choose(dialog.form.pattern, None)
    assert "Nobody told apart" in dialog.words


def test_without_labels_it_says_so(build: Callable[..., Dialog], fill: Fill) -> None:
    dialog = build(fill({"1.png": 1}))
    assert "No labels" in dialog.words
    assert dialog.it.import_button.text() == "Import 1 image"
    assert dialog.bars == []


def test_an_empty_folder_cannot_be_imported(build: Callable[..., Dialog], fill: Fill) -> None:
    dialog = build(fill({"notes.txt": "words"}))
    assert "0 images" in dialog.words
    assert not dialog.it.import_button.isEnabled()


def test_what_cannot_be_imported_says_why_and_what_to_do(
    build: Callable[..., Dialog], fill: Fill
) -> None:
    source = fill({"a.png": 1, "answers.csv": "name,wombat\na.png,blorp\n"})
    dialog = build(source)
    assert "This cannot be imported so" in dialog.words
    assert "'wombat'" in dialog.words
    assert not dialog.it.import_button.isEnabled()
    assert dialog.it.import_button.text() == "Import"
    dialog.choose(dialog.form.table, None)
    assert "1 image" in dialog.words
    assert dialog.it.import_button.isEnabled()


def test_a_wrong_pattern_is_refused_in_words(build: Callable[..., Dialog], fill: Fill) -> None:
    dialog = build(fill({"a_1.png": 1}))
    dialog.choose(dialog.form.pattern, "own")
    assert dialog.form.own_pattern.isVisible()
    dialog.form.own_pattern.setText("(")
    dialog.settle()
    assert "group pattern" in dialog.words
    dialog.form.own_pattern.setText("^(.)_")
    dialog.settle()
    assert "1 person told apart." in dialog.words


def test_a_task_of_ones_own_may_be_typed(build: Callable[..., Dialog], by_class: Path) -> None:
    dialog = build(by_class)
    dialog.form.task.setEditText("mood")
    assert not dialog.it.import_button.isEnabled()
    dialog.settle()
    assert "Mood" in dialog.words
    assert "weird 25% (1)" in dialog.bars[0]
    assert dialog.it.request().options.task == "mood"


def test_while_something_was_changed_nothing_can_be_agreed_to(
    build: Callable[..., Dialog], with_csv: Path
) -> None:
    dialog = build(with_csv)
    dialog.form.table.setCurrentIndex(0)
    assert not dialog.it.import_button.isEnabled()
    assert dialog.it.import_button.text() == "Import"
    QTest.keyClick(dialog.form.table, Qt.Key.Key_Return)
    assert dialog.agreed == []
    dialog.settle()
    assert dialog.it.import_button.isEnabled()


def test_only_the_newest_choice_is_looked_at(
    build: Callable[..., Dialog], with_csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = build(with_csv)
    looked: list[ImportOptions] = []

    def plan(source: Path, options: ImportOptions, *more: Any, **others: Any) -> Any:
        looked.append(options)
        return plan_import(source, options, *more, **others)

    monkeypatch.setattr(import_dialog, "plan_import", plan)
    for text in ("m", "mo", "mood"):
        dialog.form.task.setEditText(text)
    dialog.settle()
    assert [options.task for options in looked] == ["mood"]


def test_the_request_carries_what_was_shown(
    build: Callable[..., Dialog], with_csv: Path, dataset: Dataset
) -> None:
    dialog = build(with_csv)
    dialog.choose(dialog.form.columns["group"], "who")
    dialog.form.in_place.setChecked(True)
    QTest.mouseClick(dialog.it.import_button, Qt.MouseButton.LeftButton)
    (request,) = dialog.agreed
    assert request == ImportRequest(
        with_csv,
        ImportOptions(csv=with_csv / "answers.csv", group_column="who", in_place=True),
        with_csv.parent / "new",
        new=True,
    )
    report = import_images(dataset, request.source, request.options)
    plan = plan_import(request.source, request.options)
    assert report.added == plan.images
    assert dict(report.unknown_labels) == dict(plan.unknown_labels)
    assert dataset.class_counts("expression").counts == plan.classes["expression"]
    assert len(set(dataset.groups(dataset.sample_ids()).values())) == plan.groups


def test_into_an_open_dataset_its_own_classes_count(
    build: Callable[..., Dialog], by_class: Path, dataset: Dataset
) -> None:
    dataset.add_task("expression", ["happy", "weird"])
    dialog = build(by_class, into=DatasetSession(dataset))
    assert not dialog.it.place_button.isVisible()
    assert "weird 33% (1)" in dialog.bars[0]
    assert "sad (1)" in dialog.words
    request = dialog.it.request()
    assert (request.folder, request.new) == (dataset.folder, False)


def test_another_place_may_be_chosen(
    build: Callable[..., Dialog], by_class: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dialog = build(by_class)
    chosen = iter([tmp_path / "elsewhere", None])
    monkeypatch.setattr(import_dialog, "choose_new_folder", lambda *_: next(chosen))
    for _ in range(2):
        QTest.mouseClick(dialog.it.place_button, Qt.MouseButton.LeftButton)
        assert dialog.it.request().folder == tmp_path / "elsewhere"
        assert str(tmp_path / "elsewhere") in dialog.it._place.text()


def test_another_table_may_be_chosen(
    build: Callable[..., Dialog], with_csv: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("image,emotion\na.png,joy\n", encoding="utf-8")
    dialog = build(with_csv)
    dialog.choose(dialog.form.columns["rater"], "rater")
    chosen: list[Path | None] = [None, other]
    monkeypatch.setattr(import_form, "choose_file", lambda *_: chosen.pop(0))
    last = dialog.form.table.count() - 1

    def choose_another() -> None:
        dialog.form.table.setCurrentIndex(dialog.form.table.count() - 1)
        dialog.form.table.activated.emit(dialog.form.table.currentIndex())
        dialog.settle()

    choose_another()
    assert dialog.form.csv == with_csv / "answers.csv"  # thought better of it
    assert dialog.form.options().rater_column == "rater"
    choose_another()
    assert dialog.form.csv == other
    assert dialog.form.table.count() == last + 2
    assert "happy 100% (1)" in dialog.bars[0]


def test_a_dropped_table_is_taken(build: Callable[..., Dialog], with_csv: Path) -> None:
    second = with_csv / "second.csv"
    second.write_text("image,sex\na.png,female\n", encoding="utf-8")
    dialog = build(with_csv, csv=second)
    assert dialog.form.csv == second
    assert "female 100% (1)" in dialog.bars[0]


def test_columns_show_only_where_there_is_a_table(
    build: Callable[..., Dialog], with_csv: Path
) -> None:
    dialog = build(with_csv)
    boxes = dialog.form.columns.values()
    assert all(box.isVisible() for box in boxes)
    offered = [dialog.form.columns["label"].itemText(n) for n in range(5)]
    assert offered[1:] == ["name", "emotion", "rater", "who"]
    dialog.choose(dialog.form.table, None)
    assert not any(box.isVisible() for box in boxes)
    assert not dialog.form.own_pattern.isVisible()


def test_esc_imports_nothing_and_looks_no_further(
    build: Callable[..., Dialog], with_csv: Path, qtbot: Any
) -> None:
    dialog = build(with_csv)
    dialog.form.task.setEditText("mood")
    with qtbot.waitSignal(dialog.it.finished) as finished:
        QTest.keyClick(dialog.it, Qt.Key.Key_Escape)
    assert finished.args == [QDialog.DialogCode.Rejected]
    assert dialog.agreed == []
    assert dialog.settled
    wait_for_jobs()


def test_the_first_focus_is_on_what_one_may_want_to_change(
    build: Callable[..., Dialog], with_csv: Path, qtbot: Any
) -> None:
    dialog = build(with_csv)
    qtbot.waitUntil(dialog.it.isActiveWindow)
    assert dialog.form.table.hasFocus()
    with qtbot.waitSignal(dialog.it.agreed):
        QTest.keyClick(dialog.form.table, Qt.Key.Key_Return)


def inside(widget: QWidget, window: QWidget) -> bool:
    """Whether all of a widget is seen."""
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


def test_every_row_is_seen_at_the_usual_size(
    build: Callable[..., Dialog], with_csv: Path, theme: Theme
) -> None:
    dialog = build(with_csv)
    for widget in (*dialog.form.columns.values(), dialog.form.task, dialog.form.in_place):
        assert inside(widget, dialog.it)


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_buttons_are_seen_in_a_small_window(
    build: Callable[..., Dialog], with_csv: Path, theme: Theme, zoom: float
) -> None:
    theme.set_zoom(zoom)
    dialog = build(with_csv)
    dialog.it.resize(1024, 640)
    assert (dialog.it.width(), dialog.it.height()) == (1024, 640)
    for button in dialog.it.findChild(QDialogButtonBox).buttons():
        assert inside(button, dialog.it)
    dialog.form.pattern.setFocus()
    QTest.keyClick(dialog.form.pattern, Qt.Key.Key_Tab)
    assert dialog.form.in_place.hasFocus()
    assert inside(dialog.form.in_place, dialog.it)


def test_every_field_has_a_name(build: Callable[..., Dialog], with_csv: Path) -> None:
    form = build(with_csv).form
    fields = [form.table, form.task, form.pattern, form.own_pattern, *form.columns.values()]
    names = [field.accessibleName() for field in fields]
    assert all(names)
    assert len(set(names)) == len(names)
    assert "&" not in "".join(names)
