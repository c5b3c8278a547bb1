"""Labels and what they come to; tasks and classes."""

from __future__ import annotations

import re

import pytest

from faceapp.dataset import (
    Answer,
    BadName,
    ClassCounts,
    Dataset,
    NewLabel,
    Origin,
    Part,
    TaskClass,
    UnknownClass,
    UnknownSample,
    UnknownTask,
)
from sample_rows import fill

EXPRESSION = ["neutral", "happy", "sad"]


@pytest.fixture
def faces(dataset: Dataset) -> Dataset:
    """Four samples and a task; ids are 1 to 4."""
    assert fill(dataset, 4) == [1, 2, 3, 4]
    dataset.add_task("expression", EXPRESSION)
    return dataset


def votes(dataset: Dataset, sample: int, *answers: str | None) -> None:
    labels = [NewLabel(sample, each, f"rater {place}") for place, each in enumerate(answers)]
    dataset.add_labels("expression", labels)


def answer(dataset: Dataset, sample: int) -> Answer | None:
    return dataset.answers("expression").get(sample)


def test_a_label_tells_what_it_did(faces: Dataset) -> None:
    changes = faces.label([1, 3, 1], "expression", "happy", rater="me")
    assert changes.what == "Label 2 samples happy"
    assert changes.samples == {1, 3}
    assert changes.tasks == {"expression"}
    assert changes.parts == {Part.LABELS}
    assert not faces.label([], "expression", "happy")


def test_the_history_of_a_sample_is_all_its_labels(faces: Dataset) -> None:
    votes(faces, 1, "sad", None)
    faces.label([1], "expression", "happy", rater="me")
    faces.label([1], "Expression", None)
    faces.undo()
    told = [(each.answer, each.origin, each.rater, each.undone) for each in faces.history(1)]
    assert told == [
        ("sad", Origin.IMPORT, "rater 0", False),
        (None, Origin.IMPORT, "rater 1", False),
        ("happy", Origin.PERSON, "me", False),
        (None, Origin.PERSON, "", True),
    ]
    assert faces.history(1, "expression") == faces.history(1)
    assert faces.history(2) == []
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", label.time) for label in faces.history(1)
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["happy"], Answer("happy", 1, 1.0)),
        ([None], Answer(None, 1, 1.0)),
        (["happy", "happy", "sad"], Answer("happy", 3, 2 / 3)),
        (["happy", "sad"], Answer(None, 2, 0.5)),
        (["happy", "sad", "neutral"], Answer(None, 3, 1 / 3)),
        ([None, None, "sad"], Answer(None, 3, 2 / 3)),
        (["happy", None], Answer(None, 2, 0.5)),
        (["happy", "happy", "sad", "sad", None], Answer(None, 5, 0.4)),
    ],
)
def test_imported_labels_vote_and_a_tie_is_unsure(
    faces: Dataset, given: list[str | None], expected: Answer
) -> None:
    votes(faces, 2, *given)
    assert answer(faces, 2) == expected


def test_only_the_newest_vote_of_a_rater_counts(faces: Dataset) -> None:
    votes(faces, 1, "happy", "happy", "sad")
    faces.add_labels("expression", [NewLabel(1, "sad", "rater 0")])
    assert answer(faces, 1) == Answer("sad", 3, 2 / 3)
    faces.undo()
    assert answer(faces, 1) == Answer("happy", 3, 2 / 3)


def test_a_person_overrules_imported_labels_and_the_newest_person_the_others(
    faces: Dataset,
) -> None:
    votes(faces, 1, "happy", "happy", "happy")
    faces.label([1], "expression", "sad", rater="anna")
    faces.label([1], "expression", "neutral", rater="ben")
    assert answer(faces, 1) == Answer("neutral", 1, 1.0)
    faces.add_labels("expression", [NewLabel(1, "happy", "late rater")])
    assert answer(faces, 1) == Answer("neutral", 1, 1.0)
    faces.undo()
    faces.undo()
    assert answer(faces, 1) == Answer("sad", 1, 1.0)
    faces.undo()
    assert answer(faces, 1) == Answer("happy", 3, 1.0)


def test_adding_the_same_labels_again_adds_nothing(faces: Dataset) -> None:
    labels = [NewLabel(1, "happy", "a"), NewLabel(1, None, "b"), NewLabel(2, "sad")]
    assert faces.add_labels("expression", labels)
    assert not faces.add_labels("expression", labels)
    changes = faces.add_labels("expression", [*labels, NewLabel(3, "sad", "a")])
    assert changes.samples == {3}
    assert faces.add_labels("expression", [NewLabel(1, "sad", "a")])  # changed their mind
    assert faces.add_labels("expression", [NewLabel(1, "happy", "a")])  # and back
    assert [each.answer for each in faces.history(1)] == ["happy", None, "sad", "happy"]


def test_of_two_labels_by_one_rater_in_one_go_the_last_counts(faces: Dataset) -> None:
    faces.add_labels("expression", [NewLabel(1, "happy", "a"), NewLabel(1, "sad", "a")])
    assert answer(faces, 1) == Answer("sad", 1, 1.0)


def test_two_tasks_stand_side_by_side(faces: Dataset) -> None:
    faces.add_task("sex", ["female", "male"])
    faces.label([1], "sex", "female")
    faces.label([1], "expression", "sad")
    assert faces.answers("sex") == {1: Answer("female", 1, 1.0)}
    assert answer(faces, 1) == Answer("sad", 1, 1.0)


def test_answers_of_some_and_of_quarantined_samples(faces: Dataset) -> None:
    faces.label([1, 2, 3], "expression", "sad")
    faces.quarantine([2])
    assert set(faces.answers("expression")) == {1, 3}
    assert set(faces.answers("expression", [2, 3, 4])) == {3}
    assert set(faces.answers("expression", [2, 3, 4], quarantined=None)) == {2, 3}
    assert set(faces.answers("expression", quarantined=True)) == {2}


def test_class_counts_are_in_class_order_without_the_quarantined(faces: Dataset) -> None:
    faces.label([1, 2], "expression", "sad")
    faces.label([3], "expression", None)
    faces.quarantine([2])
    counts = faces.class_counts("expression")
    assert counts == ClassCounts({"neutral": 0, "happy": 0, "sad": 1}, unlabelled=1, unsure=1)
    assert list(counts.counts) == EXPRESSION


def test_unknown_names_are_refused_and_the_known_ones_named(faces: Dataset) -> None:
    with pytest.raises(UnknownTask, match="expression"):
        faces.label([1], "sex", "male")
    with pytest.raises(UnknownClass, match="neutral, happy, sad"):
        faces.label([1], "expression", "angry")
    with pytest.raises(UnknownClass):
        faces.add_labels("expression", [NewLabel(1, "sad"), NewLabel(2, "angry")])
    with pytest.raises(UnknownSample):
        faces.add_labels("expression", [NewLabel(1, "sad"), NewLabel(77, "sad")])
    assert faces.answers("expression") == {}


def test_a_task_found_whatever_the_case_has_colours_and_free_keys(faces: Dataset) -> None:
    faces.add_task("sex", ["female", "male"])
    assert [each.key for each in faces.task("EXPRESSION").classes] == ["1", "2", "3"]
    assert [each.key for each in faces.task("sex").classes] == ["f", "m"]
    assert faces.task("sex").names == ("female", "male")
    assert [task.name for task in faces.tasks()] == ["expression", "sex"]


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("", ["a"]),
        (" Expression ", ["a"]),
        ("mood", ["a", "A "]),
        ("mood", ["a", ""]),
        ("mood", ["a", "unsure"]),
        ("mood", [TaskClass("a", "red", "1")]),
        ("mood", [TaskClass("a", "#123456", "q")]),
        ("mood", [TaskClass("a", "#123456", "12")]),
        ("mood", [TaskClass("a", "#123456", "x"), TaskClass("b", "#123456", "X")]),
    ],
)
def test_a_task_that_cannot_be_is_refused(faces: Dataset, name: str, classes: list) -> None:
    with pytest.raises(BadName):
        faces.add_task(name, classes)
    assert len(faces.tasks()) == 1


def test_renaming_a_class_takes_its_labels_along(faces: Dataset) -> None:
    faces.label([1], "expression", "happy")
    changes = faces.rename_class("expression", "happy", " joyful ")
    assert changes.samples == {1}
    assert changes.parts == {Part.TASKS, Part.LABELS}
    assert faces.task("expression").names == ("neutral", "joyful", "sad")
    assert answer(faces, 1) == Answer("joyful", 1, 1.0)
    with pytest.raises(BadName):
        faces.rename_class("expression", "joyful", "Sad")
    with pytest.raises(UnknownClass):
        faces.rename_class("expression", "happy", "glad")
    faces.undo()
    assert answer(faces, 1) == Answer("happy", 1, 1.0)


def test_merged_classes_count_as_one_and_undo_takes_them_apart(faces: Dataset) -> None:
    votes(faces, 1, "happy", "neutral", "sad")
    faces.label([2], "expression", "neutral")
    changes = faces.merge_classes("expression", ["happy", "neutral"], "sad")
    assert changes.samples == {1, 2}
    assert faces.task("expression").names == ("sad",)
    assert answer(faces, 1) == Answer("sad", 3, 1.0)
    assert answer(faces, 2) == Answer("sad", 1, 1.0)
    assert {each.answer for each in faces.history(1)} == {"sad"}
    faces.undo()
    assert faces.task("expression").names == tuple(EXPRESSION)
    assert answer(faces, 1) == Answer(None, 3, 1 / 3)
    assert answer(faces, 2) == Answer("neutral", 1, 1.0)


def test_classes_merged_twice_follow_to_the_last(faces: Dataset) -> None:
    faces.label([1], "expression", "neutral")
    faces.merge_classes("expression", ["neutral"], "happy")
    faces.merge_classes("expression", ["happy"], "sad")
    assert answer(faces, 1) == Answer("sad", 1, 1.0)
    faces.remove_class("expression", "sad")
    assert answer(faces, 1) is None
    faces.undo()
    faces.undo()
    assert answer(faces, 1) == Answer("happy", 1, 1.0)


def test_a_removed_class_leaves_its_samples_waiting_and_loses_nothing(faces: Dataset) -> None:
    votes(faces, 1, "neutral", "neutral")
    faces.label([1], "expression", "happy")
    faces.remove_class("expression", "happy")
    assert answer(faces, 1) is None  # not "neutral", which the person overruled
    assert faces.class_counts("expression").unlabelled == 4
    assert [each.answer for each in faces.history(1)] == ["neutral", "neutral", "happy"]
    with pytest.raises(UnknownClass):
        faces.label([1], "expression", "happy")
    faces.undo()
    assert answer(faces, 1) == Answer("happy", 1, 1.0)


def test_a_class_of_a_removed_ones_name_is_a_new_class(faces: Dataset) -> None:
    faces.label([1], "expression", "happy")
    faces.remove_class("expression", "happy")
    present = faces.task("expression").classes
    faces.set_classes("expression", [*present, TaskClass("happy", "#00ff00", "9")])
    assert answer(faces, 1) is None
    faces.label([2], "expression", "happy")
    assert answer(faces, 2) == Answer("happy", 1, 1.0)


def test_classes_are_reordered_recoloured_and_added(faces: Dataset) -> None:
    neutral, happy, sad = faces.task("expression").classes
    wanted = [sad, TaskClass("happy", "#00ff00", "h"), neutral, TaskClass("angry", "#ff0000", "a")]
    changes = faces.set_classes("expression", wanted)
    assert changes.tasks == {"expression"}
    assert list(faces.task("expression").classes) == wanted
    assert not faces.set_classes("expression", wanted)
    with pytest.raises(BadName, match="'happy' is missing"):
        faces.set_classes("expression", [sad, neutral])
    faces.undo()
    assert faces.task("expression").classes == (neutral, happy, sad)
