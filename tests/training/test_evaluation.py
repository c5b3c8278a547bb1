from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, f1_score

from faceapp.training.evaluation import judge


def one_hot(predicted: list[int], classes: int) -> np.ndarray:
    return np.eye(classes, dtype=np.float32)[predicted]


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=60
    )
)
def test_figures_are_those_of_scikit_learn(rows: list[tuple[int, int, int]]) -> None:
    truth, predicted, people = (list(column) for column in zip(*rows, strict=True))
    judgement = judge(truth, one_hot(predicted, 4), [str(p) for p in people], "abcd")

    assert judgement.accuracy == pytest.approx(accuracy_score(truth, predicted))
    present = sorted(set(truth))
    recalls = confusion_matrix(truth, predicted, labels=range(4), normalize="true").diagonal()
    assert judgement.balanced_accuracy == pytest.approx(np.mean([recalls[c] for c in present]))
    f1 = f1_score(truth, predicted, labels=present, average="macro", zero_division=0)
    assert judgement.macro_f1 == pytest.approx(f1)
    assert (
        np.array(judgement.confusion) == confusion_matrix(truth, predicted, labels=range(4))
    ).all()


def test_balanced_accuracy_is_scikit_learns_when_every_class_is_there() -> None:
    truth, predicted = [0, 0, 0, 1, 1, 2], [0, 1, 0, 1, 1, 0]
    judgement = judge(truth, one_hot(predicted, 3), list("abcdef"), "xyz")
    assert judgement.balanced_accuracy == pytest.approx(balanced_accuracy_score(truth, predicted))
    assert judgement.majority == pytest.approx(0.5)
    assert judgement.chance == pytest.approx(1 / 3)


def test_many_images_of_few_people_widen_the_interval() -> None:
    random = np.random.default_rng(0)
    person = np.repeat(np.arange(20), 50)
    truth = np.tile([0, 1], 500)
    # Each person is either read always right or only half of the time.
    right = np.where(person % 2 == 0, 1.0, 0.5)
    predicted = np.where(random.random(1000) < right, truth, 1 - truth)
    by_person = judge(truth, one_hot(list(predicted), 2), [str(p) for p in person], "ab")
    by_image = judge(truth, one_hot(list(predicted), 2), [str(i) for i in range(1000)], "ab")

    def width(judgement) -> float:  # noqa: ANN001
        return judgement.interval.high - judgement.interval.low

    assert width(by_person) > 2 * width(by_image)
    assert by_person.interval.low <= by_person.balanced_accuracy <= by_person.interval.high


def test_the_same_seed_gives_the_same_interval() -> None:
    args = ([0, 1, 1, 0], one_hot([0, 1, 0, 0], 2), list("abcd"), "xy")
    assert judge(*args, seed=3) == judge(*args, seed=3)


def test_nothing_to_judge_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        judge([], np.zeros((0, 2), np.float32), [], "ab")


def test_intervals_of_a_class_are_those_of_its_own_people() -> None:
    # Of a's people half are always right; b's one image is; nobody shows c, and nothing says so.
    truth = [0] * 40 + [1]
    predicted = [0] * 20 + [1] * 20 + [1]
    people = [str(i // 2) for i in range(40)] + ["b"]
    a, b, c = judge(truth, one_hot(predicted, 3), people, "abc").per_class
    assert a.recall_interval.low < a.recall == 0.5 < a.recall_interval.high
    assert a.recall_interval.low > 0.2
    assert a.recall_interval.high < 0.8
    assert (a.precision_interval.low, a.precision_interval.high) == (1, 1)
    assert b.precision_interval.low < b.precision < b.precision_interval.high
    assert (c.recall_interval.low, c.recall_interval.high) == (0, 1)
    assert (c.precision_interval.low, c.precision_interval.high) == (0, 1)
