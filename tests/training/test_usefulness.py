"""What to label next: uncertain, unlike what is labelled, unlike what was chosen before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.dataset import Dataset, Query, UnknownTask
from faceapp.errors import Cancelled
from faceapp.jobs import Job
from faceapp.training.predicting import Predictor
from faceapp.training.usefulness import by_use, useful
from sample_rows import fill
from training.looks import SPEC, shelve

WIDTH = 24
SEEDS = st.integers(0, 2**32 - 1)


def unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(lengths, lengths, 1), np.float32)


def around(random: np.random.Generator, centres: np.ndarray, spread: float = 0.03) -> np.ndarray:
    """One sample near each of the given centres."""
    return unit(centres + spread * random.standard_normal(centres.shape))


def kinds(random: np.random.Generator, count: int) -> np.ndarray:
    """So many directions at right angles: faces as unlike as can be."""
    return np.linalg.qr(random.standard_normal((WIDTH, count)))[0].T.astype(np.float32)


NOTHING = np.zeros((0, WIDTH), np.float32)


@given(SEEDS, st.integers(0, 40), st.integers(0, 20))
def test_every_sample_is_named_once(seed: int, count: int, known: int) -> None:
    random = np.random.default_rng(seed)
    rows = unit(random.standard_normal((count + known, WIDTH)))
    order = by_use(rows[:count], rows[count:], random.random(count).astype(np.float32))
    assert sorted(order) == list(range(count))


@given(SEEDS)
def test_one_of_each_kind_comes_before_a_second_of_any(seed: int) -> None:
    random = np.random.default_rng(seed)
    kind = random.permutation(np.repeat(np.arange(6), [1, 1, 3, 5, 10, 20]))
    rows = around(random, kinds(random, 6)[kind])
    order = by_use(rows, NOTHING, np.ones(len(rows), np.float32))
    assert set(kind[order[:6]]) == set(range(6))


@given(SEEDS)
def test_what_is_labelled_already_comes_after_what_is_new(seed: int) -> None:
    random = np.random.default_rng(seed)
    centres = kinds(random, 5)
    kind = random.permutation(np.repeat(np.arange(5), 4))
    rows = around(random, centres[kind])
    known = around(random, centres[[0, 1, 2]])
    order = by_use(rows, known, np.ones(len(rows), np.float32))
    assert set(kind[order[:2]]) == {3, 4}


@given(SEEDS)
def test_a_copy_of_what_is_labelled_comes_last(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = around(random, kinds(random, 8))
    doubts = random.uniform(0.2, 1, 8).astype(np.float32)
    assert by_use(rows, rows[[5]], doubts)[-1] == 5


@given(st.permutations(range(10)))
def test_of_equally_new_ones_the_more_doubtful_comes_first(ranks: list[int]) -> None:
    rows = kinds(np.random.default_rng(0), 10)
    doubts = np.array(ranks, np.float32) / 10
    order = by_use(rows, NOTHING, doubts)
    assert [ranks[place] for place in order] == sorted(ranks, reverse=True)


@pytest.mark.parametrize("chosen", [0, 3])
def test_those_not_chosen_one_by_one_keep_the_promise(
    monkeypatch: pytest.MonkeyPatch, chosen: int
) -> None:
    monkeypatch.setattr("faceapp.training.usefulness.ONE_BY_ONE", chosen)
    rows = kinds(np.random.default_rng(1), 9)
    doubts = np.linspace(0.1, 0.9, 9, dtype=np.float32)
    order = by_use(rows, rows[[8]], doubts)
    assert list(order) == [7, 6, 5, 4, 3, 2, 1, 0, 8]


def found_kinds(kind: np.ndarray, order: np.ndarray, budget: int) -> int:
    return len(set(kind[order[:budget]]))


def test_rare_kinds_are_found_sooner_than_by_chance() -> None:
    random = np.random.default_rng(2)
    kind = np.repeat(np.arange(12), [300, 200, 100, *[4] * 9])
    rows = around(random, kinds(random, 12)[kind], spread=0.15)
    order = by_use(rows, rows[:40], np.ones(len(rows), np.float32))
    chance = [found_kinds(kind, random.permutation(len(kind)), 20) for _ in range(200)]
    assert found_kinds(kind, order, 20) == 11  # all but the kind that is labelled
    assert max(chance) < 11


def test_it_can_be_stopped() -> None:
    rows = kinds(np.random.default_rng(3), 4)
    with pytest.raises(Cancelled):
        by_use(rows, NOTHING, np.ones(4, np.float32), Job(cancelled=lambda: True))


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Dataset]:
    """Twelve samples without images, of three kinds in turn; nobody has a label."""
    with Dataset.create(tmp_path / "rows") as made:
        ids = fill(made, 12)
        made.add_task("expression", ["happy", "sad"])
        random = np.random.default_rng(4)
        centres = np.linalg.qr(random.standard_normal((SPEC.trunk.width, 3)))[0].T
        shelve(made, {each: centres[each % 3] + random.normal(0, 0.01) for each in ids})
        yield made


def test_while_there_is_no_run_the_unlike_come_first(rows: Dataset) -> None:
    rows.label([1, 4], "expression", "happy")  # both of kind 1
    rows.label([2], "expression", None)  # kind 2: unsure is an answer
    rows.quarantine([12])
    order = useful(rows, "Expression")
    assert sorted(order) == [3, 5, 6, 7, 8, 9, 10, 11]
    assert order[0] % 3 == 0


def test_nothing_is_left_or_nothing_is_known(rows: Dataset) -> None:
    with pytest.raises(UnknownTask, match="'age'"):
        useful(rows, "age")
    assert sorted(each % 3 for each in useful(rows, "expression")[:3]) == [0, 1, 2]
    rows.label(rows.sample_ids(), "expression", "sad")
    assert useful(rows, "expression") == []


def test_with_a_run_its_doubts_count(learned: Path) -> None:
    with Dataset.open(learned) as dataset:
        waiting = dataset.sample_ids(Query(task="expression", unlabelled=True))
        (run,) = dataset.runs.iterdir()
        order = useful(dataset, "expression")
        assert sorted(order) == waiting
        for each in dataset.samples():  # all that it takes is remembered by now
            dataset.image_path(each).unlink()
        assert useful(dataset, "expression") == order
        found = Predictor(dataset, run).predict(waiting)
        two = np.sort(found.probabilities, axis=1)[:, -2:]
        doubt = dict(zip(found.ids, 1 - two[:, 1] + two[:, 0], strict=True))
        first, last = order[: len(order) // 3], order[-len(order) // 3 :]
        assert np.mean([doubt[i] for i in first]) > np.mean([doubt[i] for i in last])
