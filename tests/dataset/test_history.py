"""Undo and redo: exact, persistent, one step an action."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
import pytest
from hypothesis import example, given, settings

from faceapp.dataset import Answer, Changes, Dataset, NewFinding, NewLabel, Part, Query
from faceapp.words import Words
from sample_rows import fill, new_sample


@pytest.fixture
def faces(dataset: Dataset) -> Dataset:
    """Three samples and a task, in two steps."""
    with dataset.action("Import 3 samples"):
        fill(dataset, 3)
    dataset.add_task("expression", ["happy", "sad"])
    return dataset


def reopened(dataset: Dataset) -> Dataset:
    dataset.close()
    return Dataset.open(dataset.folder)


def test_undo_and_redo_name_what_they_would_do_and_end(faces: Dataset) -> None:
    assert (faces.undo_name, faces.redo_name) == ("Add task expression", None)
    faces.label([1], "expression", "sad")
    assert faces.undo_name == "Label 1 sample sad"
    undone = faces.undo()
    assert undone is not None
    assert (undone.what, undone.samples) == ("Label 1 sample sad", {1})
    assert (faces.undo_name, faces.redo_name) == ("Add task expression", "Label 1 sample sad")
    assert faces.undo()
    assert faces.undo()
    assert faces.undo() is None
    assert faces.undo_name is None
    assert all([faces.redo(), faces.redo(), faces.redo()])
    assert faces.redo() is None
    assert faces.answers("expression") == {1: Answer("sad", 1, 1.0)}


def test_undo_survives_closing(faces: Dataset) -> None:
    faces.label([1, 2], "expression", "sad")
    with reopened(faces) as again:
        assert again.undo()
        assert again.answers("expression") == {}
        with reopened(again) as third:
            assert third.redo_name == "Label 2 samples sad"
            assert third.redo()
            assert set(third.answers("expression")) == {1, 2}


def test_a_name_remembers_what_it_was_made_of(faces: Dataset) -> None:
    faces.label([1, 2], "expression", None)
    with reopened(faces) as again:
        name = again.undo_name
        assert name == "Label 2 samples unsure"
        assert isinstance(name, Words)
        assert name.template == "Label {number:,} samples {answer}"
        assert isinstance(name.values["answer"], Words)
        undone = again.undo()
        assert undone is not None
        assert isinstance(undone.what, Words)


def test_a_name_of_an_older_program_is_its_text(faces: Dataset) -> None:
    faces.label([1], "expression", "sad")
    faces.close()
    with closing(sqlite3.connect(faces.folder / "dataset.sqlite")) as connection:
        connection.execute("UPDATE actions SET made_of = ''")
        connection.commit()
    with Dataset.open(faces.folder) as again:
        assert again.undo_name == "Label 1 sample sad"


def test_a_new_action_drops_what_was_undone(faces: Dataset) -> None:
    faces.label([1], "expression", "sad")
    faces.undo()
    faces.label([2], "expression", "happy")
    assert faces.redo_name is None
    assert faces.redo() is None
    assert [(each.answer, each.undone) for each in faces.history(1)] == [("sad", True)]


def test_a_write_that_changes_nothing_leaves_what_was_undone(faces: Dataset) -> None:
    faces.quarantine([1])
    faces.undo()
    assert not faces.restore([1])
    assert faces.redo_name == "Quarantine 1 sample"


def test_many_writes_in_an_action_are_one_step(faces: Dataset) -> None:
    with faces.action("Import 40 images") as action:
        source = faces.add_source("folder", "/more", {})
        for start in range(10, 50, 10):
            new = [new_sample(number) for number in range(start, start + 10)]
            ids, _ = faces.add_samples(source.id, new)
            faces.add_labels("expression", [NewLabel(each, "sad") for each in ids])
        faces.record_refusals(source.id, [("broken.jpg", "truncated")])
    assert len(action.changes.samples) == 40
    assert action.changes.parts == {Part.SOURCES, Part.SAMPLES, Part.LABELS}
    assert faces.count() == 43
    assert faces.undo_name == "Import 40 images"
    assert faces.undo() == Changes(
        action.changes.action,
        "Import 40 images",
        action.changes.samples,
        frozenset({"expression"}),
        action.changes.parts,
    )
    assert (faces.count(), len(faces.sources()), faces.refusals()) == (3, 1, [])
    assert faces.redo()
    assert (faces.count(), len(faces.answers("expression"))) == (43, 40)


def test_an_action_that_fails_keeps_its_finished_writes_as_one_step(faces: Dataset) -> None:
    def import_until_the_cable_breaks() -> None:
        with faces.action("Import"):
            faces.quarantine([1])
            faces.quarantine([2])
            raise KeyError("cable")

    with pytest.raises(KeyError):
        import_until_the_cable_breaks()
    assert faces.undo_name == "Import"
    faces.undo()
    assert faces.count() == 3
    faces.quarantine([3])
    assert faces.undo_name == "Quarantine 1 sample"


def test_an_action_inside_another_is_part_of_it(faces: Dataset) -> None:
    with faces.action("Outer") as outer:
        faces.quarantine([1])
        with faces.action("Inner") as inner:
            faces.quarantine([2])
        assert inner is outer
        faces.quarantine([3])
    assert faces.undo_name == "Outer"
    faces.undo()
    assert faces.count() == 3


def test_an_action_can_be_renamed_before_and_after_its_first_write(faces: Dataset) -> None:
    with faces.action("Import") as action:
        faces.rename_action(action, "Import images")
        changes = faces.quarantine([1])
        assert changes.what == "Import images"
        faces.rename_action(action, "Import 1 image")
    assert faces.undo_name == "Import 1 image"


def test_an_action_without_a_write_is_no_step(faces: Dataset) -> None:
    with faces.action("Nothing") as action:
        pass
    assert not action.changes
    assert faces.undo_name == "Add task expression"


def test_labels_of_another_hand_during_an_import_stay_their_own_step(faces: Dataset) -> None:
    with Dataset.open(faces.folder) as importer, importer.action("Import"):
        source = importer.add_source("folder", "/more", {})
        importer.add_samples(source.id, [new_sample(10)])
        faces.label([1], "expression", "sad")
        importer.add_samples(source.id, [new_sample(11)])
    assert faces.undo_name == "Label 1 sample sad"
    faces.undo()
    assert faces.count() == 5
    assert faces.undo_name == "Import"
    faces.undo()
    assert faces.count() == 3
    faces.redo()
    faces.redo()
    assert faces.count() == 5
    assert faces.answers("expression") == {1: Answer("sad", 1, 1.0)}


def test_a_row_changed_by_two_hands_in_turn_is_undone_in_turn(faces: Dataset) -> None:
    with Dataset.open(faces.folder) as other, other.action("Group everything"):
        other.set_groups({1: "first"})
        faces.set_groups({1: "second"})
        other.set_groups({1: "third"})
    seen = []
    while faces.sample(1).group is not None:
        seen.append((faces.sample(1).group, faces.undo_name))
        faces.undo()
    assert seen == [
        ("third", "Group everything"),
        ("second", "Set the group of 1 sample"),
        ("first", "Group everything"),
    ]


def test_an_import_undone_while_it_runs_goes_on_as_a_new_step(faces: Dataset) -> None:
    with Dataset.open(faces.folder) as importer, importer.action("Import"):
        source = faces.sources()[0].id
        importer.add_samples(source, [new_sample(10)])
        faces.undo()
        importer.add_samples(source, [new_sample(11)])
    assert [each.name for each in faces.samples()][3:] == ["face_11.jpg"]
    faces.undo()
    assert faces.count() == 3


def test_derived_data_is_no_step_but_comes_back_with_its_sample(faces: Dataset) -> None:
    faces.add_samples(1, [new_sample(10)])
    changes = faces.store_faces({4: []}, "detector")
    assert (changes.action, changes.samples, changes.parts) == (0, {4}, {Part.FACES})
    assert faces.undo_name == "Add 1 sample"
    faces.undo()
    assert faces.faces() == {}
    faces.redo()
    assert faces.faces() == {4: ()}


def test_an_undone_import_can_be_made_again(faces: Dataset) -> None:
    faces.undo()
    faces.undo()
    assert fill(faces, 3) == [4, 5, 6]  # ids are never given twice
    assert faces.redo_name is None


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=50))
@example([0.47666920348888697])  # SQLite's own way of writing numbers loses a bit of it
@settings(max_examples=30)
def test_numbers_come_back_to_the_last_bit(numbers: list[float]) -> None:
    with TemporaryDirectory() as folder, Dataset.create(Path(folder) / "d") as dataset:
        ids = fill(dataset, len(numbers))
        given_ones = zip(ids, numbers, strict=True)
        found = [NewFinding(each, number, -number) for each, number in given_ones]
        dataset.record_findings("blurred", found)
        before = dataset.findings()
        dataset.undo()
        assert dataset.findings() == []
        dataset.redo()
        assert dataset.findings() == before
        assert {each.value for each in before} == set(numbers)


def test_text_of_every_kind_survives_undo_and_redo(tmp_path: Path) -> None:
    strange = "quote ' \" \\ zero \x00 tab \t ünï 😀 \u2028"
    with Dataset.create(tmp_path / "d") as dataset:
        source = dataset.add_source(strange, strange, {strange: strange})
        new = new_sample(1, name=strange, group=strange, provenance={strange: [strange, 0.1, None]})
        (number,), _ = dataset.add_samples(source.id, [new])
        dataset.quarantine([number], strange)
        before = (dataset.samples(Query(quarantined=True)), dataset.sources())
        for _ in range(3):
            dataset.undo()
        for _ in range(3):
            dataset.redo()
        assert (dataset.samples(Query(quarantined=True)), dataset.sources()) == before
        assert dataset.quarantine_reasons() == {number: strange}


def test_the_size_of_a_step_is_known_before_it_is_taken(faces: Dataset) -> None:
    small = faces.undo_rows
    faces.label([1, 2, 3], "expression", "sad")
    assert faces.undo_rows >= 3
    assert faces.redo_rows == 0
    rows = faces.undo_rows
    faces.undo()
    assert (faces.undo_rows, faces.redo_rows) == (small, rows)
