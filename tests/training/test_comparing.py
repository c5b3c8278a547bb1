"""Runs read back from disk and compared on the test images that they have in common."""

from __future__ import annotations

import csv
import json
from math import comb
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.training.comparing import Change, RunsNotComparable, compare
from faceapp.training.records import RunUnreadable, read_run, run_records

CLASSES = ("happy", "sad")


def write_run(folder: Path, rows: list[tuple[str, str, str]], task: str = "expression") -> Path:
    """A finished run as far as comparing looks at it; rows are (image, truth, predicted)."""
    folder.mkdir(parents=True)
    right = sum(truth == predicted for _, truth, predicted in rows)
    metrics = {
        "task": task, "recipe": "quick", "backbone": "vgg16", "seed": 0, "folds": 0,
        "fit": {"gap": 0.1}, "seconds": 12.5, "split": {"train": {"images": 40}},
        "test": {
            "classes": CLASSES, "n": len(rows), "accuracy": right / max(1, len(rows)),
            "balanced_accuracy": 0.5, "interval": [0.4, 0.6],
        },
    }  # fmt: skip
    (folder / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    with (folder / "predictions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "group", "truth", "predicted", "p_happy", "p_sad"])
        writer.writerows([image, "p", truth, said, "0.5", "0.5"] for image, truth, said in rows)
    return folder


def rows_of(answers: str, truth: str = "hhhhss") -> list[tuple[str, str, str]]:
    words = {"h": "happy", "s": "sad"}
    return [
        (f"{n}.jpg", words[true], words[said])
        for n, (true, said) in enumerate(zip(truth, answers, strict=True))
    ]


def test_runs_are_judged_on_the_images_they_share(tmp_path: Path) -> None:
    one = write_run(tmp_path / "one", rows_of("hhhsss"))
    other = write_run(tmp_path / "other", [*rows_of("hhssss"), ("more.jpg", "sad", "happy")])
    found = compare([one, other])
    assert (found.task, found.n) == ("expression", 6)
    assert [f.accuracy for f in found.figures] == pytest.approx([5 / 6, 4 / 6])
    assert [f.balanced_accuracy for f in found.figures] == pytest.approx([7 / 8, 3 / 4])
    (against,) = found.against
    assert (against.run, against.only_first, against.only_this, against.p) == ("other", 1, 0, 1.0)
    assert found.changed == (Change("2.jpg", "happy", ("happy", "sad")),)
    assert json.loads(json.dumps(found.to_json()))["n"] == 6

    third = write_run(tmp_path / "third", rows_of("hhhhss")[1:])
    found = compare([one, other, third])
    assert found.n == 5  # on which all three were tested
    assert [f.accuracy for f in found.figures] == pytest.approx([4 / 5, 3 / 5, 1])
    assert [(a.run, a.only_first, a.only_this) for a in found.against] == [
        ("other", 1, 0), ("third", 0, 1),
    ]  # fmt: skip
    assert found.changed == (
        Change("2.jpg", "happy", ("happy", "sad", "happy")),
        Change("3.jpg", "happy", ("sad", "sad", "happy")),
    )


@given(first=st.integers(0, 12), this=st.integers(0, 12), both=st.integers(1, 3))
def test_mcnemar_is_the_binomial_of_those_right_alone(
    tmp_path_factory: pytest.TempPathFactory, first: int, this: int, both: int
) -> None:
    folder = tmp_path_factory.mktemp("runs")
    count = first + this + both
    one = write_run(folder / "a", rows_of("h" * first + "s" * this + "h" * both, "h" * count))
    other = write_run(folder / "b", rows_of("s" * first + "h" * this + "h" * both, "h" * count))
    (against,) = compare([one, other]).against
    assert (against.only_first, against.only_this) == (first, this)
    n, fewer = first + this, min(first, this)
    tail = sum(comb(n, k) for k in range(fewer + 1)) / 2**n
    assert against.p == pytest.approx(min(1.0, 2 * tail))


def test_what_cannot_be_compared_is_said(tmp_path: Path) -> None:
    one = write_run(tmp_path / "one", rows_of("hhhsss"))
    sex = write_run(tmp_path / "sex", rows_of("hhhsss"), task="sex")
    apart = write_run(tmp_path / "apart", [("x.jpg", "sad", "sad")])
    with pytest.raises(RunsNotComparable, match="two runs"):
        compare([one])
    with pytest.raises(RunsNotComparable, match="expression, sex"):
        compare([one, sex])
    with pytest.raises(RunsNotComparable, match="no test image in common"):
        compare([one, apart])
    with pytest.raises(RunUnreadable, match="no finished run"):
        compare([one, tmp_path])


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"test": {"interval": [1]}}', "\x00"])
def test_a_damaged_run_is_named_and_the_others_listed(tmp_path: Path, damage: str) -> None:
    write_run(tmp_path / "20260101-good", rows_of("hhhsss"))
    write_run(tmp_path / "20260102-bad", rows_of("hhhsss"))
    (tmp_path / "20260102-bad" / "metrics.json").write_text(damage, encoding="utf-8")
    (tmp_path / ".unfinished-x-1").mkdir()
    records, problems = run_records(tmp_path)
    assert [record.name for record in records] == ["20260101-good"]
    assert len(problems) == 1
    assert "20260102-bad" in problems[0]


def test_a_record_says_what_metrics_hold(tmp_path: Path) -> None:
    record = read_run(write_run(tmp_path / "run", rows_of("hhhsss")))
    assert record.to_json()["run"] == str(tmp_path / "run")
    assert (record.recipe, record.interval, record.n) == ("quick", (0.4, 0.6), 6)
    assert record.learned_from == 40


def test_predictions_that_are_damaged_are_named(tmp_path: Path) -> None:
    one = write_run(tmp_path / "one", rows_of("hhhsss"))
    other = write_run(tmp_path / "other", rows_of("hhhsss"))
    (other / "predictions.csv").write_text("image,nothing\na,b\n", encoding="utf-8")
    with pytest.raises(RunUnreadable, match=r"other.predictions\.csv"):
        compare([one, other])
