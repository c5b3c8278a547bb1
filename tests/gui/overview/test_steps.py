"""The next steps: the most pressing first, and none that leads nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.dataset import ClassCounts, Task
from faceapp.dataset.vocabulary import default_classes
from faceapp.gui.overview.figures import Breakdown, Figures, TaskFigures
from faceapp.gui.overview.steps import FEW, Goal, Step, next_steps
from faceapp.gui.overview.steps_card import StepList

pytestmark = pytest.mark.gui

EVERYWHERE = set(Goal)
NONE = Breakdown({})


def task(counts: dict[str, int], unlabelled: int = 0, waiting: int = 0) -> TaskFigures:
    made = Task(1, "expression", default_classes(tuple(counts)))
    return TaskFigures(made, ClassCounts(counts, unlabelled, 0), {}, NONE, NONE, waiting)


def figures(*tasks: TaskFigures, samples: int = 500, **more: int) -> Figures:
    return Figures(samples=samples, looked_at=more.pop("looked_at", samples), tasks=tasks, **more)


MANY = {"happy": FEW, "sad": FEW + 1}


def test_without_a_task_one_is_wanted() -> None:
    (step,) = next_steps(figures(), EVERYWHERE)
    assert (step.goal, step.button) == (Goal.LABEL, "Label")


def test_with_everything_done_nothing_presses() -> None:
    assert next_steps(figures(task(MANY), models=1), EVERYWHERE) == []


def test_the_most_pressing_comes_first() -> None:
    lacking = task({"happy": 40, "sad": FEW}, unlabelled=27, waiting=3)
    steps = next_steps(figures(lacking, findings=61, looked_at=499), EVERYWHERE)
    assert [step.goal for step in steps] == [
        Goal.LABEL,
        Goal.LABEL,
        Goal.FIND_FACES,
        Goal.FIND_IMAGES,
        Goal.CLEAN,
        Goal.TRAIN,
    ]
    texts = [step.text for step in steps]
    assert texts[0].startswith("3 images with a suggested expression wait")
    assert texts[1] == "27 images have no expression yet."
    assert texts[2] == "1 image in which nobody looked for a face yet."
    assert texts[3] == "1 class of expression has fewer than 200 images: happy 40."
    assert "61 places" in texts[4]


def test_many_small_classes_are_cut_short_and_counted() -> None:
    steps = next_steps(figures(task({f"c{n}": n for n in range(9)}), models=1), EVERYWHERE)
    assert steps[0].text.endswith("fewer than 200 images: c0 0, c1 1, c2 2, c3 3, 5 more.")


def test_without_the_web_small_classes_are_to_be_imported() -> None:
    steps = next_steps(figures(task({"happy": 3}), models=1), {Goal.IMPORT, Goal.LABEL})
    assert [step.goal for step in steps] == [Goal.IMPORT]


def test_nothing_is_trained_on_nothing() -> None:
    steps = next_steps(figures(task({"happy": 0}, unlabelled=500)), EVERYWHERE)
    assert [step.goal for step in steps] == [Goal.LABEL]


@given(
    offered=st.sets(st.sampled_from(Goal)), unlabelled=st.integers(0, 3), waiting=st.integers(0, 3)
)
def test_every_step_leads_somewhere(offered: set[Goal], unlabelled: int, waiting: int) -> None:
    stand = figures(task({"happy": 3}, unlabelled, waiting), findings=2, looked_at=1)
    for step in next_steps(stand, offered):
        assert step.goal in offered
        assert step.text
        assert step.button


def test_people_are_grouped_where_nobody_is_known() -> None:
    unknown = figures(task(MANY), models=1, nameless=figures().samples)
    (step,) = next_steps(unknown, {Goal.GROUP_PEOPLE})
    assert (step.goal, step.button) == (Goal.GROUP_PEOPLE, "Group people...")
    one_known = figures(task(MANY), models=1, nameless=figures().samples - 1)
    assert next_steps(one_known, EVERYWHERE) == []


def test_a_step_to_every_goal_can_be_shown(qtbot: Any) -> None:
    card = StepList()
    qtbot.addWidget(card)
    chosen: list[str] = []
    card.chosen.connect(lambda goal, _task: chosen.append(goal))
    card.show_steps([Step("why", "do it", goal) for goal in Goal])
    for button in card.buttons:
        button.click()
    assert chosen == [str(goal) for goal in Goal]
