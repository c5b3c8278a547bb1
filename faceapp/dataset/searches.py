"""What searches found and what became of it: the memory that a scrape goes on from.

It is no part of the history: an image that was refused once stays refused, whatever is undone. What
was kept counts as known only while its sample is there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from faceapp.dataset.core import Core
from faceapp.dataset.facestore import Faces
from faceapp.dataset.history import now
from faceapp.dataset.model import NewProposal, NewSample, StoredFace
from faceapp.dataset.proposals import Proposals
from faceapp.dataset.samples import Samples
from faceapp.dataset.tasks import find_task
from faceapp.words import Words

KEPT = "kept"
_SEARCH = "id, engine, query, language, class, following, pages, ended, note"
_RESULT = "results.id, search, rank, address, host, facts, outcome, detail, sample"


@dataclass(frozen=True)
class NewSearch:
    """A query to an engine; `class_name` is what its images may show, "" where nobody knows."""

    engine: str
    query: str
    language: str = ""
    class_name: str = ""


@dataclass(frozen=True)
class Search:
    """A query and how far it is.

    Attributes:
        following: where its next page begins; None after the last.
        pages: how many were read.
        ended: why it is over; "" while it is not.
        note: that in words.

    """

    id: int
    engine: str
    query: str
    language: str
    class_name: str
    following: int | None
    pages: int
    ended: str
    note: str


@dataclass(frozen=True)
class Scrape:
    """Searches that were started together; `options` are whatever they go by, JSON values."""

    id: int
    task: str
    options: Mapping[str, Any]
    time: str


@dataclass(frozen=True)
class NewResult:
    """An image that a search named.

    `address` is equal for spellings of one address, `facts` what the engine told, JSON values.
    """

    address: str
    host: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class SearchResult:
    """An image that a search named, and its outcome: "" while open, "kept", or why not.

    `rank` counts from 1; `sample` is the one that it became, or that it repeats.
    """

    id: int
    search: int
    rank: int
    address: str
    host: str
    facts: Mapping[str, Any]
    outcome: str
    detail: str
    sample: int | None


@dataclass(frozen=True)
class Outcome:
    """What became of a result.

    Attributes:
        word: "kept", or the reason of a refusal.
        detail: that in words.
        final: such an image is never looked at again.
        face: a face was seen in it.
        sha256: of its bytes; "" where they never came.
        sample: the one that it became or repeats.

    """

    word: str
    detail: str = ""
    final: bool = False
    face: bool = False
    sha256: str = ""
    sample: int | None = None


@dataclass(frozen=True)
class Known:
    """An earlier result of the same address or bytes; `sample` is None where it has gone."""

    outcome: str
    final: bool
    scrape: int
    sample: int | None


@dataclass(frozen=True)
class Kept:
    """A sample to be kept, with the faces that a detector found in it."""

    sample: NewSample
    faces: Sequence[StoredFace] = ()


@dataclass(frozen=True)
class Yield:
    """What a query brought in all scrapes: images found, with a face, kept, accepted since."""

    found: int = 0
    face: int = 0
    kept: int = 0
    accepted: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)


class Searches(Samples, Faces, Proposals, Core):
    """The searches of a dataset."""

    def start_scrape(
        self, task: str, options: Mapping[str, Any], searches: Sequence[NewSearch]
    ) -> Scrape:
        """Write down what is about to be searched for."""
        time = now()
        with self._db.transaction():
            scrape = self._db.insert(
                "INSERT INTO scrapes (task, options, time) VALUES (?, ?, ?)",
                task,
                _json(options),
                time,
            )
            assert scrape is not None
            self._db.run_many(
                "INSERT INTO searches (scrape, engine, query, language, class, following) "
                "VALUES (?, ?, ?, ?, ?, 0)",
                (
                    (scrape, each.engine, each.query, each.language, each.class_name)
                    for each in searches
                ),
            )
        return Scrape(scrape, task, dict(options), time)

    def latest_scrape(self, task: str) -> Scrape | None:
        """The scrape for a task that was started last."""
        row = self._db.row(
            "SELECT id, task, options, time FROM scrapes WHERE task = ? ORDER BY id DESC", task
        )
        return row and Scrape(row[0], row[1], json.loads(row[2]), row[3])

    def searches(self, scrape: int) -> list[Search]:
        """A scrape's searches, in order."""
        rows = self._db.rows(f"SELECT {_SEARCH} FROM searches WHERE scrape = ? ORDER BY id", scrape)
        return [Search(*row) for row in rows]

    def add_results(self, search: int, results: Sequence[NewResult], following: int | None) -> None:
        """Write down a page of results, and where the next one begins."""
        with self._db.transaction():
            last = self._db.value(
                "SELECT coalesce(max(rank), 0) FROM results WHERE search = ?", search
            )
            self._db.run_many(
                "INSERT INTO results (search, rank, address, host, facts) VALUES (?, ?, ?, ?, ?)",
                (
                    (search, rank, each.address, each.host, _json(each.facts))
                    for rank, each in enumerate(results, last + 1)
                ),
            )
            self._db.run(
                "UPDATE searches SET following = ?, pages = pages + 1 WHERE id = ?",
                following,
                search,
            )

    def results(self, search: int, *, only_open: bool = False) -> list[SearchResult]:
        """A search's results by rank: all, or those whose outcome is open."""
        rows = self._db.rows(
            f"SELECT {_RESULT} FROM results WHERE search = ? AND (NOT ? OR outcome = '') "
            "ORDER BY rank",
            search,
            only_open,
        )
        return [
            SearchResult(
                number, of, rank, address, host, json.loads(facts), outcome, detail, sample
            )
            for number, of, rank, address, host, facts, outcome, detail, sample in rows
        ]

    def addresses_of(self, search: int) -> set[str]:
        """The addresses that a search has named so far."""
        rows = self._db.rows("SELECT DISTINCT address FROM results WHERE search = ?", search)
        return {address for (address,) in rows}

    def end_search(self, search: int, ended: str, note: str = "") -> None:
        """Say why a search is over; "" opens it again."""
        with self._db.transaction():
            self._db.run(
                "UPDATE searches SET ended = ?, note = ? WHERE id = ?", ended, note, search
            )

    def known_address(self, result: SearchResult) -> list[Known]:
        """What became of other results of the same address."""
        return self._known_results("address", result.address, result.id)

    def known_bytes(self, sha256: str) -> list[Known]:
        """What became of other results of the same content, and samples that have it."""
        samples = self._db.rows("SELECT id FROM samples WHERE sha256 = ?", sha256)
        known = [Known(KEPT, False, 0, sample) for (sample,) in samples]
        return known + self._known_results("sha256", sha256, 0)

    def _known_results(self, column: str, value: str, other_than: int) -> list[Known]:
        rows = self._db.rows(
            "SELECT outcome, final, scrape, samples.id FROM results "
            "JOIN searches ON searches.id = search LEFT JOIN samples ON samples.id = sample "
            f"WHERE results.{column} = ? AND results.{column} <> '' AND outcome <> '' "
            "AND results.id <> ? ORDER BY results.id",
            value,
            other_than,
        )
        return [Known(outcome, bool(final), *rest) for outcome, final, *rest in rows]

    def settle(self, result: int, outcome: Outcome) -> None:
        """Say what became of a result that is not kept."""
        with self._db.transaction():
            self._settle(result, outcome)

    def keep(
        self,
        result: SearchResult,
        outcome: Outcome,
        kept: Sequence[Kept],
        *,
        source: int,
        detector: str,
        proposal: tuple[str, str] | None,
    ) -> list[int]:
        """Add what a result showed as samples, with their faces and the class it was searched for.

        All in one transaction: after a crash the result is kept whole, or still open. Returns the
        ids of the samples.

        Args:
            result: what was found.
            outcome: what is written down of it; its sample becomes the first of the new ones.
            kept: the samples, one or more.
            source: where the samples come from.
            detector: who found the faces.
            proposal: task and class that are proposed.

        """
        with self._write(Words("Find an image")):
            ids = self._insert_samples(source, [each.sample for each in kept])
            faces = {sample: each.faces for sample, each in zip(ids, kept, strict=True)}
            self._insert_faces(faces, detector)
            if proposal is not None:
                task, answer = proposal
                offers = [NewProposal(sample, answer) for sample in ids]
                found = find_task(self._db, task)
                self._insert(found, self._offers(found, offers), "query")
            self._settle(result.id, replace(outcome, sample=ids[0]))
        return ids

    def _settle(self, result: int, outcome: Outcome) -> None:
        self._db.run(
            "UPDATE results SET outcome = ?, detail = ?, final = ?, face = ?, sha256 = ?, "
            "sample = ? WHERE id = ?",
            outcome.word,
            outcome.detail,
            outcome.final,
            outcome.face,
            outcome.sha256,
            outcome.sample,
            result,
        )

    def kept_by_host(self, scrape: int) -> dict[str, int]:
        """How many images a scrape kept of each host."""
        return dict(
            self._db.rows(
                "SELECT host, count(*) FROM results JOIN searches ON searches.id = search "
                "WHERE scrape = ? AND outcome = ? GROUP BY host",
                scrape,
                KEPT,
            )
        )

    def yields(self, scrape: int | None = None) -> dict[NewSearch, Yield]:
        """What every query brought: in one scrape, or in all of them."""
        outcomes: dict[NewSearch, list[tuple[str, int, int, int]]] = {}
        for engine, query, language, name, *counts in self._db.rows(
            "SELECT engine, query, language, class, coalesce(outcome, ''), count(results.id), "
            "coalesce(sum(face), 0), count(results.id) FILTER (WHERE EXISTS ("
            "SELECT 1 FROM proposals WHERE proposals.sample = results.sample "
            "AND origin = 'query' AND state = 'accepted' AND outcome = ?2)) "
            "FROM searches LEFT JOIN results ON results.search = searches.id "
            "WHERE ?1 IS NULL OR scrape = ?1 "
            "GROUP BY engine, query, language, class, outcome ORDER BY min(searches.id)",
            scrape,
            KEPT,
        ):
            outcome, number, faces, accepted = counts
            outcomes.setdefault(NewSearch(engine, query, language, name), []).append(
                (outcome, number, faces, accepted)
            )
        return {search: _yield(counts) for search, counts in outcomes.items()}


def _yield(counts: Sequence[tuple[str, int, int, int]]) -> Yield:
    numbers = {outcome: number for outcome, number, *_ in counts}
    return Yield(
        found=sum(numbers.values()),
        face=sum(faces for _, _, faces, _ in counts),
        kept=numbers.get(KEPT, 0),
        accepted=sum(accepted for *_, accepted in counts),
        refused={word: number for word, number in numbers.items() if word not in {"", KEPT}},
    )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), sort_keys=True)
