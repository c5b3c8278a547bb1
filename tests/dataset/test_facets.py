"""Every number beside a filter is what choosing that filter gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.dataset import (
    Dataset,
    DatasetError,
    NewFinding,
    NewLabel,
    NewProposal,
    Origin,
    Query,
)
from sample_rows import fill, names, new_sample

CLASSES = ("happy", "sad", "angry")


def build(folder: Path) -> Dataset:
    """Twelve samples of two sources: labelled, imported, disputed, proposed, found, set aside."""
    dataset = Dataset.create(folder)
    ids = fill(dataset, 8)
    search = dataset.add_source("search", "openverse", {"query": "sad face"})
    ids += dataset.add_samples(search.id, [new_sample(number) for number in range(8, 12)])[0]
    dataset.add_task("expression", CLASSES)
    dataset.add_labels(
        "expression",
        [
            NewLabel(ids[0], "happy", "anna"),
            NewLabel(ids[1], "happy", "anna"),
            NewLabel(ids[1], "sad", "ben"),
            NewLabel(ids[2], "sad", "anna"),
            NewLabel(ids[2], "sad", "ben"),
            NewLabel(ids[2], "happy", "cleo"),
        ],
    )
    dataset.label(ids[3:5], "expression", "happy")
    dataset.label([ids[5], ids[8]], "expression", None)
    offers = [NewProposal(each, "sad", score / 10) for score, each in enumerate(ids[6:11])]
    dataset.propose("expression", offers, "query")
    accepted = dataset.proposals("expression", ids=[ids[9]])
    dataset.accept(each.id for each in accepted)
    dataset.record_findings("blurred", [NewFinding(each, 1.0, 0.2) for each in ids[2:7]])
    dataset.record_findings("small", [NewFinding(ids[2], 9.0, 0.1)])
    dataset.dismiss([dataset.findings("blurred", ids=[ids[3]])[0].id])
    dataset.quarantine([ids[4], ids[11]])
    return dataset


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with build(tmp_path_factory.mktemp("facets") / "d") as made:
        yield made


QUERIES = st.builds(
    Query,
    task=st.just("expression"),
    answers=st.none() | st.lists(st.sampled_from([*CLASSES, None]), max_size=3).map(tuple),
    unlabelled=st.booleans(),
    unsure=st.booleans(),
    origins=st.none() | st.lists(st.sampled_from(Origin), min_size=1, max_size=2).map(tuple),
    disagreed=st.booleans(),
    quarantined=st.sampled_from([False, True, None]),
    text=st.none() | st.sampled_from(["face_1", "2"]),
    sources=st.none() | st.lists(st.integers(1, 3), max_size=2).map(tuple),
    finding=st.none() | st.sampled_from(["blurred", "small", "none"]),
    proposed=st.booleans(),
    among=st.none() | st.lists(st.integers(1, 13)).map(tuple),
)


@given(query=QUERIES)
def test_counts_are_what_choosing_gives(dataset: Dataset, query: Query) -> None:
    facets = dataset.facets(query)
    count = dataset.count
    free = replace(query, answers=None, unlabelled=False, unsure=False)
    assert facets.total == count(query)
    assert facets.answers == {name: count(replace(free, answers=(name,))) for name in CLASSES}
    assert facets.unlabelled == count(replace(free, unlabelled=True))
    assert facets.unsure == count(replace(free, unsure=True))
    assert facets.origins == {each: count(replace(query, origins=(each,))) for each in Origin}
    assert facets.proposed == count(replace(query, proposed=True))
    assert facets.disagreed == count(replace(query, disagreed=True))
    assert facets.quarantined == count(replace(query, quarantined=True))
    for source in dataset.sources():
        chosen = count(replace(query, sources=(source.id,)))
        assert facets.sources.get(source.id, 0) == chosen
    for kind in ("blurred", "small"):
        assert facets.findings.get(kind, 0) == count(replace(query, finding=kind))


def test_without_a_task_nothing_is_said_of_answers(dataset: Dataset) -> None:
    facets = dataset.facets()
    assert (facets.total, facets.quarantined) == (10, 2)
    assert facets.answers == {}
    assert (facets.unlabelled, facets.unsure, facets.proposed, facets.disagreed) == (0, 0, 0, 0)


def test_an_answer_comes_from_its_newest_personal_label(dataset: Dataset) -> None:
    def of(*origins: Origin) -> list[str]:
        return names(dataset, Query("expression", origins=origins))

    assert of(Origin.IMPORT) == ["0", "1", "2"]
    assert of(Origin.PERSON) == ["3", "5", "8"]
    assert of(Origin.PROPOSAL) == ["9"]


def test_an_undone_label_gives_no_origin(tmp_path: Path) -> None:
    with build(tmp_path / "d") as dataset:
        first = dataset.sample_ids()[0]
        dataset.label([first], "expression", "sad")
        person = Query("expression", origins=(Origin.PERSON,))
        assert first in dataset.sample_ids(person)
        dataset.undo()
        assert first not in dataset.sample_ids(person)


def test_confidence_puts_the_surest_open_proposal_first(dataset: Dataset) -> None:
    query = Query("expression", proposed=True, order="confidence")
    assert names(dataset, query) == ["10", "8", "7", "6"]
    everything = names(dataset, replace(query, proposed=False))
    assert everything[:4] == ["10", "8", "7", "6"]
    assert len(everything) == 10


def test_proposals_of_a_class_that_went_do_not_wait_for_anyone(tmp_path: Path) -> None:
    with build(tmp_path / "d") as dataset:
        dataset.remove_class("expression", "sad")
        query = Query("expression", proposed=True)
        assert dataset.count(query) == dataset.facets(Query("expression")).proposed == 0
        dataset.undo()
        assert dataset.count(query) == 4


def test_review_progress_counts_samples_not_proposals(tmp_path: Path) -> None:
    with build(tmp_path / "d") as dataset:
        assert dataset.review_progress("expression") == (1, 5)
        waiting = dataset.proposals("expression")
        dataset.propose("expression", [NewProposal(waiting[0].sample, "angry")], "model")
        assert dataset.review_progress("expression") == (1, 5)
        dataset.refuse([waiting[0].id])
        assert dataset.review_progress("expression") == (1, 5)
        dataset.label([waiting[0].sample, waiting[1].sample], "expression", "happy")
        assert dataset.review_progress("expression") == (3, 5)
        dataset.quarantine([waiting[2].sample])
        assert dataset.review_progress("expression") == (3, 4)


def test_uses_count_samples_with_a_standing_label_of_the_class(tmp_path: Path) -> None:
    with build(tmp_path / "d") as dataset:
        assert dataset.class_uses("expression") == {"happy": 5, "sad": 3, "angry": 0}
        dataset.label(dataset.sample_ids()[:1], "expression", "angry")
        assert dataset.class_uses("expression") == {"happy": 5, "sad": 3, "angry": 1}
        dataset.undo()
        dataset.merge_classes("expression", ["sad"], "happy")
        assert dataset.class_uses("expression") == {"happy": 6, "angry": 0}


@pytest.mark.parametrize("query", [Query(origins=()), Query(order="confidence")])
def test_a_query_about_answers_names_its_task(dataset: Dataset, query: Query) -> None:
    with pytest.raises(DatasetError, match="of which task"):
        dataset.sample_ids(query)
