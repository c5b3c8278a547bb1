"""The session: every write passes here, everybody hears of it once, and the task is kept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faceapp.dataset import Changes, Dataset, Part, UnknownTask
from faceapp.errors import WorldError
from faceapp.gui.session import EVERYTHING, DatasetSession

pytestmark = pytest.mark.gui


class Session:
    """A session, and everything it said."""

    def __init__(self, dataset: Dataset) -> None:
        self.it = DatasetSession(dataset)
        self.changes: list[tuple[Changes, object]] = []
        self.tasks: list[str] = []
        self.refused: list[Exception] = []
        self.it.changed.connect(lambda changes, who: self.changes.append((changes, who)))
        self.it.task_changed.connect(self.tasks.append)
        self.it.refused.connect(self.refused.append)


@pytest.fixture
def session(dataset: Dataset, faces: list[int], qapp: object) -> Session:
    return Session(dataset)


def test_a_write_is_told_with_who_made_it(session: Session, faces: list[int]) -> None:
    page = object()
    changes = session.it.do(page, lambda d: d.label(faces[:3], "expression", "happy"))
    ((told, who),) = session.changes
    assert who is page
    assert told == changes
    assert told.samples == set(faces[:3])
    assert Part.LABELS in told.parts


def test_what_changes_nothing_is_not_told(session: Session) -> None:
    assert not session.it.do(None, lambda _dataset: Changes())
    assert session.changes == []


def test_a_refused_write_is_shown_and_changes_nothing(session: Session, faces: list[int]) -> None:
    changes = session.it.do(None, lambda d: d.label(faces, "expression", "bored"))
    assert not changes
    assert session.changes == []
    (error,) = session.refused
    assert isinstance(error, WorldError)
    assert "bored" in str(error)
    assert session.it.dataset.answers("expression") == {}


def test_a_mistake_of_ours_is_not_swallowed(session: Session) -> None:
    def broken(_dataset: Dataset) -> Changes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        session.it.do(None, broken)


def test_undo_and_redo_name_what_they_do(session: Session, faces: list[int]) -> None:
    session.it.do(None, lambda d: d.label(faces, "expression", "happy"))
    name = session.it.undo_name
    assert name is not None
    assert "happy" in name
    assert session.it.redo_name is None
    session.it.undo(session)
    assert session.it.redo_name == name
    assert session.it.dataset.answers("expression") == {}
    session.it.redo(session)
    assert session.it.undo_name == name
    assert len(session.it.dataset.answers("expression")) == len(faces)
    assert [who for _changes, who in session.changes] == [None, session, session]


def test_without_anything_to_undo_nothing_happens(dataset: Dataset, qapp: object) -> None:
    session = Session(dataset)
    assert not session.it.undo()
    assert not session.it.redo()
    assert session.changes == []
    assert (session.it.undo_name, session.it.redo_name) == (None, None)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 11), st.sampled_from(["neutral", "happy", "sad"])),
        st.sampled_from(["undo", "redo"]),
    ),
    max_size=12,
)


@given(steps=STEPS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_listens_knows_what_the_dataset_holds(
    session: Session, faces: list[int], steps: list[Any]
) -> None:
    """A page that reads only what each change names is never out of date."""
    it, dataset = session.it, session.it.dataset
    shown = dataset.answers("expression")
    for step in steps:
        session.changes.clear()
        if step == "undo":
            it.undo()
        elif step == "redo":
            it.redo()
        else:
            sample, answer = faces[step[0]], step[1]
            it.do(None, lambda d, s=sample, a=answer: d.label([s], "expression", a))
        for changes, _who in session.changes:
            for sample in changes.samples:
                shown.pop(sample, None)
            shown |= dataset.answers("expression", changes.samples)
        assert shown == dataset.answers("expression")


def test_the_writes_of_others_are_told_without_a_name(session: Session) -> None:
    session.it.reload()
    assert session.changes == [(EVERYTHING, None)]


def test_the_first_task_is_looked_at(session: Session) -> None:
    assert session.it.current_task is not None
    assert session.it.current_task.name == "expression"


def test_another_task_is_looked_at_once(session: Session) -> None:
    session.it.set_current_task("Sex")
    session.it.set_current_task("sex")
    assert session.tasks == ["sex"]
    with pytest.raises(UnknownTask):
        session.it.set_current_task("age")
    assert session.it.current_task is not None
    assert session.it.current_task.name == "sex"


def test_the_task_is_kept_as_long_as_it_is_there(session: Session) -> None:
    session.it.do(None, lambda d: d.add_task("age", ["young", "old"]))
    session.it.set_current_task("age")
    session.it.do(None, lambda d: d.rename_class("age", "old", "grey"))
    assert session.it.current_task is not None
    assert session.it.current_task.names == ("young", "grey")
    session.it.undo()
    session.it.undo()
    assert session.it.current_task is not None
    assert session.it.current_task.name == "expression"
    assert session.tasks == ["age", "expression"]


def test_a_dataset_without_tasks_has_none_to_look_at(dataset: Dataset, qapp: object) -> None:
    session = Session(dataset)
    assert session.it.current_task is None
    session.it.do(None, lambda d: d.add_task("age", ["young", "old"]))
    assert session.tasks == ["age"]
    session.it.undo()
    assert session.tasks == ["age", ""]
    assert session.it.current_task is None


def test_it_is_named_as_its_folder(session: Session, dataset: Dataset) -> None:
    assert session.it.name == dataset.folder.name == "dataset"
    session.it.close()
    session.it.close()
