"""What was found is known again without looking: the same values, the same findings."""

from __future__ import annotations

import pytest

from cleaning_helpers import Blind
from faceapp.cleaning import Cleaning, clean
from faceapp.cleaning.actions import quarantine
from faceapp.cleaning.recalling import recall, remember, times
from faceapp.dataset import Dataset, Query


def looked(dataset: Dataset, *kinds: str) -> Cleaning:
    cleaning = clean(dataset, kinds or None, detector=Blind())
    remember(cleaning)
    return cleaning


def test_nothing_is_known_before_the_first_check(dataset: Dataset) -> None:
    assert recall(dataset) is None
    assert times(dataset) == {}


def test_the_same_findings_come_again(dataset: Dataset) -> None:
    cleaning = looked(dataset)
    again = recall(dataset)
    assert again is not None
    assert again.findings == cleaning.findings
    assert set(again.measured) == set(cleaning.measured) == set(times(dataset))
    assert again.skipped == cleaning.skipped
    assert "wrong_label" in again.skipped


def test_what_ran_at_different_times_is_known_together(dataset: Dataset) -> None:
    looked(dataset, "dark")
    looked(dataset, "exact_duplicate")
    again = recall(dataset)
    assert again is not None
    assert set(again.measured) == {"dark", "exact_duplicate"}


def test_findings_are_held_against_what_was_done_since(dataset: Dataset) -> None:
    cleaning = looked(dataset)
    dark = cleaning.beyond("dark", cleaning.threshold("dark"))
    family = cleaning.beyond("near_duplicate", cleaning.threshold("near_duplicate"))[0]
    quarantine(dataset, [dark[0]])
    dataset.quarantine(family.samples[1:])  # on another page
    now = cleaning.on(dataset)
    assert list(now.beyond("dark", now.threshold("dark"))) == dark[1:]
    families = now.beyond("near_duplicate", now.threshold("near_duplicate"))
    assert family.samples not in [each.samples for each in families]
    dataset.restore(dataset.sample_ids(Query(quarantined=True)))
    assert family in list(cleaning.on(dataset).beyond("near_duplicate", 0.88))


def test_values_come_the_worst_first(dataset: Dataset) -> None:
    cleaning = looked(dataset, "dark", "aspect")
    assert cleaning.values("dark") == sorted(cleaning.values("dark"))
    assert cleaning.values("aspect") == sorted(cleaning.values("aspect"), reverse=True)
    assert len(cleaning.beyond("dark", 2.0)) == len(cleaning.values("dark"))
    assert len(cleaning.beyond("aspect", 99.0)) == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 99}'])
def test_a_damaged_memory_is_none(dataset: Dataset, text: str) -> None:
    looked(dataset, "dark")
    (dataset.cache / "cleaning.json").write_text(text, encoding="utf-8")
    assert recall(dataset) is None
