"""Filters as values, against the store that answers them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.dataset import Dataset, NewFinding, NewProposal, Origin, Query
from faceapp.gui.label.filters import (
    Choice,
    Facet,
    Filters,
    Sort,
    count_of,
    ranked,
)
from sample_rows import fill, names

HAPPY, SAD = Choice(Facet.CLASS, "happy"), Choice(Facet.CLASS, "sad")
BLURRED, SMALL = Choice(Facet.FINDING, "blurred"), Choice(Facet.FINDING, "small")
CHOICES = st.sampled_from([HAPPY, SAD, BLURRED, SMALL, *map(Choice, (
    Facet.UNLABELLED, Facet.UNSURE, Facet.PROPOSED, Facet.DISAGREED, Facet.QUARANTINED
))])  # fmt: skip


@given(st.lists(CHOICES), CHOICES)
def test_toggling_takes_one_choice_in_or_out(chosen: list[Choice], choice: Choice) -> None:
    filters = Filters()
    for each in chosen:
        filters = filters.toggled(each)
    after = filters.toggled(choice)
    assert (choice in after.chosen) != (choice in filters.chosen)
    rivals = {BLURRED, SMALL} if choice.facet is Facet.FINDING else set()
    assert after.chosen - rivals - {choice} == filters.chosen - rivals - {choice}
    assert len(after.values(Facet.FINDING)) <= 1


def test_only_one_finding_is_chosen_at_a_time() -> None:
    assert Filters().toggled(BLURRED).toggled(SMALL).chosen == {SMALL}


def test_only_is_that_alone_and_then_nothing() -> None:
    one = Filters(frozenset({HAPPY, BLURRED}), "x").only(SAD)
    assert one == Filters(frozenset({SAD}))
    assert not one.only(SAD)


def test_looking_at_another_task_drops_what_speaks_of_answers() -> None:
    filters = Filters(frozenset({HAPPY, BLURRED, Choice(Facet.UNLABELLED)}), "x")
    assert filters.without_answers() == Filters(frozenset({BLURRED}), "x")


def test_classes_that_went_are_dropped() -> None:
    assert Filters(frozenset({HAPPY, SAD, BLURRED})).keeping(["sad"]).chosen == {SAD, BLURRED}


def test_without_a_task_nothing_asks_of_answers() -> None:
    chosen = frozenset({HAPPY, BLURRED, *map(Choice, (Facet.PROPOSED, Facet.UNSURE))})
    query = Filters(chosen, " a ").query(None, "confidence")
    assert query == Query(text="a", finding="blurred")


def test_ids_of_several_choices_narrow_each_other() -> None:
    test, disputed = Choice(Facet.SPLIT, "test"), Choice(Facet.MODEL_DISAGREES)
    filters = Filters(frozenset({test, disputed}))
    assert filters.query("t", among={test: [3, 1, 2], disputed: [2, 3, 9]}).among == (2, 3)
    assert filters.query("t", among={test: [], disputed: [2]}).among == ()
    assert Filters().query("t", among={test: [1]}).among is None


@pytest.fixture
def labelled(dataset: Dataset) -> Dataset:
    ids = fill(dataset, 8)
    dataset.add_task("expression", ["happy", "sad"])
    dataset.label(ids[:3], "expression", "happy")
    dataset.label(ids[3:5], "expression", "sad")
    dataset.label(ids[5:6], "expression", None)
    dataset.propose("expression", [NewProposal(ids[6], "sad", 0.3), NewProposal(ids[7], "happy")],
                    "model")  # fmt: skip
    dataset.record_findings("blurred", [NewFinding(ids[0], 1, 0.1), NewFinding(ids[3], 1, 0.1)])
    dataset.quarantine(ids[2:3])
    return dataset


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ([], ["0", "1", "3", "4", "5", "6", "7"]),
        ([HAPPY], ["0", "1"]),
        ([HAPPY, SAD], ["0", "1", "3", "4"]),
        ([HAPPY, Choice(Facet.UNLABELLED)], ["0", "1", "6", "7"]),
        ([Choice(Facet.UNSURE)], ["5"]),
        ([HAPPY, BLURRED], ["0"]),
        ([Choice(Facet.PROPOSED)], ["6", "7"]),
        ([Choice(Facet.QUARANTINED)], ["2"]),
        ([Choice(Facet.ORIGIN, Origin.PERSON.value), SAD], ["3", "4"]),
        ([Choice(Facet.ORIGIN, Origin.IMPORT.value)], []),
    ],
)
def test_what_filters_leave(labelled: Dataset, choices: list[Choice], expected: list[str]) -> None:
    filters = Filters(frozenset(choices))
    assert names(labelled, filters.query("expression")) == expected


def test_sorts_begin_with_an_order_of_the_store(labelled: Dataset) -> None:
    for sort in Sort:
        query = Filters().query("expression", sort.order)
        assert len(labelled.sample_ids(query)) == 7
    query = Filters().query("expression", Sort.CONFIDENCE.order)
    assert names(labelled, query)[:2] == ["7", "6"]


def test_counts_stand_beside_choices(labelled: Dataset) -> None:
    facets = labelled.facets(Query("expression"))
    source = labelled.sources()[0].id
    counts = {
        HAPPY: 2,
        SAD: 2,
        Choice(Facet.UNLABELLED): 2,
        Choice(Facet.UNSURE): 1,
        Choice(Facet.SOURCE, source): 7,
        Choice(Facet.SOURCE, source + 1): 0,
        Choice(Facet.ORIGIN, "person"): 5,
        BLURRED: 2,
        SMALL: 0,
        Choice(Facet.PROPOSED): 2,
        Choice(Facet.DISAGREED): 0,
        Choice(Facet.QUARANTINED): 1,
        Choice(Facet.SPLIT, "test"): None,
    }
    assert {choice: count_of(choice, facets) for choice in counts} == counts


@given(st.lists(st.integers(), unique=True), st.lists(st.integers(), unique=True))
def test_ranking_loses_nothing(ids: list[int], ranking: list[int]) -> None:
    result = ranked(ids, ranking)
    assert sorted(result) == sorted(ids)
    named = [each for each in ranking if each in set(ids)]
    assert result[: len(named)] == named
    assert result[len(named) :] == [each for each in ids if each not in set(ranking)]
