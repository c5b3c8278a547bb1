"""Edits say before what they touch, and touch that."""

from __future__ import annotations

import pytest

from faceapp.dataset import Dataset, Task
from faceapp.gui.label import class_edits
from sample_rows import fill

pytestmark = pytest.mark.gui


@pytest.fixture
def labelled(dataset: Dataset) -> Dataset:
    ids = fill(dataset, 6)
    dataset.add_task("expression", ["happy", "sad", "angry"])
    dataset.add_task("sex", ["female", "male"])
    dataset.label(ids[:3], "expression", "happy")
    dataset.label(ids[3:5], "expression", "sad")
    return dataset


def parts(dataset: Dataset) -> tuple[Task, dict[str, int]]:
    return dataset.task("expression"), dataset.class_uses("expression")


def test_a_new_class_gets_the_next_digit_and_a_fresh_colour(labelled: Dataset) -> None:
    task, _ = parts(labelled)
    edit = class_edits.add(task, " fearful ", labelled.tasks())
    assert edit.touched == 0
    assert "no sample" in edit.sentence
    edit.write(labelled)
    added = labelled.task("expression").classes[-1]
    assert (added.name, added.key) == ("fearful", "4")
    others = [c.colour for t in labelled.tasks() for c in t.classes if c.name != "fearful"]
    assert added.colour not in others


def test_a_class_of_a_task_with_letters_gets_a_letter(labelled: Dataset) -> None:
    class_edits.add(labelled.task("sex"), "other", labelled.tasks()).write(labelled)
    assert labelled.task("sex").classes[-1].key == "o"


def test_renaming_says_how_many_follow(labelled: Dataset) -> None:
    task, uses = parts(labelled)
    edit = class_edits.rename(task, "happy", "joyful", uses)
    assert edit.touched == 3
    assert "3 samples" in edit.sentence
    assert len(edit.write(labelled).samples) == 3
    assert labelled.class_counts("expression").counts["joyful"] == 3


def test_merging_says_how_many_change(labelled: Dataset) -> None:
    task, uses = parts(labelled)
    edit = class_edits.merge(task, "sad", "happy", uses)
    assert edit.touched == 2
    assert edit.undoing
    assert len(edit.write(labelled).samples) == 2
    assert labelled.class_counts("expression").counts == {"happy": 5, "angry": 0}


def test_removing_says_how_many_wait_again_and_loses_nothing(labelled: Dataset) -> None:
    task, uses = parts(labelled)
    edit = class_edits.remove(task, "sad", uses)
    assert edit.touched == 2
    edit.write(labelled)
    assert labelled.class_counts("expression").unlabelled == 3
    labelled.undo()
    assert labelled.class_counts("expression").counts["sad"] == 2


def test_one_sample_is_said_in_the_singular(labelled: Dataset) -> None:
    labelled.label(labelled.sample_ids()[:1], "expression", "angry")
    task, uses = parts(labelled)
    assert "1 sample labelled 'angry'" in class_edits.remove(task, "angry", uses).sentence


@pytest.mark.parametrize(
    ("name", "by", "order"),
    [
        ("happy", 1, ("sad", "happy", "angry")),
        ("angry", -1, ("happy", "angry", "sad")),
        ("happy", -1, ("happy", "sad", "angry")),
        ("angry", 1, ("happy", "sad", "angry")),
    ],
)
def test_classes_move_and_stay_inside(
    labelled: Dataset, name: str, by: int, order: tuple[str, ...]
) -> None:
    edit = class_edits.move(labelled.task("expression"), name, by)
    assert edit.touched == 0
    edit.write(labelled)
    assert labelled.task("expression").names == order


def test_colour_and_key_change_alone(labelled: Dataset) -> None:
    class_edits.change(labelled.task("expression"), "sad", colour="#123456", key="s").write(
        labelled
    )
    happy, sad, angry = labelled.task("expression").classes
    assert (sad.colour, sad.key) == ("#123456", "s")
    assert (happy.key, angry.key) == ("1", "3")
