"""Any sequence of actions, undone and redone, against a model in plain Python."""

from __future__ import annotations

import copy
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from faceapp.dataset import (
    Answer,
    Changes,
    Dataset,
    NewFinding,
    NewLabel,
    NewProposal,
    Proposal,
    Query,
    StoredFace,
    TaskClass,
)
from sample_rows import new_sample

EVERYTHING = Query(quarantined=None)
TASKS = ("expression", "sex")
RATERS = st.sampled_from(["", "anna", "ben"])
PICK = st.integers(0, 30)
PICKS = st.lists(PICK, max_size=4)
FLOATS = st.floats(0, 1)
KEPT = ("sources", "samples", "refusals", "tasks", "classes", "faces", "findings", "verdicts",
        "proposals", "answers")  # fmt: skip


@dataclass
class ModelClass:
    name: str
    removed: bool = False
    merged_into: int | None = None


@dataclass
class State:
    """What a dataset should hold; undoing is going back to an earlier copy."""

    samples: dict[int, dict[str, Any]] = field(default_factory=dict)
    tasks: dict[str, list[int]] = field(default_factory=dict)  # classes in order
    classes: dict[int, ModelClass] = field(default_factory=dict)
    labels: list[tuple[int, str, int | None, str, str]] = field(default_factory=list)
    proposals: dict[tuple[int, str, int, str], list[Any]] = field(default_factory=dict)
    faces: dict[int, float] = field(default_factory=dict)

    def counts_as(self, each: int | None) -> int | None:
        while each is not None and self.classes[each].merged_into is not None:
            each = self.classes[each].merged_into
        return each

    def present(self, task: str) -> list[int]:
        return [each for each in self.tasks[task] if not self.classes[each].removed]

    def named(self, task: str) -> list[str]:
        return [self.classes[each].name for each in self.present(task)]

    def find(self, task: str, name: str | None) -> int | None:
        if name is None:
            return None
        return next(each for each in self.present(task) if self.classes[each].name == name)

    def answer(self, sample: int, task: str) -> Answer | None:
        given = [
            (self.counts_as(each), origin, rater)
            for of, question, each, origin, rater in self.labels
            if (of, question) == (sample, task)
        ]
        personal = [each for each, origin, _ in given if origin != "import"]
        votes = Counter({rater: each for each, _, rater in given}.values())
        if personal:
            outcome, raters, agreement = personal[-1], 1, 1.0
        elif votes:
            most = max(votes.values())
            winners = [each for each, number in votes.items() if number == most]
            outcome = winners[0] if len(winners) == 1 else None
            raters, agreement = votes.total(), most / votes.total()
        else:
            return None
        if outcome is None:
            return Answer(None, raters, agreement)
        found = self.classes[outcome]
        return None if found.removed else Answer(found.name, raters, agreement)

    def name_of(self, each: int | None) -> str | None:
        shown = self.counts_as(each)
        return None if shown is None else self.classes[shown].name

    def propose(self, key: tuple[int, str, int, str], score: float) -> None:
        proposal = self.proposals.setdefault(key, [score, "open"])
        if proposal[1] == "open":
            proposal[0] = score

    def propose_anew(
        self, task: str, ids: Iterable[int], answer: int, offered: Iterable[int], score: float
    ) -> None:
        """The model offers `answer` to the samples `offered` among `ids`, and nothing else."""
        fresh = {
            (sample, task, answer, "model")
            for sample in offered
            if self.answer(sample, task) is None and not self.is_settled(sample, task, answer)
        }
        asked = set(ids)
        for key, (_, state) in list(self.proposals.items()):
            sample, question, _, origin = key
            mine = (question, origin, state) == (task, "model", "open") and sample in asked
            if mine and key not in fresh:
                del self.proposals[key]
        for key in fresh:
            self.propose(key, score)

    def is_settled(self, sample: int, task: str, answer: int) -> bool:
        return any(
            (of, question, self.counts_as(each), origin) == (sample, task, answer, "model")
            and state != "open"
            for (of, question, each, origin), (_, state) in self.proposals.items()
        )

    def offers(self, task: str) -> list[tuple[Any, ...]]:
        return [
            (sample, self.name_of(each), origin, score)
            for (sample, question, each, origin), (score, state) in self.proposals.items()
            if question == task and state == "open"
            if self.name_of(each) in self.named(task)
        ]

    def refuse_one(self, offer: Proposal, answer: int | None) -> None:
        """Settle the first proposal that looks like this offer: alike ones of merged classes do."""
        like = (offer.sample, offer.task, answer, offer.origin, [offer.score, "open"])
        for (of, question, each, origin), proposal in self.proposals.items():
            if (of, question, self.counts_as(each), origin, proposal) == like:
                proposal[1] = "refused"
                return

    def settle(self, sample: int, task: str, answer: int | None) -> None:
        for (of, question, each, _), proposal in self.proposals.items():
            if (of, question, proposal[1]) == (sample, task, "open"):
                same = self.counts_as(each) == answer
                proposal[1] = "accepted" if same else "refused"


def dump(folder: Path, tables: tuple[str, ...]) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(folder / "dataset.sqlite")) as connection:
        return {
            table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
            for table in tables
        }


class DatasetMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.dataset = Dataset.create(self.place / "dataset")
        self.state = State()
        self.past: list[State] = []
        self.future: list[State] = []
        self.numbers = count()
        self.first = dump(self.dataset.folder, KEPT)

    def teardown(self) -> None:
        self.dataset.close()
        shutil.rmtree(self.place)

    # Helpers

    def samples(self, picks: list[int]) -> list[int]:
        ids = sorted(self.state.samples)
        return list(dict.fromkeys(ids[pick % len(ids)] for pick in picks)) if ids else []

    def task(self, pick: int) -> str:
        tasks = list(self.state.tasks)
        return tasks[pick % len(tasks)]

    def chosen(self, task: str, pick: int) -> str | None:
        names = [None, *self.state.named(task)]
        return names[pick % len(names)]

    def class_name(self, task: str, pick: int) -> str:
        names = self.state.named(task)
        return names[pick % len(names)]

    def done(self, before: State, changes: Changes) -> None:
        """Whatever changes the state is one undo step; whatever does not leaves no trace."""
        assert bool(changes) == (before != self.state), changes
        if changes:
            self.past.append(before)
            self.future.clear()
            assert self.dataset.undo_name == changes.what

    def has_task(self) -> bool:
        return bool(self.state.tasks)

    def has_class(self) -> bool:
        return all(self.state.present(task) for task in self.state.tasks) and self.has_task()

    # What a person does

    @precondition(lambda self: len(self.state.tasks) < len(TASKS))
    @rule()
    def add_task(self) -> None:
        before = copy.deepcopy(self.state)
        name = next(each for each in TASKS if each not in self.state.tasks)
        numbers = [next(self.numbers) for _ in range(3)]
        changes = self.dataset.add_task(name, [f"class {number}" for number in numbers])
        self.state.tasks[name] = numbers
        self.state.classes |= {number: ModelClass(f"class {number}") for number in numbers}
        self.done(before, changes)

    @rule(picks=st.lists(PICK, min_size=1, max_size=5), group=st.sampled_from([None, "P"]))
    def add_samples(self, picks: list[int], group: str | None) -> None:
        before = copy.deepcopy(self.state)
        with self.dataset.action("Import") as action:
            source = self.dataset.add_source("folder", "/faces", {})
            new = [new_sample(pick, group=group) for pick in picks]
            ids, _ = self.dataset.add_samples(source.id, new)
            for given, each in zip(ids, new, strict=True):
                self.state.samples.setdefault(
                    given, {"name": each.name, "quarantined": False, "group": group}
                )
            if self.has_task():
                task = self.task(picks[0])
                answer = self.chosen(task, picks[0])
                self._import(task, ids, answer, "importer")
        self.done(before, action.changes)

    def _import(self, task: str, ids: list[int], answer: str | None, rater: str) -> Changes:
        changes = self.dataset.add_labels(task, [NewLabel(each, answer, rater) for each in ids])
        wanted = self.state.find(task, answer)
        for sample in dict.fromkeys(ids):
            own = [
                self.state.counts_as(each)
                for of, question, each, origin, by in self.state.labels
                if (of, question, origin, by) == (sample, task, "import", rater)
            ]
            if not own or own[-1] != wanted:
                self.state.labels.append((sample, task, wanted, "import", rater))
        return changes

    @precondition(has_task)
    @rule(picks=PICKS, task=PICK, answer=PICK, rater=RATERS)
    def import_labels(self, picks: list[int], task: int, answer: int, rater: str) -> None:
        before = copy.deepcopy(self.state)
        name = self.task(task)
        changes = self._import(name, self.samples(picks), self.chosen(name, answer), rater)
        self.done(before, changes)

    @precondition(has_task)
    @rule(picks=PICKS, task=PICK, answer=PICK, rater=RATERS)
    def label(self, picks: list[int], task: int, answer: int, rater: str) -> None:
        before = copy.deepcopy(self.state)
        name, ids = self.task(task), self.samples(picks)
        word = self.chosen(name, answer)
        changes = self.dataset.label(ids, name, word, rater=rater)
        wanted = self.state.find(name, word)
        for sample in ids:
            self.state.labels.append((sample, name, wanted, "person", rater))
            self.state.settle(sample, name, wanted)
        assert changes.samples == set(ids)
        assert changes.tasks == ({name} if ids else set())
        self.done(before, changes)

    @rule(picks=PICKS, aside=st.booleans())
    def set_aside_or_restore(self, picks: list[int], aside: bool) -> None:
        before = copy.deepcopy(self.state)
        ids = self.samples(picks)
        changes = self.dataset.quarantine(ids, "blurred") if aside else self.dataset.restore(ids)
        for sample in ids:
            self.state.samples[sample]["quarantined"] = aside
        self.done(before, changes)

    @rule(picks=PICKS, group=st.sampled_from([None, "P", "Q"]))
    def set_groups(self, picks: list[int], group: str | None) -> None:
        before = copy.deepcopy(self.state)
        ids = self.samples(picks)
        changes = self.dataset.set_groups(dict.fromkeys(ids, group))
        for sample in ids:
            self.state.samples[sample]["group"] = group
        self.done(before, changes)

    @precondition(has_class)
    @rule(task=PICK, pick=PICK)
    def rename_class(self, task: int, pick: int) -> None:
        before = copy.deepcopy(self.state)
        name = self.task(task)
        old, new = self.class_name(name, pick), f"renamed {next(self.numbers)}"
        found = self.state.find(name, old)
        changes = self.dataset.rename_class(name, old, new)
        assert found is not None
        self.state.classes[found].name = new
        self.done(before, changes)

    @precondition(has_class)
    @rule(task=PICK, pick=PICK, into=PICK)
    def merge_classes(self, task: int, pick: int, into: int) -> None:
        before = copy.deepcopy(self.state)
        name = self.task(task)
        old, new = self.class_name(name, pick), self.class_name(name, into)
        one, other = self.state.find(name, old), self.state.find(name, new)
        changes = self.dataset.merge_classes(name, [old], new)
        assert one is not None
        if one != other:
            self.state.classes[one].removed = True
            self.state.classes[one].merged_into = other
        self.done(before, changes)

    @precondition(has_class)
    @rule(task=PICK, pick=PICK)
    def remove_class(self, task: int, pick: int) -> None:
        before = copy.deepcopy(self.state)
        name = self.task(task)
        old = self.class_name(name, pick)
        found = self.state.find(name, old)
        changes = self.dataset.remove_class(name, old)
        assert found is not None
        self.state.classes[found].removed = True
        self.done(before, changes)

    @precondition(has_task)
    @rule(task=PICK, more=st.booleans())
    def turn_the_classes_around(self, task: int, more: bool) -> None:
        before = copy.deepcopy(self.state)
        name = self.task(task)
        turned = list(reversed(self.state.present(name)))
        if more and len(turned) < 5:
            fresh = next(self.numbers)
            self.state.classes[fresh] = ModelClass(f"class {fresh}")
            turned.append(fresh)
        classes = [TaskClass(self.state.classes[each].name, "#123456", "") for each in turned]
        recoloured = self.dataset.task(name).classes != tuple(classes)
        changes = self.dataset.set_classes(name, classes)
        gone = [each for each in self.state.tasks[name] if self.state.classes[each].removed]
        self.state.tasks[name] = [*turned, *gone]
        assert bool(changes) == recoloured
        if changes:
            self.past.append(before)
            self.future.clear()

    @precondition(has_class)
    @rule(
        picks=PICKS,
        task=PICK,
        answer=PICK,
        score=FLOATS,
        origin=st.sampled_from(["query", "model"]),
    )
    def propose(self, picks: list[int], task: int, answer: int, score: float, origin: Any) -> None:
        before = copy.deepcopy(self.state)
        name, ids = self.task(task), self.samples(picks)
        word = self.class_name(name, answer)
        found = self.state.find(name, word)
        assert found is not None
        offers = [NewProposal(sample, word, score) for sample in ids]
        changes = self.dataset.propose(name, offers, origin)
        for sample in ids:
            self.state.propose((sample, name, found, origin), score)
        self.done(before, changes)

    @precondition(has_class)
    @rule(picks=PICKS, offered=PICKS, task=PICK, answer=PICK, score=FLOATS)
    def propose_anew(
        self, picks: list[int], offered: list[int], task: int, answer: int, score: float
    ) -> None:
        before = copy.deepcopy(self.state)
        name, ids = self.task(task), self.samples(picks)
        word = self.class_name(name, answer)
        found = self.state.find(name, word)
        assert found is not None
        offers = [NewProposal(ids[pick % len(ids)], word, score) for pick in offered if ids]
        changes = self.dataset.propose_anew(name, ids, offers, "model")
        self.state.propose_anew(name, ids, found, {each.sample for each in offers}, score)
        self.done(before, changes)

    @precondition(has_task)
    @rule(picks=st.lists(PICK, min_size=1, max_size=3), task=PICK, accept=st.booleans())
    def review(self, picks: list[int], task: int, accept: bool) -> None:
        before = copy.deepcopy(self.state)
        name = self.task(task)
        offered = self.dataset.proposals(name)
        if not offered:
            return
        # One a sample, as a review queue does.
        by_sample = {each.sample: each for each in (offered[pick % len(offered)] for pick in picks)}
        chosen = sorted(by_sample.values(), key=lambda each: each.id)
        act = self.dataset.accept if accept else self.dataset.refuse
        changes = act([each.id for each in chosen])
        for each in chosen:
            wanted = self.state.find(name, each.answer)
            self.state.refuse_one(each, wanted)
            if accept:
                self.state.labels.append((each.sample, name, wanted, "proposal", ""))
                self.state.settle(each.sample, name, wanted)
        assert changes
        self.done(before, changes)

    @rule(pick=PICK, score=FLOATS)
    def correct_faces(self, pick: int, score: float) -> None:
        before = copy.deepcopy(self.state)
        for sample in self.samples([pick]):
            face = StoredFace((0.1, 0.2, score, 4.0), ((1.0, 2.0),) * 5, score, "person")
            changes = self.dataset.correct_faces(sample, [face])
            self.state.faces[sample] = score
            self.done(before, changes)

    # What is measured, and never undone

    @rule(picks=PICKS, score=FLOATS)
    def measure(self, picks: list[int], score: float) -> None:
        ids = self.samples(picks)
        found = [NewFinding(each, score / 3, score, family="F") for each in ids]
        self.dataset.record_findings("blurred", found)
        face = StoredFace((1, 2, 3, 4), ((1.0, 2.0),) * 5, score)
        self.dataset.store_faces({each: [face] for each in ids}, "detector")

    @rule(pick=PICK)
    def dismiss(self, pick: int) -> None:
        before = copy.deepcopy(self.state)
        offered = self.dataset.findings(state="open")
        if offered and self.dataset.dismiss([offered[pick % len(offered)].id]):
            self.past.append(before)
            self.future.clear()

    # Back and forth

    @rule(steps=st.integers(1, 3))
    def undo(self, steps: int) -> None:
        for _ in range(steps):
            assert bool(self.dataset.undo()) == bool(self.past)
            if self.past:
                self.future.append(copy.deepcopy(self.state))
                self.state = self.past.pop()

    @rule(steps=st.integers(1, 3))
    def redo(self, steps: int) -> None:
        for _ in range(steps):
            assert bool(self.dataset.redo()) == bool(self.future)
            if self.future:
                self.past.append(copy.deepcopy(self.state))
                self.state = self.future.pop()

    @rule()
    def close_and_open(self) -> None:
        folder = self.dataset.folder
        self.dataset.close()
        self.dataset = Dataset.open(folder)

    @rule()
    def undo_all_and_redo_as_much(self) -> None:
        folder = self.dataset.folder
        before = dump(folder, (*KEPT, "labels"))
        steps = len(self.past)
        for _ in range(steps):
            assert self.dataset.undo()
        assert self.dataset.undo() is None
        assert dump(folder, KEPT) == self.first
        undone = [row[-1] for row in dump(folder, ("labels",))["labels"]]
        assert all(undone)
        for _ in range(steps):
            assert self.dataset.redo()
        assert dump(folder, (*KEPT, "labels")) == before

    # What must hold at any time

    @invariant()
    def answers_are_what_the_labels_come_to(self) -> None:
        for task in self.state.tasks:
            expected = {
                sample: answer
                for sample in self.state.samples
                if (answer := self.state.answer(sample, task)) is not None
            }
            assert self.dataset.answers(task, quarantined=None) == expected

    @invariant()
    def the_rest_is_as_it_should_be(self) -> None:
        state = self.state
        found = self.dataset.samples(EVERYTHING)
        assert {
            each.id: {"name": each.name, "quarantined": each.quarantined, "group": each.group}
            for each in found
        } == state.samples
        assert {task.name: list(task.names) for task in self.dataset.tasks()} == {
            task: state.named(task) for task in state.tasks
        }
        for task in state.tasks:
            standing = [
                (each.sample, each.answer) for each in self.dataset.labels(task) if not each.undone
            ]
            assert standing == [
                (sample, state.name_of(each))
                for sample, question, each, _, _ in state.labels
                if question == task
            ]
            offered = [
                (each.sample, each.answer, each.origin, each.score)
                for each in self.dataset.proposals(task)
            ]
            assert sorted(offered) == sorted(state.offers(task))
        corrected = {
            sample: faces[0].score
            for sample, faces in self.dataset.faces().items()
            if faces[0].origin == "person"
        }
        assert corrected == state.faces
        assert (self.dataset.redo_name is None) == (not self.future)
        assert (self.dataset.undo_name is None) == (not self.past)


TestDatasetMachine = DatasetMachine.TestCase
TestDatasetMachine.settings = settings(
    max_examples=50,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes longer than reading
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
