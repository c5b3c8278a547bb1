"""The memory of searches: what is kept comes whole, what is refused stays refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from faceapp.dataset import Dataset, NewSample, StoredFace, UnknownClass
from faceapp.dataset.searches import (
    KEPT,
    Kept,
    Known,
    NewResult,
    NewSearch,
    Outcome,
    SearchResult,
    Yield,
)

FACE = StoredFace((1, 2, 30, 40), ((1, 1), (2, 2), (3, 3), (4, 4), (5, 5)), 0.9)
ASKED = NewSearch("yahoo", "sad face", "en", "sad")


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[Dataset]:
    with Dataset.create(tmp_path / "d") as made:
        made.add_task("expression", ["happy", "sad"])
        yield made


def sample(number: int) -> NewSample:
    return NewSample(
        f"yahoo/{number}.jpg", f"images/{number}.jpg", f"{number:064x}", 7, 90, 80, "jpeg"
    )


def begin(dataset: Dataset, *addresses: str) -> list[SearchResult]:
    scrape = dataset.start_scrape("expression", {"n": 1}, [ASKED])
    (search,) = dataset.searches(scrape.id)
    found = [NewResult(each, "a.test", {"image_url": f"http://{each}"}) for each in addresses]
    dataset.add_results(search.id, found, 60)
    return dataset.results(search.id)


def keep(dataset: Dataset, result: SearchResult, *numbers: int, answer: str = "sad") -> list[int]:
    return dataset.keep(
        result,
        Outcome(KEPT, face=True, sha256=f"{numbers[0]:064x}"),
        [Kept(sample(number), [FACE]) for number in numbers],
        source=dataset.add_source("search", "Yahoo: sad face").id,
        detector="d1",
        proposal=("expression", answer),
    )


def test_results_are_numbered_on_over_pages(dataset: Dataset) -> None:
    first, second = begin(dataset, "a.test/1", "a.test/2")
    dataset.add_results(first.search, [NewResult("a.test/3", "a.test", {})], None)
    assert [each.rank for each in dataset.results(first.search)] == [1, 2, 3]
    dataset.settle(second.id, Outcome("no_face", "none", final=True))
    assert [each.rank for each in dataset.results(first.search, only_open=True)] == [1, 3]
    (search,) = dataset.searches(1)
    assert (search.pages, search.following, search.ended) == (2, None, "")
    assert dataset.addresses_of(first.search) == {"a.test/1", "a.test/2", "a.test/3"}


def test_what_is_kept_comes_with_faces_and_a_proposal_in_one_step(dataset: Dataset) -> None:
    (result,) = begin(dataset, "a.test/1")
    (kept,) = keep(dataset, result, 1)
    assert dataset.faces() == {kept: (FACE,)}
    (proposal,) = dataset.proposals("expression")
    assert (proposal.sample, proposal.answer, proposal.origin) == (kept, "sad", "query")
    (settled,) = dataset.results(result.search)
    assert (settled.outcome, settled.sample) == (KEPT, kept)
    assert dataset.undo_name == "Find an image"
    dataset.undo()
    assert dataset.count() == 0
    dataset.redo()
    assert (dataset.count(), dataset.faces()) == (1, {kept: (FACE,)})


def test_a_failure_on_the_way_keeps_nothing(dataset: Dataset) -> None:
    (result,) = begin(dataset, "a.test/1")
    with pytest.raises(UnknownClass):
        keep(dataset, result, 1, answer="bored")
    assert dataset.count() == 0
    assert dataset.results(result.search)[0].outcome == ""


def test_refusals_outlive_undo_and_what_was_kept_does_not(dataset: Dataset) -> None:
    good, bad = begin(dataset, "a.test/good", "a.test/bad")
    (kept,) = keep(dataset, good, 1)
    dataset.settle(bad.id, Outcome("no_face", final=True, sha256="b" * 64))
    good_again, bad_again = begin(dataset, "a.test/good", "a.test/bad")
    assert dataset.known_address(good_again) == [Known(KEPT, False, 1, kept)]
    assert dataset.known_bytes(f"{1:064x}")[0].sample == kept
    assert [each.outcome for each in dataset.known_bytes("b" * 64)] == ["no_face"]
    dataset.undo()
    assert dataset.known_address(good_again) == [Known(KEPT, False, 1, None)]
    assert dataset.known_address(bad_again) == [Known("no_face", True, 1, None)]


def test_a_result_is_not_known_by_itself(dataset: Dataset) -> None:
    one, other = begin(dataset, "a.test/1", "a.test/1")
    assert dataset.known_address(one) == []
    dataset.settle(one.id, Outcome("http_error"))
    assert dataset.known_address(one) == []
    assert [each.outcome for each in dataset.known_address(other)] == ["http_error"]


def test_yields_tell_found_face_kept_and_accepted(dataset: Dataset) -> None:
    results = begin(dataset, *(f"a.test/{n}" for n in range(5)))
    keep(dataset, results[0], 1)
    keep(dataset, results[1], 2)
    dataset.settle(results[2].id, Outcome("blurred", final=True, face=True))
    dataset.settle(results[3].id, Outcome("no_face", final=True))
    dataset.accept([dataset.proposals("expression")[0].id])
    told = {"blurred": 1, "no_face": 1}
    assert dataset.yields() == {ASKED: Yield(5, 3, 2, 1, told)}
    begin(dataset, "a.test/9")
    assert dataset.yields() == {ASKED: Yield(6, 3, 2, 1, told)}
    assert dataset.yields(2) == {ASKED: Yield(1, 0, 0, 0, {})}
    assert dataset.kept_by_host(1) == {"a.test": 2}


def test_the_latest_scrape_of_a_task_and_how_its_searches_ended(dataset: Dataset) -> None:
    assert dataset.latest_scrape("expression") is None
    begin(dataset)
    begin(dataset)
    scrape = dataset.latest_scrape("expression")
    assert scrape is not None
    assert (scrape.id, scrape.options) == (2, {"n": 1})
    (search,) = dataset.searches(2)
    dataset.end_search(search.id, "blocked", "HTTP 429")
    assert [(each.ended, each.note) for each in dataset.searches(2)] == [("blocked", "HTTP 429")]
    assert dataset.latest_scrape("sex") is None


def test_a_dataset_of_the_first_schema_gets_the_tables(tmp_path: Path) -> None:
    Dataset.create(tmp_path / "old").close()
    with closing(sqlite3.connect(tmp_path / "old" / "dataset.sqlite")) as connection:
        connection.executescript(
            "DROP TABLE results; DROP TABLE searches; DROP TABLE scrapes; DROP TABLE measures;"
            "DROP TABLE fingerprints; DROP TABLE likenesses; DROP TABLE thresholds;"
            "ALTER TABLE actions DROP COLUMN made_of;"
            "PRAGMA user_version = 1;"
        )
    with Dataset.open(tmp_path / "old") as dataset:
        dataset.add_task("expression", ["happy", "sad"])
        (result,) = begin(dataset, "a.test/1")
        assert keep(dataset, result, 1) == [1]
