"""What a scrape came to, in all and a query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from faceapp.dataset import Dataset
from faceapp.dataset.searches import NewSearch, Scrape, Yield


@dataclass(frozen=True)
class QueryReport:
    """One query: how many images it named, what became of them, and why it ended."""

    engine: str
    query: str
    language: str
    class_name: str
    found: int
    kept: int
    refused: Mapping[str, int]
    ended: str
    note: str


@dataclass(frozen=True)
class ScrapeReport:
    """All queries of a scrape, from its beginning, however often it was interrupted."""

    queries: tuple[QueryReport, ...]

    @property
    def kept(self) -> int:
        """How many images were kept."""
        return sum(each.kept for each in self.queries)

    @property
    def refused(self) -> dict[str, int]:
        """How many were refused, by reason, the most frequent first."""
        counts = Counter[str]()
        for each in self.queries:
            counts.update(each.refused)
        return dict(counts.most_common())

    def to_json(self) -> dict[str, Any]:
        """The report as `faceapp scrape --json` prints it."""
        return {
            "kept": self.kept,
            "refused": self.refused,
            "queries": [
                {
                    "engine": each.engine,
                    "query": each.query,
                    "language": each.language,
                    "found": each.found,
                    "kept": each.kept,
                    "ended": each.ended,
                }
                for each in self.queries
            ],
        }


def report_on(dataset: Dataset, scrape: Scrape) -> ScrapeReport:
    """What a scrape came to so far."""
    yields = dataset.yields(scrape.id)
    reports = []
    for search in dataset.searches(scrape.id):
        asked = NewSearch(search.engine, search.query, search.language, search.class_name)
        brought = yields.get(asked, Yield())
        reports.append(
            QueryReport(
                search.engine,
                search.query,
                search.language,
                search.class_name,
                brought.found,
                brought.kept,
                brought.refused,
                search.ended or "cancelled",
                search.note,
            )
        )
    return ScrapeReport(tuple(reports))
