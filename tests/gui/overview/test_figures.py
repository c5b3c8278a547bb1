"""The figures of the Overview: each is counted from the dataset, and only what stands counts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faceapp.dataset import (
    Dataset,
    NewFinding,
    NewLabel,
    NewProposal,
    NewSample,
    Origin,
    StoredFace,
)
from faceapp.errors import Cancelled
from faceapp.gui.overview.figures import BINS, Kind, count_figures, histogram
from faceapp.jobs import Job

pytestmark = pytest.mark.gui

EXPRESSIONS, SEXES = ("neutral", "happy", "sad"), ("female", "male")
KINDS = {"folder": "original", "csv": "original", "search": "scraped", "camera": "camera"}


def face(side: float) -> StoredFace:
    return StoredFace((1, 1, side, side + 5), ((1, 1),) * 5, 0.9)


def sample(number: int, **more: object) -> NewSample:
    return NewSample(
        f"{number}.png", f"images/{number}.png", f"{number:064}", number, 60, 80, "png", **more
    )


ANSWERS = st.one_of(st.none(), st.just("unsure"), st.sampled_from(EXPRESSIONS))
SAMPLE = st.fixed_dictionaries(
    {
        "expression": ANSWERS,
        "sex": st.one_of(st.none(), st.sampled_from(SEXES)),
        "kind": st.sampled_from(sorted(KINDS)),
        "quarantined": st.booleans(),
        "proposed": st.booleans(),
    }
)


def fill(dataset: Dataset, samples: list[dict[str, object]]) -> None:
    dataset.add_task("expression", EXPRESSIONS)
    dataset.add_task("sex", SEXES)
    for number, each in enumerate(samples):
        source = dataset.add_source(str(each["kind"]), "somewhere", {})
        ((added,), _changes) = dataset.add_samples(source.id, [sample(number)])
        for task in ("expression", "sex"):
            answer = each[task]
            if answer is not None:
                dataset.label([added], task, None if answer == "unsure" else str(answer))
        if each["proposed"]:
            dataset.propose("expression", [NewProposal(added, "happy")], "model")
        if each["quarantined"]:
            dataset.quarantine([added])


@given(samples=st.lists(SAMPLE, max_size=8))
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_every_figure_is_that_of_the_samples_outside_quarantine(
    samples: list[dict[str, object]],
) -> None:
    with TemporaryDirectory() as folder, Dataset.create(Path(folder) / "d") as dataset:
        fill(dataset, samples)
        figures = count_figures(dataset)
        counts = dataset.class_counts("expression")
        waiting = {each.sample for each in dataset.proposals("expression")}
        open_to = waiting & set(dataset.sample_ids())
    here = [each for each in samples if not each["quarantined"]]
    expression, sex = figures.tasks
    answered = Counter(each["expression"] for each in here)
    assert (figures.samples, figures.quarantined) == (len(here), len(samples) - len(here))
    assert expression.counts == counts
    assert counts.counts == {name: answered[name] for name in EXPRESSIONS}
    assert (counts.unsure, counts.unlabelled) == (answered["unsure"], answered[None])
    assert expression.answered == sum(answered[name] for name in EXPRESSIONS)
    assert sex.answered == sum(each["sex"] is not None for each in here)
    assert expression.waiting == len(open_to)
    pairs = Counter((each["sex"], each["expression"]) for each in here)
    assert expression.by_task["sex"].rows == {
        row: {name: pairs[row, name] for name in EXPRESSIONS}
        for row in SEXES
        if sum(pairs[row, name] for name in EXPRESSIONS)
    }
    kinds = Counter((KINDS[str(each["kind"])], each["expression"]) for each in here)
    assert expression.by_kind.rows == {
        kind.value: {name: kinds[kind.value, name] for name in EXPRESSIONS}
        for kind in Kind
        if sum(kinds[kind.value, name] for name in EXPRESSIONS)
    }
    assert figures.kinds == Counter(Kind(KINDS[str(each["kind"])]) for each in here)


def test_raters_are_counted_by_their_newest_label_that_stands(
    dataset: Dataset, faces: list[int]
) -> None:
    def give(sample: int, answer: str | None, rater: str) -> None:
        new = [NewLabel(sample, answer, rater)]
        dataset.add_labels("expression", new, Origin.IMPORT)

    give(faces[0], "happy", "ann")
    give(faces[0], "sad", "ann")
    give(faces[0], "sad", "ben")
    give(faces[1], "happy", "ann")
    give(faces[1], None, "ann")  # thought better of it
    give(faces[2], "neutral", "ann")
    dataset.undo()
    give(faces[3], "happy", "ann")
    dataset.quarantine([faces[3]])
    rows = count_figures(dataset).tasks[0].by_rater.rows
    assert rows == {
        "ann": {"neutral": 0, "happy": 0, "sad": 1},
        "ben": {"neutral": 0, "happy": 0, "sad": 1},
    }


def test_the_busiest_rater_comes_first(dataset: Dataset, faces: list[int]) -> None:
    for rater, number in (("ann", 1), ("ben", 3), ("", 2)):
        labels = [NewLabel(each, "happy", rater) for each in faces[:number]]
        dataset.add_labels("expression", labels, Origin.IMPORT)
    assert list(count_figures(dataset).tasks[0].by_rater.rows) == ["ben", "", "ann"]


def test_merged_classes_count_as_what_they_became(dataset: Dataset, faces: list[int]) -> None:
    dataset.label(faces[:4], "expression", "sad")
    dataset.label(faces[4:6], "expression", "happy")
    dataset.merge_classes("expression", ["sad"], "happy")
    task = count_figures(dataset).tasks[0]
    assert task.counts.counts == {"neutral": 0, "happy": 6}
    assert sum(task.by_rater.rows[""].values()) == 6


def test_faces_groups_findings_and_models(dataset: Dataset, faces: list[int]) -> None:
    found = {
        faces[0]: [face(40), face(10)],
        faces[1]: [face(20)],
        faces[2]: [],
        faces[3]: [face(9)],
    }
    dataset.store_faces(found, "detector")
    dataset.set_groups({faces[0]: "ann", faces[1]: "ann"})
    findings = [NewFinding(each, 1.0, 0.5) for each in (faces[0], faces[3], faces[4])]
    dataset.record_findings("blurred", findings)
    dataset.dismiss([each.id for each in dataset.findings() if each.sample == faces[4]])
    dataset.quarantine([faces[3]])
    (dataset.runs / "one").mkdir()
    (dataset.runs / "one" / "model.keras").touch()
    (dataset.runs / "broken-off").mkdir()
    figures = count_figures(dataset)
    assert (figures.looked_at, figures.faceless) == (3, 1)
    assert figures.groups == 10
    assert figures.findings == 1
    assert figures.models == 1
    assert figures.face_sizes is not None
    assert sum(figures.face_sizes.counts) == 2
    assert figures.image_sizes is not None
    assert (sum(figures.image_sizes.counts), figures.image_sizes.median) == (11, 60)


def test_an_empty_dataset_has_no_figures(dataset: Dataset) -> None:
    figures = count_figures(dataset)
    assert (figures.samples, figures.tasks, figures.image_sizes) == (0, (), None)


def test_counting_can_be_stopped(dataset: Dataset, faces: list[int]) -> None:
    with pytest.raises(Cancelled):
        count_figures(dataset, Job(cancelled=lambda: True))


VALUES = st.lists(st.integers(1, 10_000), min_size=1) | st.lists(
    st.floats(0.5, 5000), min_size=1, max_size=200
)


@given(values=VALUES)
def test_a_histogram_counts_every_value_once_in_its_bin(values: list[float]) -> None:
    made = histogram(values)
    assert made is not None
    assert sum(made.counts) == len(values)
    assert 1 <= len(made.counts) <= BINS
    assert made.start <= min(values)
    assert made.median in values
    for place, count in enumerate(made.counts[:-1]):
        low = made.start + place * made.width
        inside = sum(low <= value < low + made.width for value in values)
        assert count == inside
    assert made.counts[-1] == sum(value >= made.stop - made.width for value in values)


@given(values=VALUES)
def test_edges_are_round_and_one_giant_does_not_squeeze_the_rest(values: list[float]) -> None:
    usual = histogram(values * 100)
    giant = histogram([*values * 100, 10**9])
    assert usual is not None
    assert giant is not None
    assert usual.width == giant.width
    digits = f"{usual.width:.0e}".split("e")[0]
    assert digits in {"1", "2", "5"}


def test_no_values_have_no_histogram() -> None:
    assert histogram([]) is None
